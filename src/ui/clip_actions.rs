//! Operations on the selected clips.

use super::actions;
use super::pass::Pass;
use super::selection::Selection;
use crate::command::operation::{ClipOperation, Edge};
use crate::command::{Command, WindowCommand};
use crate::project::edit::clipboard::CopiedClips;
use crate::project::edit::{clip_edit, clip_split, group_edit};
use crate::project::{
    Clip, ClipEdit, ClipId, EditCommand, Layer, MarkerEdit, ProjectEdit, TimeRange,
};
use crate::time::Time;

/// Length of a fade that nobody set: what editors use for a transition.
const USUAL_FADE: Time = Time::from_seconds(1);

/// True where an operation can be carried out now.
pub(crate) fn is_enabled(operation: ClipOperation, pass: &Pass<'_, '_>) -> bool {
    match operation {
        ClipOperation::Cut
        | ClipOperation::Copy
        | ClipOperation::Duplicate
        | ClipOperation::Loop => !pass.state.selection.clips().is_empty(),
        ClipOperation::Paste => pass.state.copied.is_some(),
        ClipOperation::RippleDelete
        | ClipOperation::Split
        | ClipOperation::Trim(_)
        | ClipOperation::RippleTrim(_)
        | ClipOperation::Nudge(_)
        | ClipOperation::MoveLanes(_)
        | ClipOperation::Slip(_)
        | ClipOperation::FadeHere(_)
        | ClipOperation::AddFades => edit_of(operation, pass).is_some(),
    }
}

/// Carries out an operation.
pub(crate) fn perform(operation: ClipOperation, pass: &mut Pass<'_, '_>) {
    match operation {
        ClipOperation::Copy => copy(pass),
        ClipOperation::Cut => {
            copy(pass);
            edit(operation, pass);
        }
        ClipOperation::Paste => {
            if let Some(copied) = pass.state.copied.clone() {
                paste(pass, &copied);
            }
        }
        ClipOperation::Duplicate => {
            let clips = pass.state.selection.clips();
            if let Some((edit, copies)) = group_edit::duplicated(pass.view.project, clips) {
                pass.edit(edit);
                pass.state.selection = Selection::of_clips(copies);
            }
        }
        ClipOperation::RippleDelete
        | ClipOperation::Split
        | ClipOperation::Trim(_)
        | ClipOperation::RippleTrim(_)
        | ClipOperation::Nudge(_)
        | ClipOperation::MoveLanes(_)
        | ClipOperation::Slip(_)
        | ClipOperation::FadeHere(_)
        | ClipOperation::AddFades
        | ClipOperation::Loop => edit(operation, pass),
    }
}

fn edit(operation: ClipOperation, pass: &mut Pass<'_, '_>) {
    if let Some(edit) = edit_of(operation, pass) {
        pass.edit(edit);
    }
}

/// The edit that an operation comes to; none where it comes to nothing, or to more than an edit.
fn edit_of(operation: ClipOperation, pass: &Pass<'_, '_>) -> Option<EditCommand> {
    let project = pass.view.project;
    let frame = project.canvas.frame_rate.frame_duration();
    let ids = pass.state.selection.clips();
    let frames = |count: i64| Time::from_flicks(frame.flicks() * count);
    match operation {
        ClipOperation::Cut => group_edit::removed(project, ids),
        ClipOperation::RippleDelete => group_edit::ripple_removed(project, ids),
        ClipOperation::Split => split(pass),
        ClipOperation::Nudge(count) => nudged(pass, frames(count)),
        ClipOperation::MoveLanes(lanes) => group_edit::moved(project, ids, Time::ZERO, lanes),
        ClipOperation::Slip(count) => slipped(pass, frames(count)),
        ClipOperation::RippleTrim(edge) => ripple_trimmed(edge, pass),
        ClipOperation::Trim(edge) => {
            each(pass, |layer, clip| Some(trimmed(edge, pass, layer, clip)))
        }
        ClipOperation::FadeHere(edge) => each(pass, |_, clip| faded(edge, pass, clip)),
        ClipOperation::AddFades => each(pass, |_, clip| Some(usual_fades(clip))),
        ClipOperation::Loop => {
            let (start, end) = selected_span(pass)?;
            let range = TimeRange { start, end };
            Some(EditCommand::Project(ProjectEdit::SetLoopRange(Some(range))))
        }
        ClipOperation::Copy | ClipOperation::Paste | ClipOperation::Duplicate => None,
    }
}

