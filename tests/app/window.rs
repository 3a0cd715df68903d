//! The whole program behind the window: files in, edits, undo, saving, opening again.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use clap::Parser as _;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use sextet::app::{AppOptions, SextetApp};
use sextet::cli::args::{Args, Command};
use sextet::control::{ControllerOptions, DialogKind, DialogRequest};
use sextet::project::storage::file;
use sextet::project::{Interpolation, Parameter, Project};
use sextet::time::{Clock, ManualClock, Time};

/// Longer than any step here takes, even on a busy machine.
const PATIENCE: Time = Time::from_seconds(120);

/// A card of one second at 60 pictures a second; gives its path.
fn make_card(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    let output = path.display().to_string();
    let typed = ["sextet", "testcard", "-o", &output, "--format", "hap"];
    let rest = ["--size", "64x32", "--fps", "60", "--frames", "60"];
    let args = Args::try_parse_from(typed.into_iter().chain(rest)).expect("good arguments");
    match args.command {
        Some(Command::Testcard(args)) => sextet::cli::testcard::run(&args).expect("a card"),
        other => panic!("expected testcard, not {other:?}"),
    };
    path
}

/// The program with these files, its clock set by hand, and dialogs that choose `chosen`.
fn open(paths: Vec<PathBuf>, chosen: PathBuf) -> (Harness<'static, SextetApp>, ManualClock) {
    open_and_add(paths, chosen, Vec::new())
}

/// The same, where the dialog for media files chooses `added`.
fn open_and_add(
    paths: Vec<PathBuf>,
    chosen: PathBuf,
    added: Vec<PathBuf>,
) -> (Harness<'static, SextetApp>, ManualClock) {
    let hand = ManualClock::new();
    let options = AppOptions {
        control: ControllerOptions {
            paths,
            clock: hand.clock(),
            ..ControllerOptions::default()
        },
        dialogs: Arc::new(move |request: &DialogRequest| {
            Ok(match &request.kind {
                DialogKind::SaveProject { .. } | DialogKind::OpenProject => vec![chosen.clone()],
                DialogKind::AddMedia => added.clone(),
                _ => Vec::new(),
            })
        }),
        ..AppOptions::default()
    };
    let harness = Harness::builder()
        .with_size([1280.0, 800.0])
        .build_eframe(|cc| SextetApp::new(cc, options).expect("the program starts"));
    (harness, hand)
}

/// Runs frame after frame until something holds.
fn until(harness: &mut Harness<'_, SextetApp>, what: &str, holds: impl Fn(&SextetApp) -> bool) {
    let clock = Clock::system();
    while !holds(harness.state()) {
        assert!(clock.now() < PATIENCE, "waited too long: {what}");
        harness.step();
        thread::yield_now();
    }
    // One more, so that what came about is drawn as well.
    harness.step();
}

fn until_idle(harness: &mut Harness<'_, SextetApp>) {
    until(
        harness,
        "all files are open, read and written",
        SextetApp::is_idle,
    );
}

fn start_of_first_clip(app: &SextetApp) -> Time {
    app.project().layers[0].clips[0].start
}

/// Drags the clip of the top layer to the right, and lets go.
fn drag_first_clip(harness: &mut Harness<'_, SextetApp>) {
    let ruler = harness
        .get_by_label_contains("Timeline ruler, playhead at")
        .rect();
    let clip = harness
        .get_all_by_role(Role::ListItem)
        .map(|node| node.rect())
        .filter(|rect| rect.top() > ruler.bottom() && rect.left() >= ruler.left())
        .min_by(|a, b| a.top().total_cmp(&b.top()))
        .expect("the timeline shows a clip");
    let from = clip.center();
    harness.hover_at(from);
    harness.step();
    harness.drag_at(from);
    harness.step();
    for step in 1..=8_u8 {
        harness.hover_at(from + egui::vec2(f32::from(step) * 20.0, 0.0));
        harness.step();
    }
    harness.drop_at(from + egui::vec2(160.0, 0.0));
    harness.run_steps(2);
}

