//! Handles on the preview: proportions, several layers at once, the crop, figures at the pointer, giving up.

use crate::hand::{button, click_with};
use crate::ui_host::{Host, harness, rich};
use egui::accesskit::Toggled;
use egui::{Event, Key, Modifiers, Pos2, Rect, Vec2, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use sextet::project::{CornerPin, Flip, Layer, Project};

/// High enough for the whole inspector.
const SIZE: [f32; 2] = [1600.0, 1900.0];

/// The window, paused at 8.2 seconds, with these layers selected by their heads.
fn window(change: impl Fn(&mut Project), layers: &[&str]) -> Harness<'static, Host> {
    let mut host = rich();
    host.transport.is_playing = false;
    change(&mut host.project);
    let mut harness = harness(host, SIZE);
    for (place, name) in layers.iter().enumerate() {
        let head = harness.get_by_label(&format!("Layer {name}")).rect();
        let modifiers = if place == 0 {
            Modifiers::NONE
        } else {
            Modifiers::COMMAND
        };
        click_at(&mut harness, head.center(), modifiers);
    }
    harness
}

/// "Waves" turned by 30 degrees, and "Map" small beside it.
fn two(project: &mut Project) {
    project.layers[3].transform.rotation_deg = 30.0;
    let map = &mut project.layers[4].transform;
    map.scale = [0.3, 0.2];
    map.position_px = [-400.0, 120.0];
}

fn layer<'a>(harness: &'a Harness<'_, Host>, name: &str) -> &'a Layer {
    let mut layers = harness.state().project.layers.iter();
    layers.find(|layer| layer.name == name).expect("a layer")
}

fn click_at(harness: &mut Harness<'_, Host>, at: Pos2, modifiers: Modifiers) {
    click_with(harness, at, modifiers);
    // No double click follows from another click there.
    harness.run_steps(40);
}

/// An offset turned by a quarter clockwise.
fn quarter(by: Vec2) -> Vec2 {
    vec2(-by.y, by.x)
}

/// Drags without letting go. With Ctrl nothing snaps.
fn drag(harness: &mut Harness<'_, Host>, from: Pos2, by: Vec2, modifiers: Modifiers) {
    harness.event(Event::ModifiersChanged(modifiers));
    harness.hover_at(from);
    harness.step();
    button(harness, from, true, modifiers);
    for share in [0.3, 0.7, 1.0] {
        harness.hover_at(from + by * share);
        harness.step();
    }
    // Handles follow what the last pass edited.
    harness.run_steps(2);
}

fn release(harness: &mut Harness<'_, Host>, at: Pos2) {
    button(harness, at, false, Modifiers::NONE);
    harness.event(Event::ModifiersChanged(Modifiers::NONE));
    harness.run_steps(3);
}

fn drag_whole(harness: &mut Harness<'_, Host>, from: Pos2, by: Vec2, modifiers: Modifiers) {
    drag(harness, from, by, modifiers);
    release(harness, from + by);
}

/// The handle of this name that lies furthest this way.
fn handle(harness: &Harness<'_, Host>, name: &str, way: Vec2) -> Pos2 {
    let centres = harness
        .get_all_by_label(name)
        .map(|node| node.rect().center());
    centres
        .max_by(|one, other| {
            let along = |at: Pos2| at.to_vec2().dot(way);
            along(*one).total_cmp(&along(*other))
        })
        .expect("a handle")
}

/// The point of the preview where a point of the canvas is drawn, and the scale.
fn on_canvas(harness: &Harness<'_, Host>, canvas: [f32; 2]) -> (Pos2, f32) {
    let stage = harness.get_by_label_contains("Preview, ").rect();
    let room = stage.shrink(18.0).size();
    let scale = (room.x / 1920.0).min(room.y / 1080.0);
    let from_centre = vec2(canvas[0] - 960.0, canvas[1] - 540.0);
    (stage.center() + from_centre * scale, scale)
}

