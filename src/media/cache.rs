//! Files that save work next time: packet indexes and thumbnails, in the user's cache folder.
//!
//! Losing one costs time and nothing else, so whatever goes wrong is a debug line. Files are written whole under
//! another name and then renamed, so that a reader never sees half of one; what is read is not trusted all the same.
//! Each kind has a folder of its own, bounded in bytes: the files that were written longest ago go first.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The environment variable that puts the cache elsewhere; empty, there is none.
pub const CACHE_VARIABLE: &str = "SEXTET_CACHE_DIR";

/// The longest file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 256 << 20;

/// A folder of one kind of file.
#[derive(Clone, Debug)]
pub struct CacheFolder {
    folder: PathBuf,
    max_bytes: u64,
}

impl CacheFolder {
    /// The folder called `kind`, for at most `max_bytes`; `None` where the system has no place for it. Nothing is created
    /// before something is kept.
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

    /// Removes the oldest files until `bytes` more fit.
    fn make_room(&self, bytes: u64) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            if metadata.is_file() {
                let written = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
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
}
