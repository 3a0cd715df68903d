//! The palette as a line of words: paths are found, completed and carried out, and refused in one line.

use egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use sextet::command::{Assignment, Command, TransportCommand};

use crate::ui_host::{Host, harness, rich};

const SIZE: [f32; 2] = [1600.0, 1000.0];

fn open() -> Harness<'static, Host> {
    let mut host = rich();
    host.transport.is_playing = false;
    let mut harness = harness(host, SIZE);
    let keys = Modifiers::CTRL | Modifiers::COMMAND | Modifiers::SHIFT;
    harness.key_press_modifiers(keys, Key::P);
    harness.run_steps(3);
    harness
}

fn write(harness: &mut Harness<'_, Host>, text: &str) {
    harness.get_by_label("Find a command").type_text(text);
    harness.run_steps(3);
}

fn enter(harness: &mut Harness<'_, Host>) {
    harness.key_press_modifiers(Modifiers::NONE, Key::Enter);
    harness.run_steps(3);
}

fn is_open(harness: &Harness<'_, Host>) -> bool {
    harness.query_by_label("Find a command").is_some()
}

fn set(path: &str, value: &str) -> Command {
    Command::Set(Assignment {
        path: path.parse().expect("a path"),
        value: value.to_owned(),
    })
}

#[test]
fn a_path_and_a_value_set_a_parameter() {
    let mut harness = open();
    write(&mut harness, "/layer/2/opacity 0.5");
    enter(&mut harness);
    assert_eq!(harness.state().log, [set("/layer/2/opacity", "0.5")]);
    assert!(!is_open(&harness), "it is put away");
}

#[test]
fn what_cannot_be_set_is_told_in_one_line_and_can_be_mended() {
    let mut harness = open();
    write(&mut harness, "/layer/2/opacity 5");
    enter(&mut harness);
    harness.get_by_label("/layer/2/opacity takes a number from 0 to 1, not \"5\"");
    assert_eq!(harness.state().log, []);
    assert!(is_open(&harness), "it stays");
    harness.key_press_modifiers(Modifiers::NONE, Key::Backspace);
    harness.run_steps(3);
    write(&mut harness, "1");
    enter(&mut harness);
    assert_eq!(harness.state().log, [set("/layer/2/opacity", "1")]);
}

#[test]
fn a_parameter_is_found_by_letters_and_completed_by_enter() {
    let mut harness = open();
    write(&mut harness, "/lay1opac");
    harness.get_by_role_and_label(Role::Button, "/layer/1/opacity");
    enter(&mut harness);
    assert!(is_open(&harness), "a value is to come");
    write(&mut harness, "0.25");
    enter(&mut harness);
    assert_eq!(harness.state().log, [set("/layer/1/opacity", "0.25")]);
}

#[test]
fn actions_are_carried_out_by_their_paths_with_and_without_a_menu() {
    let mut harness = open();
    write(&mut harness, "/transport/play");
    enter(&mut harness);
    assert_eq!(
        harness.state().log,
        [Command::Transport(TransportCommand::Play)]
    );
    let mut harness = open();
    write(&mut harness, "/transport/step 12");
    enter(&mut harness);
    let step = TransportCommand::StepFrames(12);
    assert_eq!(harness.state().log, [Command::Transport(step)]);
    let mut harness = open();
    write(&mut harness, "/window/log");
    harness.get_by_role_and_label(Role::Button, "Log");
    enter(&mut harness);
    assert_eq!(harness.state().log, []);
    harness.get_by_label("Log");
    assert!(!is_open(&harness), "it is put away");
}
