//! Ticks of an engine until something holds, one whenever something has happened.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};
use sextet::engine::Engine;
use sextet::time::ManualClock;

/// Longest wait for something that must happen; a test that gets here has failed.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// What an engine wakes.
pub struct Bell(Receiver<()>);

impl Bell {
    /// The bell of this engine from now on.
    pub fn of(engine: &Engine) -> Self {
        let (wake, woken) = bounded(1);
        engine.set_waker(Arc::new(move || {
            // A full channel wakes all the same.
            let _is_full = wake.try_send(()).is_err();
        }));
        Self(woken)
    }

    /// Ticks until `is_done`, which is asked after each tick.
    pub fn tick_until(
        &self,
        engine: &mut Engine,
        hand: &ManualClock,
        mut is_done: impl FnMut(&mut Engine) -> bool,
    ) {
        loop {
            // Only what comes after this tick is waited for: a wake from before must not stand in for one that is missing.
            let _is_empty = self.0.try_recv();
            engine.tick();
            let next = engine.next_tick();
            let has_news = next.is_some_and(|next| next <= hand.clock().now());
            if is_done(engine) {
                return;
            }
            if !has_news {
                self.0.recv_timeout(PATIENCE).expect("something arrives");
            }
        }
    }
}
