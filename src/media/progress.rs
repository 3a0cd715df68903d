//! How far the opening of a long file has come, and whether it is still wanted.
//!
//! A file without an index of its own is demuxed from end to end before it can play, which takes as long as the disk
//! takes. What opens it says on which thread it does so with [`with_meter`]; the code that demuxes tells how far it is, deep
//! down, and ends early once nobody waits for it.

use std::cell::RefCell;

use crate::time::{Clock, FLICKS_PER_SECOND, Time};

/// How often progress is told, at most: quicker than that it is not seen.
const INTERVAL: Time = Time::from_flicks(FLICKS_PER_SECOND / 10);

thread_local! {
    static METER: RefCell<Option<ProgressMeter>> = const { RefCell::new(None) };
}

/// Who is told how far it is.
pub struct ProgressMeter {
    /// Told the share that is done, in percent, when that has changed.
    pub on_percent: Box<dyn Fn(u8)>,
    /// Whether it is not wanted any more.
    pub is_unwanted: Box<dyn Fn() -> bool>,
    /// When it was told last, and what.
    last: (Option<Time>, u8),
    clock: Clock,
}

impl ProgressMeter {
    /// A meter that nothing was told to yet.
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
        let (told_at, told) = self.last;
        let is_time = told_at.is_none_or(|at| now - at >= INTERVAL);
        if is_time && percent != told {
            self.last = (Some(now), percent);
            (self.on_percent)(percent);
        }
        true
    }
}

/// Does work of which `meter` is told how far it is.
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

/// Tells how many of so many bytes are done. Says false once the work is not wanted any more.
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
