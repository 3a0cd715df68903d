//! The command line as scripts see it: exit codes, and what goes to which output.

use std::path::Path;
use std::process::Stdio;

use sextet::project::Clip;

use super::program::{SMALL, make_card, run, sextet, text};

/// A card of twelve frames in this folder; gives its path.
fn card(folder: &Path) -> String {
    make_card(folder, "card.mov", &[&SMALL[..], &["12"]].concat())
}

#[test]
fn help_names_every_command_and_goes_to_standard_output() {
    let help = run(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    let shown = text(&help.stdout);
    for command in [
        "probe", "frame", "play", "bench", "doctor", "report", "tree", "testcard",
    ] {
        assert!(shown.contains(command), "{command} is missing in:\n{shown}");
    }
    assert!(help.stderr.is_empty(), "{}", text(&help.stderr));
}

#[test]
fn bad_arguments_give_exit_code_2_and_nothing_on_standard_output() {
    for args in [
        &["--frobnicate"][..],
        &["probe"],
        &["testcard", "-o", "x.mov", "--format", "prores"],
        &["play", "a.mov", "--headless", "--prebuffer", "99"],
    ] {
        let refused = run(args);
        assert_eq!(refused.status.code(), Some(2), "{args:?}");
        assert!(
            refused.stdout.is_empty(),
            "{args:?}: {}",
            text(&refused.stdout)
        );
        assert!(!refused.stderr.is_empty(), "{args:?} says nothing");
    }
}

#[test]
fn a_file_that_is_not_there_gives_exit_code_2_and_is_named_once() {
    let missing = "/nowhere/at-all.mov";
    for args in [
        &[missing][..],
        &["probe", missing],
        &["frame", missing, "--index", "0", "-o", "/nowhere/out.png"],
        &["play", missing, "--headless"],
    ] {
        let refused = run(args);
        assert_eq!(refused.status.code(), Some(2), "{args:?}");
        let said = text(&refused.stderr);
        assert!(said.starts_with("error: "), "{args:?}: {said}");
        assert_eq!(said.matches(missing).count(), 1, "{args:?}: {said}");
    }
}

#[test]
fn a_file_that_is_not_there_keeps_its_layer_beside_others_and_is_told_of_once() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let (card, gone) = (card(folder.path()), folder.path().join("gone.mov"));
    let gone = gone.display().to_string();
    let played = run(&[
        "play",
        &card,
        &gone,
        "--headless",
        "--renderer",
        "none",
        "--seconds",
        "0.2",
        "--json",
    ]);
    let told = text(&played.stderr);
    assert_eq!(played.status.code(), Some(2), "{told}");
    assert_eq!(told.matches("gone.mov").count(), 1, "{told}");
    let report: serde_json::Value = serde_json::from_slice(&played.stdout).expect("one object");
    let layers = report["layers"].as_array().expect("layers");
    assert_eq!(layers.len(), 2, "it is tried again: {report}");
}

#[test]
fn the_json_of_probe_is_one_array_with_an_object_for_each_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let card = card(folder.path());
    let probed = run(&["probe", &card, &card, "--json"]);
    assert_eq!(probed.status.code(), Some(0), "{}", text(&probed.stderr));
    let files: serde_json::Value =
        serde_json::from_slice(&probed.stdout).expect("one JSON value and nothing else");
    let files = files.as_array().expect("an array");
    assert_eq!(files.len(), 2);
    assert_eq!(files[0]["width"], 64);
    assert_eq!(files[0]["height"], 32);
    assert_eq!(files[0]["frames"], 12);
    assert_eq!(files[0]["codec"], "Hap1");
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let card = card(folder.path());
    let mut child = sextet(&["probe", &card, "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    // Closed before the program has opened the file, let alone written anything.
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[test]
fn without_a_display_the_window_says_what_else_there_is() {
    let refused = run(&[]);
    assert_eq!(refused.status.code(), Some(2));
    let said = text(&refused.stderr);
    assert!(said.contains("there is no display"), "{said}");
    assert!(said.contains("play --headless"), "{said}");
    assert!(!said.contains(".rs:"), "no place in source code: {said}");
}

#[test]
fn without_an_adapter_all_is_done_that_goes_without_and_the_reason_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let card = card(folder.path());
    let picture = folder.path().join("out.png").display().to_string();
    let without = |args: &[&str]| {
        let mut command = sextet(args);
        command
            .env("WGPU_BACKEND", "vulkan")
            .env("VK_DRIVER_FILES", "/nowhere")
            .env("VK_ICD_FILENAMES", "/nowhere");
        command.output().expect("the binary runs")
    };
    let play = [
        "play",
        &card,
        "--headless",
        "--seconds",
        "0.2",
        "--max-drops",
        "1",
    ];
    let played = without(&play);
    let said = text(&played.stderr);
    assert_eq!(played.status.code(), Some(0), "{said}");
    assert!(said.contains("no graphics adapter was found"), "{said}");
    assert!(said.contains("everything is done but drawing"), "{said}");
    let shown = text(&played.stdout);
    assert!(shown.contains("drawn by nothing"), "{shown}");
    let framed = without(&["frame", &card, "--index", "1", "-o", &picture]);
    let said = text(&framed.stderr);
    assert_eq!(framed.status.code(), Some(0), "{said}");
    assert!(said.contains("the CPU draws the frame"), "{said}");
    // Who asks for it is refused.
    for more in [&["--renderer", "gpu"][..], &["--screenshot", &picture]] {
        let refused = without(&[&play[..], more].concat());
        assert_eq!(refused.status.code(), Some(2), "{more:?}");
        let said = text(&refused.stderr);
        assert!(said.contains("no graphics adapter was found"), "{said}");
    }
}

#[test]
fn the_demo_project_is_valid_and_has_six_layers() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("projects/demo.ron");
    let project = sextet::project::storage::file::load(&path).expect("the demo loads");
    assert_eq!(project.layers.len(), 6);
    assert_eq!(project.media.len(), 6);
    // It shows something of each that the editor can do.
    let mut blends: Vec<_> = project.layers.iter().map(|layer| layer.blend).collect();
    blends.sort_by_key(|blend| format!("{blend:?}"));
    blends.dedup();
    assert!(blends.len() >= 3, "{blends:?}");
    assert!(
        project
            .layers
            .iter()
            .any(|layer| !layer.keyframes.is_empty())
    );
    let overlaps = |pair: &[Clip]| pair[1].start < pair[0].end();
    let mut layers = project.layers.iter();
    assert!(
        layers.any(|layer| layer.clips.windows(2).any(overlaps)),
        "a crossfade"
    );
    assert!(!project.markers.is_empty());
}
