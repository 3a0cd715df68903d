//! The course of playing: the playhead at times to come.

use super::{Bounds, Direction, TimelinePosition};
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
        let unfolded = self.started_time + way;
        self.bounds
            .position(self.started_time, unfolded, Direction::of(self.speed))
    }

    /// Project time per clock time.
    pub fn speed(&self) -> f64 {
        self.speed
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::TimeRange;
    use crate::time::FrameRate;
    use crate::transport::{SettleOutcome, Transport};

    fn bounds(frames: i64) -> Bounds {
        Bounds {
            duration: FrameRate::FPS_60.time_of(frames),
            loop_range: None,
            is_looping: false,
            canvas: FrameRate::FPS_60,
        }
    }

    /// The canvas frames on screen in the middle of each tick of a clock.
    fn frames_shown(transport: &mut Transport, from: i64, ticks: i64, bounds: &Bounds) -> Vec<i64> {
        let half = Time::from_flicks(bounds.canvas.frame_duration().flicks() / 2);
        (from..from + ticks)
            .map(|tick| {
                let now = bounds.canvas.time_of(tick) + half;
                transport.settle(now, bounds);
                bounds.canvas.frame_at(transport.playhead_at(now, bounds))
            })
            .collect()
    }

    #[test]
    fn backwards_every_frame_is_shown_as_long_as_forwards() {
        let frames = |is_looping, range: Option<(i64, i64)>| {
            let at = |frame| FrameRate::FPS_60.time_of(frame);
            let range = range.map(|(start, end)| TimeRange {
                start: at(start),
                end: at(end),
            });
            let bounds = Bounds {
                loop_range: range,
                is_looping,
                ..bounds(8)
            };
            let mut transport = Transport::new();
            transport.set_speed(Time::ZERO, -1.0, &bounds);
            if let Some(range) = range {
                transport.seek(Time::ZERO, range.start, &bounds);
            }
            transport.play(Time::ZERO, &bounds);
            frames_shown(&mut transport, 0, 10, &bounds)
        };
        assert_eq!(frames(false, None), [7, 6, 5, 4, 3, 2, 1, 0, 0, 0]);
        assert_eq!(frames(true, None), [0, 7, 6, 5, 4, 3, 2, 1, 0, 7]);
        assert_eq!(frames(true, Some((2, 5))), [2, 4, 3, 2, 4, 3, 2, 4, 3, 2]);
    }

    #[test]
    fn an_end_between_two_canvas_frames_does_not_end_playing_backwards() {
        let half = Time::from_flicks(FrameRate::FPS_60.frame_duration().flicks() / 2);
        let bounds = Bounds {
            duration: FrameRate::FPS_60.time_of(2) + half,
            ..bounds(0)
        };
        let mut transport = Transport::new();
        transport.set_speed(Time::ZERO, -1.0, &bounds);
        transport.play(Time::ZERO, &bounds);
        let settled = transport.settle(Time::ZERO, &bounds);
        assert_eq!(settled, SettleOutcome::Unchanged);
        assert_eq!(frames_shown(&mut transport, 0, 4, &bounds), [2, 1, 0, 0]);
    }

    #[test]
    fn each_turn_shows_the_frame_that_it_turns_at_as_a_whole() {
        let bounds = bounds(60);
        let at = |frame| bounds.canvas.time_of(frame);
        let mut transport = Transport::new();
        transport.seek(Time::ZERO, at(10), &bounds);
        transport.shuttle(Time::ZERO, Direction::Backwards, &bounds);
        assert_eq!(frames_shown(&mut transport, 0, 3, &bounds), [10, 9, 8]);
        transport.shuttle(at(3), Direction::Forwards, &bounds);
        assert_eq!(frames_shown(&mut transport, 3, 3, &bounds), [7, 8, 9]);
        transport.shuttle(at(6), Direction::Backwards, &bounds);
        assert_eq!(frames_shown(&mut transport, 6, 3, &bounds), [10, 9, 8]);
        transport.seek(at(9), at(20), &bounds);
        assert_eq!(frames_shown(&mut transport, 9, 2, &bounds), [20, 19]);
        transport.scrub(at(30));
        transport.scrub_end(at(11), at(30), &bounds);
        assert_eq!(frames_shown(&mut transport, 11, 2, &bounds), [30, 29]);
    }
}
