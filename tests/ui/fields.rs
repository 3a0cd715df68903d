//! Number fields: dragging scrubs, a click types, Tab goes on; formulas, units and times; what is refused, and why.

use crate::hand::button;
use crate::ui_host::{Host, harness, rich, seconds};
use egui::accesskit::{Role, Toggled};
use egui::{Event, Key, Modifiers, Pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use sextet::command::{Command, WindowCommand};
use sextet::project::{Clip, ClipId, Fit, Layer, LoopMode, Parameter, Project};
use sextet::settings::{Layout, PrebufferDepth};
use sextet::ui::MainWindow;

/// High enough for the whole inspector.
const SIZE: [f32; 2] = [1600.0, 1900.0];

/// The window, paused, with what this label names selected.
fn window(label: &str) -> Harness<'static, Host> {
    let mut host = rich();
    host.transport.is_playing = false;
    let mut harness = harness(host, SIZE);
    harness.get_by_label_contains(label).click();
    harness.run_steps(4);
    harness
}

const LAYER: &str = "Layer Waves";
const CLIP: &str = "waves_storm.mov, 00";
const OPACITY: &str = "Opacity of Waves";

fn waves<'a>(harness: &'a Harness<'_, Host>) -> &'a Layer {
    &harness.state().project.layers[3]
}

fn clip<'a>(harness: &'a Harness<'_, Host>) -> &'a Clip {
    harness.state().project.clip(ClipId(33)).expect("there").1
}

/// The place of a field; of two with this name, that of the high one, which is no line in a lane.
fn place(harness: &Harness<'_, Host>, name: &str) -> Pos2 {
    let fields = harness.get_all_by_label(name);
    let high = fields.max_by(|one, other| one.rect().height().total_cmp(&other.rect().height()));
    high.expect("a field").rect().center()
}

fn click(harness: &mut Harness<'_, Host>, name: &str) {
    let at = place(harness, name);
    harness.hover_at(at);
    harness.step();
    button(harness, at, true, Modifiers::NONE);
    button(harness, at, false, Modifiers::NONE);
    harness.run_steps(2);
}

fn double_click(harness: &mut Harness<'_, Host>, name: &str) {
    let at = place(harness, name);
    harness.hover_at(at);
    harness.step();
    for _ in 0..2 {
        button(harness, at, true, Modifiers::NONE);
        button(harness, at, false, Modifiers::NONE);
    }
    harness.run_steps(2);
}

