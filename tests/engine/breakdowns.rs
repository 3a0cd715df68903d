//! Panics in the threads around the engine: an error of one layer, or nothing that a show would notice. Those in the
//! threads that read and decode are in `playback::threads`, those of the window's in `app::breakdowns`, that of a live
//! source's in `media::live`. Faults are put under threads by name, and each test's engine has threads of the same names:
//! each has a process of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::own_process::in_own_process;
use crate::scripted_engine::{Rig, project};
use sextet::engine::{Engine, EngineOptions};
use sextet::media::fault_injection::{StepInjection, at_step};
use sextet::media::proxy::ProxyStore;
use sextet::project::MediaId;
use sextet::status::snapshot::ProxyStatus;
use sextet::time::{Clock, Time};

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
    in_own_process!();
    let (broken, _) = breaks_once("index");
    let mut rig = Rig::new(project(3), crate::scripted::nothing());
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
    let snapshot = rig.engine.snapshot();
    assert_eq!(snapshot.totals.lost(), 0, "{:?}", snapshot.layers);
    for _ in 0..120 {
        rig.step(1);
        rig.settle();
    }
    let is_shown = |layer| rig.shown(layer).is_some();
    assert!((0..3).all(is_shown), "it is tried again, and plays");
}

#[test]
fn looking_at_the_threads_goes_on_after_it_broke_down() {
    in_own_process!();
    let (broken, steps) = breaks_once("thread-monitor");
    let mut rig = Rig::new(project(1), crate::scripted::nothing());
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

/// A movie of which each frame but the first needs those before it; gives its path.
fn long_group(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    let made = Command::new("ffmpeg")
        .args([
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "testsrc=s=64x48:r=30:d=0.2",
        ])
        .args(["-c:v", "mpeg4", "-g", "6"])
        .arg(&path)
        .status();
    let made = made.expect("ffmpeg is installed");
    assert!(made.success(), "{name} is made");
    path
}

/// Ticks until something holds.
fn tick_until(engine: &mut Engine, what: &str, holds: impl Fn(&Engine) -> bool) {
    let clock = Clock::system();
    while !holds(engine) {
        assert!(clock.now() < Time::from_seconds(120), "{what}");
        engine.tick();
        engine.wait_a_moment();
    }
}

#[test]
fn a_proxy_whose_making_breaks_down_is_told_and_the_next_one_is_made() {
    in_own_process!();
    let folder = tempfile::tempdir().expect("a folder");
    let (broken, _) = breaks_once("proxy");
    let options = EngineOptions {
        proxies: Some(ProxyStore::at(&folder.path().join("proxies"), 1 << 30, 0)),
        ..EngineOptions::default()
    };
    let mut engine = Engine::new(options, Clock::system(), None).expect("an engine");
    let mut show = project(2);
    for (media, name) in show.media.iter_mut().zip(["one.mp4", "two.mp4"]) {
        media.path = long_group(folder.path(), name);
    }
    engine.set_project(Arc::new(show));
    let made = |engine: &Engine| {
        let ready = (0..2).filter(|&id| engine.proxy_status(MediaId(id)) == ProxyStatus::Ready);
        ready.count()
    };
    tick_until(&mut engine, "the other proxy is made", |engine| {
        made(engine) == 1
    });
    drop(broken);
    assert!(!engine.is_making_proxies(), "the first is given up");
    let log = &engine.snapshot().log;
    let told = log
        .iter()
        .filter(|line| line.text.contains("making a proxy broke down"));
    let told: Vec<_> = told.collect();
    assert_eq!(told.len(), 1, "{log:?}");
    assert!(
        told[0].is_error && told[0].text.contains("a bug of the test's"),
        "{told:?}"
    );

    let is_shown = |engine: &Engine| {
        engine
            .snapshot()
            .layers
            .iter()
            .all(|layer| layer.shown.is_some())
    };
    tick_until(&mut engine, "both files show", is_shown);
    assert!(
        engine
            .snapshot()
            .layers
            .iter()
            .all(|layer| layer.error.is_none())
    );
}
