//! A layer's picture edited by hand: numbers and keyframes in the inspector, handles on the preview.

use crate::hand::button;
use crate::ui_host::{Host, harness, rich, seconds};
use egui::{Event, Key, Modifiers, Pos2, Vec2, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use sextet::command::{Command, HistoryCommand};
use sextet::project::{BlendMode, Interpolation, Layer, Parameter};

/// High enough for the whole inspector.
const SIZE: [f32; 2] = [1600.0, 1500.0];

/// The window with the layer "Waves" selected, paused at 8.2 seconds, which is a canvas frame.
fn window() -> Harness<'static, Host> {
    let mut host = rich();
    host.transport.is_playing = false;
    let mut harness = harness(host, SIZE);
    harness.get_by_label("Layer Waves").click();
    harness.run_steps(3);
    harness
}

fn waves<'a>(harness: &'a Harness<'_, Host>) -> &'a Layer {
    &harness.state().project.layers[3]
}

/// Drags without letting go.
fn drag(harness: &mut Harness<'_, Host>, from: Pos2, by: Vec2, modifiers: Modifiers) {
    harness.event(Event::ModifiersChanged(modifiers));
    harness.hover_at(from);
    harness.step();
    button(harness, from, true, modifiers);
    for share in [0.3, 0.7, 1.0] {
        harness.hover_at(from + by * share);
        harness.step();
    }
}

fn release(harness: &mut Harness<'_, Host>, at: Pos2) {
    button(harness, at, false, Modifiers::NONE);
    harness.event(Event::ModifiersChanged(Modifiers::NONE));
    harness.run_steps(2);
}

/// The point of the preview where a point of the canvas is drawn.
fn on_canvas(harness: &Harness<'_, Host>, canvas: [f32; 2]) -> (Pos2, f32) {
    let stage = harness.get_by_label_contains("Preview, ").rect();
    let room = stage.shrink(18.0).size();
    let scale = (room.x / 1920.0).min(room.y / 1080.0);
    let from_centre = vec2(canvas[0] - 960.0, canvas[1] - 540.0);
    (stage.center() + from_centre * scale, scale)
}

fn undo(harness: &mut Harness<'_, Host>) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(2);
}

fn click(harness: &mut Harness<'_, Host>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(3);
}

#[test]
fn a_diamond_sets_a_key_here_and_takes_it_away_and_arrows_lead_from_key_to_key() {
    let mut harness = window();
    let before = waves(&harness).clone();
    click(&mut harness, "Keyframe of position");
    let at = |harness: &Harness<'_, Host>| {
        let track = waves(harness).track(Parameter::PositionX);
        track.map(|track| track.keys.iter().map(|key| key.time).collect::<Vec<_>>())
    };
    assert_eq!(at(&harness), Some(vec![seconds(8.2)]));
    assert!(
        waves(&harness).track(Parameter::PositionY).is_some(),
        "both axes at once"
    );
    harness.state_mut().transport.playhead = seconds(9.0);
    harness.run_steps(2);
    click(&mut harness, "Keyframe of position");
    assert_eq!(at(&harness), Some(vec![seconds(8.2), seconds(9.0)]));
    click(&mut harness, "Previous keyframe of position");
    assert_eq!(harness.state().transport.playhead, seconds(8.2));
    click(&mut harness, "Keyframe of position");
    assert_eq!(at(&harness), Some(vec![seconds(9.0)]));
    for _ in 0..3 {
        undo(&mut harness);
    }
    assert_eq!(*waves(&harness), before, "three steps, each undone whole");
}

#[test]
fn the_menu_of_a_diamond_changes_how_the_stretch_goes_and_resets() {
    let mut harness = window();
    click(&mut harness, "Keyframe of opacity");
    harness
        .get_by_label("Keyframe of opacity")
        .click_secondary();
    harness.run_steps(4);
    click(&mut harness, "Ease");
    let track = waves(&harness).track(Parameter::Opacity).expect("keyed");
    assert_eq!(track.keys[0].interpolation, Interpolation::Ease);
    harness
        .get_by_label("Keyframe of opacity")
        .click_secondary();
    harness.run_steps(4);
    click(&mut harness, "Reset and clear keyframes");
    assert!(waves(&harness).keyframes.is_empty(), "no keys");
    assert_eq!(waves(&harness).opacity, 1.0);
}

