//! Files that save work next time: packet indexes, thumbnails and proxies, in the user's cache folder.
//!
//! Losing one costs time and nothing else, so whatever goes wrong is a debug line. Files are written whole under
//! another name and then renamed, so that a reader never sees half of one; what is read is not trusted all the same.
//! Each kind has a folder of its own, bounded in bytes: the files that were written longest ago go first.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::project::storage::free_bytes;

/// The environment variable that puts the cache elsewhere; empty, there is none.
pub const CACHE_VARIABLE: &str = "SEXTET_CACHE_DIR";

/// The longest file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 256 << 20;

/// Age from which a file with a hidden name, which is being written, counts as forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_hours(7 * 24);

/// A folder of one kind of file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheFolder {
    folder: PathBuf,
    max_bytes: u64,
}

impl CacheFolder {
    /// The folder called `kind`, for at most `max_bytes`; `None` where the system has no place for it. Nothing is
    /// created before something is kept.
    pub fn of_kind(kind: &str, max_bytes: u64) -> Option<Self> {
        let root = match std::env::var_os(CACHE_VARIABLE) {
            Some(folder) if folder.is_empty() => return None,
            Some(folder) => PathBuf::from(folder),
            None => directories::ProjectDirs::from("", "", "sextet")?
                .cache_dir()
                .to_owned(),
        };
        Some(Self::at(&root.join(kind), max_bytes))
    }

    /// This very folder.
    pub fn at(folder: &Path, max_bytes: u64) -> Self {
        Self {
            folder: folder.to_owned(),
            max_bytes,
        }
    }

    /// The bytes kept under a name, if there are any.
    pub fn find(&self, name: &str) -> Option<Vec<u8>> {
        let file = fs::File::open(self.folder.join(name)).ok()?;
        let mut bytes = Vec::new();
        file.take(MAX_FILE_BYTES).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Keeps bytes under a name, in place of those before.
    pub fn keep(&self, name: &str, bytes: &[u8]) {
        if let Err(error) = self.try_keep(name, bytes) {
            let folder = self.folder.display();
            tracing::debug!(%error, %folder, "nothing is kept for next time");
        }
    }

    fn try_keep(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        self.make_room(bytes.len() as u64)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(bytes)?;
        file.persist(self.folder.join(name))
            .map_err(|error| error.error)?;
        Ok(())
    }

    /// The path of the file of this name, be it there or not.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Limit of its files together, in bytes.
    pub fn max_bytes(&self) -> u64 {
        self.max_bytes
    }

    /// Free bytes of its disk, where the system says; there must be the folder.
    pub fn free_bytes(&self) -> Option<u64> {
        free_bytes(&self.folder)
    }

    /// Makes the folder, for files that are written to their [`Self::path`].
    ///
    /// # Errors
    /// The file system's error.
    pub fn create(&self) -> io::Result<()> {
        fs::create_dir_all(&self.folder)
    }

    /// Counts the file of this name as one just written, so that others go first.
    pub fn note_use(&self, name: &str) {
        let file = fs::File::options().append(true).open(self.path(name));
        if let Err(error) = file.and_then(|file| file.set_modified(SystemTime::now())) {
            tracing::debug!(%error, name, "the use of a file in the cache is not noted");
        }
    }

    /// Removes the file of this name.
    pub fn discard(&self, name: &str) {
        if let Err(error) = fs::remove_file(self.path(name)) {
            tracing::debug!(%error, name, "a file in the cache is not removed");
        }
    }

    /// Removes the oldest files until `bytes` more fit. Those with hidden names are being written and stay, unless they
    /// were forgotten.
    ///
    /// # Errors
    /// The file system's error.
    pub fn make_room(&self, bytes: u64) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            if metadata.is_file() {
                let written = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                if entry.file_name().as_encoded_bytes().starts_with(b".") {
                    if written.elapsed().is_ok_and(|age| age > FORGOTTEN_AFTER) {
                        fs::remove_file(entry.path())?;
                    }
                    continue;
                }
                files.push((written, metadata.len(), entry.path()));
            }
        }
        files.sort();
        let mut total: u64 = files.iter().map(|(_, length, _)| length).sum();
        for (_, length, path) in files {
            if total.saturating_add(bytes) <= self.max_bytes {
                break;
            }
            fs::remove_file(path)?;
            total = total.saturating_sub(length);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_and_the_oldest_goes_first() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let cache = CacheFolder::at(&folder.path().join("kind"), 250);
        assert_eq!(cache.find("a"), None);
        cache.keep("a", &[1; 100]);
        cache.keep("b", &[2; 100]);
        let long_ago = SystemTime::UNIX_EPOCH;
        let file = fs::File::options()
            .write(true)
            .open(folder.path().join("kind/b"))
            .expect("kept");
        file.set_modified(long_ago).expect("its time is set");
        cache.keep("c", &[3; 100]);
        assert_eq!(cache.find("a"), Some(vec![1; 100]));
        assert_eq!(cache.find("b"), None, "the oldest");
        assert_eq!(cache.find("c"), Some(vec![3; 100]));
        cache.keep("c", &[4; 10]);
        assert_eq!(cache.find("c"), Some(vec![4; 10]), "in place of the old");
    }

    fn set_age(path: &Path, modified: SystemTime) {
        let file = fs::File::options().write(true).open(path);
        let file = file.expect("kept");
        file.set_modified(modified).expect("its time is set");
    }

    #[test]
    fn what_is_used_counts_as_new() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let cache = CacheFolder::at(folder.path(), 250);
        for name in ["a", "b"] {
            cache.keep(name, &[1; 100]);
        }
        set_age(&cache.path("a"), SystemTime::UNIX_EPOCH);
        set_age(
            &cache.path("b"),
            SystemTime::UNIX_EPOCH + Duration::from_secs(1),
        );
        cache.note_use("a");
        cache.keep("c", &[3; 100]);
        assert!(cache.path("a").exists(), "used a moment ago");
        assert!(!cache.path("b").exists(), "unused for longest");
        cache.discard("a");
        assert!(!cache.path("a").exists());
    }

    #[test]
    fn files_being_written_stay_and_forgotten_ones_go() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let cache = CacheFolder::at(folder.path(), 100);
        let (writing, forgotten) = (cache.path(".writing"), cache.path(".forgotten"));
        for path in [&writing, &forgotten] {
            fs::write(path, [0; 1000]).expect("written");
        }
        set_age(&forgotten, SystemTime::now() - FORGOTTEN_AFTER * 2);
        cache.keep("a", &[1; 100]);
        assert!(writing.exists() && !forgotten.exists());
        assert!(cache.path("a").exists(), "what is written does not count");
    }
}
