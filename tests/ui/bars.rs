//! The bars of the window in all sizes: no two of their parts lie over each other, and panels leave each other room.

use crate::ui_host::{Host, harness, rich};
use egui::{Pos2, Rect, Role, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use sextet::status::document::Message;
use sextet::status::snapshot::Decoding;

/// In points: 1280 by 720 pixels at 200 %, the least window, common displays at both scales.
const SIZES: [[f32; 2]; 9] = [
    [640.0, 360.0],
    [720.0, 450.0],
    LEAST,
    [900.0, 600.0],
    [960.0, 540.0],
    [960.0, 600.0],
    [1280.0, 720.0],
    [1440.0, 900.0],
    [1920.0, 1080.0],
];

/// The least window, which fits a screen of 1600 by 1000 pixels at scale 2.
const LEAST: [f32; 2] = [760.0, 440.0];

fn window(size: [f32; 2], change: impl FnOnce(&mut Host)) -> Harness<'static, Host> {
    let mut host = rich();
    host.transport.is_playing = false;
    host.kept_ago_s = Some(10);
    change(&mut host);
    harness(host, size)
}

/// Labels of the performance panel that lie below the window in a low one.
const SCROLLED: [&str; 2] = ["Frame time, ms", "\"worst "];

/// Nodes in a band across a part of the window, with the words that AccessKit has for it.
fn parts_in(harness: &Harness<'_, Host>, band: Rect) -> Vec<(String, Rect)> {
    // The head of a lane has only buttons; the lowest bar has only labels, and lanes may be scrolled under it.
    let roles = [Role::Label, Role::Button, Role::Slider];
    let count = if band.bottom() > harness.ctx.content_rect().bottom() - 2.0 {
        1
    } else {
        roles.len()
    };
    let nodes = roles
        .into_iter()
        .take(count)
        .flat_map(|role| harness.query_all_by_role(role));
    nodes
        .map(|node| (format!("{node:?}"), node.rect()))
        .filter(|(_, rect)| rect.is_positive() && band.contains_rect(*rect))
        // Lanes and rows that are scrolled out of sight are known to AccessKit too, and may lie at the bar's height.
        .filter(|(_, rect)| (rect.center().y - band.center().y).abs() < 2.0)
        .filter(|(name, _)| !SCROLLED.iter().any(|label| name.contains(label)))
        .collect()
}

fn assert_apart(parts: &[(String, Rect)], bar: &str, size: [f32; 2]) {
    assert!(!parts.is_empty(), "the {bar} has parts at {size:?}");
    for (index, (name, rect)) in parts.iter().enumerate() {
        for (other, other_rect) in &parts[index + 1..] {
            let shared = rect.intersect(*other_rect).shrink(0.5);
            assert!(
                !shared.is_positive(),
                "at {size:?} the {bar} has {name} at {rect:?} over {other} at {other_rect:?}"
            );
        }
    }
}

fn rect_of(harness: &Harness<'_, Host>, label: &str) -> Rect {
    harness.get_by_label(label).rect()
}

#[test]
fn no_two_parts_of_a_bar_lie_over_each_other_in_any_size() {
    for size in SIZES {
        let harness = window(size, |_| {});
        let [width, height] = size;
        let across = |y: f32, high: f32| {
            Rect::from_min_size(Pos2::new(0.0, y - high / 2.0), vec2(width, high))
        };
        assert_apart(&parts_in(&harness, across(17.0, 40.0)), "top bar", size);
        if width >= 900.0 {
            let name = rect_of(&harness, "festival_main.ron, with unsaved changes");
            assert!(
                across(17.0, 40.0).contains_rect(name),
                "{name:?} at {size:?}"
            );
        }
        let status = across(height - 12.5, 25.0);
        assert_apart(&parts_in(&harness, status), "status bar", size);
        let column = rect_of(&harness, "INSPECTOR").left() - 14.0;
        let transport = across(rect_of(&harness, "Play").center().y, 46.0);
        let parts = parts_in(&harness, transport.with_max_x(column));
        assert_apart(&parts, "transport", size);
        let strip = across(
            rect_of(&harness, "Output Display 1, closed").center().y,
            28.0,
        );
        let media = rect_of(&harness, "Filter media").right();
        let strip = strip.with_min_x(media).with_max_x(column);
        assert_apart(&parts_in(&harness, strip), "strip", size);
        let head = ["PERFORMANCE", "History", "Reset", "Copy", "Export…"];
        let head = head.map(|label| harness.query_by_label(label).map(|node| node.rect()));
        let head = head.into_iter().flatten();
        let head: Vec<_> = head.map(|rect| (String::new(), rect)).collect();
        assert_apart(&head, "head of the performance panel", size);
    }
}

#[test]
fn a_window_smaller_than_the_smallest_layout_loses_nothing() {
    let places = |harness: &Harness<'_, Host>| {
        ["MEDIA", "INSPECTOR", "PERFORMANCE", "Play"].map(|label| rect_of(harness, label))
    };
    let mut harness = window([1600.0, 1000.0], |_| {});
    let before = places(&harness);
    for size in [[320.0, 200.0], [90.0, 40.0], [1.0, 1.0]] {
        harness.set_size(size.into());
        harness.run_steps(4);
        harness.set_size(vec2(1600.0, 1000.0));
        harness.run_steps(10);
        assert_eq!(places(&harness), before, "after {size:?}");
    }
    assert_eq!(harness.state().log, [], "and nothing was asked for");
}