#[test]
fn a_value_dragged_under_a_key_becomes_a_key_and_one_without_keys_is_set_for_all_time() {
    let mut harness = window();
    click(&mut harness, "Keyframe of hue");
    harness.state_mut().transport.playhead = seconds(10.0);
    harness.run_steps(2);
    for name in ["Hue", "Gamma"] {
        let field = harness
            .get_all_by_label(name)
            .find(|node| node.rect().width() > 60.0)
            .expect("a field");
        let from = field.rect().center();
        drag(&mut harness, from, vec2(40.0, 0.0), Modifiers::NONE);
        release(&mut harness, from + vec2(40.0, 0.0));
    }
    let hue = waves(&harness).track(Parameter::Hue).expect("keyed");
    assert_eq!(hue.keys.len(), 2, "{hue:?}");
    assert!(hue.keys[1].value > 1.0, "{hue:?}");
    assert_eq!(waves(&harness).adjust.hue_deg, 0.0);
    assert!(
        waves(&harness).adjust.gamma > 1.0,
        "no keys, so for all time"
    );
    undo(&mut harness);
    assert_eq!(waves(&harness).adjust.gamma, 1.0, "one step");
}

#[test]
fn blend_mode_flips_and_corner_pin_are_chosen_and_undone() {
    let mut harness = window();
    harness.get_by_label("Blend mode").click();
    harness.run_steps(4);
    click(&mut harness, "Screen");
    assert_eq!(waves(&harness).blend, BlendMode::Screen);
    click(&mut harness, "Flip across");
    assert!(waves(&harness).flip.across, "flipped");
    click(&mut harness, "Corner pin");
    assert!(waves(&harness).corner_pin.is_some(), "pinned");
    assert!(
        harness.query_by_label("Top left X").is_some(),
        "its fields are there"
    );
    for _ in 0..3 {
        undo(&mut harness);
    }
    assert_eq!(waves(&harness).blend, BlendMode::Normal);
}

#[test]
fn a_click_on_the_picture_selects_its_layer_and_one_beside_all_selects_none() {
    let mut harness = window();
    // At 8.2 seconds the full-size "Titles" lies in front of everything; hidden, "Faces" does.
    let (middle, _) = on_canvas(&harness, [100.0, 100.0]);
    harness.hover_at(middle);
    harness.step();
    button(&mut harness, middle, true, Modifiers::NONE);
    release(&mut harness, middle);
    assert!(
        harness.query_by_label("Scale Waves").is_none(),
        "another layer's handles are shown"
    );
    let stage = harness.get_by_label_contains("Preview, ").rect();
    let beside = pos2(stage.left() + 3.0, stage.top() + 3.0);
    harness.hover_at(beside);
    harness.step();
    button(&mut harness, beside, true, Modifiers::NONE);
    release(&mut harness, beside);
    assert!(
        harness.query_by_label("Canvas width").is_some(),
        "the canvas is shown"
    );
}

#[test]
fn dragging_the_picture_moves_it_as_one_step_and_escape_takes_it_back() {
    let mut harness = window();
    let before = waves(&harness).transform.position_px;
    let (from, scale) = on_canvas(&harness, [1072.0, 501.5]);
    let by = vec2(90.0, 40.0);
    drag(&mut harness, from, by, Modifiers::COMMAND);
    let [x, y] = waves(&harness).transform.position_px;
    assert!((x - before[0] - by.x / scale).abs() < 1.5, "{x}");
    assert!((y - before[1] - by.y / scale).abs() < 1.5, "{y}");
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert_eq!(waves(&harness).transform.position_px, before);
    release(&mut harness, from + by);
    assert_eq!(waves(&harness).transform.position_px, before, "and stays");
    drag(&mut harness, from, by, Modifiers::COMMAND);
    release(&mut harness, from + by);
    assert_ne!(waves(&harness).transform.position_px, before);
    undo(&mut harness);
    assert_eq!(waves(&harness).transform.position_px, before, "one step");
}

#[test]
fn a_moved_picture_snaps_to_the_middle_of_the_canvas() {
    let mut harness = window();
    let [x, _] = waves(&harness).transform.position_px;
    let (from, scale) = on_canvas(&harness, [1072.0, 501.5]);
    // Three points short of the middle.
    let by = vec2(-x * scale + 3.0, 0.0);
    drag(&mut harness, from, by, Modifiers::NONE);
    release(&mut harness, from + by);
    let [x, _] = waves(&harness).transform.position_px;
    assert!(x.abs() <= 0.5, "{x}");
}