/// An edit of every selected clip, as one.
fn each(
    pass: &Pass<'_, '_>,
    edit: impl Fn(&Layer, &Clip) -> Option<EditCommand>,
) -> Option<EditCommand> {
    let clips = selected(pass).into_iter();
    let edits = clips.filter_map(|(layer, clip)| edit(layer, clip));
    group_edit::batch("Edit clips", edits.collect())
}

/// Pastes clips at the playhead, on the selected lane, and selects them.
pub(crate) fn paste(pass: &mut Pass<'_, '_>, copied: &CopiedClips) {
    let project = pass.view.project;
    let at = clip_edit::on_frame(project, pass.view.transport.playhead);
    let on = pass.selected_layer().map(|layer| layer.id);
    if let Some((edit, clips)) = copied.pasted(project, on, at) {
        pass.edit(edit);
        pass.state.selection = Selection::of_clips(clips);
        return;
    }
    let lane = pass.selected_layer().or_else(|| project.layers.first());
    let text = match lane {
        Some(layer) if layer.is_locked => format!(
            "Nothing was pasted: the layer “{}” is locked. Unlock it, or select another.",
            layer.name
        ),
        _ => "Nothing was pasted: there is no room for these clips, or a lane among theirs is locked.".to_owned(),
    };
    pass.push(Command::Window(WindowCommand::Tell(text)));
}

fn copy(pass: &mut Pass<'_, '_>) {
    let copied = CopiedClips::of(pass.view.project, pass.state.selection.clips());
    if let Some(copied) = copied {
        pass.push(Command::Window(WindowCommand::CopyText(copied.text())));
        pass.state.copied = Some(copied);
    }
}

/// The selected clips whose layers are not locked.
fn selected<'v>(pass: &Pass<'_, 'v>) -> Vec<(&'v Layer, &'v Clip)> {
    let ids = pass.state.selection.clips();
    let clips = ids.iter().filter_map(|id| pass.view.project.clip(*id));
    clips.filter(|(layer, _)| !layer.is_locked).collect()
}

/// The clips under the playhead whose layers are not locked, from top to bottom.
fn under_playhead<'v>(pass: &Pass<'_, 'v>) -> Vec<(&'v Layer, &'v Clip)> {
    let at = playhead(pass);
    let layers = pass.view.project.layers.iter();
    layers
        .filter(|layer| !layer.is_locked)
        .flat_map(|layer| layer.clips.iter().map(move |clip| (layer, clip)))
        .filter(|(_, clip)| clip.start <= at && at < clip.end())
        .collect()
}

fn playhead(pass: &Pass<'_, '_>) -> Time {
    clip_edit::on_frame(pass.view.project, pass.view.transport.playhead)
}

fn nudged(pass: &Pass<'_, '_>, by: Time) -> Option<EditCommand> {
    if let Selection::Marker(index) = pass.state.selection {
        let marker = pass.view.project.markers.get(index)?;
        let time = (marker.time + by).max(Time::ZERO);
        return Some(EditCommand::Marker(MarkerEdit::Move { index, time }));
    }
    group_edit::moved(pass.view.project, pass.state.selection.clips(), by, 0)
}

