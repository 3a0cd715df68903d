//! A user who hits every key: thousands of random operations at full speed, with a watchdog, after which the picture is
//! right, and every thread and file is given back.

use std::sync::Arc;

use cards::{Cards, Rig, at, clip};
use sextet::project::{LoopMode, Project, TimeRange};

#[path = "support/cards.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod cards;

const LENGTH: i64 = 60;

/// Operations of the ordinary run; the long one does ten times as many.
const OPERATIONS: u32 = 1000;

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

fn storm(operations: u32, seed: u64) {
    let (_cards, whole) = show();
    let mut rig = Rig::new(whole.clone(), false);
    let mut dice = Dice(seed);
    for _ in 0..operations {
        match dice.roll(14) {
            0..=2 => rig.engine.seek(at(dice.frame())),
            3 => rig.engine.scrub(at(dice.frame())),
            4 => rig.engine.scrub_end(at(dice.frame())),
            5 => rig.engine.play(),
            6 => rig.engine.pause(),
            7 => rig.engine.stop(),
            8 => rig.engine.step_frames(dice.frame() - LENGTH / 2),
            9 => rig
                .engine
                .set_speed([1.0, -1.0, 0.5, 4.0, -0.25][dice.roll(5)]),
            10 | 11 => {
                let edited = edit(&rig.engine.project().clone(), &whole, &mut dice);
                rig.engine.set_project(Arc::new(edited));
            }
            // Another project altogether, and so every file closed.
            12 if dice.roll(8) == 0 => rig.engine.set_project(Arc::default()),
            12 => rig.engine.set_project(Arc::new(whole.clone())),
            // The watchdog: what does not come within its patience fails the test.
            _ if dice.roll(20) == 0 => rig.settle(),
            _ => rig.pass(1 + dice.roll(3) as i64),
        }
        if dice.roll(3) == 0 {
            rig.engine.tick();
        }
    }
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
}

/// How many threads and open files this process has.
#[cfg(target_os = "linux")]
fn held() -> (usize, usize) {
    let count = |folder| std::fs::read_dir(folder).map_or(0, Iterator::count);
    (count("/proc/self/task"), count("/proc/self/fd"))
}

#[cfg(target_os = "linux")]
#[test]
fn after_a_storm_the_picture_is_right_and_everything_is_given_back() {
    // What is set up once for the whole program is not counted.
    storm(10, 1);
    let before = held();
    storm(OPERATIONS, 2);
    storm(OPERATIONS, 3);
    assert_eq!(held(), before, "threads and files");
}

#[test]
#[ignore = "takes a minute"]
fn ten_thousand_operations_from_several_hands_at_once() {
    let hands = (10..14).map(|seed| {
        let hand = std::thread::Builder::new().spawn(move || storm(OPERATIONS * 10, seed));
        hand.expect("a thread")
    });
    for hand in hands.collect::<Vec<_>>() {
        hand.join().expect("no panic");
    }
}
