//! Pictures of a layer when the frame that is due is not there: the nearest, the one on screen, or every frame in turn.

use std::collections::HashSet;
use std::sync::Arc;

use crate::scripted::Step;
use crate::scripted_engine::{FRAMES_PER_LAYER, Gate, Rig, at, project};
use crate::ticking::PATIENCE;
use parking_lot::{Condvar, Mutex};
use sextet::project::FramePolicy;
use sextet::time::FrameIndex;

/// A disk that gives all frames, or only those that it was told to.
#[derive(Default)]
struct Frames {
    state: Mutex<State>,
    has_changed: Condvar,
}

#[derive(Default)]
struct State {
    /// None for all.
    given: Option<HashSet<u64>>,
    /// Frames that a reader waits for.
    waited_for: HashSet<u64>,
}

/// Gives all when the test is over, also when it fails: threads that wait must end.
struct Disk(Arc<Frames>);

impl Drop for Disk {
    fn drop(&mut self) {
        self.0.give_all();
    }
}

impl std::ops::Deref for Disk {
    type Target = Arc<Frames>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

fn number(frame: i64) -> u64 {
    u64::try_from(frame).expect("a frame")
}

impl Frames {
    fn stop(&self) {
        self.state.lock().given = Some(HashSet::new());
    }

    fn give(&self, frame: i64) {
        if let Some(given) = &mut self.state.lock().given {
            given.insert(number(frame));
        }
        self.has_changed.notify_all();
    }

    fn give_all(&self) {
        self.state.lock().given = None;
        self.has_changed.notify_all();
    }

    /// Waits until readers wait for these frames.
    fn wait_for_readers(&self, frames: [i64; 2]) {
        let mut state = self.state.lock();
        while frames
            .iter()
            .any(|frame| !state.waited_for.contains(&number(*frame)))
        {
            let outcome = self.has_changed.wait_for(&mut state, PATIENCE);
            assert!(!outcome.timed_out(), "{frames:?} are asked for");
        }
    }