#[test]
fn the_inspector_keeps_some_rows_above_the_performance_panel() {
    for size in SIZES {
        let harness = window(size, |host| {
            let panels = &mut host.settings.layout.panels;
            panels.insert("performance".to_owned(), 700.0);
        });
        let inspector = rect_of(&harness, "INSPECTOR").top();
        let performance = rect_of(&harness, "PERFORMANCE").top();
        let height = performance - inspector;
        assert!(height >= 150.0, "{height} at {size:?}");
    }
}

#[test]
fn messages_leave_the_picture_where_it_is() {
    let picture = |count: u64| {
        let messages = (0..count).map(|id| Message {
            id,
            is_error: id == 0,
            text: format!("message {id}"),
            remedy: None,
        });
        let harness = window([1600.0, 1000.0], |host| host.messages = messages.collect());
        let label = "Preview, 1920 by 1080 pixels";
        let picture = rect_of(&harness, label);
        if count > 0 {
            let message = rect_of(&harness, "Message 0");
            assert!(picture.contains_rect(message), "{message:?} in {picture:?}");
        }
        picture
    };
    assert_eq!(picture(0), picture(3));
}

#[test]
fn the_details_of_a_layer_stay_within_the_performance_panel() {
    for size in [[960.0, 600.0], [1600.0, 1000.0]] {
        let mut harness = window(size, |host| {
            for layer in &mut host.snapshot.layers {
                layer.decoding = Some(Decoding::Software(
                    "no device; a reason that is long".into(),
                ));
            }
        });
        harness.get_by_label("Layer Faces").click();
        harness.run_steps(3);
        let right = harness.ctx.content_rect().right();
        for label in ["Hit now", "Read max", "Queue p99", "Lost to"] {
            let rect = rect_of(&harness, label);
            assert!(rect.right() < right, "{label} at {rect:?} of {right}");
        }
        let values = harness.query_all_by_role(Role::Label);
        let beyond: Vec<_> = values
            .map(|node| (format!("{node:?}"), node.rect()))
            .filter(|(_, rect)| rect.right() > right)
            .collect();
        assert_eq!(beyond, [], "at {size:?}");
    }
}

#[test]
fn the_preview_has_two_fifths_of_the_width_however_wide_panels_were_before() {
    for size in SIZES.into_iter().filter(|size| size[0] >= LEAST[0]) {
        let harness = window(size, |host| {
            for (name, width) in [("right", 640.0), ("media", 520.0)] {
                host.settings.layout.panels.insert(name.to_owned(), width);
            }
        });
        let picture = rect_of(&harness, "Preview, 1920 by 1080 pixels");
        assert!(
            picture.width() >= 0.4 * size[0] - 2.0,
            "{picture:?} at {size:?}"
        );
    }
}

#[test]
fn the_picture_itself_has_two_fifths_of_the_width_where_its_proportions_allow() {
    // 800 × 500 points are 1600 × 1000 pixels at scale 2.
    for size in [[1280.0, 720.0], [800.0, 500.0], [1600.0, 1000.0]] {
        for timeline in [None, Some(460.0)] {
            let harness = window(size, |host| {
                let panels = &mut host.settings.layout.panels;
                panels.extend(timeline.map(|height| ("timeline".to_owned(), height)));
            });
            // The scale of the canvas is told below the picture, rounded to a percent.
            let stage = rect_of(&harness, "Preview, 1920 by 1080 pixels");
            let strip = Rect::from_min_size(stage.left_bottom(), vec2(stage.width(), 28.0));
            let texts = harness.query_all_by_role(Role::Label);
            let texts = texts.filter(|node| strip.contains(node.rect().center()));
            let mut percents = texts.filter_map(|node| {
                let text = node.accesskit_node().value()?;
                text.strip_suffix(" %")?.parse::<f32>().ok()
            });
            let percent = percents.next().expect("the scale is told");
            let width = 19.2 * (percent + 0.5);
            assert!(width >= 0.4 * size[0], "{width} at {size:?}, {timeline:?}");
            let lanes = rect_of(&harness, "Play").bottom();
            assert!(lanes + 100.0 < size[1], "a timeline is left");
        }
    }
}

#[test]
fn what_a_bar_has_no_room_for_is_in_its_menu() {
    for size in SIZES.into_iter().filter(|size| size[0] >= LEAST[0]) {
        for (more, items) in [
            (
                "More controls",
                &["To the start", "Stop", "Loop", "Snap", "Fit timeline"][..],
            ),
            (
                "More ways to see the picture",
                &[
                    "Fit",
                    "100 %",
                    "Safe areas",
                    "Checkerboard",
                    "Crop",
                    "Preview only",
                ],
            ),
            (
                "More of the performance",
                &["Performance over time", "Copy report", "Export report…"],
            ),
        ] {
            let mut harness = window(size, |_| {});
            // Without the menu everything is in the bar.
            if let Some(button) = harness.query_by_label(more) {
                button.click();
                harness.run_steps(4);
            }
            for item in items {
                let is_there = harness.query_all_by_label(item).next().is_some();
                // The head of the performance panel has shorter words for the same.
                let short = ["History", "Copy", "Export…"];
                let is_short = more == "More of the performance"
                    && short
                        .iter()
                        .any(|short| harness.query_by_label(short).is_some());
                assert!(is_there || is_short, "{item} at {size:?}");
            }
        }
    }
}
