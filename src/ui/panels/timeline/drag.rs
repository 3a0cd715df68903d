//! A drag of clips: moved, slipped, trimmed, faded.
//!
//! The project is kept as it was when the drag began, and each pass computes the edit from that and the pointer.
//! Nothing accumulates, so that a drag that returns to its start changes nothing.

use egui::{Pos2, Ui};

use super::readout::readout_ui;
use super::snap::Snap;
use crate::project::edit::{clip_edit, group_edit};
use crate::project::{
    Clip, ClipEdit, ClipId, EditCommand, Layer, LayerId, LoopMode, MAX_LAYERS, Project, ProjectEdit,
};
use crate::time::Time;
use crate::ui::actions::media_duration;
use crate::ui::pass::Pass;
use crate::ui::timeline_scale::Track;

/// Most clips of a group whose edges snap; of a larger group only those of the dragged clip.
const MOST_SNAPPING: usize = 16;

/// The part of a clip that is dragged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DragHandle {
    /// The clip itself.
    Body,
    /// Its media span: the clip slips.
    Media,
    /// Its beginning.
    Start,
    /// Its end.
    End,
    /// The end of its fade in.
    FadeIn,
    /// The start of its fade out.
    FadeOut,
}

/// A drag in progress, with the project as it was when it began.
#[derive(Clone, Debug)]
pub(crate) struct ClipDrag {
    handle: DragHandle,
    base: Project,
    clip: ClipId,
    clips: Vec<ClipId>,
    /// The time under the pointer when it was pressed.
    from: Time,
}

/// The result of a drag in one pass.
struct DragResult {
    edit: Option<EditCommand>,
    snapped: Option<Time>,
    text: String,
}

impl ClipDrag {
    /// Begins a drag of the selected clips by one of them.
    pub fn new(handle: DragHandle, clip: ClipId, from: Time, pass: &Pass<'_, '_>) -> Self {
        let base = pass.view.project.clone();
        let group = group_edit::editable(&base, pass.state.selection.clips());
        let mut clips: Vec<_> = group.iter().map(|placed| placed.clip.id).collect();
        if !clips.contains(&clip) {
            clips = vec![clip];
        }
        Self {
            handle,
            base,
            clip,
            clips,
            from,
        }
    }

    /// Moves the clips to the pointer; returns the time that they snapped to. `over` is the lane under the pointer.
    pub fn follow(
        &self,
        ui: &Ui,
        pointer: Pos2,
        over: Option<usize>,
        track: &Track,
        pass: &mut Pass<'_, '_>,
    ) -> Option<Time> {
        let lane = self.lane_of(self.clip)?;
        let (_, clip) = self.base.clip(self.clip)?;
        let snap = Snap::new(ui, &self.base, &self.clips, track, pass);
        let at = track.time_at(pointer.x);
        let by = at - self.from;
        let result = match self.handle {
            DragHandle::Body => {
                let lanes = over.map_or(0, |over| over as isize - lane as isize);
                self.moved(clip, by, lanes, snap.as_ref(), pass)
            }
            DragHandle::Media => self.slipped(clip, by, pass),
            DragHandle::Start | DragHandle::End => self.trimmed(clip, by, snap.as_ref(), pass),
            DragHandle::FadeIn | DragHandle::FadeOut => self.faded(clip, by, snap.as_ref()),
        };
        if let Some(edit) = result.edit {
            self.report(edit, pass);
        }
        readout_ui(ui, &result.text, pass);
        result.snapped
    }

    fn moved(
        &self,
        clip: &Clip,
        by: Time,
        lanes: isize,
        snap: Option<&Snap>,
        pass: &Pass<'_, '_>,
    ) -> DragResult {
        let start = clip_edit::on_frame(&self.base, clip.start + by);
        let mut by = start - clip.start;
        let hit = snap.and_then(|snap| snap.nearest(&self.edges(clip, by)));
        by += hit.map_or(Time::ZERO, |hit| hit.by);
        let edit = self
            .moved_to(by, lanes)
            .or_else(|| group_edit::moved(&self.base, &self.clips, by, 0));
        // The readout shows the place that the edit gives, since there may be no room at the pointer. A refused edit
        // leaves the clip where it is now.
        let after = edit
            .as_ref()
            .and_then(|edit| edit.applied_to(&self.base).ok());
        let after = after.as_ref().unwrap_or(pass.view.project);
        let (start, crossfade) = after.clip(clip.id).map_or((clip.start, None), |placed| {
            (placed.1.start, longest_crossfade(placed))
        });
        let mut text = format!(
            "{}  {}",
            written(start, pass),
            signed(start - clip.start, pass)
        );
        if let Some(length) = crossfade {
            text = format!("{text}  crossfade {:.2} s", length.seconds());
        }
        let is_at_hit = start == clip.start + by;
        DragResult {
            edit,
            snapped: hit.filter(|_| is_at_hit).map(|hit| hit.to),
            text,
        }
    }

