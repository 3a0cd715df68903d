//! Reading and writing files for the window, on the thread `project-io`.
//!
//! A project is small, but the disk or the network share that it lies on may stall for seconds; playing goes on
//! meanwhile. One thread does one job after the other, so that two saves to one file cannot cross.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::app_dirs::Places;
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
    LookAround,
    /// Read a project, and lock it.
    Load(PathBuf, HeldLock),
    /// Read a project as it was before the last save, and lock it; the path is that of the project.
    LoadBackup(PathBuf, HeldLock),
    /// Lock the file of what a crash left behind, and see what it holds now.
    Reclaim(Box<Recovered>, PathBuf, HeldLock),
    /// Write a project, and lock its file.
    Save {
        /// The project.
        project: Arc<Project>,
        /// The file.
        path: PathBuf,
        /// What the file holds as far as this window knows.
        expected: Expected,
        /// The lock of the open document's file.
        held: HeldLock,
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
    WriteReport(String, PathBuf, Expected),
    /// Find the fingerprint of a media file.
    Fingerprint(FingerprintJob),
}

/// The lock of the open document's file, if this window has it.
pub(crate) type HeldLock = Option<Arc<FileLock>>;

/// What a file must hold for another to be written in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
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
pub(crate) enum IoDone {
    /// What there is at the start.
    LookedAround(Surroundings),
    /// A project was read from this file, or could not be.
    Loaded(PathBuf, Result<Loaded, LoadFailure>),
    /// A project was read as it was before the last save of this file, or could not be.
    BackupLoaded(PathBuf, Result<Loaded, ProjectFileError>),
    /// What a crash left behind, with its file looked after.
    Reclaimed(Box<Recovered>, PathBuf, Access, Option<FileStamp>),
    /// This snapshot was written to this file, or could not be.
    Saved(Arc<Project>, PathBuf, Result<Saved, SaveError>),
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
pub(crate) struct Saved {
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
pub(crate) enum SecondLook {
    /// It may: a disk comes back, somebody mends the text.
    MayHelp,
    /// It will not: this program cannot read such a file.
    IsVain,
}

impl LoadFailure {
    /// Whether reading the file once more may go otherwise.
    pub fn second_look(&self) -> SecondLook {
        match self.error {
            ProjectFileError::NewerVersion { .. } => SecondLook::IsVain,
            _ => SecondLook::MayHelp,
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
    let mut clerk = Clerk {
        places,
        save,
        written: None,
    };
    Worker::new("project-io", wake, move |job| clerk.carry_out(job))
}

/// What the thread knows.
struct Clerk {
    places: Option<Places>,
    save: SaveBackend,
    /// The project file that was written last, and what it then held: a save that was asked for before that was known
    /// expects what was there before.
    written: Option<(PathBuf, FileStamp)>,
}

impl Clerk {
    fn carry_out(&mut self, job: IoJob) -> IoDone {
        match job {
            IoJob::LookAround => IoDone::LookedAround(self.look_around()),
            IoJob::Load(path, held) => {
                let loaded = self.load(&path, held);
                IoDone::Loaded(path, loaded)
            }
            IoJob::LoadBackup(path, held) => {
                let loaded = self.load_backup(&path, held);
                IoDone::BackupLoaded(path, loaded)
            }
            IoJob::Reclaim(recovered, path, held) => self.reclaim(recovered, path, held),
            IoJob::Save {
                project,
                path,
                expected,
                held,
            } => {
                let saved = self.save(&project, &path, expected, held);
                IoDone::Saved(project, path, saved)
            }
            IoJob::SaveBeside(project, path) => IoDone::SavedBeside(save_beside(&project, &path)),
            IoJob::WriteReport(text, path, Expected::Nothing) if path.exists() => {
                IoDone::ReportTaken(text, path)
            }
            IoJob::WriteReport(text, path, _) => {
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

    fn load(&self, path: &Path, held: HeldLock) -> Result<Loaded, LoadFailure> {
        let (project, stamp) = file::load_stamped(path).map_err(|error| LoadFailure {
            error,
            has_backup: backup_path(path).exists(),
        })?;
        Ok(Loaded {
            project: Box::new(project),
            access: self.lock(path, held),
            stamp: Some(stamp),
        })
    }

    fn load_backup(&self, path: &Path, held: HeldLock) -> Result<Loaded, ProjectFileError> {
        Ok(Loaded {
            project: Box::new(file::load(&backup_path(path))?),
            access: self.lock(path, held),
            stamp: stamp_of(path),
        })
    }

    /// Locks the file that recovered changes belong to. It may have been saved since they were found.
    fn reclaim(&self, mut recovered: Box<Recovered>, path: PathBuf, held: HeldLock) -> IoDone {
        let access = self.lock(&path, held);
        let stamp = match file::load_stamped(&path) {
            Ok((saved, stamp)) => {
                recovered.saved = saved;
                Some(stamp)
            }
            Err(_) => stamp_of(&path),
        };
        IoDone::Reclaimed(recovered, path, access, stamp)
    }

    /// Asks for the lock of a project, unless it is the one that is held. Where locks cannot be had, everything goes on
    /// without.
    fn lock(&self, path: &Path, held: HeldLock) -> Access {
        let Some(places) = &self.places else {
            return Access::Own(Hold::Unlockable);
        };
        let lock = FileLock::path_for(&places.locks(), &real_path(path));
        if let Some(held) = held.filter(|held| held.is_at(&lock)) {
            return Access::Own(Hold::Locked(held));
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
        expected: Expected,
        held: HeldLock,
    ) -> Result<Saved, SaveError> {
        let Access::Own(hold) = self.lock(path, held) else {
            return Err(SaveError::OpenElsewhere(path.to_owned()));
        };
        self.check(path, expected)?;
        let stamp = (self.save)(project, path)?;
        self.written = Some((path.to_owned(), stamp));
        Ok(Saved { hold, stamp })
    }

    /// Sees to it that nothing is overwritten that the person does not know of. A file that is gone is none that could
    /// be; one that cannot be read is left to the writing to tell of.
    fn check(&self, path: &Path, expected: Expected) -> Result<(), SaveError> {
        let Some(found) = stamp_of(path).filter(|_| expected != Expected::Anything) else {
            return Ok(());
        };
        let is_ours = |(written, stamp): &(PathBuf, FileStamp)| written == path && *stamp == found;
        if expected == Expected::Same(found) || self.written.as_ref().is_some_and(is_ours) {
            return Ok(());
        }
        Err(match expected {
            Expected::Nothing => SaveError::Taken(path.to_owned()),
            Expected::Anything | Expected::Same(_) => SaveError::Changed(path.to_owned()),
        })
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
