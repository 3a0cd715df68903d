//! A clip being moved or trimmed by hand, and what it snaps to.

use egui::{Pos2, Ui};

use super::scale::Track;
use crate::project::{Clip, ClipId, EditCommand, Layer, LayerId, Project};
use crate::time::Time;
use crate::ui::actions::media_duration;
use crate::ui::clip_edit;
use crate::ui::state::Pass;

/// How near in points an edge must come to snap.
const SNAP_POINTS: f32 = 8.0;

/// Which part of a clip is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grip {
    /// The clip itself, this long after its start.
    Body(Time),
    /// Its beginning.
    Start,
    /// Its end.
    End,
}

/// A clip in the hand, as it was when it was taken up.
#[derive(Clone, Debug)]
pub(crate) struct ClipDrag {
    grip: Grip,
    clip: Clip,
    layer: LayerId,
}

impl ClipDrag {
    /// Takes a clip up.
    pub fn new(grip: Grip, layer: &Layer, clip: &Clip) -> Self {
        Self {
            grip,
            clip: clip.clone(),
            layer: layer.id,
        }
    }

    /// Which clip it is.
    pub fn clip(&self) -> ClipId {
        self.clip.id
    }

    /// Brings the clip to the pointer; returns the time that it snapped to. `over` is the layer under the pointer.
    pub fn follow(
        &self,
        ui: &Ui,
        pointer: Pos2,
        over: Option<LayerId>,
        track: &Track,
        pass: &mut Pass<'_, '_>,
    ) -> Option<Time> {
        let project = pass.view.project;
        let is_free = ui.input(|input| input.modifiers.command || input.modifiers.alt)
            || !pass.state.timeline.is_snapping;
        let snap = (!is_free).then(|| Snap::new(project, pass.view.transport.playhead, &self.clip));
        let snap = |times: &[Time]| {
            let reach = track.length_of(SNAP_POINTS);
            snap.as_ref().and_then(|snap| snap.nearest(times, reach))
        };
        let at = clip_edit::on_frame(project, track.time_at(pointer.x));
        let layer = project.layer(self.layer)?;
        match self.grip {
            Grip::Body(grab) => {
                let start = clip_edit::on_frame(project, track.time_at(pointer.x) - grab);
                let hit = snap(&[start, start + self.clip.duration]);
                let start = hit.map_or(start, |hit| start + hit.by);
                let target = over.unwrap_or(self.layer);
                let edit = clip_edit::moved(self.clip.id, target, start);
                self.report("move clip", edit, pass);
                hit.map(|hit| hit.to)
            }
            Grip::Start => {
                let hit = snap(&[at]);
                let to = hit.map_or(at, |hit| hit.to);
                let edit = clip_edit::trimmed_start(project, layer, &self.clip, to);
                self.report("trim clip", edit, pass);
                hit.map(|hit| hit.to)
            }
            Grip::End => {
                let hit = snap(&[at]);
                let to = hit.map_or(at, |hit| hit.to);
                let length = media_duration(pass, &self.clip);
                let edit = clip_edit::trimmed_end(project, layer, &self.clip, to, length);
                self.report("trim clip", edit, pass);
                hit.map(|hit| hit.to)
            }
        }
    }

    /// Asks for the edit, unless it is where the clip was and nothing was asked for yet.
    fn report(&self, name: &'static str, edit: EditCommand, pass: &mut Pass<'_, '_>) {
        if !pass.state.gesture.is_active() && self.is_as_it_was(&edit) {
            return;
        }
        pass.gesture_edit(name, edit);
    }

    fn is_as_it_was(&self, edit: &EditCommand) -> bool {
        match edit {
            EditCommand::MoveClip { layer, start, .. } => {
                *layer == self.layer && *start == self.clip.start
            }
            EditCommand::TrimClip {
                start, duration, ..
            } => *start == self.clip.start && *duration == self.clip.duration,
            _ => false,
        }
    }
}

/// Times that edges snap to.
pub(crate) struct Snap(Vec<Time>);

/// What an edge snapped to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// How far it was moved.
    pub by: Time,
    /// Where to.
    pub to: Time,
}

impl Snap {
    /// Zero, the playhead, the edges of all other clips, markers and the loop.
    pub fn new(project: &Project, playhead: Time, without: &Clip) -> Self {
        let others = project
            .layers
            .iter()
            .flat_map(|layer| &layer.clips)
            .filter(|clip| clip.id != without.id);
        let mut times = vec![Time::ZERO, clip_edit::on_frame(project, playhead)];
        times.extend(others.flat_map(|clip| [clip.start, clip.end()]));
        times.extend(project.markers.iter().map(|marker| marker.time));
        times.extend(
            project
                .loop_range
                .iter()
                .flat_map(|range| [range.start, range.end]),
        );
        Self(times)
    }

    /// The nearest of the snap times to any of these edges, within reach.
    pub fn nearest(&self, edges: &[Time], reach: Time) -> Option<Hit> {
        edges
            .iter()
            .flat_map(|edge| {
                self.0.iter().map(move |to| Hit {
                    by: *to - *edge,
                    to: *to,
                })
            })
            .filter(|hit| hit.by.abs() <= reach)
            .min_by_key(|hit| hit.by.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_edge_within_reach_wins() {
        let s = Time::from_seconds;
        let snap = Snap(vec![s(0), s(10)]);
        let ms = |ms: i64| Time::from_nanos(ms * 1_000_000);
        let hit = snap.nearest(&[s(4), s(10) - ms(30)], ms(50));
        assert_eq!(
            hit,
            Some(Hit {
                by: ms(30),
                to: s(10)
            })
        );
        assert_eq!(snap.nearest(&[s(4)], ms(50)), None);
    }
}
