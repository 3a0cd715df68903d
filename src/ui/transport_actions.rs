//! Actions on the playhead, markers and the loop range.

use super::pass::Pass;
use super::selection::Selection;
use crate::command::Action;
use crate::command::{Command, TransportCommand};
use crate::project::edit::clip_edit;
use crate::project::{Clip, EditCommand, Marker, MarkerEdit, Project, ProjectEdit, TimeRange};
use crate::time::Time;

/// Colour of a new marker: orange.
const MARKER_COLOUR: u8 = 1;

/// Carries out an action; nothing happens for one that is done elsewhere.
pub(crate) fn perform(action: Action, pass: &mut Pass<'_, '_>) {
    let project = pass.view.project;
    let frame = project.canvas.frame_rate.frame_duration();
    let playhead = pass.view.transport.playhead;
    let end = project.duration();
    let second = Time::from_seconds(1);
    match action {
        Action::SecondBack => pass.push(Command::Transport(TransportCommand::SeekTo(
            (playhead - second).max(Time::ZERO),
        ))),
        Action::SecondForward => pass.push(Command::Transport(TransportCommand::SeekTo(
            playhead + second,
        ))),
        Action::ToEnd => pass.push(Command::Transport(TransportCommand::SeekTo(
            (end - frame).max(Time::ZERO),
        ))),
        Action::PreviousEdit => go(pass, before(edit_points(pass), playhead)),
        Action::NextEdit => go(pass, behind(edit_points(pass), playhead)),
        Action::PreviousMarker | Action::NextMarker => go_to_marker(action, pass),
        Action::GoToTime => pass.state.wants_time_entry = true,
        _ => mark(action, pass),
    }
}

fn mark(action: Action, pass: &mut Pass<'_, '_>) {
    let project = pass.view.project;
    let frame = project.canvas.frame_rate.frame_duration();
    let here = clip_edit::on_frame(project, pass.view.transport.playhead);
    let end = project.duration();
    let edit = match action {
        Action::ToggleLoop => EditCommand::Project(ProjectEdit::SetLooping(!project.is_looping)),
        Action::ClearLoop => EditCommand::Project(ProjectEdit::SetLoopRange(None)),
        Action::LoopIn => {
            let old_end = project.loop_range.map_or(end, |range| range.end);
            let end = old_end.max(here + frame);
            EditCommand::Project(ProjectEdit::SetLoopRange(Some(TimeRange {
                start: here,
                end,
            })))
        }
        Action::LoopOut => {
            let old_start = project.loop_range.map_or(Time::ZERO, |range| range.start);
            let end = here.max(frame);
            let start = old_start.min(end - frame);
            EditCommand::Project(ProjectEdit::SetLoopRange(Some(TimeRange { start, end })))
        }
        Action::AddMarker => new_marker(project, here),
        _ => return,
    };
    pass.edit(edit);
}

/// Adds a marker with a name of its own.
pub(crate) fn new_marker(project: &Project, time: Time) -> EditCommand {
    EditCommand::Marker(MarkerEdit::Add(Marker {
        time,
        name: format!("Marker {}", project.markers.len() + 1),
        colour: MARKER_COLOUR,
    }))
}

fn go(pass: &mut Pass<'_, '_>, to: Option<Time>) {
    if let Some(to) = to {
        pass.push(Command::Transport(TransportCommand::SeekTo(to)));
        pass.state.timeline.reveal(to, to);
    }
}

/// Goes to the marker before or behind the playhead, and selects it.
fn go_to_marker(action: Action, pass: &mut Pass<'_, '_>) {
    let markers = &pass.view.project.markers;
    let playhead = pass.view.transport.playhead;
    let times = markers.iter().map(|marker| marker.time);
    let to = match action {
        Action::PreviousMarker => before(times, playhead),
        _ => behind(times, playhead),
    };
    let index = markers.iter().position(|marker| Some(marker.time) == to);
    if let Some(index) = index {
        pass.state.selection = Selection::Marker(index);
    }
    go(pass, to);
}

/// The times at which clips begin and end.
fn edit_points<'v>(pass: &Pass<'_, 'v>) -> impl Iterator<Item = Time> + use<'v> {
    let layers = pass.view.project.layers.iter();
    let clips = layers.flat_map(|layer| &layer.clips);
    let edges = clips.flat_map(|clip: &Clip| [clip.start, clip.end()]);
    edges.chain([Time::ZERO])
}

fn before(times: impl Iterator<Item = Time>, at: Time) -> Option<Time> {
    times.filter(|time| *time < at).max()
}

fn behind(times: impl Iterator<Item = Time>, at: Time) -> Option<Time> {
    times.filter(|time| *time > at).min()
}