fn has_figures(harness: &Harness<'_, Host>, part: &str) -> bool {
    harness.query_all_by_label_contains(part).next().is_some()
}

fn undo(harness: &mut Harness<'_, Host>) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
}

#[test]
fn a_corner_keeps_proportions_shift_frees_it_and_a_side_stretches_one_axis_of_a_turned_picture() {
    let mut harness = window(two, &["Waves"]);
    let before = layer(&harness, "Waves").transform;
    let corner = handle(&harness, "Scale Waves", vec2(0.0, 1.0));
    let by = vec2(-5.0, 40.0);
    drag(&mut harness, corner, by, Modifiers::COMMAND);
    let kept = layer(&harness, "Waves").transform;
    assert!(kept.scale[0] > before.scale[0], "{kept:?}");
    assert!((kept.scale[0] - kept.scale[1]).abs() < 1e-4, "{kept:?}");
    let figures = format!("{:.1}", kept.scale[0] * 100.0);
    let figures = figures.trim_end_matches(".0");
    assert!(has_figures(&harness, figures), "{figures} % at the pointer");
    release(&mut harness, corner + by);
    undo(&mut harness);
    assert_eq!(layer(&harness, "Waves").transform, before, "one step");
    let free = Modifiers::COMMAND | Modifiers::SHIFT;
    drag(&mut harness, corner, by, free);
    let freed = layer(&harness, "Waves").transform;
    assert!((freed.scale[0] - freed.scale[1]).abs() > 0.01, "{freed:?}");
    let under = handle(&harness, "Scale Waves", vec2(0.0, 1.0));
    assert!(under.distance(corner + by) < 0.5, "under the pointer");
    release(&mut harness, corner + by);
    undo(&mut harness);
    // Turned by 30 degrees: the middle of the right side.
    let corners: Vec<_> = harness
        .get_all_by_label("Scale Waves")
        .map(|node| node.rect().center())
        .collect();
    assert_eq!(corners.len(), 8, "four sides, four corners");
    let centre = corners
        .iter()
        .fold(Vec2::ZERO, |sum, at| sum + at.to_vec2())
        / 8.0;
    let right = Vec2::angled(30.0_f32.to_radians());
    let side = *corners
        .iter()
        .max_by(|one, other| {
            let along = |at: Pos2| {
                let offset = at.to_vec2() - centre;
                offset.dot(right) - 3.0 * offset.dot(quarter(right)).abs()
            };
            along(**one).total_cmp(&along(**other))
        })
        .expect("a side");
    drag_whole(&mut harness, side, right * 30.0, Modifiers::COMMAND);
    let stretched = layer(&harness, "Waves").transform;
    assert!(stretched.scale[0] > before.scale[0] + 0.01, "{stretched:?}");
    assert_eq!(stretched.scale[1], before.scale[1]);
}

#[test]
fn layers_added_on_the_picture_have_a_box_in_common_that_moves_them_as_one_step() {
    let only_two = |project: &mut Project| {
        two(project);
        for other in [0, 1, 2] {
            project.layers[other].is_visible = false;
        }
    };
    let mut harness = window(only_two, &[]);
    let (waves, scale) = on_canvas(&harness, [1072.0, 501.5]);
    let (map, _) = on_canvas(&harness, [560.0, 660.0]);
    click_at(&mut harness, waves, Modifiers::NONE);
    harness.get_by_label("Turn Waves");
    click_at(&mut harness, map, Modifiers::SHIFT);
    harness.get_by_label("Turn 2 layers");
    let corners = harness.get_all_by_label("Scale 2 layers").count();
    assert_eq!(corners, 4, "turned differently: no sides to stretch");
    let places = |harness: &Harness<'_, Host>| {
        ["Waves", "Map"].map(|name| Vec2::from(layer(harness, name).transform.position_px))
    };
    let before = places(&harness);
    let by = vec2(40.0, -24.0);
    drag(&mut harness, map, by, Modifiers::COMMAND);
    let moved = places(&harness);
    assert!(has_figures(&harness, "x +"), "how far, at the pointer");
    for (before, moved) in before.into_iter().zip(moved) {
        assert!((moved - before - by / scale).length() < 1.5, "{moved:?}");
    }
    assert!(
        ((moved[1] - moved[0]) - (before[1] - before[0])).length() < 1e-3,
        "they keep their distance"
    );
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert_eq!(places(&harness), before, "given up");
    release(&mut harness, map + by);
    assert_eq!(places(&harness), before, "and stays");
    drag_whole(&mut harness, map, by, Modifiers::COMMAND);
    assert_ne!(places(&harness), before);
    undo(&mut harness);
    assert_eq!(places(&harness), before, "one step");
    // Between them, where no picture is, they are taken as well.
    let (between, _) = on_canvas(&harness, [780.0, 800.0]);
    drag_whole(&mut harness, between, by, Modifiers::COMMAND);
    let selected = harness.query_by_label("Turn 2 layers").is_some();
    assert!(selected, "still selected");
    click_at(&mut harness, waves, Modifiers::COMMAND);
    harness.get_by_label("Turn Map");
}

