//! What each action does, when it can be done, and what it is called.

use super::Command;
use super::clip_edit;
use super::shortcuts::Action;
use super::state::{Part, Pass, Selection};
use crate::project::{Clip, EditCommand, Layer, MAX_LAYERS, Marker, TimeRange};
use crate::stats::MediaState;
use crate::time::Time;

/// Carries out an action, if it can be done now.
pub(crate) fn perform(action: Action, pass: &mut Pass<'_, '_>) {
    if !is_enabled(action, pass) {
        return;
    }
    if let Some(command) = command_of(action) {
        pass.push(command);
        return;
    }
    if let Some(part) = part_of(action) {
        let is_shown = pass.state.is_shown(part);
        pass.state.set_shown(part, !is_shown);
        return;
    }
    match action {
        Action::Deselect => pass.state.selection = Selection::Nothing,
        Action::PreviewOnly => pass.state.is_preview_only = !pass.state.is_preview_only,
        Action::ZoomIn => pass.state.timeline.zoom(1.4),
        Action::ZoomOut => pass.state.timeline.zoom(1.0 / 1.4),
        Action::ZoomFit => pass.state.timeline.request_fit(),
        Action::AddLayer => add_layer(pass),
        Action::Delete => delete(pass),
        Action::SplitClip | Action::TrimStart | Action::TrimEnd => edit_clip(action, pass),
        Action::ToggleVisible | Action::ToggleSolo | Action::ToggleLock => {
            toggle_layer(action, pass);
        }
        _ => move_or_mark(action, pass),
    }
}

/// Whether an action can be done now.
pub(crate) fn is_enabled(action: Action, pass: &Pass<'_, '_>) -> bool {
    let project = pass.view.project;
    match action {
        Action::Undo => pass.view.document.undo.is_some(),
        Action::Redo => pass.view.document.redo.is_some(),
        Action::Delete | Action::Deselect => pass.state.selection != Selection::Nothing,
        Action::AddLayer => project.layers.len() < MAX_LAYERS,
        Action::SplitClip => !split_edits(pass).is_empty(),
        Action::TrimStart | Action::TrimEnd => editable_clip(pass).is_some(),
        Action::ToggleVisible | Action::ToggleSolo | Action::ToggleLock => {
            pass.selected_layer().is_some()
        }
        Action::ClearLoop => project.loop_range.is_some(),
        _ => true,
    }
}

/// What an action is called in a menu.
pub(crate) fn label(action: Action, pass: &Pass<'_, '_>) -> String {
    let document = &pass.view.document;
    let named = |verb: &str, what: Option<&str>| match what {
        Some(what) => format!("{verb} {what}"),
        None => verb.to_owned(),
    };
    match action {
        Action::Undo => named("Undo", document.undo),
        Action::Redo => named("Redo", document.redo),
        Action::PlayPause if pass.view.transport.is_playing => "Pause".to_owned(),
        other => static_label(other).to_owned(),
    }
}