#[test]
fn files_become_layers_in_one_step_that_undo_takes_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let cards = ["one.mov", "two.mov"].map(|name| make_card(folder.path(), name));
    let (mut harness, _hand) = open(cards.to_vec(), folder.path().join("show.ron"));
    until_idle(&mut harness);

    let project = harness.state().project();
    let names: Vec<_> = project.layers.iter().map(|layer| &*layer.name).collect();
    assert_eq!(names, ["two", "one"]);
    let second = Time::from_seconds(1);
    assert!(
        project
            .layers
            .iter()
            .all(|layer| layer.clips[0].duration == second),
        "{project:?}"
    );

    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(2);
    assert_eq!(*harness.state().project(), Project::default());
}

#[test]
fn a_dragged_clip_moves_undo_brings_it_back_and_what_is_saved_opens_equal() {
    let folder = tempfile::tempdir().expect("a folder");
    let card = make_card(folder.path(), "one.mov");
    let show = folder.path().join("show.ron");
    let (mut harness, _hand) = open(vec![card], show.clone());
    until_idle(&mut harness);

    drag_first_clip(&mut harness);
    let moved = start_of_first_clip(harness.state());
    assert!(moved > Time::ZERO, "the drag moved the clip");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(2);
    assert_eq!(
        start_of_first_clip(harness.state()),
        Time::ZERO,
        "one step back"
    );
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    harness.run_steps(2);
    assert_eq!(
        start_of_first_clip(harness.state()),
        moved,
        "and forward again"
    );

    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_steps(2);
    until_idle(&mut harness);
    let saved = file::load(&show).expect("the saved project loads");
    assert_eq!(saved.layers, harness.state().project().layers);

    let (mut again, _hand) = open(vec![show.clone()], show);
    until(&mut again, "the project is open", |app| {
        !app.project().layers.is_empty()
    });
    assert_eq!(again.state().project().layers, saved.layers);
}

#[test]
fn space_plays_by_the_clock_and_scrubbing_moves_the_playhead() {
    let folder = tempfile::tempdir().expect("a folder");
    let card = make_card(folder.path(), "one.mov");
    let (mut harness, hand) = open(vec![card], folder.path().join("show.ron"));
    until_idle(&mut harness);

    harness.key_press(Key::Space);
    harness.run_steps(2);
    assert!(
        harness.state().engine().transport().is_playing(),
        "space plays"
    );
    hand.advance(Time::from_nanos(500_000_000));
    harness.run_steps(2);
    assert!(
        harness.state().engine().playhead() >= Time::from_nanos(490_000_000),
        "half a second on"
    );
    harness.key_press(Key::Space);
    harness.run_steps(2);
    assert!(
        !harness.state().engine().transport().is_playing(),
        "space pauses"
    );

    let ruler = harness
        .get_by_label_contains("Timeline ruler, playhead at")
        .rect();
    let at = ruler.left_center() + egui::vec2(ruler.width() * 0.25, 0.0);
    harness.drag_at(at);
    harness.step();
    harness.drop_at(at);
    harness.run_steps(2);
    let playhead = harness.state().engine().playhead();
    assert!(
        playhead > Time::ZERO && playhead < Time::from_nanos(490_000_000),
        "{playhead:?}"
    );
}

#[test]
fn a_broken_project_and_a_missing_file_are_told_and_the_project_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let broken = folder.path().join("broken.ron");
    std::fs::write(&broken, "(version: 1, project: oops").expect("writes");
    for path in [broken, folder.path().join("missing.mov")] {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let (mut harness, _hand) = open(vec![path], folder.path().join("show.ron"));
        until_idle(&mut harness);
        harness.run_steps(2);
        assert_eq!(*harness.state().project(), Project::default());
        assert!(
            harness.query_all_by_label_contains(&name).next().is_some(),
            "{name} is named in the window"
        );
    }
}

