//! Keeping unsaved changes for after a crash, on the thread `recovery`.
//!
//! They lie in the person's own folder. The thread does nothing else, so that a network share which keeps `project-io` for
//! ever does not keep changes from being kept.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::worker::{Waker, Worker};
use crate::project::storage::recovery::RecoveryPlace;
use crate::project::{Project, ProjectFileError};

/// Something to do about unsaved changes.
#[derive(Debug)]
pub(crate) enum KeepJob {
    /// Keep those of the project that has this file.
    Keep(Arc<Project>, Option<PathBuf>),
    /// Forget what was kept.
    Forget,
    /// Go on keeping changes where they were found.
    Adopt(RecoveryPlace),
    /// Forget what was found.
    Discard(RecoveryPlace),
    /// Another window goes on: give up the place with what is in it.
    GiveUp,
    /// The program ends, and nothing is unsaved: give back the place.
    Finish,
}

/// A job that was done.
#[derive(Debug)]
pub(crate) enum KeepDone {
    /// Changes were kept, or could not be.
    Kept(Result<(), ProjectFileError>),
    /// The place with what is in it, if anything was kept.
    GivenUp(Option<RecoveryPlace>),
    /// The program may end.
    Finished,
    /// Nothing that anyone waits for.
    Nothing,
}

/// The thread that does these jobs.
pub(crate) type RecoveryIo = Worker<KeepJob, KeepDone>;

/// Starts the thread. Without a folder nothing is kept.
///
/// # Errors
/// The system gives no thread.
pub(crate) fn start(wake: Waker, folder: Option<PathBuf>) -> io::Result<RecoveryIo> {
    let mut keeper = Keeper {
        folder,
        place: None,
    };
    Worker::new("recovery", wake, move |job| keeper.carry_out(job))
}

/// What the thread keeps between jobs.
struct Keeper {
    folder: Option<PathBuf>,
    place: Option<RecoveryPlace>,
}

impl Keeper {
    fn carry_out(&mut self, job: KeepJob) -> KeepDone {
        match job {
            KeepJob::Keep(project, origin) => {
                KeepDone::Kept(self.keep(&project, origin.as_deref()))
            }
            KeepJob::Forget => {
                if let Some(place) = &self.place {
                    place.clear();
                }
                KeepDone::Nothing
            }
            KeepJob::Adopt(place) => {
                if let Some(before) = self.place.replace(place) {
                    before.close();
                }
                KeepDone::Nothing
            }
            KeepJob::Discard(place) => {
                place.close();
                KeepDone::Nothing
            }
            KeepJob::GiveUp => KeepDone::GivenUp(self.place.take()),
            KeepJob::Finish => {
                if let Some(place) = self.place.take() {
                    place.close();
                }
                KeepDone::Finished
            }
        }
    }

    fn keep(&mut self, project: &Project, origin: Option<&Path>) -> Result<(), ProjectFileError> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        if self.place.is_none() {
            let place = RecoveryPlace::open(folder).map_err(|source| ProjectFileError::Io {
                action: "keeping unsaved changes",
                source,
                path: folder.clone(),
            })?;
            self.place = Some(place);
        }
        match &self.place {
            Some(place) => place.keep(project, origin),
            None => Ok(()),
        }
    }
}
