//! Layers that come live, from a scripted source: what is lost when it pauses, and that nothing is after it.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use sextet::engine::Engine;
use sextet::media::PlayedBy;
use sextet::media::source::DecodeOutcome;
use sextet::project::FramePolicy;
use sextet::stats::Counts;
use sextet::time::{FrameIndex, ManualClock, Time};

use crate::scripted::{DECODED, SequentialStep, sequential};
use crate::scripted_engine::{Rig, at, project};

/// Interval at which a decoder that waits for a picture looks whether it is still wanted. Nothing depends on it.
const STILL_WANTED: Duration = Duration::from_millis(5);

/// A live source of 60 pictures a second, each of which comes when the test says so.
#[derive(Default)]
struct Sender {
    /// Pictures that were sent and not taken.
    sent: Mutex<u64>,
    has_sent: Condvar,
}

impl Sender {
    fn send(&self, pictures: u64) {
        *self.sent.lock() += pictures;
        self.has_sent.notify_all();
    }

    fn step(self: &Arc<Self>) -> SequentialStep {
        let sender = Arc::clone(self);
        Arc::new(move |_: FrameIndex, is_stale: &dyn Fn() -> bool| {
            let mut sent = sender.sent.lock();
            loop {
                if is_stale() {
                    return Ok(DecodeOutcome::Stale);
                }
                if *sent > 0 {
                    *sent -= 1;
                    return Ok(DECODED);
                }
                sender.has_sent.wait_for(&mut sent, STILL_WANTED);
            }
        })
    }
}

/// A show of one live layer, which has begun.
struct Show {
    rig: Rig,
    sender: Arc<Sender>,
    jitter: Arc<dyn Fn(Time) + Send + Sync>,
    /// The frame that the newest picture was taken for.
    newest: Option<FrameIndex>,
}

impl Show {
    fn new(policy: FramePolicy) -> Self {
        let sender = Arc::new(Sender::default());
        let step = sender.step();
        let mut source = sequential(0, step);
        Arc::make_mut(&mut source.video.facts).played_by = PlayedBy::Live;
        let health = Arc::clone(&source.video.health);
        let mut project = project(1);
        project.layers[0].frame_policy = policy;
        let rig = Rig::with_sources(project, ManualClock::new(), move |_| source.clone());
        let mut show = Self {
            rig,
            sender,
            jitter: Arc::new(move |jitter| health.set_jitter(jitter)),
            newest: None,
        };
        show.rig.engine.play();
        show.play(10);
        show
    }

    /// Sends pictures, and has the engine receive them.
    fn send(&mut self, pictures: u64) {
        for _ in 0..pictures {
            self.sender.send(1);
            let before = self.newest;
            let newest =
                |engine: &Engine| engine.snapshot().layers[0].in_memory.iter().max().copied();
            self.rig.tick_until(|engine| newest(engine) > before);
            self.newest = newest(&self.rig.engine);
        }
    }

    /// Plays on while a picture comes with each canvas frame.
    fn play(&mut self, frames: i64) {
        for _ in 0..frames {
            self.send(1);
            self.rig.step(1);
            self.rig.verify_counts();
        }
    }

    /// Plays on while nothing comes.
    fn pause(&mut self, frames: i64) {
        for _ in 0..frames {
            self.rig.step(1);
            self.rig.verify_counts();
        }
    }

    fn counts(&self) -> Counts {
        self.rig.counts(0)
    }

    /// What was lost in the course of this.
    fn lost_by(&mut self, course: impl FnOnce(&mut Self)) -> Counts {
        let before = self.counts();
        course(self);
        let after = self.counts();
        Counts {
            due: after.due - before.due,
            presented: after.presented - before.presented,
            repeated: after.repeated - before.repeated,
            late: after.late - before.late,
            dropped: after.dropped - before.dropped,
            ..Counts::default()
        }
    }

    /// Checks that each picture comes on time from here on.
    fn check_steady(&mut self) {
        let counts = self.lost_by(|show| show.play(120));
        assert_eq!((counts.lost(), counts.presented), (0, 120), "{counts:?}");
    }
}

const POLICIES: [FramePolicy; 3] = [
    FramePolicy::Nearest,
    FramePolicy::Hold,
    FramePolicy::NeverSkip,
];

