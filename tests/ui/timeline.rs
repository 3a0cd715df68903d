//! The timeline under the hand: dragging, trimming, scrubbing, reordering.

use crate::ui_host::{Host, harness, rich, seconds};
use egui::{Event, Key, Modifiers, Pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use sextet::command::PlaceOn;
use sextet::command::{Command, HistoryCommand, TransportCommand, WindowCommand};
use sextet::project::{ClipEdit, ClipId, EditCommand, LayerId, MediaId};
use sextet::time::Time;
use sextet::transport::Direction;
use sextet::ui::MainWindow;

const SIZE: [f32; 2] = [1600.0, 1000.0];

fn window() -> Harness<'static, Host> {
    let mut host = rich();
    host.transport.is_playing = false;
    harness(host, SIZE)
}

/// The middle of what has this in its label.
fn place(harness: &Harness<'_, Host>, label: &str) -> Pos2 {
    harness.get_by_label_contains(label).rect().center()
}

fn press(harness: &mut Harness<'_, Host>, at: Pos2) {
    harness.hover_at(at);
    harness.step();
    harness.drag_at(at);
    harness.step();
}

fn move_to(harness: &mut Harness<'_, Host>, at: Pos2) {
    harness.hover_at(at);
    harness.step();
}

fn release(harness: &mut Harness<'_, Host>, at: Pos2) {
    harness.drop_at(at);
    harness.run_steps(2);
}

#[test]
fn dragging_a_clip_is_one_gesture_that_moves_it_in_time_and_across_lanes() {
    let mut harness = window();
    let from = place(&harness, "sparks_big.mov, 00");
    let lane_height = place(&harness, "Layer Faces").y - place(&harness, "Layer Sparks").y;
    press(&mut harness, from);
    move_to(&mut harness, from + vec2(60.0, 0.0));
    move_to(&mut harness, from + vec2(151.0, -lane_height));
    release(&mut harness, from + vec2(151.0, -lane_height));

    let log = &harness.state().log;
    assert_eq!(
        log.first(),
        Some(&Command::Edit(HistoryCommand::BeginGesture(
            "Move clip".into()
        )))
    );
    assert_eq!(
        log.last(),
        Some(&Command::Edit(HistoryCommand::CommitGesture))
    );
    let edits = &log[1..log.len() - 1];
    assert!(edits.len() >= 2, "{log:?}");
    for edit in edits {
        let is_move = matches!(
            edit,
            Command::Edit(HistoryCommand::GestureEdit(EditCommand::Clip(
                ClipId(16),
                ClipEdit::Move { .. }
            )))
        );
        assert!(is_move, "{edit:?}");
    }
    let (layer, clip) = harness.state().project.clip(ClipId(16)).expect("there");
    assert_eq!(layer.id, LayerId(1), "it went up a lane");
    let moved = clip.start - seconds(9.4);
    assert!((1.4..1.7).contains(&(moved.seconds() / 2.0)), "{moved:?}");
    let rate = harness.state().project.canvas.frame_rate;
    assert_eq!(
        rate.time_of(rate.frame_at(clip.start)),
        clip.start,
        "on a frame"
    );
}

#[test]
fn escape_takes_a_drag_back_and_the_rest_of_the_drag_does_nothing() {
    let mut harness = window();
    let before = harness.state().project.clone();
    let from = place(&harness, "sparks_big.mov, 00");
    press(&mut harness, from);
    move_to(&mut harness, from + vec2(80.0, 0.0));
    assert_ne!(harness.state().project, before, "it is being moved");
    harness.key_press(Key::Escape);
    harness.step();
    move_to(&mut harness, from + vec2(160.0, 0.0));
    release(&mut harness, from + vec2(160.0, 0.0));
    assert_eq!(
        harness.state().log.last(),
        Some(&Command::Edit(HistoryCommand::CancelGesture))
    );
    assert_eq!(harness.state().project, before);
}

