//! A field that filters a list, with a button that empties it.

use egui::{Margin, Rect, Response, TextEdit, Ui, UiBuilder, vec2};

use super::{Icon, IconButton};
use crate::ui::theme::Theme;

/// Draws the field in all the width there is, and while something is in it a × at its end. `name` is its name in
/// AccessKit. `has_come` gives it the keyboard.
pub(crate) fn filter_ui(
    ui: &mut Ui,
    theme: &Theme,
    text: &mut String,
    (name, tooltip): (&str, &str),
    has_come: bool,
) -> Response {
    let right = if text.is_empty() { 7 } else { 24 };
    let field = TextEdit::singleline(text)
        .hint_text("Filter…")
        .desired_width(f32::INFINITY)
        .margin(Margin {
            right,
            ..Margin::symmetric(7, 4)
        });
    let response = ui.add(field).accessible_name(name).on_hover_text(tooltip);
    if has_come {
        response.request_focus();
    }
    if !text.is_empty() {
        let centre = response.rect.right_center() - vec2(13.0, 0.0);
        let place = Rect::from_center_size(centre, vec2(18.0, 18.0));
        let clear = ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
            let clear = IconButton::new(Icon::Close, "Clear the filter").quiet();
            clear.ui(ui, theme, "Clear the filter".to_owned())
        });
        if clear.inner.clicked() {
            text.clear();
            response.request_focus();
        }
    }
    response
}
