//! The top bar: menus, the document's name, the canvas.

use egui::{Align, Button, Layout, MenuBar, RichText, Sense, Ui};

use crate::ui::actions::{checked, is_enabled, label, perform};
use crate::ui::shortcuts::{Action, MENUS};
use crate::ui::state::Pass;
use crate::ui::{format, style};

/// Draws the bar.
pub(crate) fn top_bar_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let theme = pass.theme;
    let bar = ui.max_rect();
    ui.add_space((bar.height() - ui.spacing().interact_size.y) / 2.0);
    MenuBar::new().ui(ui, |ui| {
        ui.add_space(6.0);
        ui.label(
            RichText::new("Sextet")
                .font(style::semibold(13.0))
                .color(theme.accent),
        );
        ui.add_space(6.0);
        for (title, groups) in MENUS {
            let text = RichText::new(*title).color(theme.dim);
            ui.menu_button(text, |ui| menu_ui(ui, groups, pass));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(6.0);
            let canvas = &pass.view.project.canvas;
            let text = format!(
                "{} × {} · {} fps",
                canvas.width_px,
                canvas.height_px,
                format::fps(canvas.frame_rate)
            );
            ui.label(RichText::new(text).color(theme.dim));
        });
    });
    document_name_ui(ui, bar, pass);
}

fn menu_ui(ui: &mut Ui, groups: &[&[Action]], pass: &mut Pass<'_, '_>) {
    ui.set_min_width(210.0);
    for (index, group) in groups.iter().enumerate() {
        if index > 0 {
            ui.separator();
        }
        for action in *group {
            menu_item_ui(ui, *action, pass);
        }
    }
}

/// One line of a menu; also used by context menus.
pub(crate) fn menu_item_ui(ui: &mut Ui, action: Action, pass: &mut Pass<'_, '_>) {
    let mark = match checked(action, pass) {
        Some(true) => "✓  ",
        Some(false) => "     ",
        None => "",
    };
    let text = format!("{mark}{}", label(action, pass));
    let button = Button::new(text).shortcut_text(action.shortcut_text(ui.ctx()));
    let response = ui.add_enabled(is_enabled(action, pass), button);
    let response = response.accessible_name(label(action, pass));
    if response.clicked() {
        perform(action, pass);
        ui.close();
    }
}

fn document_name_ui(ui: &Ui, bar: egui::Rect, pass: &Pass<'_, '_>) {
    let document = &pass.view.document;
    let theme = pass.theme;
    let painter = ui.painter();
    let galley =
        painter.layout_no_wrap(document.name.to_owned(), style::semibold(13.0), theme.text);
    let rect = egui::Align2::CENTER_CENTER.anchor_size(bar.center(), galley.size());
    painter.galley(rect.min, galley, theme.text);
    let mut name = document.name.to_owned();
    if document.is_dirty {
        let centre = rect.right_center() + egui::vec2(16.0, 0.5);
        painter.circle_filled(centre, 4.0, theme.dim);
        name.push_str(", with unsaved changes");
    }
    let response = ui.interact(
        rect.expand2(egui::vec2(24.0, 4.0)),
        ui.scope_id().with("document name"),
        Sense::hover(),
    );
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &name));
    response.on_hover_text(if document.is_dirty {
        Action::Save.tooltip(ui.ctx(), "Unsaved changes; save them")
    } else {
        "All changes are saved".to_owned()
    });
}
