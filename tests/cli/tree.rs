//! `sextet tree` as scripts see it: what it prints, and its exit codes.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use sextet::project::{Marker, Project, storage::file};
use sextet::time::Time;

use super::program::{run, text};

const KEYS: [&str; 8] = [
    "path", "type", "unit", "min", "max", "default", "value", "writable",
];

fn json(args: &[&str]) -> Vec<Value> {
    let printed = run(&[&["tree", "--json"], args].concat());
    let said = text(&printed.stderr);
    assert_eq!(printed.status.code(), Some(0), "{said}");
    assert!(said.is_empty(), "{said}");
    serde_json::from_slice(&printed.stdout).expect("one array and nothing else")
}

fn node<'n>(nodes: &'n [Value], path: &str) -> &'n Value {
    let found = nodes.iter().find(|node| node["path"] == path);
    found.unwrap_or_else(|| panic!("{path} is missing"))
}

fn project(folder: &Path) -> String {
    let files = [
        ("/m/a.mov".into(), Time::from_seconds(4)),
        ("/m/b.mov".into(), Time::from_seconds(4)),
    ];
    let mut project = Project::with_media_layers(&files);
    project.layers[0].name = String::from("Title \u{1b}[2J");
    project.layers[0].opacity = 0.1;
    project.notes = String::from("one\ntwo");
    project.markers.push(Marker {
        time: Time::from_seconds(1),
        name: "Intro".to_owned(),
        colour: 1,
        note: String::new(),
    });
    let path = folder.join("show.ron");
    file::save(&project, &path).expect("saved");
    path.display().to_string()
}

#[test]
fn the_json_is_one_array_with_the_same_names_in_every_object() {
    let folder = tempfile::tempdir().expect("a folder");
    let nodes = json(&[&project(folder.path())]);
    let mut paths = BTreeSet::new();
    for node in &nodes {
        let object = node.as_object().expect("an object");
        assert!(KEYS.iter().all(|key| object.contains_key(*key)), "{node}");
        let has_choices = object.contains_key("choices");
        assert_eq!(has_choices, node["type"] == "choice", "{node}");
        assert_eq!(object.len(), KEYS.len() + usize::from(has_choices));
        let path = node["path"].as_str().expect("a text");
        assert!(paths.insert(path), "{path} is there twice");
        if node["type"] == "action" {
            assert!(
                node["value"].is_null() && node["writable"] == true,
                "{node}"
            );
        }
    }
    let opacity = node(&nodes, "/layer/2/opacity");
    assert_eq!(opacity["type"], "float");
    assert_eq!(opacity["min"], 0.0);
    assert_eq!(opacity["max"], 1.0);
    assert_eq!(opacity["default"], 1.0);
    assert_eq!(opacity["value"], 0.1);
    assert_eq!(opacity["writable"], true);
    assert_eq!(node(&nodes, "/layer/1/name")["value"], "a");
    assert_eq!(node(&nodes, "/layer/1/clip/1/duration")["unit"], "s");
    assert_eq!(node(&nodes, "/layer/1/clip/1/duration")["value"], 4.0);
    assert_eq!(node(&nodes, "/layer/1/clip/1/media")["writable"], false);
    assert_eq!(
        node(&nodes, "/layer/1/clip/1/media-out")["value"],
        Value::Null
    );
    assert_eq!(node(&nodes, "/marker/1/name")["value"], "Intro");
    assert_eq!(node(&nodes, "/canvas/rate")["value"], "60/1");
    assert_eq!(node(&nodes, "/transport/position")["value"], 0.0);
    for action in [
        "/transport/play",
        "/file/save",
        "/edit/undo",
        "/window/zoom-fit",
    ] {
        assert_eq!(node(&nodes, action)["type"], "action");
    }
}

#[test]
fn without_arguments_it_is_that_of_an_empty_project() {
    let nodes = json(&[]);
    assert_eq!(node(&nodes, "/canvas/width")["value"], 1920);
    assert_eq!(node(&nodes, "/settings/prebuffer")["unit"], "frames");
    let has_layer = nodes.iter().any(|node| {
        let path = node["path"].as_str().expect("a text");
        path.starts_with("/layer/")
    });
    assert!(!has_layer, "there is none");
}

#[test]
fn the_table_has_a_line_for_each_path_and_shows_no_control_characters() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = project(folder.path());
    let printed = run(&["tree", &path]);
    assert_eq!(printed.status.code(), Some(0), "{}", text(&printed.stderr));
    let shown = text(&printed.stdout);
    assert_eq!(shown.lines().count(), json(&[&path]).len() + 1);
    assert!(!shown.contains('\u{1b}'), "{shown}");
    let line = |path: &str| {
        let found = shown.lines().find(|line| line.starts_with(path));
        found.unwrap_or_else(|| panic!("{path} is missing in\n{shown}"))
    };
    let words: Vec<&str> = line("/layer/2/opacity").split_whitespace().collect();
    assert_eq!(words, ["/layer/2/opacity", "float", "0..1", "1", "0.1"]);
    assert!(line("/project/notes").ends_with("one\\ntwo"), "one line");
    assert!(line("/project/duration").ends_with("read only"), "{shown}");
    assert!(
        line("/transport/step ").ends_with("a number of frames"),
        "{shown}"
    );
}

#[test]
fn what_cannot_be_read_gives_exit_code_2() {
    let missing = "/nowhere/at-all.mov";
    for args in [&["tree", missing][..], &["tree", missing, "--json"]] {
        let refused = run(args);
        assert_eq!(refused.status.code(), Some(2), "{args:?}");
        assert!(refused.stdout.is_empty(), "{args:?}");
        let said = text(&refused.stderr);
        assert_eq!(said.matches(missing).count(), 1, "{said}");
    }
}
