//! The system's limit of open files: raised as far as allowed, and named where it is too low.

#![cfg(unix)]

use std::path::Path;
use std::process::Output;

use super::program::{SMALL, make_card, sextet_behind};

/// Runs the program in a shell that has set this limit before.
fn run_limited(limit: &str, args: &[&str]) -> Output {
    let mut command = sextet_behind(&format!("{limit} &&"), args);
    command.output().expect("a shell")
}

fn card(folder: &Path) -> String {
    make_card(folder, "card.mov", &[&SMALL[..], &["6"]].concat())
}

#[test]
fn a_low_limit_is_raised_where_the_system_allows_it() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let card = card(folder.path());
    // Four: standard input, output and error, and one more, which are too few to demux a file.
    let probed = run_limited("ulimit -S -n 4", &["probe", &card]);
    let complaint = String::from_utf8_lossy(&probed.stderr).into_owned();
    assert_eq!(probed.status.code(), Some(0), "{complaint}");
}

#[test]
fn a_limit_that_cannot_be_raised_is_named_with_the_file() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let card = card(folder.path());
    let probed = run_limited("ulimit -n 4", &["probe", &card]);
    let complaint = String::from_utf8_lossy(&probed.stderr).into_owned();
    assert_eq!(probed.status.code(), Some(2), "{complaint}");
    assert!(complaint.contains("limit of open files"), "{complaint}");
    assert!(complaint.contains(&card), "{complaint}");
}
