//! The doctor, on a thread of its own: it measures for some seconds.

use std::io;
use std::sync::Arc;

use crate::app::SextetApp;
use crate::control::worker::{Waker, Worker};
use crate::doctor::{DoctorOptions, diagnose};
use crate::media::TextureSupport;
use crate::project::Project;
use crate::status::Diagnosis;

/// A project to examine.
pub(crate) struct DoctorJob {
    project: Arc<Project>,
    options: DoctorOptions,
}

/// The thread `doctor`.
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

impl SextetApp {
    /// Has the project examined. Playing pauses: it would take part of what is measured.
    pub(crate) fn examine(&mut self) {
        self.engine.pause();
        let has_bc = self
            .engine
            .snapshot()
            .adapter
            .as_ref()
            .is_none_or(|adapter| adapter.bc);
        let textures = if has_bc {
            TextureSupport::BlockCompressed
        } else {
            TextureSupport::RgbaOnly
        };
        let job = DoctorJob {
            project: Arc::clone(self.engine.project()),
            options: DoctorOptions::for_engine(self.engine.options(), textures),
        };
        match self.doctor.submit(job) {
            Ok(()) => self.engine.begin_examination(),
            Err(busy) => self.messages.error(busy.to_string()),
        }
    }

    /// Takes up what the doctor found.
    pub(crate) fn take_up_diagnosis(&mut self) {
        match self.doctor.poll() {
            Some(Ok((project, diagnosis))) => {
                self.engine.end_examination(&project, Some(diagnosis));
            }
            Some(Err(panic)) => {
                let project = Arc::clone(self.engine.project());
                self.engine.end_examination(&project, None);
                self.messages.error(format!(
                    "the examination broke down ({panic}); try it once more"
                ));
            }
            None => {}
        }
    }
}
