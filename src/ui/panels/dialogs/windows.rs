//! Windows that float above the panels: the log, performance over time, the doctor, shortcuts, about.

use egui::{Grid, Id, LayerId, Order, RichText, ScrollArea, Ui, Window};

use super::project_settings::project_settings_ui;
use super::settings::settings_ui;
use crate::ui::actions::static_label;
use crate::ui::panels::doctor::doctor_ui;
use crate::ui::panels::log::log_ui;
use crate::ui::panels::performance::history::history_ui;
use crate::ui::panels::undo_history::undo_history_ui;
use crate::ui::pass::Pass;
use crate::ui::shortcuts::MENUS;
use crate::ui::state::Part;
use crate::ui::style;

/// The parts that float.
const FLOATING: [Part; 8] = [
    Part::Log,
    Part::History,
    Part::Steps,
    Part::Settings,
    Part::ProjectSettings,
    Part::Doctor,
    Part::Shortcuts,
    Part::About,
];

/// Closes the window in front of all others; gives whether there was one.
pub(crate) fn close_front(ctx: &egui::Context, pass: &mut Pass<'_, '_>) -> bool {
    let layers: Vec<_> = ctx.memory(|memory| memory.layer_ids().collect());
    let height = |part: &Part| {
        let layer = LayerId::new(Order::Middle, window_id(*part));
        layers.iter().position(|other| *other == layer)
    };
    let open = FLOATING.into_iter();
    let front = open
        .filter(|part| pass.state.is_shown(*part))
        .max_by_key(height);
    if let Some(part) = front {
        pass.state.set_shown(part, false);
    }
    front.is_some()
}

fn window_id(part: Part) -> Id {
    Id::unique(("window", part as usize))
}

/// Draws those that are open.
pub(crate) fn windows_ui(ui: &Ui, pass: &mut Pass<'_, '_>) {
    window_ui(ui, pass, Part::Log, "Log", [680.0, 320.0], log_ui);
    let title = "Performance over time";
    window_ui(ui, pass, Part::History, title, [720.0, 620.0], history_ui);
    let title = "Undo history";
    window_ui(
        ui,
        pass,
        Part::Steps,
        title,
        [280.0, 360.0],
        undo_history_ui,
    );
    window_ui(
        ui,
        pass,
        Part::Settings,
        "Settings",
        [560.0, 440.0],
        settings_ui,
    );
    let title = "Project settings";
    window_ui(
        ui,
        pass,
        Part::ProjectSettings,
        title,
        [460.0, 320.0],
        project_settings_ui,
    );
    let title = "Doctor";
    window_ui(ui, pass, Part::Doctor, title, [620.0, 420.0], doctor_ui);
    let title = "Keyboard shortcuts";
    window_ui(
        ui,
        pass,
        Part::Shortcuts,
        title,
        [460.0, 520.0],
        shortcuts_ui,
    );
    window_ui(
        ui,
        pass,
        Part::About,
        "About Sextet",
        [440.0, 220.0],
        about_ui,
    );
}

fn window_ui(
    ui: &Ui,
    pass: &mut Pass<'_, '_>,
    part: Part,
    title: &str,
    size: [f32; 2],
    content: fn(&mut Ui, &mut Pass<'_, '_>),
) {
    let mut is_open = pass.state.is_shown(part);
    Window::new(title)
        .id(window_id(part))
        .open(&mut is_open)
        .default_size(size)
        .default_pos(ui.ctx().content_rect().center() - egui::Vec2::from(size) / 2.0)
        .collapsible(false)
        .show(ui.ctx(), |ui| content(ui, pass));
    pass.state.set_shown(part, is_open);
}

fn shortcuts_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
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
                    ui.label(static_label(*action));
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

fn about_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let title = format!("Sextet {}", env!("CARGO_PKG_VERSION"));
    ui.label(
        RichText::new(title)
            .font(style::semibold(15.0))
            .color(pass.theme.accent),
    );
    ui.label(env!("CARGO_PKG_DESCRIPTION"));
    ui.add_space(8.0);
    ui.label("Licensed under MIT or Apache-2.0, as you choose.");
    ui.label(
        "Type: Inter 4.001, © 2016 The Inter Project Authors, under the SIL Open Font License 1.1 \
         (assets/fonts/OFL.txt).",
    );
    ui.label("Decoding beyond HAP: FFmpeg, under its own licence.");
}
