//! What a window that has to close hands to the one that is opened in its place.
//!
//! A graphics device that is gone takes the whole window with it, since egui draws with the same one. The document, its
//! undo steps, and where it was playing go over as they are; nothing is written and nothing is asked.

use std::sync::Arc;

use parking_lot::Mutex;

use super::closing::CloseStage;
use crate::app::SextetApp;
use crate::control::media_import::MediaImport;
use crate::control::recovery_io::{RecoveryJob, RecoveryReply};
use crate::control::session::Session;
use crate::project::storage::recovery::RecoveryPlace;
use crate::time::Time;

/// Where one window leaves things and the next finds them. Clones are the same place.
#[derive(Clone, Default)]
pub struct WindowRestart(Arc<Mutex<Option<RestartState>>>);

/// What was left.
pub(crate) struct RestartState {
    session: Session,
    playhead: Time,
    is_playing: bool,
    /// Where unsaved changes are kept meanwhile.
    place: Option<RecoveryPlace>,
}

impl WindowRestart {
    /// Whether a window left something for the next.
    pub fn is_waiting(&self) -> bool {
        self.0.lock().is_some()
    }
}

impl SextetApp {
    /// Closes this window for another one in its place, because the graphics device is gone.
    pub(crate) fn leave_lost_device(&mut self, ctx: &egui::Context) {
        self.leave();
        self.close(ctx);
    }

    /// Leaves everything for the next window.
    fn leave(&mut self) {
        let left = RestartState {
            playhead: self.engine.playhead(),
            is_playing: self.engine.transport().is_playing(),
            place: self.kept_place(),
            session: std::mem::replace(&mut self.session, Session::new()),
        };
        *self.restart.0.lock() = Some(left);
        self.import = MediaImport::default();
    }

    /// What is done as the window ends though nobody closed it: unsaved changes are kept, or where the graphics device is
    /// gone everything is left for the next window.
    ///
    /// That may come with a panic: what draws the window meets the lost device before anything here hears of it.
    pub(crate) fn end_unasked(&mut self) {
        if self.engine.has_lost_gpu() && self.closing != CloseStage::Granted {
            self.leave();
        } else {
            self.keep_and_wait();
        }
    }

    /// Keeps unsaved changes, and gives the place where they are.
    fn kept_place(&mut self) -> Option<RecoveryPlace> {
        self.keep_at_once();
        if !self.submit_keep(RecoveryJob::GiveUp) {
            return None;
        }
        // The device is gone, so that nothing could be drawn while this waits for the disk.
        while let Some(outcome) = self.recovery.wait() {
            match outcome {
                Ok(RecoveryReply::GivenUp(place)) => return place,
                Ok(_) => {}
                Err(panic) => tracing::error!(panic, "recovery broke down"),
            }
        }
        None
    }

    /// Goes on with what the window before this one left.
    pub(crate) fn take_over(&mut self) {
        let Some(left) = self.restart.0.lock().take() else {
            return;
        };
        self.session = left.session;
        // What was being written when the other window closed is written by now, or its thread gave up.
        self.session.give_up_saving();
        if let Some(place) = left.place {
            self.submit_keep(RecoveryJob::Adopt(place));
        }
        self.give_project();
        self.engine.seek(left.playhead);
        if left.is_playing {
            self.engine.play();
        }
        self.messages.error(
            "the graphics device was lost, and the window was opened anew with another one; nothing else changed",
        );
    }
}
