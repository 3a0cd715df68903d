//! The shell around the panels: the verdict, messages, the status bar, the empty window.

use std::sync::Arc;

use crate::hand::paused;
use crate::ui_host::{Host, harness};
use egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use sextet::command::{Command, FileCommand, HistoryCommand, ReportCommand, WindowCommand};
use sextet::project::{EditCommand, ProjectEdit};
use sextet::stats::{CauseCounts, Counts};
use sextet::status::document::{Message, Remedy};
use sextet::status::events::LogLine;
use sextet::status::program::{RecentView, TemplateView};
use sextet::status::{Diagnosis, Verdict};
use sextet::time::{FrameRate, Time};

const SIZE: [f32; 2] = [1600.0, 1000.0];

fn press(harness: &mut Harness<'_, Host>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

fn click(harness: &mut Harness<'_, Host>, label: &str) {
    harness.get_by_role_and_label(Role::Button, label).click();
    harness.run_steps(6);
}

fn holds(margin: f64) -> Diagnosis {
    Diagnosis {
        schema: 1,
        verdict: Verdict::Holds,
        margin,
        problems: Vec::new(),
        moments: Vec::new(),
        disks: Vec::new(),
        files: Vec::new(),
        cores: 8,
        notes: Vec::new(),
    }
}

#[test]
fn the_bars_tell_of_the_verdict_and_of_what_was_kept() {
    let mut harness = paused(SIZE, |host| {
        host.kept_ago_s = Some(10);
        host.snapshot.diagnosis = Some(Arc::new(holds(1.8)));
        host.snapshot.totals = Counts::default();
    });
    assert_verdict(&harness, "Holds here · 1.8 ×", 2);
    harness.get_by_label("autosaved 10 s ago");
    harness
        .get_by_label_contains("1920 × 1080 · 60 fps")
        .click();
    harness.run_steps(6);
    harness.get_by_label("Project notes");
}

/// The verdict in all its places: the pill in the top bar, and this many lines of text.
fn assert_verdict(harness: &Harness<'_, Host>, headline: &str, lines: usize) {
    harness.get_by_role_and_label(Role::Button, headline);
    let count = harness
        .query_all_by_role(Role::Label)
        .filter(|node| node.accesskit_node().value().as_deref() == Some(headline))
        .count();
    assert_eq!(count, lines, "{headline}");
    let is_good = headline.starts_with("Holds");
    let says_good = harness.query_all_by_label_contains("Holds here").count();
    assert_eq!(says_good, if is_good { lines + 1 } else { 0 }, "{headline}");
}

#[test]
fn there_is_one_verdict_in_every_place_and_losses_beat_the_prediction() {
    let mut harness = paused(SIZE, |host| {
        host.snapshot.diagnosis = Some(Arc::new(holds(3.7)));
        host.snapshot.totals = Counts::default();
    });
    // In the performance panel and in the status bar, then in the doctor too.
    assert_verdict(&harness, "Holds here · 3.7 ×", 2);
    click(&mut harness, "Holds here · 3.7 ×");
    assert_verdict(&harness, "Holds here · 3.7 ×", 3);
    harness.state_mut().transport.is_playing = true;
    harness.state_mut().snapshot.totals = Counts {
        due: 1200,
        presented: 1140,
        repeated: 60,
        asked: 1200,
        hits: 600,
        causes: CauseCounts {
            read: 60,
            ..CauseCounts::default()
        },
        ..Counts::default()
    };
    harness.run_steps(3);
    let lost = "Drops frames · 60 lost · disk";
    assert_verdict(&harness, lost, 3);
    harness.get_by_label_contains("What was measured counts more than what was predicted");
    harness.get_by_label_contains("60 of 1200 due frames were not shown on time");
    harness.state_mut().transport.is_playing = false;
    harness.run_steps(3);
    assert_verdict(&harness, lost, 3);
    click(&mut harness, "Reset counts");
    let asked = Command::Report(ReportCommand::ResetStats);
    assert_eq!(harness.state().log.last(), Some(&asked));
    harness.state_mut().snapshot.totals = Counts::default();
    harness.run_steps(3);
    assert_verdict(&harness, "Holds here · 3.7 ×", 3);
}

#[test]
fn the_verdict_gives_way_to_drawing_that_was_measured_to_be_too_slow() {
    let mut harness = paused(SIZE, |host| {
        host.snapshot.diagnosis = Some(Arc::new(holds(4.6)));
        host.snapshot.doctor_status = sextet::status::snapshot::DoctorStatus::Current;
        host.snapshot.refresh_ms = 16.7;
        host.snapshot.gpu_ms = Some(3.0);
        host.snapshot.totals.due = 1200;
        host.snapshot.totals.repeated = 0;
        host.transport.is_playing = true;
    });
    assert_verdict(&harness, "Holds here · 4.6 ×", 2);
    harness.state_mut().snapshot.gpu_ms = Some(95.9);
    harness.run_steps(60);
    assert_verdict(&harness, "Drawing is too slow", 2);
    harness.state_mut().transport.is_playing = false;
    harness.state_mut().snapshot.gpu_ms = None;
    harness.run_steps(3);
    assert_verdict(&harness, "Drawing is too slow", 2);
}

#[test]
fn figures_that_do_not_move_are_not_shown_as_if_they_did() {
    let mut harness = paused(SIZE, |host| host.transport.is_playing = true);
    let shows =
        |harness: &Harness<'_, Host>, text: &str| harness.query_all_by_label(text).next().is_some();
    for text in ["60.0fps", "CPU34 %", "GPU1.90 ms"] {
        assert!(shows(&harness, text), "{text}");
    }
    harness.state_mut().transport.is_playing = false;
    harness.run_steps(3);
    for text in ["–fps", "CPU–", "GPU–"] {
        assert!(shows(&harness, text), "{text}");
    }
    assert!(!shows(&harness, "34 %"), "in the panel neither");
}

#[test]
fn a_message_offers_what_helps() {
    for (remedy, button, command) in [
        (
            Remedy::Undo,
            "Undo",
            Some(Command::Edit(HistoryCommand::Undo)),
        ),
        (
            Remedy::SaveAs,
            "Save as…",
            Some(Command::File(FileCommand::SaveAs)),
        ),
        (Remedy::ShowLog, "Show log", None),
        (Remedy::OpenDoctor, "Open doctor", None),
    ] {
        let mut harness = paused(SIZE, |host| {
            host.messages.push(Message {
                id: 3,
                is_error: false,
                text: "the layer Waves was removed".to_owned(),
                remedy: Some(remedy),
            });
            let edit = ProjectEdit::SetLooping(false);
            host.history.reset(host.project.clone());
            host.history
                .apply(&EditCommand::Project(edit))
                .expect("a change");
            host.project = host.history.project().clone();
        });
        harness.get_by_label("The layer Waves was removed");
        click(&mut harness, button);
        let dismiss = Command::Window(WindowCommand::DismissMessage(3));
        let (answers, others): (Vec<_>, Vec<_>) =
            (harness.state().log.iter()).partition(|command| **command == dismiss);
        assert_eq!(answers.len(), 1, "it is answered");
        assert_eq!(others, Vec::from_iter(&command));
        let has_window = harness.query_all_by_role(Role::Window).next().is_some();
        assert_eq!(has_window, command.is_none(), "{button}");
    }
}

#[test]
fn an_error_in_the_log_is_told_in_the_status_bar_until_the_log_was_open() {
    let text = "the disk of base_plate.mov does not answer";
    let mut harness = paused(SIZE, |host| {
        let line = |is_error, text: &str| LogLine {
            time: Time::from_seconds(3),
            is_error,
            text: text.to_owned(),
            ..LogLine::default()
        };
        host.snapshot.log = [line(true, text), line(false, "The playhead jumped")].into();
    });
    let told = "The disk of base_plate.mov does not answer";
    harness.get_by_label(told);
    assert!(harness.query_by_label("The playhead jumped").is_none());
    click(&mut harness, "Show log");
    harness.run_steps(20);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    harness.run_steps(20);
    assert!(harness.query_by_label(told).is_none(), "seen");
}

#[test]
fn the_empty_window_offers_templates_and_recent_projects_as_cards() {
    for size in [SIZE, [1280.0, 720.0]] {
        let templates = ["One layer", "Six-layer stage"].map(|name| TemplateView {
            name: name.to_owned(),
            size_px: [1920, 1080],
            frame_rate: FrameRate::FPS_60,
            layers: Vec::new(),
        });
        let recent = ["/shows/tour.ron", "/shows/gone.ron"].map(|path| RecentView {
            path: path.into(),
            is_missing: path.contains("gone"),
        });
        let host = Host {
            templates: templates.to_vec(),
            recent: recent.to_vec(),
            ..Host::default()
        };
        let mut harness = harness(host, size);
        click(&mut harness, "New project: Six-layer stage, 1080p · 60 fps");
        click(&mut harness, "Open tour, /shows");
        assert_eq!(
            harness.state().log,
            [
                Command::File(FileCommand::NewFromTemplate(1)),
                Command::File(FileCommand::Open("/shows/tour.ron".into())),
            ]
        );
        let gone = harness.get_by_label("Open gone, missing");
        assert!(gone.accesskit_node().is_disabled(), "it is not there");
    }
}
