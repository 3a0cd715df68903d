//! The menu of what a bar has no room for.

use egui::{Popup, Ui};

use super::{Icon, IconButton};
use crate::ui::theme::Theme;

/// Width of the menu's button, in points.
pub(crate) const MORE_WIDTH: f32 = 18.0;

/// Draws the button `…`, and its menu while that is open. `name` says of what there is more.
pub(crate) fn more_ui(ui: &mut Ui, theme: &Theme, name: &'static str, menu: impl FnOnce(&mut Ui)) {
    let button = IconButton::new(Icon::More, name).quiet();
    let button = button.ui(ui, theme, format!("{name}, for which the bar has no room"));
    Popup::menu(&button).show(|ui| {
        ui.set_min_width(200.0);
        menu(ui);
    });
}
