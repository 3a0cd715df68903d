//! The menus that a right click opens on clips and lanes.

use egui::text::{LayoutJob, TextFormat};
use egui::{Response, Ui};

use crate::command::{Command, TransportCommand, operation};
use crate::project::edit::{clip_edit, group_edit};
use crate::project::{
    Clip, ClipEdit, EditCommand, LaneHeight, Layer, LayerEdit, LayerId, LoopMode, MAX_LAYERS,
    ProjectEdit, TimeRange,
};
use crate::time::Time;
use crate::ui::actions::remove_layers;
use crate::ui::panels::inspector::{LOOPS, listed};
use crate::ui::panels::top_bar::menu_item_ui;
use crate::ui::pass::Pass;
use crate::ui::shortcuts::Action;
use crate::ui::style;
use crate::ui::timeline_scale::Track;

const HEIGHTS: [(LaneHeight, &str); 3] = [
    (LaneHeight::Low, "Low"),
    (LaneHeight::Normal, "Normal"),
    (LaneHeight::Tall, "Tall"),
];
/// The names of the six colours.
pub(crate) const COLOUR_NAMES: [&str; MAX_LAYERS] =
    ["Violet", "Orange", "Blue", "Green", "Olive", "Rose"];

/// Draws the six colours; returns the one that was chosen.
pub(crate) fn colours_ui(ui: &mut Ui, current: u8, pass: &Pass<'_, '_>) -> Option<u8> {
    let mut chosen = None;
    for (index, name) in (0_u8..).zip(COLOUR_NAMES) {
        let colour = pass.theme.layers[usize::from(index)];
        let mark = if index == current { "✓" } else { "" };
        let font = style::regular(style::TEXT);
        let mut text = LayoutJob::default();
        let square = TextFormat::simple(font.clone(), colour);
        text.append("■", 0.0, square);
        let words = TextFormat::simple(font, pass.theme.text);
        text.append(&format!("{name}  {mark}"), 8.0, words);
        if ui.button(text).accessible_name(name).clicked() {
            chosen = Some(index);
            ui.close();
        }
    }
    chosen
}

/// The menu of a clip, which acts on the selection.
pub(crate) fn clip_menu_ui(response: &Response, clip: &Clip, pass: &mut Pass<'_, '_>) {
    response.context_menu(|ui| {
        ui.set_min_width(220.0);
        let groups: [&[Action]; 5] = [
            &[
                Action::SplitClip,
                Action::TrimStart,
                Action::TrimEnd,
                Action::RippleTrimStart,
                Action::RippleTrimEnd,
            ],
            &[Action::FadeInHere, Action::FadeOutHere],
            &[Action::Cut, Action::Copy, Action::Paste, Action::Duplicate],
            &[Action::Delete, Action::RippleDelete],
            &[Action::ZoomSelection, Action::LoopSelection],
        ];
        for (index, group) in groups.into_iter().enumerate() {
            for action in group {
                menu_item_ui(ui, *action, pass);
            }
            if index < 4 {
                ui.separator();
            }
        }
        ui.separator();
        ui.menu_button("Loop mode", |ui| loop_menu_ui(ui, clip, pass));
        if ui.button("Play backwards").clicked() {
            let edits = pass.state.selection.clips().iter().filter_map(|id| {
                let (_, clip) = pass.view.project.clip(*id)?;
                Some(EditCommand::Clip(*id, ClipEdit::SetSpeed(-clip.speed)))
            });
            let edit = group_edit::batch("Reverse clips", edits.collect());
            if let Some(edit) = edit {
                pass.edit(edit);
            }
            ui.close();
        }
    });
}

fn loop_menu_ui(ui: &mut Ui, clip: &Clip, pass: &mut Pass<'_, '_>) {
    for (mode, name) in LOOPS {
        let is_it = listed(clip.loop_mode) == *mode;
        if ui.radio(is_it, *name).clicked() {
            set_loop_mode(*mode, pass);
            ui.close();
        }
    }
}

fn set_loop_mode(mode: LoopMode, pass: &mut Pass<'_, '_>) {
    let clips = pass.state.selection.clips().iter();
    let edits = clips.map(|id| EditCommand::Clip(*id, ClipEdit::SetLoopMode(mode)));
    if let Some(edit) = group_edit::batch("Change loop mode", edits.collect()) {
        pass.edit(edit);
    }
}

/// The menu of the empty part of a lane.
pub(crate) fn lane_menu_ui(
    response: &Response,
    layer: &Layer,
    track: &Track,
    pass: &mut Pass<'_, '_>,
) {
    let at = pressed_time(response, track, pass);
    response.context_menu(|ui| {
        ui.set_min_width(220.0);
        if ui.button("Move the playhead here").clicked() {
            pass.push(Command::Transport(TransportCommand::SeekTo(at)));
            ui.close();
        }
        menu_item_ui(ui, Action::Paste, pass);
        if ui.button("Select the lane's clips").clicked() {
            let clips = layer.clips.iter().map(|clip| clip.id);
            pass.state.selection = crate::ui::selection::Selection::of_clips(clips.collect());
            ui.close();
        }
        ui.separator();
        layer_items_ui(ui, layer, pass);
    });
}

