//! The ends of the timeline, the loop, and the grid of canvas frames.

use crate::project::{Project, TimeRange};
use crate::time::{FrameRate, Time};

/// The properties of a project that bound the playhead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// End of the last clip.
    pub duration: Time,
    /// The span that a loop repeats; the whole timeline when absent.
    pub loop_range: Option<TimeRange>,
    /// True if playing goes back to the start of the loop at its end.
    pub is_looping: bool,
    /// The canvas's frames per second.
    pub canvas: FrameRate,
}

/// The direction of playing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Towards later times.
    #[default]
    Forwards,
    /// Towards earlier times.
    Backwards,
}

/// The position of playing on the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimelinePosition {
    /// Playing, after this many passes over the loop's seam.
    At {
        /// The project time.
        time: Time,
        /// Passes over the seam since playing began.
        laps: i64,
    },
    /// Past the end, clamped to the last frame, or to the first when playing backwards.
    Ended {
        /// The project time at which that frame begins.
        time: Time,
    },
}

impl TimelinePosition {
    /// The project time.
    pub fn time(self) -> Time {
        match self {
            Self::At { time, .. } | Self::Ended { time } => time,
        }
    }
}

impl Direction {
    /// The direction of a speed.
    pub fn of(speed: f64) -> Self {
        if speed < 0.0 {
            Self::Backwards
        } else {
            Self::Forwards
        }
    }
}

impl Bounds {
    /// The bounds of a project.
    pub fn of(project: &Project) -> Self {
        Self {
            duration: project.duration(),
            loop_range: project.loop_range,
            is_looping: project.is_looping,
            canvas: project.canvas.frame_rate,
        }
    }

    /// The span that playing repeats, if it repeats one.
    pub fn loop_span(&self) -> Option<TimeRange> {
        let whole = TimeRange {
            start: Time::ZERO,
            end: self.duration,
        };
        let span = self.loop_range.unwrap_or(whole);
        (self.is_looping && span.start < span.end).then_some(span)
    }

    /// The start of the canvas frame that is on screen at `time`.
    pub fn snap(&self, time: Time) -> Time {
        self.canvas.time_of(self.canvas.frame_at(time))
    }

    /// The start of the last canvas frame of the timeline; zero when it is empty.
    pub fn last_frame(&self) -> Time {
        self.snap(self.duration - Time::from_flicks(1))
            .max(Time::ZERO)
    }

    /// The time at which playing begins: at the playhead, or at the start (of the loop, if there is one) when nothing
    /// is left to play. Backwards, the last frame is the start.
    pub fn play_start(&self, playhead: Time, direction: Direction) -> Time {
        let span = self.loop_span();
        match direction {
            Direction::Forwards => {
                let is_in_loop = span.is_some_and(|span| playhead < span.end);
                if is_in_loop || playhead < self.last_frame() {
                    return playhead;
                }
                span.map_or(Time::ZERO, |span| span.start)
            }
            Direction::Backwards => {
                let is_in_loop = span.is_some_and(|span| playhead >= span.start);
                if is_in_loop || playhead > Time::ZERO {
                    return playhead;
                }
                let end = span.map_or(self.duration, |span| span.end);
                self.snap(end - Time::from_flicks(1)).max(Time::ZERO)
            }
        }
    }

    /// The time from which the canvas frame at `time` is played as a whole: its start, or, backwards, its last flick.
    /// From its start, playing backwards would leave it at once.
    pub fn entry(&self, time: Time, direction: Direction) -> Time {
        let frame = self.canvas.frame_at(time);
        match direction {
            Direction::Forwards => self.canvas.time_of(frame),
            Direction::Backwards => {
                self.canvas.time_of(frame.saturating_add(1)) - Time::from_flicks(1)
            }
        }
    }

    /// The position of playing in a direction that began at `from` and would be at `unfolded` on an endless timeline.
    ///
    /// Playing that begins beyond the loop's end goes on to the end of the timeline without looping, as does playing
    /// backwards that begins before its start.
    pub fn position(&self, from: Time, unfolded: Time, direction: Direction) -> TimelinePosition {
        let is_backwards = direction == Direction::Backwards;
        if let Some(span) = self.loop_span() {
            let length = span.end - span.start;
            // Spans are half open: the end of the loop is the start of the next lap.
            let (enters_loop, has_passed_seam) = if is_backwards {
                (from >= span.start, unfolded < span.start)
            } else {
                (from < span.end, unfolded >= span.end)
            };
            if enters_loop && has_passed_seam {
                // Euclidean: backwards, one flick before the start is in the last lap, and not in lap zero.
                let into = unfolded - span.start;
                let time = span.start + into.rem_euclid(length);
                return TimelinePosition::At {
                    time,
                    laps: into.div_euclid(length).abs(),
                };
            }
            if enters_loop {
                return TimelinePosition::At {
                    time: unfolded,
                    laps: 0,
                };
            }
        }
        if is_backwards && unfolded < Time::ZERO {
            return TimelinePosition::Ended { time: Time::ZERO };
        }
        if !is_backwards && unfolded >= self.duration {
            return TimelinePosition::Ended {
                time: self.last_frame(),
            };
        }
        TimelinePosition::At {
            time: unfolded,
            laps: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(is_looping: bool) -> Bounds {
        let (start, end) = (Time::from_seconds(2), Time::from_seconds(5));
        Bounds {
            duration: Time::from_seconds(10),
            loop_range: Some(TimeRange { start, end }),
            is_looping,
            canvas: FrameRate::FPS_60,
        }
    }

    fn at(bounds: Bounds, from: i64, unfolded: i64) -> TimelinePosition {
        let direction = if unfolded < from {
            Direction::Backwards
        } else {
            Direction::Forwards
        };
        bounds.position(
            Time::from_seconds(from),
            Time::from_seconds(unfolded),
            direction,
        )
    }

    fn passed(seconds: i64, laps: i64) -> TimelinePosition {
        TimelinePosition::At {
            time: Time::from_seconds(seconds),
            laps,
        }
    }

    #[test]
    fn a_loop_is_entered_from_before_it_and_repeats() {
        assert_eq!(at(bounds(true), 0, 4), passed(4, 0));
        assert_eq!(at(bounds(true), 0, 5), passed(2, 1));
        assert_eq!(at(bounds(true), 3, 12), passed(3, 3));
        assert_eq!(at(bounds(true), 3, 1), passed(4, 1), "backwards");
    }

    #[test]
    fn playing_from_behind_the_loop_goes_on_to_the_end() {
        assert_eq!(at(bounds(true), 6, 9), passed(9, 0));
        let last = Time::from_seconds(10) - FrameRate::FPS_60.frame_duration();
        assert_eq!(
            at(bounds(true), 6, 10),
            TimelinePosition::Ended { time: last }
        );
        assert_eq!(
            at(bounds(false), 0, 11),
            TimelinePosition::Ended { time: last }
        );
        assert_eq!(
            at(bounds(false), 3, -1),
            TimelinePosition::Ended { time: Time::ZERO }
        );
        assert_eq!(
            at(bounds(true), 1, -1),
            TimelinePosition::Ended { time: Time::ZERO }
        );
    }
}