#[test]
fn a_clip_snaps_to_the_edge_of_another_unless_ctrl_is_held() {
    let start_after = |modifiers: Modifiers| {
        let mut harness = window();
        let from = place(&harness, "sparks_big.mov, 00");
        let clip = harness.get_by_label_contains("sparks_big.mov, 00").rect();
        let faces = harness.get_by_label_contains("interview_A.mp4, 00").rect();
        // Its start comes to three points beside the end of the clip on the lane below.
        let to = from + vec2(faces.right() + 3.0 - clip.left(), 0.0);
        press(&mut harness, from);
        harness.event(Event::ModifiersChanged(modifiers));
        harness.hover_at(to - vec2(40.0, 0.0));
        harness.step();
        harness.hover_at(to);
        harness.step();
        harness
            .state()
            .project
            .clip(ClipId(16))
            .expect("there")
            .1
            .start
    };
    let edge = seconds(12.4);
    assert_eq!(start_after(Modifiers::NONE), edge);
    assert_ne!(start_after(Modifiers::CTRL | Modifiers::COMMAND), edge);
    assert_ne!(start_after(Modifiers::ALT), edge);
}

#[test]
fn dragging_an_edge_trims() {
    let mut harness = window();
    let from = place(&harness, "Trim end of sparks_big.mov");
    press(&mut harness, from);
    move_to(&mut harness, from - vec2(50.0, 0.0));
    release(&mut harness, from - vec2(60.0, 0.0));
    let (_, clip) = harness.state().project.clip(ClipId(16)).expect("there");
    assert_eq!(clip.start, seconds(9.4), "the start stays");
    assert!(clip.duration < seconds(5.0), "{:?}", clip.duration);
    assert_eq!(
        harness.state().log.last(),
        Some(&Command::Edit(HistoryCommand::CommitGesture))
    );
}

#[test]
fn the_clips_of_a_locked_layer_stay_where_they_are() {
    let mut host = rich();
    host.project.layers[1].is_locked = true;
    let mut harness = harness(host, SIZE);
    let from = place(&harness, "sparks_big.mov, 00");
    press(&mut harness, from);
    move_to(&mut harness, from + vec2(80.0, 0.0));
    release(&mut harness, from + vec2(90.0, 0.0));
    assert_eq!(harness.state().log, []);
}

#[test]
fn scrubbing_follows_the_pointer_and_ends_once_exactly_where_it_was_let_go() {
    let mut harness = window();
    let ruler = harness.get_by_label_contains("Timeline ruler").rect();
    let at = |share: f32| Pos2::new(ruler.left() + share * ruler.width(), ruler.center().y - 6.0);
    press(&mut harness, at(0.1));
    for step in 2..=5 {
        move_to(&mut harness, at(step as f32 / 10.0));
    }
    // Let go at a place where the pointer was not seen before.
    harness.event(Event::PointerButton {
        pos: at(0.555),
        button: egui::PointerButton::Primary,
        pressed: false,
        modifiers: Modifiers::NONE,
    });
    harness.run_steps(5);

    let log = &harness.state().log;
    let ends: Vec<_> = log
        .iter()
        .filter(|command| matches!(command, Command::Transport(TransportCommand::ScrubEnd(_))))
        .collect();
    assert_eq!(ends.len(), 1, "{log:?}");
    assert!(
        matches!(
            log.last(),
            Some(Command::Transport(TransportCommand::ScrubEnd(_)))
        ),
        "{log:?}"
    );
    let scrubs = log
        .iter()
        .filter(|command| matches!(command, Command::Transport(TransportCommand::Scrub(_))));
    assert_eq!(scrubs.count(), 5, "one for each place");
    let rate = harness.state().project.canvas.frame_rate;
    let playhead = harness.state().transport.playhead;
    let points_per_s = {
        let clip = harness.get_by_label_contains("interview_A.mp4, 00").rect();
        f64::from(clip.width()) / 11.4
    };
    let expected = f64::from(0.555 * ruler.width()) / points_per_s;
    assert!(
        (playhead.seconds() - expected).abs() < 0.6 / rate.fps(),
        "{playhead:?} {expected}"
    );
}

