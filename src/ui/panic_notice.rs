//! The notice that is drawn in place of the panels after a panic.
//!
//! It uses nothing of the panels, which may be what panicked.

use egui::{Align, Button, CentralPanel, Layout, RichText, Ui};

/// Width of the text, in points.
const WIDTH: f32 = 520.0;

/// The facts that the notice states.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PanicNotice<'a> {
    /// The panic's message.
    pub reason: &'a str,
    /// True while playing and the output go on.
    pub is_playing_on: bool,
    /// True if there were unsaved changes, which are kept.
    pub is_dirty: bool,
}

/// The user's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PanicChoice {
    /// Try once more.
    GoOn,
    /// Close the program.
    Close,
}

/// Draws the notice over the whole window; returns the choice, once there is one.
pub(crate) fn panic_notice_ui(ui: &mut Ui, view: &PanicNotice<'_>) -> Option<PanicChoice> {
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
                answer = Some(PanicChoice::GoOn);
            }
            ui.add_space(6.0);
            let close = ui.add_sized([200.0, 28.0], Button::new("Close"));
            if close
                .on_hover_text("End the program; the next start offers what was kept")
                .clicked()
            {
                answer = Some(PanicChoice::Close);
            }
        });
    });
    answer
}

fn text(view: &PanicNotice<'_>) -> String {
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
