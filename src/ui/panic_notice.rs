//! The notice in place of the panels after a panic.
//!
//! It uses nothing of the panels, which may be what panicked.

use egui::{Align, Button, CentralPanel, Layout, RichText, Ui};

/// Width of the text, in points.
const WIDTH: f32 = 520.0;

/// The panic as it is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PanicView<'a> {
    /// Message of the panic.
    pub reason: &'a str,
    /// True while playing and the output go on.
    pub is_playing_on: bool,
    /// True if there were unsaved changes, which are kept.
    pub is_dirty: bool,
}

/// Answer of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AfterPanic {
    /// To try it once more.
    GoOn,
    /// Close the program.
    Close,
}

/// Draws it over the whole window; gives the answer, once there is one.
pub(crate) fn panic_notice_ui(ui: &mut Ui, view: &PanicView<'_>) -> Option<AfterPanic> {
    let mut answer = None;
    CentralPanel::default().show(ui, |ui| {
        ui.add_space(ui.available_height() * 0.25);
        ui.with_layout(Layout::top_down(Align::Center), |ui| {
            ui.set_max_width(WIDTH);
            ui.label(RichText::new("Sextet broke down").strong().size(18.0));
            ui.add_space(8.0);
            ui.label(text(view));
            ui.add_space(6.0);
            ui.label(RichText::new(view.reason).weak());
            ui.add_space(16.0);
            let go_on = ui.add_sized([200.0, 28.0], Button::new("Go on"));
            if go_on.on_hover_text("Try it once more").clicked() {
                answer = Some(AfterPanic::GoOn);
            }
            ui.add_space(6.0);
            let close = ui.add_sized([200.0, 28.0], Button::new("Close"));
            if close
                .on_hover_text("End the program; the next start offers what was kept")
                .clicked()
            {
                answer = Some(AfterPanic::Close);
            }
        });
    });
    answer
}

fn text(view: &PanicView<'_>) -> String {
    let playing = if view.is_playing_on {
        "The show plays on, but the window could not be drawn."
    } else {
        "Playing rests."
    };
    let kept = if view.is_dirty {
        "Unsaved changes are kept, and the next start offers them."
    } else {
        "Everything is saved."
    };
    format!("{playing} {kept}")
}
