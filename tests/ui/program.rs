//! The program around the document, by role, label and key: palette, settings, shortcuts, history, questions, menus.

use std::borrow::Cow;

use crate::hand::{ctrl, paused};
use crate::ui_host::Host;
use egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use sextet::command::{Command, FileCommand, HistoryCommand, OutputCommand, ReportCommand};
use sextet::project::storage::relink::Likeness;
use sextet::project::{EditCommand, LayerEdit, MediaId, ProjectEdit};
use sextet::settings::{IoMode, ThemeChoice};
use sextet::status::MediaState;
use sextet::status::program::{
    Answer, AnswerView, DisplayView, OutputPicture, PromptView, RecentView, RelinkRow, RelinkView,
    TaskView, TemplateView, UndoSteps,
};
use sextet::time::FrameRate;

const SIZE: [f32; 2] = [1600.0, 1000.0];

fn press(harness: &mut Harness<'_, Host>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

fn click(harness: &mut Harness<'_, Host>, label: &str) {
    harness.get_by_role_and_label(Role::Button, label).click();
    harness.run_steps(6);
}

#[test]
fn the_palette_finds_a_command_by_letters_and_enter_carries_it_out() {
    let mut harness = paused(SIZE, |_| {});
    press(&mut harness, ctrl() | Modifiers::SHIFT, Key::P);
    harness.get_by_label("Find a command").type_text("expo rep");
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::Button, "Export report…");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(
        harness.state().log,
        [Command::Report(ReportCommand::ExportReport)]
    );
    assert!(
        harness.query_by_label("Find a command").is_none(),
        "it is put away"
    );
}

#[test]
fn arrows_choose_in_the_palette_and_escape_puts_it_away() {
    let mut harness = paused(SIZE, |_| {});
    press(&mut harness, ctrl() | Modifiers::SHIFT, Key::P);
    harness.get_by_label("Find a command").type_text("save");
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::ArrowDown);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().log, [Command::File(FileCommand::SaveAs)]);
    press(&mut harness, ctrl() | Modifiers::SHIFT, Key::P);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(
        harness.query_by_label("Find a command").is_none(),
        "put away"
    );
    assert_eq!(harness.state().log.len(), 1, "nothing more was asked for");
}

#[test]
fn settings_count_at_once() {
    let mut harness = paused(SIZE, |_| {});
    press(&mut harness, ctrl(), Key::Comma);
    let choice = harness.get_by_role_and_label(Role::ComboBox, "Reading by");
    choice.click();
    harness.run_steps(6);
    click(&mut harness, "Memory map");
    assert_eq!(harness.state().settings.playback.io, IoMode::Mmap);
    click(&mut harness, "Look");
    click(&mut harness, "Light");
    click(&mut harness, "125 %");
    let look = harness.state().settings.look;
    assert_eq!((look.theme, look.scale_percent), (ThemeChoice::Light, 125));
}

#[test]
fn remotes_are_set_as_they_can_be_read() {
    let mut harness = paused(SIZE, |_| {});
    press(&mut harness, ctrl(), Key::Comma);
    click(&mut harness, "Remote");
    let before = harness.state().settings.osc.clone();
    assert!(before.address.is_loopback() && !before.is_on, "by default");
    let listen = "Listen for Open Sound Control";
    harness.get_by_role_and_label(Role::Switch, listen).click();
    harness.run_steps(6);
    let mut type_into = |name: &str, text: &str| {
        harness.get_by_role_and_label(Role::TextInput, name).focus();
        harness.run_steps(2);
        press(&mut harness, ctrl(), Key::A);
        harness.event(egui::Event::Text(text.to_owned()));
        harness.run_steps(2);
        press(&mut harness, Modifiers::NONE, Key::Enter);
        harness.state().settings.osc.clone()
    };
    assert_eq!(
        type_into("OSC address", "everywhere").address,
        before.address
    );
    assert!(type_into("OSC address", "0.0.0.0").address.is_unspecified());
    assert_eq!(type_into("OSC targets", "10.0.0.2:9001 desk").targets, []);
    let targets = type_into("OSC targets", "10.0.0.2:9001  [::1]:9").targets;
    let expected = ["10.0.0.2:9001", "[::1]:9"].map(|target| target.parse().expect("one"));
    assert_eq!(targets, expected);
    assert!(harness.state().settings.osc.is_on);
}

