//! Clips edited by hand and by key: selected, moved together, slipped, faded, cut, copied.

use crate::hand::button;
use crate::ui_host::{Host, harness, rich, seconds};
use egui::{Key, Modifiers, Pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use sextet::command::{Command, HistoryCommand, WindowCommand};
use sextet::project::ClipEdit;
use sextet::project::{Clip, ClipId, Interpolation, Keyframe, Layer, Parameter, Track};
use sextet::time::Time;

const SIZE: [f32; 2] = [1600.0, 1000.0];
const CTRL: Modifiers = Modifiers {
    ctrl: true,
    command: true,
    ..Modifiers::NONE
};

/// Two clips of one lane.
const SPARKS_LOOP: ClipId = ClipId(15);
const SPARKS_BIG: ClipId = ClipId(16);

fn window() -> Harness<'static, Host> {
    let mut host = rich();
    host.transport.is_playing = false;
    harness(host, SIZE)
}

fn place(harness: &Harness<'_, Host>, label: &str) -> Pos2 {
    harness.get_by_label_contains(label).rect().center()
}

fn drag(harness: &mut Harness<'_, Host>, from: Pos2, by: egui::Vec2, modifiers: Modifiers) {
    harness.event(egui::Event::ModifiersChanged(modifiers));
    harness.hover_at(from);
    harness.step();
    button(harness, from, true, modifiers);
    for share in [0.3, 0.7, 1.0] {
        harness.hover_at(from + by * share);
        harness.step();
    }
    button(harness, from + by, false, modifiers);
    harness.event(egui::Event::ModifiersChanged(Modifiers::NONE));
    harness.run_steps(2);
}

fn click(harness: &mut Harness<'_, Host>, label: &str, modifiers: Modifiers) {
    let at = place(harness, label);
    harness.event(egui::Event::ModifiersChanged(modifiers));
    harness.hover_at(at);
    harness.step();
    button(harness, at, true, modifiers);
    button(harness, at, false, modifiers);
    harness.event(egui::Event::ModifiersChanged(Modifiers::NONE));
    harness.run_steps(2);
}

fn key(harness: &mut Harness<'_, Host>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(2);
}

fn clip<'h>(harness: &'h Harness<'_, Host>, id: ClipId) -> (&'h Layer, &'h Clip) {
    harness.state().project.clip(id).expect("it is there")
}

/// Undoes one step and checks that all is as it was.
fn undoes_in_one_step(harness: &mut Harness<'_, Host>, before: &sextet::project::Project) {
    assert_ne!(harness.state().project, *before, "something was done");
    key(harness, CTRL, Key::Z);
    assert_eq!(harness.state().project, *before, "one step takes it back");
    assert_eq!(harness.state().history.undo_name(), None, "there was one");
}

fn points_per_s(harness: &Harness<'_, Host>) -> f32 {
    let clip = harness.get_by_label_contains("interview_A.mp4, 00").rect();
    clip.width() / 11.4
}

#[test]
fn clips_selected_with_ctrl_and_shift_move_together_as_one_step() {
    let mut harness = window();
    let before = harness.state().project.clone();
    click(&mut harness, "sparks_loop.mov, 00", Modifiers::NONE);
    click(&mut harness, "sparks_big.mov, 00", Modifiers::SHIFT);
    click(&mut harness, "intro_titles.mov, 00", CTRL);
    click(&mut harness, "intro_titles.mov, 00", CTRL);
    let from = place(&harness, "sparks_big.mov, 00");
    let by = points_per_s(&harness) * 5.0;
    drag(&mut harness, from, vec2(by, 0.0), Modifiers::NONE);
    let moved = clip(&harness, SPARKS_BIG).1.start - seconds(9.4);
    assert!((4.7..5.3).contains(&moved.seconds()), "{moved:?}");
    assert_eq!(
        clip(&harness, SPARKS_LOOP).1.start - seconds(2.4),
        moved,
        "the same way"
    );
    assert_eq!(clip(&harness, ClipId(7)).1.start, seconds(6.0), "taken out");
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn a_marquee_selects_what_it_touches_and_escape_brings_back_what_was_selected() {
    let mut harness = window();
    let lane = harness.get_by_label("Lane Titles").rect();
    let below = harness.get_by_label("Lane Sparks").rect();
    let from = lane.left_center() + vec2(20.0, 0.0);
    let by = vec2(lane.width() - 40.0, below.center().y - lane.center().y);
    drag(&mut harness, from, by, Modifiers::NONE);
    key(&mut harness, Modifiers::NONE, Key::Delete);
    let left: Vec<_> = harness.state().project.layers[..3]
        .iter()
        .map(|layer| layer.clips.len())
        .collect();
    assert_eq!(left, [0, 0, 1], "all of the two lanes that it touched");
    assert_eq!(harness.state().history.undo_name(), Some("Remove 3 clips"));

    let mut harness = window();
    click(&mut harness, "city_map.mov, 00", Modifiers::NONE);
    harness.hover_at(from);
    harness.step();
    button(&mut harness, from, true, Modifiers::NONE);
    harness.hover_at(from + by);
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::Escape);
    button(&mut harness, from + by, false, Modifiers::NONE);
    key(&mut harness, Modifiers::NONE, Key::Delete);
    let removed = Command::Edit(HistoryCommand::Apply(sextet::project::EditCommand::Clip(
        ClipId(41),
        ClipEdit::Remove,
    )));
    assert_eq!(
        harness.state().log,
        [removed],
        "only what was selected before"
    );
}

