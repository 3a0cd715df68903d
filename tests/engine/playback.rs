//! A project through the whole engine under a clock set by hand: the frame on screen, read back from the pixels, is the
//! frame that belongs there.

use std::sync::Arc;

use crate::card_rig::{Rig, at, clip};
use crate::cards::{CARD_PX, Cards};
use crate::six_layers::{LENGTH, expected, number, six_layers};
use sextet::engine::{EngineOptions, PlaybackSettings};
use sextet::project::{Clip, ClipId, Project, TimeRange};
use sextet::time::Time;

#[test]
fn every_layer_shows_its_frame_at_every_step_and_across_the_seam() {
    let (_cards, project) = six_layers();
    let mut rig = Rig::new(project, true);
    assert_eq!(rig.numbers(6), expected(0), "paused at the start");
    rig.engine.play();
    rig.settle();
    for frame in 1..=2 * LENGTH + 30 {
        rig.advance(1);
        assert_eq!(rig.numbers(6), expected(frame), "at canvas frame {frame}");
    }
    rig.verify_no_loss();
}

#[test]
fn seeks_and_steps_land_on_the_exact_frame() {
    let (_cards, project) = six_layers();
    let mut rig = Rig::new(project, true);
    for frame in [60, 3, 119, 49, 50, 0, 39, 40, 7, 6] {
        rig.engine.seek(at(frame));
        rig.settle();
        assert_eq!(rig.numbers(6), expected(frame), "paused at {frame}");
    }
    for (steps, frame) in [(1, 7), (1, 8), (-2, 6), (50, 56), (-10, 46)] {
        rig.engine.step_frames(steps);
        rig.settle();
        assert_eq!(rig.numbers(6), expected(frame), "stepped to {frame}");
    }
    rig.engine.play();
    rig.settle();
    for target in [100, 20, 118] {
        rig.engine.seek(at(target));
        rig.settle();
        for frame in target..target + 5 {
            assert_eq!(rig.numbers(6), expected(frame), "playing at {frame}");
            rig.advance(1);
        }
    }
    // The frames that were jumped away from are blamed on nobody.
    rig.verify_no_loss();
}

#[test]
fn a_drag_shows_only_frames_asked_for_and_ends_exactly() {
    let (_cards, project) = six_layers();
    let mut rig = Rig::new(project, true);
    rig.engine.play();
    for _ in 0..20 {
        rig.advance(1);
    }
    let mut asked = vec![expected(20)];
    for step in 0..60_i64 {
        let frame = (20 + step * step * 7) % LENGTH;
        rig.engine.scrub(at(frame));
        asked.push(expected(frame));
        // One tick each: most targets are still on their way when the next comes.
        rig.engine.tick();
        for (layer, shown) in rig.numbers(6).into_iter().enumerate() {
            assert!(
                asked.iter().any(|frames| frames[layer] == shown),
                "layer {layer} showed {shown:?} at step {step}"
            );
        }
    }
    rig.engine.scrub_end(at(77));
    rig.settle();
    assert_eq!(rig.numbers(6), expected(77), "the end of the drag");
    assert!(rig.engine.transport().is_playing(), "it plays on");
    rig.advance(1);
    assert_eq!(rig.numbers(6), expected(78));
    rig.verify_counts();
}

#[test]
fn a_loop_range_is_played_without_a_miss_at_its_seam() {
    let (_cards, mut project) = six_layers();
    project.loop_range = Some(TimeRange {
        start: at(45),
        end: at(56),
    });
    let mut rig = Rig::new(project, true);
    rig.engine.seek(at(45));
    rig.engine.play();
    rig.settle();
    for frame in 1..60 {
        rig.advance(1);
        assert_eq!(rig.numbers(6), expected(45 + frame % 11), "after {frame}");
    }
    rig.verify_no_loss();
}

