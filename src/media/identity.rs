//! Identity of files: of one that may have changed, and of two paths that may lead to one.

use std::path::Path;
use std::time::SystemTime;

/// Marks that tell one state of a file from another without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileIdentity {
    len: u64,
    modified: Option<SystemTime>,
    /// Device and inode, where the system has such.
    node: (u64, u64),
}

impl FileIdentity {
    /// That of the file at a path; none where there is no file. Asks the file system, which may take its time.
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(path).ok()?;
        Some(Self {
            len: metadata.len(),
            modified: metadata.modified().ok(),
            node: node(&metadata),
        })
    }
}

#[cfg(unix)]
fn node(metadata: &std::fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn node(_metadata: &std::fs::Metadata) -> (u64, u64) {
    (0, 0)
}

/// True if two paths name one file, as far as is known without asking the disk: links are not followed.
pub fn is_same_path(one: &Path, other: &Path) -> bool {
    one == other
        || std::path::absolute(one)
            .is_ok_and(|one| std::path::absolute(other).is_ok_and(|other| one == other))
}

/// True if two paths lead to one file, by name, by links or by being its names; it need not be there yet. Asks the file
/// system.
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    is_same_path(one, other) || whole_name(one).is_some_and(|name| whole_name(other) == Some(name))
}

/// Identity of a file that is there, whatever path leads to it.
#[cfg(unix)]
fn whole_name(path: &Path) -> Option<(u64, u64)> {
    Some(node(&std::fs::metadata(path).ok()?))
}

/// Identity of a file that is there, whatever path leads to it.
#[cfg(not(unix))]
fn whole_name(path: &Path) -> Option<std::path::PathBuf> {
    std::fs::canonicalize(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_grows_or_is_replaced_is_another() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        assert_eq!(FileIdentity::of(&one), None);
        std::fs::write(&one, b"1234").expect("written");
        let first = FileIdentity::of(&one);
        assert!(first.is_some(), "there is a file");
        assert_eq!(FileIdentity::of(&one), first);
        std::fs::write(&one, b"12345").expect("written");
        let longer = FileIdentity::of(&one);
        assert_ne!(longer, first);
        std::fs::write(&other, b"54321").expect("written");
        std::fs::rename(&other, &one).expect("renamed");
        assert_ne!(FileIdentity::of(&one), longer);
    }
}
