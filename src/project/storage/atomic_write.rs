//! Atomic replacement of a file: the end of the program, or of the power, at any moment leaves the old one or the new
//! one, whole.
//!
//! ```text
//! create temporary ─► write ─► permissions ─► sync ─► link the old one as .bak ─► rename over it ─► sync folder
//! ```
//!
//! Until the rename the path names the old file, from then on the new one, which is synced by then. Each step is a
//! method of [`FileSteps`], so that a test can end the program before, within and after every one of them, and another
//! can record them and cut the power at any moment (`power_cut`).

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The fate of the old file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backup {
    /// It stays beside the new one, under the name that [`backup_path`] gives.
    Keep,
    /// It is dropped.
    Drop,
}

/// The path of the file before the last save: that of the file, and `.bak`.
pub fn backup_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".bak");
    name.into()
}

/// Replaces `target` by a file with these bytes. Its folder must exist.
///
/// # Errors
/// The file system's error; the old file is then as it was, and nothing new lies beside it.
pub(super) fn replace_file(target: &Path, bytes: &[u8], backup: Backup) -> io::Result<()> {
    replace_by(&mut Disk, target, bytes, backup)
}

/// Replaces `target` by a file with these bytes, and keeps no copy of the old one. The folder must exist.
///
/// # Errors
/// The file system's error; the old file is then as it was.
pub fn replace_small_file(target: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_file(target, bytes, Backup::Drop)
}

/// The file operations that replacing a file takes.
trait FileSteps {
    /// Creates a file; refused if there is one.
    fn create(&mut self, path: &Path) -> io::Result<File>;
    /// Writes all of these bytes.
    fn write(&mut self, file: &mut File, bytes: &[u8]) -> io::Result<()>;
    /// Sets the permissions of a file.
    fn permit(&mut self, file: &File, permissions: Permissions) -> io::Result<()>;
    /// Syncs a file to the disk.
    fn sync(&mut self, file: &File) -> io::Result<()>;
    /// Links a second name to a file; copies it where the file system has no links.
    fn link(&mut self, path: &Path, name: &Path) -> io::Result<()>;
    /// Renames a file, replacing one that has the name.
    fn rename(&mut self, path: &Path, name: &Path) -> io::Result<()>;
    /// Removes a name.
    fn remove(&mut self, path: &Path) -> io::Result<()>;
    /// Syncs the names of a folder to the disk.
    fn sync_folder(&mut self, folder: &Path) -> io::Result<()>;
}

fn replace_by(
    steps: &mut impl FileSteps,
    target: &Path,
    bytes: &[u8],
    backup: Backup,
) -> io::Result<()> {
    let folder = target.parent().unwrap_or(target);
    let temporary = temporary_path(folder);
    let put = put(steps, target, &temporary, bytes, backup);
    if put.is_err()
        && let Err(error) = steps.remove(&temporary)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, path = %temporary.display(), "a temporary file is left behind");
    }
    put?;
    // The new file is in place by now, so a file system that cannot sync folders is no failure.
    if let Err(error) = steps.sync_folder(folder) {
        tracing::warn!(%error, folder = %folder.display(), "the folder could not be synced");
    }
    Ok(())
}

fn put(
    steps: &mut impl FileSteps,
    target: &Path,
    temporary: &Path,
    bytes: &[u8],
    backup: Backup,
) -> io::Result<()> {
    let old = fs::metadata(target).ok();
    let mut file = steps.create(temporary)?;
    steps.write(&mut file, bytes)?;
    if let Some(old) = &old {
        steps.permit(&file, old.permissions())?;
    }
    steps.sync(&file)?;
    drop(file);
    if old.is_some() && backup == Backup::Keep {
        // Without a backup saving goes on, since the new file is whole and synced.
        if let Err(error) = keep_old(steps, target) {
            tracing::warn!(%error, path = %target.display(), "no copy of the old file could be kept");
        }
    }
    steps.rename(temporary, target)
}

/// Links the old file as the backup, by way of a temporary name and a rename, so that the backup before it is there
/// until then.
fn keep_old(steps: &mut impl FileSteps, target: &Path) -> io::Result<()> {
    let folder = target.parent().unwrap_or(target);
    let second = temporary_path(folder);
    let kept = steps
        .link(target, &second)
        .and_then(|()| steps.rename(&second, &backup_path(target)));
    if kept.is_err()
        && let Err(error) = steps.remove(&second)
    {
        tracing::debug!(%error, "the second name was not there");
    }
    kept
}

/// A path that nothing else uses: its name has the process id and a count.
fn temporary_path(folder: &Path) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    // Relaxed: the numbers need only be distinct.
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    folder.join(format!(".sextet-{}-{count}.tmp", std::process::id()))
}

/// The file system.
struct Disk;

impl FileSteps for Disk {
    fn create(&mut self, path: &Path) -> io::Result<File> {
        // A process with the same id that ended in the middle of this may have left one.
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        OpenOptions::new().write(true).create_new(true).open(path)
    }