#[test]
fn a_shortcut_that_is_taken_is_told_before_it_is_taken_over() {
    let mut harness = paused(SIZE, |_| {});
    press(&mut harness, ctrl(), Key::Comma);
    click(&mut harness, "Shortcuts");
    click(&mut harness, "Shortcut of New project");
    press(&mut harness, ctrl(), Key::O);
    harness.get_by_label_contains("is the shortcut of “Open…”");
    assert!(harness.state().settings.shortcuts.is_empty(), "nothing yet");
    click(&mut harness, "Use it for “New project”");
    let shortcuts = harness.state().settings.shortcuts.clone();
    assert_eq!(shortcuts["New"], ["Ctrl+O"]);
    assert!(shortcuts["Open"].is_empty(), "{shortcuts:?}");
    click(&mut harness, "Reset all");
    assert!(
        harness.state().settings.shortcuts.is_empty(),
        "the usual ones"
    );
}

#[test]
fn keys_that_were_set_are_the_ones_that_count_and_are_shown() {
    let mut harness = paused(SIZE, |_| {});
    let own = [("Save".to_owned(), vec!["F5".to_owned()])].into();
    sextet::ui::keymap::install(&harness.ctx, &own);
    press(&mut harness, ctrl(), Key::S);
    assert_eq!(harness.state().log, []);
    press(&mut harness, Modifiers::NONE, Key::F5);
    assert_eq!(harness.state().log, [Command::File(FileCommand::Save)]);
}

#[test]
fn the_history_goes_to_the_step_that_is_clicked() {
    let mut harness = paused(SIZE, |host| {
        host.steps = UndoSteps {
            done: vec![Cow::Borrowed("Add media"), Cow::Borrowed("Move clip")],
            undone: vec![Cow::Borrowed("Trim clip")],
        };
    });
    press(&mut harness, ctrl(), Key::H);
    harness.get_by_label("Step 2: Move clip, current");
    click(&mut harness, "Step 3: Trim clip, undone");
    click(&mut harness, "Step 0: As it was opened");
    assert_eq!(
        harness.state().log,
        [
            Command::Edit(HistoryCommand::GoToStep(3)),
            Command::Edit(HistoryCommand::GoToStep(0))
        ]
    );
}

fn question() -> PromptView {
    let answer = |label, answer| AnswerView {
        label,
        tooltip: "",
        answer,
    };
    PromptView {
        title: "Unsaved changes to show.ron were found".to_owned(),
        text: "Compared with the saved file:".to_owned(),
        facts: vec![("Layers".to_owned(), "1 added".to_owned())],
        answers: vec![
            answer("Later", Answer::Cancel),
            answer("Keep both", Answer::KeepBoth),
            answer("Restore", Answer::Restore),
        ],
    }
}

#[test]
fn a_question_takes_its_answers_and_holds_the_keys() {
    let mut harness = paused(SIZE, |host| host.prompt = Some(question()));
    harness.get_by_label("1 added");
    harness.key_press(Key::Space);
    harness.step();
    assert_eq!(harness.state().log, [], "playing waits");
    harness
        .get_by_role_and_label(Role::Button, "Keep both")
        .click();
    harness.run_steps(2);
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    let answers =
        [Answer::KeepBoth, Answer::Cancel].map(|answer| Command::File(FileCommand::Answer(answer)));
    assert_eq!(harness.state().log, answers);
}