#[test]
fn a_project_edited_while_it_plays_shows_the_edit_at_once() {
    let (_cards, mut project) = six_layers();
    let mut rig = Rig::new(project.clone(), true);
    rig.engine.play();
    for _ in 0..30 {
        rig.advance(1);
    }
    let mut edit = |rig: &mut Rig, change: &dyn Fn(&mut Project)| {
        change(&mut project);
        rig.engine.set_project(Arc::new(project.clone()));
        rig.settle();
    };
    // Move a clip by ten frames.
    edit(&mut rig, &|project| {
        project.layers[1].clips[0].start = at(17);
    });
    assert_eq!(rig.numbers(6)[1], number(1, 5 + (30 - 17) % 10));
    // Half transparent: white is grey.
    edit(&mut rig, &|project| project.layers[0].opacity = 0.5);
    let picture = rig.layer_picture(0);
    let brightest = (0..24).map(|x| picture.get_pixel(x, 10).0[0]).max();
    assert_eq!(brightest, Some(128), "the white cells of the grid");
    edit(&mut rig, &|project| project.layers[0].opacity = 1.0);
    // The first layer is in front: laid over the last, it hides it, until they change places.
    edit(&mut rig, &|project| {
        project.layers[0].transform = project.layers[5].transform;
    });
    assert_eq!(rig.numbers(6)[5], expected(30)[0]);
    edit(&mut rig, &|project| project.layers.reverse());
    assert_eq!(rig.numbers(6)[5], expected(30)[5]);
    edit(&mut rig, &|project| {
        project.layers.remove(0);
    });
    assert_eq!(rig.numbers(6)[5], expected(30)[0]);
    rig.advance(1);
    let shown = rig.numbers(6);
    assert_eq!(shown[2..5], expected(31)[2..5], "the others play on");
    rig.verify_counts();
}

#[test]
fn a_layer_taken_away_leaves_its_memory_to_the_others() {
    let (_cards, mut project) = six_layers();
    let frame_bytes = 256 * u64::from(CARD_PX.1 / 4);
    let options = EngineOptions {
        playback: PlaybackSettings {
            budget_bytes: 21 * frame_bytes,
            ..PlaybackSettings::default()
        },
        ..EngineOptions::default()
    };
    let mut rig = Rig::with_options(options, project.clone(), false);
    let slots = |rig: &mut Rig| {
        // Shares are settled in one tick and taken in the next.
        rig.engine.tick();
        rig.settle();
        rig.engine.snapshot().layers[0].slots.len()
    };
    assert_eq!(
        slots(&mut rig),
        3,
        "21 among seven: one layer has two clips"
    );
    project.layers.truncate(1);
    rig.engine.set_project(Arc::new(project));
    rig.settle();
    assert_eq!(slots(&mut rig), 5, "as many as it wants");
}

#[test]
fn five_frames_without_a_tick_are_four_dropped_ones_and_no_more() {
    let (_cards, project) = six_layers();
    let mut rig = Rig::new(project, true);
    rig.engine.play();
    rig.settle();
    for _ in 0..20 {
        rig.advance(1);
    }
    rig.verify_no_loss();
    rig.advance(5);
    assert_eq!(rig.numbers(6), expected(25), "the picture has caught up");
    for layer in 0..5 {
        let counts = rig.counts(layer);
        assert_eq!(counts.dropped, 4, "layer {layer}: {counts:?}");
        assert_eq!(counts.causes.present, counts.lost(), "layer {layer}");
    }
    let lost = rig.engine.snapshot().totals.lost();
    for frame in 26..60 {
        rig.advance(1);
        assert_eq!(rig.numbers(6), expected(frame), "at canvas frame {frame}");
    }
    assert_eq!(
        rig.engine.snapshot().totals.lost(),
        lost,
        "one hiccup costs nothing afterwards"
    );
    rig.verify_counts();
}

