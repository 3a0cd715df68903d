//! The label of a field, which resets it on a double click.

use egui::{Align2, Key, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::ui::style;
use crate::ui::theme::Theme;

/// Draws a label, brighter where something is changed; true if it is asked to reset that, by a double click or, focused,
/// by Enter.
pub(crate) fn reset_label_ui(ui: &mut Ui, size: Vec2, label: &str, is_changed: bool) -> bool {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = format!("Reset {}", label.to_lowercase());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &name));
    let theme = Theme::of(ui.ctx());
    let is_hot = response.hovered() || response.has_focus();
    let colour = match (is_changed, is_hot) {
        (true, true) => theme.strong,
        (true, false) => theme.text,
        (false, _) => theme.dim,
    };
    let font = style::regular(style::TEXT);
    let painter = ui.painter();
    painter.text(rect.left_center(), Align2::LEFT_CENTER, label, font, colour);
    let is_entered = response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    // A third click in a row may be the second one here.
    let is_double = response.double_clicked() || response.triple_clicked();
    let is_asked = is_double || is_entered;
    response.on_hover_text(if is_changed {
        "Changed; double-click to reset"
    } else {
        "As it is at first; once changed, a double click resets it"
    });
    is_changed && is_asked
}
