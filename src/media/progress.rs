//! Progress of opening a long file, and its cancellation.
//!
//! A file without an index of its own is demuxed from end to end before it can play, which takes as long as the disk
//! takes. The opener installs a meter for its thread with [`with_meter`]; the code that demuxes reports how far it is,
//! deep down, and ends early once nobody waits for it.

use std::cell::RefCell;

use crate::time::{Clock, FLICKS_PER_SECOND, Time};

/// Shortest interval between two reports: quicker than that they are not seen.
const INTERVAL: Time = Time::from_flicks(FLICKS_PER_SECOND / 10);

thread_local! {
    static METER: RefCell<Option<ProgressMeter>> = const { RefCell::new(None) };
}

/// The receiver of progress.
pub struct ProgressMeter {
    /// Called with the share that is done, in percent, when that has changed.
    pub on_percent: Box<dyn Fn(u8)>,
    /// True if it is not wanted any more.
    pub is_unwanted: Box<dyn Fn() -> bool>,
    /// Time and percentage of the last report.
    last: (Option<Time>, u8),
    clock: Clock,
}

impl ProgressMeter {
    /// A meter without a report yet.
    pub fn new(on_percent: Box<dyn Fn(u8)>, is_unwanted: Box<dyn Fn() -> bool>) -> Self {
        let clock = Clock::system();
        Self {
            on_percent,
            is_unwanted,
            last: (Some(clock.now()), 0),
            clock,
        }
    }

    fn report(&mut self, done: u64, whole: u64) -> bool {
        if (self.is_unwanted)() {
            return false;
        }
        let share = done.min(whole).saturating_mul(100) / whole.max(1);
        let percent = u8::try_from(share).unwrap_or(100);
        let now = self.clock.now();
        let (reported_at, reported) = self.last;
        let is_time = reported_at.is_none_or(|at| now - at >= INTERVAL);
        if is_time && percent != reported {
            self.last = (Some(now), percent);
            (self.on_percent)(percent);
        }
        true
    }
}

/// Does work that reports its progress to `meter`.
pub fn with_meter<T>(meter: ProgressMeter, work: impl FnOnce() -> T) -> T {
    /// Takes the meter away however the work ends.
    struct End;
    impl Drop for End {
        fn drop(&mut self) {
            METER.set(None);
        }
    }
    METER.set(Some(meter));
    let _end = End;
    work()
}

/// Reports how many of so many bytes are done; false once the work is not wanted any more.
pub(super) fn report(done: u64, whole: u64) -> bool {
    METER.with_borrow_mut(|meter| meter.as_mut().is_none_or(|meter| meter.report(done, whole)))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;

    #[test]
    fn progress_is_told_when_it_can_be_seen_and_work_ends_when_it_is_unwanted() {
        let hand = crate::time::ManualClock::new();
        let (told, is_unwanted) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(false)));
        let meter = ProgressMeter {
            clock: hand.clock(),
            last: (Some(hand.clock().now()), 0),
            ..ProgressMeter::new(
                Box::new({
                    let told = Rc::clone(&told);
                    move |percent| told.set(percent)
                }),
                Box::new({
                    let is_unwanted = Rc::clone(&is_unwanted);
                    move || is_unwanted.get()
                }),
            )
        };
        with_meter(meter, || {
            assert!(report(10, 100), "wanted");
            assert_eq!(told.get(), 0, "too soon");
            hand.advance(INTERVAL);
            assert!(report(20, 100) && report(30, 100), "wanted");
            assert_eq!(told.get(), 20);
            hand.advance(INTERVAL);
            assert!(report(500, 100), "more than there is");
            assert_eq!(told.get(), 100);
            is_unwanted.set(true);
            assert!(!report(60, 100), "over");
        });
        assert!(report(1, 2), "nobody watches any more");
    }
}
