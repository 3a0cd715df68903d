//! The code of this folder under a scheduler that tries the orders in which its threads can go on.
//!
//! Each test is a small show of a few threads. `shuttle` runs it again and again, and at every lock, flag, condition and
//! channel of [`sync`](super::sync) picks who goes on: half of the runs at random, half by probabilistic concurrency
//! testing (Burckhardt et al., ASPLOS 2010), which finds what needs few unlucky moments. A thread that waits for ever
//! while nobody can wake it fails the test and is named with the order that led to it, which can be replayed.
//!
//! `SEXTET_MODEL_ORDERS` says how many orders of each test are tried; without it a few hundred.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, Runner};

use super::channel::Channel;
use super::job::{FrameCost, FrameJob, ReadJob};
use super::queue::WorkQueue;
use super::read_queue::{Order, ReadQueue, SharingRules};
use super::slot::SlotProgress;
use super::split_frame::SplitFrame;
use super::sync::{AtomicUsize, Builder, Condvar, JoinHandle, Mutex};
use super::sync_model::modelled;
use super::{
    DeckId, FrameEvent, FrameKey, Player, PlayerOptions, PrefetchRequest, Source, Urgency,
};
use crate::media::VideoSource;
use crate::media::frame::FrameMemoryPool as _;
use crate::media::io::PacketBuffer;
use crate::media::source::{DecodeOutcome, DecodeScratch, FrameSource, SourceState};
use crate::settings::PrebufferDepth;
use crate::time::{FrameIndex, ManualClock, Time};
use scripted::{CountingPool, DECODED, failure, in_parts, key, sequential, verify_frame, window};

#[path = "../../tests/support/scripted.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod scripted;

/// Orders tried of each test by each of the two schedulers, where nothing else is said.
const ORDERS: usize = 300;

/// Unlucky moments that the second scheduler makes out in one run.
const DEPTH: usize = 3;

/// Stack of a model's thread: more than the deepest call here needs.
const STACK_BYTES: usize = 256 << 10;

/// Tries the orders of a show.
fn try_orders(show: impl Fn() + Send + Sync + 'static) {
    let orders = std::env::var("SEXTET_MODEL_ORDERS").ok();
    let orders = orders.and_then(|text| text.parse().ok()).unwrap_or(ORDERS);
    let show = Arc::new(show);
    run(RandomScheduler::new_from_seed(1, orders), Arc::clone(&show));
    run(PctScheduler::new_from_seed(2, DEPTH, orders), show);
}

fn run(scheduler: impl Scheduler + 'static, show: Arc<impl Fn() + Send + Sync + 'static>) {
    let mut config = Config::new();
    config.stack_size = STACK_BYTES;
    modelled(|| _ = Runner::new(scheduler, config).run(move || show()));
}

fn spawn<T: Send + 'static>(body: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    Builder::new().spawn(body).expect("a thread")
}

fn joined<T>(handle: JoinHandle<T>) -> T {
    handle.join().expect("no panic")
}

/// Lets another thread go on here, if the scheduler wants to: what reading and decoding are in a model.
fn some_time() {
    shuttle::thread::yield_now();
}

#[test]
fn work_is_done_once_or_given_back_whenever_the_queue_closes() {
    try_orders(|| {
        let queue = Arc::new(WorkQueue::new(1));
        let done = Arc::new(Mutex::new(Vec::new()));
        let workers: [_; 2] = std::array::from_fn(|_| {
            let (queue, done) = (Arc::clone(&queue), Arc::clone(&done));
            spawn(move || {
                while let Some(piece) = queue.pop() {
                    done.lock().push(piece);
                }
            })
        });
        let asking: [_; 2] = std::array::from_fn(|first| {
            let queue = Arc::clone(&queue);
            spawn(move || {
                let pieces = [first, first + 10];
                let refused = pieces.map(|piece| queue.push(Time::ZERO, piece).err());
                refused.into_iter().flatten().collect::<Vec<_>>()
            })
        });
        let mut unwanted = queue.take_unwanted(|piece| *piece != 10);
        let mut all = queue.close();
        all.append(&mut unwanted);
        for asking in asking {
            all.append(&mut joined(asking));
        }
        for worker in workers {
            joined(worker);
        }
        all.extend(done.lock().iter().copied());
        all.sort_unstable();
        assert_eq!(all, [0, 1, 10, 11], "each piece is in one place");
    });
}

/// Counts what was done, for who waits until all of it is.
struct Tally {
    count: Mutex<usize>,
    changed: Condvar,
}

impl Tally {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            count: Mutex::new(0),
            changed: Condvar::new(),
        })
    }

    fn add(&self) {
        *self.count.lock() += 1;
        self.changed.notify_all();
    }

    fn wait_for(&self, wanted: usize) {
        let mut count = self.count.lock();
        while *count < wanted {
            self.changed.wait(&mut count);
        }
    }
}

