//! Execution of actions, and the conditions under which each is enabled.
//!
//! Actions on clips are in `clip_actions`, those on the playhead, markers and the loop range in `transport_actions`.

use super::pass::Pass;
use super::selection::Selection;
use super::{clip_actions, transport_actions};
use crate::command::Action;
pub(crate) use crate::command::static_label;
use crate::command::{
    Command, FileCommand, HistoryCommand, OutputCommand, ReportCommand, TransportCommand,
    WindowCommand,
};
use crate::project::edit::clip_edit;
use crate::project::edit::group_edit;
use crate::project::{
    Clip, EditCommand, LaneHeight, Layer, LayerEdit, LayerId, MAX_LAYERS, MarkerEdit, MediaEdit,
    ProjectEdit,
};
use crate::status::MediaState;
use crate::status::program::OutputPicture;
use crate::time::Time;
use crate::transport::Direction;

/// Carries out an action, if it can be done now.
pub(crate) fn perform(action: Action, pass: &mut Pass<'_, '_>) {
    if !is_enabled(action, pass) {
        return;
    }
    if let Some(command) = command_of(action) {
        pass.push(command);
        return;
    }
    let panels = &mut pass.state.panels;
    if let Some(panel) = panels.of_action(action) {
        let is_shown = panels.is_shown(panel.id);
        panels.set_shown(panel.id, !is_shown);
        return;
    }
    match action {
        Action::Deselect => pass.state.selection = Selection::Nothing,
        Action::OutputWindow => {
            let is_windowed = pass.view.program.output.is_windowed;
            pass.push(Command::Output(OutputCommand::SetWindowed(!is_windowed)));
        }
        Action::ShowOverlay => pass.state.has_overlay = !pass.state.has_overlay,
        Action::PreviewOnly => pass.state.is_preview_only = !pass.state.is_preview_only,
        Action::ZoomIn => pass.state.timeline.zoom(1.4),
        Action::ZoomOut => pass.state.timeline.zoom(1.0 / 1.4),
        Action::ZoomFit => pass.state.timeline.request_fit(),
        Action::ToggleSnap => {
            pass.state.timeline.is_snapping = !pass.state.timeline.is_snapping;
        }
        Action::NextTimeFormat => pass.state.time_format = pass.state.time_format.next(),
        Action::AddLayer => add_layer(pass),
        Action::Delete => delete(pass),
        Action::Rename => pass.state.renaming = pass.renaming(),
        Action::SelectAbove => select_layer(pass, -1),
        Action::SelectBelow => select_layer(pass, 1),
        Action::ToggleVisible | Action::ToggleSolo | Action::ToggleLock => {
            toggle_layer(action, pass);
        }
        Action::LaneTaller => set_height(pass, 1),
        Action::LaneLower => set_height(pass, -1),
        _ if clip_actions::can_perform(action, pass).is_some() => {
            clip_actions::perform(action, pass);
        }
        _ => transport_actions::perform(action, pass),
    }
}

/// Whether an action can be done now.
pub(crate) fn is_enabled(action: Action, pass: &Pass<'_, '_>) -> bool {
    let project = pass.view.project;
    match action {
        Action::Undo => pass.view.document.undo.is_some(),
        Action::Redo => pass.view.document.redo.is_some(),
        Action::Delete => {
            let selection = &pass.state.selection;
            !matches!(selection, Selection::Nothing | Selection::Within(_))
        }
        Action::Deselect => pass.state.selection != Selection::Nothing,
        Action::AddLayer => project.layers.len() < MAX_LAYERS,
        Action::Rename => pass.renaming().is_some(),
        Action::SelectAbove | Action::SelectBelow => !project.layers.is_empty(),
        Action::ToggleVisible
        | Action::ToggleSolo
        | Action::ToggleLock
        | Action::LaneTaller
        | Action::LaneLower => pass.selected_layer().is_some(),
        Action::ClearLoop => project.loop_range.is_some(),
        Action::PreviousMarker | Action::NextMarker => !project.markers.is_empty(),
        Action::Collect => !project.media.is_empty(),
        Action::Relink => pass.has_missing_media(),
        Action::Blackout | Action::TestPattern | Action::OutputFigures => {
            pass.view.program.output.is_open
        }
        other => clip_actions::can_perform(other, pass).unwrap_or(true),
    }
}

