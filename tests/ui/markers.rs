//! Markers: their list, and that no two lie in one frame.

use crate::ui_host::{Host, harness, rich, seconds};
use egui::{Key, Modifiers, Pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use sextet::project::Project;

const SIZE: [f32; 2] = [1600.0, 1000.0];
const CTRL: Modifiers = Modifiers {
    ctrl: true,
    command: true,
    ..Modifiers::NONE
};

fn window() -> Harness<'static, Host> {
    let mut host = rich();
    host.transport.is_playing = false;
    harness(host, SIZE)
}

fn with_list() -> Harness<'static, Host> {
    let mut harness = window();
    click(&mut harness, "Markers 2");
    harness
}

fn click(harness: &mut Harness<'_, Host>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(4);
}

fn key(harness: &mut Harness<'_, Host>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(2);
}

fn type_into(harness: &mut Harness<'_, Host>, label: &str, text: &str) {
    harness.get_by_label(label).focus();
    harness.run_steps(2);
    key(harness, CTRL, Key::A);
    harness.get_by_label(label).type_text(text);
    harness.run_steps(2);
}

fn undoes_in_one_step(harness: &mut Harness<'_, Host>, before: &Project) {
    assert_ne!(harness.state().project, *before, "something was done");
    key(harness, CTRL, Key::Z);
    assert_eq!(harness.state().project, *before, "one step takes it back");
}

fn drag(harness: &mut Harness<'_, Host>, from: Pos2, to: Pos2) {
    harness.hover_at(from);
    harness.step();
    harness.drag_at(from);
    harness.step();
    harness.hover_at(from + (to - from) * 0.5);
    harness.step();
    harness.hover_at(to);
    harness.step();
    harness.drop_at(to);
    harness.run_steps(3);
}

fn frames(harness: &Harness<'_, Host>) -> Vec<i64> {
    let project = &harness.state().project;
    let rate = project.canvas.frame_rate;
    let markers = project.markers.iter();
    markers.map(|marker| rate.frame_at(marker.time)).collect()
}

#[test]
fn a_row_of_the_list_goes_to_its_marker_and_the_button_closes_the_list() {
    let mut harness = with_list();
    click(&mut harness, "Chorus, 00:00:13:36");
    assert_eq!(harness.state().transport.playhead, seconds(13.6));
    click(&mut harness, "Markers 2");
    assert!(harness.query_by_label("Chorus, 00:00:13:36").is_none());
}

#[test]
fn name_note_and_colour_are_changed_in_the_list_each_in_one_step() {
    let mut harness = with_list();
    click(&mut harness, "Verse, 00:00:06:12");
    let before = harness.state().project.clone();

    type_into(&mut harness, "Marker name", "Bridge");
    key(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().project.markers[0].name, "Bridge");
    undoes_in_one_step(&mut harness, &before);

    type_into(&mut harness, "Marker note", "lights down");
    // Elsewhere: what was typed is kept.
    click(&mut harness, "Chorus, 00:00:13:36");
    assert_eq!(harness.state().project.markers[0].note, "lights down");
    undoes_in_one_step(&mut harness, &before);

    click(&mut harness, "Verse, 00:00:06:12");
    type_into(&mut harness, "Marker note", "not this");
    key(&mut harness, Modifiers::NONE, Key::Escape);
    assert_eq!(harness.state().project, before, "Escape leaves it");

    click(&mut harness, "Rose");
    assert_eq!(harness.state().project.markers[0].colour, 5);
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn the_list_is_worked_by_keys() {
    let mut harness = window();
    key(&mut harness, Modifiers::SHIFT, Key::M);
    harness.get_by_label("Verse, 00:00:06:12").focus();
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().transport.playhead, seconds(6.2));
    key(&mut harness, Modifiers::NONE, Key::ArrowDown);
    assert_eq!(harness.state().transport.playhead, seconds(13.6));
    key(&mut harness, Modifiers::NONE, Key::ArrowUp);
    assert_eq!(harness.state().transport.playhead, seconds(6.2));
    let before = harness.state().project.clone();
    key(&mut harness, Modifiers::NONE, Key::Delete);
    assert_eq!(harness.state().project.markers.len(), 1);
    assert_eq!(harness.state().project.markers[0].name, "Chorus");
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn markers_are_added_and_removed_from_the_list() {
    let mut harness = with_list();
    let before = harness.state().project.clone();
    click(&mut harness, "+ Add at playhead");
    assert_eq!(frames(&harness), [372, 492, 816]);
    undoes_in_one_step(&mut harness, &before);
    harness
        .get_all_by_label("Remove the marker")
        .next()
        .expect("one a row")
        .click();
    harness.run_steps(4);
    assert_eq!(frames(&harness), [816]);
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn a_marker_asked_for_where_one_is_renames_that_one() {
    let mut harness = window();
    harness.state_mut().transport.playhead = seconds(6.2);
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::M);
    assert_eq!(harness.state().project.markers.len(), 2);
    harness.get_by_label("New marker name").type_text("Bridge");
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().project.markers[0].name, "Bridge");
}

#[test]
fn a_marker_dragged_onto_another_comes_to_lie_beside_it() {
    let mut harness = window();
    let before = harness.state().project.clone();
    let from = harness.get_by_label("Marker Verse").rect().center();
    let to = harness.get_by_label("Marker Chorus").rect().center();
    drag(&mut harness, from, to);
    let found = frames(&harness);
    assert_ne!(found[0], found[1], "{found:?}");
    assert!(
        (found[0] - found[1]).abs() <= 2 && found.contains(&816),
        "{found:?}"
    );
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn the_tooltip_of_a_flag_has_the_whole_name_and_the_note() {
    let mut host = rich();
    host.transport.is_playing = false;
    let name = "A name that no ruler has room for, however wide its window may be";
    host.project.markers[0].name = name.to_owned();
    host.project.markers[0].note = "cue 17".to_owned();
    let mut harness = harness(host, SIZE);
    let at = harness
        .get_by_label_contains("Marker A name")
        .rect()
        .center();
    harness.hover_at(at - vec2(2.0, 0.0));
    harness.run_steps(60);
    harness.get_by_label(name);
    harness.get_by_label("cue 17");
}