#[test]
fn recent_projects_and_templates_are_in_the_file_menu() {
    let mut harness = paused(SIZE, |host| {
        host.templates = vec![TemplateView {
            name: "Blank 4K".to_owned(),
            size_px: [3840, 2160],
            frame_rate: FrameRate::FPS_60,
            layers: Vec::new(),
        }];
        host.recent = vec![
            RecentView {
                path: "/shows/tour.ron".into(),
                is_missing: false,
            },
            RecentView {
                path: "/shows/gone.ron".into(),
                is_missing: true,
            },
        ];
    });
    click(&mut harness, "File");
    harness.get_by_label_contains("Open recent").click();
    harness.run_steps(6);
    harness.get_by_label_contains("gone.ron  (missing)");
    harness.get_by_label_contains("tour.ron").click();
    harness.run_steps(6);
    assert_eq!(
        harness.state().log,
        [Command::File(FileCommand::Open("/shows/tour.ron".into()))]
    );
    click(&mut harness, "File");
    harness.get_by_label_contains("New from template").click();
    harness.run_steps(6);
    click(&mut harness, "Blank 4K");
    assert_eq!(
        harness.state().log.last(),
        Some(&Command::File(FileCommand::NewFromTemplate(0)))
    );
}

#[test]
fn missing_media_are_searched_for_and_what_was_found_is_taken() {
    let mut harness = paused(SIZE, |host| {
        host.snapshot.media[0].state = MediaState::Failed("file not found".to_owned());
        host.relink = Some(RelinkView {
            folder: "/library".into(),
            files: 120,
            was_cancelled: false,
            rows: vec![
                RelinkRow {
                    media: MediaId(0),
                    name: "base_plate.mov".to_owned(),
                    found: Some("/library/base.mov".into()),
                    likeness: Some(Likeness::SameContents),
                    is_chosen: true,
                },
                RelinkRow {
                    media: MediaId(1),
                    name: "city_map.mov".to_owned(),
                    found: None,
                    likeness: None,
                    is_chosen: false,
                },
            ],
        });
    });
    harness.get_by_label("1 of 2 found among 120 files in /library");
    harness.get_by_label("/library/base.mov");
    harness
        .get_by_role_and_label(Role::CheckBox, "base_plate.mov")
        .click();
    harness.run_steps(3);
    click(&mut harness, "Relink 1 file");
    click(&mut harness, "1 missing…");
    let expected = [
        Command::File(FileCommand::ChooseRelink(MediaId(0), false)),
        Command::File(FileCommand::ApplyRelink),
        Command::File(FileCommand::RelinkDialog),
    ];
    assert_eq!(harness.state().log, expected);
}

#[test]
fn long_work_shows_how_far_it_is_and_can_be_ended() {
    let mut harness = paused(SIZE, |host| {
        host.task = Some(TaskView {
            title: "Collecting project and media",
            subject: "waves.mov".to_owned(),
            share: Some(0.25),
        });
    });
    harness.get_by_label("waves.mov");
    click(&mut harness, "Cancel");
    assert_eq!(
        harness.state().log,
        [Command::File(FileCommand::CancelTask)]
    );
}

#[test]
fn the_canvas_is_set_in_the_project_settings() {
    let mut harness = paused(SIZE, |_| {});
    press(&mut harness, ctrl() | Modifiers::SHIFT, Key::Comma);
    harness.get_by_label("Canvas rate").click();
    harness.run_steps(6);
    click(&mut harness, "25 fps");
    let edits = harness
        .state()
        .log
        .iter()
        .filter_map(|command| match command {
            Command::Edit(HistoryCommand::GestureEdit(EditCommand::Project(
                ProjectEdit::SetCanvas(canvas),
            ))) => Some(canvas.frame_rate.fps()),
            _ => None,
        });
    assert_eq!(edits.collect::<Vec<_>>(), [25.0]);
}

#[test]
fn notes_are_one_step_from_the_first_letter_until_they_are_left() {
    let mut harness = paused(SIZE, |_| {});
    press(&mut harness, ctrl() | Modifiers::SHIFT, Key::Comma);
    harness.get_by_label("Project notes").click();
    harness.run_steps(3);
    for text in ["Cue ", "7"] {
        harness.event(egui::Event::Text(text.to_owned()));
        harness.run_steps(2);
    }
    assert_eq!(harness.state().project.notes, "Cue 7", "while typing");
    harness.get_by_label("Filter media").click();
    harness.run_steps(3);
    let notes = |text: &str| {
        Command::Edit(HistoryCommand::GestureEdit(EditCommand::Project(
            ProjectEdit::SetNotes(text.to_owned()),
        )))
    };
    let expected = [
        Command::Edit(HistoryCommand::BeginGesture("Change notes".into())),
        notes("Cue "),
        notes("Cue 7"),
        Command::Edit(HistoryCommand::CommitGesture),
    ];
    assert_eq!(harness.state().log, expected);
}

