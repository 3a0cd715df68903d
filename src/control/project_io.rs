//! Project I/O: project files, settings and reports, read and written on the thread `project-io`.
//!
//! A project is small, but the disk or the network share that it lies on may stall for seconds; playing goes on
//! meanwhile. One thread does one job after the other, so that two saves to one file cannot cross.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::app_dirs::AppDirs;
use super::document::Hold;
use super::templates;
use super::templates::Template;
use super::worker::{Waker, Worker};
use super::{recents, settings_file};
use crate::project::storage::file;
use crate::project::storage::lock::{FileLock, LockAttempt};
use crate::project::storage::recovery;
use crate::project::storage::recovery::RecoveredProject;
use crate::project::{
    FileStamp, Fingerprint, MediaId, PictureFacts, Project, ProjectFileError, backup_of,
};
use crate::settings::Settings;
use crate::status::program::RecentView;

/// A job of the thread.
#[derive(Debug)]
pub(crate) enum IoJob {
    /// Read recent projects, templates, and unsaved changes that crashes left behind.
    ScanAppDirs,
    /// Read a project, and lock it.
    Load(PathBuf, DocumentLock),
    /// Read the backup of a project, made by its last save, and lock the project; the path is that of the project.
    LoadBackup(PathBuf, DocumentLock),
    /// Lock the file of recovered changes, and read its contents.
    Reclaim(Box<RecoveredProject>, PathBuf, DocumentLock),
    /// Write a project, and lock its file.
    Save {
        /// The project.
        project: Arc<Project>,
        /// The file.
        path: PathBuf,
        /// Contents of the file as this window knows them.
        expected: ExpectedContents,
        /// The lock of the open document's file.
        lock: DocumentLock,
    },
    /// Save recovered changes to a file of their own beside this one.
    SaveBeside(Box<Project>, PathBuf),
    /// Write the settings.
    SaveSettings(Box<Settings>),
    /// Put a project on top of the recent ones, if one is given, and read the list.
    NoteRecent(Option<PathBuf>),
    /// Forget the recent projects.
    ForgetRecent,
    /// Write the settings as the program ends.
    Finish(Box<Settings>),
    /// Write a report or a log.
    WriteReport(String, PathBuf, ExpectedContents),
    /// Find the fingerprint of a media file.
    Fingerprint(FingerprintJob),
}

/// The lock of the open document's file, if this window has it.
pub(crate) type DocumentLock = Option<Arc<FileLock>>;

/// Contents that a file must have to be overwritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExpectedContents {
    /// Any: the user agreed.
    Anything,
    /// None: there must be no such file.
    Nothing,
    /// Those that were read from it or written to it last.
    Same(FileStamp),
}

/// A media file to fingerprint.
#[derive(Debug)]
pub(crate) struct FingerprintJob {
    /// Its id.
    pub media: MediaId,
    /// Its path.
    pub path: PathBuf,
    /// Its codec.
    pub codec: String,
    /// Number of its frames.
    pub frames: u64,
    /// Size and rate of its pictures.
    pub picture: PictureFacts,
}

/// The reply to a job.
#[derive(Debug)]
pub(crate) enum IoReply {
    /// Contents of the user's folders.
    AppDirsScanned(AppDirsContents),
    /// A project was read from this file, or could not be.
    Loaded(PathBuf, Result<LoadedProject, LoadFailure>),
    /// The backup of this project was read, or could not be.
    BackupLoaded(PathBuf, Result<LoadedProject, ProjectFileError>),
    /// Recovered changes, the access to their file, and its contents.
    Reclaimed(Box<RecoveredProject>, PathBuf, Access, Option<FileStamp>),
    /// This snapshot was written to this file, or could not be.
    Saved(Arc<Project>, PathBuf, Result<SavedProject, SaveError>),
    /// Recovered changes were saved to this file, or could not be.
    SavedBeside(Result<PathBuf, ProjectFileError>),
    /// The settings were written, or could not be.
    SettingsSaved(io::Result<()>),
    /// The recent projects.
    Recent(Vec<RecentView>),
    /// The program may end.
    Finished,
    /// A report was written to this file, or could not be.
    ReportWritten(PathBuf, io::Result<()>),
    /// This report was not written, because the file exists.
    ReportTaken(String, PathBuf),
    /// The fingerprint of a media file; none if it could not be read.
    Fingerprinted(MediaId, PathBuf, Option<Fingerprint>),
}

