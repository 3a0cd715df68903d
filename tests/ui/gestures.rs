//! Gestures of the editor one by one, by what assistive technology calls their parts: snapping, trimming, zooming, the
//! heads of lanes, the inspector's choices, the view of the picture, the media bin.

use crate::hand::button;
use crate::ui_host::{Host, harness, rich, seconds};
use egui::accesskit::{Role, Toggled};
use egui::{Event, Key, Modifiers, MouseWheelUnit, Pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use sextet::command::{Command, FileCommand};
use sextet::project::{AlphaMode, Clip, ClipId, Fit, Layer, LoopMode, MediaId, Project};

/// High enough for the whole inspector.
const SIZE: [f32; 2] = [1600.0, 1700.0];
const TITLES: ClipId = ClipId(7);
const SPARKS_BIG: ClipId = ClipId(16);

fn window() -> Harness<'static, Host> {
    window_with(|_| {})
}

fn window_with(change: impl Fn(&mut Project)) -> Harness<'static, Host> {
    let mut host = rich();
    host.transport.is_playing = false;
    change(&mut host.project);
    harness(host, SIZE)
}

fn place(harness: &Harness<'_, Host>, label: &str) -> Pos2 {
    harness.get_by_label_contains(label).rect().center()
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

fn key(harness: &mut Harness<'_, Host>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

fn click(harness: &mut Harness<'_, Host>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(4);
}

fn choose(harness: &mut Harness<'_, Host>, name: &str, choice: &str) {
    harness.get_by_role_and_label(Role::ComboBox, name).click();
    harness.run_steps(4);
    click(harness, choice);
}

fn open_menu(harness: &mut Harness<'_, Host>, label: &str) {
    harness.get_by_label_contains(label).click_secondary();
    harness.run_steps(4);
}

fn clip<'a>(harness: &'a Harness<'_, Host>, id: ClipId) -> &'a Clip {
    harness.state().project.clip(id).expect("there").1
}

fn waves<'a>(harness: &'a Harness<'_, Host>) -> &'a Layer {
    &harness.state().project.layers[3]
}

fn undoes_in_one_step(harness: &mut Harness<'_, Host>, before: &Project) {
    assert_ne!(harness.state().project, *before, "something was done");
    key(harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(harness.state().project, *before, "one step takes it back");
}

/// Drags the clip of the titles so that it begins three points behind this time.
fn drag_titles_near(harness: &mut Harness<'_, Host>, at_s: f64) {
    let rect = harness.get_by_label_contains("intro_titles.mov, 00").rect();
    let points_per_s = rect.width() / 4.4;
    let from = rect.center() + vec2(0.0, 4.0);
    let start_s = clip(harness, TITLES).start.seconds();
    drag(harness, from, (at_s - start_s) as f32 * points_per_s + 3.0);
}

#[test]
fn a_clip_snaps_to_the_playhead_and_to_a_marker() {
    let mut harness = window_with(|project| project.loop_range = None);
    drag_titles_near(&mut harness, 8.2);
    assert_eq!(clip(&harness, TITLES).start, seconds(8.2), "the playhead");
    drag_titles_near(&mut harness, 13.6);
    assert_eq!(clip(&harness, TITLES).start, seconds(13.6), "a marker");
}

#[test]
fn a_clip_snaps_to_whole_seconds_only_from_close_by() {
    for (zooms, is_near) in [(0, false), (2, true)] {
        let mut harness = window_with(|project| project.loop_range = None);
        for _ in 0..zooms {
            key(&mut harness, Modifiers::NONE, Key::Plus);
        }
        drag_titles_near(&mut harness, 7.0);
        let start = clip(&harness, TITLES).start;
        assert_eq!(start == seconds(7.0), is_near, "{start:?}");
    }
}

#[test]
fn snapping_is_turned_off_and_on_by_key() {
    for (presses, is_on) in [(1, false), (2, true)] {
        let mut harness = window();
        for _ in 0..presses {
            key(&mut harness, Modifiers::NONE, Key::S);
        }
        drag_titles_near(&mut harness, 8.2);
        let start = clip(&harness, TITLES).start;
        assert_eq!(start == seconds(8.2), is_on, "{start:?}");
    }
}

#[test]
fn dragging_the_start_trims_and_the_picture_stays_in_its_place() {
    let mut harness = window();
    let before = harness.state().project.clone();
    let from = place(&harness, "Trim start of sparks_big.mov");
    drag(&mut harness, from, 60.0);
    let trimmed = clip(&harness, SPARKS_BIG).clone();
    assert_eq!(trimmed.end(), seconds(14.8), "the end stays");
    let later = trimmed.start - seconds(9.4);
    assert!(later > seconds(0.5), "{later:?}");
    assert_eq!(trimmed.phase, later);
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn the_timeline_is_zoomed_to_the_selection_and_to_all() {
    let mut harness = window();
    let width = |harness: &Harness<'_, Host>| {
        let clip = harness.get_by_label_contains("intro_titles.mov, 00");
        clip.rect().width()
    };
    let fitted = width(&harness);
    let at = place(&harness, "intro_titles.mov, 00") + vec2(0.0, 4.0);
    harness.hover_at(at);
    harness.step();
    button(&mut harness, at, true, Modifiers::NONE);
    button(&mut harness, at, false, Modifiers::NONE);
    key(&mut harness, Modifiers::NONE, Key::Z);
    assert!(width(&harness) > fitted * 3.0, "{}", width(&harness));
    key(&mut harness, Modifiers::NONE, Key::Num0);
    assert!((width(&harness) - fitted).abs() < 1.0, "{fitted}");
    assert_eq!(harness.state().log, [], "the document is as it was");
}

#[test]
fn a_lane_is_muted_soloed_locked_and_coloured_from_its_head() {
    let mut harness = window();
    let before = harness.state().project.clone();
    for (name, holds) in [
        (
            "Mute Waves",
            (|layer| !layer.is_visible) as fn(&Layer) -> bool,
        ),
        ("Solo Waves", |layer| layer.is_solo),
        ("Lock Waves", |layer| layer.is_locked),
    ] {
        click(&mut harness, name);
        assert!(holds(waves(&harness)), "{name}");
        undoes_in_one_step(&mut harness, &before);
    }
    open_menu(&mut harness, "Layer Waves");
    click(&mut harness, "Colour");
    click(&mut harness, "Rose");
    assert_eq!(waves(&harness).colour, 5);
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn fit_and_alpha_are_chosen_and_a_row_is_reset_by_its_label() {
    let mut harness = window();
    click(&mut harness, "Layer Waves");
    let before = harness.state().project.clone();
    choose(&mut harness, "Fit", "Fill");
    assert_eq!(waves(&harness).transform.fit, Fit::Fill);
    undoes_in_one_step(&mut harness, &before);
    choose(&mut harness, "Alpha", "Premultiplied");
    assert_eq!(waves(&harness).alpha, AlphaMode::Premultiplied);
    undoes_in_one_step(&mut harness, &before);
    harness.get_by_label("Reset position").focus();
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(waves(&harness).transform.position_px, [0.0; 2]);
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn a_clips_menu_sets_how_it_loops() {
    let mut harness = window();
    let before = harness.state().project.clone();
    open_menu(&mut harness, "sparks_big.mov, 00");
    click(&mut harness, "Loop mode");
    click(&mut harness, "Ping-pong");
    assert_eq!(clip(&harness, SPARKS_BIG).loop_mode, LoopMode::PingPong);
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn the_picture_is_zoomed_by_wheel_and_button_and_moved_and_fitted_again() {
    let mut harness = window();
    let shown = |harness: &Harness<'_, Host>, text: &str| harness.query_all_by_label(text).count();
    assert_eq!(shown(&harness, "100 %"), 1, "the button alone");
    click(&mut harness, "100 %");
    assert_eq!(shown(&harness, "100 %"), 2, "the figure says so too");
    click(&mut harness, "Fit");
    assert_eq!(shown(&harness, "100 %"), 1, "as large as fits");
    let stage = place(&harness, "Preview, ");
    harness.hover_at(stage);
    harness.step();
    let percent = |harness: &Harness<'_, Host>| -> Vec<String> {
        let labels = harness.query_all_by_label_contains(" %");
        labels
            .filter(|node| node.rect().left() < stage.x && node.rect().top() > stage.y)
            .filter_map(|node| node.accesskit_node().value())
            .collect()
    };
    let fitted = percent(&harness);
    harness.event(Event::MouseWheel {
        unit: MouseWheelUnit::Line,
        delta: vec2(0.0, 4.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    });
    harness.run_steps(20);
    assert_ne!(percent(&harness), fitted, "closer");
    assert_eq!(harness.state().log, [], "the document is as it was");
}

#[test]
fn safe_areas_and_the_checkerboard_are_switched_below_the_picture() {
    let mut harness = window();
    for name in ["Safe areas", "Checkerboard"] {
        for is_on in [true, false] {
            click(&mut harness, name);
            let node = harness.get_by_label(name);
            let toggled = node.accesskit_node().toggled();
            let expected = if is_on { Toggled::True } else { Toggled::False };
            assert_eq!(toggled, Some(expected), "{name}");
        }
    }
}

#[test]
fn a_file_of_the_bin_is_shown_in_its_folder_and_replaced_from_its_menu() {
    let mut harness = window();
    assert!(
        harness
            .query_by_label_contains("logo_still.png, 2048×2048 · still, not in use")
            .is_some(),
        "what is not in use is said to be"
    );
    open_menu(&mut harness, "logo_still.png, 2048");
    click(&mut harness, "Show in folder");
    open_menu(&mut harness, "logo_still.png, 2048");
    click(&mut harness, "Replace…");
    let expected = [
        Command::File(FileCommand::RevealMedia(MediaId(8))),
        Command::File(FileCommand::ReplaceMediaDialog(MediaId(8))),
    ];
    assert_eq!(harness.state().log, expected);
}
