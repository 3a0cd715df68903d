//! The overview bar: the part of the timeline that is shown, moved and resized.

use crate::ui_host::{Host, harness, rich};
use egui::{Key, Modifiers, Pos2, Rect, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

const SIZE: [f32; 2] = [1600.0, 1000.0];
const SHOWN: &str = "Shown part of the timeline";

/// A window in which a part of the timeline is shown.
fn zoomed() -> Harness<'static, Host> {
    let mut host = rich();
    host.transport.is_playing = false;
    let mut harness = harness(host, SIZE);
    for _ in 0..4 {
        harness.key_press_modifiers(Modifiers::NONE, Key::Plus);
        harness.run_steps(2);
    }
    harness
}

fn rect(harness: &Harness<'_, Host>, label: &str) -> Rect {
    harness.get_by_label(label).rect()
}

fn drag(harness: &mut Harness<'_, Host>, from: Pos2, by: f32) {
    harness.hover_at(from);
    harness.step();
    harness.drag_at(from);
    harness.step();
    harness.hover_at(from + vec2(by / 2.0, 0.0));
    harness.step();
    harness.hover_at(from + vec2(by, 0.0));
    harness.step();
    harness.drop_at(from + vec2(by, 0.0));
    harness.run_steps(3);
}

fn is_near(one: f32, other: f32) -> bool {
    (one - other).abs() < 2.0
}

#[test]
fn dragging_the_shown_part_moves_it_and_keeps_its_length() {
    let mut harness = zoomed();
    let before = rect(&harness, SHOWN);
    let whole = rect(&harness, "Timeline overview");
    assert!(
        before.width() < whole.width() / 2.0,
        "{before:?} of {whole:?}"
    );
    drag(&mut harness, before.center(), 100.0);
    let after = rect(&harness, SHOWN);
    assert!(is_near(after.left(), before.left() + 100.0), "{after:?}");
    assert!(is_near(after.width(), before.width()), "{after:?}");
    drag(&mut harness, after.center(), -4000.0);
    let first = rect(&harness, SHOWN);
    assert!(is_near(first.left(), whole.left()), "nothing before zero");
    assert!(is_near(first.width(), before.width()), "{first:?}");
}

#[test]
fn dragging_its_ends_zooms_and_leaves_the_other_end() {
    let mut harness = zoomed();
    let before = rect(&harness, SHOWN);
    let grip = rect(&harness, "End of the shown part").center();
    drag(&mut harness, grip, 120.0);
    let wider = rect(&harness, SHOWN);
    assert!(is_near(wider.left(), before.left()), "{wider:?}");
    assert!(is_near(wider.right(), before.right() + 120.0), "{wider:?}");
    let grip = rect(&harness, "Start of the shown part").center();
    drag(&mut harness, grip, 60.0);
    let narrower = rect(&harness, SHOWN);
    assert!(
        is_near(narrower.left(), before.left() + 60.0),
        "{narrower:?}"
    );
    assert!(is_near(narrower.right(), wider.right()), "{narrower:?}");
}

#[test]
fn a_click_beside_the_shown_part_goes_there_and_a_double_click_shows_all() {
    let mut harness = zoomed();
    let whole = rect(&harness, "Timeline overview");
    let at = whole.left_center() + vec2(20.0, 0.0);
    let length = rect(&harness, SHOWN).width();
    harness.hover_at(at);
    harness.step();
    harness.drag_at(at);
    harness.step();
    harness.drop_at(at);
    harness.run_steps(40);
    let shown = rect(&harness, SHOWN);
    assert!(is_near(shown.left(), whole.left()), "{shown:?}");
    assert!(is_near(shown.width(), length), "the zoom stays: {shown:?}");
    let at = shown.center();
    for _ in 0..2 {
        harness.drag_at(at);
        harness.step();
        harness.drop_at(at);
        harness.step();
    }
    harness.run_steps(3);
    let all = rect(&harness, SHOWN);
    assert!(is_near(all.width(), whole.width()), "{all:?} of {whole:?}");
}
