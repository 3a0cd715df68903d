//! Reading and writing files for the window, on the thread `project-io`.
//!
//! A project is small, but the disk or the network share that it lies on may stall for seconds; playing goes on
//! meanwhile. One thread does one job after the other, so that two saves to one file cannot cross.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::places::Places;
use super::templates::{self, Template};
use super::worker::{Waker, Worker};
use super::{recents, settings_file};
use crate::project::lock::{FileLock, LockAttempt};
use crate::project::recovery;
use crate::project::{
    Fingerprint, MediaId, PictureFacts, Project, ProjectFileError, backup_path, file,
};
use crate::ui::program::RecentView;
use crate::ui::settings::Settings;

/// Something to read or write.
#[derive(Debug)]
pub(crate) enum IoJob {
    /// See what there is at the start: recent projects, templates, what crashes left behind.
    LookAround,
    /// Read a project, and lock it.
    Load(PathBuf),
    /// Read a project as it was before the last save; the path is that of the project.
    LoadBackup(PathBuf),
    /// Write a project; lock the file unless it is locked by this window already.
    Save {
        /// The project.
        project: Arc<Project>,
        /// The file.
        path: PathBuf,
        /// Whether this window has it open.
        is_own: bool,
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
    WriteReport(String, PathBuf),
    /// Find the fingerprint of a media file.
    Fingerprint(FingerprintJob),
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
pub(crate) enum IoDone {
    /// What there is at the start.
    LookedAround(Surroundings),
    /// A project was read from this file, or could not be.
    Loaded(PathBuf, Result<Loaded, LoadFailure>),
    /// A project was read as it was before the last save of this file, or could not be.
    BackupLoaded(PathBuf, Result<Box<Project>, ProjectFileError>),
    /// This snapshot was written to this file, or could not be.
    Saved(Arc<Project>, PathBuf, Result<Option<FileLock>, SaveError>),
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
    /// The fingerprint of a media file; none if it could not be read, which playing it will tell.
    Fingerprinted(MediaId, PathBuf, Option<Fingerprint>),
}

/// What there is at the start.
#[derive(Debug, Default)]
pub(crate) struct Surroundings {
    /// Projects that were open lately.
    pub recent: Vec<RecentView>,
    /// Templates for new projects.
    pub templates: Vec<Template>,
    /// What crashes left behind.
    pub recovered: recovery::Found,
}

/// A project that was read.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The project.
    pub project: Box<Project>,
    /// Whether another window has it open.
    pub access: Access,
}

/// Whether a project is this window's.
#[derive(Debug)]
pub(crate) enum Access {
    /// It is, with the lock unless locks cannot be had here.
    Own(Option<FileLock>),
    /// Another window has it open: the number of its process, if that is known.
    Elsewhere(Option<u32>),
}

/// A project that could not be read.
#[derive(Debug)]
pub(crate) struct LoadFailure {
    /// Why.
    pub error: ProjectFileError,
    /// Whether the file as it was before the last save is there.
    pub has_backup: bool,
}

/// A project that could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SaveError {
    /// Another window has the file open.
    #[error("another window of Sextet has this project open; save under another name: {}", .0.display())]
    OpenElsewhere(PathBuf),
    /// The file system refused.
    #[error(transparent)]
    File(#[from] ProjectFileError),
}

/// What writes a project into a file; tests put in one that fails as disks do.
pub type SaveBackend = Arc<dyn Fn(&Project, &Path) -> Result<(), ProjectFileError> + Send + Sync>;

/// The thread that does these jobs.
pub(crate) type ProjectIo = Worker<IoJob, IoDone>;

/// Starts the thread. Without places nothing is kept but the projects themselves.
///
/// # Errors
/// The system gives no thread.
pub(crate) fn start(
    wake: Waker,
    places: Option<Places>,
    save: SaveBackend,
) -> io::Result<ProjectIo> {
    let clerk = Clerk { places, save };
    Worker::new("project-io", wake, move |job| clerk.carry_out(job))
}

/// What the thread knows.
struct Clerk {
    places: Option<Places>,
    save: SaveBackend,
}

impl Clerk {
    fn carry_out(&self, job: IoJob) -> IoDone {
        match job {
            IoJob::LookAround => IoDone::LookedAround(self.look_around()),
            IoJob::Load(path) => {
                let loaded = self.load(&path);
                IoDone::Loaded(path, loaded)
            }
            IoJob::LoadBackup(path) => {
                let loaded = file::load(&backup_path(&path)).map(Box::new);
                IoDone::BackupLoaded(path, loaded)
            }
            IoJob::Save {
                project,
                path,
                is_own,
            } => {
                let saved = self.save(&project, &path, is_own);
                IoDone::Saved(project, path, saved)
            }
            IoJob::SaveBeside(project, path) => IoDone::SavedBeside(save_beside(&project, &path)),
            IoJob::WriteReport(text, path) => {
                let written = std::fs::write(&path, text);
                IoDone::ReportWritten(path, written)
            }
            IoJob::Fingerprint(job) => {
                let found = Fingerprint::of_file(&job.path, &job.codec, job.frames).ok();
                let found = found.map(|print| Fingerprint {
                    picture: Some(job.picture),
                    ..print
                });
                IoDone::Fingerprinted(job.media, job.path, found)
            }
            other => self.keep_for_the_person(other),
        }
    }

