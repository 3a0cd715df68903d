//! Recovery files: unsaved changes kept in a folder of their own, offered again after a crash.
//!
//! ```text
//! recovery/
//!   1.lock     held by the running program that writes the others; free once that has ended, however it did
//!   1.ron      the project as it was last kept, a project file like any other
//!   1.origin   the path of the project's file, if it has one
//! ```
//!
//! A program that ends normally removes its files. So a project file whose lock is free was left by a crash.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::atomic_write::{Backup, replace_file};
use super::diff::Difference;
use super::file;
use super::file::ProjectFileError;
use super::lock::{FileLock, LockAttempt};
use crate::project::Project;
use crate::time::path_text::from_bytes;

/// Most places that are searched: more than the windows and forgotten crashes of any user.
const MAX_PLACES: u32 = 64;

/// Longest path of a project that is read back.
const MAX_ORIGIN_BYTES: u64 = 64 << 10;

/// The files in which one running program keeps its project.
#[derive(Debug)]
pub struct RecoveryPlace {
    base: PathBuf,
    lock: FileLock,
}

/// A project that a crash left.
#[derive(Debug)]
pub struct RecoveredProject {
    /// The project as it was last kept.
    pub project: Project,
    /// Its file as it is now; an empty project if there is none or it cannot be read.
    pub saved: Project,
    /// The path of its file, if it has one.
    pub origin: Option<PathBuf>,
    /// The time at which it was last kept.
    pub kept_at: SystemTime,
    /// The difference from its file.
    pub difference: Difference,
    /// Its place, which no other program offers while this is held.
    pub place: RecoveryPlace,
}

/// The result of searching the folder.
#[derive(Debug, Default)]
pub struct RecoverySearch {
    /// Projects that can be restored, newest first.
    pub recovered: Vec<RecoveredProject>,
    /// Errors of the others; their files stay.
    pub errors: Vec<ProjectFileError>,
}

impl RecoveryPlace {
    /// Opens a free place in the folder, which is created if need be.
    ///
    /// # Errors
    /// The file system's error, or that all places are taken.
    pub fn open(folder: &Path) -> io::Result<Self> {
        for number in 1..=MAX_PLACES {
            if let Some(place) = Self::take(folder, number)?
                && !place.project_path().exists()
            {
                return Ok(place);
            }
        }
        Err(io::Error::other("all places for recovery are taken"))
    }

    fn take(folder: &Path, number: u32) -> io::Result<Option<Self>> {
        let base = folder.join(number.to_string());
        Ok(match FileLock::try_take(&base.with_extension("lock"))? {
            LockAttempt::Taken(lock) => Some(Self { base, lock }),
            LockAttempt::HeldBy(_) => None,
        })
    }

    fn project_path(&self) -> PathBuf {
        self.base.with_extension("ron")
    }

    fn origin_path(&self) -> PathBuf {
        self.base.with_extension("origin")
    }

    /// Keeps the project, whose own file is `origin`, replacing the one kept before.
    ///
    /// # Errors
    /// The reason for failing; the project kept before is then still there.
    pub fn keep(&self, project: &Project, origin: Option<&Path>) -> Result<(), ProjectFileError> {
        let origin_bytes = origin.map_or(&[][..], |path| path.as_os_str().as_encoded_bytes());
        let path = self.origin_path();
        replace_file(&path, origin_bytes, Backup::Drop).map_err(|source| ProjectFileError::Io {
            action: "keeping unsaved changes",
            source,
            path,
        })?;
        file::save_in_place(project, &self.project_path())?;
        Ok(())
    }

    /// Removes the project that was kept, because it is saved or not wanted.
    pub fn clear(&self) {
        for path in [self.project_path(), self.origin_path()] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    tracing::warn!(%error, path = %path.display(), "a recovery file stays");
                }
                _ => {}
            }
        }
    }

    /// Removes the project that was kept, and releases the place.
    pub fn close(self) {
        self.clear();
        self.lock.remove();
    }

    fn recovered(self) -> Result<RecoveredProject, ProjectFileError> {
        let path = self.project_path();
        let project = file::load(&path)?;
        let origin = self.origin();
        let kept_at = fs::metadata(&path).and_then(|metadata| metadata.modified());
        let saved = origin.as_ref().and_then(|path| file::load(path).ok());
        let saved = saved.unwrap_or_default();
        Ok(RecoveredProject {
            difference: Difference::between(&saved, &project),
            project,
            saved,
            origin,
            kept_at: kept_at.unwrap_or(SystemTime::UNIX_EPOCH),
            place: self,
        })
    }

    fn origin(&self) -> Option<PathBuf> {
        let path = self.origin_path();
        let length = fs::metadata(&path).ok()?.len();
        if length == 0 || length > MAX_ORIGIN_BYTES {
            return None;
        }
        from_bytes(fs::read(&path).ok()?)
    }
}