/// The menu of the ruler.
pub(crate) fn ruler_menu_ui(response: &Response, track: &Track, pass: &mut Pass<'_, '_>) {
    let at = pressed_time(response, track, pass);
    let project = pass.view.project;
    let frame = project.canvas.frame_rate.frame_duration();
    let end = project.duration().max(at + frame);
    let range = project.loop_range;
    response.context_menu(|ui| {
        ui.set_min_width(200.0);
        marker_here_ui(ui, at, pass);
        let edits = [
            (
                "Begin the loop here",
                EditCommand::Project(ProjectEdit::SetLoopRange(Some(TimeRange {
                    start: at,
                    end: range.map_or(end, |range| range.end.max(at + frame)),
                }))),
            ),
            (
                "End the loop here",
                EditCommand::Project(ProjectEdit::SetLoopRange(Some(TimeRange {
                    start: range.map_or(Time::ZERO, |range| range.start.min(at)),
                    end: at.max(frame),
                }))),
            ),
        ];
        for (name, edit) in edits {
            if ui.button(name).clicked() {
                pass.edit(edit);
                ui.close();
            }
        }
        for action in [Action::ClearLoop, Action::ToggleLoop] {
            menu_item_ui(ui, action, pass);
        }
        ui.separator();
        for action in [Action::GoToTime, Action::NextTimeFormat, Action::ZoomFit] {
            menu_item_ui(ui, action, pass);
        }
    });
}

/// Adds a marker, or renames the one that is there.
fn marker_here_ui(ui: &mut Ui, at: Time, pass: &mut Pass<'_, '_>) {
    let project = pass.view.project;
    let there = project.marker_at(at);
    let name = match there {
        Some(_) => "Rename the marker here…",
        None => "Add a marker here",
    };
    if ui.button(name).clicked() {
        match there {
            Some(index) => pass.rename_marker(index),
            None => pass.edit(operation::new_marker(project, at)),
        }
        ui.close();
    }
}

/// The time at which the menu was opened, which stays while it is open.
fn pressed_time(response: &Response, track: &Track, pass: &Pass<'_, '_>) -> Time {
    let id = response.id.with("menu time");
    let pointer = response.interact_pointer_pos();
    if response.secondary_clicked()
        && let Some(pointer) = pointer
    {
        let at = clip_edit::on_frame(pass.view.project, track.time_at(pointer.x));
        response.ctx.data_mut(|data| data.insert_temp(id, at));
    }
    let pressed = response.ctx.data(|data| data.get_temp(id));
    pressed.unwrap_or_default()
}

/// The menu of a lane's head.
pub(crate) fn head_menu_ui(response: &Response, layer: &Layer, pass: &mut Pass<'_, '_>) {
    response.context_menu(|ui| {
        ui.set_min_width(220.0);
        layer_items_ui(ui, layer, pass);
    });
}

fn layer_items_ui(ui: &mut Ui, layer: &Layer, pass: &mut Pass<'_, '_>) {
    if ui.button("Rename…").clicked() {
        pass.state.selection = crate::ui::selection::Selection::of_layer(layer.id);
        pass.state.renaming = pass.renaming();
        ui.close();
    }
    for action in [
        Action::ToggleVisible,
        Action::ToggleSolo,
        Action::ToggleLock,
    ] {
        menu_item_ui(ui, action, pass);
    }
    ui.menu_button("Colour", |ui| {
        if let Some(colour) = colours_ui(ui, layer.colour, pass) {
            edit_selected(pass, "Change layer colours", |id| {
                EditCommand::Layer(id, LayerEdit::SetColourIndex(colour))
            });
        }
    });
    ui.menu_button("Lane height", |ui| {
        for (height, name) in HEIGHTS {
            if ui.radio(layer.lane_height == height, name).clicked() {
                edit_selected(pass, "Change lane heights", |id| {
                    EditCommand::Layer(id, LayerEdit::SetHeight(height))
                });
                ui.close();
            }
        }
    });
    ui.separator();
    menu_item_ui(ui, Action::AddLayer, pass);
    let remove = egui::Button::new("Remove layer");
    if ui.add_enabled(!layer.is_locked, remove).clicked() {
        remove_layers(&[layer.id], pass);
        ui.close();
    }
}

/// Pushes the same edit of every selected layer, as one step.
fn edit_selected(
    pass: &mut Pass<'_, '_>,
    name: &'static str,
    edit: impl Fn(LayerId) -> EditCommand,
) {
    let layers = pass.selected_layers().into_iter();
    let edits = layers.map(|layer| edit(layer.id));
    if let Some(edit) = group_edit::batch(name, edits.collect()) {
        pass.edit(edit);
    }
}