/// What an action is called in a menu.
pub(crate) fn label(action: Action, pass: &Pass<'_, '_>) -> String {
    let document = &pass.view.document;
    let named = |verb: &str, what: Option<&str>| match what {
        Some(what) => format!("{verb} {}", uncapitalised(what)),
        None => verb.to_owned(),
    };
    match action {
        Action::Undo => named("Undo", document.undo.as_deref()),
        Action::Redo => named("Redo", document.redo.as_deref()),
        Action::PlayPause if pass.view.transport.is_playing => "Pause".to_owned(),
        other => static_label(other).to_owned(),
    }
}

/// The same without its capital, for the middle of a sentence.
fn uncapitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_lowercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// Whether an action is something that is on or off, and which.
pub(crate) fn checked(action: Action, pass: &Pass<'_, '_>) -> Option<bool> {
    let panels = &pass.state.panels;
    if let Some(panel) = panels.of_action(action) {
        let is_checkable = panel.placement.is_checkable();
        return is_checkable.then(|| panels.is_shown(panel.id));
    }
    let layer = pass.selected_layer();
    let output = pass.view.program.output;
    match action {
        Action::ToggleLoop => Some(pass.view.project.is_looping),
        Action::ToggleSnap => Some(pass.state.timeline.is_snapping),
        Action::ShowOverlay => Some(pass.state.has_overlay),
        Action::PreviewOnly => Some(pass.state.is_preview_only),
        Action::Output => Some(output.is_open),
        Action::OutputWindow => Some(output.is_windowed),
        Action::Blackout => Some(output.picture == OutputPicture::Black),
        Action::TestPattern => Some(output.picture == OutputPicture::Pattern),
        Action::OutputFigures => Some(output.has_figures),
        Action::ToggleVisible => layer.map(|layer| layer.is_visible),
        Action::ToggleSolo => layer.map(|layer| layer.is_solo),
        Action::ToggleLock => layer.map(|layer| layer.is_locked),
        _ => None,
    }
}

/// How long a clip's media file is, once it is open.
pub(crate) fn media_duration(pass: &Pass<'_, '_>, clip: &Clip) -> Option<Time> {
    let media = &pass.view.snapshot.media;
    let status = media.iter().find(|status| status.id == clip.media)?;
    match &status.state {
        MediaState::Ready(summary) => Some(summary.duration),
        MediaState::Opening | MediaState::Failed(_) => None,
    }
}

fn command_of(action: Action) -> Option<Command> {
    Some(match action {
        Action::New => Command::File(FileCommand::New),
        Action::Open => Command::File(FileCommand::OpenDialog),
        Action::Save => Command::File(FileCommand::Save),
        Action::SaveAs => Command::File(FileCommand::SaveAs),
        Action::AddMedia => Command::File(FileCommand::AddMediaDialog),
        Action::Collect => Command::File(FileCommand::CollectDialog),
        Action::Relink => Command::File(FileCommand::RelinkDialog),
        Action::Output => Command::Output(OutputCommand::Toggle),
        Action::Blackout => Command::Output(OutputCommand::Show(OutputPicture::Black)),
        Action::TestPattern => Command::Output(OutputCommand::Show(OutputPicture::Pattern)),
        Action::OutputFigures => Command::Output(OutputCommand::ToggleFigures),
        Action::ExportReport => Command::Report(ReportCommand::ExportReport),
        Action::Quit => Command::Window(WindowCommand::Quit),
        Action::Undo => Command::Edit(HistoryCommand::Undo),
        Action::Redo => Command::Edit(HistoryCommand::Redo),
        Action::PlayPause => Command::Transport(TransportCommand::TogglePlay),
        Action::Stop => Command::Transport(TransportCommand::Stop),
        Action::PlayFromIn => Command::Transport(TransportCommand::PlayFromIn),
        Action::ShuttleBack => Command::Transport(TransportCommand::Shuttle(Direction::Backwards)),
        Action::ShuttleStop => Command::Transport(TransportCommand::Pause),
        Action::ShuttleForward => {
            Command::Transport(TransportCommand::Shuttle(Direction::Forwards))
        }
        Action::StepBack => Command::Transport(TransportCommand::StepFrames(-1)),
        Action::StepForward => Command::Transport(TransportCommand::StepFrames(1)),
        Action::ToStart => Command::Transport(TransportCommand::SeekTo(Time::ZERO)),
        Action::Fullscreen => Command::Window(WindowCommand::ToggleFullscreen),
        Action::ResetStats => Command::Report(ReportCommand::ResetStats),
        Action::CopyReport => Command::Report(ReportCommand::CopyReport),
        _ => return None,
    })
}

