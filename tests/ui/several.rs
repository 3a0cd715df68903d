//! Several layers or clips edited at once in the inspector: what differs is shown as such, each change is one step.

use crate::hand::{button, click_with};
use crate::ui_host::{Host, harness, rich, seconds};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, Pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use sextet::project::{BlendMode, Clip, ClipId, FramePolicy, Layer, LoopMode};

/// High enough for the whole inspector.
const SIZE: [f32; 2] = [1600.0, 1900.0];
const MIXED: &str = "—";

/// The window, paused, with what these labels name selected one after the other.
fn window(labels: &[&str]) -> Harness<'static, Host> {
    let mut host = rich();
    host.transport.is_playing = false;
    let mut harness = harness(host, SIZE);
    for (place, label) in labels.iter().enumerate() {
        let at = harness.get_by_label_contains(label).rect().center();
        let modifiers = if place == 0 {
            Modifiers::NONE
        } else {
            Modifiers::COMMAND
        };
        press(&mut harness, at, modifiers);
    }
    harness
}

fn press(harness: &mut Harness<'_, Host>, at: Pos2, modifiers: Modifiers) {
    click_with(harness, at, modifiers);
    harness.run_steps(3);
}

fn key(harness: &mut Harness<'_, Host>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

/// Place of the field of this name; labels of rows have other names.
fn field(harness: &Harness<'_, Host>, name: &str) -> Pos2 {
    harness.get_by_label(name).rect().center()
}

fn shown(harness: &Harness<'_, Host>, name: &str) -> String {
    let node = harness.get_by_label(name);
    let value = node.accesskit_node().value().unwrap_or_default();
    value.trim().to_owned()
}

/// Clicks a field, types into it, and ends with Enter.
fn type_into(harness: &mut Harness<'_, Host>, name: &str, text: &str) {
    let at = field(harness, name);
    press(harness, at, Modifiers::NONE);
    harness.event(Event::Text(text.to_owned()));
    harness.run_steps(2);
    key(harness, Modifiers::NONE, Key::Enter);
}

fn drag(harness: &mut Harness<'_, Host>, from: Pos2, across: f32) {
    harness.hover_at(from);
    harness.step();
    button(harness, from, true, Modifiers::NONE);
    for share in [0.3, 0.7, 1.0] {
        harness.hover_at(from + vec2(across * share, 0.0));
        harness.step();
    }
    button(harness, from + vec2(across, 0.0), false, Modifiers::NONE);
    harness.run_steps(2);
}

fn choose(harness: &mut Harness<'_, Host>, name: &str, choice: &str) {
    let list = harness.get_by_role_and_label(Role::ComboBox, name);
    let at = list.rect().center();
    press(harness, at, Modifiers::NONE);
    harness.run_steps(3);
    harness.get_by_label(choice).click();
    harness.run_steps(3);
}

fn layers<'a>(harness: &'a Harness<'_, Host>) -> [&'a Layer; 2] {
    let layers = &harness.state().project.layers;
    [&layers[3], &layers[4]]
}

