//! The list of keyboard shortcuts, by menu.

use egui::{Grid, RichText, ScrollArea, Ui};

use crate::ui::pass::Pass;
use crate::ui::shortcuts::MENUS;
use crate::ui::style;

/// Draws the list.
pub(crate) fn shortcut_list_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for (title, groups) in MENUS {
            let heading = RichText::new(*title).font(style::semibold(style::TEXT));
            ui.label(heading.color(pass.theme.accent));
            Grid::new(*title).num_columns(2).spacing([24.0, 3.0]).show(ui, |ui| {
                for action in groups.iter().flat_map(|group| group.iter()) {
                    let keys = action.shortcut_text(ui.ctx());
                    if keys.is_empty() {
                        continue;
                    }
                    ui.label(RichText::new(keys).color(pass.theme.dim));
                    ui.label(action.label());
                    ui.end_row();
                }
            });
            ui.add_space(8.0);
        }
        let mouse = "Timeline: wheel moves, Ctrl and wheel zooms, Ctrl or Alt while dragging does not snap, Escape \
                     takes a drag back. A clip dragged with Alt, or with Ctrl and Shift, keeps its place and shows \
                     other frames.";
        ui.label(RichText::new(mouse).color(pass.theme.dim));
    });
}