#[test]
fn dragging_a_head_reorders_the_lanes() {
    let mut harness = window();
    let from = place(&harness, "Layer Titles") - vec2(60.0, 12.0);
    let to = place(&harness, "Layer Waves") + vec2(-60.0, 18.0);
    press(&mut harness, from);
    move_to(&mut harness, from + vec2(0.0, 20.0));
    move_to(&mut harness, to);
    release(&mut harness, to);
    let names: Vec<_> = harness
        .state()
        .project
        .layers
        .iter()
        .map(|layer| layer.name.as_str())
        .collect();
    assert_eq!(names, ["Sparks", "Faces", "Waves", "Titles", "Map", "Base"]);
}

#[test]
fn a_file_dragged_from_the_bin_is_placed_on_the_lane_under_it() {
    let mut harness = window();
    let from = place(&harness, "logo_still.png, ");
    let to = Pos2::new(1100.0, place(&harness, "Layer Titles").y);
    press(&mut harness, from);
    move_to(&mut harness, from + vec2(20.0, 20.0));
    move_to(&mut harness, to);
    harness.event(Event::PointerButton {
        pos: to,
        button: egui::PointerButton::Primary,
        pressed: false,
        modifiers: Modifiers::NONE,
    });
    harness.run_steps(2);
    let placed = harness
        .state()
        .log
        .iter()
        .find_map(|command| match command {
            Command::Edit(HistoryCommand::PlaceMedia {
                media,
                layer,
                start,
            }) => Some((*media, *layer, *start)),
            _ => None,
        });
    let (media, layer, start) = placed.expect("placed");
    assert_eq!((media, layer), (MediaId(8), PlaceOn::Layer(LayerId(1))));
    assert!(start > Time::from_seconds(8), "{start:?}");
}

#[test]
fn the_opacity_bar_of_a_lane_is_one_gesture() {
    let mut harness = window();
    let bar = harness
        .get_all_by_label("Opacity of Sparks")
        .next()
        .expect("a bar")
        .rect();
    let from = bar.center();
    press(&mut harness, from);
    move_to(&mut harness, from - vec2(20.0, 0.0));
    let to = Pos2::new(bar.left() + bar.width() * 0.25, bar.center().y);
    move_to(&mut harness, to);
    release(&mut harness, to);
    let log = &harness.state().log;
    assert_eq!(
        log.first(),
        Some(&Command::Edit(HistoryCommand::BeginGesture(
            "Change opacity".into()
        )))
    );
    assert_eq!(
        log.last(),
        Some(&Command::Edit(HistoryCommand::CommitGesture))
    );
    let opacity = harness.state().project.layers[1].opacity;
    assert!((opacity - 0.25).abs() < 0.011, "{opacity}");
}

fn key(harness: &mut Harness<'_, Host>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(2);
}

const CTRL: Modifiers = Modifiers {
    ctrl: true,
    command: true,
    ..Modifiers::NONE
};

#[test]
fn a_marker_is_dragged_renamed_and_removed_each_in_one_step() {
    let mut harness = window();
    let before = harness.state().project.clone();
    let from = place(&harness, "Marker Verse");
    press(&mut harness, from);
    move_to(&mut harness, from + vec2(40.0, 0.0));
    move_to(&mut harness, from + vec2(120.0, 0.0));
    release(&mut harness, from + vec2(120.0, 0.0));
    let moved = harness.state().project.markers[0].time;
    assert!(moved > seconds(7.0), "{moved:?}");
    let step = harness.state().history.undo_name().expect("one step");
    assert!(step.starts_with("Move marker Verse to 00:00:0"), "{step}");

    key(&mut harness, Modifiers::NONE, Key::F2);
    harness.get_by_label("New marker name").type_text("Bridge");
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().project.markers[0].name, "Bridge");
    harness.get_by_label_contains("Marker Bridge");
    key(&mut harness, Modifiers::NONE, Key::Delete);
    assert_eq!(harness.state().project.markers.len(), 1);
    for _ in 0..3 {
        key(&mut harness, CTRL, Key::Z);
    }
    assert_eq!(harness.state().project, before, "three steps");
}