#[test]
fn each_frame_of_25_per_second_is_due_once_in_a_steady_cadence() {
    let mut cards = Cards::new();
    let slow = cards.add(25, 50);
    let mut rig = Rig::new(cards.project(vec![vec![clip(slow, 0, 120)]]), true);
    rig.engine.play();
    rig.settle();
    let mut runs = vec![(rig.numbers(1)[0], 1)];
    for _ in 1..120 {
        rig.advance(1);
        let shown = rig.numbers(1)[0];
        match runs.last_mut() {
            Some((last, count)) if *last == shown => *count += 1,
            _ => runs.push((shown, 1)),
        }
    }
    let frames: Vec<_> = runs.iter().map(|(shown, _)| *shown).collect();
    assert_eq!(frames, (0..50).map(|f| number(0, f)).collect::<Vec<_>>());
    let lengths: Vec<i32> = runs.iter().map(|(_, count)| *count).collect();
    assert_eq!(lengths[..10], [3, 2, 3, 2, 2, 3, 2, 3, 2, 2]);
    assert!(
        lengths.chunks(5).all(|five| five == &lengths[..5]),
        "steady"
    );
    assert_eq!(rig.counts(0).due, 50);
    rig.verify_no_loss();
}

#[test]
fn a_jump_into_a_gap_is_not_measured_as_a_seek_of_the_next_clip() {
    let mut cards = Cards::new();
    let card = cards.add(60, 60);
    let clips = vec![clip(card, 0, 30), clip(card, 60, 60)];
    let mut rig = Rig::new(cards.project(vec![clips]), true);
    rig.engine.seek(at(40));
    rig.engine.play();
    rig.settle();
    assert_eq!(rig.numbers(1), [0], "black between the clips");
    for frame in 41..80 {
        rig.advance(1);
        let shown = (frame - 60).max(0);
        assert_eq!(rig.numbers(1), [number(0, shown)], "at {frame}");
    }
    rig.verify_no_loss();
    assert_eq!(rig.counts(0).due, 20, "the second clip's, from its first");
    assert!(rig.engine.report().layers[0].seek_ms.max < 1.0, "no wait");
}

#[test]
fn a_picture_comes_back_when_the_playhead_returns_from_a_gap_to_the_same_frame() {
    let mut cards = Cards::new();
    let card = cards.add(60, 30);
    let mut rig = Rig::new(cards.project(vec![vec![clip(card, 0, 30)]]), true);
    for (frame, shown) in [(10, 10), (40, 0), (10, 10)] {
        rig.engine.seek(at(frame));
        rig.settle();
        assert_eq!(rig.numbers(1), [number(0, shown)], "at {frame}");
    }
}

#[test]
fn a_fade_goes_on_while_the_media_frame_stays_the_same() {
    let mut cards = Cards::new();
    let card = cards.add(25, 25);
    let fading = Clip {
        fade_in: at(30),
        ..clip(card, 0, 60)
    };
    let mut rig = Rig::new(cards.project(vec![vec![fading]]), true);
    rig.engine.play();
    rig.settle();
    let mut last = 0;
    for frame in 1..9 {
        rig.advance(1);
        let light: u64 = rig
            .layer_picture(0)
            .pixels()
            .map(|pixel| u64::from(pixel.0[1]))
            .sum();
        assert!(light > last, "at {frame}: {light} after {last}");
        last = light;
    }
}

#[test]
fn playing_ends_on_the_last_frame_when_it_does_not_loop() {
    let mut cards = Cards::new();
    let card = cards.add(60, 30);
    let mut project = cards.project(vec![vec![clip(card, 0, 30)]]);
    project.is_looping = false;
    assert_eq!(project.layers[0].clips[0].id, ClipId(0));
    let mut rig = Rig::new(project, true);
    rig.engine.play();
    rig.settle();
    for frame in 1..40 {
        rig.advance(1);
        assert_eq!(rig.numbers(1), [number(0, frame.min(29))]);
    }
    assert!(!rig.engine.transport().is_playing(), "at the end");
    rig.verify_no_loss();
    assert!(rig.engine.playhead() > Time::ZERO);
    assert_eq!(rig.layer_picture(0).dimensions(), CARD_PX);
}
