//! Messages to the user, over the upper part of the preview, which keeps its place.

use egui::{
    Align, Button, Frame, Label, Layout, Margin, Rect, RichText, Sense, Stroke, TextStyle, Ui,
    UiBuilder, vec2,
};

use crate::command::{Command, WindowCommand};
use crate::status::document::{Message, Remedy};
use crate::ui::actions::{is_enabled, perform};
use crate::ui::format;
use crate::ui::pass::Pass;
use crate::ui::shortcuts::Action;
use crate::ui::widgets::{Icon, IconButton};

/// Messages shown at once; the log has them all.
const MOST: usize = 3;
/// Least width of the text, in points.
const LEAST_TEXT: f32 = 80.0;
/// Height of the buttons of a message.
const CLOSE_HEIGHT: f32 = 22.0;

/// Draws the newest messages from the upper edge of `place` on.
pub(crate) fn messages_ui(ui: &mut Ui, place: Rect, pass: &mut Pass<'_, '_>) {
    let messages = pass.view.messages;
    let layout = Layout::top_down(Align::Min);
    ui.scope_builder(UiBuilder::new().max_rect(place).layout(layout), |ui| {
        for message in &messages[messages.len().saturating_sub(MOST)..] {
            // Clicks on a message must not reach the preview below it.
            let shield = UiBuilder::new().sense(Sense::click_and_drag());
            ui.scope_builder(shield, |ui| {
                ui.multiply_opacity(opacity(ui, message));
                message_ui(ui, message, pass);
            });
        }
    });
}

fn message_ui(ui: &mut Ui, message: &Message, pass: &mut Pass<'_, '_>) {
    let theme = pass.theme;
    let colour = if message.is_error {
        theme.error
    } else {
        theme.range
    };
    Frame::new()
        .fill(theme.panel.lerp_to_gamma(colour, 0.13))
        .stroke(Stroke::new(1.0, colour.gamma_multiply(0.45)))
        .corner_radius(4)
        .inner_margin(Margin::symmetric(10, 5))
        .outer_margin(Margin::symmetric(8, 3))
        .show(ui, |ui| {
            let width = ui.available_width();
            let row = Layout::right_to_left(Align::Min);
            // The buttons first, so that those of all messages end at the same edge; the text has the rest.
            ui.allocate_ui_with_layout(vec2(width, CLOSE_HEIGHT), row, |ui| {
                let close = IconButton::new(Icon::Close, "Dismiss message").quiet();
                let mut is_over = close.ui(ui, theme, "Dismiss".to_owned()).clicked();
                if let Some((action, text)) = message.remedy.map(help) {
                    is_over |= help_ui(ui, action, text, pass);
                }
                if is_over {
                    pass.push(Command::Window(WindowCommand::DismissMessage(message.id)));
                }
                let size = vec2(ui.available_width().max(LEAST_TEXT), CLOSE_HEIGHT);
                ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
                    ui.set_width(size.x);
                    // A single line is centred beside the button.
                    let line = ui.text_style_height(&TextStyle::Body);
                    ui.add_space(((CLOSE_HEIGHT - line) / 2.0).max(0.0));
                    let text = RichText::new(format::sentence(&message.text)).color(theme.text);
                    ui.add(Label::new(text).wrap());
                });
            });
        });
}

/// The action that helps, and the words on its button.
fn help(remedy: Remedy) -> (Action, &'static str) {
    match remedy {
        Remedy::Relink => (Action::Relink, "Relink…"),
        Remedy::AddMedia => (Action::AddMedia, "Add media…"),
        Remedy::Save => (Action::Save, "Save"),
        Remedy::SaveAs => (Action::SaveAs, "Save as…"),
        Remedy::ExportReport => (Action::ExportReport, "Export report…"),
        Remedy::OpenDoctor => (Action::ShowDoctor, "Open doctor"),
        Remedy::ShowLog => (Action::ShowLog, "Show log"),
        Remedy::Undo => (Action::Undo, "Undo"),
    }
}

/// Draws the button of a message; true if it was clicked, which answers the message.
fn help_ui(ui: &mut Ui, action: Action, text: &str, pass: &mut Pass<'_, '_>) -> bool {
    let button = Button::new(text).min_size(vec2(0.0, CLOSE_HEIGHT));
    let response = ui.add_enabled(is_enabled(action, pass), button);
    let tooltip = action.tooltip(ui.ctx(), action.label());
    if !response.on_hover_text(tooltip).clicked() {
        return false;
    }
    // A panel is opened, and not closed where it is open already.
    match pass.state.panels.of_action(action) {
        Some(panel) => pass.state.panels.set_shown(panel.id, true),
        None => perform(action, pass),
    }
    true
}

/// Fades a message in: its opacity, by the time since it was drawn first.
fn opacity(ui: &Ui, message: &Message) -> f32 {
    let now_s = ui.input(|input| input.time);
    let id = egui::Id::unique(("message", message.id));
    let since_s = ui.data_mut(|data| *data.get_temp_mut_or(id, now_s));
    let age_s = (now_s - since_s) as f32;
    let motion_s = ui.style().animation_time;
    if age_s >= motion_s {
        return 1.0;
    }
    ui.ctx().request_repaint();
    (age_s / motion_s).clamp(0.05, 1.0)
}
