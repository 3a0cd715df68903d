//! The end of the program: not before unsaved changes, settings and recovery files are written, and not kept by a disk
//! that does not answer. See [`CloseStage`].

use super::controller::{CloseStage, Controller, PROGRESS_INTERVAL};
use super::media_import::MediaImport;
use super::messages::Notice;
use super::project_io::IoJob;
use super::prompts::Prompt;
use super::recovery_io::{RecoveryJob, RecoveryReply};
use super::session::{PendingAction, Session};
use super::shell_request::ShellRequest;
use super::window_restart::RestartState;
use crate::project::storage::recovery::RecoveryPlace;
use crate::settings::{Layout, Settings};
use crate::status::document::Remedy;
use crate::time::Time;

/// Time after which the user is told that settings are still being written.
const PATIENCE_AT_END: Time = Time::from_seconds(2);

impl Controller {
    /// Requests the end of the program, as the button of a window does: [`ShellRequest::Close`] follows when nothing is
    /// lost by it. A second request, made while a disk keeps the first waiting, is not held back by that disk.
    pub fn request_close(&mut self) {
        match self.closing {
            CloseStage::Open if self.session.is_saving_to_close() => {
                self.keep_at_once();
                self.prompts.push(Prompt::StillSaving);
            }
            CloseStage::Open => self.request(PendingAction::Close),
            CloseStage::AwaitingLayout | CloseStage::Finishing { .. } | CloseStage::Granted => {
                self.close_now();
            }
        }
        self.build_status();
    }

    /// True if a request to close is about the document first, with all that is being typed into it.
    pub fn closes_after_edits(&self) -> bool {
        self.closing == CloseStage::Open && !self.session.is_saving_to_close()
    }

    /// True once nothing is lost by closing.
    pub fn is_close_granted(&self) -> bool {
        self.closing == CloseStage::Granted
    }

    /// Closes without waiting for anything.
    pub fn close_now(&mut self) {
        self.closing = CloseStage::Granted;
        self.requests.push(ShellRequest::Close);
    }

    /// Goes on to close: nothing is unsaved any more, or it was discarded.
    pub(super) fn ask_for_layout(&mut self) {
        self.closing = CloseStage::AwaitingLayout;
        self.requests.push(ShellRequest::SaveLayout);
        // Without a shell that answers, the next tick goes on.
        self.tick_at(self.now());
    }

    /// Takes the layout of the window, to be saved with the settings as the program ends: the hidden panels and the
    /// size replace those before, sizes of panels that the window does not know stay.
    pub fn save_layout(&mut self, layout: Layout) {
        let mut settings = Settings::clone(&self.program.settings);
        settings.layout.hidden = layout.hidden;
        settings.layout.panels.extend(layout.panels);
        settings.layout.tools.extend(layout.tools);
        settings.layout.is_maximised = layout.is_maximised;
        settings.layout.window = layout.window.or(settings.layout.window);
        self.finish(settings);
    }

    /// Has settings and recovery files finished before the program closes.
    fn finish(&mut self, settings: Settings) {
        if self.closing != CloseStage::AwaitingLayout {
            return;
        }
        self.closing = CloseStage::Finishing {
            since: self.now(),
            left: 2,
        };
        let is_kept = self.io.submit_recovery(RecoveryJob::Finish);
        let job = IoJob::Finish(Box::new(settings.clamped()));
        if self.io.submit(job).is_err() || !is_kept {
            self.close_now();
        }
    }

    /// Goes on with a request to close.
    pub(super) fn follow_closing(&mut self) {
        match self.closing {
            CloseStage::AwaitingLayout => {
                let settings = Settings::clone(&self.program.settings);
                self.finish(settings);
            }
            CloseStage::Finishing { since, .. } if self.now() - since >= PATIENCE_AT_END => {
                self.messages
                    .info("A disk does not answer; close once more to end without waiting for it");
            }
            CloseStage::Finishing { .. } => self.tick_at(self.now() + PROGRESS_INTERVAL),
            CloseStage::Open | CloseStage::Granted => {}
        }
    }

    /// One of the threads has finished; with the last of them the program closes.
    pub(super) fn finished(&mut self) {
        if let CloseStage::Finishing { left, .. } = &mut self.closing {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.close_now();
            }
        }
    }

    /// True if the graphics device is gone.
    pub fn has_lost_gpu(&self) -> bool {
        self.engine.has_lost_gpu()
    }

    /// Closes this window for another one in its place, because the graphics device is gone.
    pub fn restart_window(&mut self) {
        self.leave();
        self.close_now();
    }

    /// Ends though nobody closed it: unsaved changes are kept, or where the graphics device is gone everything is left
    /// for the next window.
    ///
    /// That may come with a panic: what draws the window meets the lost device before anything here hears of it.
    pub fn end_unasked(&mut self) {
        if self.engine.has_lost_gpu() && self.closing != CloseStage::Granted {
            self.leave();
        } else {
            self.keep_and_wait();
        }
    }

    /// Leaves everything for the next window.
    fn leave(&mut self) {
        let state = RestartState {
            playhead: self.engine.playhead(),
            is_playing: self.engine.transport().is_playing(),
            place: self.kept_place(),
            session: std::mem::replace(&mut self.session, Session::new()),
        };
        self.restart.leave(state);
        self.import = MediaImport::default();
    }

    /// Keeps unsaved changes, and gives the place where they are.
    fn kept_place(&mut self) -> Option<RecoveryPlace> {
        self.keep_at_once();
        if !self.io.submit_recovery(RecoveryJob::GiveUp) {
            return None;
        }
        // The device is gone, so that nothing could be drawn while this waits for the disk.
        while let Some(reply) = self.io.wait_for_recovery() {
            match reply {
                Ok(RecoveryReply::GivenUp(place)) => return place,
                Ok(RecoveryReply::Kept(_) | RecoveryReply::Finished | RecoveryReply::Nothing) => {}
                Err(panic) => tracing::error!(panic, "recovery broke down"),
            }
        }
        None
    }

    /// Goes on with what the window before this one left.
    pub(super) fn take_over(&mut self) {
        let Some(state) = self.restart.take() else {
            return;
        };
        self.session = state.session;
        // What was being written when the other window closed is written by now, or its thread gave up.
        self.session.give_up_saving();
        if let Some(place) = state.place {
            self.io.submit_recovery(RecoveryJob::Adopt(place));
        }
        self.give_project();
        self.engine.seek(state.playhead);
        if state.is_playing {
            self.engine.play();
        }
        let text = "The graphics device was lost, and the window was opened anew with another one; nothing else changed. \
                    Look after its driver if it happens again";
        self.messages.error(Notice::new(text, Remedy::ShowLog));
    }
}