/// Finds the projects that crashes left in the folder.
pub fn find(folder: &Path) -> RecoverySearch {
    let mut found = RecoverySearch::default();
    for number in 1..=MAX_PLACES {
        if !folder.join(format!("{number}.ron")).exists() {
            continue;
        }
        let place = match RecoveryPlace::take(folder, number) {
            Ok(Some(place)) => place,
            Ok(None) => continue,
            Err(error) => {
                tracing::warn!(%error, number, "a recovery file cannot be locked");
                continue;
            }
        };
        // Its owner may have saved and cleared it meanwhile.
        if !place.project_path().exists() {
            continue;
        }
        match place.recovered() {
            Ok(recovered) => found.recovered.push(recovered),
            Err(error) => found.errors.push(error),
        }
    }
    found
        .recovered
        .sort_by_key(|recovered| std::cmp::Reverse(recovered.kept_at));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    fn project(files: &[&str]) -> Project {
        let media: Vec<_> = files
            .iter()
            .map(|file| (PathBuf::from(file), Time::from_seconds(2)))
            .collect();
        Project::with_media_layers(&media)
    }

    #[test]
    fn what_a_crash_left_is_found_with_what_differs() {
        let folder = tempfile::tempdir().expect("a folder");
        let origin = folder.path().join("show.ron");
        let saved = project(&["/m/a.mov"]);
        file::save(&saved, &origin).expect("saves");
        let recovery = folder.path().join("recovery");
        let changed = project(&["/m/a.mov", "/m/b.mov"]);
        {
            let place = RecoveryPlace::open(&recovery).expect("a place");
            place.keep(&changed, Some(&origin)).expect("kept");
            assert!(find(&recovery).recovered.is_empty(), "its owner is alive");
            // As after a crash: the lock goes, the files stay.
        }
        let mut found = find(&recovery).recovered;
        assert_eq!(found.len(), 1);
        let recovered = found.remove(0);
        assert_eq!(recovered.origin.as_deref(), Some(origin.as_path()));
        assert_eq!(recovered.project.layers, changed.layers);
        assert_eq!(recovered.project.media[0].path, Path::new("/m/a.mov"));
        assert_eq!(recovered.difference.layers.added, 1);
        assert_eq!(recovered.difference.media.added, 1);
        assert!(find(&recovery).recovered.is_empty(), "it is offered once");
        recovered.place.close();
        assert!(find(&recovery).recovered.is_empty(), "gone");
    }

    #[test]
    fn a_place_that_was_left_behind_is_not_taken_by_the_next_program() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = RecoveryPlace::open(folder.path()).expect("a place");
        first.keep(&project(&["/a.mov"]), None).expect("kept");
        drop(first);
        let second = RecoveryPlace::open(folder.path()).expect("a place");
        second.keep(&project(&["/b.mov"]), None).expect("kept");
        let found = find(folder.path()).recovered;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].project.media[0].path, Path::new("/a.mov"));
        assert_eq!(found[0].origin, None);
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_unicode_are_recovered() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = |bytes: &[u8]| from_bytes(bytes.to_vec()).expect("a path");
        let origin = folder.path().join(name(b"\xE9.ron"));
        let media = name(b"/m/\xFF.mov");
        let kept = Project::with_media_layers(&[(media.clone(), Time::from_seconds(2))]);
        let recovery = folder.path().join(name(b"recovery \xE9"));
        let place = RecoveryPlace::open(&recovery).expect("a place");
        place.keep(&kept, Some(&origin)).expect("kept");
        drop(place);
        let found = find(&recovery).recovered.remove(0);
        assert_eq!(found.origin.as_deref(), Some(origin.as_path()));
        assert_eq!(found.project.media[0].path, media);
    }

    #[test]
    fn a_broken_recovery_file_is_told_and_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("1.ron");
        fs::write(&path, "(version: 1, project: oops").expect("writes");
        let found = find(folder.path());
        assert_eq!((found.recovered.len(), found.errors.len()), (0, 1));
        assert!(path.exists(), "somebody may still mend it");
    }
}
