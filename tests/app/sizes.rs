//! Windows of all sizes, down to none at all, as a window manager gives them for a moment or a person drags them: playing
//! goes on in each, and nothing breaks down.

use crate::home::{Home, Window, make_card};
use egui::{Key, Modifiers, Vec2, vec2};
use sextet::app::AppOptions;
use sextet::control::ControllerOptions;
use sextet::time::FrameRate;

/// Sizes that a window can have for a moment, in points.
const SIZES: [Vec2; 9] = [
    Vec2::ZERO,
    vec2(1.0, 1.0),
    vec2(1.0, 800.0),
    vec2(1280.0, 1.0),
    vec2(3.0, 2000.0),
    vec2(160.0, 90.0),
    vec2(959.5, 600.5),
    vec2(2560.0, 40.0),
    vec2(1280.0, 800.0),
];

/// A window in which a card plays.
fn playing(home: &Home) -> Window {
    let card = make_card(home.path("media/one.mov"), "64x32", "600");
    let mut window = home.open_drawn(AppOptions {
        control: ControllerOptions {
            paths: vec![card],
            ..ControllerOptions::default()
        },
        ..AppOptions::default()
    });
    window.press(Modifiers::NONE, Key::Space);
    window
}

/// Lets some pictures pass at this size; each of them is drawn, and playing goes on.
fn play_at(window: &mut Window, size: Vec2) {
    window.harness.set_size(size);
    let rate = FrameRate::FPS_60;
    let before = window.app().engine().playhead();
    for _ in 0..4 {
        window.hand.advance(rate.frame_duration());
        window.harness.step();
    }
    let played = window.app().engine().playhead() - before;
    assert!(played >= rate.time_of(3), "{played:?} at {size:?}");
}

fn verify_whole(window: &mut Window) {
    window.harness.run_steps(2);
    assert!(!window.is_shown("broke down"), "a part broke down");
    assert!(window.is_shown("Layer"), "the panels are there");
}

#[test]
fn a_window_of_any_size_plays_on() {
    let home = Home::new();
    let mut window = playing(&home);
    for size in SIZES {
        play_at(&mut window, size);
    }
    verify_whole(&mut window);
}

#[test]
fn an_output_of_any_size_shows_each_of_its_pictures() {
    let home = Home::new();
    let mut window = playing(&home);
    window.press(Modifiers::NONE, Key::F11);
    let shift = Modifiers::COMMAND | Modifiers::SHIFT;
    // The canvas, then the test pattern, then black.
    for next in [
        Some((shift, Key::B)),
        Some((Modifiers::COMMAND, Key::B)),
        None,
    ] {
        for size in SIZES {
            play_at(&mut window, size);
        }
        if let Some((modifiers, key)) = next {
            window.press(modifiers, key);
        }
    }
    verify_whole(&mut window);
}
