//! Messages of bundles whose time has not come.

use std::collections::BTreeMap;

use rosc::OscMessage;

use super::peer::Peer;
use super::words::weight;
use crate::time::Time;

/// Most bytes of messages that wait: some ten thousand messages.
const MOST_BYTES: usize = 2 << 20;

/// Longest wait. What is further away comes from a clock that is set wrong.
const LONGEST: Time = Time::from_seconds(3600);

/// Reason that a message does not wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ScheduleError {
    /// There is no room.
    #[error("too many messages wait for their time")]
    Full,
    /// It is too far away.
    #[error("the time tag of a bundle is more than an hour away; the clocks differ")]
    Far,
}

/// Messages by the time at which they are due, those of one time in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    waiting: BTreeMap<(Time, u64), (Peer, OscMessage)>,
    bytes: usize,
    last: u64,
}

impl Schedule {
    /// Takes a message that is due `wait` from now.
    ///
    /// # Errors
    /// Reason that it is not taken.
    pub fn insert(
        &mut self,
        from: Peer,
        message: OscMessage,
        now: Time,
        wait: Time,
    ) -> Result<(), ScheduleError> {
        if wait > LONGEST {
            return Err(ScheduleError::Far);
        }
        let bytes = weight(&message);
        if self.bytes + bytes > MOST_BYTES {
            return Err(ScheduleError::Full);
        }
        self.bytes += bytes;
        self.last += 1;
        self.waiting
            .insert((now + wait, self.last), (from, message));
        Ok(())
    }

    /// Takes the next message that is due.
    pub fn pop_due(&mut self, now: Time) -> Option<(Peer, OscMessage)> {
        let entry = self.waiting.first_entry()?;
        if entry.key().0 > now {
            return None;
        }
        let (from, message) = entry.remove();
        self.bytes -= weight(&message);
        Some((from, message))
    }

    /// The time at which the next one is due.
    pub fn next_due(&self) -> Option<Time> {
        self.waiting.keys().next().map(|(due, _)| *due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(address: &str) -> OscMessage {
        OscMessage {
            addr: address.to_owned(),
            args: Vec::new(),
        }
    }

    #[test]
    fn messages_come_at_their_time_in_order_and_are_bounded() {
        let mut schedule = Schedule::default();
        let from = Peer::Tcp(0);
        let at = Time::from_seconds;
        for (address, wait) in [("/c", 3), ("/a", 1), ("/b", 1)] {
            let taken = schedule.insert(from, message(address), at(10), at(wait));
            assert_eq!(taken, Ok(()));
        }
        assert_eq!(schedule.next_due(), Some(at(11)));
        assert_eq!(schedule.pop_due(at(10)), None);
        for expected in ["/a", "/b"] {
            let (_, message) = schedule.pop_due(at(12)).expect("due");
            assert_eq!(message.addr, expected);
        }
        assert_eq!(schedule.pop_due(at(12)), None);
        let far = schedule.insert(from, message("/far"), at(0), at(4000));
        assert_eq!(far, Err(ScheduleError::Far));
        let long = message(&format!("/{}", "x".repeat(1000)));
        let taken =
            (0..10_000).filter(|_| schedule.insert(from, long.clone(), at(0), at(1)).is_ok());
        assert_eq!(taken.count(), MOST_BYTES / 1001);
        while schedule.pop_due(at(100)).is_some() {}
        assert_eq!(schedule.bytes, 0);
    }
}