    fn write(&mut self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn permit(&mut self, file: &File, permissions: Permissions) -> io::Result<()> {
        file.set_permissions(permissions)
    }

    fn sync(&mut self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn link(&mut self, path: &Path, name: &Path) -> io::Result<()> {
        fs::hard_link(path, name).or_else(|_| fs::copy(path, name).map(|_bytes| ()))
    }

    fn rename(&mut self, path: &Path, name: &Path) -> io::Result<()> {
        fs::rename(path, name)
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync_folder(&mut self, folder: &Path) -> io::Result<()> {
        if cfg!(unix) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "power_cut.rs"]
mod power_cut;

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) const OLDER: &[u8] = b"older";
    pub(super) const OLD: &[u8] = b"the old file, whole";
    pub(super) const NEW: &[u8] = b"the new file, whole, and longer than the old one";

    /// The fault at a step.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Fault {
        /// The process is gone before the step, and with it all that follows.
        KilledBefore,
        /// The process is gone when half of the bytes are written.
        KilledWithin,
        /// The step fails, as on a full disk, and the process goes on.
        Fails,
    }

    /// The file system with a fault at one step.
    struct Faulty {
        step: usize,
        at: usize,
        fault: Fault,
        is_killed: bool,
    }

    impl Faulty {
        fn new(at: usize, fault: Fault) -> Self {
            Self {
                step: 0,
                at,
                fault,
                is_killed: false,
            }
        }

        /// Decides whether the step is carried out.
        fn enter(&mut self) -> io::Result<()> {
            if self.is_killed {
                return Err(io::Error::other("nobody is there to do it"));
            }
            let is_here = self.step == self.at;
            self.step += 1;
            if !is_here {
                return Ok(());
            }
            self.is_killed = self.fault != Fault::Fails;
            Err(io::ErrorKind::StorageFull.into())
        }
    }

    impl FileSteps for Faulty {
        fn create(&mut self, path: &Path) -> io::Result<File> {
            self.enter()?;
            Disk.create(path)
        }

        fn write(&mut self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
            let entered = self.enter();
            if entered.is_err() && self.fault != Fault::KilledBefore {
                file.write_all(&bytes[..bytes.len() / 2])?;
            }
            entered?;
            Disk.write(file, bytes)
        }

        fn permit(&mut self, file: &File, permissions: Permissions) -> io::Result<()> {
            self.enter()?;
            Disk.permit(file, permissions)
        }

        fn sync(&mut self, file: &File) -> io::Result<()> {
            self.enter()?;
            Disk.sync(file)
        }

        fn link(&mut self, path: &Path, name: &Path) -> io::Result<()> {
            self.enter()?;
            Disk.link(path, name)
        }

        fn rename(&mut self, path: &Path, name: &Path) -> io::Result<()> {
            self.enter()?;
            Disk.rename(path, name)
        }

        fn remove(&mut self, path: &Path) -> io::Result<()> {
            self.enter()?;
            Disk.remove(path)
        }

        fn sync_folder(&mut self, folder: &Path) -> io::Result<()> {
            self.enter()?;
            Disk.sync_folder(folder)
        }
    }

    /// Saves over an old file with a fault, and gives what is where the file was, what is in the backup, how many other
    /// files there are, the outcome, and how many steps were begun.
    fn saved_with(at: usize, fault: Fault) -> (Vec<u8>, Vec<u8>, usize, io::Result<()>, usize) {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("show.ron");
        fs::write(&target, OLD).expect("writes");
        fs::write(backup_path(&target), OLDER).expect("writes");
        let mut steps = Faulty::new(at, fault);
        let result = replace_by(&mut steps, &target, NEW, Backup::Keep);
        let others = fs::read_dir(folder.path()).expect("a folder").count() - 2;
        (
            fs::read(&target).expect("there is a file at every moment"),
            fs::read(backup_path(&target)).expect("there is a backup at every moment"),
            others,
            result,
            steps.step,
        )
    }

    #[test]
    fn without_a_fault_the_new_file_is_there_and_the_old_one_is_its_backup() {
        let (file, backup, others, result, steps) = saved_with(usize::MAX, Fault::Fails);
        assert!(result.is_ok(), "{result:?}");
        assert_eq!((file.as_slice(), backup.as_slice(), others), (NEW, OLD, 0));
        assert_eq!(steps, 8, "every step was taken once");
    }

    #[test]
    fn a_process_killed_at_any_step_leaves_the_old_or_the_new_file_whole() {
        let (.., steps) = saved_with(usize::MAX, Fault::Fails);
        for at in 0..steps {
            for fault in [Fault::KilledBefore, Fault::KilledWithin] {
                let (file, backup, ..) = saved_with(at, fault);
                assert!(file == OLD || file == NEW, "step {at}, {fault:?}: {file:?}");
                assert!(backup == OLDER || backup == OLD, "step {at}: {backup:?}");
            }
        }
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_lost_and_nothing_lying_about() {
        let (.., steps) = saved_with(usize::MAX, Fault::Fails);
        for at in 0..steps {
            let (file, _, others, result, _) = saved_with(at, Fault::Fails);
            let expected = if result.is_ok() { NEW } else { OLD };
            assert_eq!(file, expected, "step {at}: {result:?}");
            assert_eq!(others, 0, "step {at}: {result:?}");
        }
    }

    #[test]
    fn a_first_save_has_no_backup_and_none_is_kept_where_none_is_wanted() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("show.ron");
        replace_file(&target, OLD, Backup::Keep).expect("saves");
        assert!(!backup_path(&target).exists(), "there was nothing to keep");
        replace_file(&target, NEW, Backup::Drop).expect("saves");
        assert!(!backup_path(&target).exists(), "none was wanted");
        assert_eq!(fs::read(&target).expect("reads"), NEW);
    }
}
