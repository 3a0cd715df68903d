//! Paths through links: a project and `probe` find what the system finds.

#![cfg(unix)]

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Output;

use serde_json::Value;
use sextet::time::path_text::from_bytes;

use super::program::{make_card, run_in};

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// A card that is known by its width.
fn card(folder: &Path, name: &str, width: u32) {
    let size = format!("{width}x32");
    let options = [
        "--format", "hap", "--size", &size, "--fps", "60", "--frames", "3",
    ];
    make_card(folder, name, &options);
}

/// A project of one clip.
fn write_project(path: &Path, media: &str) {
    let text = format!(
        r#"(version: 2, project: (media: [(id: 1, path: "{media}")], layers: [(id: 1, name: "L", colour: 0,
            is_visible: true, opacity: 1.0, clips: [(id: 1, media: 1, start: 0, duration: 705600000)])]))"#
    );
    std::fs::write(path, text).expect("written");
}

/// The width of the file that a project plays.
fn played(folder: &Path, project: &str) -> Value {
    let how = [
        "--headless",
        "--renderer",
        "none",
        "--seconds",
        "0.1",
        "--json",
    ];
    let output = run_in(folder, &[&["play", project], &how[..]].concat());
    json(&output)["layers"][0]["width"].clone()
}

#[test]
fn a_project_plays_the_file_that_the_system_finds() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for name in ["real/show", "real/lib", "desk"] {
        std::fs::create_dir_all(folder.join(name)).expect("made");
    }
    card(folder, "real/show/card.mov", 64);
    card(folder, "real/card.mov", 96);
    card(folder, "card.mov", 128);
    write_project(&folder.join("real/show/show.ron"), "card.mov");
    symlink("../real/show/show.ron", folder.join("desk/show.ron")).expect("linked");
    assert_eq!(
        played(folder, "desk/show.ron"),
        64,
        "beside the file itself"
    );
    card(folder, "desk/card.mov", 160);
    assert_eq!(played(folder, "desk/show.ron"), 64, "not beside the link");
    symlink("real/lib", folder.join("media")).expect("linked");
    write_project(&folder.join("up.ron"), "media/../card.mov");
    let probed = run_in(folder, &["probe", "--json", "media/../card.mov"]);
    assert_eq!(json(&probed)[0]["width"], 96, "above the folder itself");
    assert_eq!(played(folder, "up.ron"), 96, "as `probe` finds it");
    assert_eq!(
        played(folder, "media/../../up.ron"),
        96,
        "in its own path too"
    );
}

#[test]
fn a_project_whose_names_are_not_unicode_plays() {
    let folder = tempfile::tempdir().expect("a folder");
    card(folder.path(), "card.mov", 64);
    let name = from_bytes(b"caf\xE9.mov".to_vec()).expect("a path");
    std::fs::rename(folder.path().join("card.mov"), folder.path().join(&name)).expect("renamed");
    let media = [(
        folder.path().join(name),
        sextet::time::Time::from_seconds(1),
    )];
    let project = sextet::project::Project::with_media_layers(&media);
    let path = folder.path().join("show.ron");
    sextet::project::storage::file::save(&project, &path).expect("saved");
    assert_eq!(played(folder.path(), "show.ron"), 64);
}
