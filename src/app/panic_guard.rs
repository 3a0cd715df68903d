//! What becomes of a panic on the window's own thread: unsaved changes are kept at once, and the person is told.
//!
//! ```text
//!            a step of the frame panics                      Go on
//! Running ──────────────────────────────► Broken(part) ────────────────► Running
//!                                             │ Close, or the window's own button
//!                                             └────────► closes at once; the next start offers what was kept
//! ```
//!
//! Where the panels broke down, the engine ticks on and the output shows the show, so that an audience notices nothing.
//! Where the work itself did, it rests until the person says to go on. A panic that is not of this program's steps, such
//! as one of the window's libraries, ends the window: [`SextetApp`] keeps the changes when it is dropped, and
//! [`window`](super::window) tells; or opens another one, where a lost graphics device was the reason.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::SextetApp;
use crate::control::closing::CloseStage;
use crate::control::recovery_io::{RecoveryJob, RecoveryReply};
use crate::media::fault_injection;
use crate::playback::thread::panic_text;
use crate::ui::panic_notice;
use crate::ui::panic_notice::{AfterBreakdown, BreakdownView};

/// A part of what the window does for a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FramePart {
    /// Answers taken up, commands carried out, the engine's tick.
    Work,
    /// The panels.
    Panels,
    /// The output window.
    Output,
}

impl FramePart {
    /// The step by which tests name it.
    fn step(self) -> &'static str {
        match self {
            Self::Work => "main work",
            Self::Panels => "main panels",
            Self::Output => "main output",
        }
    }
}

/// A panic that the person has not put away yet.
#[derive(Debug)]
pub(crate) struct PanicReport {
    part: FramePart,
    reason: String,
    /// Whether there was something to keep.
    is_dirty: bool,
}

impl SextetApp {
    /// Whether this part rests because it broke down.
    pub(crate) fn rests(&self, part: FramePart) -> bool {
        self.panic
            .as_ref()
            .is_some_and(|broken| broken.part == part)
    }

    /// Does a part of the frame; a panic in it is noted.
    pub(crate) fn guarded(
        &mut self,
        part: FramePart,
        ctx: &egui::Context,
        body: impl FnOnce(&mut Self),
    ) {
        // Unwind safe: what is kept is checked as it is written, the part rests, and going on is the person's choice.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            fault_injection::step(part.step());
            body(self);
        }));
        if let Err(panic) = outcome {
            let reason = panic_text(&*panic);
            tracing::error!(reason, ?part, "the window's thread broke down");
            let is_dirty = self.keep_at_once();
            self.panic = Some(PanicReport {
                part,
                reason,
                is_dirty,
            });
            ctx.request_repaint();
        }
    }

    /// Has unsaved changes kept without waiting for the interval. Says whether there are any.
    pub(crate) fn keep_at_once(&mut self) -> bool {
        // A drag that is held is a change like any other.
        self.session.history.commit();
        let is_dirty = self.session.history.is_dirty();
        if is_dirty {
            let document = self.session.history.project_arc();
            let origin = self.session.path().map(ToOwned::to_owned);
            self.submit_keep(RecoveryJob::Keep(Arc::clone(&document), origin));
        }
        is_dirty
    }

    /// As [`Self::keep_at_once`], and waits until it is done: for an end of the window that nobody asked for.
    pub(crate) fn keep_and_wait(&mut self) {
        if !self.keep_at_once() {
            return;
        }
        while let Some(outcome) = self.recovery.wait() {
            if !matches!(outcome, Ok(RecoveryReply::Nothing)) {
                return;
            }
        }
    }

    /// Draws what is told of the panic in place of the panels, and does as the person says.
    pub(crate) fn breakdown_ui(&mut self, ui: &mut egui::Ui) {
        let Some(broken) = &self.panic else {
            return;
        };
        let view = BreakdownView {
            reason: &broken.reason,
            is_playing_on: broken.part != FramePart::Work,
            is_dirty: broken.is_dirty,
        };
        match panic_notice::breakdown_ui(ui, &view) {
            Some(AfterBreakdown::GoOn) => {
                self.panic = None;
                ui.ctx().request_repaint();
            }
            Some(AfterBreakdown::Close) => self.close(ui.ctx()),
            None => {}
        }
    }

    /// What still happens while the work rests: the window can be closed, and answers about kept changes are taken up.
    pub(crate) fn rest(&mut self, ctx: &egui::Context) {
        self.take_up_kept(ctx);
        let is_requested = ctx.input(|input| input.viewport().close_requested());
        if is_requested && self.closing != CloseStage::Granted {
            self.close(ctx);
        }
    }
}

impl Drop for SextetApp {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.end_unasked();
        }
    }
}
