//! Any order of what the engine does to a player, and any order in which workers finish.

use crate::scripted::{
    CountingPool, DECODED, key, memory_of_one_byte, nothing, pooled, sequential, verify_frame,
    window,
};
use proptest::prelude::*;
use sextet::media::frame::FrameMemoryPool as _;
use sextet::playback::ring::{FrameRing, RetainedFrames};
use sextet::playback::{DeckId, FrameKey, Player, PlayerOptions, PrefetchRequest, Source, Urgency};
use sextet::settings::PrebufferDepth;
use sextet::time::{Clock, Time};

const DECKS: usize = 4;

#[derive(Clone, Debug)]
enum Op {
    Prefetch {
        deck: usize,
        from: u64,
        is_urgent: bool,
        is_scrubbing: bool,
    },
    Poll,
    Wait,
    Take(usize),
    Prebuffer(usize),
    Decks(usize),
    ClearDeck(usize),
    FrameBytes(usize, u64),
}

fn op() -> impl Strategy<Value = Op> {
    let deck = 0..DECKS;
    prop_oneof![
        6 => (deck.clone(), 0_u64..30, any::<bool>(), any::<bool>()).prop_map(
            |(deck, from, is_urgent, is_scrubbing)| Op::Prefetch { deck, from, is_urgent, is_scrubbing }
        ),
        3 => Just(Op::Poll),
        2 => Just(Op::Wait),
        4 => deck.clone().prop_map(Op::Take),
        1 => (3_usize..17).prop_map(Op::Prebuffer),
        1 => (0..=DECKS).prop_map(Op::Decks),
        1 => deck.clone().prop_map(Op::ClearDeck),
        1 => (deck, 0_u64..9000).prop_map(|(deck, bytes)| Op::FrameBytes(deck, bytes)),
    ]
}

struct Model {
    player: Player,
    pool: CountingPool,
    sources: Vec<Source>,
    clock: Clock,
    decks: usize,
    due: [u64; DECKS],
    /// Set once the deck was planned since memory was shared anew: a ring that became smaller waits for that.
    planned: [bool; DECKS],
}

impl Model {
    fn new() -> Self {
        let options = PlayerOptions {
            io_threads: 2,
            decode_threads: 2,
            prebuffer: PrebufferDepth::Frames(5),
            budget_bytes: 20_000,
        };
        let clock = Clock::system();
        let mut pool = CountingPool::default();
        let mut player = Player::new(options, clock.clone()).expect("threads");
        player.set_decks(DECKS, &mut pool);
        let decoder = |id| sequential(id, std::sync::Arc::new(|_, _| Ok(DECODED)));
        Self {
            player,
            pool,
            sources: vec![
                pooled(0, nothing(), nothing()),
                decoder(1),
                pooled(2, nothing(), nothing()),
                decoder(3),
            ],
            clock,
            decks: DECKS,
            due: [0; DECKS],
            planned: [true; DECKS],
        }
    }

    fn apply(&mut self, op: &Op) {
        let (player, pool) = (&mut self.player, &mut self.pool);
        match *op {
            Op::Prefetch {
                deck,
                from,
                is_urgent,
                is_scrubbing,
            } if deck < self.decks => {
                self.due[deck] = from;
                let wanted = window(deck as u64, from, if is_scrubbing { 1 } else { 7 });
                let plan = PrefetchRequest {
                    wanted: &wanted,
                    urgency: if is_urgent {
                        Urgency::Awaited
                    } else {
                        Urgency::Ahead
                    },
                    is_scrubbing,
                    ..PrefetchRequest::default()
                };
                let sources = &self.sources;
                let find = |id| sources.iter().find(|source| source.id == id).cloned();
                player.prefetch(DeckId(deck), plan, &find, pool);
                self.planned[deck] = true;
            }
            Op::Prefetch { .. } => {}
            Op::Poll => player.poll(pool, &mut |_, _, _| {}),
            Op::Wait => {
                // Only where something is on its way does anything come.
                if (0..DECKS).any(|deck| player.ring(DeckId(deck)).filling_keys().next().is_some())
                {
                    let deadline = self.clock.now() + Time::from_seconds(20);
                    assert!(player.wait(deadline, pool, &mut |_, _, _| {}), "it comes");
                }
            }
            Op::Take(deck) => {
                let key = key(deck as u64, self.due[deck]);
                if let Some(mut memory) = player.take(DeckId(deck), key) {
                    verify_frame(&mut *memory, key);
                    pool.give_back(memory);
                }
            }
            Op::Prebuffer(frames) => player.set_memory(PrebufferDepth::Frames(frames), 20_000),
            Op::Decks(count) => {
                player.set_decks(count, pool);
                self.decks = count;
            }
            Op::ClearDeck(deck) => player.clear_deck(DeckId(deck), pool),
            Op::FrameBytes(deck, bytes) => player.set_frame_bytes(DeckId(deck), bytes),
        }
        if matches!(
            op,
            Op::Prebuffer(_) | Op::Decks(_) | Op::ClearDeck(_) | Op::FrameBytes(..)
        ) {
            self.planned = [false; DECKS];
        }
    }

