//! Outputs that cannot be written and limits of the system: each ends in one message, and never by a signal.

#![cfg(unix)]

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::program::sextet_behind;

fn sextet(folder: &Path, limit: &str, args: &[&str]) -> Command {
    let mut command = sextet_behind(limit, args);
    command.current_dir(folder).env("SEXTET_CACHE_DIR", "");
    command
}

/// Runs the program in a shell that has set this limit before.
fn run_limited(folder: &Path, limit: &str, args: &[&str]) -> Output {
    let mut command = sextet(folder, &format!("{limit} &&"), args);
    command.output().expect("a shell")
}

/// One line on standard error, with exit code 2.
fn is_refused(output: &Output, what: &str) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{what}: {output:?}");
    assert!(said.starts_with("error: "), "{what}: {said}");
    assert_eq!(said.lines().count(), 1, "{what}: {said}");
    said
}

const CARD: [&str; 9] = [
    "testcard", "--format", "hap", "--size", "256x256", "--fps", "60", "--noise", "1",
];

fn make_card(folder: &Path) {
    let made = run_limited(
        folder,
        "true",
        &[&CARD[..], &["--frames", "3", "-o", "card.mov"]].concat(),
    );
    assert!(made.status.success(), "{made:?}");
}

const PLAY: [&str; 7] = [
    "play",
    "card.mov",
    "--headless",
    "--renderer",
    "none",
    "--seconds",
    "0.1",
];

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_printed_is_an_error_and_a_closed_pipe_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make_card(folder);
    let report = [&PLAY[..], &["--report", "r.json"]].concat();
    for args in [
        &["help"][..],
        &["--help"],
        &["help", "play"],
        &["frame", "--help"],
        &["--version"],
        &["probe", "card.mov"],
        &["probe", "card.mov", "--json"],
        &["tree"],
        &["doctor", "card.mov", "--json"],
        &report,
        &["report", "r.json"],
    ] {
        let full = File::options().write(true).open("/dev/full");
        let output = sextet(folder, "", args)
            .stdout(full.expect("Linux has it"))
            .output();
        let said = is_refused(&output.expect("runs"), &format!("{args:?}"));
        assert!(said.contains("standard output"), "{args:?}: {said}");
        let mut child = sextet(folder, "", args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the program ends");
        assert_eq!(output.status.code(), Some(0), "{args:?}: {output:?}");
        assert!(output.stderr.is_empty(), "{args:?}: {output:?}");
    }
}

#[test]
fn a_limit_of_file_sizes_is_an_error_that_names_what_was_typed() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make_card(folder);
    let card = [&CARD[..], &["--frames", "60", "-o", "large.mov"]].concat();
    let frame = [
        "frame",
        "card.mov",
        "--index",
        "1",
        "--renderer",
        "cpu",
        "-o",
        "o.png",
    ];
    let report = [&PLAY[..], &["--report", "r.json"]].concat();
    for (args, name) in [
        (&card[..], "large.mov"),
        (&frame[..], "o.png"),
        (&report[..], "r.json"),
    ] {
        // A block, of 512 or 1024 bytes: less than any of them.
        let output = run_limited(folder, "ulimit -f 1", args);
        let said = is_refused(&output, name);
        assert!(said.trim_end().ends_with(name), "{said}");
        assert!(
            !said.contains(".sextet-") && !said.contains(".tmp"),
            "{said}"
        );
    }
    let names = std::fs::read_dir(folder).expect("a folder");
    assert_eq!(names.count(), 1, "the card alone: nothing half is left");
}

#[cfg(target_os = "linux")]
#[test]
fn a_limit_of_memory_ends_in_a_message() {
    let folder = tempfile::tempdir().expect("a folder");
    let huge = [
        "testcard",
        "--format",
        "hap-q",
        "--size",
        "16384x16384",
        "--fps",
        "60",
    ];
    let card = [&huge[..], &["--frames", "1", "-o", "large.mov"]].concat();
    // Enough to start with, and less than one such picture needs.
    let output = run_limited(folder.path(), "ulimit -v 900000", &card);
    let said = is_refused(&output, "a picture larger than memory");
    assert!(said.contains("MiB of memory"), "{said}");
    make_card(folder.path());
    for kibibytes in [150_000, 250_000, 350_000, 500_000] {
        let limit = format!("ulimit -v {kibibytes}");
        for args in [&["probe", "card.mov"][..], &PLAY] {
            let output = run_limited(folder.path(), &limit, args);
            let code = output.status.code();
            assert!(code.is_some(), "{limit}, {args:?}: {output:?}");
            let is_silent = output.stderr.is_empty();
            assert!(
                code == Some(0) || !is_silent,
                "{limit}, {args:?}: {output:?}"
            );
        }
    }
}

#[test]
fn an_abort_has_last_words_and_an_exit_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make_card(folder);
    let long = [&PLAY[..6], &["60", "--every", "0.1", "--max-drops", "1"]].concat();
    let mut child = sextet(folder, "", &long)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut said = String::new();
    stderr.read_line(&mut said).expect("it says how it goes");
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-s", "ABRT", &id]).status();
    assert!(sent.expect("kill runs").success(), "the signal is sent");
    stderr.read_to_string(&mut said).expect("text");
    let status = child.wait().expect("it ends");
    assert_eq!(status.code(), Some(2), "{said}");
    assert!(said.contains("end at once"), "{said}");
}