#[test]
fn a_marquee_begins_in_a_free_lane() {
    let mut host = rich();
    host.transport.is_playing = false;
    host.project.layers.truncate(2);
    let mut harness = harness(host, SIZE);
    let free = harness.get_by_label("Empty lane 3").rect();
    let lane = harness.get_by_label("Lane Sparks").rect();
    let from = egui::pos2(lane.left() + 20.0, free.center().y);
    let by = vec2(lane.width() - 40.0, lane.center().y - from.y);
    drag(&mut harness, from, by, Modifiers::NONE);
    key(&mut harness, Modifiers::NONE, Key::Delete);
    let layers = &harness.state().project.layers;
    assert_eq!((layers[0].clips.len(), layers[1].clips.len()), (1, 0));
}

#[test]
fn alt_drag_and_ctrl_shift_drag_slip_what_the_clip_shows_and_leave_it_in_its_place() {
    for modifiers in [Modifiers::ALT, Modifiers::COMMAND | Modifiers::SHIFT] {
        slips_with(modifiers);
    }
}

fn slips_with(modifiers: Modifiers) {
    let mut host = rich();
    host.transport.is_playing = false;
    host.project.layers[2].clips[0].duration = seconds(4.0);
    host.project.layers[2].clips[0].fade_out = Time::ZERO;
    let mut harness = harness(host, SIZE);
    let before = harness.state().project.clone();
    let by = clip_points(&harness, "interview_A.mp4, 00", 4.0) * 2.0;
    let from = place(&harness, "interview_A.mp4, 00");
    drag(&mut harness, from, vec2(-by, 0.0), modifiers);
    let (_, slipped) = clip(&harness, ClipId(24));
    assert_eq!(
        (slipped.start, slipped.duration),
        (seconds(1.0), seconds(4.0)),
        "with {modifiers:?}"
    );
    let phase = slipped.phase.seconds();
    assert!((1.8..2.2).contains(&phase), "it repeats: {phase}");
    undoes_in_one_step(&mut harness, &before);
}

/// Points per second, from a clip of known length.
fn clip_points(harness: &Harness<'_, Host>, label: &str, seconds: f32) -> f32 {
    harness.get_by_label_contains(label).rect().width() / seconds
}

