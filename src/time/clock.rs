//! The clock: the only file that reads the system's.
//!
//! | source | what moves it |
//! |---|---|
//! | [`Clock::system`] | the system's monotonic clock |
//! | [`ManualClock`] | a test |
//! | [`Clock::device`] | a device, such as a sound device that has played so many frames |

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use super::{FLICKS_PER_SECOND, Time};

/// A monotonic clock that starts at zero, cheap to clone and to share between threads.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System(Instant),
    Manual(Arc<AtomicI64>),
    Device(Arc<Device>),
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

    /// A clock that follows a device's position.
    pub fn device(position: &DevicePosition) -> Self {
        Self(Source::Device(Arc::clone(&position.0)))
    }

    /// Time since the clock was made; of a device's clock, the position of the device.
    pub fn now(&self) -> Time {
        match &self.0 {
            Source::System(origin) => {
                Time::from_nanos(i64::try_from(origin.elapsed().as_nanos()).unwrap_or(i64::MAX))
            }
            Source::Manual(flicks) => Time::from_flicks(flicks.load(Ordering::Relaxed)),
            Source::Device(device) => device.now(),
        }
    }

    /// The instant at which this clock shows `time`, for waiting with a channel's or condition's deadline.
    ///
    /// A manual clock does not pass by itself: its deadlines are already over. A device's clock is taken to run on as
    /// it did at the last advance.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the system clock"
    )]
    pub fn instant_at(&self, time: Time) -> Instant {
        match &self.0 {
            Source::System(origin) => origin.checked_add(time.to_duration()).unwrap_or(*origin),
            Source::Manual(_) => Instant::now(),
            Source::Device(device) => device.instant_at(time),
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

/// Time for which a device is taken to run on without being heard of: several periods of a sound device.
const LONGEST_SILENCE: Time = Time::from_flicks(FLICKS_PER_SECOND / 10);

/// The position of a device that runs at a rate of its own. Its owner advances it; each [`Clock::device`] follows it.
///
/// Between two advances a clock runs on by a base clock, so that it has no steps. It never runs backwards: where the
/// device turns out to be behind, the clock stands until the device is there. Where nothing is heard of the device for
/// a tenth of a second, the clock stands too.
#[derive(Clone, Debug)]
pub struct DevicePosition(Arc<Device>);

/// Each number stands alone, so relaxed ordering is enough: who reads an offset and a limit of two advances is off by
/// no more than the two disagree.
#[derive(Debug)]
struct Device {
    base: Clock,
    /// Position less time of the base clock at the last advance, in flicks.
    offset: AtomicI64,
    /// Time of the base clock until which the device is taken to run, in flicks.
    runs_until: AtomicI64,
    /// The latest position that any clock has shown, in flicks.
    shown: AtomicI64,
}

impl DevicePosition {
    /// A device that stands at zero until it is advanced; `base` runs between two advances.
    pub fn new(base: Clock) -> Self {
        let now = base.now().flicks();
        Self(Arc::new(Device {
            base,
            offset: AtomicI64::new(now.saturating_neg()),
            runs_until: AtomicI64::new(now),
            shown: AtomicI64::new(0),
        }))
    }

    /// Says where the device is now. Waits for nothing, so that it may be called by the device's own thread.
    pub fn advance_to(&self, position: Time) {
        let device = &*self.0;
        let now = device.base.now();
        let offset = position.flicks().saturating_sub(now.flicks());
        device.offset.store(offset, Ordering::Relaxed);
        let until = (now + LONGEST_SILENCE).flicks();
        device.runs_until.store(until, Ordering::Relaxed);
    }
}

impl Device {
    fn now(&self) -> Time {
        let until = self.runs_until.load(Ordering::Relaxed);
        let base = self.base.now().flicks().min(until);
        let position = base.saturating_add(self.offset.load(Ordering::Relaxed));
        let before = self.shown.fetch_max(position, Ordering::Relaxed);
        Time::from_flicks(position.max(before))
    }

    fn instant_at(&self, time: Time) -> Instant {
        let offset = self.offset.load(Ordering::Relaxed);
        let base = time.flicks().saturating_sub(offset);
        self.base.instant_at(Time::from_flicks(base))
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
    /// A device, its clock, and the hand that moves the base clock.
    fn device() -> (DevicePosition, Clock, ManualClock) {
        let hand = ManualClock::new();
        hand.advance(Time::from_seconds(7));
        let position = DevicePosition::new(hand.clock());
        let clock = Clock::device(&position);
        (position, clock, hand)
    }

    const MILLISECOND: Time = Time::from_flicks(FLICKS_PER_SECOND / 1000);

    #[test]
    fn a_device_clock_stands_until_the_device_runs_and_runs_on_between_advances() {
        let (position, clock, hand) = device();
        hand.advance(MILLISECOND.scaled(5.0));
        assert_eq!(clock.now(), Time::ZERO, "it has not begun");
        position.advance_to(MILLISECOND.scaled(20.0));
        assert_eq!(clock.now(), MILLISECOND.scaled(20.0));
        hand.advance(MILLISECOND.scaled(4.0));
        assert_eq!(clock.now(), MILLISECOND.scaled(24.0));
        assert_eq!(clock.clone().now(), MILLISECOND.scaled(24.0), "any clone");
    }

    #[test]
    fn a_device_clock_follows_the_device_and_never_runs_backwards() {
        let (position, clock, hand) = device();
        position.advance_to(Time::ZERO);
        hand.advance(MILLISECOND.scaled(10.0));
        assert_eq!(clock.now(), MILLISECOND.scaled(10.0));
        position.advance_to(MILLISECOND.scaled(8.0));
        assert_eq!(clock.now(), MILLISECOND.scaled(10.0), "it stands");
        hand.advance(MILLISECOND.scaled(5.0));
        assert_eq!(clock.now(), MILLISECOND.scaled(13.0), "it caught up");
        position.advance_to(MILLISECOND.scaled(30.0));
        assert_eq!(clock.now(), MILLISECOND.scaled(30.0), "a step forwards");
    }

    #[test]
    fn a_device_that_is_silent_holds_its_clock() {
        let (position, clock, hand) = device();
        position.advance_to(Time::ZERO);
        hand.advance(Time::from_seconds(3));
        assert_eq!(clock.now(), LONGEST_SILENCE);
        position.advance_to(MILLISECOND.scaled(120.0));
        assert_eq!(clock.now(), MILLISECOND.scaled(120.0));
    }

    #[test]
    fn the_deadline_of_a_device_clock_is_the_moment_at_which_it_gets_there() {
        let position = DevicePosition::new(Clock::system());
        let clock = Clock::device(&position);
        position.advance_to(Time::from_seconds(50));
        let (near, far) = (Time::from_seconds(51), Time::from_seconds(53));
        let between = clock.instant_at(far) - clock.instant_at(near);
        assert_eq!(between.as_millis(), 2000);
    }
}
