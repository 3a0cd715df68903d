//! Panics in the threads around the engine: an error of one layer, or nothing that a show would notice. Those in the
//! threads that read and decode are in `playback_threads`, those of the window's in `app_breakdowns`, that of a live source's
//! in `media_files`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use scripted_engine::{Rig, project};
use sextet::media::faults::{StepInjection, at_step};
use sextet::project::MediaId;
use sextet::time::{Clock, Time};

#[path = "support/scripted.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod scripted;
#[path = "support/scripted_engine.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod scripted_engine;

/// Faults are put under threads by name, and each test's engine has threads of the same names.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Has the thread of this name panic at its next step, once; gives how many steps it took.
fn breaks_once(thread: &str) -> (StepInjection, Arc<AtomicUsize>) {
    let steps = Arc::new(AtomicUsize::new(0));
    let taken = Arc::clone(&steps);
    let plan = Arc::new(move || {
        assert!(
            taken.fetch_add(1, Ordering::Relaxed) > 0,
            "a bug of the test's"
        );
    });
    (at_step(thread, plan), steps)
}

#[test]
fn opening_that_breaks_down_is_an_error_of_its_file_alone() {
    let _guard = ONE_AT_A_TIME.lock();
    let (broken, _) = breaks_once("index");
    let mut rig = Rig::new(project(3), scripted::nothing());
    rig.engine.play();
    rig.settle();
    drop(broken);
    for _ in 0..10 {
        rig.step(1);
        rig.settle();
    }
    let errors: Vec<_> = (0..3)
        .filter_map(|number| rig.engine.media_error(MediaId(number)))
        .collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains("a bug of the test's"), "{errors:?}");
    let playing = (0..3).filter(|layer| rig.shown(*layer).is_some());
    assert_eq!(playing.count(), 2, "the others play");
    assert_eq!(rig.engine.snapshot().totals.lost(), 0);
    for _ in 0..120 {
        rig.step(1);
        rig.settle();
    }
    let is_shown = |layer| rig.shown(layer).is_some();
    assert!((0..3).all(is_shown), "it is tried again, and plays");
}

#[test]
fn looking_at_the_threads_goes_on_after_it_broke_down() {
    let _guard = ONE_AT_A_TIME.lock();
    let (broken, steps) = breaks_once("watch");
    let mut rig = Rig::new(project(1), scripted::nothing());
    let clock = Clock::system();
    while rig.engine.snapshot().thread_groups.is_empty() {
        assert!(
            clock.now() < Time::from_seconds(20),
            "it looks once a second"
        );
        rig.step(1);
        std::thread::park_timeout(std::time::Duration::from_millis(20));
    }
    assert!(steps.load(Ordering::Relaxed) >= 2, "the first broke down");
    drop(broken);
}
