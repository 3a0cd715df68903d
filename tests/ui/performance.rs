//! The performance panel, the plots over time, the log and the doctor's panel: what can be done with them.

use crate::hand::{ctrl, paused};
use crate::ui_host::{Host, seconds};
use egui::{Key, Modifiers, Pos2, Role, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use sextet::command::{Command, ReportCommand, TransportCommand};
use sextet::stats::Counts;
use sextet::status::events::{EventKind, LogLine};
use sextet::status::snapshot::{LayerSample, Sample};
use sextet::time::Time;

const SIZE: [f32; 2] = [1600.0, 1000.0];

fn press(harness: &mut Harness<'_, Host>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(6);
}

fn click(harness: &mut Harness<'_, Host>, label: &str) {
    harness.get_by_role_and_label(Role::Button, label).click();
    harness.run_steps(4);
}

fn click_at(harness: &mut Harness<'_, Host>, at: Pos2) {
    harness.hover_at(at);
    harness.step();
    harness.drag_at(at);
    harness.step();
    harness.drop_at(at);
    harness.run_steps(3);
}

#[test]
fn the_counts_are_copied_exported_and_reset_from_the_panel() {
    let mut harness = paused(SIZE, |_| {});
    for (label, command) in [
        ("Copy", Command::Report(ReportCommand::CopyReport)),
        ("Export…", Command::Report(ReportCommand::ExportReport)),
        ("Reset", Command::Report(ReportCommand::ResetStats)),
    ] {
        harness.state_mut().log.clear();
        click(&mut harness, label);
        assert_eq!(harness.state().log, [command], "{label}");
    }
}

#[test]
fn a_layer_of_which_nothing_was_due_has_no_hit_rate() {
    let harness = paused(SIZE, |host| {
        host.snapshot.layers[1].counts = Counts::default();
    });
    let name = &harness.state().project.layers[1].name;
    harness.get_by_label_contains(&format!("{name}: hit rate –, 0 drops"));
    let played = &harness.state().project.layers[0].name;
    harness.get_by_label_contains(&format!("{played}: hit rate 100.0 %, 0 drops"));
}

#[test]
fn a_click_on_a_lost_frame_in_the_panel_puts_the_playhead_there() {
    let mut harness = paused(SIZE, |_| {});
    let plot = harness
        .get_by_label_contains("Frame times of the last 240 pictures, 1 of them with a lost frame")
        .rect();
    // The mark is 97 pictures before the newest of the 240 that fill the width between margins of four points.
    let step = (plot.width() - 8.0) / 239.0;
    let mark = Pos2::new(plot.right() - 4.0 - 97.0 * step, plot.center().y);
    click_at(&mut harness, mark + vec2(2.0 * step, 0.0));
    assert_eq!(
        harness.state().log,
        [Command::Transport(TransportCommand::SeekTo(seconds(5.62)))]
    );
    harness.state_mut().log.clear();
    click_at(&mut harness, mark + vec2(40.0 * step, 0.0));
    assert_eq!(harness.state().log, [], "nothing was lost there");
}

/// A minute in which each quarter of a second lost a frame, the playhead running along.
fn a_minute_of_losses(host: &mut Host) {
    let times = || (0..240).map(|quarter| seconds(f64::from(quarter) / 4.0));
    host.snapshot.history = times()
        .map(|time| Sample {
            time,
            frame_ms: 16.7,
            worst_frame_ms: 17.0,
            ..Sample::default()
        })
        .collect();
    host.snapshot.layers[1].history = times()
        .map(|time| LayerSample {
            time,
            hit_rate: 1.0,
            read_ms: [1.0, 2.0, 3.0],
            fill: 1.0,
            lost: 1,
            lost_at: Some(time),
        })
        .collect();
}

/// The first of the plots, all of which jump to losses.
const HIT_RATE: &str = "Plot: Hit rate, %";

fn sought(harness: &Harness<'_, Host>) -> Time {
    match harness.state().log.last() {
        Some(Command::Transport(TransportCommand::SeekTo(time))) => *time,
        other => panic!("a jump is asked for, not {other:?}"),
    }
}

#[test]
fn a_click_in_the_plots_over_time_goes_to_the_loss_under_it() {
    let mut harness = paused(SIZE, a_minute_of_losses);
    press(&mut harness, ctrl(), Key::P);
    let plot = harness.get_by_label(HIT_RATE).rect();
    let mut last = None;
    for share in [0.3, 0.5, 0.7] {
        click_at(
            &mut harness,
            Pos2::new(plot.left() + share * plot.width(), plot.center().y),
        );
        let at = sought(&harness);
        assert!(last < Some(at), "{last:?}, then {at:?}");
        // The plot spans the minute, with some room at its ends.
        let expected = f64::from(share) * 60.0;
        assert!((at.seconds() - expected).abs() < 8.0, "{at:?} at {share}");
        last = Some(at);
    }
}

#[test]
fn plots_that_are_held_still_show_the_same_while_playing_goes_on() {
    let mut harness = paused(SIZE, a_minute_of_losses);
    press(&mut harness, ctrl(), Key::P);
    let middle = harness.get_by_label(HIT_RATE).rect().center();
    click_at(&mut harness, middle);
    let before = sought(&harness);
    click(&mut harness, "Hold");
    // Twenty seconds later.
    let later = |time: Time| time + Time::from_seconds(20);
    let snapshot = &mut harness.state_mut().snapshot;
    for sample in &mut snapshot.history {
        sample.time = later(sample.time);
    }
    for sample in &mut snapshot.layers[1].history {
        sample.time = later(sample.time);
        sample.lost_at = sample.lost_at.map(later);
    }
    harness.run_steps(3);
    click_at(&mut harness, middle);
    assert_eq!(sought(&harness), before, "held");
    click(&mut harness, "Hold");
    click_at(&mut harness, middle);
    assert_eq!(sought(&harness), later(before), "as it is");
}

fn log_lines(host: &mut Host) {
    let line = |kind, text: &str| LogLine {
        time: seconds(3.0),
        kind,
        is_error: kind == EventKind::Error,
        playhead: (kind == EventKind::Drop).then(|| seconds(7.25)),
        count: u64::from(kind == EventKind::Drop) * 12,
        text: text.to_owned(),
        ..LogLine::default()
    };
    host.snapshot.log = [
        line(EventKind::Note, "Read by pread, as asked."),
        line(EventKind::Drop, "Not shown on time, because of reading"),
        line(EventKind::Error, "The disk does not answer"),
    ]
    .into();
}

#[test]
fn the_log_is_filtered_by_kind_and_by_words_copied_exported_and_leads_to_its_moments() {
    let mut harness = paused(SIZE, log_lines);
    press(&mut harness, ctrl(), Key::G);
    let shows = |harness: &Harness<'_, Host>, text: &str| {
        harness.query_all_by_label_contains(text).next().is_some()
    };
    assert!(shows(&harness, "because of reading  × 12"), "counted");
    click(&mut harness, "Drop");
    assert!(!shows(&harness, "because of reading"), "left out");
    assert!(shows(&harness, "does not answer"));
    click(&mut harness, "Drop");
    let field = harness.get_by_label("Filter the log");
    field.focus();
    field.type_text("READING");
    harness.run_steps(3);
    assert!(shows(&harness, "because of reading"));
    assert!(!shows(&harness, "Read by pread, as asked"), "other words");
    click(&mut harness, "00:00:07:15");
    assert_eq!(sought(&harness), seconds(7.25));
    harness.state_mut().log.clear();
    let exports = harness.get_all_by_role_and_label(Role::Button, "Export…");
    let in_window = exports.last().expect("the panel has one, and the log");
    in_window.click();
    harness.run_steps(3);
    assert_eq!(
        harness.state().log,
        [Command::Report(ReportCommand::ExportLog)]
    );
}

#[test]
fn figures_lie_over_the_picture_when_asked_for() {
    let mut harness = paused(SIZE, |_| {});
    let shown = |harness: &mut Harness<'_, Host>| harness.render().expect("a picture").to_vec();
    let before = shown(&mut harness);
    press(&mut harness, ctrl() | Modifiers::SHIFT, Key::P);
    harness
        .get_by_label("Find a command")
        .type_text("figures over the picture");
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_ne!(shown(&mut harness), before);
}
