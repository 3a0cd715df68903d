//! The map of the code, checked: which folder may know which, that no files import each other in long rings, where `unsafe`
//! and the GPU may be named, what lies at the top of the repository, and which binaries the tests are.

mod paths;
mod rings;
mod rooms;
mod sources;

use std::collections::BTreeSet;
use std::fs;

use rings::Modules;
use sources::{names, root, sources};

/// Longest source file, in lines; what has 500 is to be split.
const MAX_LINES: usize = 550;

/// Most files that may import each other in a ring.
const MAX_RING: usize = 3;

/// Most test binaries: each links wgpu, FFmpeg and egui once more.
const MAX_BINARIES: usize = 14;

/// Everything that may lie at the top of the repository; hidden files and build output are not looked at.
const TOP_LEVEL: [&str; 7] = [
    "Cargo.lock",
    "Cargo.toml",
    "README.md",
    "assets",
    "projects",
    "shaders",
    "src",
];

/// Files outside of the FFmpeg folder that may hold `unsafe`: for mapped and ring-based reading, for a signal handler, and
/// for code of one kind of processor.
const UNSAFE_FILES: [&str; 4] = [
    "cli/fatal_signals.rs",
    "media/hap/encode/avx2.rs",
    "media/io/mmap.rs",
    "media/io/uring.rs",
];

/// True if a file may hold `unsafe`.
fn may_be_unsafe(path: &str) -> bool {
    path.starts_with("media/ffmpeg/") || UNSAFE_FILES.contains(&path)
}

#[test]
fn folders_import_only_what_the_map_allows() {
    let sources = sources();
    rooms::verify_imports(&sources, &Modules::of(&sources));
}

#[test]
fn only_gpu_ui_and_app_name_the_graphics_libraries() {
    let sources = sources();
    rooms::verify_graphics(&sources, &Modules::of(&sources));
}

#[test]
fn no_more_than_three_files_import_each_other_in_a_ring() {
    let modules = Modules::of(&sources());
    let rings = modules.rings();
    let long = rings.iter().filter(|ring| ring.len() > MAX_RING);
    let long: Vec<_> = long
        .map(|ring| {
            let names = modules.within(ring).join("\n");
            format!("a ring of {} files:\n{names}", ring.len())
        })
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n\n"));
}

#[test]
fn unsafe_code_is_where_it_may_be() {
    let wrong: Vec<_> = sources()
        .into_iter()
        .filter(|source| names(&source.code, "unsafe") && !may_be_unsafe(&source.path))
        .map(|source| source.path)
        .collect();
    assert!(wrong.is_empty(), "unsafe code in {wrong:?}");
}

#[test]
fn unsafe_code_is_told_from_what_is_not() {
    assert!(
        names("unsafe { f() }", "unsafe") && !names("unsafe_code", "unsafe"),
        "whole words"
    );
    assert!(
        may_be_unsafe("media/ffmpeg/demux.rs") && may_be_unsafe("media/io/uring.rs"),
        "allowed"
    );
    assert!(
        !may_be_unsafe("media/hap/mod.rs") && !may_be_unsafe("gpu/uring.rs"),
        "not allowed"
    );
}

#[test]
fn every_folder_has_a_map_and_no_file_is_too_long() {
    let sources = sources();
    let folders: BTreeSet<_> = sources
        .iter()
        .filter_map(|source| Some(source.path.rsplit_once('/')?.0))
        .collect();
    for folder in folders {
        let map = format!("{folder}/mod.rs");
        let found = sources.iter().find(|source| source.path == map);
        let found = found.unwrap_or_else(|| panic!("src/{map} is missing"));
        assert!(
            found.text.starts_with("//!"),
            "src/{map} says what the folder is for"
        );
    }
    for source in &sources {
        let lines = source.text.lines().count();
        assert!(lines <= MAX_LINES, "src/{} has {lines} lines", source.path);
    }
}

#[test]
fn the_top_of_the_repository_is_tidy() {
    let visible: BTreeSet<String> = fs::read_dir(root())
        .expect("the repository")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| !name.starts_with('.') && name != "target" && name != "tests")
        .collect();
    let unknown: Vec<_> = visible
        .iter()
        .filter(|name| !name.starts_with("LICENSE") && !TOP_LEVEL.contains(&name.as_str()))
        .collect();
    assert!(
        unknown.is_empty(),
        "does not belong at the top: {unknown:?}"
    );
    let missing: Vec<_> = TOP_LEVEL
        .iter()
        .filter(|name| !visible.contains(**name))
        .collect();
    assert!(missing.is_empty(), "missing at the top: {missing:?}");
    assert!(
        visible.iter().any(|name| name.starts_with("LICENSE")),
        "there is a licence"
    );
}

/// The first words in backquotes of the rows of a table.
fn first_column(text: &str) -> BTreeSet<&str> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| Some(row.split_once('`')?.0))
        .collect()
}

#[test]
fn the_test_binaries_are_few_and_each_is_in_the_table() {
    let tests = root().join("tests");
    let entries = fs::read_dir(&tests).expect("the tests");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let is_binary = |path: &std::path::PathBuf| {
        path.extension().is_some_and(|ending| ending == "rs") || path.join("main.rs").is_file()
    };
    let binaries: BTreeSet<_> = paths
        .filter(is_binary)
        .map(|path| {
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let table = fs::read_to_string(tests.join("README.md")).expect("the table");
    let listed: BTreeSet<_> = first_column(&table)
        .into_iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(binaries, listed, "binaries, and those in tests/README.md");
    assert!(
        binaries.len() <= MAX_BINARIES,
        "{} binaries: put new tests into one of them",
        binaries.len()
    );
}

#[test]
fn the_files_that_the_documentation_names_are_there() {
    let mut missing = Vec::new();
    for document in ["README.md", "src/lib.rs", "tests/README.md"] {
        let text = fs::read_to_string(root().join(document)).expect("text");
        let quoted = text.split('`').skip(1).step_by(2);
        for name in quoted.filter(|name| name.starts_with("tests/") || name.starts_with("src/")) {
            let is_path = !name.contains([' ', '*', '…']);
            if is_path && !root().join(name).exists() {
                missing.push(format!("{document} names {name}"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
