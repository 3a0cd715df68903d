//! Locks that show that another running program has a file open.
//!
//! A lock is the operating system's advisory lock on a small file of its own. It ends with the process that holds it,
//! however that ends, so that a lock file left by a crash locks nothing, and there are no stale locks.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::fingerprint::{FNV_BASIS, fnv1a};

/// A lock that is held until this is dropped.
#[derive(Debug)]
pub struct FileLock {
    file: File,
    path: PathBuf,
}

/// The result of trying to lock.
#[derive(Debug)]
pub enum LockAttempt {
    /// The lock is held from now on.
    Taken(FileLock),
    /// Another process has it: its id, if it could be read.
    HeldBy(Option<u32>),
}

/// Two locks of one file are the same lock, since there cannot be two.
impl PartialEq for FileLock {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl FileLock {
    /// The lock file in `folder` for another file, whose path is absolute and canonical.
    pub fn path_for(folder: &Path, file: &Path) -> PathBuf {
        let name = fnv1a(FNV_BASIS, file.as_os_str().as_encoded_bytes());
        folder.join(format!("{name:016x}.lock"))
    }

    /// True if this is the lock of this lock file.
    pub fn is_at(&self, path: &Path) -> bool {
        self.path == path
    }

    /// Tries to lock this lock file, without waiting. File and folder are created if need be.
    ///
    /// # Errors
    /// The file system's error.
    pub fn try_take(path: &Path) -> io::Result<LockAttempt> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(LockAttempt::HeldBy(holder(&mut file))),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        file.set_len(0)?;
        file.rewind()?;
        // The process id is for messages only, so it need not be synced.
        write!(file, "{}", std::process::id())?;
        Ok(LockAttempt::Taken(Self {
            file,
            path: path.to_owned(),
        }))
    }

    /// Releases the lock and removes its file.
    pub fn remove(self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!(%error, path = %self.path.display(), "a lock file stays");
        }
        drop(self.file);
    }
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    // A process id has at most ten digits.
    file.take(16).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_one_is_told_who_holds_the_lock_until_it_is_given_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("locks/a.lock");
        let first = FileLock::try_take(&path).expect("a file system");
        let LockAttempt::Taken(first) = first else {
            panic!("nobody else has it");
        };
        let second = FileLock::try_take(&path).expect("a file system");
        assert!(
            matches!(second, LockAttempt::HeldBy(Some(id)) if id == std::process::id()),
            "{second:?}"
        );
        drop(first);
        let third = FileLock::try_take(&path).expect("a file system");
        assert!(matches!(third, LockAttempt::Taken(_)), "{third:?}");
    }

    #[test]
    fn a_lock_file_left_behind_locks_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.lock");
        fs::write(&path, "4294967295").expect("writes");
        let attempt = FileLock::try_take(&path).expect("a file system");
        let LockAttempt::Taken(lock) = attempt else {
            panic!("its owner is gone");
        };
        lock.remove();
        assert!(!path.exists(), "nothing stays behind");
    }
}
