//! `send`, `listen` and `play --osc` as scripts see them.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStderr, Stdio};

use serde_json::{Value, json};

use super::program::{SMALL, make_card, run, sextet, text};

/// A program that says where it listens.
fn start(args: &[&str]) -> Child {
    sextet(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts")
}

/// The address that it listens on, and what else it says.
fn address_of(child: &mut Child) -> (String, BufReader<ChildStderr>) {
    let mut lines = BufReader::new(child.stderr.take().expect("piped"));
    let mut line = String::new();
    loop {
        line.clear();
        assert!(lines.read_line(&mut line).expect("text") > 0, "it ended");
        if let Some((_, address)) = line.split_once("listening on ") {
            let address = address.split([',', '\n']).next().expect("an address");
            return (address.to_owned(), lines);
        }
    }
}

#[test]
fn what_is_sent_is_shown_with_its_types() {
    let mut child = start(&["listen", "0", "--count", "2", "--json"]);
    let (address, _lines) = address_of(&mut child);
    let sent = run(&[
        "send",
        &address,
        "/a/b",
        "1",
        "-0.5",
        "true",
        "two words",
        "--wait",
        "0.01",
    ]);
    assert_eq!(sent.status.code(), Some(0), "{}", text(&sent.stderr));
    run(&["send", &address, "/transport/play", "--wait", "0.01"]);
    let shown = child.wait_with_output().expect("it ends after two");
    assert!(shown.status.success(), "{shown:?}");
    let lines: Vec<Value> = text(&shown.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object"))
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["address"], "/a/b");
    assert_eq!(lines[0]["types"], "ifTs");
    assert_eq!(lines[0]["args"], json!([1, -0.5, true, "two words"]));
    assert_eq!(lines[1]["args"], json!([]));
}

#[test]
fn a_run_without_a_window_is_asked_changed_paused_and_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let card = make_card(folder.path(), "card.mov", &[&SMALL[..], &["60"]].concat());
    let play = [
        "play",
        &card,
        "--headless",
        "--renderer",
        "none",
        "--seconds",
        "60",
        "--osc",
        "0",
        "--max-drops",
        "1",
    ];
    let mut child = start(&play);
    let (address, _lines) = address_of(&mut child);
    let send = |words: &[&str]| {
        let output = run(&[&["send", &address], words].concat());
        let printed = text(&output.stdout).trim_end().to_owned();
        (output.status.code(), printed)
    };
    assert_eq!(send(&["/layer/1/opacity", "0.5"]), (Some(0), String::new()));
    let opacity = (Some(0), "/layer/1/opacity ,f 0.5".to_owned());
    assert_eq!(send(&["/layer/1/opacity"]), opacity);
    send(&["/transport/pause"]);
    let playing = (Some(0), "/transport/playing ,i 0".to_owned());
    assert_eq!(send(&["/transport/playing", "?"]), playing);
    let (code, reason) = send(&["/layer/1/opacity", "half"]);
    assert_eq!(code, Some(1), "it is refused");
    assert!(reason.starts_with("/error ,ss"), "{reason}");
    send(&["/jadeo/quit"]);
    let ended = child
        .wait_with_output()
        .expect("it ends long before its time");
    assert_eq!(ended.status.code(), Some(0), "{}", text(&ended.stdout));
}

#[test]
fn an_address_that_is_none_is_refused() {
    for args in [
        &["listen", "70000"][..],
        &["send", "127.0.0.1:9", "layer/1/opacity"],
        &["play", "a.mov", "--headless", "--osc", "everywhere"],
    ] {
        assert_eq!(run(args).status.code(), Some(2), "{args:?}");
    }
}