    fn keep_for_the_person(&self, job: IoJob) -> IoDone {
        match job {
            IoJob::SaveSettings(settings) => IoDone::SettingsSaved(self.save_settings(&settings)),
            IoJob::NoteRecent(path) => IoDone::Recent(self.note_recent(path.as_deref())),
            IoJob::ForgetRecent => {
                if let Some(places) = &self.places
                    && let Err(error) = recents::forget(&places.recent())
                {
                    tracing::warn!(%error, "recent projects are not forgotten");
                }
                IoDone::Recent(self.note_recent(None))
            }
            IoJob::Finish(settings) => {
                if let Err(error) = self.save_settings(&settings) {
                    tracing::warn!(%error, "the settings are not saved");
                }
                IoDone::Finished
            }
            other => {
                tracing::error!(?other, "a job that nobody does");
                IoDone::Nothing
            }
        }
    }

    fn look_around(&self) -> Surroundings {
        let Some(places) = &self.places else {
            return Surroundings {
                templates: templates::load(None),
                ..Surroundings::default()
            };
        };
        Surroundings {
            recent: recents::load(&places.recent()),
            templates: templates::load(Some(&places.templates())),
            recovered: recovery::find(&places.recovery()),
        }
    }

    fn load(&self, path: &Path) -> Result<Loaded, LoadFailure> {
        let project = file::load(path).map_err(|error| LoadFailure {
            error,
            has_backup: backup_path(path).exists(),
        })?;
        Ok(Loaded {
            project: Box::new(project),
            access: self.lock(path),
        })
    }

    /// Asks for the lock of a project. Where locks cannot be had, everything goes on without.
    fn lock(&self, path: &Path) -> Access {
        let Some(places) = &self.places else {
            return Access::Own(None);
        };
        // The same file by another path has the same lock.
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let lock = FileLock::path_for(&places.locks(), &real);
        match FileLock::try_take(&lock) {
            Ok(LockAttempt::Taken(lock)) => Access::Own(Some(lock)),
            Ok(LockAttempt::HeldBy(process)) => Access::Elsewhere(process),
            Err(error) => {
                tracing::warn!(%error, path = %lock.display(), "no lock for the project");
                Access::Own(None)
            }
        }
    }

    fn save(
        &self,
        project: &Project,
        path: &Path,
        is_own: bool,
    ) -> Result<Option<FileLock>, SaveError> {
        if is_own {
            (self.save)(project, path)?;
            return Ok(None);
        }
        // A file that is there must not be another window's; a new one is locked once it is there.
        if path.exists()
            && let Access::Elsewhere(_) = self.lock(path)
        {
            return Err(SaveError::OpenElsewhere(path.to_owned()));
        }
        (self.save)(project, path)?;
        match self.lock(path) {
            Access::Own(lock) => Ok(lock),
            Access::Elsewhere(_) => Ok(None),
        }
    }

    fn save_settings(&self, settings: &Settings) -> io::Result<()> {
        match &self.places {
            Some(places) => settings_file::save(settings, &places.settings()),
            None => Ok(()),
        }
    }

    fn note_recent(&self, path: Option<&Path>) -> Vec<RecentView> {
        let Some(places) = &self.places else {
            return Vec::new();
        };
        let file = places.recent();
        let Some(path) = path else {
            return recents::load(&file);
        };
        recents::note(&file, path).unwrap_or_else(|error| {
            tracing::warn!(%error, "the recent projects are not noted");
            recents::load(&file)
        })
    }
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
