//! The threads `project-io` and `recovery` with the count of their unanswered jobs, and the stall of the first.

use std::io;

use super::app_dirs::AppDirs;
use super::project_io::{self, IoJob, IoReply, ProjectIo, SaveBackend};
use super::recovery_io::{self, RecoveryIo, RecoveryJob, RecoveryReply};
use super::stall_detector::StallDetector;
use super::worker::{Outcome, SubmitError, Waker, Worker};
use crate::time::Time;

/// Owns both threads.
pub(crate) struct BackgroundIo {
    files: ProjectIo,
    recovery: RecoveryIo,
    unanswered: usize,
    stall: StallDetector,
}

impl BackgroundIo {
    /// Starts the threads.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(wake: &Waker, app_dirs: Option<AppDirs>, save: SaveBackend) -> io::Result<Self> {
        let folder = app_dirs.as_ref().map(AppDirs::recovery);
        Ok(Self {
            recovery: recovery_io::start(Waker::clone(wake), folder)?,
            files: project_io::start(Waker::clone(wake), app_dirs, save)?,
            unanswered: 0,
            stall: StallDetector::default(),
        })
    }

    /// Without threads: no job is taken.
    pub fn off() -> Self {
        Self {
            files: Worker::off(),
            recovery: Worker::off(),
            unanswered: 0,
            stall: StallDetector::default(),
        }
    }

    /// True without threads.
    pub fn is_off(&self) -> bool {
        self.files.is_off()
    }

    /// Hands a job to `project-io`.
    ///
    /// # Errors
    /// The reason why it is not taken.
    pub fn submit(&mut self, job: IoJob) -> Result<(), SubmitError> {
        self.files.submit(job)?;
        self.unanswered += 1;
        Ok(())
    }

    /// Hands a job to `recovery`; false if too many wait.
    pub fn submit_recovery(&mut self, job: RecoveryJob) -> bool {
        let is_submitted = self.recovery.submit(job).is_ok();
        self.unanswered += usize::from(is_submitted);
        is_submitted
    }

    /// The next reply of `project-io`, if there is one.
    pub fn poll(&mut self) -> Option<Outcome<IoReply>> {
        let reply = self.files.poll()?;
        self.unanswered = self.unanswered.saturating_sub(1);
        Some(reply)
    }

    /// The next reply of `recovery`, if there is one.
    pub fn poll_recovery(&mut self) -> Option<Outcome<RecoveryReply>> {
        let reply = self.recovery.poll()?;
        self.unanswered = self.unanswered.saturating_sub(1);
        Some(reply)
    }

    /// The next reply of `recovery`, waited for. For the end of the program only.
    pub fn wait_for_recovery(&mut self) -> Option<Outcome<RecoveryReply>> {
        let reply = self.recovery.wait()?;
        self.unanswered = self.unanswered.saturating_sub(1);
        Some(reply)
    }

    /// True if all jobs are answered.
    pub fn is_idle(&self) -> bool {
        self.unanswered == 0
    }

    /// True, once, when `project-io` has kept its jobs waiting for long.
    pub fn has_stalled(&mut self, now: Time) -> bool {
        self.stall.follow(self.files.answered_while_busy(), now)
    }

    /// Time of the next check for a stall, if there is one.
    pub fn next_stall_check(&self) -> Option<Time> {
        self.stall.next_check()
    }
}
