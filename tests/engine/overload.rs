//! More than the disk can give: frames are shown as many as there can be, alike on all layers, and all of them again as
//! soon as the disk is quick enough.
//!
//! The disk goes by the clock that is set by hand, so that a busy machine changes nothing. No tick may wait for a read:
//! the clock stands still meanwhile, and it would wait for ever.

use sextet::project::{FramePolicy, Project};
use sextet::stats::Counts;
use sextet::time::Time;

use crate::scripted_engine::project;
use crate::timed_disk::{Speed, TimedShow, readers};

/// Pictures that are counted: two seconds.
const PICTURES: i64 = 120;

fn show(layers: u32, policy: FramePolicy) -> Project {
    let mut project = project(layers);
    for layer in &mut project.layers {
        layer.frame_policy = policy;
    }
    project
}

/// Plays on with counts that begin anew; what is due and unsettled at the end is settled.
fn count(show: &mut TimedShow, pictures: i64) -> Vec<Counts> {
    show.rig.engine.reset_stats();
    show.play(pictures);
    let report = show.rig.engine.report();
    let layers = report.layers.iter();
    layers.map(|layer| layer.counts.counts).collect()
}

fn shown(counts: &Counts) -> u64 {
    counts.presented + counts.late
}

#[test]
fn a_disk_too_slow_for_each_frame_shows_as_many_on_time_as_it_can_give() {
    // All readers that a layer may have give 42 frames a second, of 60 that are due.
    let millis = 24 * (readers() as i64 - 1);
    let speed = Speed {
        latency: Time::from_nanos(millis * 1_000_000),
        transfer: Time::ZERO,
    };
    for policy in [FramePolicy::Nearest, FramePolicy::Hold] {
        let mut show = TimedShow::new(show(1, policy), speed);
        show.play(30);
        let reads = show.reads_begun();
        let counts = count(&mut show, PICTURES)[0];
        let reads = show.reads_begun() - reads;
        let context = format!("{policy:?}: {counts:?} by {reads} reads");
        assert!(counts.due.abs_diff(120) <= 1 && reads >= 80, "{context}");
        assert!(counts.presented * 10 >= reads * 8, "on time: {context}");
        // Where the clock goes on while a frame that was read is with a decoder, that is blamed.
        let blamed = counts.causes.read + counts.causes.decode;
        assert_eq!(blamed, counts.lost(), "{context}");
    }
}

#[test]
fn layers_beyond_what_the_disk_gives_repeat_alike_and_recover_at_once() {
    const LAYERS: u32 = 24;
    // Half of what is due.
    let half = Speed {
        latency: Time::ZERO,
        transfer: Time::from_nanos(2_000_000_000 / 60 / i64::from(LAYERS)),
    };
    let mut show = TimedShow::new(show(LAYERS, FramePolicy::Nearest), half);
    show.play(18);
    let reads = show.reads_begun();
    let counts = count(&mut show, PICTURES);
    let reads = show.reads_begun() - reads;
    assert!(reads.abs_diff(1440) <= 3, "{reads} reads keep it busy");
    let presented: u64 = counts.iter().map(|counts| counts.presented).sum();
    assert!(
        presented + 24 >= reads,
        "{presented} on time of {reads} read"
    );
    let (least, most) = (
        counts.iter().map(shown).min().expect("layers"),
        counts.iter().map(shown).max().expect("layers"),
    );
    assert!(58 <= least && most <= 62, "alike: {counts:?}");
    show.set_speed(Speed::default());
    show.play(12);
    for counts in count(&mut show, 30) {
        assert_eq!((counts.due, counts.lost()), (30, 0), "{counts:?}");
    }
}
