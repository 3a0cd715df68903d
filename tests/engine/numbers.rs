//! Figures of the program about itself against what is known from outside: pictures, scripted delays, scripted faults.

use crate::card_rig::{Rig, clip};
use crate::cards::Cards;
use sextet::doctor::{DoctorOptions, diagnose};
use sextet::engine::{Engine, EngineOptions};
use sextet::media::TextureSupport;
use sextet::media::io::slow_disk::{SlowDisk, SlowDiskOptions};
use sextet::status::Verdict;
use sextet::status::events::EventKind;
use sextet::time::{Clock, Time};
use std::sync::Arc;

fn on(disk: &SlowDisk) -> EngineOptions {
    EngineOptions {
        slow_disk: Some(disk.clone()),
        ..EngineOptions::default()
    }
}

/// Lets a disk answer again, also when a test fails: threads that wait for it must end.
struct Recovering(SlowDisk);

impl Drop for Recovering {
    fn drop(&mut self) {
        self.0.set_stalled(false);
    }
}

#[test]
fn a_stall_of_300_ms_is_that_many_repeated_pictures_because_of_reading_and_no_other() {
    let mut cards = Cards::new();
    let card = cards.add(60, 300);
    let disk = SlowDisk::new(SlowDiskOptions::default());
    let _recovering = Recovering(disk.clone());
    let mut rig = Rig::with_options(
        on(&disk),
        cards.project(vec![vec![clip(card, 0, 300)]]),
        true,
    );
    rig.engine.play();
    rig.settle();
    let mut presented = 1;
    let mut wrong = 0;
    for frame in 1..40_u64 {
        rig.advance(1);
        presented += u64::from(rig.numbers(1) == [frame]);
    }
    disk.set_stalled(true);
    let mut frame = 39;
    // What is in memory still plays; then nothing new comes for 18 pictures.
    while wrong < 18 {
        rig.pass(1);
        frame += 1;
        if rig.numbers(1) == [frame] {
            presented += 1;
            assert_eq!(wrong, 0, "nothing can come at {frame}");
        } else {
            wrong += 1;
        }
    }
    disk.set_stalled(false);
    rig.settle();
    for _ in 0..30 {
        rig.advance(1);
        frame += 1;
        presented += u64::from(rig.numbers(1) == [frame]);
    }
    rig.verify_counts();
    let counts = rig.counts(0);
    assert_eq!(counts.presented, presented, "as the pixels say: {counts:?}");
    // The last of them came while it was still due.
    assert_eq!((counts.lost(), counts.dropped), (18, 0), "{counts:?}");
    assert!(counts.late <= 1, "{counts:?}");
    assert_eq!(counts.causes.read, 18, "{counts:?}");
    let log = &rig.engine.snapshot().log;
    let told: u64 = log
        .iter()
        .filter(|line| line.kind == EventKind::Drop)
        .map(|line| line.count)
        .sum();
    assert_eq!(told, 18, "{log:?}");
    for kind in [EventKind::Miss, EventKind::Stall] {
        let told = log.iter().filter(|line| line.kind == kind);
        assert_eq!(told.count(), 1, "{kind:?} once: {log:?}");
    }
}

/// The median and the longest of 95 % of the reads of a file whose every read takes this long, in milliseconds: as the
/// engine says, and as the file layer says itself. The file has so few frames a second that each of them comes in time.
fn read_ms(delay_ms: i64) -> [(f64, f64); 2] {
    let mut cards = Cards::new();
    let card = cards.add(20, 300);
    let disk = SlowDisk::new(SlowDiskOptions {
        bytes_per_second: None,
        latency: Time::from_nanos(delay_ms * 1_000_000),
        ..SlowDiskOptions::default()
    });
    let clock = Clock::system();
    let mut engine = Engine::new(on(&disk), clock.clone(), None).expect("an engine");
    engine.set_project(Arc::new(cards.project(vec![vec![clip(card, 0, 300)]])));
    engine.play();
    while engine.report().layers[0].read_bytes < 16 * 768 {
        engine.tick();
        engine.wait_a_moment();
    }
    let read = engine.report().layers[0].read_ms;
    let told = disk.answered();
    let of_layer = (told.percentile_ms(50.0), told.percentile_ms(95.0));
    [(read.p50, read.p95), of_layer]
}

