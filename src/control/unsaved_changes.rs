//! Unsaved changes, kept for after a crash.

use std::sync::Arc;

use super::autosave::AutosaveStep;
use super::controller::Controller;
use super::recovery_io::{RecoveryJob, RecoveryReply};
use crate::time::Time;

impl Controller {
    /// Keeps unsaved changes when it is time, and forgets them when they are saved.
    pub(super) fn keep_changes(&mut self) {
        let now = self.now();
        let document = self.session.history.project_arc();
        let is_dirty = self.session.history.is_dirty();
        let interval = Time::from_seconds(i64::from(self.program.settings.autosave_s));
        match self.autosave.step(&document, is_dirty, now, interval) {
            AutosaveStep::Wait(None) => {}
            AutosaveStep::Wait(Some(next)) => self.tick_at(next),
            AutosaveStep::Keep => {
                if !self.submit_changes() {
                    self.autosave.note(false, now);
                }
            }
            AutosaveStep::Forget => {
                self.io.submit_recovery(RecoveryJob::Forget);
            }
        }
        if let Some(next) = self.autosave.next_age(now) {
            self.tick_at(next);
        }
    }

    /// Hands the document to `recovery`; false if too much waits there.
    fn submit_changes(&mut self) -> bool {
        let document = self.session.history.project_arc();
        let origin = self.session.path().map(ToOwned::to_owned);
        self.io
            .submit_recovery(RecoveryJob::Keep(Arc::clone(&document), origin))
    }

    /// Has unsaved changes kept without waiting for the interval; true if there are any.
    pub(super) fn keep_at_once(&mut self) -> bool {
        // A drag that is held is a change like any other.
        self.session.history.commit();
        let is_dirty = self.session.history.is_dirty();
        if is_dirty {
            self.submit_changes();
        }
        is_dirty
    }

    /// Has unsaved changes kept after a panic in the thread that drives this; true if there are any.
    pub fn keep_after_panic(&mut self) -> bool {
        let is_dirty = self.keep_at_once();
        // The panic may have come between the release of the snapshot and the next status.
        self.build_status();
        is_dirty
    }

    /// Keeps unsaved changes and waits until that is done, for an end of the program that nobody asked for.
    pub fn keep_and_wait(&mut self) {
        if !self.keep_at_once() {
            return;
        }
        while let Some(reply) = self.io.wait_for_recovery() {
            if !matches!(reply, Ok(RecoveryReply::Nothing)) {
                return;
            }
        }
    }

    /// Does what goes on while ticks rest after a panic: replies about kept changes are received.
    pub fn rest(&mut self) {
        self.receive_recovery_replies();
        self.build_status();
    }
}