/// What an action is called where its state does not matter.
pub(crate) fn static_label(action: Action) -> &'static str {
    match action {
        Action::New => "New project",
        Action::Open => "Open…",
        Action::Save => "Save",
        Action::SaveAs => "Save as…",
        Action::AddMedia => "Add media…",
        Action::ExportReport => "Export report…",
        Action::Quit => "Quit",
        Action::Undo => "Undo",
        Action::Redo => "Redo",
        Action::Delete => "Delete",
        Action::AddLayer => "Add layer",
        Action::Deselect => "Select nothing",
        Action::SplitClip => "Split at playhead",
        Action::TrimStart => "Trim start to playhead",
        Action::TrimEnd => "Trim end to playhead",
        Action::ToggleVisible => "Layer visible",
        Action::ToggleSolo => "Solo layer",
        Action::ToggleLock => "Lock layer",
        Action::PlayPause => "Play",
        Action::Stop => "Stop",
        Action::StepBack => "One frame back",
        Action::StepForward => "One frame forward",
        Action::SecondBack => "One second back",
        Action::SecondForward => "One second forward",
        Action::ToStart => "To the start",
        Action::ToEnd => "To the end",
        Action::ToggleLoop => "Loop",
        Action::LoopIn => "Begin loop at playhead",
        Action::LoopOut => "End loop at playhead",
        Action::ClearLoop => "Loop everything",
        Action::AddMarker => "Add marker",
        Action::ShowMedia => "Media",
        Action::ShowInspector => "Inspector",
        Action::ShowPerformance => "Performance",
        Action::ShowTimeline => "Timeline",
        Action::ShowHistory => "Performance over time",
        Action::ShowLog => "Log",
        Action::PreviewOnly => "Preview only",
        Action::Fullscreen => "Full screen",
        Action::ZoomIn => "Zoom timeline in",
        Action::ZoomOut => "Zoom timeline out",
        Action::ZoomFit => "Fit timeline",
        Action::ShowShortcuts => "Keyboard shortcuts",
        Action::ShowAbout => "About Sextet",
        Action::ResetStats => "Reset counts",
        Action::CopyReport => "Copy report",
    }
}

/// Whether an action is something that is on or off, and which.
pub(crate) fn checked(action: Action, pass: &Pass<'_, '_>) -> Option<bool> {
    if let Some(part) = part_of(action) {
        let is_window = matches!(part, Part::Shortcuts | Part::About);
        return (!is_window).then(|| pass.state.is_shown(part));
    }
    let layer = pass.selected_layer();
    match action {
        Action::ToggleLoop => Some(pass.view.project.is_looping),
        Action::PreviewOnly => Some(pass.state.is_preview_only),
        Action::ToggleVisible => layer.map(|layer| layer.is_visible),
        Action::ToggleSolo => layer.map(|layer| layer.is_solo),
        Action::ToggleLock => layer.map(|layer| layer.is_locked),
        _ => None,
    }
}

/// How long a clip's media file is, once it is open.
pub(crate) fn media_duration(pass: &Pass<'_, '_>, clip: &Clip) -> Option<Time> {
    let media = &pass.view.snapshot.media;
    let status = media.iter().find(|status| status.id == clip.media.0)?;
    match &status.state {
        MediaState::Ready(summary) => Some(summary.duration),
        MediaState::Opening | MediaState::Failed(_) => None,
    }
}

fn command_of(action: Action) -> Option<Command> {
    Some(match action {
        Action::New => Command::NewProject,
        Action::Open => Command::OpenProjectDialog,
        Action::Save => Command::Save,
        Action::SaveAs => Command::SaveAs,
        Action::AddMedia => Command::AddMediaDialog,
        Action::ExportReport => Command::ExportReport,
        Action::Quit => Command::Quit,
        Action::Undo => Command::Undo,
        Action::Redo => Command::Redo,
        Action::PlayPause => Command::TogglePlay,
        Action::Stop => Command::Stop,
        Action::StepBack => Command::StepFrames(-1),
        Action::StepForward => Command::StepFrames(1),
        Action::ToStart => Command::SeekTo(Time::ZERO),
        Action::Fullscreen => Command::ToggleFullscreen,
        Action::ResetStats => Command::ResetStats,
        Action::CopyReport => Command::CopyReport,
        _ => return None,
    })
}

fn part_of(action: Action) -> Option<Part> {
    Some(match action {
        Action::ShowMedia => Part::Media,
        Action::ShowInspector => Part::Inspector,
        Action::ShowPerformance => Part::Performance,
        Action::ShowTimeline => Part::Timeline,
        Action::ShowHistory => Part::History,
        Action::ShowLog => Part::Log,
        Action::ShowShortcuts => Part::Shortcuts,
        Action::ShowAbout => Part::About,
        _ => return None,
    })
}

fn add_layer(pass: &mut Pass<'_, '_>) {
    let layer = clip_edit::new_layer(pass.view.project);
    pass.edit(EditCommand::AddLayer { layer, index: 0 });
}

