//! Actions in the window: carrying one out, its label, and whether it is enabled or checked.
//!
//! Operations on clips are in `clip_actions`, those on the selection in `select_actions`, those that need no window in
//! `transport_actions`.

use super::pass::Pass;
use super::selection::Selection;
use super::{clip_actions, select_actions, transport_actions};
use crate::command::operation::{
    ContextOperation, LayerOperation, LayerSwitch, Operation, WindowOperation, Zoom,
};
use crate::command::{Action, Command, Need, OutputCommand, TreeContext, WindowCommand};
use crate::project::edit::group_edit;
use crate::project::{
    Clip, EditCommand, LaneHeight, Layer, LayerEdit, LayerId, MarkerEdit, MediaEdit,
};
use crate::status::MediaState;
use crate::time::Time;

/// Factor of one step of zooming.
const ZOOM_STEP: f64 = 1.4;

/// Carries out an action, if it can be done now.
pub(crate) fn perform(action: Action, pass: &mut Pass<'_, '_>) {
    if !is_enabled(action, pass) {
        return;
    }
    match action.operation() {
        Operation::Command(command) => pass.push(command),
        Operation::Context(operation) => transport_actions::perform(operation, pass),
        Operation::Window(operation) => perform_here(action, operation, pass),
    }
}

fn perform_here(action: Action, operation: WindowOperation, pass: &mut Pass<'_, '_>) {
    match operation {
        WindowOperation::Panel => {
            let panels = &mut pass.state.panels;
            if let Some(panel) = panels.of_action(action) {
                let is_shown = panels.is_shown(panel.id);
                panels.set_shown(panel.id, !is_shown);
            }
        }
        WindowOperation::ToggleOverlay => pass.state.has_overlay = !pass.state.has_overlay,
        WindowOperation::GoToTime => pass.state.wants_time_entry = true,
        WindowOperation::NextTimeFormat => {
            pass.state.time_format = pass.state.time_format.next();
        }
        WindowOperation::PreviewOnly => pass.state.is_preview_only = !pass.state.is_preview_only,
        WindowOperation::CropHandles => pass.state.is_cropping = !pass.state.is_cropping,
        WindowOperation::ToggleSnap => {
            pass.state.timeline.is_snapping = !pass.state.timeline.is_snapping;
        }
        WindowOperation::Zoom(zoom) => match zoom {
            Zoom::In => pass.state.timeline.zoom(ZOOM_STEP),
            Zoom::Out => pass.state.timeline.zoom(1.0 / ZOOM_STEP),
            Zoom::Fit => pass.state.timeline.request_fit(),
            Zoom::Selection => {
                if let Some((start, end)) = clip_actions::selected_span(pass) {
                    pass.state.timeline.show_span(start, end);
                }
            }
        },
        WindowOperation::Select(operation) => select_actions::perform(operation, pass),
        WindowOperation::Rename => pass.state.renaming = pass.renaming(),
        WindowOperation::Delete => delete(pass),
        WindowOperation::Layers(operation) => match operation {
            LayerOperation::Toggle(switch) => toggle_layer(switch, pass),
            LayerOperation::LaneHeight(by) => set_height(pass, by),
        },
        WindowOperation::Clips(operation) => clip_actions::perform(operation, pass),
    }
}

/// True where an action can be done now.
pub(crate) fn is_enabled(action: Action, pass: &Pass<'_, '_>) -> bool {
    match action.operation() {
        Operation::Command(_) => is_met(action.need(), pass),
        Operation::Context(operation) => operation.is_enabled(&context(pass)),
        Operation::Window(operation) => is_possible_here(operation, pass),
    }
}

fn is_met(need: Need, pass: &Pass<'_, '_>) -> bool {
    match need {
        Need::Nothing => true,
        Need::Undo => pass.view.document.undo.is_some(),
        Need::Redo => pass.view.document.redo.is_some(),
        Need::Media => !pass.view.project.media.is_empty(),
        Need::MissingMedia => pass.has_missing_media(),
        Need::OpenOutput => pass.view.program.output.is_open,
    }
}

fn is_possible_here(operation: WindowOperation, pass: &Pass<'_, '_>) -> bool {
    let selection = &pass.state.selection;
    match operation {
        WindowOperation::Panel
        | WindowOperation::ToggleOverlay
        | WindowOperation::GoToTime
        | WindowOperation::NextTimeFormat
        | WindowOperation::PreviewOnly
        | WindowOperation::CropHandles
        | WindowOperation::ToggleSnap
        | WindowOperation::Zoom(Zoom::In | Zoom::Out | Zoom::Fit) => true,
        WindowOperation::Zoom(Zoom::Selection) => !selection.clips().is_empty(),
        WindowOperation::Select(operation) => select_actions::is_enabled(operation, pass),
        WindowOperation::Rename => pass.renaming().is_some(),
        WindowOperation::Delete => !matches!(selection, Selection::Nothing | Selection::Within(_)),
        WindowOperation::Layers(LayerOperation::Toggle(_) | LayerOperation::LaneHeight(_)) => {
            pass.selected_layer().is_some()
        }
        WindowOperation::Clips(operation) => clip_actions::is_enabled(operation, pass),
    }
}

/// The state that the parameter tree reads, as the window shows it.
pub(crate) fn context<'v>(pass: &Pass<'_, 'v>) -> TreeContext<'v> {
    let view = pass.view;
    TreeContext {
        project: view.project,
        transport: view.transport,
        settings: &view.program.settings,
        output: view.program.output,
        displays: &view.program.displays,
    }
}