    fn step(self: &Arc<Self>) -> Step {
        let frames = Arc::clone(self);
        Arc::new(move |frame: FrameIndex| {
            let mut state = frames.state.lock();
            state.waited_for.insert(frame.0);
            frames.has_changed.notify_all();
            while state
                .given
                .as_ref()
                .is_some_and(|given| !given.contains(&frame.0))
            {
                frames.has_changed.wait(&mut state);
            }
            state.waited_for.remove(&frame.0);
            Ok(())
        })
    }
}

/// Plays a layer until its disk has stopped for `behind` pictures, at least three, with readers at the first two frames
/// that are missing; gives the last frame shown.
fn stalled(policy: FramePolicy, behind: i64) -> (Rig, Disk, i64) {
    let frames = Arc::new(Frames::default());
    let mut project = project(1);
    project.layers[0].frame_policy = policy;
    let mut rig = Rig::new(project, frames.step());
    rig.settle();
    rig.engine.play();
    for _ in 0..20 {
        rig.step(1);
        rig.settle();
    }
    frames.stop();
    let mut due = 20;
    while rig.shown(0) == Some(due) {
        rig.step(1);
        due += 1;
    }
    let last = due - 1;
    frames.wait_for_readers([last + 1, last + 2]);
    for _ in 1..behind {
        rig.step(1);
    }
    assert_eq!(rig.shown(0), Some(last), "nothing came since");
    (rig, Disk(frames), last)
}

/// True while a frame of the layer is on its way.
fn is_coming(engine: &sextet::engine::Engine, frame: i64) -> bool {
    let frame = FrameIndex(number(frame));
    engine.snapshot().layers[0].in_flight.contains(&frame)
}

#[test]
fn nearest_shows_what_comes_late_rather_than_nothing() {
    let (mut rig, frames, last) = stalled(FramePolicy::Nearest, 4);
    for late in [last + 1, last + 2] {
        frames.give(late);
        rig.tick_until(|engine| !is_coming(engine, late));
        assert_eq!(rig.shown(0), Some(late), "better late than never");
        rig.verify_counts();
    }
    let counts = rig.counts(0);
    assert_eq!((counts.late, counts.causes.read), (2, 2), "{counts:?}");
    frames.give_all();
    rig.settle();
    assert_eq!(rig.shown(0), Some(last + 4), "what is due");
    rig.step(1);
    rig.settle();
    rig.engine.pause();
    rig.engine.tick();
    rig.verify_counts();
    let counts = rig.counts(0);
    assert_eq!(counts.lost(), 4, "each of them once: {counts:?}");
    assert!(counts.late >= 3, "with the one that was due: {counts:?}");
}

#[test]
fn nearest_never_shows_what_was_overtaken() {
    let (mut rig, frames, last) = stalled(FramePolicy::Nearest, 4);
    frames.give(last + 2);
    rig.tick_until(|engine| !is_coming(engine, last + 2));
    assert_eq!(rig.shown(0), Some(last + 2));
    frames.give(last + 1);
    rig.tick_until(|engine| !is_coming(engine, last + 1));
    assert_eq!(rig.shown(0), Some(last + 2), "no step back");
    frames.give_all();
    rig.settle();
    rig.verify_counts();
    let counts = rig.counts(0);
    assert!(counts.repeated >= 1, "the one overtaken: {counts:?}");
}

#[test]
fn nearest_shows_nothing_from_before_a_jump() {
    let (mut rig, frames, last) = stalled(FramePolicy::Nearest, 3);
    rig.engine.seek(at(300));
    rig.engine.tick();
    frames.give(last + 1);
    rig.tick_until(|engine| !is_coming(engine, last + 1));
    assert_eq!(rig.shown(0), Some(last), "the last picture stays");
    frames.give_all();
    rig.settle();
    assert_eq!(rig.shown(0), Some(300));
    rig.verify_counts();
}

#[test]
fn hold_stays_until_what_is_due_has_come() {
    let (mut rig, frames, last) = stalled(FramePolicy::Hold, 4);
    for late in [last + 1, last + 2] {
        frames.give(late);
        rig.tick_until(|engine| !is_coming(engine, late));
        assert_eq!(rig.shown(0), Some(last), "it is not due any more");
    }
    frames.give_all();
    rig.settle();
    assert_eq!(rig.shown(0), Some(last + 4), "what is due");
    rig.engine.pause();
    rig.engine.tick();
    rig.verify_counts();
    let counts = rig.counts(0);
    assert_eq!((counts.repeated, counts.late), (3, 1), "{counts:?}");
}

#[test]
fn each_policy_has_its_own_cadence_through_the_same_stall() {
    let runs = |policy| {
        let (mut rig, frames, last) = stalled(policy, 3);
        frames.give(last + 1);
        rig.tick_until(|engine| !is_coming(engine, last + 1));
        rig.step(1);
        frames.give_all();
        rig.settle();
        for _ in 0..8 {
            rig.step(1);
            rig.settle();
        }
        rig.verify_counts();
        let cadence = rig.engine.snapshot().layers[0].cadence.expect("it plays");
        (cadence.error_ms / (1000.0 / 60.0)).round() as i64
    };
    // Pictures for which one frame stayed too long: the one before the stall, or the late one, shown meanwhile.
    let (nearest, hold, never) = (
        runs(FramePolicy::Nearest),
        runs(FramePolicy::Hold),
        runs(FramePolicy::NeverSkip),
    );
    assert_eq!((nearest, hold, never), (2, 3, 2));
}

#[test]
fn a_layer_that_skips_nothing_shows_every_frame_in_turn_and_falls_behind() {
    let gate = Arc::new(Gate::default());
    let mut project = project(2);
    project.layers[0].frame_policy = FramePolicy::NeverSkip;
    project.layers[1].frame_policy = FramePolicy::Hold;
    let mut rig = Rig::new(project, gate.step());
    rig.settle();
    rig.engine.play();
    let mut shown = Vec::new();
    let mut play = |rig: &mut Rig, frames: i64, settles: bool| {
        for _ in 0..frames {
            shown.extend(rig.shown(0));
            rig.step(1);
            if settles {
                rig.settle();
            }
            shown.extend(rig.shown(0));
        }
    };
    play(&mut rig, 30, true);
    gate.close();
    play(&mut rig, 20, false);
    gate.open();
    rig.settle();
    play(&mut rig, 100, true);
    // A hiccup in drawing leaves nothing out either.
    rig.hand.advance(at(3));
    play(&mut rig, 21, true);
    shown.dedup();
    let first = shown[0];
    assert_eq!(
        shown,
        (first..first + shown.len() as i64).collect::<Vec<_>>()
    );
    let behind = 30 + 20 + 100 + 4 + 20 - rig.shown(0).expect("a picture");
    assert!((15..=25).contains(&behind), "{behind} behind");
    assert_eq!(
        rig.shown(1),
        Some(FRAMES_PER_LAYER + 174),
        "the other is not"
    );
    rig.verify_counts();
    let counts = rig.counts(0);
    assert_eq!((counts.repeated, counts.dropped), (0, 0), "{counts:?}");
    assert!(counts.late > 100, "it is behind ever after: {counts:?}");
    // A jump brings it back.
    rig.engine.seek(at(300));
    rig.settle();
    rig.step(1);
    rig.settle();
    assert_eq!(rig.shown(0), Some(301));
}

#[test]
fn a_layer_that_skips_nothing_catches_up_where_frames_are_due_twice() {
    let gate = Arc::new(Gate::default());
    let mut project = project(1);
    project.layers[0].frame_policy = FramePolicy::NeverSkip;
    // Half speed: each frame is due for two pictures.
    project.layers[0].clips[0].speed = 0.5;
    let mut rig = Rig::new(project, gate.step());
    rig.settle();
    rig.engine.play();
    let mut shown = Vec::new();
    for tick in 0..120 {
        match tick {
            20 => gate.close(),
            45 => gate.open(),
            _ => {}
        }
        rig.step(1);
        if !(20..45).contains(&tick) {
            rig.settle();
        }
        shown.extend(rig.shown(0));
    }
    assert_eq!(rig.shown(0), Some(60), "level again");
    shown.dedup();
    let first = shown[0];
    assert_eq!(shown, (first..=60).collect::<Vec<_>>());
    rig.verify_counts();
    assert_eq!(rig.counts(0).dropped, 0);
}

#[test]
fn a_layer_too_far_behind_gives_up_and_says_how_many_frames_that_cost() {
    let gate = Arc::new(Gate::default());
    let mut project = project(1);
    project.layers[0].frame_policy = FramePolicy::NeverSkip;
    let mut rig = Rig::new(project, gate.step());
    rig.settle();
    rig.engine.play();
    rig.step(1);
    rig.settle();
    gate.close();
    for _ in 0..140 {
        rig.step(1);
    }
    gate.open();
    rig.settle();
    rig.verify_counts();
    let counts = rig.counts(0);
    assert!((110..=125).contains(&counts.dropped), "{counts:?}");
    assert_eq!(counts.causes.read, counts.lost(), "{counts:?}");
}
