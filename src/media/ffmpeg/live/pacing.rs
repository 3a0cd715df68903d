//! Keeping the time of a source that is fetched: its pictures arrive as fast as they are read, and are shown by their
//! own timestamps.

use crate::time::{FLICKS_PER_SECOND, Time};

/// Stamps that lie further apart from the clock than this mean that the source began anew.
const JUMP: Time = Time::from_seconds(10);

/// Later than this, a picture counts as on time and the ones after it are timed by it, so that a stall delays what
/// follows rather than having it hurried through.
const LATE: Time = Time::from_flicks(FLICKS_PER_SECOND / 2);

/// The due time of each picture, from its timestamp and the moment at which the first was there.
#[derive(Debug, Default)]
pub(in crate::media) struct Pacing {
    /// A moment on the clock, and the timestamp of the picture that was due then.
    anchor: Option<(Time, Time)>,
}

impl Pacing {
    /// Due time of a picture with this timestamp, on the clock that says `now`.
    pub(in crate::media) fn due(&mut self, timestamp: Time, now: Time) -> Time {
        let due = self
            .anchor
            .map(|(moment, first)| moment + (timestamp - first));
        match due {
            Some(due) if due >= now - LATE && due <= now + JUMP => due,
            _ => {
                self.anchor = Some((now, timestamp));
                now
            }
        }
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
        let later = stalled + SECOND;
        assert_eq!(pacing.due(SECOND.scaled(900.0), later), later, "a jump");
        assert_eq!(pacing.due(Time::ZERO, later), later, "a jump back");
    }
}