#[test]
fn escape_puts_a_dragged_marker_back() {
    let mut harness = window();
    let before = harness.state().project.clone();
    let from = place(&harness, "Marker Verse");
    press(&mut harness, from);
    move_to(&mut harness, from + vec2(90.0, 0.0));
    move_to(&mut harness, from + vec2(120.0, 0.0));
    assert_ne!(harness.state().project, before, "it is being moved");
    harness.key_press(Key::Escape);
    harness.step();
    move_to(&mut harness, from + vec2(150.0, 0.0));
    release(&mut harness, from + vec2(150.0, 0.0));
    assert_eq!(harness.state().project, before);
}

#[test]
fn a_marker_gets_its_colour_from_its_menu() {
    let mut harness = window();
    harness.get_by_label("Marker Verse").click_secondary();
    harness.run_steps(6);
    harness.get_by_label("Blue").click();
    harness.run_steps(6);
    assert_eq!(harness.state().project.markers[0].colour, 2);
}

#[test]
fn the_ends_of_the_loop_and_the_whole_of_it_are_dragged() {
    let range = |harness: &Harness<'_, Host>| {
        let range = harness.state().project.loop_range.expect("a range");
        (range.start.seconds(), range.end.seconds())
    };
    let mut harness = window();
    for (label, by) in [
        ("Loop end", 60.0),
        ("Loop start", 30.0),
        ("Loop range", 45.0),
    ] {
        let (start, end) = range(&harness);
        let from = place(&harness, label);
        press(&mut harness, from);
        move_to(&mut harness, from + vec2(by / 2.0, 0.0));
        move_to(&mut harness, from + vec2(by, 0.0));
        release(&mut harness, from + vec2(by, 0.0));
        let (now_start, now_end) = range(&harness);
        assert_eq!(now_start > start, label != "Loop end", "{label}");
        assert_eq!(now_end > end, label != "Loop start", "{label}");
        assert_eq!(
            harness.state().history.undo_name(),
            Some("Change loop range")
        );
    }
}

#[test]
fn shift_and_a_drag_on_the_ruler_draw_another_loop_and_move_no_playhead() {
    let mut harness = window();
    let playhead = harness.state().transport.playhead;
    let ruler = harness.get_by_label_contains("Timeline ruler").rect();
    let at = |share: f32| Pos2::new(ruler.left() + share * ruler.width(), ruler.center().y);
    harness.event(Event::ModifiersChanged(Modifiers::SHIFT));
    press(&mut harness, at(0.7));
    move_to(&mut harness, at(0.75));
    move_to(&mut harness, at(0.9));
    release(&mut harness, at(0.9));
    let range = harness.state().project.loop_range.expect("a range");
    assert!(range.start > seconds(13.0), "{range:?}");
    assert!(range.end > range.start + seconds(3.0), "{range:?}");
    assert_eq!(harness.state().transport.playhead, playhead);
}

#[test]
fn a_typed_time_is_gone_to_and_the_format_is_clicked_through() {
    let mut harness = window();
    // All in one pass: what is typed behind the key belongs to the field.
    let press = |key| Event::Key {
        key,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    let events = &mut harness.input_mut().events;
    events.extend([press(Key::T), Event::Text("t".to_owned())]);
    events.extend(["3", "3", "0"].map(|text| Event::Text(text.to_owned())));
    events.insert(2, press(Key::Num3));
    harness.run_steps(3);
    key(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().transport.playhead, seconds(3.5));
    harness.get_by_label("Time format: timecode").click();
    harness.run_steps(2);
    harness.get_by_label("Time format: frames").click();
    harness.run_steps(2);
    harness.get_by_label_contains("Playhead 00").click();
    harness.run_steps(2);
    harness.get_by_label("Go to time").type_text("+1.5");
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().transport.playhead, seconds(5.0));
}