/// Contents of the user's folders at the start.
#[derive(Debug, Default)]
pub(crate) struct AppDirsContents {
    /// Recent projects.
    pub recent: Vec<RecentView>,
    /// Templates for new projects.
    pub templates: Vec<Template>,
    /// Unsaved changes that crashes left behind.
    pub recovered: recovery::RecoverySearch,
}

/// A project that was read.
#[derive(Debug)]
pub(crate) struct LoadedProject {
    /// The project.
    pub project: Box<Project>,
    /// Access to its file.
    pub access: Access,
    /// Stamp of its file; absent where there is none.
    pub stamp: Option<FileStamp>,
}

/// Access to the file of a project.
#[derive(Debug)]
pub(crate) enum Access {
    /// The file is this window's, with the hold on it.
    Own(Hold),
    /// Another window has it open; its process id, if known.
    Elsewhere(Option<u32>),
}

/// A project that was written.
#[derive(Debug)]
pub(crate) struct SavedProject {
    /// The hold on its file.
    pub hold: Hold,
    /// Stamp of its file.
    pub stamp: FileStamp,
}

/// A project that could not be read.
#[derive(Debug)]
pub(crate) struct LoadFailure {
    /// The reason.
    pub error: ProjectFileError,
    /// True if there is a backup.
    pub has_backup: bool,
}

/// Prospect of reading a file once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// It may succeed: a disk comes back, somebody mends the text.
    MayHelp,
    /// It will fail: this program cannot read such a file.
    IsFutile,
}

impl LoadFailure {
    /// Prospect of reading the file once more.
    pub fn retry(&self) -> Retry {
        match self.error {
            ProjectFileError::NewerVersion { .. } => Retry::IsFutile,
            _ => Retry::MayHelp,
        }
    }
}

/// A project that could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SaveError {
    /// Another window has the file open.
    #[error("another window of Sextet has this project open; save under another name: {}", .0.display())]
    OpenElsewhere(PathBuf),
    /// The file is not as it was when it was last read or written here.
    #[error("another program changed the file since it was opened or saved here: {}", .0.display())]
    Changed(PathBuf),
    /// There is a file where there was to be none.
    #[error("there is a file of this name already: {}", .0.display())]
    Taken(PathBuf),
    /// The file system refused.
    #[error(transparent)]
    File(#[from] ProjectFileError),
}

/// Writes a project into a file and gives the stamp of that; tests put in one that fails as disks do.
pub type SaveBackend =
    Arc<dyn Fn(&Project, &Path) -> Result<FileStamp, ProjectFileError> + Send + Sync>;

/// The thread that does these jobs.
pub(crate) type ProjectIo = Worker<IoJob, IoReply>;

/// Starts the thread. Without folders nothing is kept but the projects themselves.
///
/// # Errors
/// The system gives no thread.
pub(crate) fn start(
    wake: Waker,
    app_dirs: Option<AppDirs>,
    save: SaveBackend,
) -> io::Result<ProjectIo> {
    let mut files = ProjectFiles {
        app_dirs,
        save,
        written: None,
    };
    Worker::new("project-io", wake, move |job| files.carry_out(job))
}

/// State of the thread.
struct ProjectFiles {
    app_dirs: Option<AppDirs>,
    save: SaveBackend,
    /// The project file that was written last, and its stamp: a save that was requested before that was known expects
    /// the contents before.
    written: Option<(PathBuf, FileStamp)>,
}

