//! When to try again what failed: soon at first, then less and less often.

use crate::time::Time;

/// The first pause; each one after it is twice as long, up to the longest.
const FIRST: Time = Time::from_seconds(1);
const LONGEST: Time = Time::from_seconds(16);

/// The next moment to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Backoff {
    pause: Time,
    at: Time,
}

impl Backoff {
    /// After a first failure now.
    pub(crate) fn begin(now: Time) -> Self {
        Self {
            pause: FIRST,
            at: now + FIRST,
        }
    }

    /// After one more failure now.
    pub(crate) fn again(self, now: Time) -> Self {
        let pause = self.pause.scaled(2.0).min(LONGEST);
        Self {
            pause,
            at: now + pause,
        }
    }

    /// When it is time.
    pub(crate) fn at(self) -> Time {
        self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_the_longest() {
        let mut backoff = Backoff::begin(Time::ZERO);
        let mut moments = Vec::new();
        for _ in 0..7 {
            moments.push(backoff.at().seconds());
            backoff = backoff.again(backoff.at());
        }
        assert_eq!(moments, [1.0, 3.0, 7.0, 15.0, 31.0, 47.0, 63.0]);
    }
}