#[test]
fn decks_that_share_workers_are_all_served() {
    const SHARING: SharingRules = SharingRules {
        per_channel: 1,
        stuck_after: Time::from_seconds(1),
    };
    try_orders(|| {
        let clock = ManualClock::new().clock();
        let queue = Arc::new(ReadQueue::<usize>::new(8, SHARING, clock.clone(), clock));
        let in_hand: Arc<[AtomicUsize; 2]> = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
        let tally = Tally::new();
        let workers: [_; 2] = std::array::from_fn(|_| {
            let (queue, in_hand) = (Arc::clone(&queue), Arc::clone(&in_hand));
            let tally = Arc::clone(&tally);
            spawn(move || {
                while let Some(deck) = queue.pop() {
                    assert_eq!(in_hand[deck].fetch_add(1, Ordering::SeqCst), 0, "one each");
                    some_time();
                    in_hand[deck].store(0, Ordering::SeqCst);
                    queue.put_down(Channel::Exact(DeckId(deck)));
                    tally.add();
                }
            })
        });
        for deck in [0, 0, 1, 0, 1] {
            queue
                .push(Channel::Exact(DeckId(deck)), at_once(), deck)
                .expect("open");
        }
        tally.wait_for(5);
        assert!(queue.close().is_empty(), "all is done");
        for worker in workers {
            joined(worker);
        }
    });
}

/// Due at once, and in time.
fn at_once() -> Order {
    Order {
        deadline: Time::ZERO,
        start_by: Time::ZERO,
        is_missed: false,
    }
}

/// A frame with its packet, to be decoded.
fn read_job(source: &Arc<dyn FrameSource>, key: FrameKey, pool: &mut CountingPool) -> ReadJob {
    let mut packet = PacketBuffer::default();
    source.read(key.frame, &mut packet).expect("reads");
    let frame = FrameJob {
        channel: Channel::Exact(DeckId(0)),
        slot: 0,
        key,
        order: at_once(),
        asked_at: Time::ZERO,
        cost: FrameCost::default(),
        progress: Arc::new(SlotProgress::default()),
        memory: pool.take(256).expect("ordinary memory"),
    };
    ReadJob {
        frame,
        source: Arc::clone(source),
        packet,
    }
}

fn pooled_source(source: &Source) -> Arc<dyn FrameSource> {
    match &source.video.source {
        VideoSource::Pooled(source) => Arc::clone(source),
        VideoSource::Sequential(_) => panic!("any worker decodes it"),
    }
}

#[test]
fn a_frame_on_several_workers_has_every_part_once_and_comes_back_when_all_have_left() {
    const PARTS: usize = 3;
    try_orders(|| {
        let begun = Arc::new(Mutex::new(Vec::new()));
        let inside = Arc::new(AtomicUsize::new(0));
        let on_part = {
            let (begun, inside) = (Arc::clone(&begun), Arc::clone(&inside));
            Arc::new(move |frame: FrameIndex, part| {
                inside.fetch_add(1, Ordering::SeqCst);
                begun.lock().push((frame.0, part));
                some_time();
                inside.fetch_add(usize::MAX, Ordering::SeqCst);
                // The second frame breaks down in the middle.
                match (frame.0, part) {
                    (1, 1) => Err(failure(frame)),
                    _ => Ok(()),
                }
            })
        };
        let nothing = scripted::nothing();
        let source = in_parts(7, PARTS, Arc::clone(&nothing), nothing, on_part);
        let source = pooled_source(&source);
        let split = Arc::new(SplitFrame::default());
        let helpers: [_; 2] = std::array::from_fn(|_| {
            let split = Arc::clone(&split);
            spawn(move || {
                let mut scratch = DecodeScratch::default();
                for _ in 0..2 {
                    split.work(&mut scratch, &|_| true);
                }
            })
        });
        let (mut pool, mut scratch) = (CountingPool::default(), DecodeScratch::default());
        for frame in 0..3 {
            let key = key(7, frame);
            let job = read_job(&source, key, &mut pool);
            split.begin(job, &mut SourceState::default(), PARTS);
            split.work(&mut scratch, &|_| true);
            let (mut job, result) = split.end(&mut scratch.plan).expect("it was begun");
            let left = inside.load(Ordering::SeqCst);
            assert_eq!(left, 0, "nobody is at it any more");
            assert_eq!(result.is_err(), frame == 1, "{result:?}");
            if result.is_ok() {
                verify_frame(&mut *job.frame.memory, key);
            }
            pool.give_back(job.frame.memory);
        }
        for helper in helpers {
            joined(helper);
        }
        let mut begun = std::mem::take(&mut *begun.lock());
        let count = begun.len();
        begun.sort_unstable();
        begun.dedup();
        assert_eq!(begun.len(), count, "no part twice: {begun:?}");
        for frame in [0, 2] {
            let parts = begun.iter().filter(|(of, _)| *of == frame).count();
            assert_eq!(parts, PARTS, "every part of frame {frame}");
        }
        assert_eq!(pool.lent, 0, "the memory is back");
    });
}

/// A player of two decks: frames in parts that any worker decodes, and frames of one decoder.
struct Show {
    player: Player,
    pool: CountingPool,
    sources: [Source; 2],
}

const SLOTS: u64 = 2;