fn undoes_in_one_step(harness: &mut Harness<'_, Host>, before: &sextet::project::Project) {
    assert_ne!(harness.state().project, *before, "something changed");
    key(harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(harness.state().project, *before, "one step back");
}

const TWO_LAYERS: [&str; 2] = ["Layer Map", "Layer Waves"];

#[test]
fn a_number_that_differs_is_a_dash_and_what_is_typed_is_set_for_all_in_one_step() {
    let mut harness = window(&TWO_LAYERS);
    assert!(
        harness.query_by_label_contains("Layer section").is_some(),
        "a title to fold by"
    );
    assert_eq!(shown(&harness, "Position X"), MIXED);
    assert_eq!(shown(&harness, "Anchor X"), "0.0 %", "they agree on this");
    let before = harness.state().project.clone();
    type_into(&mut harness, "Position X", "50");
    assert_eq!(
        layers(&harness).map(|layer| layer.transform.position_px[0]),
        [50.0, 50.0]
    );
    assert_eq!(
        layers(&harness).map(|layer| layer.transform.position_px[1]),
        [-38.5, 0.0],
        "the other axis stays"
    );
    assert_eq!(shown(&harness, "Position X"), "50.0 px");
    undoes_in_one_step(&mut harness, &before);
    // The value that one of them has already counts for the other too.
    type_into(&mut harness, "Position X", "112");
    assert_eq!(
        layers(&harness).map(|layer| layer.transform.position_px[0]),
        [112.0, 112.0]
    );
    undoes_in_one_step(&mut harness, &before);
    // What is no number changes nothing.
    type_into(&mut harness, "Position X", "left");
    assert_eq!(harness.state().project, before);
}

#[test]
fn a_drag_moves_each_from_where_it_is() {
    let mut harness = window(&TWO_LAYERS);
    let before = harness.state().project.clone();
    let from = field(&harness, "Position X");
    drag(&mut harness, from, 40.0);
    let [waves, map] = layers(&harness).map(|layer| layer.transform.position_px[0]);
    assert!(map > 5.0, "{map}");
    assert!((waves - map - 112.0).abs() < 0.01, "{waves} and {map}");
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn opacity_blend_flips_keys_and_frame_policy_are_set_for_all() {
    let mut harness = window(&TWO_LAYERS);
    let before = harness.state().project.clone();
    choose(&mut harness, "Blend mode", "Screen");
    assert_eq!(
        layers(&harness).map(|layer| layer.blend),
        [BlendMode::Screen; 2]
    );
    undoes_in_one_step(&mut harness, &before);
    choose(&mut harness, "Late frames", "Never skip a frame");
    assert_eq!(
        layers(&harness).map(|layer| layer.frame_policy),
        [FramePolicy::NeverSkip; 2]
    );
    undoes_in_one_step(&mut harness, &before);
    harness.get_by_label("Flip across").click();
    harness.run_steps(3);
    assert_eq!(layers(&harness).map(|layer| layer.flip.across), [true; 2]);
    undoes_in_one_step(&mut harness, &before);
    harness.get_by_label("Keyframe of rotation").click();
    harness.run_steps(3);
    assert_eq!(layers(&harness).map(|layer| layer.keyframes.len()), [1; 2]);
    undoes_in_one_step(&mut harness, &before);
    let level = harness.get_by_label("Opacity of 2 layers").rect();
    drag(&mut harness, level.center(), level.width() * 0.2);
    let [waves, map] = layers(&harness).map(|layer| layer.opacity);
    assert!(waves > 0.7, "{waves}");
    assert!((waves - map - 0.25).abs() < 0.01, "{waves} and {map}");
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn what_is_on_for_some_is_turned_on_for_all_first() {
    let mut harness = window(&TWO_LAYERS);
    harness.get_by_label("Mute Waves").click();
    harness.run_steps(3);
    let before = harness.state().project.clone();
    key(&mut harness, Modifiers::COMMAND, Key::M);
    assert_eq!(layers(&harness).map(|layer| layer.is_visible), [true; 2]);
    undoes_in_one_step(&mut harness, &before);
    key(&mut harness, Modifiers::NONE, Key::Delete);
    assert_eq!(harness.state().project.layers.len(), 4, "both are gone");
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn shift_selects_all_layers_up_to_the_one_clicked() {
    let mut harness = window(&["Layer Sparks"]);
    let at = harness.get_by_label("Layer Map").rect().center();
    press(&mut harness, at, Modifiers::SHIFT);
    assert!(
        harness
            .query_by_label_contains("Opacity of 4 layers")
            .is_some(),
        "from Sparks to Map"
    );
}

fn clips<'a>(harness: &'a Harness<'_, Host>) -> [&'a Clip; 2] {
    let project = &harness.state().project;
    [ClipId(32), ClipId(33)].map(|id| project.clip(id).expect("there").1)
}

const TWO_CLIPS: [&str; 2] = ["waves_loop.mov, 00", "waves_storm.mov, 00"];

#[test]
fn clips_get_speed_loop_phase_fades_and_length_together() {
    let mut harness = window(&TWO_CLIPS);
    let before = harness.state().project.clone();
    assert_eq!(shown(&harness, "Clip length"), MIXED);
    assert_eq!(shown(&harness, "Speed"), "1.00 ×");
    type_into(&mut harness, "Speed", "2");
    assert_eq!(clips(&harness).map(|clip| clip.speed), [2.0; 2]);
    undoes_in_one_step(&mut harness, &before);
    choose(&mut harness, "Loop", "Ping-pong");
    assert_eq!(
        clips(&harness).map(|clip| clip.loop_mode),
        [LoopMode::PingPong; 2]
    );
    undoes_in_one_step(&mut harness, &before);
    type_into(&mut harness, "Fade in", "0.5");
    assert_eq!(clips(&harness).map(|clip| clip.fade_in), [seconds(0.5); 2]);
    undoes_in_one_step(&mut harness, &before);
    type_into(&mut harness, "Phase", "00:00:00:30");
    assert_eq!(clips(&harness).map(|clip| clip.phase), [seconds(0.5); 2]);
    undoes_in_one_step(&mut harness, &before);
    type_into(&mut harness, "Clip length", "00:00:02:00");
    assert_eq!(clips(&harness).map(|clip| clip.duration), [seconds(2.0); 2]);
    undoes_in_one_step(&mut harness, &before);
    harness.get_by_label("Reverse").click();
    harness.run_steps(3);
    assert_eq!(clips(&harness).map(|clip| clip.speed), [-1.0; 2]);
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn clips_move_together_by_the_start_of_the_first() {
    let mut harness = window(&TWO_CLIPS);
    let before = harness.state().project.clone();
    assert_eq!(shown(&harness, "Clip start"), "00:00:00:00");
    type_into(&mut harness, "Clip start", "00:00:01:30");
    assert_eq!(
        clips(&harness).map(|clip| clip.start),
        [seconds(1.5), seconds(8.3)]
    );
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn a_section_folds_away_and_comes_back() {
    let mut harness = window(&["Layer Waves"]);
    assert!(harness.query_by_label("Gamma").is_some(), "unfolded");
    for is_there in [false, true] {
        harness.get_by_label("Colour section").click();
        harness.run_steps(3);
        assert_eq!(harness.query_by_label("Gamma").is_some(), is_there);
    }
}