fn drag(harness: &mut Harness<'_, Host>, name: &str, across: f32) {
    let from = place(harness, name);
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

fn write(harness: &mut Harness<'_, Host>, text: &str) {
    harness.event(Event::Text(text.to_owned()));
    harness.run_steps(2);
}

fn key(harness: &mut Harness<'_, Host>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

fn type_into(harness: &mut Harness<'_, Host>, name: &str, text: &str) {
    click(harness, name);
    write(harness, text);
    key(harness, Modifiers::NONE, Key::Enter);
}

fn shown(harness: &Harness<'_, Host>, name: &str) -> String {
    let at = place(harness, name);
    let mut nodes = harness.get_all_by_label(name);
    let node = nodes.find(|node| node.rect().contains(at)).expect("there");
    node.accesskit_node().value().unwrap_or_default()
}

fn says(harness: &Harness<'_, Host>, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

fn undoes_in_one_step(harness: &mut Harness<'_, Host>, before: &Project) {
    assert_ne!(harness.state().project, *before, "something was done");
    key(harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(harness.state().project, *before, "one step takes it back");
}

#[test]
fn a_formula_says_what_it_comes_to_and_arrow_keys_go_on_from_it() {
    let mut harness = window(LAYER);
    let before = harness.state().project.clone();
    click(&mut harness, "Position X");
    write(&mut harness, "1920/3");
    assert!(says(&harness, "= 640.00 px"), "while it is typed");
    assert_eq!(harness.state().project, before, "and not before Enter");
    key(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(waves(&harness).transform.position_px[0], 640.0);
    assert_eq!(shown(&harness, "Position X"), "640.0 px");
    undoes_in_one_step(&mut harness, &before);
    for (text, value) in [
        ("(3+4)*2", 14.0),
        ("+10", 122.0),
        ("*2", 224.0),
        ("-=12", 100.0),
    ] {
        type_into(&mut harness, "Position X", text);
        assert_eq!(waves(&harness).transform.position_px[0], value, "{text}");
        undoes_in_one_step(&mut harness, &before);
    }
    click(&mut harness, "Position X");
    for text in ["200+", "10"] {
        write(&mut harness, text);
        key(&mut harness, Modifiers::NONE, Key::ArrowUp);
    }
    assert_eq!(waves(&harness).transform.position_px[0], 211.0);
}

#[test]
fn tab_goes_on_to_the_next_field_and_with_shift_back_and_enters_each() {
    let mut harness = window(LAYER);
    click(&mut harness, "Link scales");
    click(&mut harness, "Position X");
    for text in ["1", "2", "30", "40", "5"] {
        write(&mut harness, text);
        key(&mut harness, Modifiers::NONE, Key::Tab);
    }
    let transform = waves(&harness).transform;
    assert_eq!(transform.position_px, [1.0, 2.0]);
    assert_eq!(transform.scale, [0.3, 0.4]);
    assert_eq!(transform.rotation_deg, 5.0);
    for text in ["10", "50"] {
        key(&mut harness, Modifiers::SHIFT, Key::Tab);
        write(&mut harness, text);
    }
    key(&mut harness, Modifiers::NONE, Key::Enter);
    let transform = waves(&harness).transform;
    assert_eq!(transform.rotation_deg, 10.0, "back from the anchor");
    assert_eq!(transform.scale, [0.3, 0.5]);
    assert_eq!(transform.anchor, [0.0; 2], "passed through");
}

#[test]
fn linked_scales_are_typed_together_whichever_way_the_field_is_left() {
    let mut harness = window(LAYER);
    for (modifiers, end) in [
        (Modifiers::NONE, Key::Enter),
        (Modifiers::NONE, Key::Tab),
        (Modifiers::SHIFT, Key::Tab),
    ] {
        type_into(&mut harness, "Scale Y", "10");
        click(&mut harness, "Scale Y");
        write(&mut harness, "45+45");
        key(&mut harness, modifiers, end);
        assert_eq!(waves(&harness).transform.scale, [0.9; 2], "{end:?}");
    }
}

#[test]
fn keys_that_come_in_one_pass_go_to_the_fields_that_they_are_meant_for() {
    let mut harness = window(LAYER);
    click(&mut harness, "Position X");
    let press = |key| Event::Key {
        key,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    let text = |text: &str| Event::Text(text.to_owned());
    let input = harness.input_mut();
    input
        .events
        .extend([text("7"), press(Key::Tab), text("8"), press(Key::Tab)]);
    harness.run_steps(3);
    assert_eq!(waves(&harness).transform.position_px, [7.0, 8.0]);
}

#[test]
fn escape_gives_up_and_a_text_left_as_it_was_changes_nothing() {
    let mut harness = window(LAYER);
    let before = harness.state().project.clone();
    click(&mut harness, "Scale X");
    write(&mut harness, "99");
    key(&mut harness, Modifiers::NONE, Key::Escape);
    click(&mut harness, "Scale X");
    key(&mut harness, Modifiers::NONE, Key::Enter);
    click(&mut harness, "Scale X");
    click(&mut harness, "Scale Y");
    assert_eq!(harness.state().project, before);
    assert!(
        harness.query_by_label("Scale X").is_some(),
        "still selected"
    );
}

#[test]
fn opacity_is_typed_in_percent_or_as_a_part_and_dragged_from_where_it_is() {
    let mut harness = window(LAYER);
    let before = harness.state().project.clone();
    for (text, value) in [
        ("50%", 0.5),
        ("0.25", 0.25),
        ("1/2", 0.5),
        ("100/4", 0.25),
        ("80", 0.8),
    ] {
        type_into(&mut harness, OPACITY, text);
        let opacity = waves(&harness).opacity;
        assert!((opacity - value).abs() < 1e-6, "{text}: {opacity}");
        undoes_in_one_step(&mut harness, &before);
    }
    drag(&mut harness, OPACITY, 30.0);
    let dragged = waves(&harness).opacity;
    assert!(dragged > 0.68 && dragged < 0.9, "{dragged}");
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn a_double_click_on_a_value_types_and_one_on_its_label_resets() {
    let mut harness = window(LAYER);
    click(&mut harness, "Keyframe of opacity");
    let before = harness.state().project.clone();
    harness.state_mut().transport.playhead = seconds(9.0);
    harness.run_steps(2);
    double_click(&mut harness, OPACITY);
    key(&mut harness, Modifiers::NONE, Key::Enter);
    for lane in ["Opacity of Sparks", "Opacity of Map"] {
        double_click(&mut harness, lane);
    }
    assert_eq!(harness.state().project, before, "no key, no change");
    key(&mut harness, Modifiers::COMMAND, Key::Z);
    double_click(&mut harness, "Reset opacity");
    assert_eq!(waves(&harness).opacity, 1.0);
    assert!(
        waves(&harness).track(Parameter::Opacity).is_none(),
        "no key"
    );
}

#[test]
fn whatever_is_no_number_leaves_the_old_value_and_says_why() {
    let mut harness = window(LAYER);
    let before = harness.state().project.clone();
    for (text, why) in [
        ("left", "“left” is not a number"),
        ("NaN", "“NaN” is not a number"),
        ("9e999", "too large"),
        ("1e12", "At most 16384.0 px"),
        ("-1e12", "At least −16384.0 px"),
        ("1/0", "divided by zero"),
        ("3*(4+", "missing after “+”"),
        ("(3+4", "closing bracket is missing"),
        ("50 %", "“%” is not a unit of this field"),
        ("1 920", "Between two numbers"),
        ("1,920", "The comma"),
        ("🎉", "not a number"),
    ] {
        type_into(&mut harness, "Position X", text);
        assert!(says(&harness, why), "{text}");
        assert_eq!(shown(&harness, "Position X"), text, "to be mended");
        assert_eq!(harness.state().project, before, "{text}");
        key(&mut harness, Modifiers::NONE, Key::Escape);
        assert!(!says(&harness, why), "{text}");
    }
    let long = "((((".repeat(1000);
    type_into(&mut harness, "Position X", &long);
    assert!(
        says(&harness, "too many brackets"),
        "cut to what a field takes"
    );
    key(&mut harness, Modifiers::NONE, Key::Escape);
    assert_eq!(harness.state().project, before);
}

#[test]
fn a_refused_text_is_told_of_after_its_field_was_left_and_is_there_again_in_it() {
    let mut harness = window(LAYER);
    let before = harness.state().project.clone();
    click(&mut harness, "Rotation");
    write(&mut harness, "90+");
    key(&mut harness, Modifiers::NONE, Key::Tab);
    assert!(
        says(&harness, "A number is missing after “+”"),
        "though left"
    );
    assert_eq!(harness.state().project, before);
    key(&mut harness, Modifiers::SHIFT, Key::Tab);
    assert_eq!(shown(&harness, "Rotation"), "90+");
    write(&mut harness, "45");
    key(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(waves(&harness).transform.rotation_deg, 45.0);
    write(&mut harness, "");
    harness.run_steps(600);
    assert!(!says(&harness, "A number is missing"), "not for ever");
}

#[test]
fn a_text_goes_to_what_was_selected_when_it_was_typed_or_nowhere() {
    let mut harness = window(LAYER);
    let before = harness.state().project.clone();
    click(&mut harness, "Position X");
    write(&mut harness, "777");
    let at = harness.get_by_label("Layer Sparks").rect().center();
    harness.hover_at(at);
    button(&mut harness, at, true, Modifiers::NONE);
    button(&mut harness, at, false, Modifiers::NONE);
    harness.run_steps(4);
    let layers = &harness.state().project.layers;
    assert_eq!(layers[3].transform.position_px[0], 777.0, "by the press");
    assert_eq!(layers[1], before.layers[1]);
}

#[test]
fn times_are_typed_as_digits_from_the_right_as_distances_and_in_any_unit() {
    let mut harness = window(CLIP);
    let before = harness.state().project.clone();
    for (name, text, expected) in [
        ("Clip start", "1000", 10.0),
        ("Clip start", "+30", 7.3),
        ("Clip start", "8 s", 8.0),
        ("Clip start", "00:00:07:30", 7.5),
        ("Clip length", "500", 5.0),
        ("Clip length", "-30", 9.9),
        ("Clip length", "10/2", 0.083_333),
        ("Clip length", "3 s + 12f", 3.2),
        ("Media in", "130", 1.5),
        ("Media in", "1.5 s", 1.5),
        ("Media out", "1000", 10.0),
        ("Phase", "12f", 0.2),
        ("Fade in", "0.5", 0.5),
        ("Fade in", "1/2", 0.5),
        ("Fade in", "200 ms", 0.2),
        ("Fade in", "12f", 0.2),
        ("Fade out", "0:30", 0.5),
        ("Fade out", "+0.25", 0.25),
    ] {
        type_into(&mut harness, name, text);
        let clip = clip(&harness);
        let found = match name {
            "Clip start" => clip.start,
            "Clip length" => clip.duration,
            "Media in" => clip.media_in,
            "Media out" => clip.media_out.unwrap_or_default(),
            "Phase" => clip.phase,
            "Fade in" => clip.fade_in,
            _ => clip.fade_out,
        };
        // The clip's start and length lie on frames.
        let missed = (found.seconds() - expected).abs();
        assert!(missed < 1e-3, "{name}, {text}: {found:?}");
        undoes_in_one_step(&mut harness, &before);
    }
    type_into(&mut harness, "Fade in", "99");
    assert!(says(&harness, "At most 10.40 s"), "longer than the clip");
    key(&mut harness, Modifiers::NONE, Key::Escape);
    type_into(&mut harness, "Clip start", "soon");
    assert!(says(&harness, "“soon” is not a number"));
    assert_eq!(harness.state().project, before);
}

#[test]
fn times_are_written_as_the_rest_of_the_window_writes_them() {
    let mut harness = window(CLIP);
    assert_eq!(shown(&harness, "Clip start"), "00:00:06:48");
    for expected in ["408", "6.80 s"] {
        click(&mut harness, "Clip section");
        click(&mut harness, "Clip section");
        key(&mut harness, Modifiers::SHIFT, Key::T);
        assert_eq!(shown(&harness, "Clip start"), expected);
    }
    type_into(&mut harness, "Clip start", "9");
    assert_eq!(clip(&harness).start, seconds(9.0), "seconds");
}

#[test]
fn speed_is_a_factor_or_percent_and_reverse_a_switch() {
    let mut harness = window(CLIP);
    let before = harness.state().project.clone();
    for (text, speed) in [("200%", 2.0), ("1/2", 0.5), ("1.5 ×", 1.5), ("2x", 2.0)] {
        type_into(&mut harness, "Speed", text);
        assert_eq!(clip(&harness).speed, speed, "{text}");
        undoes_in_one_step(&mut harness, &before);
    }
    let switch = harness.get_by_role_and_label(Role::Switch, "Reverse");
    assert_eq!(switch.accesskit_node().toggled(), Some(Toggled::False));
    click(&mut harness, "Reverse");
    assert_eq!(clip(&harness).speed, -1.0);
    let switch = harness.get_by_role_and_label(Role::Switch, "Reverse");
    assert_eq!(switch.accesskit_node().toggled(), Some(Toggled::True));
    double_click(&mut harness, "Reset speed");
    assert_eq!(clip(&harness).speed, 1.0);
}

#[test]
fn a_colour_is_dragged_about_its_neutral_middle_and_stops_there() {
    let mut harness = window(LAYER);
    let before = harness.state().project.clone();
    for (name, neutral) in [("Brightness", 0.0), ("Contrast", 1.0), ("Gamma", 1.0)] {
        let value = |harness: &Harness<'_, Host>| {
            let adjust = waves(harness).adjust;
            match name {
                "Brightness" => adjust.brightness,
                "Contrast" => adjust.contrast,
                _ => adjust.gamma,
            }
        };
        drag(&mut harness, name, 40.0);
        assert!(value(&harness) > neutral + 0.1, "{name}");
        drag(&mut harness, name, -38.0);
        assert_eq!(value(&harness), neutral, "{name} is drawn to its middle");
        drag(&mut harness, name, -2000.0);
        assert!(value(&harness) < neutral - 0.5, "{name}");
        double_click(&mut harness, &format!("Reset {}", name.to_lowercase()));
        assert_eq!(value(&harness), neutral, "{name}");
    }
    assert_eq!(harness.state().project, before);
    type_into(&mut harness, "Contrast", "350 %");
    assert_eq!(waves(&harness).adjust.contrast, 3.5, "beyond its bar");
}

#[test]
fn a_section_is_marked_when_changed_and_reset_as_one_step() {
    let mut harness = window(CLIP);
    let neutral = ["Crop", "Colour", "Clip", "Layer"];
    for name in neutral {
        let label = format!("Reset section {name}");
        assert!(harness.query_by_label(&label).is_none(), "{name}");
    }
    let before = harness.state().project.clone();
    click(&mut harness, "Reset section Transform");
    assert_eq!(waves(&harness).transform, Default::default());
    assert!(harness.query_by_label("Reset section Transform").is_none());
    undoes_in_one_step(&mut harness, &before);
    assert_eq!(waves(&harness).transform.fit, Fit::None);
    click(&mut harness, "Corner pin");
    drag(&mut harness, "Top left X", 20.0);
    type_into(&mut harness, "Crop left", "10");
    let changed = harness.state().project.clone();
    click(&mut harness, "Reset section Crop");
    assert_eq!(waves(&harness).crop, Default::default());
    assert_eq!(waves(&harness).corner_pin, None);
    undoes_in_one_step(&mut harness, &changed);
    for (name, text) in [
        ("Speed", "2"),
        ("Fade in", "1"),
        ("Phase", "100"),
        ("Media in", "100"),
    ] {
        type_into(&mut harness, name, text);
    }
    let changed = harness.state().project.clone();
    click(&mut harness, "Reset section Clip");
    let expected = before.clip(ClipId(33)).expect("there").1;
    assert_eq!(clip(&harness), expected);
    assert_eq!(clip(&harness).loop_mode, LoopMode::Loop);
    undoes_in_one_step(&mut harness, &changed);
}

#[test]
fn folded_sections_are_folded_in_the_next_run() {
    let mut harness = window(LAYER);
    click(&mut harness, "Colour section");
    click(&mut harness, "Mixing section");
    assert!(harness.query_by_label("Hue").is_none(), "folded");
    let layout = harness.state().window.layout();
    assert_eq!(layout.folded, ["Colour", "Mixing"]);
    let text = ron::to_string(&layout).expect("written");
    let read: Layout = ron::from_str(&text).expect("read");
    harness.state_mut().window = MainWindow::with_layout(&read);
    harness.run_steps(4);
    click(&mut harness, LAYER);
    assert!(harness.query_by_label("Hue").is_none(), "still");
    click(&mut harness, "Colour section");
    assert!(harness.query_by_label("Hue").is_some(), "unfolded");
    let earlier: Layout = ron::from_str("(hidden: [], is_maximised: true)").expect("read");
    assert_eq!(earlier.folded, [""; 0], "of an earlier version");
}

#[test]
fn the_inspector_says_what_is_selected() {
    let mut harness = window(CLIP);
    harness.get_by_label("Selected: Waves › waves_storm.mov");
    click(&mut harness, LAYER);
    harness.get_by_label("Selected: Waves");
    key(&mut harness, Modifiers::NONE, Key::Escape);
    harness.get_by_label("Selected: Canvas");
}

#[test]
fn dialogs_have_the_same_fields() {
    let mut harness = window(LAYER);
    key(&mut harness, Modifiers::COMMAND, Key::Comma);
    type_into(&mut harness, "Frame memory", "1 GiB");
    assert_eq!(harness.state().settings.playback.budget_mib, 1024);
    type_into(&mut harness, "Frame memory", "a lot");
    assert!(says(&harness, "“a” is not a number"));
    key(&mut harness, Modifiers::NONE, Key::Escape);
    type_into(&mut harness, "Prebuffer frames", "2+6");
    let prebuffer = |harness: &Harness<'_, Host>| harness.state().settings.playback.prebuffer;
    assert_eq!(prebuffer(&harness), PrebufferDepth::Frames(8));
    type_into(&mut harness, "Prebuffer frames", "auto");
    assert_eq!(prebuffer(&harness), PrebufferDepth::Auto);
    double_click(&mut harness, "Reset frame memory");
    assert_eq!(harness.state().settings.playback.budget_mib, 192);
    click(&mut harness, "Projects");
    type_into(&mut harness, "Seconds between automatic copies", "1.5 min");
    assert_eq!(harness.state().settings.autosave_s, 90);
    key(&mut harness, Modifiers::NONE, Key::Escape);
    let both = Modifiers::COMMAND | Modifiers::SHIFT;
    key(&mut harness, both, Key::Comma);
    type_into(&mut harness, "Canvas width", "3840/2");
    type_into(&mut harness, "Canvas height", "0");
    assert!(says(&harness, "At least 1 px"));
    key(&mut harness, Modifiers::NONE, Key::Escape);
    let canvas = harness.state().project.canvas;
    assert_eq!([canvas.width_px, canvas.height_px], [1920, 1080]);
}

#[test]
fn the_prebuffer_of_the_performance_panel_is_typed() {
    let mut harness = window(LAYER);
    type_into(&mut harness, "Frames read ahead", "16/2");
    let depth = PrebufferDepth::Frames(8);
    let set = Command::Window(WindowCommand::SetPrebuffer(depth));
    assert_eq!(harness.state().log.last(), Some(&set));
}
