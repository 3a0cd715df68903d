//! The window by role, label and key: shortcuts, questions, errors, the empty state.

use crate::ui_host::{Host, harness, rich, seconds};
use egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use sextet::command::UnsavedAnswer;
use sextet::command::{
    Command, FileCommand, HistoryCommand, OutputCommand, TransportCommand, WindowCommand,
};
use sextet::project::{ClipEdit, ClipId, EditCommand, LayerEdit, ProjectEdit};
use sextet::status::MediaState;
use sextet::status::document::{Message, UnsavedPrompt};
use sextet::time::Time;

const SIZE: [f32; 2] = [1600.0, 1000.0];

fn window() -> Harness<'static, Host> {
    let mut host = rich();
    host.transport.is_playing = false;
    harness(host, SIZE)
}

fn empty() -> Host {
    Host {
        name: "Untitled".to_owned(),
        ..Host::default()
    }
}

#[test]
fn every_key_asks_for_what_the_menus_say() {
    let ctrl = Modifiers::CTRL | Modifiers::COMMAND;
    let shift = Modifiers::SHIFT;
    let cases = [
        (
            Modifiers::NONE,
            Key::Space,
            Command::Transport(TransportCommand::TogglePlay),
        ),
        (
            shift,
            Key::Space,
            Command::Transport(TransportCommand::Stop),
        ),
        (
            Modifiers::NONE,
            Key::ArrowLeft,
            Command::Transport(TransportCommand::StepFrames(-1)),
        ),
        (
            Modifiers::NONE,
            Key::ArrowRight,
            Command::Transport(TransportCommand::StepFrames(1)),
        ),
        (
            shift,
            Key::ArrowRight,
            Command::Transport(TransportCommand::SeekTo(
                seconds(8.2) + Time::from_seconds(1),
            )),
        ),
        (
            Modifiers::NONE,
            Key::Home,
            Command::Transport(TransportCommand::SeekTo(Time::ZERO)),
        ),
        (ctrl, Key::S, Command::File(FileCommand::Save)),
        (ctrl | shift, Key::S, Command::File(FileCommand::SaveAs)),
        (ctrl, Key::O, Command::File(FileCommand::OpenDialog)),
        (ctrl, Key::N, Command::File(FileCommand::New)),
        (ctrl, Key::I, Command::File(FileCommand::AddMediaDialog)),
        (
            Modifiers::NONE,
            Key::Slash,
            Command::Edit(HistoryCommand::Apply(EditCommand::Project(
                ProjectEdit::SetLooping(false),
            ))),
        ),
        (
            Modifiers::NONE,
            Key::F11,
            Command::Output(OutputCommand::Toggle),
        ),
    ];
    for (modifiers, key, command) in cases {
        let mut harness = window();
        harness.key_press_modifiers(modifiers, key);
        harness.step();
        assert_eq!(harness.state().log, [command], "{modifiers:?} {key:?}");
    }
}

#[test]
fn undo_is_not_asked_for_when_there_is_nothing_to_undo() {
    let mut harness = window();
    harness.key_press_modifiers(Modifiers::CTRL | Modifiers::COMMAND, Key::Z);
    harness.step();
    assert_eq!(harness.state().log, []);
}

#[test]
fn keys_belong_to_a_text_field_while_it_has_the_keyboard() {
    let mut harness = window();
    harness.get_by_label("Filter media").click();
    harness.run_steps(3);
    harness.key_press(Key::Space);
    harness.key_press(Key::Delete);
    harness.get_by_label("Filter media").type_text("waves");
    harness.run_steps(3);
    assert_eq!(harness.state().log, []);
    let rows = harness.get_all_by_role(Role::ListItem);
    let shown = rows
        .filter(|row| format!("{row:?}").contains("MB/s"))
        .count();
    assert_eq!(
        shown, 2,
        "the filter leaves the two files with waves in their names"
    );
}

#[test]
fn delete_removes_the_selected_clip() {
    let mut harness = window();
    harness.get_by_label_contains("sparks_big.mov, 00").click();
    harness.run_steps(2);
    harness.key_press(Key::Delete);
    harness.step();
    let removed = Command::Edit(HistoryCommand::Apply(EditCommand::Clip(
        ClipId(16),
        ClipEdit::Remove,
    )));
    assert_eq!(harness.state().log, [removed]);
    harness.run_steps(3);
    assert!(
        harness
            .query_by_label_contains("sparks_big.mov, 00")
            .is_none(),
        "gone"
    );
}

#[test]
fn the_question_about_unsaved_changes_takes_each_answer() {
    for (label, answer) in [
        ("Save", UnsavedAnswer::Save),
        ("Discard", UnsavedAnswer::Discard),
        ("Cancel", UnsavedAnswer::Cancel),
    ] {
        let mut host = rich();
        host.unsaved_prompt = Some(UnsavedPrompt::Close);
        let mut harness = harness(host, SIZE);
        harness.get_by_role_and_label(Role::Button, label).click();
        harness.run_steps(3);
        assert_eq!(
            harness.state().log,
            [Command::File(FileCommand::AnswerUnsaved(answer))]
        );
    }
}

#[test]
fn escape_cancels_the_question_and_other_keys_wait() {
    let mut host = rich();
    host.unsaved_prompt = Some(UnsavedPrompt::Open);
    let mut harness = harness(host, SIZE);
    harness.get_by_label_contains("You are about to open another project");
    harness.key_press(Key::Space);
    harness.step();
    assert_eq!(harness.state().log, []);
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    let answer = Command::File(FileCommand::AnswerUnsaved(UnsavedAnswer::Cancel));
    assert_eq!(harness.state().log, [answer]);
}