#[test]
fn a_corner_scales_and_the_knob_turns_and_alt_arrows_nudge() {
    let mut harness = window();
    let before = waves(&harness).transform;
    let corner = harness
        .get_all_by_label("Scale Waves")
        .max_by(|one, other| {
            let sum = |rect: egui::Rect| rect.center().x + rect.center().y;
            sum(one.rect()).total_cmp(&sum(other.rect()))
        })
        .expect("a handle")
        .rect()
        .center();
    drag(&mut harness, corner, vec2(30.0, 20.0), Modifiers::NONE);
    release(&mut harness, corner + vec2(30.0, 20.0));
    let scaled = waves(&harness).transform;
    assert!(scaled.scale[0] > before.scale[0], "{scaled:?}");
    assert!(
        (scaled.scale[0] - scaled.scale[1]).abs() < 1e-3,
        "in proportion: {scaled:?}"
    );
    let knob = harness.get_by_label("Turn Waves").rect().center();
    drag(&mut harness, knob, vec2(80.0, 20.0), Modifiers::NONE);
    release(&mut harness, knob + vec2(80.0, 20.0));
    let turned = waves(&harness).transform;
    assert!(
        turned.rotation_deg > before.rotation_deg + 5.0,
        "{turned:?}"
    );
    assert_eq!(turned.scale, scaled.scale);
    harness.key_press_modifiers(Modifiers::ALT, Key::ArrowRight);
    harness.run_steps(2);
    let nudged = waves(&harness).transform;
    assert!(
        (nudged.position_px[0] - turned.position_px[0] - 1.0).abs() < 1e-3,
        "{nudged:?}"
    );
    assert!(
        harness
            .state()
            .log
            .contains(&Command::Edit(HistoryCommand::BeginGesture(
                "Turn layer".into()
            ))),
        "a gesture with its own name"
    );
}

#[test]
fn a_pinned_corner_is_pulled_by_its_handle() {
    let mut harness = window();
    click(&mut harness, "Corner pin");
    let corners: Vec<_> = harness
        .get_all_by_label("Pull corner of Waves")
        .map(|node| node.rect().center())
        .collect();
    assert_eq!(corners.len(), 4);
    let by = vec2(-25.0, -10.0);
    drag(&mut harness, corners[0], by, Modifiers::COMMAND);
    release(&mut harness, corners[0] + by);
    let pin = waves(&harness).corner_pin.expect("on");
    let pulled = pin.offsets_px.iter().filter(|offset| **offset != [0.0; 2]);
    assert_eq!(pulled.count(), 1, "{pin:?}");
}

#[test]
fn the_knob_of_a_picture_that_fills_the_canvas_is_in_sight() {
    let mut harness = window();
    harness.get_by_label("Layer Base").click();
    harness.run_steps(3);
    let stage = harness.get_by_label("Preview, 1920 by 1080 pixels").rect();
    let knob = harness.get_by_label("Turn Base").rect();
    assert!(stage.contains_rect(knob), "{knob:?} in {stage:?}");
    assert!(knob.height() >= 15.0, "all of it can be taken: {knob:?}");
}

#[test]
fn what_is_wrong_with_a_layer_is_told_whole_at_the_pointer() {
    let mut harness = window();
    let error = "the disk does not answer, and what is to be done about it takes more than the head has room for";
    harness.state_mut().snapshot.layers[3].error = Some(error.to_owned());
    let head = harness.get_by_label("Layer Waves").rect();
    let at = head.left_center() + vec2(40.0, 0.0);
    for across in [0.0, 1.0] {
        harness.hover_at(at + vec2(across, 0.0));
        harness.run_steps(60);
    }
    harness.get_by_label(error);
}

#[test]
fn a_field_keeps_its_width_while_a_long_number_is_typed_and_escape_leaves_it_alone() {
    let mut harness = window();
    let before = waves(&harness).clone();
    let beside = |harness: &Harness<'_, Host>| harness.get_by_label("Position Y").rect();
    let (field, place) = (harness.get_by_label("Position X").rect(), beside(&harness));
    drag(&mut harness, field.center(), Vec2::ZERO, Modifiers::NONE);
    release(&mut harness, field.center());
    harness.event(Event::Text("1234567890".repeat(4)));
    harness.run_steps(3);
    assert_eq!(beside(&harness), place);
    // It is meant for the field, and not for what is selected.
    harness.key_press(Key::Escape);
    harness.run_steps(4);
    assert_eq!(beside(&harness), place, "the layer is still selected");
    assert_eq!(*waves(&harness), before);
    // And that one only.
    drag(&mut harness, field.center(), Vec2::ZERO, Modifiers::NONE);
    release(&mut harness, field.center());
    harness.event(Event::Text("7".to_owned()));
    harness.step();
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    assert_eq!(waves(&harness).transform.position_px[0], 7.0);
}
