//! A user who hits every key, and several who do at once: thousands of random operations at full speed, with a watchdog
//! that says what each thread waits for. On the way no layer shows what it should not; after it the picture is right, and
//! every thread and file is given back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::card_rig::{Rig, at, clip};
use crate::cards::Cards;
use crate::own_process::in_own_process;
use crate::watchdog::Watchdog;
use crossbeam_channel::bounded;
use sextet::project::{LoopMode, Project, TimeRange};
use sextet::time::{Clock, Time};

const LENGTH: i64 = 60;

/// Operations of the ordinary run; the long ones do ten times as many.
const OPERATIONS: u32 = 1000;

/// Longest time between two operations: opening six files on a machine with much else to do takes a part of it.
const PATIENCE: Duration = Duration::from_mins(1);

/// Numbers that follow from their seed, as good as random.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        // The multiplier and increment of Knuth's MMIX generator.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % below
    }

    fn frame(&mut self) -> i64 {
        self.roll(LENGTH as usize) as i64
    }
}

/// Six layers of cards, of which one is missing its file.
fn show() -> (Cards, Project) {
    let mut cards = Cards::new();
    let mut layers: Vec<_> = (0..5)
        .map(|_| vec![clip(cards.add(60, 60), 0, LENGTH)])
        .collect();
    layers.push(vec![clip(cards.add_missing(), 0, LENGTH)]);
    let project = cards.project(layers);
    (cards, project)
}

/// Changes the layers of what is played; `whole` has them all.
fn edit(project: &Project, whole: &Project, dice: &mut Dice) -> Project {
    let mut edited = project.clone();
    match dice.roll(6) {
        _ if edited.layers.is_empty() => return whole.clone(),
        0 if edited.layers.len() > 1 => {
            edited.layers.remove(dice.roll(edited.layers.len()));
        }
        0 | 1 => {
            let absent = whole
                .layers
                .iter()
                .find(|layer| edited.layer(layer.id).is_none());
            edited.layers.extend(absent.cloned());
        }
        2 if edited.layers.len() > 1 => {
            let (one, other) = (
                dice.roll(edited.layers.len()),
                dice.roll(edited.layers.len()),
            );
            edited.layers.swap(one, other);
        }
        3 => {
            let modes = [LoopMode::Loop, LoopMode::PingPong, LoopMode::HoldLast];
            let layer = dice.roll(edited.layers.len());
            for clip in &mut edited.layers[layer].clips {
                clip.loop_mode = modes[dice.roll(3)];
                clip.speed = [1.0, -1.0, 2.0, 0.5][dice.roll(4)];
            }
        }
        4 => {
            let start = dice.roll(30) as i64;
            let range = TimeRange {
                start: at(start),
                end: at(start + 20),
            };
            edited.loop_range = (dice.roll(2) == 0).then_some(range);
        }
        _ => return whole.clone(),
    }
    edited
}

/// An operation of a hand.
#[derive(Clone, Debug)]
enum Op {
    Seek(i64),
    Scrub(i64),
    ScrubEnd(i64),
    Play,
    Pause,
    Stop,
    Step(i64),
    Speed(f64),
    /// Another project that follows from these dice: layers added, removed, moved, looped otherwise.
    Edit(u64),
    /// Another project altogether, and so every file closed.
    Close,
    Open,
    /// Waits until all has come, and looks at it.
    Settle,
    Pass(i64),
}

fn random_op(dice: &mut Dice) -> Op {
    match dice.roll(14) {
        0..=2 => Op::Seek(dice.frame()),
        3 => Op::Scrub(dice.frame()),
        4 => Op::ScrubEnd(dice.frame()),
        5 => Op::Play,
        6 => Op::Pause,
        7 => Op::Stop,
        8 => Op::Step(dice.frame() - LENGTH / 2),
        9 => Op::Speed([1.0, -1.0, 0.5, 4.0, -0.25][dice.roll(5)]),
        10 | 11 => Op::Edit(dice.roll(usize::MAX >> 33) as u64),
        12 if dice.roll(8) == 0 => Op::Close,
        12 => Op::Open,
        _ if dice.roll(20) == 0 => Op::Settle,
        _ => Op::Pass(1 + dice.roll(3) as i64),
    }
}

fn carry_out(op: &Op, rig: &mut Rig, whole: &Project) {
    match *op {
        Op::Seek(frame) => rig.engine.seek(at(frame)),
        Op::Scrub(frame) => rig.engine.scrub(at(frame)),
        Op::ScrubEnd(frame) => rig.engine.scrub_end(at(frame)),
        Op::Play => rig.engine.play(),
        Op::Pause => rig.engine.pause(),
        Op::Stop => rig.engine.stop(),
        Op::Step(frames) => rig.engine.step_frames(frames),
        Op::Speed(speed) => rig.engine.set_speed(speed),
        Op::Edit(seed) => {
            let edited = edit(&rig.engine.project().clone(), whole, &mut Dice(seed));
            rig.engine.set_project(Arc::new(edited));
        }
        Op::Close => rig.engine.set_project(Arc::default()),
        Op::Open => rig.engine.set_project(Arc::new(whole.clone())),
        Op::Settle => {
            rig.settle();
            verify_settled(rig);
        }
        Op::Pass(frames) => rig.pass(frames),
    }
}