#[test]
fn typed_digits_fill_the_time_from_the_right_and_signs_count_frames() {
    let mut harness = window();
    let digits = harness.get_by_label_contains("Playhead 00").rect();
    for (typed, shown, at) in [
        ("1234", "= 00:00:12:34", 12.0 + 34.0 / 60.0),
        ("500", "= 00:00:05:00", 5.0),
        ("+30", "= 00:00:05:30", 5.5),
        ("-30", "= 00:00:05:00", 5.0),
    ] {
        key(&mut harness, Modifiers::NONE, Key::T);
        harness.get_by_label("Go to time").type_text(typed);
        harness.run_steps(2);
        harness.get_by_label(shown);
        let field = harness.get_by_label("Go to time").rect();
        assert!(field.height() >= digits.height(), "type of the same size");
        key(&mut harness, Modifiers::NONE, Key::Enter);
        let playhead = harness.state().transport.playhead;
        assert!(
            (playhead.seconds() - at).abs() < 1e-6,
            "{typed}: {playhead:?}"
        );
    }
}

#[test]
fn keys_go_to_edits_and_markers_and_shuttle() {
    let mut harness = window();
    for (modifiers, pressed, at) in [
        (Modifiers::NONE, Key::ArrowUp, 8.0),
        (Modifiers::NONE, Key::ArrowDown, 9.4),
        (Modifiers::SHIFT, Key::ArrowDown, 13.6),
        (Modifiers::SHIFT, Key::ArrowUp, 6.2),
    ] {
        key(&mut harness, modifiers, pressed);
        assert_eq!(harness.state().transport.playhead, seconds(at));
    }
    // Between two canvas frames: the frame after an edit, the frame with a marker; neither is reached twice.
    let rate = harness.state().project.canvas.frame_rate;
    let odd = |frame| rate.time_of(frame) + Time::from_flicks(5_000_000);
    let project = &mut harness.state_mut().project;
    project.layers[1].clips[0].duration = odd(400) - project.layers[1].clips[0].start;
    project.markers[0].time = odd(401);
    for (from, modifiers, pressed, to) in [
        (399, Modifiers::NONE, Key::ArrowDown, 401),
        (402, Modifiers::NONE, Key::ArrowUp, 401),
        (400, Modifiers::SHIFT, Key::ArrowDown, 401),
        (401, Modifiers::SHIFT, Key::ArrowDown, 816),
        (402, Modifiers::SHIFT, Key::ArrowUp, 401),
    ] {
        harness.state_mut().transport.playhead = rate.time_of(from);
        key(&mut harness, modifiers, pressed);
        let playhead = harness.state().transport.playhead;
        assert_eq!(rate.frame_at(playhead), to, "{pressed:?} from {from}");
    }
    harness.state_mut().transport.playhead = rate.time_of(401);
    key(&mut harness, Modifiers::NONE, Key::ArrowDown);
    assert!(harness.state().transport.playhead > rate.time_of(401));
    harness.state_mut().log.clear();
    for pressed in [Key::J, Key::K, Key::L] {
        key(&mut harness, Modifiers::NONE, pressed);
    }
    key(&mut harness, CTRL, Key::Space);
    let asked = [
        Command::Transport(TransportCommand::Shuttle(Direction::Backwards)),
        Command::Transport(TransportCommand::Pause),
        Command::Transport(TransportCommand::Shuttle(Direction::Forwards)),
        Command::Transport(TransportCommand::PlayFromIn),
    ];
    assert_eq!(harness.state().log, asked);
}

#[test]
fn the_middle_button_and_the_wheel_move_the_view_and_ctrl_wheel_zooms_about_the_pointer() {
    let mut harness = window();
    let clip =
        |harness: &Harness<'_, Host>| harness.get_by_label_contains("city_map.mov, 00").rect();
    let at = clip(&harness).left_center() + vec2(2.0, 0.0);
    let before = clip(&harness);
    harness.hover_at(at);
    harness.step();
    harness.event(Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: vec2(0.0, 3.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: CTRL,
    });
    harness.run_steps(20);
    let zoomed = clip(&harness);
    assert!(
        (zoomed.left() - before.left()).abs() < 2.0,
        "{zoomed:?} {before:?}"
    );
    assert!(
        zoomed.width() > before.width() * 1.1,
        "{zoomed:?} {before:?}"
    );
    let middle = |pressed, pos| Event::PointerButton {
        pos,
        button: egui::PointerButton::Middle,
        pressed,
        modifiers: Modifiers::NONE,
    };
    harness.event(middle(true, at));
    harness.step();
    harness.hover_at(at - vec2(50.0, 0.0));
    harness.step();
    harness.event(middle(false, at - vec2(50.0, 0.0)));
    harness.run_steps(2);
    let panned = clip(&harness).left() - zoomed.left();
    assert!((panned + 50.0).abs() < 2.0, "{panned}");
    assert_eq!(harness.state().log, [], "the document is as it was");
}

