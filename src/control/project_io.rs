//! Reading and writing files for the window, on the thread `project-io`.
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
use crate::project::storage::recovery::Recovered;
use crate::project::{
    FileStamp, Fingerprint, MediaId, PictureFacts, Project, ProjectFileError, backup_path,
};
use crate::settings::Settings;
use crate::status::program::RecentView;

/// Something to read or write.
#[derive(Debug)]
pub(crate) enum IoJob {
    /// See what there is at the start: recent projects, templates, what crashes left behind.
    ScanAppDirs,
    /// Read a project, and lock it.
    Load(PathBuf, DocumentLock),
    /// Read a project as it was before the last save, and lock it; the path is that of the project.
    LoadBackup(PathBuf, DocumentLock),
    /// Lock the file of what a crash left behind, and see what it holds now.
    Reclaim(Box<Recovered>, PathBuf, DocumentLock),
    /// Write a project, and lock its file.
    Save {
        /// The project.
        project: Arc<Project>,
        /// The file.
        path: PathBuf,
        /// What the file holds as far as this window knows.
        expected: ExpectedContents,
        /// The lock of the open document's file.
        lock: DocumentLock,
    },
    /// Save what was found in a file of its own beside this one, and open it.
    SaveBeside(Box<Project>, PathBuf),
    /// Write the settings.
    SaveSettings(Box<Settings>),
    /// Put a project on top of the recent ones; just look which are there without one.
    NoteRecent(Option<PathBuf>),
    /// Forget the recent projects.
    ForgetRecent,
    /// The program ends: write the settings.
    Finish(Box<Settings>),
    /// Write a report, which is a text.
    WriteReport(String, PathBuf, ExpectedContents),
    /// Find the fingerprint of a media file.
    Fingerprint(FingerprintJob),
}

/// The lock of the open document's file, if this window has it.
pub(crate) type DocumentLock = Option<Arc<FileLock>>;

/// What a file must hold for another to be written in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExpectedContents {
    /// Whatever it holds: the person was asked.
    Anything,
    /// Nothing: there must be no such file.
    Nothing,
    /// What was read from it or written to it last.
    Same(FileStamp),
}

/// A media file to know again.
#[derive(Debug)]
pub(crate) struct FingerprintJob {
    /// Its number in the project.
    pub media: MediaId,
    /// Where it is.
    pub path: PathBuf,
    /// Its codec, as opening it told.
    pub codec: String,
    /// How many frames it has, as opening it told.
    pub frames: u64,
    /// What its pictures are like, as opening it told.
    pub picture: PictureFacts,
}

/// A job that was done.
#[derive(Debug)]
pub(crate) enum IoReply {
    /// What there is at the start.
    AppDirsScanned(AppDirsContents),
    /// A project was read from this file, or could not be.
    Loaded(PathBuf, Result<LoadedProject, LoadFailure>),
    /// A project was read as it was before the last save of this file, or could not be.
    BackupLoaded(PathBuf, Result<LoadedProject, ProjectFileError>),
    /// What a crash left behind, with its file looked after.
    Reclaimed(Box<Recovered>, PathBuf, Access, Option<FileStamp>),
    /// This snapshot was written to this file, or could not be.
    Saved(Arc<Project>, PathBuf, Result<SavedProject, SaveError>),
    /// What was found is saved in this file, or could not be.
    SavedBeside(Result<PathBuf, ProjectFileError>),
    /// The settings were written, or could not be.
    SettingsSaved(io::Result<()>),
    /// The recent projects.
    Recent(Vec<RecentView>),
    /// The program may end.
    Finished,
    /// Nothing that anyone waits for.
    Nothing,
    /// A report was written to this file, or could not be.
    ReportWritten(PathBuf, io::Result<()>),
    /// This report was not written, because there is such a file.
    ReportTaken(String, PathBuf),
    /// The fingerprint of a media file; none if it could not be read, which playing it will tell.
    Fingerprinted(MediaId, PathBuf, Option<Fingerprint>),
}

/// What there is at the start.
#[derive(Debug, Default)]
pub(crate) struct AppDirsContents {
    /// Projects that were open lately.
    pub recent: Vec<RecentView>,
    /// Templates for new projects.
    pub templates: Vec<Template>,
    /// What crashes left behind.
    pub recovered: recovery::Found,
}

/// A project that was read.
#[derive(Debug)]
pub(crate) struct LoadedProject {
    /// The project.
    pub project: Box<Project>,
    /// Whether another window has it open.
    pub access: Access,
    /// What its file holds; absent where there is none.
    pub stamp: Option<FileStamp>,
}

