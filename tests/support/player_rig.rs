//! A player with scripted sources, driven by hand.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use sextet::media::frame::FrameMemoryPool as _;
use sextet::playback::{
    DeckId, FrameEvent, FrameKey, Player, PlayerOptions, PrefetchRequest, Source, Urgency,
};
use sextet::settings::PrebufferDepth;
use sextet::time::{Clock, FrameIndex, Time};

use crate::scripted::{CountingPool, Step, verify_frame, window};

/// Longest wait for something that must happen; a test that gets here has failed.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// Readers of a rig.
pub const IO_THREADS: usize = 3;
/// Slots of each deck.
pub const SLOTS: usize = 5;

/// Reason for asking for frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// They will be due.
    Ahead,
    /// The first of them is due, the others will be.
    Due,
    /// The playhead is dragged over one.
    Dragged,
}

/// A player with one deck per source.
pub struct Rig {
    /// The player.
    pub player: Player,
    /// Its memory.
    pub pool: CountingPool,
    sources: Vec<Source>,
    clock: Clock,
    /// Frames that could not be had, by deck.
    pub failures: Vec<(usize, String)>,
}

impl Rig {
    pub fn new(sources: Vec<Source>) -> Self {
        Self::with_clock(sources, Clock::system())
    }

    pub fn with_clock(sources: Vec<Source>, clock: Clock) -> Self {
        let options = PlayerOptions {
            io_threads: IO_THREADS,
            decode_threads: 2,
            prebuffer: PrebufferDepth::Frames(SLOTS),
            budget_bytes: 1 << 20,
        };
        let mut pool = CountingPool::default();
        let mut player = Player::new(options, clock.clone()).expect("threads");
        player.set_decks(sources.len(), &mut pool);
        Self {
            player,
            pool,
            sources,
            clock,
            failures: Vec::new(),
        }
    }

    pub fn plan(&mut self, deck: usize, from: u64, how: How) {
        let is_scrubbing = how == How::Dragged;
        let count = if is_scrubbing { 1 } else { SLOTS as u64 };
        let wanted = window(self.sources[deck].id.0, from, count);
        let plan = PrefetchRequest {
            wanted: &wanted,
            urgency: if how == How::Ahead {
                Urgency::Ahead
            } else {
                Urgency::Awaited
            },
            is_scrubbing,
            ..PrefetchRequest::default()
        };
        self.plan_as(deck, plan);
    }

    pub fn plan_as(&mut self, deck: usize, plan: PrefetchRequest<'_>) {
        let sources = &self.sources;
        let find = |id| sources.iter().find(|source| source.id == id).cloned();
        self.player
            .prefetch(DeckId(deck), plan, &find, &mut self.pool);
    }

    pub fn poll(&mut self) {
        let failures = &mut self.failures;
        self.player.poll(&mut self.pool, &mut |deck, _, news| {
            if let FrameEvent::Failed(error) = news {
                failures.push((deck.0, error.to_string()));
            }
        });
    }

    /// Waits for one frame to come back.
    pub fn wait(&mut self) {
        let patience = Time::from_nanos(i64::try_from(PATIENCE.as_nanos()).expect("small"));
        let deadline = self.clock.now() + patience;
        let failures = &mut self.failures;
        let came = self
            .player
            .wait(deadline, &mut self.pool, &mut |deck, _, news| {
                if let FrameEvent::Failed(error) = news {
                    failures.push((deck.0, error.to_string()));
                }
            });
        assert!(came, "a frame comes back");
    }

    pub fn wait_until_ready(&mut self, deck: usize, key: FrameKey) {
        while !self.player.ring(DeckId(deck)).is_ready(key) {
            self.wait();
        }
    }

    /// Waits for a frame as ticks do, planning again whenever something came.
    pub fn wait_for_target(&mut self, deck: usize, key: FrameKey) {
        while !self.player.ring(DeckId(deck)).is_ready(key) {
            self.wait();
            self.plan(deck, key.frame.0, How::Due);
        }
    }

    /// Takes a frame if it is ready, and checks that it is the one asked for.
    pub fn take(&mut self, deck: usize, key: FrameKey) -> bool {
        let Some(mut memory) = self.player.take(DeckId(deck), key) else {
            return false;
        };
        verify_frame(&mut *memory, key);
        self.pool.give_back(memory);
        true
    }

    pub fn verify_memory(&self) {
        let decks = 0..self.sources.len();
        let held: usize = decks
            .map(|deck| {
                let ring = self.player.ring(DeckId(deck));
                ring.ready_keys().count() + ring.filling_keys().count()
            })
            .sum();
        assert_eq!(self.pool.lent, held, "each slot in use has its memory");
    }

    /// Gives everything up, and checks that every buffer comes back.
    pub fn finish(mut self) {
        for deck in 0..self.sources.len() {
            self.plan_as(deck, PrefetchRequest::default());
        }
        while self.pool.lent > 0 {
            self.wait();
        }
        self.verify_memory();
    }
}

/// A step that tells which frame it is at, and goes on when the test lets it.
pub fn gated() -> (Step, Receiver<FrameIndex>, Sender<()>) {
    let (began, begins) = bounded(1024);
    let (go, gate) = bounded::<()>(1024);
    let step: Step = Arc::new(move |frame| {
        began.send(frame).expect("the test listens");
        // A gate whose owner is gone is open.
        let _is_open = gate.recv().is_err();
        Ok(())
    });
    (step, begins, go)
}