/// The label of an action in a menu.
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
        other => other.label().to_owned(),
    }
}

/// The same without its capital, for the middle of a sentence.
fn uncapitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_lowercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// State of an action that is on or off; none for others.
pub(crate) fn checked(action: Action, pass: &Pass<'_, '_>) -> Option<bool> {
    match action.operation() {
        Operation::Command(command) => checked_by(&command, pass),
        Operation::Context(operation) => match operation {
            ContextOperation::ToggleLoop => Some(pass.view.project.is_looping),
            ContextOperation::ToggleOutputWindowed => Some(pass.view.program.output.is_windowed),
            ContextOperation::Skip(_)
            | ContextOperation::ToEnd
            | ContextOperation::ToEdit(_)
            | ContextOperation::ToMarker(_)
            | ContextOperation::LoopFrom
            | ContextOperation::LoopTo
            | ContextOperation::ClearLoop
            | ContextOperation::AddMarker
            | ContextOperation::AddLayer => None,
        },
        Operation::Window(operation) => checked_here(action, operation, pass),
    }
}

fn checked_by(command: &Command, pass: &Pass<'_, '_>) -> Option<bool> {
    let output = pass.view.program.output;
    match command {
        Command::Output(command) => match command {
            OutputCommand::Toggle => Some(output.is_open),
            OutputCommand::ToggleFigures => Some(output.has_figures),
            OutputCommand::Show(picture) => Some(output.picture == *picture),
            OutputCommand::SetOpen(_)
            | OutputCommand::SetDisplay(_)
            | OutputCommand::SetWindowed(_)
            | OutputCommand::SetFigures(_)
            | OutputCommand::SetPicture(_) => None,
        },
        Command::File(_)
        | Command::Edit(_)
        | Command::Transport(_)
        | Command::Window(_)
        | Command::Report(_)
        | Command::Set(_) => None,
    }
}

fn checked_here(action: Action, operation: WindowOperation, pass: &Pass<'_, '_>) -> Option<bool> {
    match operation {
        WindowOperation::Panel => {
            let panels = &pass.state.panels;
            let panel = panels.of_action(action)?;
            let is_checkable = panel.placement.is_checkable();
            is_checkable.then(|| panels.is_shown(panel.id))
        }
        WindowOperation::ToggleOverlay => Some(pass.state.has_overlay),
        WindowOperation::ToggleSnap => Some(pass.state.timeline.is_snapping),
        WindowOperation::PreviewOnly => Some(pass.state.is_preview_only),
        WindowOperation::CropHandles => Some(pass.state.is_cropping),
        WindowOperation::Layers(LayerOperation::Toggle(switch)) => {
            Some(is_on(pass.selected_layer()?, switch))
        }
        WindowOperation::GoToTime
        | WindowOperation::NextTimeFormat
        | WindowOperation::Zoom(_)
        | WindowOperation::Select(_)
        | WindowOperation::Rename
        | WindowOperation::Delete
        | WindowOperation::Layers(LayerOperation::LaneHeight(_))
        | WindowOperation::Clips(_) => None,
    }
}

fn is_on(layer: &Layer, switch: LayerSwitch) -> bool {
    match switch {
        LayerSwitch::Visible => layer.is_visible,
        LayerSwitch::Solo => layer.is_solo,
        LayerSwitch::Locked => layer.is_locked,
    }
}

/// Length of a clip's media file, once it is open.
pub(crate) fn media_duration(pass: &Pass<'_, '_>, clip: &Clip) -> Option<Time> {
    let media = &pass.view.snapshot.media;
    let status = media.iter().find(|status| status.id == clip.media)?;
    match &status.state {
        MediaState::Ready(summary) => Some(summary.duration),
        MediaState::Opening | MediaState::Failed(_) => None,
    }
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
    let with = match layers.iter().map(|layer| layer.clips.len()).sum() {
        0_usize => String::new(),
        1 => " with 1 clip".to_owned(),
        clips => format!(" with {clips} clips"),
    };
    let text = match &layers[..] {
        [layer] => format!("The layer {}{with} was removed", layer.name),
        several => format!("{} layers{with} were removed", several.len()),
    };
    pass.push(Command::Window(WindowCommand::TellUndoable(text)));
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

fn toggle_layer(switch: LayerSwitch, pass: &mut Pass<'_, '_>) {
    let layers = pass.selected_layers();
    // Where some are on and some are off, all are on first.
    let turns_on = !layers.iter().all(|layer| is_on(layer, switch));
    let edit = match switch {
        LayerSwitch::Visible => LayerEdit::SetVisible(turns_on),
        LayerSwitch::Solo => LayerEdit::SetSolo(turns_on),
        LayerSwitch::Locked => LayerEdit::SetLocked(turns_on),
    };
    let edits = layers.into_iter();
    let edits = edits.map(|layer| EditCommand::Layer(layer.id, edit.clone()));
    if let Some(edit) = group_edit::batch("Change layers", edits.collect()) {
        pass.edit(edit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::panels::TABLE;

    #[test]
    fn every_panel_of_an_action_is_there() {
        for action in Action::all() {
            let is_panel = action.operation() == Operation::Window(WindowOperation::Panel);
            let is_there = TABLE.iter().any(|row| row.info.action == action);
            assert_eq!(is_there, is_panel, "{action:?}");
        }
    }
}