/// Once all has come, each layer whose file is there shows exactly what is due on it: nothing is stale.
fn verify_settled(rig: &Rig) {
    let project = rig.engine.project();
    for layer in &project.layers {
        let is_missing =
            |clip: &sextet::project::Clip| rig.engine.media_error(clip.media).is_some();
        if !layer.clips.iter().any(is_missing) {
            assert!(rig.engine.is_exact(layer.id), "{}", layer.name);
        }
    }
}

/// Carries out what comes, and ticks now and then; then everything is right.
fn storm(ops: impl Iterator<Item = Op>, seed: u64) {
    let (_cards, whole) = show();
    let mut rig = Rig::new(whole.clone(), false);
    let mut dice = Dice(seed);
    let watchdog = Watchdog::start(PATIENCE);
    for op in ops {
        watchdog.feed(&op);
        carry_out(&op, &mut rig, &whole);
        if dice.roll(3) == 0 {
            rig.engine.tick();
        }
    }
    watchdog.feed("the end");
    rig.engine.set_project(Arc::new(whole));
    rig.engine.set_speed(1.0);
    rig.engine.pause();
    rig.engine.scrub_end(at(0));
    rig.engine.pause();
    for frame in [7, 31, 59] {
        rig.engine.seek(at(frame));
        rig.settle();
        for layer in 0..5 {
            let shown = rig.engine.snapshot().layers[layer].shown;
            let shown = shown.map(|frame| frame.0);
            assert_eq!(shown, u64::try_from(frame).ok(), "layer {layer}");
        }
    }
    rig.verify_counts();
    // All slots are back: nothing is ready or on its way for a project without layers.
    rig.engine.set_project(Arc::default());
    rig.settle();
    assert!(rig.engine.snapshot().layers.is_empty(), "no layers");
}

/// Operations of one hand, one thing after the other.
fn one_hand(operations: u32, seed: u64) -> impl Iterator<Item = Op> {
    let mut dice = Dice(seed);
    (0..operations).map(move |_| random_op(&mut dice))
}

/// Plays a storm of several hands at one show, each on a thread of its own, in whatever order they get to it.
fn storm_of_hands(operations: u32, seeds: std::ops::Range<u64>) {
    let (hand_over, ops) = bounded(4);
    std::thread::scope(|scope| {
        for seed in seeds {
            let hand_over = hand_over.clone();
            scope.spawn(move || {
                // A storm that failed takes no more.
                one_hand(operations, seed)
                    .try_for_each(|op| hand_over.send(op))
                    .ok();
            });
        }
        drop(hand_over);
        storm(ops.into_iter(), 1);
    });
}

/// Threads that compute for as long as this lives, one per core.
struct Load {
    is_over: Arc<AtomicBool>,
    threads: Vec<std::thread::JoinHandle<()>>,
}

impl Load {
    fn start() -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let threads = (0..cores).map(|_| {
            let is_over = Arc::clone(&is_over);
            let busy = std::thread::Builder::new().spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
            busy.expect("a thread")
        });
        let threads = threads.collect();
        Self { is_over, threads }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            thread.join().expect("it only computes");
        }
    }
}

/// Threads and open files of this process.
#[cfg(target_os = "linux")]
fn held() -> (usize, usize) {
    let count = |folder| std::fs::read_dir(folder).map_or(0, Iterator::count);
    (count("/proc/self/task"), count("/proc/self/fd"))
}

#[cfg(target_os = "linux")]
#[test]
fn after_a_storm_the_picture_is_right_and_everything_is_given_back() {
    in_own_process!();
    // What is set up once for the whole program is not counted.
    storm(one_hand(10, 1), 1);
    let before = held();
    storm(one_hand(OPERATIONS, 2), 2);
    storm_of_hands(OPERATIONS / 2, 3..6);
    // A thread that was joined may be seen for a moment still.
    let clock = Clock::system();
    while held() != before && clock.now() < Time::from_seconds(5) {
        std::thread::yield_now();
    }
    assert_eq!(held(), before, "threads and files");
}

#[test]
#[ignore = "takes a minute"]
fn ten_thousand_operations_under_full_load() {
    let _load = Load::start();
    storm(one_hand(OPERATIONS * 10, 20), 20);
}

#[test]
#[ignore = "takes minutes"]
fn ten_thousand_operations_of_each_of_four_hands_on_one_show() {
    storm_of_hands(OPERATIONS * 10, 10..14);
}

#[test]
#[ignore = "takes a minute"]
fn ten_thousand_operations_on_each_of_four_shows_at_once() {
    let shows = (10..14).map(|seed| {
        let show =
            std::thread::Builder::new().spawn(move || storm(one_hand(OPERATIONS * 10, seed), seed));
        show.expect("a thread")
    });
    for show in shows.collect::<Vec<_>>() {
        show.join().expect("no panic");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_watchdog_says_what_each_thread_waits_for() {
    let (end, wait) = bounded::<()>(0);
    std::thread::scope(|scope| {
        let named = std::thread::Builder::new().name("io-waits".to_owned());
        let waiting = named.spawn_scoped(scope, || wait.recv_timeout(Duration::from_secs(2)).ok());
        let waiting = waiting.expect("a thread");
        let line = loop {
            let text = crate::watchdog::threads();
            let line = text.lines().find(|line| line.starts_with("io-waits"));
            if let Some(line) = line.filter(|line| line.contains(" S ")) {
                break line.to_owned();
            }
            std::thread::yield_now();
        };
        assert!(
            line.contains("futex") || line.contains("not told"),
            "{line}"
        );
        drop(end);
        waiting.join().expect("no panic");
    });
}
