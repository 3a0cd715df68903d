//! The course of playing: the playhead at times to come.

use super::{Bounds, TimelinePosition};
use crate::time::Time;

/// The playhead at times to come, unless something interferes.
///
/// It follows the same rule as [`super::Transport::playhead_at`], so that the prefetched frames are those that will be
/// due, at any speed and in either direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Course {
    /// The playhead now.
    pub(super) playhead: Time,
    /// Start of playing.
    pub(super) started_time: Time,
    /// Time since then, on the clock.
    pub(super) elapsed: Time,
    /// True if playing will begin elsewhere than at the playhead, because nothing is left to play there.
    pub(super) begins_anew: bool,
    /// Project time per clock time.
    pub(super) speed: f64,
    /// The ends of the timeline, the loop and the grid of canvas frames.
    pub(super) bounds: Bounds,
}

impl Course {
    /// The playhead now, at the start of a canvas frame.
    pub fn playhead(&self) -> Time {
        self.bounds.snap(self.playhead)
    }

    /// True if playing will begin elsewhere than at the playhead, because nothing is left to play there.
    pub fn begins_anew(&self) -> bool {
        self.begins_anew
    }

    /// The position this much later on the clock.
    pub fn position_after(&self, time: Time) -> TimelinePosition {
        let way = travelled(self.elapsed + time, self.speed);
        self.bounds
            .position(self.started_time, self.started_time + way)
    }

    /// The ends of the timeline, the loop and the grid of canvas frames.
    pub fn bounds(&self) -> &Bounds {
        &self.bounds
    }
}

/// The distance in project time for an elapsed time on the clock: exact at speed 1 and −1, else to the nearest flick.
pub(super) fn travelled(elapsed: Time, speed: f64) -> Time {
    if speed == 1.0 {
        elapsed
    } else {
        elapsed.scaled(speed)
    }
}
