//! Ticks of an engine until something holds, one whenever something has happened.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use sextet::engine::Engine;
use sextet::time::ManualClock;

/// Longest wait for something that must happen; a test that gets here has failed.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// Rings a bell, from any thread.
pub type Ringer = Arc<dyn Fn() + Send + Sync>;

/// A bell that an engine rings.
pub struct Bell {
    wake: Sender<()>,
    woken: Receiver<()>,
}

impl Bell {
    /// The bell of this engine from now on.
    pub fn of(engine: &Engine) -> Self {
        let (wake, woken) = bounded(1);
        let bell = Self { wake, woken };
        engine.set_waker(bell.ringer());
        bell
    }

    /// Rings it.
    pub fn ringer(&self) -> Ringer {
        let wake = self.wake.clone();
        Arc::new(move || {
            // A full channel wakes all the same.
            let _is_full = wake.try_send(()).is_err();
        })
    }

    /// Ticks until `is_done`, which is asked after each tick.
    pub fn tick_until(
        &self,
        engine: &mut Engine,
        hand: &ManualClock,
        is_done: impl FnMut(&mut Engine) -> bool,
    ) {
        let has_come = self.tick_until_quiet(engine, hand, is_done, PATIENCE);
        assert!(has_come, "something arrives");
    }

    /// The same for as long as something happens within this time; says whether it is done.
    pub fn tick_until_quiet(
        &self,
        engine: &mut Engine,
        hand: &ManualClock,
        mut is_done: impl FnMut(&mut Engine) -> bool,
        patience: Duration,
    ) -> bool {
        loop {
            // Only what comes after this tick is waited for: a wake from before must not stand in for one that is missing.
            let _is_empty = self.woken.try_recv();
            engine.tick();
            let next = engine.next_tick();
            let has_news = next.is_some_and(|next| next <= hand.clock().now());
            if is_done(engine) {
                return true;
            }
            if !has_news && self.woken.recv_timeout(patience).is_err() {
                return false;
            }
        }
    }
}