#[test]
fn unsaved_changes_are_asked_about_before_a_new_project() {
    let folder = tempfile::tempdir().expect("a folder");
    let card = make_card(folder.path(), "one.mov");
    let (mut harness, _hand) = open(vec![card], folder.path().join("show.ron"));
    until_idle(&mut harness);

    harness.key_press_modifiers(Modifiers::COMMAND, Key::N);
    harness.run_steps(3);
    assert_eq!(harness.state().project().layers.len(), 1, "asked first");
    harness
        .get_by_role_and_label(Role::Button, "Discard")
        .click();
    harness.run_steps(3);
    assert_eq!(*harness.state().project(), Project::default());
}

#[test]
fn a_paused_window_in_which_nothing_moves_repaints_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let cards = ["a.mov", "b.mov"].map(|name| make_card(folder.path(), name));
    let (mut harness, hand) = open(cards.to_vec(), folder.path().join("show.ron"));
    until_idle(&mut harness);
    // What is still on its way, thumbnails among it, comes in; then the window rests, whatever the clock says.
    until(&mut harness, "the pictures are there", |app| {
        let media = &app.engine().snapshot().media;
        media.iter().all(|status| !status.thumbnails.is_empty())
    });
    let clock = Clock::system();
    let mut quiet = 0;
    while quiet < 60 {
        assert!(clock.now() < PATIENCE, "it never rests");
        hand.advance(Time::from_nanos(16_666_667));
        quiet = if asks_soon(&harness) { 0 } else { quiet + 1 };
        harness.step();
        thread::yield_now();
    }
    key(&mut harness, Modifiers::NONE, Key::Space);
    assert!(asks_soon(&harness), "it plays");
}

/// True if another pass was asked for soon; that unsaved changes are to be kept in half a minute is no such thing.
fn asks_soon(harness: &Harness<'_, SextetApp>) -> bool {
    let viewport = &harness.output().viewport_output[&egui::ViewportId::ROOT];
    viewport.repaint_delay < std::time::Duration::from_secs(1)
}

fn key(harness: &mut Harness<'_, SextetApp>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

/// Types a time to go to.
fn go_to(harness: &mut Harness<'_, SextetApp>, time: &str) {
    key(harness, Modifiers::NONE, Key::T);
    harness.get_by_label("Go to time").type_text(time);
    harness.run_steps(2);
    key(harness, Modifiers::NONE, Key::Enter);
}

fn drag_label(harness: &mut Harness<'_, SextetApp>, label: &str, by: egui::Vec2) {
    let from = harness.get_by_label_contains(label).rect().center();
    harness.hover_at(from);
    harness.step();
    harness.drag_at(from);
    harness.step();
    for step in 1..=4_u8 {
        harness.hover_at(from + by * (f32::from(step) / 4.0));
        harness.step();
    }
    harness.drop_at(from + by);
    harness.run_steps(3);
}

#[test]
fn an_empty_project_becomes_six_arranged_layers_that_are_saved_and_open_equal() {
    let folder = tempfile::tempdir().expect("a folder");
    let names = ["a", "b", "c", "d", "e", "f"];
    let cards = names.map(|name| make_card(folder.path(), &format!("{name}.mov")));
    let show = folder.path().join("show.ron");
    let (mut harness, _hand) = open_and_add(Vec::new(), show.clone(), cards.to_vec());
    until_idle(&mut harness);
    assert_eq!(*harness.state().project(), Project::default());
    key(&mut harness, Modifiers::COMMAND, Key::I);
    until_idle(&mut harness);
    assert_eq!(harness.state().project().layers.len(), 6);

    // Each clip begins a little later than the one above it.
    for (index, name) in names.iter().enumerate() {
        let label = format!("{name}.mov, 00");
        harness.get_by_label_contains(&label).click();
        harness.run_steps(2);
        for _ in 0..index {
            key(&mut harness, Modifiers::SHIFT, Key::Period);
        }
    }
    // The lowest is doubled, the topmost slipped under it as a crossfade.
    key(&mut harness, Modifiers::COMMAND, Key::D);
    key(&mut harness, Modifiers::SHIFT, Key::Comma);
    // Fades by hand and by key.
    drag_label(&mut harness, "Fade in of a.mov", egui::vec2(60.0, 0.0));
    harness.get_by_label_contains("b.mov, 00").click();
    harness.run_steps(2);
    go_to(&mut harness, "0.75");
    key(&mut harness, Modifiers::ALT, Key::CloseBracket);
    // Markers, one of them renamed, and a loop.
    key(&mut harness, Modifiers::NONE, Key::M);
    go_to(&mut harness, "+0.25");
    key(&mut harness, Modifiers::NONE, Key::M);
    key(&mut harness, Modifiers::SHIFT, Key::ArrowUp);
    key(&mut harness, Modifiers::NONE, Key::F2);
    harness.get_by_label("New marker name").type_text("Drop");
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::Enter);
    key(&mut harness, Modifiers::NONE, Key::O);
    // A layer with another name, colour and height.
    harness.get_by_label("Layer c").click();
    harness.run_steps(2);
    key(&mut harness, Modifiers::ALT, Key::Equals);
    key(&mut harness, Modifiers::NONE, Key::F2);
    harness.get_by_label("New layer name").type_text("Sky");
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::Enter);

    // Keyframes: the position of the topmost layer moves, and eases in.
    harness.get_by_label("Layer f").click();
    harness.run_steps(3);
    go_to(&mut harness, "0");
    harness.get_by_label("Keyframe of position").click();
    harness.run_steps(3);
    harness
        .get_by_label("Keyframe of position")
        .click_secondary();
    harness.run_steps(4);
    harness.get_by_label("Ease").click();
    harness.run_steps(3);
    go_to(&mut harness, "0.5");
    type_into(&mut harness, "Position X", "100");

    let project = harness.state().project().clone();
    assert_arranged(&project);
    key(&mut harness, Modifiers::COMMAND, Key::S);
    until_idle(&mut harness);
    let saved = file::load(&show).expect("the saved project loads");
    let (mut again, _hand) = open(vec![show.clone()], show);
    until(&mut again, "the project is open", |app| {
        !app.project().layers.is_empty()
    });
    let opened = again.state().project();
    assert_eq!(
        (&opened.layers, &opened.markers),
        (&project.layers, &project.markers)
    );
    assert_eq!(
        (opened.loop_range, opened.canvas),
        (saved.loop_range, saved.canvas)
    );
}

