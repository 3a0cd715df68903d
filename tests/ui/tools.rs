//! Tool windows, the list of shortcuts, filters: where they open, what they keep, what they find.

use std::sync::Arc;

use crate::hand::{ctrl, paused};
use crate::ui_host::Host;
use egui::{Event, Key, Modifiers, Rect, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use sextet::status::diagnosis::Problem;
use sextet::status::{Diagnosis, Verdict};
use sextet::ui::MainWindow;

const SIZES: [[f32; 2]; 3] = [[1280.0, 720.0], [1600.0, 1000.0], [1920.0, 1080.0]];

fn press(harness: &mut Harness<'_, Host>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(12);
}

fn tool(harness: &Harness<'_, Host>, title: &str) -> Rect {
    harness.get_by_role_and_label(Role::Window, title).rect()
}

#[test]
fn tools_open_beside_each_other_and_leave_picture_and_transport_free() {
    for size in SIZES {
        let mut harness = paused(size, |_| {});
        let picture = harness.get_by_label_contains("Preview, 1920 by").rect();
        let play = harness.get_by_label("Play").rect();
        press(&mut harness, ctrl(), Key::G);
        press(&mut harness, ctrl(), Key::H);
        let tools = ["Log", "Undo history"].map(|title| tool(&harness, title));
        for place in tools {
            assert!(
                !place.intersects(picture),
                "{place:?} over {picture:?} at {size:?}"
            );
            assert!(
                !place.intersects(play),
                "{place:?} over {play:?} at {size:?}"
            );
            assert!(harness.ctx.content_rect().contains_rect(place), "{place:?}");
        }
        assert!(!tools[0].intersects(tools[1]), "{tools:?} at {size:?}");
        press(&mut harness, ctrl() | Modifiers::SHIFT, Key::G);
        let doctor = tool(&harness, "Doctor");
        assert!(
            !doctor.intersects(picture) && !doctor.intersects(play),
            "{doctor:?}"
        );
        assert!(tools.iter().all(|other| *other != doctor), "none is hidden");
    }
}

#[test]
fn a_tool_comes_back_where_it_was_in_this_run_and_in_the_next() {
    let mut harness = paused(SIZES[1], |_| {});
    press(&mut harness, ctrl(), Key::G);
    let from = tool(&harness, "Log").center_top() + egui::vec2(-120.0, 14.0);
    harness.drag_at(from);
    harness.step();
    harness.hover_at(from + egui::vec2(-200.0, -150.0));
    harness.step();
    harness.drop_at(from + egui::vec2(-200.0, -150.0));
    harness.run_steps(4);
    let place = tool(&harness, "Log");
    press(&mut harness, ctrl(), Key::G);
    harness.run_steps(20);
    press(&mut harness, ctrl(), Key::G);
    assert_eq!(tool(&harness, "Log"), place, "in this run");

    let layout = harness.state().window.layout();
    let mut next = paused(SIZES[1], |host| {
        host.window = MainWindow::with_layout(&layout);
    });
    press(&mut next, ctrl(), Key::G);
    let again = tool(&next, "Log");
    assert!(
        (again.min - place.min).length() < 2.0,
        "{again:?}, {place:?}"
    );
    assert!(
        (again.size() - place.size()).length() < 2.0,
        "{again:?}, {place:?}"
    );
}

#[test]
fn the_list_of_shortcuts_has_columns_and_a_search() {
    let mut harness = paused(SIZES[1], |_| {});
    press(&mut harness, Modifiers::NONE, Key::F1);
    let titles = ["Find a shortcut", "Save as…", "Shuttle forwards"];
    let [_, save, shuttle] = titles.map(|label| harness.get_by_label(label).rect());
    assert!(shuttle.left() > save.right(), "another column");
    harness
        .get_by_label("Find a shortcut")
        .type_text("SHUTTLE for");
    harness.run_steps(3);
    harness.get_by_label("Shuttle forwards");
    assert!(harness.query_by_label("Save as…").is_none());
    harness.get_by_label("Clear the filter").click();
    harness.run_steps(3);
    harness.get_by_label("Save as…");
    harness
        .get_by_label("Find a shortcut")
        .type_text("ctrl+shift+s");
    harness.run_steps(3);
    harness.get_by_label("Save as…");
    harness
        .get_by_label("Find a shortcut")
        .type_text(" nonsense");
    harness.run_steps(3);
    harness.get_by_label_contains("No shortcut has");
}

#[test]
fn what_is_typed_right_after_its_key_is_searched_for_and_asks_for_nothing() {
    let press = |key, modifiers| Event::Key {
        key,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers,
    };
    for (opens, modifiers, found) in [
        (Key::F1, Modifiers::NONE, "Find a shortcut"),
        (
            Key::P,
            Modifiers::COMMAND | Modifiers::SHIFT,
            "Find a command",
        ),
    ] {
        let mut harness = paused(SIZES[1], |_| {});
        let events = &mut harness.input_mut().events;
        let letter = Event::Text("l".to_owned());
        events.extend([
            press(opens, modifiers),
            press(Key::L, Modifiers::NONE),
            letter,
        ]);
        harness.run_steps(3);
        assert!(!harness.state().transport.is_playing, "{found}: L shuttles");
        let value = harness.get_by_label(found).accesskit_node().value();
        assert_eq!(value.as_deref(), Some("l"), "{found}");
    }
}

#[test]
fn the_doctor_does_not_send_to_the_doctor() {
    let mut harness = paused(SIZES[1], |host| host.snapshot.diagnosis = None);
    press(&mut harness, ctrl() | Modifiers::SHIFT, Key::G);
    harness.get_by_role_and_label(Role::Button, "Examine");
    let sent = harness.query_by_label_contains("open the doctor");
    assert!(sent.is_none());
}

#[test]
fn the_filter_of_the_bin_is_emptied_by_its_button() {
    let mut harness = paused(SIZES[1], |_| {});
    assert!(harness.query_by_label("Clear the filter").is_none());
    harness.get_by_label("Filter media").focus();
    harness.run_steps(2);
    harness.get_by_label("Filter media").type_text("waves");
    harness.run_steps(3);
    assert!(
        harness
            .query_by_label_contains("city_map.mov, 1080p")
            .is_none()
    );
    harness.get_by_label("Clear the filter").click();
    harness.run_steps(3);
    harness.get_by_label_contains("city_map.mov, 1080p");
    assert!(harness.query_by_label("Clear the filter").is_none());
}

#[test]
fn the_doctor_tells_the_same_of_several_files_once() {
    let problem = |media: &str, seconds: u32| Problem {
        media: media.to_owned(),
        problem: format!("A keyframe only every {seconds} seconds"),
        remedy: "Export it as HAP.".to_owned(),
        at_best: Verdict::AtRisk,
        at_s: None,
    };
    let other = Problem {
        remedy: "Find it.".to_owned(),
        ..problem("/m/d.mov", 1)
    };
    let problems = vec![
        problem("/m/a.mov", 10),
        other,
        problem("/m/b.mov", 5),
        problem("/m/c.mov", 8),
    ];
    let mut harness = paused(SIZES[1], |host| {
        host.snapshot.diagnosis = Some(Arc::new(Diagnosis {
            schema: 1,
            verdict: Verdict::AtRisk,
            margin: 1.1,
            problems,
            moments: Vec::new(),
            disks: Vec::new(),
            files: Vec::new(),
            cores: 8,
            notes: Vec::new(),
        }));
    });
    press(&mut harness, ctrl() | Modifiers::SHIFT, Key::G);
    assert_eq!(harness.query_all_by_label("Export it as HAP.").count(), 1);
    harness.get_by_label("3 files");
    for file in ["/m/a.mov", "/m/b.mov", "/m/c.mov", "/m/d.mov"] {
        harness.get_by_label(file);
    }
}