#[test]
fn several_layers_scale_and_turn_about_their_common_box() {
    let mut harness = window(two, &["Waves", "Map"]);
    let style =
        |harness: &Harness<'_, Host>| ["Waves", "Map"].map(|name| layer(harness, name).transform);
    let before = style(&harness);
    let corner = handle(&harness, "Scale 2 layers", vec2(1.0, 1.0));
    let across = handle(&harness, "Scale 2 layers", vec2(-1.0, -1.0));
    let by = (corner - across) * 0.25;
    drag(&mut harness, corner, by, Modifiers::COMMAND);
    assert!(has_figures(&harness, "125 %"), "the factor");
    let scaled = style(&harness);
    for (before, scaled) in before.iter().zip(&scaled) {
        for axis in 0..2 {
            let factor = scaled.scale[axis] / before.scale[axis];
            assert!((factor - 1.25).abs() < 5e-3, "{factor}");
        }
        assert_eq!(scaled.rotation_deg, before.rotation_deg);
    }
    let still = handle(&harness, "Scale 2 layers", vec2(-1.0, -1.0));
    assert!(still.distance(across) < 0.5, "the corner across stays");
    release(&mut harness, corner + by);
    undo(&mut harness);
    assert_eq!(style(&harness), before, "one step");
    let middle = corner + (across - corner) / 2.0;
    let knob = harness.get_by_label("Turn 2 layers").rect().center();
    // A quarter turn clockwise.
    let by = middle + quarter(knob - middle) - knob;
    drag(&mut harness, knob, by, Modifiers::SHIFT);
    assert!(has_figures(&harness, "+90°"), "the angle");
    release(&mut harness, knob + by);
    let turned = style(&harness);
    let away = |styles: &[sextet::project::Transform; 2]| {
        Vec2::from(styles[1].position_px) - Vec2::from(styles[0].position_px)
    };
    for (before, turned) in before.iter().zip(&turned) {
        assert_eq!(turned.rotation_deg, before.rotation_deg + 90.0);
        assert_eq!(turned.scale, before.scale);
    }
    assert!(
        (away(&turned) - quarter(away(&before))).length() < 0.05,
        "about the middle that they have in common"
    );
}

#[test]
fn a_locked_layer_stays_while_the_others_of_the_selection_move() {
    let locked = |project: &mut Project| {
        two(project);
        project.layers[4].is_locked = true;
    };
    let mut harness = window(locked, &["Waves", "Map"]);
    harness.get_by_label("Turn Waves");
    let before = layer(&harness, "Map").clone();
    harness.key_press_modifiers(Modifiers::ALT, Key::ArrowRight);
    harness.run_steps(2);
    assert_eq!(*layer(&harness, "Map"), before);
    assert_eq!(layer(&harness, "Waves").transform.position_px[0], 113.0);
}

