//! How the window closes: not before what belongs to the person is written, and not kept by a disk that does not answer.
//!
//! ```text
//! AfterAsking ─ nothing is unsaved, or it was discarded ─► Finishing ─ all is written, or asked once more ─► Granted
//! ```

use super::prompts::Prompt;
use crate::app::SextetApp;
use crate::app::app::PROGRESS_INTERVAL;
use crate::command::{Command, WindowCommand};
use crate::control::project_io::IoJob;
use crate::control::recovery_io::RecoveryJob;
use crate::control::session::PendingAction;
use crate::time::Time;

/// How long the window waits for settings to be written before it says that it does.
const PATIENCE_AT_END: Time = Time::from_seconds(2);

/// Whether the window may close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CloseStage {
    /// Not before it was asked about unsaved changes.
    AfterAsking,
    /// It was; what belongs to the person is being written.
    Finishing {
        /// Since when.
        since: Time,
        /// How many threads have not told yet that they are done.
        left: u8,
    },
    /// The next request to close is granted.
    Granted,
}

impl SextetApp {
    /// Holds back a request to close the window until nothing is lost by it. A second one, made while a disk keeps the
    /// first waiting, is not held back by that disk.
    pub(crate) fn guard_close(&mut self, ctx: &egui::Context) {
        if let CloseStage::Finishing { since, .. } = self.closing {
            if self.engine_now() - since >= PATIENCE_AT_END {
                self.messages
                    .info("a disk does not answer; close once more to end without waiting for it");
            } else {
                ctx.request_repaint_after(PROGRESS_INTERVAL);
            }
        }
        let is_requested = ctx.input(|input| input.viewport().close_requested());
        if !is_requested || self.closing == CloseStage::Granted {
            return;
        }
        ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
        match self.closing {
            CloseStage::AfterAsking if self.session.is_saving_to_close() => {
                self.keep_at_once();
                self.state.ask(Prompt::StillSaving);
            }
            // What is being typed goes into the document first. A window that is not drawn cannot have it reported.
            CloseStage::AfterAsking
                if ctx.text_edit_focused()
                    && !self.window.waits_for_typing()
                    && !ctx.input(|input| input.viewport().minimized.unwrap_or(false)) =>
            {
                self.window
                    .carry_out_after_typing([Command::Window(WindowCommand::Quit)]);
            }
            CloseStage::AfterAsking => {
                let step = self.session.request(PendingAction::Close);
                self.take(step, ctx);
            }
            CloseStage::Finishing { .. } | CloseStage::Granted => self.close(ctx),
        }
    }

    /// Has what belongs to the person written before the window closes.
    pub(crate) fn finish(&mut self, ctx: &egui::Context) {
        let mut settings = self.state.settings.clone();
        let layout = self.window.layout();
        settings.layout.hidden = layout.hidden;
        settings.layout.panels.extend(layout.panels);
        // Asked for before: what is read of the context within `input` would wait for itself.
        let zoom = ctx.zoom_factor();
        ctx.input(|input| {
            let viewport = input.viewport();
            settings.layout.is_maximised = viewport.maximized.unwrap_or(false);
            if let Some(rect) = viewport.inner_rect
                && !settings.layout.is_maximised
                && !viewport.fullscreen.unwrap_or(false)
            {
                settings.layout.window = Some((rect.size() * zoom).into());
            }
        });
        self.closing = CloseStage::Finishing {
            since: self.engine_now(),
            left: 2,
        };
        // Nothing is unsaved any more, or it was discarded.
        let is_kept = self.submit_keep(RecoveryJob::Finish);
        match self.io.submit(IoJob::Finish(Box::new(settings.held()))) {
            Ok(()) if is_kept => self.jobs += 1,
            _ => self.close(ctx),
        }
    }

    /// One of those that had something to finish is done; with the last of them the window closes.
    pub(crate) fn finished(&mut self, ctx: &egui::Context) {
        if let CloseStage::Finishing { left, .. } = &mut self.closing {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.close(ctx);
            }
        }
    }

    /// Closes the window.
    pub(crate) fn close(&mut self, ctx: &egui::Context) {
        self.closing = CloseStage::Granted;
        ctx.send_viewport_cmd(egui::ViewportCommand::Close);
    }
}