#[test]
fn the_upper_corner_is_dragged_to_fade_and_the_length_is_shown_beside_the_pointer() {
    let mut harness = window();
    let before = harness.state().project.clone();
    let from = place(&harness, "Fade in of sparks_big.mov");
    let by = vec2(points_per_s(&harness), 0.0);
    harness.hover_at(from);
    harness.step();
    button(&mut harness, from, true, Modifiers::NONE);
    harness.hover_at(from + by * 0.5);
    harness.step();
    harness.hover_at(from + by);
    harness.run_steps(2);
    harness.get_by_label_contains("fade in ");
    button(&mut harness, from + by, false, Modifiers::NONE);
    harness.run_steps(2);
    let fade = clip(&harness, SPARKS_BIG).1.fade_in.seconds();
    assert!((0.85..1.2).contains(&fade), "{fade}");
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn dragging_a_clip_into_another_makes_a_crossfade() {
    let mut harness = window();
    let from = place(&harness, "sparks_big.mov, 00");
    let by = points_per_s(&harness) * -2.4;
    drag(&mut harness, from, vec2(by, 0.0), CTRL);
    let (before, after) = (clip(&harness, SPARKS_LOOP).1, clip(&harness, SPARKS_BIG).1);
    let overlap = (before.end() - after.start).seconds();
    assert!((0.8..1.2).contains(&overlap), "{overlap}");
}

#[test]
fn in_a_crossfade_the_inspector_shows_it_in_the_place_of_the_fade() {
    let mut host = rich();
    let sparks = &mut host.project.layers[1].clips;
    let start = sparks[1].start;
    sparks[0].duration = start + seconds(0.5) - sparks[0].start;
    let mut harness = harness(host, SIZE);
    click(&mut harness, "sparks_big.mov, 00", Modifiers::NONE);
    harness.get_by_label("Crossfade in: 0.50 s");
    harness.get_by_label("Fade out");
    assert!(harness.query_by_label("Fade in").is_none());
    let handle = "Fade in of sparks_big.mov";
    assert!(harness.query_by_label(handle).is_none(), "nothing to drag");
}

#[test]
fn undo_and_redo_give_back_what_was_selected() {
    let mut harness = window();
    let count = harness.state().project.layers.iter();
    let count: usize = count.map(|layer| layer.clips.len()).sum();
    for (modifiers, pressed) in [
        (Modifiers::NONE, Key::Delete),
        (CTRL, Key::D),
        (CTRL, Key::X),
    ] {
        key(&mut harness, CTRL, Key::A);
        key(&mut harness, modifiers, pressed);
        key(&mut harness, CTRL, Key::Z);
        let before = harness.state().project.clone();
        key(&mut harness, Modifiers::NONE, Key::Period);
        let frame = before.canvas.frame_rate.frame_duration();
        let layers = before.layers.iter().zip(&harness.state().project.layers);
        let clips = layers.flat_map(|(was, is)| was.clips.iter().zip(&is.clips));
        let moved = clips.filter(|(was, is)| is.id == was.id && is.start == was.start + frame);
        assert_eq!(moved.count(), count, "all, after {pressed:?}");
        key(&mut harness, CTRL, Key::Z);
    }
}

#[test]
fn trimming_shows_the_frame_and_the_length() {
    let mut harness = window();
    let from = place(&harness, "Trim start of sparks_big.mov");
    harness.hover_at(from);
    harness.step();
    button(&mut harness, from, true, Modifiers::NONE);
    harness.hover_at(from + vec2(40.0, 0.0));
    harness.run_steps(2);
    harness.get_by_label_contains("length 00:00:0");
    button(&mut harness, from + vec2(40.0, 0.0), false, Modifiers::NONE);
}

#[test]
fn split_cuts_all_clips_under_the_playhead_when_none_is_selected() {
    let mut harness = window();
    let before = harness.state().project.clone();
    key(&mut harness, CTRL, Key::K);
    let layers = harness.state().project.layers.iter();
    let counts: Vec<_> = layers.map(|layer| layer.clips.len()).collect();
    // The playhead is at 8.2 s: over Titles, Faces, Waves, Map and Base.
    assert_eq!(counts, [2, 2, 2, 3, 2, 2]);
    undoes_in_one_step(&mut harness, &before);
    click(&mut harness, "intro_titles.mov, 00", Modifiers::NONE);
    key(&mut harness, CTRL, Key::K);
    assert_eq!(harness.state().project.layers[0].clips.len(), 2);
    assert_eq!(harness.state().project.layers[2].clips.len(), 1);
}

#[test]
fn split_within_a_crossfade_cuts_its_lane_and_every_other_one_in_one_step() {
    let mut host = rich();
    host.transport.is_playing = false;
    let waves = &mut host.project.layers[3];
    // From 5.8 to 6.8 s one clip goes over into the next.
    waves.clips[1].start = seconds(5.8);
    waves.clips[0].fade_in = seconds(0.5);
    waves.clips[1].fade_out = seconds(0.5);
    for at in [5.8, 6.1, 6.5, 6.8] {
        let mut host = Host {
            project: host.project.clone(),
            snapshot: host.snapshot.clone(),
            ..Host::default()
        };
        host.transport.playhead = seconds(at);
        let mut harness = harness(host, SIZE);
        let before = harness.state().project.clone();
        key(&mut harness, CTRL, Key::K);
        let layers = harness.state().project.layers.iter();
        let counts: Vec<_> = layers.map(|layer| layer.clips.len()).collect();
        let has_titles = usize::from(at > 6.0);
        assert_eq!(counts, [1 + has_titles, 3, 2, 3, 2, 2], "at {at}");
        let waves = &harness.state().project.layers[3].clips;
        assert_eq!(waves[0].fade_in, seconds(0.5), "at {at}");
        assert_eq!(waves[2].fade_out, seconds(0.5), "at {at}");
        undoes_in_one_step(&mut harness, &before);
    }
}

#[test]
fn keys_nudge_move_across_lanes_slip_and_fade() {
    let mut harness = window();
    let before = harness.state().project.clone();
    let frame = before.canvas.frame_rate.frame_duration();
    click(&mut harness, "intro_titles.mov, 00", Modifiers::NONE);
    let titles = ClipId(7);
    let start = clip(&harness, titles).1.start;
    key(&mut harness, Modifiers::NONE, Key::Period);
    assert_eq!(clip(&harness, titles).1.start, start + frame);
    key(&mut harness, Modifiers::SHIFT, Key::Comma);
    let ten = before.canvas.frame_rate.time_of(9);
    assert_eq!(clip(&harness, titles).1.start, start - ten);
    key(&mut harness, Modifiers::ALT, Key::OpenBracket);
    let fade = clip(&harness, titles).1.fade_in.seconds();
    assert!((2.2..2.5).contains(&fade), "{fade}");
    key(&mut harness, Modifiers::ALT, Key::ArrowDown);
    assert_eq!(clip(&harness, titles).0.name, "Sparks");
    for _ in 0..4 {
        key(&mut harness, CTRL, Key::Z);
    }
    assert_eq!(harness.state().project, before, "four steps");
}

#[test]
fn copy_and_paste_put_a_clip_at_the_playhead_on_the_selected_lane() {
    let mut harness = window();
    let before = harness.state().project.clone();
    click(&mut harness, "sparks_big.mov, 00", Modifiers::NONE);
    harness.event(egui::Event::Copy);
    harness.run_steps(2);
    let text = match harness.state().log.last() {
        Some(Command::Window(WindowCommand::CopyText(text))) => text.clone(),
        other => panic!("nothing was copied: {other:?}"),
    };
    click(&mut harness, "Layer Titles", Modifiers::NONE);
    harness.state_mut().transport.playhead = seconds(12.0);
    harness.event(egui::Event::Paste(text));
    harness.run_steps(2);
    let titles = &harness.state().project.layers[0];
    let starts: Vec<_> = titles.clips.iter().map(|clip| clip.start).collect();
    assert_eq!(starts, [seconds(6.0), seconds(12.0)]);
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn cut_duplicate_and_ripple_delete_are_one_step_each() {
    let cases: [(Modifiers, Key, usize, f64); 3] = [
        (CTRL, Key::X, 1, 9.4),
        (CTRL, Key::D, 3, 9.4),
        (Modifiers::SHIFT, Key::Delete, 1, 3.8),
    ];
    for (modifiers, pressed, count, big_starts) in cases {
        let mut harness = window();
        let before = harness.state().project.clone();
        click(&mut harness, "sparks_loop.mov, 00", Modifiers::NONE);
        key(&mut harness, modifiers, pressed);
        let sparks = &harness.state().project.layers[1];
        assert_eq!(sparks.clips.len(), count, "{pressed:?}");
        assert_eq!(clip(&harness, SPARKS_BIG).1.start, seconds(big_starts));
        undoes_in_one_step(&mut harness, &before);
    }
}

#[test]
fn ripple_trim_moves_up_what_follows() {
    let mut harness = window();
    let before = harness.state().project.clone();
    click(&mut harness, "sparks_loop.mov, 00", Modifiers::NONE);
    harness.state_mut().transport.playhead = seconds(4.4);
    key(&mut harness, Modifiers::NONE, Key::Q);
    let (first, second) = (clip(&harness, SPARKS_LOOP).1, clip(&harness, SPARKS_BIG).1);
    assert_eq!((first.start, first.phase), (seconds(2.4), seconds(2.0)));
    assert_eq!(second.start, seconds(7.4));
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn select_all_takes_every_clip_and_arrows_walk_from_clip_to_clip() {
    let mut harness = window();
    key(&mut harness, CTRL, Key::A);
    key(&mut harness, Modifiers::NONE, Key::Delete);
    let left = harness.state().project.layers.iter();
    assert_eq!(left.flat_map(|layer| &layer.clips).count(), 0);
    key(&mut harness, CTRL, Key::Z);
    click(&mut harness, "sparks_loop.mov, 00", Modifiers::NONE);
    key(&mut harness, CTRL, Key::ArrowRight);
    key(&mut harness, Modifiers::NONE, Key::Delete);
    let sparks = &harness.state().project.layers[1].clips;
    assert_eq!(sparks.len(), 1);
    assert_eq!(sparks[0].id, SPARKS_LOOP, "the second one went");
}

#[test]
fn a_lane_is_renamed_in_its_place_and_made_taller_by_its_lower_edge() {
    let mut harness = window();
    let before = harness.state().project.clone();
    click(&mut harness, "Layer Waves", Modifiers::NONE);
    key(&mut harness, Modifiers::NONE, Key::F2);
    harness.get_by_label("New layer name").type_text("Sea");
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().project.layers[3].name, "Sea");
    undoes_in_one_step(&mut harness, &before);

    let from = place(&harness, "Height of Waves");
    let height = harness.get_by_label("Lane Waves").rect().height();
    drag(&mut harness, from, vec2(0.0, 60.0), Modifiers::NONE);
    assert!(
        harness.get_by_label("Lane Waves").rect().height() > height * 1.2,
        "taller"
    );
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn pasting_on_a_locked_lane_says_why_nothing_came() {
    let mut harness = window();
    click(&mut harness, "sparks_big.mov, 00", Modifiers::NONE);
    harness.event(egui::Event::Copy);
    harness.run_steps(2);
    let Some(Command::Window(WindowCommand::CopyText(text))) = harness.state().log.last().cloned()
    else {
        panic!("nothing was copied");
    };
    click(&mut harness, "Layer Titles", Modifiers::NONE);
    click(&mut harness, "Lock Titles", Modifiers::NONE);
    let before = harness.state().project.clone();
    assert!(before.layers[0].is_locked);
    harness.event(egui::Event::Paste(text));
    harness.run_steps(2);
    assert_eq!(harness.state().project, before);
    let told = match harness.state().log.last() {
        Some(Command::Window(WindowCommand::Tell(text))) => text.clone(),
        other => panic!("nothing was said: {other:?}"),
    };
    assert!(told.contains("“Titles” is locked"), "{told}");
}

#[test]
fn a_right_click_on_a_clip_selects_it_and_opens_its_menu() {
    let mut harness = window();
    harness
        .get_by_label_contains("sparks_big.mov, 00")
        .click_secondary();
    harness.run_steps(4);
    harness.get_by_label_contains("Ripple delete").click();
    harness.run_steps(2);
    let clips = &harness.state().project.layers[1].clips;
    assert!(clips.iter().all(|clip| clip.id != SPARKS_BIG), "{clips:?}");
}

#[test]
fn a_key_on_the_lane_is_dragged_in_time_and_value_as_one_step() {
    let mut harness = window();
    let waves = &mut harness.state_mut().project.layers[3];
    let key = |time: f64, value: f32| Keyframe {
        time: seconds(time),
        value,
        interpolation: Interpolation::Linear,
    };
    waves.keyframes = vec![Track {
        parameter: Parameter::Opacity,
        keys: vec![key(8.0, 0.2), key(12.0, 0.5)],
    }];
    harness.run_steps(2);
    let before = harness.state().project.clone();
    let from = place(&harness, "Opacity 0.5 at 00:00:12");
    let by = vec2(points_per_s(&harness), -6.0);
    drag(&mut harness, from, by, CTRL);
    let keys = harness.state().project.layers[3].keyframes[0].keys.clone();
    assert_eq!(keys[0], key(8.0, 0.2));
    let moved = keys[1].time.seconds();
    assert!((12.8..13.2).contains(&moved), "{moved}");
    assert!((0.55..0.95).contains(&keys[1].value), "{keys:?}");
    undoes_in_one_step(&mut harness, &before);
}

#[test]
fn a_window_at_rest_with_a_hundred_and_twenty_clips_asks_for_no_repaint() {
    let mut harness = window();
    let project = &mut harness.state_mut().project;
    for (lane, layer) in (0..).zip(&mut project.layers) {
        let first = layer.clips[0].clone();
        layer.clips = (0..20)
            .map(|place| Clip {
                id: ClipId(100 + lane * 20 + place),
                start: seconds(f64::from(place)),
                duration: seconds(0.9),
                fade_in: Time::ZERO,
                fade_out: Time::ZERO,
                ..first.clone()
            })
            .collect();
    }
    harness.run_steps(8);
    let clips = |layer: &Layer| layer.clips.len();
    let count: usize = harness.state().project.layers.iter().map(clips).sum();
    assert_eq!(count, 120);
    let viewport = &harness.output().viewport_output[&egui::ViewportId::ROOT];
    assert!(
        viewport.repaint_delay > std::time::Duration::from_millis(100),
        "{:?}",
        viewport.repaint_delay
    );
}