/// Clicks a field, types into it, and ends with Enter.
fn type_into(harness: &mut Harness<'_, SextetApp>, name: &str, text: &str) {
    harness.get_by_label(name).click();
    harness.run_steps(3);
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run_steps(2);
    key(harness, Modifiers::NONE, Key::Enter);
}

fn assert_arranged(project: &Project) {
    assert_eq!(project.validate(), Ok(()), "whole");
    let clip = |layer: usize, clip: usize| &project.layers[layer].clips[clip];
    let starts: Vec<_> = (0..6).rev().map(|layer| clip(layer, 0).start).collect();
    assert!(
        starts.windows(2).all(|pair| pair[0] < pair[1]),
        "{starts:?}"
    );
    let overlap = clip(0, 0).end() - clip(0, 1).start;
    assert!(overlap > Time::ZERO, "a crossfade of {overlap:?}");
    assert!(clip(5, 0).fade_in > Time::ZERO, "a fade by hand");
    assert!(clip(4, 0).fade_out > Time::ZERO, "a fade by key");
    let names: Vec<_> = project.markers.iter().map(|marker| &*marker.name).collect();
    assert_eq!(names, ["Drop", "Marker 2"], "one was renamed");
    assert!(project.loop_range.is_some(), "a loop");
    assert_eq!(project.layers[3].name, "Sky", "renamed");
    let track = project.layers[0].track(Parameter::PositionX);
    let keys = &track.expect("keyed").keys;
    let values: Vec<_> = keys.iter().map(|key| (key.time, key.value)).collect();
    let half = Time::from_seconds_f64(0.5);
    assert_eq!(values, [(Time::ZERO, 0.0), (half, 100.0)], "two keys");
    let first = keys[0].interpolation;
    assert_eq!(first, Interpolation::Ease, "chosen in the menu");
}
