//! The line of help in the status bar: what can be done with what lies under the pointer.
//!
//! It is offered while the pointer is there and drawn by the pass after, since the bar comes before the panels.

use egui::Response;

/// The help for what lies under the pointer.
#[derive(Debug, Default)]
pub(crate) struct HelpLine {
    shown: Option<&'static str>,
    offered: Option<&'static str>,
}

impl HelpLine {
    /// Takes up what was offered in the pass before.
    pub fn begin_pass(&mut self) {
        self.shown = self.offered.take();
    }

    /// The line to draw.
    pub fn shown(&self) -> Option<&'static str> {
        self.shown
    }

    /// Asks for another pass where this one offered something else than it showed.
    pub fn end_pass(&self, ctx: &egui::Context) {
        if self.offered != self.shown {
            ctx.request_repaint();
        }
    }

    /// Offers a line while the pointer is on a widget or drags it. Of several, the one offered last is shown, so that
    /// a handle goes before what it lies on.
    pub fn offer(&mut self, response: &Response, text: &'static str) {
        if response.hovered() || response.dragged() {
            self.offered = Some(text);
        }
    }
}
