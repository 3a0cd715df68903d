//! Keeping the time of a source that is fetched: its pictures arrive as fast as they are read, and are shown by their
//! own timestamps.

use crate::time::{FLICKS_PER_SECOND, Time};

/// Timestamps of pictures in a row that lie further apart than this, and [`UNUSUAL`] times as far as those before them,
/// mean that the source began anew: at the rates that a source is believed, one a second and more, they never do.
const JUMP: Time = Time::from_seconds(2);

/// See [`JUMP`].
const UNUSUAL: f64 = 4.0;

/// Later than this, a picture counts as on time and the ones after it are timed by it, so that a stall delays what
/// follows rather than having it hurried through.
const LATE: Time = Time::from_flicks(FLICKS_PER_SECOND / 2);

/// The due time of each picture, from its timestamp and the moment at which the first was there.
#[derive(Debug, Default)]
pub(in crate::media) struct Pacing {
    /// A moment on the clock, and the timestamp of the picture that was due then.
    anchor: Option<(Time, Time)>,
    /// The timestamp before, and its distance from the one before that.
    last: Option<(Time, Time)>,
}

impl Pacing {
    /// Due time of a picture with this timestamp, on the clock that says `now`.
    pub(in crate::media) fn due(&mut self, timestamp: Time, now: Time) -> Time {
        let (last, usual) = self.last.unwrap_or((timestamp, Time::ZERO));
        let step = timestamp - last;
        let is_jump = step < Time::ZERO - LATE || (step > JUMP && step > usual.scaled(UNUSUAL));
        let due = self
            .anchor
            .map(|(moment, first)| moment + (timestamp - first))
            .filter(|due| !is_jump && *due >= now - LATE);
        // A step that is unusual once is usual the next time, as in a slow show of slides.
        let next = if step < Time::ZERO { usual } else { step };
        self.last = Some((timestamp, next));
        if let Some(due) = due {
            return due;
        }
        // Behind the one before it, which may not have been shown yet.
        let due = match self.anchor {
            Some((moment, first)) if is_jump => {
                let apart = if usual > JUMP { Time::ZERO } else { usual };
                now.max(moment + (last - first) + apart)
            }
            _ => now,
        };
        self.anchor = Some((due, timestamp));
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Time = Time::from_seconds(1);

    #[test]
    fn pictures_that_arrive_at_once_are_due_one_after_the_other() {
        let mut pacing = Pacing::default();
        let begin = SECOND.scaled(50.0);
        for frame in 0..25 {
            let timestamp = SECOND.scaled(7.0 + f64::from(frame) / 25.0);
            let due = pacing.due(timestamp, begin);
            assert_eq!(
                due,
                begin + (timestamp - SECOND.scaled(7.0)),
                "frame {frame}"
            );
        }
    }

    #[test]
    fn after_a_stall_or_a_new_beginning_the_time_is_told_anew() {
        let mut pacing = Pacing::default();
        assert_eq!(pacing.due(Time::ZERO, Time::ZERO), Time::ZERO);
        let stalled = SECOND.scaled(9.0);
        assert_eq!(pacing.due(SECOND, stalled), stalled, "late: now");
        assert_eq!(pacing.due(SECOND.scaled(2.0), stalled), stalled + SECOND);
        let later = stalled + SECOND.scaled(2.0);
        assert_eq!(pacing.due(SECOND.scaled(900.0), later), later, "a jump");
        assert_eq!(
            pacing.due(Time::ZERO, later + SECOND),
            later + SECOND,
            "a jump back"
        );
    }

    #[test]
    fn timestamps_that_jump_leave_no_gap() {
        let mut pacing = Pacing::default();
        let tenth = SECOND.scaled(0.1);
        let stamps = |from: f64| {
            (0..5).map(move |at| SECOND.scaled(from) + SECOND.scaled(0.1).scaled(f64::from(at)))
        };
        // All arrive at once: the end of one recording, one six seconds later, and one before both.
        let stamps = stamps(10.0).chain(stamps(16.4)).chain(stamps(3.0));
        let due: Vec<Time> = stamps.map(|stamp| pacing.due(stamp, SECOND)).collect();
        for pair in due.windows(2) {
            let apart = pair[1] - pair[0];
            assert!((apart.seconds() - tenth.seconds()).abs() < 1e-6, "{due:?}");
        }
    }

    #[test]
    fn a_slow_show_of_slides_is_no_jump() {
        let mut pacing = Pacing::default();
        let due: Vec<Time> = (0..4)
            .map(|slide| pacing.due(SECOND.scaled(5.0 * f64::from(slide)), Time::ZERO))
            .collect();
        assert_eq!(due[3] - due[2], SECOND.scaled(5.0), "{due:?}");
    }
}
