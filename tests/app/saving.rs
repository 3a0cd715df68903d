//! Saving what the window shows, under the name that was meant, and nobody's work is overwritten unasked.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::home::{Home, Window, recovery_files, saved_show};
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use parking_lot::Mutex;
use sextet::app::AppOptions;
use sextet::control::{ControllerOptions, DialogKind, DialogRequest};
use sextet::project::storage::file;
use sextet::project::{EditCommand, Project, ProjectEdit, backup_path};

const COMMAND_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// A show with a change that a crash left behind.
fn crashed_show(home: &Home) -> PathBuf {
    let show = saved_show(home);
    let mut window = home.open(vec![show.clone()], &show);
    window.change();
    window.pass(31);
    window.pass(31);
    assert_eq!(recovery_files(home).len(), 1, "kept");
    show
}

/// Another program saves the show with other notes.
fn saved_by_another_program(show: &Path) -> Project {
    let project = file::load(show).expect("the show");
    let notes = EditCommand::Project(ProjectEdit::SetNotes("from elsewhere".to_owned()));
    let project = notes.applied_to(&project).expect("a note");
    file::save(&project, show).expect("saves");
    project
}

/// Clicks a field and types into it, without Enter.
fn type_into(window: &mut Window, label: &str, text: &str) {
    window.harness.get_by_label(label).click();
    window.harness.run_steps(3);
    window.harness.event(Event::Text(text.to_owned()));
    window.harness.run_steps(2);
}

fn type_notes(window: &mut Window, text: &str) {
    window.press(COMMAND_SHIFT, Key::Comma);
    type_into(window, "Project notes", text);
}

#[test]
fn a_restored_project_is_warned_of_in_a_second_window() {
    let home = Home::new();
    let show = crashed_show(&home);
    let mut first = home.open(Vec::new(), &show);
    first.until_shown("Unsaved changes to show.ron were found");
    first.click("Restore");
    assert_eq!(first.app().project().layers.len(), 2);
    let mut second = home.open(vec![show.clone()], &show);
    second.until_shown("show.ron is open in another window");
    second.click("Cancel");
    first.save();
    assert_eq!(file::load(&show).expect("saved").layers.len(), 2);
}

#[test]
fn what_is_restored_while_another_window_has_the_file_becomes_a_copy() {
    let home = Home::new();
    let show = crashed_show(&home);
    let elsewhere = home.path("shows/mine.ron");
    let mut first = home.open(Vec::new(), &elsewhere);
    first.until_shown("Unsaved changes to show.ron were found");
    let _second = home.open(vec![show.clone()], &show);
    first.click("Restore");
    assert!(first.is_shown("show copy"), "it has no file");
    first.save();
    assert_eq!(file::load(&elsewhere).expect("saved").layers.len(), 2);
    assert_eq!(file::load(&show).expect("as it was").layers.len(), 1);
}

#[test]
fn the_project_before_the_last_save_is_warned_of_in_a_second_window() {
    let home = Home::new();
    let show = saved_show(&home);
    let mut window = home.open(vec![show.clone()], &show);
    window.change();
    window.save();
    drop(window);
    fs::write(&show, "(version: 2, project: (layers: [oops").expect("writes");
    let mut first = home.open(vec![show.clone()], &show);
    first.until_shown("The project cannot be opened");
    first.click("Open the one before");
    let whole = backup_path(&show);
    fs::copy(whole, &show).expect("somebody mends it");
    let second = home.open(vec![show.clone()], &show);
    assert!(second.is_shown("is open in another window"), "locked");
    first.save();
    assert!(
        first.is_shown("show.ron was changed by another program"),
        "it is not the broken one any more"
    );
}

#[test]
fn a_file_that_another_program_changed_is_asked_about_before_it_is_overwritten() {
    let home = Home::new();
    let show = saved_show(&home);
    let mut window = home.open(vec![show.clone()], &show);
    window.change();
    let theirs = saved_by_another_program(&show);
    window.save();
    window.until_shown("show.ron was changed by another program");
    window.click("Cancel");
    assert_eq!(file::load(&show).expect("theirs"), theirs);
    window.save();
    window.until_shown("show.ron was changed by another program");
    window.click("Overwrite");
    assert_eq!(file::load(&show).expect("ours").layers.len(), 2);
    assert_eq!(file::load(&backup_path(&show)).expect("kept"), theirs);
    window.change();
    window.save();
    assert!(!window.is_shown("another program"), "it is known again");
    assert_eq!(file::load(&show).expect("ours").layers.len(), 3);
}

