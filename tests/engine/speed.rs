//! Playing at other speeds and backwards, through the whole engine under a clock set by hand: what is read ahead is what
//! is due, so that no frame is missed.

use crate::card_rig::{Rig, at, clip};
use crate::cards::Cards;
use crate::six_layers::{LENGTH, expected, number, six_layers};
use sextet::project::TimeRange;
use sextet::transport::Direction;

/// Plays the six layers from a canvas frame at a speed, and checks each picture and that none was missed.
fn verify_speed(from: i64, speed: f64, ticks: i64) {
    let (_cards, project) = six_layers();
    let mut rig = Rig::new(project, true);
    rig.engine.seek(at(from));
    rig.engine.set_speed(speed);
    rig.settle();
    rig.engine.play();
    rig.settle();
    for tick in 1..=ticks {
        rig.advance(1);
        // Backwards too a frame is on screen for all of its time.
        let frame = from + (tick as f64 * speed).trunc() as i64;
        let frame = frame.rem_euclid(LENGTH);
        assert_eq!(
            rig.numbers(6),
            expected(frame),
            "{speed} times, tick {tick}"
        );
    }
    rig.verify_no_loss();
}

#[test]
fn backwards_every_layer_shows_its_frame_and_across_the_seam() {
    verify_speed(60, -1.0, LENGTH + 20);
}

#[test]
fn four_times_as_fast_only_what_is_due_is_asked_for_and_is_there() {
    verify_speed(0, 4.0, 70);
    verify_speed(50, -4.0, 40);
}

#[test]
fn as_fast_as_a_shuttle_goes_nothing_is_missed() {
    verify_speed(3, 8.0, 40);
    verify_speed(100, -8.0, 40);
}

#[test]
fn slow_motion_repeats_each_frame_evenly() {
    verify_speed(40, 0.25, 90);
    verify_speed(12, -0.5, 60);
}

#[test]
fn uneven_speeds_miss_nothing() {
    verify_speed(100, 1.5, 50);
    verify_speed(30, 0.3, 50);
}

#[test]
fn a_loop_range_is_played_backwards_without_a_miss_at_its_seam() {
    let (_cards, mut project) = six_layers();
    project.loop_range = Some(TimeRange {
        start: at(45),
        end: at(56),
    });
    let mut rig = Rig::new(project, true);
    rig.engine.set_speed(-1.0);
    rig.engine.play_from_in();
    rig.settle();
    for frame in 0..40 {
        let expected = expected(55 - frame % 11);
        assert_eq!(rig.numbers(6), expected, "after {frame}");
        rig.advance(1);
    }
    rig.verify_no_loss();
}

#[test]
fn a_turn_waits_for_what_nobody_could_foresee_without_blame() {
    let (_cards, project) = six_layers();
    let mut rig = Rig::new(project, true);
    rig.engine.play();
    rig.settle();
    let mut frame = 0;
    for (speed, ticks) in [(1, 30), (-1, 5), (4, 6), (-8, 3), (2, 7)] {
        rig.engine.set_speed(f64::from(speed));
        for _ in 0..ticks {
            // Straight after the turn, with nothing read for it yet.
            rig.advance(1);
            frame = (frame + i64::from(speed)).rem_euclid(LENGTH);
            assert_eq!(rig.numbers(6), expected(frame), "{speed} times");
        }
    }
    rig.verify_no_loss();
    let report = rig.engine.report();
    assert!(
        report.layers.iter().all(|layer| layer.seek_ms.max < 1e-9),
        "a turn is no seek"
    );
}

#[test]
fn a_shuttle_speeds_up_turns_round_and_ends_with_a_pause() {
    let (_cards, project) = six_layers();
    let mut rig = Rig::new(project, true);
    rig.engine.seek(at(60));
    rig.settle();
    let mut frame = 60_i64;
    for (direction, speed) in [
        (Direction::Forwards, 1_i64),
        (Direction::Forwards, 2),
        (Direction::Forwards, 4),
        (Direction::Backwards, -1),
        (Direction::Backwards, -2),
    ] {
        rig.engine.shuttle(direction);
        rig.settle();
        for _ in 0..4 {
            rig.advance(1);
            frame = (frame + speed).rem_euclid(LENGTH);
            assert_eq!(rig.numbers(6), expected(frame), "{speed} times");
        }
    }
    rig.engine.pause();
    rig.settle();
    assert_eq!(
        rig.numbers(6),
        expected(frame),
        "the picture on screen stays"
    );
    assert!((rig.engine.transport().speed() - 1.0).abs() < 1e-9);
    rig.verify_no_loss();
}

#[test]
fn the_end_is_reached_exactly_in_both_directions() {
    let mut cards = Cards::new();
    let card = cards.add(60, 30);
    let mut project = cards.project(vec![vec![clip(card, 0, 30)]]);
    project.is_looping = false;
    let mut rig = Rig::new(project, true);
    for (speed, last) in [(4.0, 29), (-4.0, 0)] {
        rig.engine.set_speed(speed);
        rig.engine.play();
        rig.settle();
        for _ in 0..10 {
            rig.advance(1);
        }
        assert!(!rig.engine.transport().is_playing(), "at the end");
        assert_eq!(rig.numbers(1), [number(0, last)]);
    }
    rig.verify_no_loss();
}