#[test]
fn a_live_source_begins_without_blame() {
    for policy in POLICIES {
        let mut show = Show::new(policy);
        assert_eq!(show.counts().lost(), 0, "{:?}", show.counts());
        show.check_steady();
    }
}

#[test]
fn after_a_pause_of_its_source_a_layer_is_on_time_again() {
    for policy in POLICIES {
        for pause in [1, 3, 18, 200] {
            let mut show = Show::new(policy);
            show.check_steady();
            let counts = show.lost_by(|show| {
                show.pause(pause);
                show.play(10);
            });
            let due = u64::try_from(pause).expect("small");
            // The cushion bridges the beginning, and is filled anew at the end.
            assert!(counts.lost() + 2 >= due, "{pause}: {counts:?}");
            assert!(counts.lost() <= due + 2, "{pause}: {counts:?}");
            assert!(
                counts.late <= 1 && counts.dropped == 0,
                "{pause}: {counts:?}"
            );
            show.check_steady();
            let counts = show.counts();
            assert_eq!(counts.causes.source, counts.lost(), "{counts:?}");
            // What ended the pause was asked for before it came.
            assert!(counts.presented - counts.hits <= 1, "{counts:?}");
        }
    }
}

#[test]
fn a_burst_after_a_pause_is_on_time_at_once() {
    let mut show = Show::new(FramePolicy::Nearest);
    show.check_steady();
    let counts = show.lost_by(|show| {
        show.pause(18);
        show.send(4);
        show.play(4);
    });
    assert!((15..=18).contains(&counts.lost()), "{counts:?}");
    show.check_steady();
}

#[test]
fn the_cushion_fits_the_unevenness_of_the_source() {
    let mut show = Show::new(FramePolicy::Nearest);
    // Three pictures at once with every third frame.
    (show.jitter)(at(2));
    show.pause(10);
    let mut in_threes = |rounds: i64| {
        for _ in 0..rounds {
            show.send(3);
            for _ in 0..3 {
                show.rig.step(1);
                show.rig.verify_counts();
            }
        }
        show.counts()
    };
    let before = in_threes(3);
    let after = in_threes(20);
    assert_eq!(after.lost(), before.lost(), "{after:?}");
    assert_eq!(after.presented, before.presented + 60, "{after:?}");
}

#[test]
fn a_source_of_half_its_rate_shows_each_picture_and_is_named_as_the_cause() {
    let mut show = Show::new(FramePolicy::Nearest);
    let slow = show.lost_by(|show| {
        for _ in 0..60 {
            show.rig.step(1);
            show.send(1);
            show.rig.step(1);
            show.rig.verify_counts();
        }
    });
    // Each is on screen, though some not from the moment on that they were to be.
    let shown = slow.presented + slow.late;
    assert!((55..=65).contains(&shown), "{slow:?}");
    assert!((55..=65).contains(&slow.repeated), "{slow:?}");
    show.play(10);
    show.check_steady();
    let counts = show.counts();
    assert_eq!(counts.causes.source, counts.lost(), "{counts:?}");
}

#[test]
fn drawing_that_hangs_is_no_fault_of_the_source() {
    let mut show = Show::new(FramePolicy::Nearest);
    show.check_steady();
    let counts = show.lost_by(|show| {
        show.send(3);
        show.rig.step(20);
        show.rig.verify_counts();
        show.play(10);
    });
    // What is due after it is one that was sent meanwhile, or has to be waited for.
    assert!((18..=20).contains(&counts.dropped), "{counts:?}");
    assert!(counts.lost() <= 23, "{counts:?}");
    show.check_steady();
    let counts = show.counts();
    assert_eq!(counts.causes.present, counts.lost(), "{counts:?}");
}

#[test]
fn a_jump_in_a_live_layer_is_waited_for_without_blame() {
    let mut show = Show::new(FramePolicy::Nearest);
    show.check_steady();
    let counts = show.lost_by(|show| {
        show.rig.engine.seek(at(400));
        show.rig.engine.tick();
        for _ in 0..20 {
            show.sender.send(1);
            show.rig.step(1);
            show.rig.engine.wait_a_moment();
        }
    });
    assert_eq!(counts.lost(), 0, "{counts:?}");
    show.rig.verify_counts();
}