#[test]
fn the_empty_window_says_what_to_do() {
    let mut harness = harness(empty(), [1280.0, 720.0]);
    harness.get_by_label("Drop video files here");
    harness.get_by_label_contains("Open project…  Ctrl+O");
    let buttons = harness.get_all_by_role_and_label(Role::Button, "Add media…");
    buttons.last().expect("one in the picture's place").click();
    harness.run_steps(2);
    assert_eq!(
        harness.state().log,
        [Command::File(FileCommand::AddMediaDialog)]
    );
    harness.get_by_label("Empty lane 6");
}

#[test]
fn errors_are_shown_where_they_happen_and_can_be_put_away() {
    let mut host = rich();
    host.snapshot.media[4].state = MediaState::Failed("the file has no video stream".to_owned());
    host.messages.push(Message {
        remedy: None,
        id: 7,
        is_error: true,
        text: "the project cannot be saved".to_owned(),
    });
    let mut harness = harness(host, SIZE);
    harness.get_by_label_contains("interview_A.mp4, the file has no video stream");
    harness.get_by_label("The project cannot be saved");
    harness.get_by_label("Dismiss message").click();
    harness.run_steps(3);
    assert_eq!(
        harness.state().log,
        [Command::Window(WindowCommand::DismissMessage(7))]
    );
    assert!(
        harness
            .query_by_label("The project cannot be saved")
            .is_none(),
        "put away"
    );
}

#[test]
fn a_layer_is_renamed_in_the_inspector_as_one_step() {
    let mut harness = window();
    harness.get_by_label("Layer Waves").click();
    harness.run_steps(2);
    harness.get_by_label("Layer name").click();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::CTRL | Modifiers::COMMAND, Key::A);
    harness.get_by_label("Layer name").type_text("Sea");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let id = harness.state().project.layers[3].id;
    let renamed = Command::Edit(HistoryCommand::Apply(EditCommand::Layer(
        id,
        LayerEdit::Rename("Sea".to_owned()),
    )));
    assert_eq!(harness.state().log, [renamed]);
}

#[test]
fn opacity_changes_by_keyboard_and_assistive_technology() {
    let mut harness = window();
    harness.get_by_label("Layer Waves").click();
    harness.run_steps(2);
    let bar = harness
        .get_all_by_label("Opacity of Waves")
        .next()
        .expect("a bar");
    bar.focus();
    harness.run_steps(2);
    harness.key_press(Key::ArrowDown);
    harness.run_steps(2);
    let opacity = harness.state().project.layers[3].opacity;
    assert!((opacity - 0.64).abs() < 1e-4, "{opacity}");
    harness
        .get_all_by_label("Opacity of Waves")
        .next()
        .expect("a bar")
        .increment_accesskit();
    harness.run_steps(2);
    let opacity = harness.state().project.layers[3].opacity;
    assert!((opacity - 0.65).abs() < 1e-4, "{opacity}");
}

#[test]
fn a_live_source_is_opened_by_the_address_that_is_typed() {
    let mut harness = window();
    harness.get_by_role_and_label(Role::Button, "File").click();
    harness.run_steps(4);
    harness.get_by_label("Open URL…").click();
    harness.run_steps(4);
    let field = harness.get_by_label("Address of the live source");
    field.type_text("http://example.org/a.m3u8");
    harness.run_steps(4);
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    let asked = Command::File(FileCommand::AddFiles(vec![
        "http://example.org/a.m3u8".into(),
    ]));
    assert_eq!(harness.state().log, [asked]);
    let question = harness.query_by_label("Address of the live source");
    assert!(question.is_none(), "it is answered");
}

#[test]
fn menus_carry_out_their_actions() {
    let mut harness = window();
    harness.get_by_label("File").click();
    harness.run_steps(6);
    harness.get_by_label("Save as…").click();
    harness.run_steps(6);
    assert_eq!(harness.state().log, [Command::File(FileCommand::SaveAs)]);
}

#[test]
fn every_menu_and_window_can_be_drawn() {
    let mut harness = window();
    for (menu, item) in [
        ("File", "Export report…"),
        ("Edit", "Add layer"),
        ("Clip", "Split at playhead"),
        ("Playback", "Loop everything"),
        ("View", "Fit timeline"),
        ("Help", "About Sextet"),
    ] {
        harness.get_by_role_and_label(Role::Button, menu).click();
        harness.run_steps(6);
        assert!(
            harness.query_all_by_label(item).next().is_some(),
            "{item} in {menu}"
        );
        harness.key_press(Key::Escape);
        harness.run_steps(6);
    }
    for (menu, item) in [
        ("View", "Performance over time"),
        ("View", "Log"),
        ("Help", "Keyboard shortcuts"),
        ("Help", "About Sextet"),
    ] {
        harness.get_by_role_and_label(Role::Button, menu).click();
        harness.run_steps(6);
        harness.get_by_role_and_label(Role::Button, item).click();
        harness.run_steps(6);
    }
    harness.get_by_label_contains("Type: Inter");
    harness.get_by_label("Trim start to playhead");
    assert_eq!(harness.state().log, [], "nothing was asked for");
}

#[test]
fn hidden_panels_come_back() {
    let mut harness = window();
    assert!(harness.query_by_label("Filter media").is_some(), "shown");
    harness.key_press(Key::F);
    harness.run_steps(3);
    assert!(
        harness.query_by_label("Filter media").is_none(),
        "the picture is alone"
    );
    harness.key_press(Key::F);
    harness.run_steps(3);
    assert!(harness.query_by_label("Filter media").is_some(), "back");
}

#[test]
fn a_window_at_rest_asks_for_no_other_pass() {
    let mut harness = window();
    harness.run();
    assert!(!harness.ctx.has_requested_repaint(), "it rests");
}
