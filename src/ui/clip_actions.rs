//! Actions on the selected clips.

use super::actions;
use super::pass::Pass;
use super::selection::Selection;
use crate::command::Action;
use crate::command::{Command, WindowCommand};
use crate::project::edit::clipboard::CopiedClips;
use crate::project::edit::{clip_edit, clip_split, group_edit};
use crate::project::{
    Clip, ClipEdit, ClipId, EditCommand, Layer, LayerEdit, MarkerEdit, ProjectEdit,
};
use crate::time::Time;

/// Frames that a far nudge moves by.
const FAR: i64 = 10;

/// True if an action on clips is enabled; `None` for other actions.
pub(crate) fn can_perform(action: Action, pass: &Pass<'_, '_>) -> Option<bool> {
    let has_clips = !pass.state.selection.clips().is_empty();
    Some(match action {
        Action::Copy
        | Action::Cut
        | Action::Duplicate
        | Action::ZoomSelection
        | Action::LoopSelection => has_clips,
        Action::Paste => pass.state.copied.is_some(),
        Action::SelectAll | Action::SelectPrevious | Action::SelectNext => {
            pass.view.project.duration() > Time::ZERO
        }
        other if is_edit(other) => edit_of(other, pass).is_some(),
        _ => return None,
    })
}

/// Carries out an action that [`can_perform`] knows.
pub(crate) fn perform(action: Action, pass: &mut Pass<'_, '_>) {
    match action {
        Action::Copy => copy(pass),
        Action::Cut => {
            copy(pass);
            let removed = group_edit::removed(pass.view.project, pass.state.selection.clips());
            if let Some(edit) = removed {
                pass.edit(edit);
            }
        }
        Action::Paste => {
            if let Some(copied) = pass.state.copied.clone() {
                paste(pass, &copied);
            }
        }
        Action::Duplicate => {
            let clips = pass.state.selection.clips();
            if let Some((edit, copies)) = group_edit::duplicated(pass.view.project, clips) {
                pass.edit(edit);
                pass.state.selection = Selection::of_clips(copies);
            }
        }
        Action::SelectAll => {
            let layers = &pass.view.project.layers;
            let clips = layers.iter().flat_map(|layer| &layer.clips);
            pass.state.selection = Selection::of_clips(clips.map(|clip| clip.id).collect());
        }
        Action::SelectPrevious => select_beside(pass, -1),
        Action::SelectNext => select_beside(pass, 1),
        Action::ZoomSelection => {
            if let Some((start, end)) = selected_span(pass) {
                pass.state.timeline.show_span(start, end);
            }
        }
        Action::LoopSelection => {
            if let Some((start, end)) = selected_span(pass) {
                let range = crate::project::TimeRange { start, end };
                pass.edit(EditCommand::Project(ProjectEdit::SetLoopRange(Some(range))));
            }
        }
        other => {
            if let Some(edit) = edit_of(other, pass) {
                pass.edit(edit);
            }
        }
    }
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

fn is_edit(action: Action) -> bool {
    matches!(
        action,
        Action::RippleDelete
            | Action::SplitClip
            | Action::TrimStart
            | Action::TrimEnd
            | Action::RippleTrimStart
            | Action::RippleTrimEnd
            | Action::NudgeLeft
            | Action::NudgeRight
            | Action::NudgeFarLeft
            | Action::NudgeFarRight
            | Action::MoveUp
            | Action::MoveDown
            | Action::SlipLeft
            | Action::SlipRight
            | Action::FadeInHere
            | Action::FadeOutHere
    )
}

fn edit_of(action: Action, pass: &Pass<'_, '_>) -> Option<EditCommand> {
    let project = pass.view.project;
    let frame = project.canvas.frame_rate.frame_duration();
    let ids = pass.state.selection.clips();
    let frames = |count: i64| Time::from_flicks(frame.flicks() * count);
    match action {
        Action::RippleDelete => group_edit::ripple_removed(project, ids),
        Action::SplitClip => split(pass),
        Action::NudgeLeft => nudged(pass, frames(-1)),
        Action::NudgeRight => nudged(pass, frames(1)),
        Action::NudgeFarLeft => nudged(pass, frames(-FAR)),
        Action::NudgeFarRight => nudged(pass, frames(FAR)),
        Action::MoveUp => group_edit::moved(project, ids, Time::ZERO, -1),
        Action::MoveDown => group_edit::moved(project, ids, Time::ZERO, 1),
        Action::SlipLeft => slipped(pass, frames(-1)),
        Action::SlipRight => slipped(pass, frames(1)),
        Action::RippleTrimStart | Action::RippleTrimEnd => ripple_trimmed(action, pass),
        _ => {
            let edits = selected(pass).into_iter();
            let edits = edits.filter_map(|(layer, clip)| trimmed(action, pass, layer, clip));
            group_edit::batch("Edit clips", edits.collect())
        }
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

/// Cuts the selected clips in two, or, when none of them is under the playhead, all that are.
fn split(pass: &Pass<'_, '_>) -> Option<EditCommand> {
    let at = playhead(pass);
    let cut = |clips: Vec<(&Layer, &Clip)>| {
        let mut next = pass.view.project.next_clip_id();
        let mut edits = Vec::new();
        for (layer, clip) in clips {
            let length = actions::media_duration(pass, clip);
            for edit in clip_split::split(layer, clip, at, next, length).unwrap_or_default() {
                if matches!(edit, EditCommand::Layer(_, LayerEdit::AddClip(..))) {
                    next = ClipId(next.0.saturating_add(1));
                }
                edits.push(edit);
            }
        }
        group_edit::batch("Split", edits)
    };
    cut(selected(pass)).or_else(|| cut(under_playhead(pass)))
}

fn slipped(pass: &Pass<'_, '_>, by: Time) -> Option<EditCommand> {
    let edits = selected(pass).into_iter().filter_map(|(_, clip)| {
        let length = actions::media_duration(pass, clip);
        clip_edit::slipped(clip, by, length)
    });
    group_edit::batch("Slip clips", edits.collect())
}

fn trimmed(action: Action, pass: &Pass<'_, '_>, layer: &Layer, clip: &Clip) -> Option<EditCommand> {
    let project = pass.view.project;
    let at = playhead(pass);
    let is_within = clip.start < at && at < clip.end();
    let fades = |fade_in: Time, fade_out: Time| {
        EditCommand::Clip(
            clip.id,
            ClipEdit::SetFades {
                fade_in,
                fade_out: fade_out.min(clip.duration - fade_in),
            },
        )
    };
    Some(match action {
        Action::TrimStart => clip_edit::trimmed_start(project, layer, clip, at),
        Action::TrimEnd => {
            let length = actions::media_duration(pass, clip);
            clip_edit::trimmed_end(project, layer, clip, at, length)
        }
        Action::FadeInHere if is_within => fades(at - clip.start, clip.fade_out),
        Action::FadeOutHere if is_within => {
            let fade_out = clip.end() - at;
            fades(clip.fade_in.min(clip.duration - fade_out), fade_out)
        }
        _ => return None,
    })
}

/// Trims the selected clip, or the topmost one under the playhead, and moves up what follows it on its lane.
fn ripple_trimmed(action: Action, pass: &Pass<'_, '_>) -> Option<EditCommand> {
    let project = pass.view.project;
    let at = playhead(pass);
    let is_within = |(_, clip): &(&Layer, &Clip)| clip.start < at && at < clip.end();
    let chosen = selected(pass).into_iter().rev().find(is_within);
    let (layer, clip) = chosen.or_else(|| under_playhead(pass).into_iter().find(is_within))?;
    let edit = if action == Action::RippleTrimStart {
        clip_edit::trimmed_start(project, layer, clip, at)
    } else {
        let length = actions::media_duration(pass, clip);
        clip_edit::trimmed_end(project, layer, clip, at, length)
    };
    let after = edit.applied_to(project).ok()?;
    let (_, trimmed) = after.clip(clip.id)?;
    let trimmed = Clip {
        start: clip.start,
        ..trimmed.clone()
    };
    let by = trimmed.duration - clip.duration;
    group_edit::ripple_trimmed(project, layer, &trimmed, clip.end(), by)
}

/// Selects the clip before or behind the selected one, or the first on its lane or of all.
fn select_beside(pass: &mut Pass<'_, '_>, by: isize) {
    let project = pass.view.project;
    let first = || {
        let layers = project.layers.iter();
        layers.flat_map(|layer| &layer.clips).next()
    };
    let clip = match pass.state.selection.clip() {
        Some(id) => project.clip(id).and_then(|(layer, _)| {
            let at = layer.clips.iter().position(|clip| clip.id == id)?;
            layer.clips.get(at.checked_add_signed(by)?)
        }),
        None => pass
            .selected_layer()
            .and_then(|layer| project.layer(layer.id)?.clips.first())
            .or_else(first),
    };
    if let Some(clip) = clip {
        pass.state.selection = Selection::Clips(vec![clip.id]);
        pass.state.timeline.reveal(clip.start, clip.end());
    }
}

/// From the start of the first selected clip to the end of the last.
fn selected_span(pass: &Pass<'_, '_>) -> Option<(Time, Time)> {
    let ids = pass.state.selection.clips();
    let clips = || ids.iter().filter_map(|id| pass.view.project.clip(*id));
    let start = clips().map(|(_, clip)| clip.start).min()?;
    let end = clips().map(|(_, clip)| clip.end()).max()?;
    Some((start, end))
}
