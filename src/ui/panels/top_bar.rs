//! The top bar: menus, the document's name, the canvas.

use egui::{Align, Button, Layout, MenuBar, RichText, Sense, Ui};

use crate::command::{Command, FileCommand};

use super::verdict::verdict_pill_ui;
use crate::status::program::RecentView;
use crate::ui::actions::{checked, is_enabled, label, perform};
use crate::ui::pass::Pass;
use crate::ui::shortcuts::{Action, MENUS};
use crate::ui::widgets::elided;
use crate::ui::{format, style};

/// Width beside the document's name, for the mark of unsaved changes, in points.
const NAME_SIDES: f32 = 26.0;
/// Width below which the name is left out; the window's title has it as well.
const NAME_LEAST: f32 = 24.0;

/// Draws the bar.
pub(crate) fn top_bar_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let theme = pass.theme;
    let bar = ui.max_rect();
    ui.add_space((bar.height() - ui.spacing().interact_size.y) / 2.0);
    let room = MenuBar::new().ui(ui, |ui| {
        ui.add_space(6.0);
        ui.label(
            RichText::new("Sextet")
                .font(style::semibold(13.0))
                .color(theme.accent),
        );
        ui.add_space(6.0);
        for (title, groups) in MENUS {
            let text = RichText::new(*title).color(theme.dim);
            ui.menu_button(text, |ui| {
                ui.set_min_width(230.0);
                if *title == "File" {
                    new_and_recent_ui(ui, pass);
                }
                menu_ui(ui, groups, pass);
            });
        }
        // The cursor, and not `min_rect`: a menu bar takes all the width from the start.
        let left = ui.cursor().left();
        let right = ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(6.0);
            verdict_pill_ui(ui, pass);
            ui.add_space(8.0);
            canvas_ui(ui, pass);
            ui.min_rect().left()
        });
        bar.with_min_x(left).with_max_x(right.inner)
    });
    document_name_ui(ui, bar, room.inner, pass);
}

/// The canvas's size and rate, if they fit.
fn canvas_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let canvas = &pass.view.project.canvas;
    let text = format!(
        "{} × {} · {} fps",
        canvas.width_px,
        canvas.height_px,
        format::fps(canvas.frame_rate)
    );
    let font = style::regular(style::TEXT);
    let galley = ui
        .painter()
        .layout_no_wrap(text.clone(), font, pass.theme.dim);
    if galley.size().x + 4.0 * ui.spacing().button_padding.x > ui.available_width() {
        return;
    }
    let text = RichText::new(text).color(pass.theme.dim);
    let button = ui.add(Button::new(text).frame_when_inactive(false));
    let tooltip = Action::ProjectSettings.tooltip(ui.ctx(), "Project settings");
    if button.on_hover_text(tooltip).clicked() {
        perform(Action::ProjectSettings, pass);
    }
}

/// The submenus of the file menu that list templates and recent projects.
fn new_and_recent_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let program = pass.view.program;
    ui.menu_button("New from template", |ui| {
        for (index, template) in program.templates.iter().enumerate() {
            if ui.button(&template.name).clicked() {
                pass.push(Command::File(FileCommand::NewFromTemplate(index)));
                ui.close();
            }
        }
        if program.templates.is_empty() {
            ui.label(RichText::new("There are no templates.").color(pass.theme.dim));
        }
    });
    ui.menu_button("Open recent", |ui| {
        ui.set_min_width(300.0);
        for recent in program.recent.iter() {
            recent_ui(ui, recent, pass);
        }
        if program.recent.is_empty() {
            ui.label(RichText::new("No project was open yet.").color(pass.theme.dim));
            return;
        }
        ui.separator();
        if ui.button("Forget all of them").clicked() {
            pass.push(Command::File(FileCommand::ForgetRecent));
            ui.close();
        }
    });
    ui.separator();
}

fn recent_ui(ui: &mut Ui, recent: &RecentView, pass: &mut Pass<'_, '_>) {
    let name = recent.path.file_name().unwrap_or(recent.path.as_os_str());
    let mut name = name.to_string_lossy().into_owned();
    if recent.is_missing {
        name.push_str("  (missing)");
    }
    let folder = recent
        .path
        .parent()
        .map(|folder| folder.display().to_string());
    let button = Button::new(name).shortcut_text(
        RichText::new(folder.unwrap_or_default())
            .small()
            .color(pass.theme.dim),
    );
    let response = ui.add_enabled(!recent.is_missing, button);
    let tooltip = recent.path.display().to_string();
    if response
        .on_hover_text(&tooltip)
        .on_disabled_hover_text(tooltip)
        .clicked()
    {
        pass.push(Command::File(FileCommand::Open(recent.path.clone())));
        ui.close();
    }
}

fn menu_ui(ui: &mut Ui, groups: &[&[Action]], pass: &mut Pass<'_, '_>) {
    let mut actions = groups.iter().flat_map(|group| group.iter());
    let has_marks = actions.any(|action| checked(*action, pass).is_some());
    for (index, group) in groups.iter().enumerate() {
        if index > 0 {
            ui.separator();
        }
        for action in *group {
            marked_item_ui(ui, *action, has_marks, pass);
        }
    }
}

/// One line of a menu; also used by context menus.
pub(crate) fn menu_item_ui(ui: &mut Ui, action: Action, pass: &mut Pass<'_, '_>) {
    let has_mark = checked(action, pass).is_some();
    marked_item_ui(ui, action, has_mark, pass);
}

/// One line of a menu, indented by a mark's width if another line of the menu has one.
fn marked_item_ui(ui: &mut Ui, action: Action, has_room: bool, pass: &mut Pass<'_, '_>) {
    let mark = match (checked(action, pass), has_room) {
        (Some(true), _) => "✓  ",
        (_, true) => "     ",
        (_, false) => "",
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

/// The document's name in the middle of the bar, moved aside by the menus and the canvas where they reach that far.
fn document_name_ui(ui: &Ui, bar: egui::Rect, room: egui::Rect, pass: &Pass<'_, '_>) {
    let document = &pass.view.document;
    let theme = pass.theme;
    let painter = ui.painter();
    let room = room.shrink2(egui::vec2(NAME_SIDES, 0.0));
    if room.width() < NAME_LEAST {
        return;
    }
    let font = style::semibold(13.0);
    let galley = elided(painter, &document.name, font, theme.text, room.width());
    let half = galley.size().x / 2.0;
    let centre = bar.center().x.min(room.right() - half);
    let centre = egui::pos2(centre.max(room.left() + half), bar.center().y);
    let rect = egui::Align2::CENTER_CENTER.anchor_size(centre, galley.size());
    painter.galley(rect.min, galley, theme.text);
    let mut name = document.name.clone();
    if document.is_dirty {
        let centre = rect.right_center() + egui::vec2(16.0, 0.5);
        painter.circle_filled(centre, 4.0, theme.dim);
        name.push_str(", with unsaved changes");
    }
    let response = ui.interact(
        rect.expand2(egui::vec2(NAME_SIDES - 2.0, 4.0)),
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