#[test]
fn alt_arrows_nudge_all_selected_layers_as_one_step() {
    let mut harness = window(two, &["Waves", "Map"]);
    let x = |harness: &Harness<'_, Host>| {
        ["Waves", "Map"].map(|name| layer(harness, name).transform.position_px[0])
    };
    harness.key_press_modifiers(Modifiers::ALT | Modifiers::SHIFT, Key::ArrowLeft);
    harness.run_steps(2);
    assert_eq!(x(&harness), [102.0, -410.0]);
    undo(&mut harness);
    assert_eq!(x(&harness), [112.0, -400.0]);
}

#[test]
fn the_crop_has_handles_of_its_own_on_a_turned_mirrored_and_pinned_picture() {
    let odd = |project: &mut Project| {
        two(project);
        project.layers[3].flip = Flip {
            across: true,
            down: false,
        };
        project.layers[3].corner_pin = Some(CornerPin {
            offsets_px: [[-60.0, 20.0], [0.0; 2], [30.0, 0.0], [0.0; 2]],
        });
    };
    let mut harness = window(odd, &["Waves"]);
    harness.key_press(Key::C);
    harness.run_steps(3);
    let crop_button = harness.get_by_label("Crop").accesskit_node().toggled();
    assert_eq!(crop_button, Some(Toggled::True), "it is seen to be on");
    assert!(harness.query_by_label("Pull corner of Waves").is_none());
    let place = |harness: &Harness<'_, Host>, side: &str| {
        let label = format!("Crop {side} of Waves");
        harness.get_by_label(&label).rect().center()
    };
    for side in ["left", "top", "right", "bottom", "bottom right"] {
        assert!(place(&harness, side).x > 0.0, "{side}");
    }
    let before = layer(&harness, "Waves").clone();
    let (left, right) = (place(&harness, "left"), place(&harness, "right"));
    assert!(left.x > right.x, "mirrored");
    let by = (right - left) * 0.25;
    drag(&mut harness, left, by, Modifiers::COMMAND);
    let cropped = layer(&harness, "Waves").crop;
    assert!((0.15..0.35).contains(&cropped.left), "{cropped:?}");
    assert_eq!((cropped.top, cropped.right), (0.0, 0.0));
    let figures = format!("{:.1} %", cropped.left * 100.0);
    assert!(has_figures(&harness, &figures), "{figures} at the pointer");
    let under = place(&harness, "left");
    assert!(under.distance(left + by) < 1.5, "{under:?}");
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    release(&mut harness, left + by);
    assert_eq!(*layer(&harness, "Waves"), before, "given up");
    let corner = place(&harness, "bottom right");
    let inwards = (place(&harness, "top left") - corner) * 0.2;
    drag_whole(&mut harness, corner, inwards, Modifiers::COMMAND);
    let cropped = layer(&harness, "Waves").crop;
    assert!(cropped.right > 0.1 && cropped.bottom > 0.1, "{cropped:?}");
    assert_eq!((cropped.left, cropped.top), (0.0, 0.0));
    // What is left moves over the picture.
    let middle =
        place(&harness, "left") + (place(&harness, "right") - place(&harness, "left")) / 2.0;
    drag_whole(&mut harness, middle, vec2(-12.0, 6.0), Modifiers::COMMAND);
    let moved = layer(&harness, "Waves").crop;
    let kept = |crop: sextet::project::Crop| crop.left + crop.right;
    assert!(moved.left > 0.0, "{moved:?}");
    assert!((kept(moved) - kept(cropped)).abs() < 1e-3, "{moved:?}");
    assert_eq!(layer(&harness, "Waves").transform, before.transform);
    undo(&mut harness);
    undo(&mut harness);
    assert_eq!(*layer(&harness, "Waves"), before, "two steps");
    // Escape leaves the mode before it deselects.
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    let pins = harness.get_all_by_label("Pull corner of Waves").count();
    assert_eq!(pins, 4, "the layer is still selected");
}

