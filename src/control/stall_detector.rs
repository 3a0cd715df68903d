//! The stall detector: a thread that keeps its jobs waiting for long, most likely because its disk does not answer.

use crate::time::Time;

/// Time after which a job counts as stalled: a disk that sleeps wakes up within that.
const PATIENCE: Time = Time::from_seconds(5);

/// Detects that a thread stopped answering.
#[derive(Debug, Default)]
pub(crate) struct StallDetector {
    /// The count of answers, and the time since which it stands.
    since: Option<(u64, Time)>,
    is_reported: bool,
}

impl StallDetector {
    /// Follows a thread that has answered so many jobs while others wait; none if nothing waits. True if a stall is to
    /// be reported, which is once for each.
    pub fn follow(&mut self, answered: Option<u64>, now: Time) -> bool {
        let Some(answered) = answered else {
            *self = Self::default();
            return false;
        };
        let since = match self.since {
            Some((known, since)) if known == answered => since,
            _ => {
                self.since = Some((answered, now));
                self.is_reported = false;
                now
            }
        };
        let is_due = !self.is_reported && now - since >= PATIENCE;
        self.is_reported |= is_due;
        is_due
    }

    /// Time of the next check, if a stall may be reported then.
    pub fn next_check(&self) -> Option<Time> {
        let (_, since) = self.since.filter(|_| !self.is_reported)?;
        Some(since + PATIENCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stall_is_reported_once_and_each_answer_ends_it() {
        let at = Time::from_seconds;
        let mut stall = StallDetector::default();
        assert!(!stall.follow(None, at(0)) && stall.next_check().is_none());
        assert!(!stall.follow(Some(3), at(10)), "just handed over");
        assert_eq!(stall.next_check(), Some(at(15)));
        assert!(!stall.follow(Some(4), at(14)), "one was answered");
        assert!(!stall.follow(Some(4), at(18)));
        assert!(stall.follow(Some(4), at(19)));
        assert!(!stall.follow(Some(4), at(60)), "reported once");
        assert_eq!(stall.next_check(), None);
        assert!(!stall.follow(Some(5), at(61)));
        assert!(stall.follow(Some(5), at(66)), "another one");
        assert!(!stall.follow(None, at(67)) && stall.next_check().is_none());
    }
}
