//! Recovery I/O: unsaved changes, kept for after a crash on the thread `recovery`.
//!
//! They lie in a folder of the user. The thread does nothing else, so that a network share which keeps `project-io` for
//! ever does not keep changes from being kept.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::worker::{Waker, Worker};
use crate::project::storage::recovery::RecoveryPlace;
use crate::project::{Project, ProjectFileError};

/// A job about unsaved changes.
#[derive(Debug)]
pub(crate) enum RecoveryJob {
    /// Keep those of the project that has this file.
    Keep(Arc<Project>, Option<PathBuf>),
    /// Forget what was kept.
    Forget,
    /// Go on keeping changes in this place, where they were found.
    Adopt(RecoveryPlace),
    /// Forget the changes in this place.
    Discard(RecoveryPlace),
    /// Another window goes on: give up the place with what is in it.
    GiveUp,
    /// The program ends, and nothing is unsaved: give back the place.
    Finish,
}

/// The reply to a job.
#[derive(Debug)]
pub(crate) enum RecoveryReply {
    /// Changes were kept, or could not be.
    Kept(Result<(), ProjectFileError>),
    /// The place with what is in it, if anything was kept.
    GivenUp(Option<RecoveryPlace>),
    /// The program may end.
    Finished,
    /// Done; nobody waits for it.
    Nothing,
}

/// The thread that does these jobs.
pub(crate) type RecoveryIo = Worker<RecoveryJob, RecoveryReply>;

/// Starts the thread. Without a folder nothing is kept.
///
/// # Errors
/// The system gives no thread.
pub(crate) fn start(wake: Waker, folder: Option<PathBuf>) -> io::Result<RecoveryIo> {
    let mut recovery = RecoveryKeeper {
        folder,
        place: None,
    };
    Worker::new("recovery", wake, move |job| recovery.carry_out(job))
}

/// State of the thread.
struct RecoveryKeeper {
    folder: Option<PathBuf>,
    place: Option<RecoveryPlace>,
}

impl RecoveryKeeper {
    fn carry_out(&mut self, job: RecoveryJob) -> RecoveryReply {
        match job {
            RecoveryJob::Keep(project, origin) => {
                RecoveryReply::Kept(self.keep(&project, origin.as_deref()))
            }
            RecoveryJob::Forget => {
                if let Some(place) = &self.place {
                    place.clear();
                }
                RecoveryReply::Nothing
            }
            RecoveryJob::Adopt(place) => {
                if let Some(before) = self.place.replace(place) {
                    before.close();
                }
                RecoveryReply::Nothing
            }
            RecoveryJob::Discard(place) => {
                place.close();
                RecoveryReply::Nothing
            }
            RecoveryJob::GiveUp => RecoveryReply::GivenUp(self.place.take()),
            RecoveryJob::Finish => {
                if let Some(place) = self.place.take() {
                    place.close();
                }
                RecoveryReply::Finished
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