#[test]
fn the_chain_links_the_scales_and_shift_frees_them() {
    let unequal = |project: &mut Project| project.layers[3].transform.scale = [0.4, 0.2];
    let mut harness = window(unequal, &["Waves"]);
    let chain = |harness: &Harness<'_, Host>| {
        let node = harness.get_by_label("Link scales");
        node.accesskit_node().toggled()
    };
    let scale = |harness: &Harness<'_, Host>| layer(harness, "Waves").transform.scale;
    let field = |harness: &Harness<'_, Host>| harness.get_by_label("Scale X").rect().center();
    assert_eq!(chain(&harness), Some(Toggled::True));
    let at = field(&harness);
    drag_whole(&mut harness, at, vec2(30.0, 0.0), Modifiers::NONE);
    let linked = scale(&harness);
    assert!(linked[0] > 0.41, "{linked:?}");
    assert!((linked[0] / linked[1] - 2.0).abs() < 1e-3, "{linked:?}");
    drag_whole(&mut harness, at, vec2(30.0, 0.0), Modifiers::SHIFT);
    let freed = scale(&harness);
    assert!(freed[0] > linked[0], "{freed:?}");
    assert_eq!(freed[1], linked[1]);
    harness.get_by_label("Link scales").click();
    harness.run_steps(3);
    assert_eq!(chain(&harness), Some(Toggled::False));
    drag_whole(&mut harness, at, vec2(30.0, 0.0), Modifiers::NONE);
    assert_eq!(scale(&harness)[1], linked[1]);
    for _ in 0..3 {
        undo(&mut harness);
    }
    assert_eq!(scale(&harness), [0.4, 0.2], "each drag one step");
}

#[test]
fn a_corner_snaps_to_the_edge_of_the_canvas_with_its_proportions() {
    let upright = |project: &mut Project| {
        let waves = &mut project.layers[3].transform;
        (waves.rotation_deg, waves.position_px) = (0.0, [300.0, 0.0]);
    };
    let mut harness = window(upright, &["Waves"]);
    let corner = handle(&harness, "Scale Waves", vec2(1.0, 1.0));
    let (edge, _) = on_canvas(&harness, [1920.0, 0.0]);
    // Three points short of it.
    let by = vec2(edge.x - corner.x - 3.0, (edge.x - corner.x) * 9.0 / 16.0);
    drag_whole(&mut harness, corner, by, Modifiers::NONE);
    let waves = layer(&harness, "Waves").transform;
    let right = 960.0 + waves.position_px[0] + 1920.0 * waves.scale[0] / 2.0;
    assert!((right - 1920.0).abs() < 0.1, "{right}: {waves:?}");
    assert!((waves.scale[0] - waves.scale[1]).abs() < 1e-5, "{waves:?}");
}

#[test]
fn the_knob_is_outside_the_box_and_figures_stay_in_sight() {
    let mut harness = window(|_| {}, &["Base"]);
    let stage = harness.get_by_label_contains("Preview, ").rect();
    let (min, scale) = on_canvas(&harness, [0.0, 0.0]);
    let picture = Rect::from_min_size(min, vec2(1920.0, 1080.0) * scale);
    let knob = harness.get_by_label("Turn Base").rect().center();
    assert!(!picture.contains(knob), "{knob:?} beside {picture:?}");
    let corner = handle(&harness, "Scale Base", vec2(1.0, 1.0));
    drag(&mut harness, corner, vec2(9.0, 9.0), Modifiers::NONE);
    let figures = harness
        .get_all_by_label_contains(" %")
        .map(|node| node.rect())
        .find(|rect| rect.distance_to_pos(corner) < 80.0)
        .expect("figures at the pointer");
    assert!(stage.contains_rect(figures), "{figures:?} in {stage:?}");
    release(&mut harness, corner);
    drag(
        &mut harness,
        pos2(picture.center().x, picture.center().y),
        vec2(9.0, 0.0),
        Modifiers::COMMAND,
    );
    assert!(has_figures(&harness, "x "), "the position");
    release(&mut harness, corner);
}