/// Cuts the lanes of the selected clips at the playhead, or, when none of them is there, all lanes.
fn split(pass: &Pass<'_, '_>) -> Option<EditCommand> {
    let at = playhead(pass);
    let project = pass.view.project;
    let ids = pass.state.selection.clips();
    let is_there = |clip: &Clip| clip.start < at && at < clip.end();
    let is_chosen = |clip: &Clip| is_there(clip) && ids.contains(&clip.id);
    let cut = |layers: Vec<&Layer>| {
        let mut next = project.next_clip_id();
        let mut edits = Vec::new();
        for layer in layers.into_iter().filter(|layer| !layer.is_locked) {
            let length = |clip: &Clip| actions::media_duration(pass, clip);
            if let Some(parts) = clip_split::split_layer(project, layer, at, next, length) {
                next = ClipId(next.0.saturating_add(1));
                edits.extend(parts);
            }
        }
        group_edit::batch("Split", edits)
    };
    let layers = project.layers.iter();
    let chosen = layers.clone();
    let chosen = chosen.filter(|layer| layer.clips.iter().any(is_chosen));
    cut(chosen.collect()).or_else(|| cut(layers.collect()))
}

fn slipped(pass: &Pass<'_, '_>, by: Time) -> Option<EditCommand> {
    let edits = selected(pass).into_iter().filter_map(|(_, clip)| {
        let length = actions::media_duration(pass, clip);
        clip_edit::slipped(clip, by, length)
    });
    group_edit::batch("Slip clips", edits.collect())
}

fn trimmed(edge: Edge, pass: &Pass<'_, '_>, layer: &Layer, clip: &Clip) -> EditCommand {
    let project = pass.view.project;
    let at = playhead(pass);
    let length = actions::media_duration(pass, clip);
    match edge {
        Edge::Start => clip_edit::trimmed_start(project, layer, clip, at, length),
        Edge::End => clip_edit::trimmed_end(project, layer, clip, at, length),
    }
}

/// Fades of the usual length, in a short clip of half of it each.
fn usual_fades(clip: &Clip) -> EditCommand {
    let half = Time::from_flicks(clip.duration.flicks() / 2);
    let fade = USUAL_FADE.min(half);
    let fades = ClipEdit::SetFades {
        fade_in: fade,
        fade_out: fade,
    };
    EditCommand::Clip(clip.id, fades)
}

/// The fade to or from the playhead, which must lie within the clip.
fn faded(edge: Edge, pass: &Pass<'_, '_>, clip: &Clip) -> Option<EditCommand> {
    let at = playhead(pass);
    if at <= clip.start || clip.end() <= at {
        return None;
    }
    let (fade_in, fade_out) = match edge {
        Edge::Start => (at - clip.start, clip.fade_out),
        Edge::End => {
            let fade_out = clip.end() - at;
            (clip.fade_in.min(clip.duration - fade_out), fade_out)
        }
    };
    let fade_out = fade_out.min(clip.duration - fade_in);
    let fades = ClipEdit::SetFades { fade_in, fade_out };
    Some(EditCommand::Clip(clip.id, fades))
}

/// Trims the selected clip, or the topmost one under the playhead, and moves up what follows it on its lane.
fn ripple_trimmed(edge: Edge, pass: &Pass<'_, '_>) -> Option<EditCommand> {
    let project = pass.view.project;
    let at = playhead(pass);
    let is_within = |(_, clip): &(&Layer, &Clip)| clip.start < at && at < clip.end();
    let chosen = selected(pass).into_iter().rev().find(is_within);
    let (layer, clip) = chosen.or_else(|| under_playhead(pass).into_iter().find(is_within))?;
    let edit = trimmed(edge, pass, layer, clip);
    let after = edit.applied_to(project).ok()?;
    let (_, trimmed) = after.clip(clip.id)?;
    let trimmed = Clip {
        start: clip.start,
        ..trimmed.clone()
    };
    let by = trimmed.duration - clip.duration;
    group_edit::ripple_trimmed(project, layer, &trimmed, clip.end(), by)
}

/// From the start of the first selected clip to the end of the last.
pub(crate) fn selected_span(pass: &Pass<'_, '_>) -> Option<(Time, Time)> {
    let ids = pass.state.selection.clips();
    let clips = || ids.iter().filter_map(|id| pass.view.project.clip(*id));
    let start = clips().map(|(_, clip)| clip.start).min()?;
    let end = clips().map(|(_, clip)| clip.end()).max()?;
    Some((start, end))
}