#[test]
fn two_saves_in_a_row_and_a_file_that_is_gone_need_no_question() {
    let home = Home::new();
    let show = saved_show(&home);
    let mut window = home.open(vec![show.clone()], &show);
    for _ in 0..3 {
        // The first may not be written when the next is asked for.
        let keys = [(COMMAND_SHIFT, Key::N), (Modifiers::COMMAND, Key::S)];
        for (modifiers, key) in keys {
            window.harness.key_press_modifiers(modifiers, key);
            window.harness.step();
        }
    }
    window.until_idle();
    assert!(!window.is_shown("another program"), "it was this one");
    assert_eq!(file::load(&show).expect("saved").layers.len(), 4);
    fs::remove_file(&show).expect("removes");
    window.change();
    window.save();
    assert_eq!(file::load(&show).expect("there again").layers.len(), 5);
}

#[test]
fn the_same_file_by_another_path_is_the_same_document() {
    let home = Home::new();
    let show = saved_show(&home);
    home.path("m/x");
    let roundabout = home.root().join("m/../shows/show.ron");
    let mut window = home.open(vec![show.clone()], &roundabout);
    window.press(Modifiers::COMMAND, Key::O);
    assert!(!window.is_shown("is open in another window"), "it is here");
    let recent = fs::read_to_string(home.app_dirs().data.join("recent.ron")).expect("written");
    assert_eq!(recent.matches("show.ron").count(), 1, "{recent}");
}

#[test]
fn a_name_that_gets_its_ending_here_overwrites_nothing_unasked() {
    let home = Home::new();
    let show = saved_show(&home);
    let before = fs::read(&show).expect("the show");
    let chosen = home.path("shows/show");
    let mut window = home.open(Vec::new(), &chosen);
    window.change();
    window.change();
    window.save();
    window.until_shown("show.ron is there already");
    window.click("Cancel");
    assert_eq!(fs::read(&show).expect("there"), before);
    assert!(!chosen.exists(), "nothing without an ending either");
    window.save();
    window.click("Overwrite");
    assert_eq!(file::load(&show).expect("ours").layers.len(), 2);

    let mut window = home.open(Vec::new(), &home.path("shows/tour v1.3"));
    window.change();
    window.save();
    let tour = home.path("shows/tour v1.3.ron");
    assert_eq!(file::load(&tour).expect("saved").layers.len(), 1);
}

#[test]
fn a_report_that_gets_its_ending_here_overwrites_nothing_unasked() {
    let home = Home::new();
    let report = home.path("shows/last night.json");
    fs::write(&report, "theirs").expect("writes");
    let mut window = home.open(Vec::new(), &home.path("shows/last night"));
    window.press(COMMAND_SHIFT, Key::E);
    window.until_shown("last night.json is there already");
    window.click("Cancel");
    assert_eq!(fs::read_to_string(&report).expect("there"), "theirs");
    window.press(COMMAND_SHIFT, Key::E);
    window.click("Overwrite");
    let written = fs::read_to_string(&report).expect("there");
    assert!(written.contains("\"schema\": 1"), "{written}");
}

#[test]
fn a_window_that_is_read_only_proposes_the_name_of_the_file() {
    let home = Home::new();
    let show = saved_show(&home);
    let _first = home.open(vec![show.clone()], &show);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    let mut second = home.open_with(AppOptions {
        control: ControllerOptions {
            paths: vec![show],
            ..ControllerOptions::default()
        },
        dialogs: Arc::new(move |request: &DialogRequest| {
            if let DialogKind::SaveProject { name } = &request.kind {
                heard.lock().push(name.clone());
            }
            Ok(Vec::new())
        }),
        ..AppOptions::default()
    });
    second.until_shown("is open in another window");
    second.click("Read only");
    second.change();
    second.save();
    assert_eq!(*asked.lock(), ["show.ron"]);
}

#[test]
fn what_is_typed_is_saved_and_typing_goes_on() {
    let home = Home::new();
    let show = saved_show(&home);
    let mut window = home.open(vec![show.clone()], &show);
    type_notes(&mut window, "Cue 7");
    window.save();
    assert_eq!(file::load(&show).expect("saved").notes, "Cue 7");
    window.harness.event(Event::Text(" and 8".to_owned()));
    window.press(Modifiers::COMMAND, Key::S);
    assert_eq!(file::load(&show).expect("saved").notes, "Cue 7 and 8");
    window.press(COMMAND_SHIFT, Key::Comma);

    window.harness.get_by_label("Layer Layer 1").click();
    window.harness.run_steps(3);
    type_into(&mut window, "Position X", "120");
    window.save();
    let layer = file::load(&show).expect("saved").layers.remove(0);
    let [x, _] = layer.transform.position_px;
    assert!((x - 120.0).abs() < 1e-3, "{x}");
    type_into(&mut window, "Layer name", "Sky ");
    window.save();
    let layer = file::load(&show).expect("saved").layers.remove(0);
    assert!(layer.name.contains("Sky"), "{}", layer.name);
}