impl ProjectFiles {
    fn carry_out(&mut self, job: IoJob) -> IoReply {
        match job {
            IoJob::ScanAppDirs => IoReply::AppDirsScanned(self.scan_app_dirs()),
            IoJob::Load(path, lock) => {
                let loaded = self.load(&path, lock);
                IoReply::Loaded(path, loaded)
            }
            IoJob::LoadBackup(path, lock) => {
                let loaded = self.load_backup(&path, lock);
                IoReply::BackupLoaded(path, loaded)
            }
            IoJob::Reclaim(recovered, path, lock) => self.reclaim(recovered, path, lock),
            IoJob::Save {
                project,
                path,
                expected,
                lock,
            } => {
                let saved = self.save(&project, &path, expected, lock);
                IoReply::Saved(project, path, saved)
            }
            IoJob::SaveBeside(project, path) => IoReply::SavedBeside(save_beside(&project, &path)),
            IoJob::SaveSettings(settings) => IoReply::SettingsSaved(self.save_settings(&settings)),
            IoJob::NoteRecent(path) => IoReply::Recent(self.note_recent(path.as_deref())),
            IoJob::ForgetRecent => IoReply::Recent(self.forget_recent()),
            IoJob::Finish(settings) => {
                if let Err(error) = self.save_settings(&settings) {
                    tracing::warn!(%error, "the settings are not saved");
                }
                IoReply::Finished
            }
            IoJob::WriteReport(text, path, ExpectedContents::Nothing) if path.exists() => {
                IoReply::ReportTaken(text, path)
            }
            IoJob::WriteReport(text, path, _) => {
                let written = std::fs::write(&path, text);
                IoReply::ReportWritten(path, written)
            }
            IoJob::Fingerprint(job) => fingerprint(job),
        }
    }

    fn scan_app_dirs(&self) -> AppDirsContents {
        let Some(app_dirs) = &self.app_dirs else {
            return AppDirsContents {
                templates: templates::load(None),
                ..AppDirsContents::default()
            };
        };
        AppDirsContents {
            recent: recents::load(&app_dirs.recent()),
            templates: templates::load(Some(&app_dirs.templates())),
            recovered: recovery::find(&app_dirs.recovery()),
        }
    }

    fn load(&self, path: &Path, lock: DocumentLock) -> Result<LoadedProject, LoadFailure> {
        let (project, stamp) = file::load_stamped(path).map_err(|error| LoadFailure {
            error,
            has_backup: backup_of(path).exists(),
        })?;
        Ok(LoadedProject {
            project: Box::new(project),
            access: self.lock(path, lock),
            stamp: Some(stamp),
        })
    }

    fn load_backup(
        &self,
        path: &Path,
        lock: DocumentLock,
    ) -> Result<LoadedProject, ProjectFileError> {
        Ok(LoadedProject {
            project: Box::new(file::load(&backup_of(path))?),
            access: self.lock(path, lock),
            stamp: stamp_of(path),
        })
    }

    /// Locks the file that recovered changes belong to. It may have been saved since they were found.
    fn reclaim(
        &self,
        mut recovered: Box<RecoveredProject>,
        path: PathBuf,
        lock: DocumentLock,
    ) -> IoReply {
        let access = self.lock(&path, lock);
        let stamp = match file::load_stamped(&path) {
            Ok((saved, stamp)) => {
                recovered.saved = saved;
                Some(stamp)
            }
            Err(_) => stamp_of(&path),
        };
        IoReply::Reclaimed(recovered, path, access, stamp)
    }

    /// Takes the lock of a project, unless it is the current one. Where locks are not available, all goes on without.
    fn lock(&self, path: &Path, current: DocumentLock) -> Access {
        let Some(app_dirs) = &self.app_dirs else {
            return Access::Own(Hold::Unlockable);
        };
        let lock = FileLock::path_for(&app_dirs.locks(), &real_path(path));
        if let Some(current) = current.filter(|current| current.is_at(&lock)) {
            return Access::Own(Hold::Locked(current));
        }
        match FileLock::try_take(&lock) {
            Ok(LockAttempt::Taken(lock)) => Access::Own(Hold::Locked(Arc::new(lock))),
            Ok(LockAttempt::HeldBy(process)) => Access::Elsewhere(process),
            Err(error) => {
                tracing::warn!(%error, path = %lock.display(), "no lock for the project");
                Access::Own(Hold::Unlockable)
            }
        }
    }