#[test]
fn delete_takes_a_layer_only_when_its_head_was_clicked_and_tells_what_went() {
    let mut harness = window();
    let before = harness.state().project.clone();
    let lane = harness.get_by_label("Lane Waves").rect();
    // Behind all of its clips.
    let empty = lane.right_center() - vec2(4.0, 0.0);
    press(&mut harness, empty);
    release(&mut harness, empty);
    harness.get_by_label("Layer name");
    key(&mut harness, Modifiers::NONE, Key::Delete);
    assert_eq!(harness.state().project, before, "the layer stays");
    harness.get_by_label("Layer Waves").click();
    harness.run_steps(3);
    key(&mut harness, Modifiers::NONE, Key::Delete);
    assert_eq!(harness.state().project.layers.len(), 5, "it was chosen");
    let told = harness.state().log.iter().any(|command| match command {
        Command::Window(WindowCommand::TellUndoable(text)) => {
            text.starts_with("The layer Waves with ") && text.ends_with(" removed")
        }
        _ => false,
    });
    assert!(told, "{:?}", harness.state().log);
    key(&mut harness, CTRL, Key::Z);
    assert_eq!(harness.state().project, before);
}

/// The window with only its two uppermost layers, so that the other lanes are free.
fn two_layers() -> Harness<'static, Host> {
    let mut host = rich();
    host.transport.is_playing = false;
    host.project.layers.truncate(2);
    harness(host, SIZE)
}

#[test]
fn a_file_dropped_on_a_free_lane_asks_for_a_layer_below_the_others_and_has_one_label_meanwhile() {
    let mut harness = two_layers();
    let from = place(&harness, "logo_still.png, ");
    let to = Pos2::new(1000.0, place(&harness, "Empty lane 4").y);
    press(&mut harness, from);
    move_to(&mut harness, from + vec2(20.0, 20.0));
    let labels = |harness: &Harness<'_, Host>| {
        let labels = harness.query_all_by_role(egui::Role::Label);
        let texts = labels.map(|label| format!("{label:?}"));
        texts.filter(|text| text.contains("logo_still.png")).count()
    };
    assert_eq!(labels(&harness), 1, "its name at the pointer");
    move_to(&mut harness, to);
    move_to(&mut harness, to + vec2(1.0, 0.0));
    assert_eq!(labels(&harness), 1, "its name and the time in one");
    harness.get_by_label_contains("logo_still.png  00:00:");
    release(&mut harness, to);
    let layer = harness
        .state()
        .log
        .iter()
        .find_map(|command| match command {
            Command::Edit(HistoryCommand::PlaceMedia { layer, .. }) => Some(*layer),
            _ => None,
        });
    assert_eq!(layer, Some(PlaceOn::NewBelow));
}

