//! A project of six layers, no two alike, and what they show at each canvas frame.

use sextet::project::{Clip, LoopMode, Project};

use super::card_rig::{at, clip};
use super::cards::{Cards, NUMBERS_PER_CARD};

/// A card's number: its media id and its frame.
pub fn number(media: u64, frame: i64) -> u64 {
    media * NUMBERS_PER_CARD + u64::try_from(frame).expect("a frame")
}

/// Frames of the project of [`six_layers`].
pub const LENGTH: i64 = 120;

/// Six layers over 120 canvas frames, of four cards: a loop; a span with an offset; two clips; a ping-pong; backwards;
/// 25 pictures per second.
pub fn six_layers() -> (Cards, Project) {
    let mut cards = Cards::new();
    let whole = cards.add(60, 120);
    let short = cards.add(60, 20);
    let slow = cards.add(25, 50);
    let other = cards.add(60, 70);
    let looped = clip(short, 0, LENGTH);
    let offset = Clip {
        media_in: at(5),
        media_out: Some(at(15)),
        ..clip(short, 7, LENGTH - 7)
    };
    let first = Clip {
        media_in: at(30),
        ..clip(whole, 0, 50)
    };
    let second = clip(other, 50, 70);
    let ping_pong = Clip {
        loop_mode: LoopMode::PingPong,
        ..clip(short, 0, LENGTH)
    };
    let backwards = Clip {
        speed: -1.0,
        ..clip(whole, 0, LENGTH)
    };
    let layers = vec![
        vec![looped],
        vec![offset],
        vec![first, second],
        vec![ping_pong],
        vec![backwards],
        vec![clip(slow, 0, LENGTH)],
    ];
    let project = cards.project(layers);
    (cards, project)
}

/// Numbers that the six layers show at a canvas frame.
pub fn expected(frame: i64) -> Vec<u64> {
    let frame = frame % LENGTH;
    let turn = frame % 40;
    vec![
        number(1, frame % 20),
        // Before its clip the black background, which reads as zero.
        if frame < 7 {
            0
        } else {
            number(1, 5 + (frame - 7) % 10)
        },
        if frame < 50 {
            number(0, 30 + frame)
        } else {
            number(3, frame - 50)
        },
        number(1, turn.min(39 - turn)),
        number(0, 119 - frame),
        number(2, frame * 25 / 60),
    ]
}
