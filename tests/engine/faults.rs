//! Files that are missing, cut short or overwritten while they play: an error of their layer, and of no other.

use std::fs::OpenOptions;

use crate::card_rig::{Rig, at, clip};
use crate::cards::{Cards, NUMBERS_PER_CARD};
use sextet::engine::{EngineOptions, PlaybackSettings};
use sextet::settings::IoMode;

/// A card's number: its media id and its frame.
fn number(media: u64, frame: u64) -> u64 {
    media * NUMBERS_PER_CARD + frame
}

#[test]
fn a_missing_file_is_told_of_once_and_the_other_layers_play_on() {
    let mut cards = Cards::new();
    let good = cards.add(60, 60);
    let missing = cards.add_missing();
    let other = cards.add(60, 60);
    let layers = [good, missing, other].map(|media| vec![clip(media, 0, 60)]);
    let mut rig = Rig::new(cards.project(layers.into()), true);
    rig.engine.play();
    rig.settle();
    for frame in 1..100 {
        rig.advance(1);
        let expected = [number(0, frame % 60), 0, number(2, frame % 60)];
        assert_eq!(rig.numbers(3), expected, "at {frame}");
    }
    rig.verify_no_loss();
    let log = rig.errors();
    assert_eq!(log.len(), 1, "{log:?}");
    assert!(log[0].contains("not found"), "{log:?}");
    let report = rig.engine.report();
    assert!(report.layers[1].error.is_some(), "its layer's");
    assert!(report.layers[0].error.is_none(), "no other's");
}

#[test]
fn a_file_cut_short_while_it_plays_is_an_error_of_its_layer_alone() {
    for io in [IoMode::Pread, IoMode::Direct, IoMode::Mmap, IoMode::Uring] {
        verify_cut_short_while_playing(io);
    }
}

fn verify_cut_short_while_playing(io: IoMode) {
    let mut cards = Cards::new();
    let cut = cards.add(60, 60);
    let good = cards.add(60, 60);
    let layers = vec![vec![clip(cut, 0, 60)], vec![clip(good, 0, 60)]];
    let options = EngineOptions {
        playback: PlaybackSettings {
            io,
            ..PlaybackSettings::default()
        },
        ..EngineOptions::default()
    };
    let mut rig = Rig::with_options(options, cards.project(layers), true);
    rig.engine.play();
    for _ in 0..10 {
        rig.advance(1);
    }
    let file = OpenOptions::new()
        .write(true)
        .open(cards.path(cut))
        .expect("opens");
    // The frames are the greater part of the file; the index behind them is in memory by now.
    let length = file.metadata().expect("a file").len();
    file.set_len(length / 2).expect("cut");
    for frame in 11..50 {
        rig.advance(1);
        assert_eq!(rig.numbers(2)[1], number(1, frame), "at {frame}");
    }
    rig.verify_counts();
    let broken = &rig.engine.snapshot().layers[0];
    let error = broken.error.as_deref().unwrap_or_default();
    assert!(error.contains("cut short"), "{error}");
    assert!(broken.counts.repeated > 10, "{:?}", broken.counts);
    let good = &rig.engine.snapshot().layers[1];
    let untouched = (good.error.as_deref(), good.counts.lost());
    assert_eq!(untouched, (None, 0), "{io:?}");
    let log = rig.errors();
    assert_eq!(log.len(), 1, "one line, not one per frame: {log:?}");
    // Back at frames that are there, it plays on without being asked to.
    for frame in 50..70 {
        rig.advance(1);
        assert_eq!(rig.numbers(2)[1], number(1, frame % 60), "at {frame}");
    }
    assert_eq!(rig.numbers(2)[0], number(0, 9), "whole again");
    let error = rig.engine.snapshot().layers[0].error.as_deref();
    assert_eq!(error, None, "{io:?}: forgotten");
    rig.verify_counts();
}

#[test]
fn frames_lost_after_a_seek_into_the_broken_part_are_counted() {
    let mut cards = Cards::new();
    let cut = cards.add(60, 60);
    let mut rig = Rig::new(cards.project(vec![vec![clip(cut, 0, 60)]]), false);
    let file = OpenOptions::new()
        .write(true)
        .open(cards.path(cut))
        .expect("opens");
    let length = file.metadata().expect("a file").len();
    file.set_len(length / 4).expect("cut");
    rig.engine.seek(at(30));
    rig.engine.play();
    rig.settle();
    for _ in 0..10 {
        rig.advance(1);
    }
    let counts = rig.counts(0);
    assert!(counts.repeated >= 8, "{counts:?}");
    rig.verify_counts();
}

#[test]
fn a_file_deleted_while_it_plays_goes_on_as_long_as_the_system_keeps_it() {
    let mut cards = Cards::new();
    let gone = cards.add(60, 60);
    let good = cards.add(60, 60);
    let layers = vec![vec![clip(gone, 0, 60)], vec![clip(good, 0, 60)]];
    let mut rig = Rig::new(cards.project(layers), true);
    rig.engine.play();
    rig.settle();
    std::fs::remove_file(cards.path(gone)).expect("removed");
    for frame in 1..130 {
        rig.advance(1);
        let expected = [number(0, frame % 60), number(1, frame % 60)];
        assert_eq!(rig.numbers(2), expected, "at {frame}");
    }
    rig.verify_no_loss();
    assert!(rig.errors().is_empty(), "{:?}", rig.errors());
}