#[test]
fn a_name_being_typed_goes_into_the_file_that_is_chosen() {
    let home = Home::new();
    let show = saved_show(&home);
    let other = home.path("shows/other.ron");
    let mut window = home.open(vec![show], &other);
    window.harness.get_by_label("Layer Layer 1").click();
    window.press(Modifiers::NONE, Key::F2);
    window
        .harness
        .get_by_label("New layer name")
        .type_text("Sky");
    window.harness.run_steps(2);
    window.press(COMMAND_SHIFT, Key::S);
    assert_eq!(file::load(&other).expect("saved").layers[0].name, "Sky");
}

#[test]
fn what_is_typed_is_asked_about_before_the_window_closes() {
    let home = Home::new();
    let show = saved_show(&home);
    for by_key in [true, false] {
        let mut window = home.open(vec![show.clone()], &show);
        window.harness.get_by_label("Layer Layer 1").click();
        window.harness.run_steps(3);
        type_into(&mut window, "Position X", "120");
        if by_key {
            window
                .harness
                .key_press_modifiers(Modifiers::COMMAND, Key::Q);
            window.harness.step();
        } else {
            assert!(!window.request_close(), "asked first");
        }
        assert!(!window.is_closing(), "asked first");
        window.until_shown("Save the changes to show.ron?");
        window.click("Cancel");
    }
}

#[test]
fn a_menu_saves_what_is_typed() {
    let home = Home::new();
    let show = saved_show(&home);
    let mut window = home.open(vec![show.clone()], &show);
    window.harness.get_by_label("Layer Layer 1").click();
    window.harness.run_steps(3);
    type_into(&mut window, "Layer name", "Sky ");
    window.click("File");
    window.click("Save");
    let layer = file::load(&show).expect("saved").layers.remove(0);
    assert!(layer.name.contains("Sky"), "{}", layer.name);
}

#[test]
fn notes_are_kept_for_after_a_crash_while_they_are_typed_and_are_one_step() {
    let home = Home::new();
    let show = saved_show(&home);
    let mut window = home.open(vec![show.clone()], &show);
    type_notes(&mut window, "Cue 7");
    window.harness.event(Event::Text(", go".to_owned()));
    window.harness.run_steps(2);
    window.pass(31);
    window.pass(31);
    let kept = recovery_files(&home);
    let kept = file::load(&kept[0]).expect("kept");
    assert_eq!(kept.notes, "Cue 7, go");
    window.press(COMMAND_SHIFT, Key::Comma);
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.app().project().notes, "", "one step");
}

#[test]
fn the_first_save_keeps_what_is_selected_and_another_project_of_the_name_does_not() {
    let home = Home::new();
    let show = home.path("shows/show.ron");
    let mut window = home.open(Vec::new(), &show);
    window.change();
    window.harness.get_by_label("Layer Layer 1").click();
    window.harness.run_steps(3);
    assert!(window.is_shown("Layer name"), "selected");
    window.save();
    assert!(show.exists(), "saved");
    assert!(window.is_shown("Layer name"), "and still selected");
    window.press(Modifiers::COMMAND, Key::O);
    assert!(!window.is_shown("Layer name"), "opened anew");
}

#[test]
fn a_project_that_no_second_look_can_read_is_closed_by_enter() {
    let home = Home::new();
    let show = home.path("shows/show.ron");
    fs::write(&show, "(version: 99, project: ())").expect("writes");
    let mut window = home.open(vec![show.clone()], &show);
    window.until_shown("a newer version of Sextet");
    assert!(!window.is_shown("Try again"), "it cannot help");
    window.press(Modifiers::NONE, Key::Enter);
    assert!(!window.is_shown("a newer version of Sextet"), "put away");
}

#[test]
fn a_project_that_never_had_a_file_is_not_compared_with_one() {
    let home = Home::new();
    let show = home.path("shows/show.ron");
    let mut window = home.open(Vec::new(), &show);
    window.change();
    window.pass(31);
    window.pass(31);
    drop(window);
    let mut again = home.open(Vec::new(), &show);
    again.until_shown("Unsaved changes to an untitled project were found");
    assert!(!again.is_shown("Compared with the saved file"), "none was");
    again.click("Restore");
    assert_eq!(again.app().project().layers.len(), 1);
}