#[test]
fn a_clip_dragged_to_a_free_lane_gets_a_layer_there_in_one_step() {
    let mut harness = two_layers();
    let before = harness.state().project.clone();
    let from = place(&harness, "intro_titles.mov, 00");
    let to = Pos2::new(from.x, place(&harness, "Empty lane 4").y);
    press(&mut harness, from);
    move_to(&mut harness, from + vec2(0.0, 20.0));
    move_to(&mut harness, to);
    assert_eq!(
        harness.state().project.layers.len(),
        3,
        "it is seen at once"
    );
    release(&mut harness, to);
    let layers = &harness.state().project.layers;
    let clips: Vec<_> = layers.iter().map(|layer| layer.clips.len()).collect();
    assert_eq!(clips, [0, 2, 1]);
    key(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(harness.state().project, before, "one step takes it back");
}

#[test]
fn what_is_said_of_a_clip_that_has_no_room_at_the_pointer_is_where_it_lies() {
    let mut harness = window();
    let from = place(&harness, "intro_titles.mov, 00");
    let below = place(&harness, "Layer Faces").y;
    press(&mut harness, from);
    move_to(&mut harness, from + vec2(0.0, 20.0));
    move_to(&mut harness, Pos2::new(from.x, below));
    move_to(&mut harness, Pos2::new(from.x + 1.0, below));
    let project = &harness.state().project;
    let (_, clip) = project.clip(ClipId(7)).expect("there");
    let rate = project.canvas.frame_rate;
    let start = sextet::time::timecode(clip.start, rate);
    let by = clip.start - seconds(6.0);
    let said = harness
        .query_all_by_role(egui::Role::Label)
        .map(|label| format!("{label:?}"))
        .find(|text| text.contains("00:") && (text.contains('+') || text.contains('−')))
        .expect("a readout");
    assert!(
        said.contains(&start),
        "{said} should tell of {start}, moved by {by:?}"
    );
}

#[test]
fn a_time_past_the_end_goes_to_the_last_frame_and_what_is_no_time_stays_to_be_mended() {
    let mut harness = window();
    key(&mut harness, Modifiers::NONE, Key::T);
    harness.get_by_label("Go to time").type_text("nonsense");
    harness.step();
    key(&mut harness, Modifiers::NONE, Key::Enter);
    harness.run_steps(2);
    assert_eq!(harness.state().log, []);
    let field = harness.get_by_label("Go to time");
    assert!(field.accesskit_node().is_focused(), "it can be mended");
    key(&mut harness, Modifiers::NONE, Key::Escape);
    harness.run_steps(2);
    key(&mut harness, Modifiers::NONE, Key::T);
    harness.get_by_label("Go to time").type_text("59:00:00:00");
    harness.step();
    key(&mut harness, Modifiers::NONE, Key::Enter);
    let project = &harness.state().project;
    let last = project.duration() - project.canvas.frame_rate.frame_duration();
    assert_eq!(
        harness.state().log,
        [Command::Transport(TransportCommand::SeekTo(last))]
    );
}

#[test]
fn pictures_come_up_over_a_clip_at_rest_but_not_while_something_is_held() {
    let mut harness = window();
    let at = place(&harness, "waves_loop.mov, 00");
    let has_picture = |harness: &Harness<'_, Host>| {
        let has_picture = harness
            .query_by_label("Picture under the pointer")
            .is_some();
        // Its time stands with it, above the transport: it covers neither clips nor buttons.
        let play = harness.get_by_label("Play").rect();
        let mut labels = harness.query_all_by_role(egui::Role::Label);
        let has_time = labels.any(|label| {
            let is_time = format!("{label:?}").contains("00:00:");
            is_time && label.rect().bottom() < play.top()
        });
        assert_eq!(has_time, has_picture);
        has_picture
    };
    harness.hover_at(at);
    harness.run_steps(60);
    assert!(has_picture(&harness), "at rest");
    harness.get_by_label_contains("Drag: move · Alt");
    harness.event(Event::PointerButton {
        pos: at,
        button: egui::PointerButton::Middle,
        pressed: true,
        modifiers: Modifiers::NONE,
    });
    harness.run_steps(2);
    assert!(!has_picture(&harness), "held");
    harness.event(Event::PointerButton {
        pos: at,
        button: egui::PointerButton::Middle,
        pressed: false,
        modifiers: Modifiers::NONE,
    });
    // What was clicked a moment ago shows nothing at once.
    harness.run_steps(20);
    let at = place(&harness, "intro_titles.mov, 00");
    harness.hover_at(at);
    harness.run_steps(60);
    assert!(has_picture(&harness), "at rest again");
    // A window that lies there, as it did in the last run.
    let mut layout = harness.state().window.layout();
    let over = [at.x - 200.0, at.y - 100.0, 500.0, 300.0];
    layout.tools.insert("log".to_owned(), over);
    harness.state_mut().window = MainWindow::with_layout(&layout);
    key(&mut harness, Modifiers::COMMAND, Key::G);
    harness.run_steps(60);
    assert!(!has_picture(&harness), "under a window");
}
