//! The clock: the only file that reads the system's.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use super::Time;

/// A monotonic clock that starts at zero, cheap to clone and to share between threads.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System(Instant),
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that follows the system's monotonic one, at zero now.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the system clock"
    )]
    pub fn system() -> Self {
        Self(Source::System(Instant::now()))
    }

    /// Time since the clock was made.
    pub fn now(&self) -> Time {
        match &self.0 {
            Source::System(origin) => {
                Time::from_nanos(i64::try_from(origin.elapsed().as_nanos()).unwrap_or(i64::MAX))
            }
            Source::Manual(flicks) => Time::from_flicks(flicks.load(Ordering::Relaxed)),
        }
    }

    /// The instant at which this clock shows `time`, for waiting with a channel's or condition's deadline.
    ///
    /// A manual clock does not pass by itself: its deadlines are already over.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the system clock"
    )]
    pub fn instant_at(&self, time: Time) -> Instant {
        match &self.0 {
            Source::System(origin) => origin.checked_add(time.to_duration()).unwrap_or(*origin),
            Source::Manual(_) => Instant::now(),
        }
    }
}

/// The hand that sets a manual [`Clock`].
#[derive(Clone, Debug, Default)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that stands at zero until it is moved.
    pub fn new() -> Self {
        Self::default()
    }

    /// The clock that this hand moves.
    pub fn clock(&self) -> Clock {
        Clock(Source::Manual(Arc::clone(&self.0)))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Time) {
        // Relaxed: the value stands alone and orders nothing else.
        self.0.fetch_add(by.flicks(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_by_hand() {
        let hand = ManualClock::new();
        let clock = hand.clock();
        assert_eq!(clock.now(), Time::ZERO);
        hand.advance(Time::from_seconds(2));
        assert_eq!(clock.now(), Time::from_seconds(2));
    }

    #[test]
    fn the_system_clock_does_not_run_backwards() {
        let clock = Clock::system();
        let first = clock.now();
        assert!(clock.now() >= first, "monotonic");
    }
}