    /// The clips moved by a length and a number of lanes down; below the lowest lane they get a new one.
    fn moved_to(&self, by: Time, lanes: isize) -> Option<EditCommand> {
        let count = self.base.layers.len();
        let lane = self.lane_of(self.clip)?.checked_add_signed(lanes)?;
        if lane < count || count >= MAX_LAYERS {
            return group_edit::moved(&self.base, &self.clips, by, lanes);
        }
        let added = EditCommand::Project(ProjectEdit::AddLayer {
            layer: Box::new(clip_edit::new_layer(&self.base)),
            index: count,
        });
        let with_lane = added.applied_to(&self.base).ok()?;
        let lanes = count as isize - self.lane_of(self.clip)? as isize;
        let moved = group_edit::moved(&with_lane, &self.clips, by, lanes)?;
        group_edit::batch("Move to a new layer", vec![added, moved])
    }

    /// The edges of the group, moved by a length.
    fn edges(&self, clip: &Clip, by: Time) -> Vec<Time> {
        let ends = |clip: &Clip| [clip.start + by, clip.end() + by];
        if self.clips.len() > MOST_SNAPPING {
            return ends(clip).to_vec();
        }
        let clips = self.clips.iter().filter_map(|id| self.base.clip(*id));
        clips.flat_map(|(_, clip)| ends(clip)).collect()
    }

    /// The clip slipped. Dragging to the left shows later frames, as if the film were pulled under a window.
    fn slipped(&self, clip: &Clip, by: Time, pass: &Pass<'_, '_>) -> DragResult {
        let frame = self.base.canvas.frame_rate.frame_at(-by);
        let by = self.base.canvas.frame_rate.time_of(frame);
        let edits = self.clips.iter().filter_map(|id| {
            let (_, clip) = self.base.clip(*id)?;
            clip_edit::slipped(clip, by, media_duration(pass, clip))
        });
        let edits: Vec<_> = edits.collect();
        let text = self.slip_text(clip, &edits, pass);
        let nothing = || unchanged(clip);
        DragResult {
            edit: Some(group_edit::batch("Slip clips", edits).unwrap_or_else(nothing)),
            snapped: None,
            text,
        }
    }

    /// The in point, or of a clip that repeats the phase, as these edits leave it.
    fn slip_text(&self, clip: &Clip, edits: &[EditCommand], pass: &Pass<'_, '_>) -> String {
        let own = edits
            .iter()
            .find(|edit| matches!(edit, EditCommand::Clip(id, _) if *id == clip.id));
        let after = own.and_then(|edit| edit.applied_to(&self.base).ok());
        let slipped = after.as_ref().and_then(|after| after.clip(clip.id));
        let slipped = slipped.map_or(clip, |(_, slipped)| slipped);
        let length = media_duration(pass, clip);
        let (name, now, was) = match clip.loop_mode {
            LoopMode::Once | LoopMode::HoldLast => ("in", slipped.media_in, clip.media_in),
            LoopMode::Loop | LoopMode::Times(_) | LoopMode::PingPong => (
                "phase",
                slipped.folded_phase(length),
                clip.folded_phase(length),
            ),
        };
        format!("{name} {}  {}", written(now, pass), signed(now - was, pass))
    }