#[test]
fn what_is_typed_comes_before_what_is_asked_for_by_key() {
    let mut harness = paused(SIZE, |_| {});
    harness.get_by_label("Layer Waves").click();
    harness.run_steps(3);
    harness.get_by_label("Layer name").click();
    harness.run_steps(3);
    harness.event(egui::Event::Text("!".to_owned()));
    harness.run_steps(2);
    assert_eq!(harness.state().log, [], "still typing");
    press(&mut harness, ctrl(), Key::S);
    // The letter goes into the field again, and is no shortcut.
    harness.event(egui::Event::Text("m".to_owned()));
    press(&mut harness, Modifiers::NONE, Key::M);
    press(&mut harness, ctrl(), Key::Q);
    let names = harness.state().log.iter().map(|command| match command {
        Command::Edit(HistoryCommand::Apply(EditCommand::Layer(_, LayerEdit::Rename(name)))) => {
            format!("{} letters", name.len())
        }
        other => format!("{other:?}"),
    });
    let names: Vec<_> = names.collect();
    assert_eq!(
        names,
        ["6 letters", "File(Save)", "7 letters", "Window(Quit)"]
    );
}

#[test]
fn letters_that_come_with_a_shortcut_in_one_frame_are_not_lost() {
    let mut harness = paused(SIZE, |_| {});
    harness.get_by_label("Layer Waves").click();
    harness.run_steps(3);
    harness.get_by_label("Layer name").click();
    harness.run_steps(3);
    let save = egui::Event::Key {
        key: Key::S,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: ctrl(),
    };
    let letter = |text: &str| egui::Event::Text(text.to_owned());
    let events = [letter("1"), save, letter("2")];
    harness.input_mut().events.extend(events);
    harness.step();
    harness.event(letter("3"));
    harness.run_steps(3);
    let log = &harness.state().log;
    let [
        Command::Edit(HistoryCommand::Apply(EditCommand::Layer(_, LayerEdit::Rename(name)))),
        Command::File(FileCommand::Save),
    ] = &log[..]
    else {
        panic!("the edit, then the save: {log:?}");
    };
    assert_eq!(name.len(), "Waves123".len(), "{name}");
}

#[test]
fn the_output_is_switched_below_the_picture_and_its_display_chosen() {
    let display = |name: &str| DisplayView {
        name: name.to_owned(),
        size_px: [1920, 1080],
        origin_px: [0, 0],
    };
    let mut harness = paused(SIZE, |host| {
        host.displays = vec![display("DP-1"), display("HDMI-1")];
    });
    click(&mut harness, "Output DP-1, closed");
    click(&mut harness, "Choose the output's display");
    harness.get_by_label_contains("2  HDMI-1").click();
    harness.run_steps(3);
    click(&mut harness, "Choose the output's display");
    click(&mut harness, "In a window of its own");
    let expected = [
        Command::Output(OutputCommand::Toggle),
        Command::Output(OutputCommand::SetDisplay(1)),
        Command::Output(OutputCommand::SetWindowed(true)),
    ];
    assert_eq!(harness.state().log, expected);
    harness.state_mut().output.is_windowed = true;
    harness.run_steps(2);
    harness.get_by_label("Output Window, closed");
}

#[test]
fn the_tally_tells_what_the_output_shows_and_its_menu_changes_it() {
    let mut harness = paused(SIZE, |host| host.output.is_open = true);
    for (picture, state) in [
        (OutputPicture::Canvas, "open"),
        (OutputPicture::Black, "black"),
        (OutputPicture::Pattern, "pattern"),
    ] {
        harness.state_mut().output.picture = picture;
        harness.run_steps(2);
        harness.get_by_role_and_label(Role::Button, &format!("Output Display 1, {state}"));
    }
    for (item, picture) in [
        ("Output black", OutputPicture::Black),
        ("Test pattern on the output", OutputPicture::Pattern),
    ] {
        harness.state_mut().log.clear();
        click(&mut harness, "Choose the output's display");
        click(&mut harness, item);
        let expected = Command::Output(OutputCommand::Show(picture));
        assert_eq!(harness.state().log, [expected]);
    }
}

