//! The panic guard of the window's own thread: unsaved changes are kept at once, and the user is told.
//!
//! ```text
//!            a part of the frame panics                      Go on
//! Running ──────────────────────────────► Broken(part) ────────────────► Running
//!                                             │ Close, or the window's own button
//!                                             └────────► closes at once; the next start offers what was kept
//! ```
//!
//! Where the panels panicked, the engine ticks on and the output shows the show, so that an audience notices nothing.
//! Where the work itself did, it rests until the user says to go on. A panic outside these parts, such as one of the
//! window's libraries, ends the window: the app keeps the changes when it is dropped, and [`window`](super::window)
//! reports it; or opens another one, where a lost graphics device was the reason.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::media::fault_injection;
use crate::playback::thread::panic_text;
pub(super) use crate::ui::panic_notice::AfterPanic;
use crate::ui::panic_notice::{PanicView, panic_notice_ui};

/// A part of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FramePart {
    /// The controller's tick, and what comes with it.
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

/// A panic that the user has not dismissed yet.
#[derive(Debug)]
struct PanicReport {
    part: FramePart,
    reason: String,
    /// True if there were changes to keep.
    is_dirty: bool,
}

/// Guards the parts of the frame.
#[derive(Debug, Default)]
pub(super) struct PanicGuard(Option<PanicReport>);

impl PanicGuard {
    /// Does a part of the frame.
    ///
    /// # Errors
    /// The message of the panic that it ended in.
    pub fn catch(part: FramePart, body: impl FnOnce()) -> Result<(), String> {
        // Unwind safe: what is kept is checked as it is written, the part rests, and going on is the user's choice.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            fault_injection::step(part.step());
            body();
        }));
        outcome.map_err(|panic| {
            let reason = panic_text(&*panic);
            tracing::error!(reason, ?part, "the window's thread broke down");
            reason
        })
    }

    /// Notes a panic.
    pub fn note(&mut self, part: FramePart, reason: String, is_dirty: bool) {
        self.0 = Some(PanicReport {
            part,
            reason,
            is_dirty,
        });
    }

    /// True while a panic has not been dismissed.
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// True if this part rests because it panicked.
    pub fn rests(&self, part: FramePart) -> bool {
        self.0.as_ref().is_some_and(|report| report.part == part)
    }

    /// Draws the notice over the whole window; gives the answer, once there is one.
    pub fn ui(&mut self, ui: &mut egui::Ui) -> Option<AfterPanic> {
        let report = self.0.as_ref()?;
        let view = PanicView {
            reason: &report.reason,
            is_playing_on: report.part != FramePart::Work,
            is_dirty: report.is_dirty,
        };
        let answer = panic_notice_ui(ui, &view);
        if answer == Some(AfterPanic::GoOn) {
            self.0 = None;
        }
        answer
    }
}