    fn trimmed(
        &self,
        clip: &Clip,
        by: Time,
        snap: Option<&Snap>,
        pass: &Pass<'_, '_>,
    ) -> DragResult {
        let is_start = self.handle == DragHandle::Start;
        let edge = if is_start { clip.start } else { clip.end() };
        let at = clip_edit::on_frame(&self.base, edge + by);
        let hit = snap.and_then(|snap| snap.nearest(&[at]));
        let by = hit.map_or(at, |hit| hit.to) - edge;
        let edits = self.clips.iter().filter_map(|id| {
            let (layer, clip) = self.base.clip(*id)?;
            let length = media_duration(pass, clip);
            Some(if is_start {
                clip_edit::trimmed_start(&self.base, layer, clip, clip.start + by, length)
            } else {
                clip_edit::trimmed_end(&self.base, layer, clip, clip.end() + by, length)
            })
        });
        let edits: Vec<_> = edits.collect();
        let lead = self.clips.iter().position(|id| *id == clip.id);
        let (start, end) = match lead.and_then(|lead| edits.get(lead)) {
            Some(EditCommand::Clip(
                _,
                ClipEdit::Trim {
                    start, duration, ..
                },
            )) => (*start, *start + *duration),
            _ => (clip.start, clip.end()),
        };
        let (now, was) = if is_start {
            (start, clip.start)
        } else {
            (end, clip.end())
        };
        let text = format!(
            "{}  {}  length {}",
            written(now, pass),
            signed(now - was, pass),
            written(end - start, pass)
        );
        DragResult {
            edit: group_edit::batch("Trim clips", edits),
            snapped: hit.map(|hit| hit.to),
            text,
        }
    }

    fn faded(&self, clip: &Clip, by: Time, snap: Option<&Snap>) -> DragResult {
        let is_in = self.handle == DragHandle::FadeIn;
        let edge = if is_in {
            clip.start + clip.fade_in
        } else {
            clip.end() - clip.fade_out
        };
        let at = clip_edit::on_frame(&self.base, edge + by);
        let hit = snap.and_then(|snap| snap.nearest(&[at]));
        let at = hit.map_or(at, |hit| hit.to).clamp(clip.start, clip.end());
        let (mut fade_in, mut fade_out) = (clip.fade_in, clip.fade_out);
        if is_in {
            fade_in = (at - clip.start).min(clip.duration - fade_out);
        } else {
            fade_out = (clip.end() - at).min(clip.duration - fade_in);
        }
        let (name, length) = if is_in {
            ("in", fade_in)
        } else {
            ("out", fade_out)
        };
        let frames = self.base.canvas.frame_rate.frame_at(length);
        let edit = EditCommand::Clip(clip.id, ClipEdit::SetFades { fade_in, fade_out });
        DragResult {
            edit: Some(edit),
            snapped: hit.map(|hit| hit.to),
            text: format!("fade {name} {:.2} s  {frames} frames", length.seconds()),
        }
    }

    /// Pushes the edit, unless it changes nothing and the gesture has not begun.
    fn report(&self, edit: EditCommand, pass: &mut Pass<'_, '_>) {
        if !pass.state.gesture.is_active() {
            let is_change = edit
                .applied_to(&self.base)
                .is_ok_and(|after| after != self.base);
            if !is_change {
                return;
            }
        }
        let name = match self.handle {
            DragHandle::Body => "Move clip",
            DragHandle::Media => "Slip clip",
            DragHandle::Start | DragHandle::End => "Trim clip",
            DragHandle::FadeIn | DragHandle::FadeOut => "Change fades",
        };
        pass.gesture_edit(name, edit);
    }

    fn lane_of(&self, id: ClipId) -> Option<usize> {
        let (layer, _) = self.base.clip(id)?;
        self.lane_with(layer.id)
    }

    fn lane_with(&self, id: LayerId) -> Option<usize> {
        self.base.layers.iter().position(|layer| layer.id == id)
    }
}

/// The longest time that a clip shares with another one of its layer.
fn longest_crossfade((layer, clip): (&Layer, &Clip)) -> Option<Time> {
    let others = layer.clips.iter().filter(|other| other.id != clip.id);
    others
        .map(|other| other.end().min(clip.end()) - other.start.max(clip.start))
        .filter(|shared| *shared > Time::ZERO)
        .max()
}

/// An edit that leaves a clip as it is.
fn unchanged(clip: &Clip) -> EditCommand {
    EditCommand::Clip(
        clip.id,
        ClipEdit::SetMediaSpan {
            media_in: clip.media_in,
            media_out: clip.media_out,
        },
    )
}

fn written(time: Time, pass: &Pass<'_, '_>) -> String {
    let rate = pass.view.project.canvas.frame_rate;
    pass.state.time_format.text(time, rate)
}

fn signed(time: Time, pass: &Pass<'_, '_>) -> String {
    let sign = if time < Time::ZERO { "−" } else { "+" };
    format!("{sign}{}", written(time.abs(), pass))
}