/// Whether a project is this window's.
#[derive(Debug)]
pub(crate) enum Access {
    /// It is, with what keeps others from it.
    Own(Hold),
    /// Another window has it open: the number of its process, if that is known.
    Elsewhere(Option<u32>),
}

/// A project that was written.
#[derive(Debug)]
pub(crate) struct SavedProject {
    /// What keeps other windows from its file.
    pub hold: Hold,
    /// What its file holds.
    pub stamp: FileStamp,
}

/// A project that could not be read.
#[derive(Debug)]
pub(crate) struct LoadFailure {
    /// Why.
    pub error: ProjectFileError,
    /// Whether the file as it was before the last save is there.
    pub has_backup: bool,
}

/// Whether reading a file once more may go otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// It may: a disk comes back, somebody mends the text.
    MayHelp,
    /// It will not: this program cannot read such a file.
    IsFutile,
}

impl LoadFailure {
    /// Whether reading the file once more may go otherwise.
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

/// What writes a project into a file; tests put in one that fails as disks do.
///
/// Gives what the file then holds.
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

/// What the thread knows.
struct ProjectFiles {
    app_dirs: Option<AppDirs>,
    save: SaveBackend,
    /// The project file that was written last, and what it then held: a save that was asked for before that was known
    /// expects what was there before.
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
            IoJob::WriteReport(text, path, ExpectedContents::Nothing) if path.exists() => {
                IoReply::ReportTaken(text, path)
            }
            IoJob::WriteReport(text, path, _) => {
                let written = std::fs::write(&path, text);
                IoReply::ReportWritten(path, written)
            }
            IoJob::Fingerprint(job) => {
                let found = Fingerprint::of_file(&job.path, &job.codec, job.frames).ok();
                let found = found.map(|print| Fingerprint {
                    picture: Some(job.picture),
                    ..print
                });
                IoReply::Fingerprinted(job.media, job.path, found)
            }
            other => self.keep_for_the_person(other),
        }
    }

    fn keep_for_the_person(&self, job: IoJob) -> IoReply {
        match job {
            IoJob::SaveSettings(settings) => IoReply::SettingsSaved(self.save_settings(&settings)),
            IoJob::NoteRecent(path) => IoReply::Recent(self.note_recent(path.as_deref())),
            IoJob::ForgetRecent => {
                if let Some(app_dirs) = &self.app_dirs
                    && let Err(error) = recents::forget(&app_dirs.recent())
                {
                    tracing::warn!(%error, "recent projects are not forgotten");
                }
                IoReply::Recent(self.note_recent(None))
            }
            IoJob::Finish(settings) => {
                if let Err(error) = self.save_settings(&settings) {
                    tracing::warn!(%error, "the settings are not saved");
                }
                IoReply::Finished
            }
            other => {
                tracing::error!(?other, "a job that nobody does");
                IoReply::Nothing
            }
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
            has_backup: backup_path(path).exists(),
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
            project: Box::new(file::load(&backup_path(path))?),
            access: self.lock(path, lock),
            stamp: stamp_of(path),
        })
    }

    /// Locks the file that recovered changes belong to. It may have been saved since they were found.
    fn reclaim(&self, mut recovered: Box<Recovered>, path: PathBuf, lock: DocumentLock) -> IoReply {
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

    /// Asks for the lock of a project, unless it is the current one. Where locks cannot be had, everything goes on
    /// without.
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

    /// Sees to it that nothing is overwritten that the person does not know of. A file that is gone is none that could
    /// be; one that cannot be read is left to the writing to tell of.
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

/// What the file at a path holds, if there is one and it can be read.
fn stamp_of(path: &Path) -> Option<FileStamp> {
    FileStamp::of_file(path).unwrap_or_else(|error| {
        tracing::warn!(%error, path = %path.display(), "a project file cannot be looked at");
        None
    })
}

/// The path that a file has however it was named: the same file by another path has the same lock. One that is not there
/// yet lies in a folder that is.
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

/// Saves under a name beside `origin` that nothing has yet.
fn save_beside(project: &Project, origin: &Path) -> Result<PathBuf, ProjectFileError> {
    let stem = origin.file_stem().unwrap_or_default().to_string_lossy();
    let free = (1_u32..1000).map(|number| match number {
        1 => origin.with_file_name(format!("{stem} recovered.ron")),
        _ => origin.with_file_name(format!("{stem} recovered {number}.ron")),
    });
    let mut free = free.filter(|path| !path.exists());
    let path = free
        .next()
        .unwrap_or_else(|| origin.with_extension("recovered.ron"));
    file::save(project, &path)?;
    Ok(path)
}