    fn verify(&self) {
        let mut held = 0;
        for deck in 0..DECKS {
            let ring = self.player.ring(DeckId(deck));
            let (ready, filling) = (ring.ready_keys().count(), ring.filling_keys().count());
            held += ready + filling;
            if self.planned[deck] {
                assert!(ready <= ring.limit(), "ready frames have slots");
            }
        }
        assert_eq!(self.pool.lent, held, "each slot in use has its memory");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_order_of_calls_keeps_every_buffer_and_shows_no_wrong_frame(
        ops in proptest::collection::vec(op(), 0..120),
    ) {
        let mut model = Model::new();
        for op in &ops {
            model.apply(op);
            model.verify();
        }
        for deck in 0..DECKS {
            model.apply(&Op::ClearDeck(deck));
        }
        while model.pool.lent > 0 {
            model.apply(&Op::Wait);
            model.verify();
        }
    }
}

/// An event in the model of one layer: the playhead, a tick, and workers that finish in any order.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// The playhead jumps to this frame, and a tick plans.
    Seek(u64),
    /// A tick a frame later: what is due is taken, the rest planned.
    Tick,
    /// The worker that began first finishes.
    First,
    /// The worker that began last finishes.
    Last,
    /// The worker that began last fails.
    Fail,
}

const EVENTS: [Event; 6] = [
    Event::Seek(0),
    Event::Seek(2),
    Event::Tick,
    Event::First,
    Event::Last,
    Event::Fail,
];

/// One layer: a ring of two slots, and workers that have begun frames.
struct Layer {
    ring: FrameRing,
    at: u64,
    at_work: Vec<(usize, FrameKey)>,
    lent: usize,
}

impl Layer {
    fn new() -> Self {
        let mut ring = FrameRing::default();
        ring.set_limit(2);
        Self {
            ring,
            at: 0,
            at_work: Vec::new(),
            lent: 0,
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Seek(frame) => {
                self.at = frame;
                self.plan();
            }
            Event::Tick => {
                self.take_due();
                self.at += 1;
                self.plan();
            }
            Event::First if !self.at_work.is_empty() => self.finish(0, true),
            Event::Last if !self.at_work.is_empty() => self.finish(self.at_work.len() - 1, true),
            Event::Fail if !self.at_work.is_empty() => self.finish(self.at_work.len() - 1, false),
            Event::First | Event::Last | Event::Fail => {}
        }
        let ready = self.ring.ready_keys().count();
        assert_eq!(self.lent, ready + self.at_work.len(), "memory adds up");
    }

    fn plan(&mut self) {
        let wanted = window(1, self.at, 2);
        let lent = &mut self.lent;
        self.ring
            .retain(&wanted, RetainedFrames::default(), &mut |_| *lent -= 1);
        while let Some(request) = self.ring.next_request(&wanted, true) {
            self.lent += 1;
            self.at_work.push((request.slot, request.wanted.key));
        }
    }

    /// A worker hands back memory that carries the number of its frame.
    fn finish(&mut self, index: usize, is_good: bool) {
        let (slot, key) = self.at_work.remove(index);
        let mut memory = memory_of_one_byte();
        let number = u8::try_from(key.frame.0).expect("small");
        memory.write(0, &[number]).expect("room");
        if self.ring.complete(slot, key, memory, is_good).is_some() {
            self.lent -= 1;
        }
    }

    fn take_due(&mut self) {
        if let Some(mut memory) = self.ring.take(key(1, self.at)) {
            self.lent -= 1;
            let number = memory.bytes_mut().expect("ordinary memory")[0];
            assert_eq!(u64::from(number), self.at, "the frame that is due");
        }
    }

    /// However it went: once the workers are done, the frame due now can be had.
    fn verify_recovery(&mut self) {
        self.plan();
        while !self.at_work.is_empty() {
            self.finish(0, true);
            self.plan();
        }
        assert!(
            self.ring.is_ready(key(1, self.at)),
            "the due frame is there"
        );
        self.take_due();
    }
}

#[test]
fn no_order_of_seeks_ticks_and_completions_shows_a_stale_frame() {
    const LENGTH: u32 = 7;
    let orders = EVENTS.len().pow(LENGTH);
    for order in 0..orders {
        let mut layer = Layer::new();
        let mut digits = order;
        for _ in 0..LENGTH {
            layer.happen(EVENTS[digits % EVENTS.len()]);
            digits /= EVENTS.len();
        }
        layer.verify_recovery();
    }
}