#[test]
fn no_read_is_said_to_be_quicker_than_the_disk_was_told_to_be() {
    for delay_ms in [2, 8, 20, 50] {
        // A busy machine answers later, never sooner. A histogram's bucket is one per cent wide.
        let least = delay_ms as f64 * 0.99;
        for (p50, p95) in read_ms(delay_ms) {
            assert!(
                p50 >= least && p95 >= p50,
                "{p50} and {p95} of {delay_ms} ms"
            );
        }
    }
}

#[test]
#[ignore = "a measurement, which a busy machine spoils"]
fn read_times_are_those_of_the_file_layer() {
    for delay_ms in [2, 8, 20, 50] {
        let [engine, layer] = read_ms(delay_ms);
        let is_near = |ms: f64, expected: f64| (expected * 0.9..=expected * 1.1).contains(&ms);
        let agrees = is_near(engine.0, layer.0) && is_near(engine.1, layer.1);
        assert!(
            agrees && is_near(engine.0, delay_ms as f64),
            "{engine:?} and {layer:?} of {delay_ms} ms"
        );
    }
}

#[test]
fn a_disk_that_fails_for_a_while_is_told_of_and_the_counts_add_up() {
    let mut cards = Cards::new();
    let card = cards.add(60, 120);
    let disk = SlowDisk::new(SlowDiskOptions::default());
    let project = cards.project(vec![vec![clip(card, 0, 120)]]);
    let mut rig = Rig::with_options(on(&disk), project.clone(), false);
    rig.engine.play();
    for _ in 0..20 {
        rig.advance(1);
    }
    disk.set_failing(true);
    for _ in 0..20 {
        rig.advance(1);
    }
    let layer = &rig.engine.snapshot().layers[0];
    assert!(
        layer
            .error
            .as_deref()
            .is_some_and(|text| text.contains("told to fail"))
    );
    let options = DoctorOptions {
        prebuffer: rig.engine.options().playback.prebuffer,
        budget_bytes: rig.engine.options().playback.budget_bytes,
        textures: TextureSupport::BlockCompressed,
        slow_disk: Some(disk.clone()),
    };
    let diagnosis = diagnose(&project, &options);
    assert_eq!(diagnosis.verdict, Verdict::WillDrop, "{diagnosis:?}");
    assert!(
        diagnosis.problems[0].problem.contains("Reading failed"),
        "{diagnosis:?}"
    );
    disk.set_failing(false);
    // What failed is tried again after a second.
    for _ in 0..80 {
        rig.advance(1);
    }
    rig.verify_counts();
    assert_eq!(rig.engine.snapshot().layers[0].error, None);
    let counts = rig.counts(0);
    assert!((1..40).contains(&counts.lost()), "{counts:?}");
    // Those that are tried again at the tick at which they are due may be with the decoder when they are missed.
    let (read, decode) = (counts.causes.read, counts.causes.decode);
    assert!(
        read > decode && read + decode == counts.lost(),
        "{counts:?}"
    );
}

#[test]
fn a_clock_that_jumps_is_no_hour_of_lost_frames() {
    let mut cards = Cards::new();
    let card = cards.add(60, 60);
    let mut rig = Rig::new(cards.project(vec![vec![clip(card, 0, 60)]]), false);
    rig.engine.play();
    for _ in 0..10 {
        rig.advance(1);
    }
    rig.advance(3600 * 60);
    for _ in 0..10 {
        rig.advance(1);
    }
    rig.verify_counts();
    let counts = rig.counts(0);
    assert!((19..=22).contains(&counts.due), "{counts:?}");
    assert!(counts.lost() <= 1, "{counts:?}");
    assert!(rig.engine.report().seconds < 1.0);
}