impl Show {
    fn new() -> Self {
        let options = PlayerOptions {
            io_threads: 2,
            decode_threads: 2,
            prebuffer: PrebufferDepth::Frames(SLOTS as usize),
            budget_bytes: 1 << 20,
        };
        let some = scripted::nothing();
        let part = Arc::new(|_, _| {
            some_time();
            Ok(())
        });
        let decoder = Arc::new(|_, is_stale: &dyn Fn() -> bool| {
            some_time();
            Ok(if is_stale() {
                DecodeOutcome::Stale
            } else {
                DECODED
            })
        });
        let sources = [
            in_parts(0, 2, Arc::clone(&some), some, part),
            sequential(1, decoder),
        ];
        let mut pool = CountingPool::default();
        let clock = ManualClock::new().clock();
        let mut player = Player::new(options, clock).expect("threads");
        player.set_decks(2, &mut pool);
        Self {
            player,
            pool,
            sources,
        }
    }

    fn plan(&mut self, deck: usize, from: u64, count: u64, is_scrubbing: bool) {
        let wanted = window(deck as u64, from, count);
        let plan = PrefetchRequest {
            wanted: &wanted,
            urgency: Urgency::Awaited,
            is_scrubbing,
            ..PrefetchRequest::default()
        };
        let source = self.sources[deck].clone();
        let find = |id| (source.id == id).then(|| source.clone());
        self.player
            .prefetch(DeckId(deck), plan, &find, &mut self.pool);
    }

    /// Waits for a frame, as the drawing thread does when every frame is to be shown.
    fn wait(&mut self) {
        let mut failed = |_, key, news| {
            assert!(
                !matches!(news, FrameEvent::Failed(_)),
                "nothing fails: {key:?}"
            );
        };
        let came = self.player.wait(Time::ZERO, &mut self.pool, &mut failed);
        assert!(came, "a frame comes");
    }

    fn shown(&mut self, deck: usize, frame: u64) {
        let key = key(deck as u64, frame);
        while !self.player.ring(DeckId(deck)).is_ready(key) {
            self.plan(deck, frame, SLOTS, false);
            if !self.player.ring(DeckId(deck)).is_ready(key) {
                self.wait();
            }
        }
        let mut memory = self.player.take(DeckId(deck), key).expect("ready");
        verify_frame(&mut *memory, key);
        self.pool.give_back(memory);
    }

    /// Gives everything up; every buffer comes back.
    fn finish(mut self) {
        for deck in 0..2 {
            self.plan(deck, 0, 0, false);
        }
        while self.pool.lent > 0 {
            self.wait();
        }
    }
}

#[test]
fn after_any_seek_the_frame_shown_is_the_one_asked_for_and_every_buffer_comes_back() {
    try_orders(|| {
        let mut show = Show::new();
        for deck in 0..2 {
            show.plan(deck, 0, SLOTS, false);
        }
        // Away, and half of the way back, while the first are anywhere.
        for deck in 0..2 {
            show.plan(deck, 50, SLOTS, false);
            show.plan(deck, 1, SLOTS, false);
        }
        for deck in 0..2 {
            show.shown(deck, 1);
        }
        show.finish();
    });
}

#[test]
fn a_drag_lands_on_its_last_frame_and_a_deck_taken_away_leaves_nothing() {
    try_orders(|| {
        let mut show = Show::new();
        for frame in [10, 20, 30] {
            for deck in 0..2 {
                show.plan(deck, frame, 1, true);
            }
        }
        for deck in 0..2 {
            show.shown(deck, 30);
        }
        show.plan(1, 40, SLOTS, false);
        show.player.clear_deck(DeckId(1), &mut show.pool);
        show.plan(0, 60, SLOTS, false);
        show.shown(0, 60);
        show.finish();
    });
}

#[test]
fn whoever_asks_to_be_woken_is_woken_by_the_next_frame() {
    try_orders(|| {
        let mut show = Show::new();
        let woken = Arc::new((Mutex::new(false), Condvar::new()));
        let bell = Arc::clone(&woken);
        show.player.set_waker(Arc::new(move || {
            *bell.0.lock() = true;
            bell.1.notify_all();
        }));
        show.plan(0, 0, 1, false);
        show.plan(1, 0, 1, false);
        // A wake-up for a frame that was taken up already is no harm; one too few would be waited for, for ever.
        while (0..2).any(|deck| !show.player.ring(DeckId(deck)).is_ready(key(deck as u64, 0))) {
            if show.player.wake_me() {
                let mut has_rung = woken.0.lock();
                while !*has_rung {
                    woken.1.wait(&mut has_rung);
                }
                *has_rung = false;
            }
            show.player.poll(&mut show.pool, &mut |_, _, _| {});
        }
        show.finish();
    });
}

#[test]
fn a_player_that_is_dropped_at_any_moment_ends_its_threads() {
    try_orders(|| {
        let mut show = Show::new();
        show.plan(0, 0, SLOTS, false);
        show.plan(1, 0, SLOTS, false);
        some_time();
        show.plan(0, 9, SLOTS, false);
        // Joins every thread: one that does not end is a deadlock, which the scheduler tells.
        drop(show);
    });
}
