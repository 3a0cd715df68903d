//! Stamps of files, which show changes by another program.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use super::file::MAX_FILE_BYTES;
use super::fingerprint::{FNV_BASIS, fnv1a};

/// Length and hash of a project file's content.
///
/// Times would not do: a copy that is put back and a share with another clock are told apart by their bytes alone, and
/// a project is small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStamp {
    bytes: u64,
    hash: u64,
}

impl FileStamp {
    /// The stamp of a file with these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.len() as u64,
            hash: fnv1a(FNV_BASIS, bytes),
        }
    }

    /// The stamp of the file at `path`; `None` if there is none. A file larger than any project counts by its length
    /// and its beginning, a folder or a device as empty.
    ///
    /// # Errors
    /// The file system's error.
    pub fn of_file(path: &Path) -> io::Result<Option<Self>> {
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut start = Vec::new();
        // Opening a named pipe would block until it has a writer.
        if metadata.is_file() {
            File::open(path)?
                .take(MAX_FILE_BYTES)
                .read_to_end(&mut start)?;
        }
        Ok(Some(Self {
            bytes: metadata.len().max(start.len() as u64),
            hash: fnv1a(FNV_BASIS, &start),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_stamp_of_its_bytes_until_they_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("show.ron");
        assert_eq!(FileStamp::of_file(&path).expect("looked"), None);
        fs::write(&path, "one").expect("writes");
        let stamp = FileStamp::of_file(&path).expect("looked");
        assert_eq!(stamp, Some(FileStamp::of(b"one")));
        fs::write(&path, "two").expect("writes");
        assert_ne!(FileStamp::of_file(&path).expect("looked"), stamp);
        fs::write(&path, "one").expect("writes");
        assert_eq!(FileStamp::of_file(&path).expect("looked"), stamp);
    }
}
