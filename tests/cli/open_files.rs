//! The system's limit of open files: raised as far as allowed, and named where it is too low.

#![cfg(unix)]

use std::path::Path;
use std::process::{Command, Output};

const SEXTET: &str = env!("CARGO_BIN_EXE_sextet");

/// Runs the program in a shell that has set this limit before.
fn run_limited(limit: &str, args: &[&str]) -> Output {
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{limit} && exec \"$0\" \"$@\""), SEXTET])
        .args(args)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("SEXTET_LOG");
    command.output().expect("a shell")
}

fn make_card(folder: &Path) -> String {
    let path = folder.join("card.mov").display().to_string();
    let args = [
        "testcard", "-o", &path, "--format", "hap", "--size", "64x32",
    ];
    let rest = ["--fps", "60", "--frames", "6"];
    let made = Command::new(SEXTET).args(args).args(rest).output();
    let made = made.expect("the binary runs");
    assert!(made.status.success(), "the card is written");
    path
}

#[test]
fn a_low_limit_is_raised_where_the_system_allows_it() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let card = make_card(folder.path());
    // Four: standard input, output and error, and one more, which are too few to demux a file.
    let probed = run_limited("ulimit -S -n 4", &["probe", &card]);
    let complaint = String::from_utf8_lossy(&probed.stderr).into_owned();
    assert_eq!(probed.status.code(), Some(0), "{complaint}");
}

#[test]
fn a_limit_that_cannot_be_raised_is_named_with_the_file() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let card = make_card(folder.path());
    let probed = run_limited("ulimit -n 4", &["probe", &card]);
    let complaint = String::from_utf8_lossy(&probed.stderr).into_owned();
    assert_eq!(probed.status.code(), Some(2), "{complaint}");
    assert!(complaint.contains("limit of open files"), "{complaint}");
    assert!(complaint.contains(&card), "{complaint}");
}
