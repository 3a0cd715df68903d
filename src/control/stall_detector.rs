//! A thread that keeps its jobs waiting for long: most likely its disk does not answer.

use crate::time::Time;

/// How long a job may take before that is told: a disk that sleeps wakes up within that.
const PATIENCE: Time = Time::from_seconds(5);

/// Since when a thread has been silent.
#[derive(Debug, Default)]
pub(crate) struct StallDetector {
    /// How many jobs it had answered, and since when there is no other answer.
    since: Option<(u64, Time)>,
    is_told: bool,
}

impl StallDetector {
    /// Follows a thread that has answered so many jobs while others wait; nothing if none waits. Says whether its silence
    /// is to be told, which is once.
    pub fn follow(&mut self, answered: Option<u64>, now: Time) -> bool {
        let Some(answered) = answered else {
            *self = Self::default();
            return false;
        };
        let since = match self.since {
            Some((known, since)) if known == answered => since,
            _ => {
                self.since = Some((answered, now));
                self.is_told = false;
                now
            }
        };
        let is_due = !self.is_told && now - since >= PATIENCE;
        self.is_told |= is_due;
        is_due
    }

    /// When to look again, if there is something to be told then.
    pub fn next_look(&self) -> Option<Time> {
        let (_, since) = self.since.filter(|_| !self.is_told)?;
        Some(since + PATIENCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_is_told_once_and_each_answer_ends_it() {
        let at = Time::from_seconds;
        let mut silence = StallDetector::default();
        assert!(!silence.follow(None, at(0)) && silence.next_look().is_none());
        assert!(!silence.follow(Some(3), at(10)), "just handed over");
        assert_eq!(silence.next_look(), Some(at(15)));
        assert!(!silence.follow(Some(4), at(14)), "one was answered");
        assert!(!silence.follow(Some(4), at(18)));
        assert!(silence.follow(Some(4), at(19)));
        assert!(!silence.follow(Some(4), at(60)), "told once");
        assert_eq!(silence.next_look(), None);
        assert!(!silence.follow(Some(5), at(61)));
        assert!(silence.follow(Some(5), at(66)), "another one");
        assert!(!silence.follow(None, at(67)) && silence.next_look().is_none());
    }
}
