//! Two clips of one layer at once, and one after the other: crossfades, cuts, splits and gaps.

use std::sync::Arc;

use crate::card_rig::{Rig, at, clip};
use crate::cards::{CARD_PX, Cards};
use crate::six_layers::number;
use image::RgbaImage;
use sextet::project::{Clip, ClipId, Project};

/// Two cards, the second beginning over the last forty frames of the first.
fn crossfade() -> (Cards, Project) {
    let mut cards = Cards::new();
    let (first, second) = (cards.add(60, 90), cards.add(60, 90));
    let project = cards.project(vec![vec![clip(first, 0, 80), clip(second, 40, 80)]]);
    (cards, project)
}

/// The pictures at these canvas frames of a project with one of its clips alone.
fn alone(project: &Project, place: usize, frames: &[i64]) -> Vec<RgbaImage> {
    let mut project = project.clone();
    let clip = project.layers[0].clips.remove(place);
    project.layers[0].clips = vec![clip];
    project.layers[0].opacity = 1.0;
    let mut rig = Rig::new(project, true);
    let mut picture = |frame: &i64| {
        rig.engine.seek(at(*frame));
        rig.settle();
        rig.layer_picture(0)
    };
    frames.iter().map(&mut picture).collect()
}

#[test]
fn a_crossfade_mixes_both_clips_evenly_and_misses_no_frame() {
    for opacity in [1.0, 0.5] {
        let (_cards, mut project) = crossfade();
        project.layers[0].opacity = opacity;
        let frames: Vec<i64> = (1..100).step_by(7).collect();
        let (earlier, later) = (alone(&project, 0, &frames), alone(&project, 1, &frames));
        let mut rig = Rig::new(project, true);
        rig.engine.play();
        rig.settle();
        let mut pictures = earlier.into_iter().zip(later).zip(&frames);
        for frame in 1..100_i64 {
            rig.advance(1);
            if !frames.contains(&frame) {
                continue;
            }
            let ((earlier, later), _) = pictures.next().expect("one for each");
            let part = ((frame - 40) as f32 / 40.0).clamp(0.0, 1.0);
            let mixed = rig.layer_picture(0);
            assert_eq!(mixed.dimensions(), CARD_PX);
            for ((mixed, earlier), later) in
                mixed.pixels().zip(earlier.pixels()).zip(later.pixels())
            {
                for channel in 0..3 {
                    let expected = opacity
                        * (f32::from(earlier.0[channel]) * (1.0 - part)
                            + f32::from(later.0[channel]) * part);
                    let shown = f32::from(mixed.0[channel]);
                    assert!(
                        (shown - expected).abs() <= 2.0,
                        "{shown} for {expected} at {frame}, opacity {opacity}"
                    );
                }
            }
        }
        rig.verify_no_loss();
        // All frames of the first clip were due, and sixty of the second.
        assert_eq!(rig.counts(0).due, 80 + 60);
    }
}

#[test]
fn every_cut_of_a_row_of_clips_finds_its_first_frames_ready_in_both_directions() {
    let mut cards = Cards::new();
    let media = [cards.add(60, 60), cards.add(60, 60), cards.add(60, 60)];
    let clips: Vec<Clip> = (0..12_i64)
        .map(|place| Clip {
            media_in: at(place),
            ..clip(media[place as usize % 3], place * 9, 9)
        })
        .collect();
    let expected = |frame: i64| number(frame as u64 / 9 % 3, frame / 9 + frame % 9);
    for speed in [1, -1, 3] {
        let mut rig = Rig::new(cards.project(vec![clips.clone()]), true);
        rig.engine.seek(at(54));
        rig.engine.set_speed(f64::from(speed));
        rig.settle();
        rig.engine.play();
        rig.settle();
        for tick in 1..130 {
            rig.advance(1);
            let frame = (54 + tick * i64::from(speed)).rem_euclid(108);
            assert_eq!(
                rig.numbers(1),
                [expected(frame)],
                "{speed} times at {frame}"
            );
        }
        rig.verify_no_loss();
    }
}

#[test]
fn a_clip_split_under_the_playhead_goes_on_without_a_dark_picture() {
    let mut cards = Cards::new();
    let card = cards.add(60, 90);
    let mut project = cards.project(vec![vec![clip(card, 0, 90)]]);
    let mut rig = Rig::new(project.clone(), true);
    rig.engine.play();
    rig.settle();
    for _ in 0..30 {
        rig.advance(1);
    }
    let clips = &mut project.layers[0].clips;
    clips[0].duration = at(30);
    clips.push(Clip {
        id: ClipId(7),
        media_in: at(30),
        ..clip(card, 30, 60)
    });
    rig.engine.set_project(Arc::new(project.clone()));
    // Nothing of the new clip is read yet.
    rig.engine.tick();
    assert_eq!(rig.numbers(1), [number(0, 30)], "at once");
    rig.settle();
    for frame in 31..60 {
        rig.advance(1);
        assert_eq!(rig.numbers(1), [number(0, frame)]);
    }
    // A clip put in before does not disturb the one that plays.
    project.layers[0].clips.remove(0);
    rig.engine.set_project(Arc::new(project));
    rig.engine.tick();
    assert_eq!(rig.numbers(1), [number(0, 59)], "at once");
    rig.advance(1);
    assert_eq!(rig.numbers(1), [number(0, 60)]);
    rig.verify_counts();
}

#[test]
fn nothing_of_the_clip_before_comes_back_after_a_gap() {
    let mut cards = Cards::new();
    let (first, second) = (cards.add(60, 60), cards.add(60, 60));
    // The first and the third clip have the same deck.
    let clips = vec![
        clip(first, 0, 10),
        clip(second, 20, 10),
        clip(second, 40, 10),
    ];
    let mut rig = Rig::new(cards.project(vec![clips]), true);
    for (target, shown) in [(25, number(1, 5)), (5, number(0, 5)), (45, number(1, 5))] {
        rig.engine.seek(at(35));
        rig.settle();
        assert_eq!(rig.numbers(1), [0], "between clips");
        rig.engine.seek(at(target));
        rig.engine.tick();
        let at_once = rig.numbers(1)[0];
        assert!([0, shown].contains(&at_once), "{at_once} at {target}");
        rig.settle();
        assert_eq!(rig.numbers(1), [shown]);
    }
    // From clip to clip the picture stays until the new one is there.
    rig.engine.seek(at(25));
    rig.engine.tick();
    let at_once = rig.numbers(1)[0];
    assert_eq!(at_once, number(1, 5), "the same frame, or the one before");
}