#[test]
fn the_bin_counts_the_files_that_are_still_opening() {
    let opening = |count: usize| {
        paused(SIZE, |host| {
            for media in host.snapshot.media.iter_mut().take(count) {
                media.state = MediaState::Opening;
            }
            host.snapshot.media[0].is_silent = count == 1;
        })
    };
    opening(0).get_by_label("9 files");
    opening(4).get_by_label("4 files are still opening");
    let one = opening(1);
    one.get_by_label("1 file is still opening");
    one.get_by_label_contains("base_plate.mov, its disk does not answer");
}

#[test]
fn the_settings_say_how_long_a_new_clip_is() {
    let mut harness = paused(SIZE, |_| {});
    press(&mut harness, ctrl(), Key::Comma);
    click(&mut harness, "Projects");
    harness.get_by_label_contains("A new clip is as long as its file");
}

#[test]
fn keys_with_modifiers_are_set_and_modifiers_alone_are_waited_out() {
    let mut harness = paused(SIZE, |_| {});
    press(&mut harness, ctrl(), Key::Comma);
    click(&mut harness, "Shortcuts");
    let row = harness.get_by_label("Shortcut of Save").rect();
    click(&mut harness, "Shortcut of New project");
    harness.event(egui::Event::ModifiersChanged(ctrl()));
    harness.event(egui::Event::Key {
        key: Key::ControlLeft,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: ctrl(),
    });
    harness.run_steps(2);
    assert!(harness.state().settings.shortcuts.is_empty(), "not yet");
    press(&mut harness, ctrl() | Modifiers::ALT, Key::J);
    assert_eq!(harness.state().settings.shortcuts["New"], ["Ctrl+Alt+J"]);
    click(&mut harness, "Shortcut of New project");
    harness.event(egui::Event::Copy);
    harness.run_steps(2);
    harness.get_by_label_contains("is the shortcut of “Copy”");
    let now = harness.get_by_label("Shortcut of Save").rect();
    assert_eq!(now, row, "rows stay in their places");
}

#[test]
fn escape_closes_the_window_in_front_and_then_lets_go_of_the_selection() {
    let mut harness = paused(SIZE, |_| {});
    harness.get_by_label_contains("sparks_big.mov, 00").click();
    harness.run_steps(2);
    press(&mut harness, ctrl(), Key::G);
    press(&mut harness, ctrl(), Key::H);
    let windows = |harness: &Harness<'_, Host>| harness.query_all_by_role(Role::Window).count();
    let (both, keys) = (windows(&harness), Modifiers::NONE);
    press(&mut harness, keys, Key::Escape);
    harness.run_steps(20);
    assert_eq!(windows(&harness) + 1, both);
    assert!(
        harness
            .query_by_label_contains("As it was opened")
            .is_none(),
        "the one opened last"
    );
    press(&mut harness, keys, Key::Escape);
    harness.run_steps(20);
    assert_eq!(windows(&harness) + 2, both);
    press(&mut harness, keys, Key::Delete);
    assert_ne!(harness.state().log, [], "the clip was selected all along");
}

#[test]
fn the_palette_puts_what_fits_best_first_and_does_nothing_in_its_place() {
    let mut harness = paused(SIZE, |host| host.project.layers.clear());
    press(&mut harness, ctrl() | Modifiers::SHIFT, Key::P);
    harness.get_by_label("Find a command").type_text("spl");
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().log, []);
    harness.get_by_label("Find a command");
}

#[test]
fn the_output_goes_into_a_window_of_its_own_with_one_display_too() {
    let mut harness = paused(SIZE, |_| {});
    click(&mut harness, "Choose the output's display");
    click(&mut harness, "In a window of its own");
    let asked = Command::Output(OutputCommand::SetWindowed(true));
    assert_eq!(harness.state().log, [asked]);
    click(&mut harness, "View");
    click(&mut harness, "Output in a window of its own");
    assert_eq!(harness.state().log.len(), 2);
}