fn delete(pass: &mut Pass<'_, '_>) {
    let edit = match pass.state.selection {
        Selection::Nothing => return,
        Selection::Media(id) => EditCommand::RemoveMedia(id),
        Selection::Layer(id) => EditCommand::RemoveLayer(id),
        Selection::Clip(id) => EditCommand::RemoveClip(id),
    };
    pass.edit(edit);
}

/// The selected clip and its layer, unless that is locked.
fn editable_clip<'v>(pass: &Pass<'_, 'v>) -> Option<(&'v Layer, &'v Clip)> {
    let Selection::Clip(id) = pass.state.selection else {
        return None;
    };
    let (layer, clip) = pass.view.project.clip(id)?;
    (!layer.is_locked).then_some((layer, clip))
}

fn split_edits(pass: &Pass<'_, '_>) -> Vec<EditCommand> {
    let Some((layer, clip)) = editable_clip(pass) else {
        return Vec::new();
    };
    let project = pass.view.project;
    let at = clip_edit::on_frame(project, pass.view.transport.playhead);
    clip_edit::split(project, layer, clip, at, media_duration(pass, clip))
}

fn edit_clip(action: Action, pass: &mut Pass<'_, '_>) {
    if action == Action::SplitClip {
        let edits = split_edits(pass);
        pass.push(Command::BeginGesture("split clip"));
        pass.commands
            .extend(edits.into_iter().map(Command::GestureEdit));
        pass.push(Command::CommitGesture);
        return;
    }
    let Some((layer, clip)) = editable_clip(pass) else {
        return;
    };
    let project = pass.view.project;
    let to = clip_edit::on_frame(project, pass.view.transport.playhead);
    let edit = if action == Action::TrimStart {
        clip_edit::trimmed_start(project, layer, clip, to)
    } else {
        clip_edit::trimmed_end(project, layer, clip, to, media_duration(pass, clip))
    };
    pass.edit(edit);
}

fn toggle_layer(action: Action, pass: &mut Pass<'_, '_>) {
    let Some(layer) = pass.selected_layer() else {
        return;
    };
    let edit = match action {
        Action::ToggleVisible => EditCommand::SetLayerVisible(layer.id, !layer.is_visible),
        Action::ToggleSolo => EditCommand::SetLayerSolo(layer.id, !layer.is_solo),
        _ => EditCommand::SetLayerLocked(layer.id, !layer.is_locked),
    };
    pass.edit(edit);
}

fn move_or_mark(action: Action, pass: &mut Pass<'_, '_>) {
    let project = pass.view.project;
    let frame = project.canvas.frame_rate.frame_duration();
    let playhead = pass.view.transport.playhead;
    let here = clip_edit::on_frame(project, playhead);
    let end = project.duration();
    let command = match action {
        Action::SecondBack => Command::SeekTo((playhead - Time::from_seconds(1)).max(Time::ZERO)),
        Action::SecondForward => Command::SeekTo(playhead + Time::from_seconds(1)),
        Action::ToEnd => Command::SeekTo((end - frame).max(Time::ZERO)),
        Action::ToggleLoop => Command::Edit(EditCommand::SetLooping(!project.is_looping)),
        Action::ClearLoop => Command::Edit(EditCommand::SetLoopRange(None)),
        Action::LoopIn => {
            let old_end = project.loop_range.map_or(end, |range| range.end);
            let end = old_end.max(here + frame);
            let range = TimeRange { start: here, end };
            Command::Edit(EditCommand::SetLoopRange(Some(range)))
        }
        Action::LoopOut => {
            let old_start = project.loop_range.map_or(Time::ZERO, |range| range.start);
            let end = here.max(frame);
            let start = old_start.min(end - frame);
            Command::Edit(EditCommand::SetLoopRange(Some(TimeRange { start, end })))
        }
        Action::AddMarker => Command::Edit(EditCommand::AddMarker(Marker {
            time: here,
            name: format!("Marker {}", project.markers.len() + 1),
            colour: 0,
        })),
        _ => return,
    };
    pass.push(command);
}
