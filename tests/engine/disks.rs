//! Six layers on disks that are read the wrong way at first, that change, and that stall: what is lost, and for how long.

use sextet::media::io::way::Way;
use sextet::time::Time;

use crate::scripted_engine::project;
use crate::timed_disk::{Speed, TimedShow};

const LAYERS: u32 = 6;

/// Pictures of a second.
const SECOND: i64 = 60;

/// A disk that gives so many frames a second, one after the other; six layers need 360.
fn frames_per_second(frames: i64) -> Speed {
    Speed {
        latency: Time::ZERO,
        transfer: Time::from_nanos(1_000_000_000 / frames),
    }
}

/// The lost frames of each layer over so many pictures.
fn lost(show: &mut TimedShow, pictures: i64) -> Vec<u64> {
    show.rig.engine.reset_stats();
    show.play(pictures);
    let report = show.rig.engine.report();
    report
        .layers
        .iter()
        .map(|layer| layer.counts.counts.lost())
        .collect()
}

fn slots(show: &TimedShow) -> Vec<usize> {
    let layers = &show.rig.engine.snapshot().layers;
    layers.iter().map(|layer| layer.slots.len()).collect()
}

#[test]
fn a_disk_that_is_read_the_wrong_way_is_read_the_right_one_before_the_first_second_is_over() {
    let speeds = [frames_per_second(500), frames_per_second(250)];
    let mut show = TimedShow::with_disks(project(LAYERS), &[speeds]);
    assert_eq!(show.way(0), Way::Cached, "as the opening had it");
    show.play(SECOND);
    assert_eq!(show.way(0), Way::Direct);
    assert_eq!(lost(&mut show, 3 * SECOND), [0; LAYERS as usize]);
}

#[test]
fn a_disk_with_time_to_spare_loses_nothing_and_is_left_as_it_is() {
    let speeds = [frames_per_second(2000), frames_per_second(600)];
    let mut show = TimedShow::with_disks(project(LAYERS), &[speeds]);
    assert_eq!(lost(&mut show, 3 * SECOND), [0; LAYERS as usize]);
    assert_eq!(show.way(0), Way::Cached);
}

#[test]
fn a_disk_that_changes_half_way_is_followed_and_loses_nothing_more() {
    let quick = [frames_per_second(200), frames_per_second(700)];
    let mut show = TimedShow::with_disks(project(LAYERS), &[quick]);
    assert_eq!(lost(&mut show, 2 * SECOND), [0; LAYERS as usize]);
    show.set_speeds(0, [frames_per_second(700), frames_per_second(200)]);
    show.play(SECOND);
    assert_eq!(show.way(0), Way::Direct);
    assert_eq!(lost(&mut show, 2 * SECOND), [0; LAYERS as usize]);
}

#[test]
fn the_second_stall_of_200_ms_is_covered_by_what_the_first_one_taught() {
    let speeds = [frames_per_second(700); 2];
    let mut show = TimedShow::with_disks(project(LAYERS), &[speeds]);
    assert_eq!(lost(&mut show, SECOND), [0; LAYERS as usize]);
    assert_eq!(slots(&show), [5; LAYERS as usize]);
    show.stall(0, Time::from_nanos(200_000_000));
    assert!(
        lost(&mut show, SECOND).iter().sum::<u64>() > 0,
        "too shallow"
    );
    let deep = slots(&show);
    assert!(deep.iter().all(|slots| *slots == 16), "{deep:?}");
    for _ in 0..3 {
        show.stall(0, Time::from_nanos(200_000_000));
        assert_eq!(lost(&mut show, SECOND), [0; LAYERS as usize]);
    }
    let prebuffer = show.rig.engine.report().layers[0].prebuffer;
    assert!(prebuffer.auto && prebuffer.min_slots == 16, "{prebuffer:?}");
}

#[test]
fn of_two_disks_each_is_read_its_own_way_and_the_stall_of_one_costs_the_other_nothing() {
    let (right, wrong) = (frames_per_second(600), frames_per_second(130));
    // Layers lie on them in turn: three on each.
    let mut show = TimedShow::with_disks(project(LAYERS), &[[right, wrong], [wrong, right]]);
    show.play(SECOND);
    assert_eq!((show.way(0), show.way(1)), (Way::Direct, Way::Cached));
    assert_eq!(lost(&mut show, 2 * SECOND), [0; LAYERS as usize]);
    show.stall(0, Time::from_nanos(120_000_000));
    show.play(SECOND);
    show.stall(0, Time::from_nanos(120_000_000));
    assert_eq!(lost(&mut show, SECOND), [0; LAYERS as usize]);
}