fn add_layer(pass: &mut Pass<'_, '_>) {
    let layer = clip_edit::new_layer(pass.view.project);
    pass.edit(EditCommand::Project(ProjectEdit::AddLayer {
        layer,
        index: 0,
    }));
}

fn delete(pass: &mut Pass<'_, '_>) {
    let project = pass.view.project;
    let edit = match &pass.state.selection {
        Selection::Nothing | Selection::Within(_) => None,
        Selection::Media(id) => Some(EditCommand::Media(MediaEdit::Remove(*id))),
        Selection::Layers(layers) => {
            let layers = layers.clone();
            remove_layers(&layers, pass);
            None
        }
        Selection::Marker(index) => Some(EditCommand::Marker(MarkerEdit::Remove(*index))),
        Selection::Clips(clips) => group_edit::removed(project, clips),
    };
    if let Some(edit) = edit {
        pass.edit(edit);
    }
}

/// Removes layers as one step, and tells what went with them.
pub(crate) fn remove_layers(ids: &[LayerId], pass: &mut Pass<'_, '_>) {
    let project = pass.view.project;
    let edits = ids
        .iter()
        .copied()
        .map(|id| EditCommand::Layer(id, LayerEdit::Remove));
    let Some(edit) = group_edit::batch("Remove layers", edits.collect()) else {
        return;
    };
    pass.edit(edit);
    let layers: Vec<&Layer> = ids.iter().filter_map(|id| project.layer(*id)).collect();
    // That one is locked is told by the edit, which removes none then.
    if layers.iter().any(|layer| layer.is_locked) {
        return;
    }
    let what = match &layers[..] {
        [layer] => format!("layer {}", layer.name),
        several => format!("{} layers", several.len()),
    };
    let with = match layers.iter().map(|layer| layer.clips.len()).sum() {
        0_usize => String::new(),
        1 => " with 1 clip".to_owned(),
        clips => format!(" with {clips} clips"),
    };
    let text = format!("{what}{with} removed; undo brings it all back");
    pass.push(Command::Window(WindowCommand::Tell(text)));
}

fn select_layer(pass: &mut Pass<'_, '_>, by: isize) {
    let layers = &pass.view.project.layers;
    let selected = pass.selected_layer().map(|layer| layer.id);
    let at = layers.iter().position(|layer| Some(layer.id) == selected);
    let index = match at {
        Some(index) => index.saturating_add_signed(by),
        None => 0,
    };
    let layer = layers.get(index.min(layers.len().saturating_sub(1)));
    if let Some(layer) = layer {
        pass.state.selection = Selection::of_layer(layer.id);
    }
}

fn set_height(pass: &mut Pass<'_, '_>, by: isize) {
    let heights = [LaneHeight::Low, LaneHeight::Normal, LaneHeight::Tall];
    let stepped = |layer: &Layer| {
        let at = heights
            .iter()
            .position(|height| *height == layer.lane_height)?;
        let height = heights.get(at.checked_add_signed(by)?)?;
        Some(EditCommand::Layer(layer.id, LayerEdit::SetHeight(*height)))
    };
    let edits = pass.selected_layers().into_iter().filter_map(stepped);
    if let Some(edit) = group_edit::batch("Change lane heights", edits.collect()) {
        pass.edit(edit);
    }
}

fn toggle_layer(action: Action, pass: &mut Pass<'_, '_>) {
    let layers = pass.selected_layers();
    let is_on = |layer: &Layer| match action {
        Action::ToggleVisible => layer.is_visible,
        Action::ToggleSolo => layer.is_solo,
        _ => layer.is_locked,
    };
    // Where some are on and some are off, all are on first.
    let turns_on = !layers.iter().all(|layer| is_on(layer));
    let edits = layers.into_iter().map(|layer| match action {
        Action::ToggleVisible => EditCommand::Layer(layer.id, LayerEdit::SetVisible(turns_on)),
        Action::ToggleSolo => EditCommand::Layer(layer.id, LayerEdit::SetSolo(turns_on)),
        _ => EditCommand::Layer(layer.id, LayerEdit::SetLocked(turns_on)),
    });
    if let Some(edit) = group_edit::batch("Change layers", edits.collect()) {
        pass.edit(edit);
    }
}
