//! Messages to the user, over the upper part of the preview, which keeps its place.

use egui::{
    Align, Frame, Label, Layout, Margin, Rect, RichText, Sense, Stroke, TextStyle, Ui, UiBuilder,
    vec2,
};

use crate::command::{Command, WindowCommand};
use crate::status::document::Message;
use crate::ui::pass::Pass;
use crate::ui::widgets::{Icon, IconButton};

/// Messages shown at once; the log has them all.
const MOST: usize = 3;
/// Width of the button that dismisses a message.
const CLOSE_WIDTH: f32 = 26.0;
/// Height of that button.
const CLOSE_HEIGHT: f32 = 22.0;

/// Draws the newest messages from the upper edge of `place` on.
pub(crate) fn messages_ui(ui: &mut Ui, place: Rect, pass: &mut Pass<'_, '_>) {
    let messages = pass.view.messages;
    let layout = Layout::top_down(Align::Min);
    ui.scope_builder(UiBuilder::new().max_rect(place).layout(layout), |ui| {
        for message in &messages[messages.len().saturating_sub(MOST)..] {
            // Clicks on a message must not reach the preview below it.
            let shield = UiBuilder::new().sense(Sense::click_and_drag());
            ui.scope_builder(shield, |ui| message_ui(ui, message, pass));
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
            ui.horizontal_top(|ui| {
                let width = ui.available_width() - CLOSE_WIDTH;
                let column = Layout::top_down(Align::Min);
                // A single line is centred beside the button.
                let line = ui.text_style_height(&TextStyle::Body);
                let above = ((CLOSE_HEIGHT - line) / 2.0).max(0.0);
                ui.allocate_ui_with_layout(vec2(width, CLOSE_HEIGHT), column, |ui| {
                    ui.set_width(width);
                    ui.add_space(above);
                    let text = RichText::new(&message.text).color(theme.text);
                    ui.add(Label::new(text).wrap());
                });
                let close = IconButton::new(Icon::Close, "Dismiss message").quiet();
                if close.ui(ui, theme, "Dismiss".to_owned()).clicked() {
                    pass.push(Command::Window(WindowCommand::DismissMessage(message.id)));
                }
            });
        });
}
