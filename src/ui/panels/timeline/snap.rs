//! The times that dragged edges snap to.

use egui::Ui;

use crate::project::edit::clip_edit;
use crate::project::{Clip, ClipId, Project};
use crate::time::Time;
use crate::ui::pass::Pass;
use crate::ui::timeline_scale::Track;

/// Distance in points within which an edge snaps.
const SNAP_POINTS: f32 = 8.0;
/// Width of a second in points from which edges snap to whole seconds too.
const SECOND_POINTS: f32 = 64.0;

/// Times that edges snap to.
pub(crate) struct Snap {
    times: Vec<Time>,
    reach: Time,
    has_seconds: bool,
}

/// A snap of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// The distance to the snap.
    pub by: Time,
    /// The time snapped to.
    pub to: Time,
}

impl Snap {
    /// Zero, the playhead, the edges of all clips but the dragged ones, markers, the loop, whole seconds. `None` while
    /// snapping is off, or suspended by holding Ctrl or Alt.
    pub fn new(
        ui: &Ui,
        project: &Project,
        without: &[ClipId],
        track: &Track,
        pass: &Pass<'_, '_>,
    ) -> Option<Self> {
        let is_suspended = ui.input(|input| input.modifiers.command || input.modifiers.alt);
        if is_suspended || !pass.state.timeline.is_snapping {
            return None;
        }
        let others = project
            .layers
            .iter()
            .flat_map(|layer| &layer.clips)
            .filter(|clip| !without.contains(&clip.id));
        let playhead = clip_edit::on_frame(project, pass.view.transport.playhead);
        let mut times = vec![Time::ZERO, playhead];
        times.extend(others.flat_map(|clip: &Clip| [clip.start, clip.end()]));
        times.extend(project.markers.iter().map(|marker| marker.time));
        let range = project.loop_range.iter();
        times.extend(range.flat_map(|range| [range.start, range.end]));
        Some(Self {
            times,
            reach: track.length_of(SNAP_POINTS),
            has_seconds: track.points_of(Time::from_seconds(1)) >= SECOND_POINTS,
        })
    }

    /// The time nearest to any of these edges; a whole second only without any other.
    pub fn nearest(&self, edges: &[Time]) -> Option<Hit> {
        let hits = edges.iter().flat_map(|edge| {
            self.times.iter().map(move |to| Hit {
                by: *to - *edge,
                to: *to,
            })
        });
        self.within_reach(hits).or_else(|| {
            let seconds = edges.iter().map(|edge| {
                let to = Time::from_seconds(edge.seconds().round() as i64);
                Hit { by: to - *edge, to }
            });
            self.has_seconds.then(|| self.within_reach(seconds))?
        })
    }

    fn within_reach(&self, hits: impl Iterator<Item = Hit>) -> Option<Hit> {
        hits.filter(|hit| hit.by.abs() <= self.reach)
            .min_by_key(|hit| hit.by.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_edge_within_reach_wins_and_a_second_comes_last() {
        let s = Time::from_seconds;
        let ms = |ms: i64| Time::from_nanos(ms * 1_000_000);
        let mut snap = Snap {
            times: vec![s(0), s(10) + ms(40)],
            reach: ms(50),
            has_seconds: false,
        };
        let hit = |by, to| Some(Hit { by, to });
        let edge = s(10) + ms(10);
        assert_eq!(snap.nearest(&[s(4), edge]), hit(ms(30), s(10) + ms(40)));
        assert_eq!(snap.nearest(&[s(4) + ms(20)]), None);
        snap.has_seconds = true;
        assert_eq!(snap.nearest(&[s(4) + ms(20)]), hit(-ms(20), s(4)));
        assert_eq!(snap.nearest(&[edge]), hit(ms(30), s(10) + ms(40)));
    }
}
