//! Unevenness of a live source: how much later some of its pictures come than others, by their own timestamps.

use crate::time::Time;

/// Time that is looked at as one: twice as much is remembered.
const WINDOW: Time = Time::from_seconds(2);

/// A picture that comes so much earlier or later than the one before has another clock: the source began anew.
const JUMP: Time = Time::from_seconds(2);

/// The spread of the transit times of the last two to four seconds: arrival on the clock, less timestamp.
#[derive(Debug, Default)]
pub(in crate::media) struct Jitter {
    /// Arrival of the first picture of the window, and the window's least and greatest transit time.
    window: Option<(Time, Time, Time)>,
    /// Those of the window before.
    before: Option<(Time, Time)>,
    last: Time,
}

impl Jitter {
    /// Notes a picture, and gives the spread.
    pub(in crate::media) fn note(&mut self, timestamp: Time, arrival: Time) -> Time {
        let transit = arrival - timestamp;
        let step = transit - self.last;
        if step > JUMP || step < Time::ZERO - JUMP {
            (self.window, self.before) = (None, None);
        }
        self.last = transit;
        if let Some((began, least, most)) = self.window
            && arrival - began >= WINDOW
        {
            (self.window, self.before) = (None, Some((least, most)));
        }
        let (began, least, most) = self.window.unwrap_or((arrival, transit, transit));
        let (least, most) = (least.min(transit), most.max(transit));
        self.window = Some((began, least, most));
        let (least_before, most_before) = self.before.unwrap_or((least, most));
        most.max(most_before) - least.min(least_before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::FLICKS_PER_SECOND;

    fn millis(millis: i64) -> Time {
        Time::from_flicks(millis * (FLICKS_PER_SECOND / 1000))
    }

    #[test]
    fn the_spread_is_that_of_the_last_seconds() {
        let mut jitter = Jitter::default();
        let mut spread = Time::ZERO;
        for at in 0..20 {
            spread = jitter.note(millis(at * 40), millis(7000 + at * 40 + at % 3));
        }
        assert_eq!(spread, millis(2), "whatever the transit itself");
        // One is held up, and those after it come with it, until the source is level again.
        for at in 20..24 {
            spread = jitter.note(millis(at * 40), millis(7000 + 23 * 40));
        }
        assert_eq!(spread, millis(120), "a pause");
        for at in 24..200 {
            spread = jitter.note(millis(at * 40), millis(7000 + at * 40));
        }
        assert_eq!(spread, Time::ZERO, "long ago");
    }

    #[test]
    fn a_source_that_begins_anew_is_not_uneven() {
        let mut jitter = Jitter::default();
        let arrival = |at: i64| millis(at * 40);
        assert_eq!(jitter.note(millis(90_000), arrival(0)), Time::ZERO);
        assert_eq!(jitter.note(millis(90_040), arrival(1)), Time::ZERO);
        assert_eq!(jitter.note(millis(0), arrival(2)), Time::ZERO, "back");
        assert_eq!(jitter.note(millis(40), arrival(3)), Time::ZERO);
        let ahead = 26 * 3_600_000;
        assert_eq!(jitter.note(millis(ahead), arrival(4)), Time::ZERO, "ahead");
    }
}