    fn save(
        &mut self,
        project: &Project,
        path: &Path,
        expected: ExpectedContents,
        lock: DocumentLock,
    ) -> Result<SavedProject, SaveError> {
        let Access::Own(hold) = self.lock(path, lock) else {
            return Err(SaveError::OpenElsewhere(path.to_owned()));
        };
        self.check(path, expected)?;
        let stamp = (self.save)(project, path)?;
        self.written = Some((path.to_owned(), stamp));
        Ok(SavedProject { hold, stamp })
    }

    /// Refuses to overwrite contents that the user does not know of. A file that is gone cannot be overwritten; one
    /// that cannot be read is reported by the write.
    fn check(&self, path: &Path, expected: ExpectedContents) -> Result<(), SaveError> {
        let Some(found) = stamp_of(path).filter(|_| expected != ExpectedContents::Anything) else {
            return Ok(());
        };
        let is_ours = |(written, stamp): &(PathBuf, FileStamp)| written == path && *stamp == found;
        if expected == ExpectedContents::Same(found) || self.written.as_ref().is_some_and(is_ours) {
            return Ok(());
        }
        Err(match expected {
            ExpectedContents::Nothing => SaveError::Taken(path.to_owned()),
            ExpectedContents::Anything | ExpectedContents::Same(_) => {
                SaveError::Changed(path.to_owned())
            }
        })
    }

    fn save_settings(&self, settings: &Settings) -> io::Result<()> {
        match &self.app_dirs {
            Some(app_dirs) => settings_file::save(settings, &app_dirs.settings()),
            None => Ok(()),
        }
    }

    fn forget_recent(&self) -> Vec<RecentView> {
        if let Some(app_dirs) = &self.app_dirs
            && let Err(error) = recents::forget(&app_dirs.recent())
        {
            tracing::warn!(%error, "recent projects are not forgotten");
        }
        self.note_recent(None)
    }

    fn note_recent(&self, path: Option<&Path>) -> Vec<RecentView> {
        let Some(app_dirs) = &self.app_dirs else {
            return Vec::new();
        };
        let file = app_dirs.recent();
        let Some(path) = path else {
            return recents::load(&file);
        };
        recents::note(&file, path).unwrap_or_else(|error| {
            tracing::warn!(%error, "the recent projects are not noted");
            recents::load(&file)
        })
    }
}

fn fingerprint(job: FingerprintJob) -> IoReply {
    let found = Fingerprint::of_file(&job.path, &job.codec, job.frames).ok();
    let found = found.map(|print| Fingerprint {
        picture: Some(job.picture),
        ..print
    });
    IoReply::Fingerprinted(job.media, job.path, found)
}

/// Stamp of the file at a path, if there is one that can be read.
fn stamp_of(path: &Path) -> Option<FileStamp> {
    FileStamp::of_file(path).unwrap_or_else(|error| {
        tracing::warn!(%error, path = %path.display(), "a project file cannot be looked at");
        None
    })
}

/// The real path of a file, so that the same file by another path has the same lock. One that does not exist yet lies
/// in a folder that does.
fn real_path(path: &Path) -> PathBuf {
    let within = |folder: &Path| {
        let folder = std::fs::canonicalize(folder).ok()?;
        Some(folder.join(path.file_name()?))
    };
    std::fs::canonicalize(path)
        .ok()
        .or_else(|| within(path.parent()?))
        .unwrap_or_else(|| path.to_owned())
}

/// Saves under a free name beside `origin`.
fn save_beside(project: &Project, origin: &Path) -> Result<PathBuf, ProjectFileError> {
    let stem = origin.file_stem().unwrap_or_default();
    let free = (1_u32..1000).map(|number| {
        let mut name = stem.to_owned();
        match number {
            1 => name.push(" recovered.ron"),
            _ => name.push(format!(" recovered {number}.ron")),
        }
        origin.with_file_name(name)
    });
    let mut free = free.filter(|path| !path.exists());
    let path = free
        .next()
        .unwrap_or_else(|| origin.with_extension("recovered.ron"));
    file::save(project, &path)?;
    Ok(path)
}
