//! The thread `doctor`, on which a project is examined: it measures for some seconds.

use std::io;
use std::sync::Arc;

use super::worker::{Waker, Worker};
use crate::doctor::{DoctorOptions, diagnose};
use crate::project::Project;
use crate::status::Diagnosis;

/// A project to examine.
pub(crate) struct DoctorJob {
    /// The project.
    pub project: Arc<Project>,
    /// The options of the examination.
    pub options: DoctorOptions,
}

/// The thread.
pub(crate) type DoctorThread = Worker<DoctorJob, (Arc<Project>, Diagnosis)>;

/// Starts the thread.
///
/// # Errors
/// The system gives no thread.
pub(crate) fn start(wake: Waker) -> io::Result<DoctorThread> {
    Worker::new("doctor", wake, |job: DoctorJob| {
        let diagnosis = diagnose(&job.project, &job.options);
        (job.project, diagnosis)
    })
}
