//! Files that commands write: never over what they read, tried before any work, and handed over when a run is ended early.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use super::program::{SMALL, make_card, run_in, sextet_in, text};

/// A card of twelve frames, `card.mov`, in this folder.
fn card(folder: &Path) {
    make_card(folder, "card.mov", &[&SMALL[..], &["12"]].concat());
}

/// A project that shows `media`, `show.ron`, in this folder.
fn make_project(folder: &Path, media: &[&str]) {
    use sextet::project::Project;
    use sextet::project::storage::file;
    let media: Vec<_> = media
        .iter()
        .map(|name| (folder.join(name), sextet::time::Time::from_seconds(10)))
        .collect();
    let project = Project::with_media_layers(&media);
    file::save(&project, &folder.join("show.ron")).expect("saved");
}

#[test]
fn no_command_writes_over_what_it_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    card(folder);
    make_project(folder, &["card.mov"]);
    let card = std::fs::read(folder.join("card.mov")).expect("readable");
    let show = std::fs::read(folder.join("show.ron")).expect("readable");
    std::fs::copy(folder.join("card.mov"), folder.join("card.png")).expect("copied");
    let play = [
        "play",
        "--headless",
        "--renderer",
        "none",
        "--seconds",
        "0.1",
    ];
    let draw = ["play", "--headless", "--seconds", "0.1", "--screenshot"];
    for args in [
        &["frame", "card.png", "--index", "1", "-o", "./card.png"][..],
        &[&play[..], &["show.ron", "--report", "show.ron"]].concat(),
        &[&play[..], &["show.ron", "--report", "card.mov"]].concat(),
        &[&play[..], &["card.mov", "--report", "card.mov"]].concat(),
        &[&draw[..], &["card.png", "card.png"]].concat(),
    ] {
        let refused = run_in(folder, args);
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{args:?}: {said}");
        assert!(
            said.contains("that is the file being read"),
            "{args:?}: {said}"
        );
        assert!(refused.stdout.is_empty(), "{args:?}");
    }
    for name in ["card.mov", "card.png"] {
        assert_eq!(
            std::fs::read(folder.join(name)).expect("there"),
            card,
            "{name}"
        );
    }
    assert_eq!(std::fs::read(folder.join("show.ron")).expect("there"), show);
}

/// Result of writing a card of three frames to `output`.
#[cfg(unix)]
fn card_to(folder: &Path, output: &str) -> Output {
    let size_and_rate = ["--size", "64x32", "--fps", "60", "--frames", "3"];
    let what = ["testcard", "--format", "hap", "-o", output];
    run_in(folder, &[&what[..], &size_and_rate].concat())
}

#[cfg(unix)]
#[test]
fn a_card_takes_the_place_of_files_only() {
    use std::os::unix::fs::{FileTypeExt as _, symlink};
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    // What stands in the place is a pipe rather than a device, which a test must not put at risk.
    let made = Command::new("mkfifo").arg(folder.join("pipe")).status();
    assert!(made.expect("mkfifo runs").success(), "a pipe is made");
    symlink("pipe", folder.join("to-pipe")).expect("linked");
    symlink("nowhere", folder.join("to-nothing")).expect("linked");
    std::fs::create_dir(folder.join("inner")).expect("made");
    for (name, reason) in [
        ("pipe", "this is a device or a pipe"),
        ("to-pipe", "this is a device or a pipe"),
        ("to-nothing", "this link leads nowhere"),
        ("inner", "this is a folder"),
    ] {
        let refused = card_to(folder, name);
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{name}: {said}");
        assert!(said.contains(reason), "{name}: {said}");
        assert!(said.contains("choose another name"), "{name}: {said}");
        assert!(said.contains(name), "{name}: {said}");
        assert_eq!(said.lines().count(), 1, "{name}: {said}");
    }
    let there = |name| std::fs::symlink_metadata(folder.join(name)).expect("there");
    assert!(there("pipe").file_type().is_fifo(), "the pipe stays");
    assert!(there("to-pipe").is_symlink() && there("to-nothing").is_symlink());
    assert_eq!(std::fs::read_dir(folder).expect("readable").count(), 4);
}

#[cfg(unix)]
#[test]
fn a_card_written_through_a_link_leaves_the_link() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    std::fs::create_dir(folder.join("inner")).expect("made");
    std::fs::write(folder.join("inner/card.mov"), b"").expect("written");
    std::os::unix::fs::symlink("inner/card.mov", folder.join("link.mov")).expect("linked");
    let done = card_to(folder, "link.mov");
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let link = std::fs::symlink_metadata(folder.join("link.mov")).expect("there");
    assert!(link.is_symlink(), "the link stays");
    let written = std::fs::read(folder.join("inner/card.mov")).expect("there");
    assert_eq!(&written[4..8], b"ftyp", "the file it leads to is the card");
}

#[cfg(unix)]
#[test]
fn names_that_a_terminal_would_obey_are_shown_instead() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    card(folder);
    let good = "good\u{1b}[31m\n.mov";
    std::fs::rename(folder.join("card.mov"), folder.join(good)).expect("renamed");
    let missing = "bad\u{1b}]0;title\u{7}\nerror: all is lost.mov";
    let play = ["play", "--headless", "--renderer", "none"];
    let play = [&play[..], &["--seconds", "0.1", "--max-drops", "1"]].concat();
    for args in [&["probe"][..], &["bench", "decode"], &play] {
        let done = run_in(folder, &[args, &[good, missing]].concat());
        let (shown, said) = (text(&done.stdout), text(&done.stderr));
        for output in [&shown, &said] {
            let is_raw = |letter: char| letter.is_control() && letter != '\n';
            assert!(!output.contains(is_raw), "{args:?}: {output:?}");
        }
        assert!(shown.contains(r"good\u{1b}[31m\n.mov"), "{args:?}: {shown}");
        let missing = r"bad\u{1b}]0;title\u{7}\nerror: all is lost.mov";
        assert!(said.contains(missing), "{args:?}: {said}");
    }
    let probed = run_in(folder, &["probe", "--json", good]).stdout;
    let files: serde_json::Value = serde_json::from_slice(&probed).expect("JSON");
    assert_eq!(files[0]["path"], good, "as it is");
}

#[test]
fn a_frame_is_written_as_its_name_ends_or_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    card(folder);
    let frame = |name| {
        let which = ["frame", "card.mov", "--index", "1", "--renderer", "cpu"];
        run_in(folder, &[&which[..], &["-o", name]].concat())
    };
    let done = frame("out.jpg");
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let bytes = std::fs::read(folder.join("out.jpg")).expect("written");
    let format = image::guess_format(&bytes).expect("a picture");
    assert_eq!(format, image::ImageFormat::Jpeg);
    let refused = frame("out.tif");
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        text(&refused.stderr).contains(".png or .jpg"),
        "{}",
        text(&refused.stderr)
    );
    assert!(!folder.join("out.tif").exists(), "nothing is written");
}

#[test]
fn no_command_writes_over_the_file_of_somebody_else_unless_told_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    card(folder);
    let card = [
        "testcard", "--format", "hap", "--size", "64x32", "--fps", "60",
    ];
    let frame = ["frame", "card.mov", "--index", "1", "--renderer", "cpu"];
    let play = ["play", "card.mov", "--headless", "--renderer", "none"];
    for (args, name) in [
        (&[&card[..], &["--frames", "3", "-o"]].concat(), "a.mov"),
        (&[&frame[..], &["-o"]].concat(), "a.png"),
        (&[&frame[..], &["-o"]].concat(), "a.jpg"),
        (
            &[
                &play[..],
                &["--seconds", "0.1", "--max-drops", "1", "--report"],
            ]
            .concat(),
            "a.json",
        ),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, b"mine").expect("written");
        let once = |more: &[&str]| run_in(folder, &[&args[..], &[name], more].concat());
        let refused = once(&[]);
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{name}: {said}");
        assert!(
            said.contains("--overwrite") && said.contains(name),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
        assert_eq!(std::fs::read(&path).expect("there"), b"mine", "{name}");
        for more in [&["--overwrite"][..], &[], &["-y"]] {
            let done = once(more);
            assert_eq!(
                done.status.code(),
                Some(0),
                "{name}: {}",
                text(&done.stderr)
            );
        }
        assert_ne!(std::fs::read(&path).expect("there"), b"mine", "{name}");
    }
}

#[test]
fn a_sequence_has_any_rate_that_is_a_ratio_and_what_is_none_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let picture = image::RgbaImage::new(16, 16);
    for number in 1..=3 {
        let name = format!("a_{number:04}.png");
        picture.save(folder.join(name)).expect("saved");
    }
    for (rate, fps) in [
        ("@30000/1001", "30000/1001"),
        ("@30000:1001", "30000/1001"),
        ("@24/1", "24/1"),
        ("@12", "12/1"),
        ("", "25/1"),
    ] {
        let name = format!("a_%04d.png{rate}");
        let probed = run_in(folder, &["probe", "--json", &name]);
        assert_eq!(
            probed.status.code(),
            Some(0),
            "{name}: {}",
            text(&probed.stderr)
        );
        let files: serde_json::Value = serde_json::from_slice(&probed.stdout).expect("JSON");
        assert_eq!(files[0]["fps"], fps, "{name}");
        let how = [
            "--headless",
            "--renderer",
            "none",
            "--seconds",
            "0.1",
            "--json",
        ];
        let played = run_in(folder, &[&["play", &name], &how[..]].concat());
        let report: serde_json::Value = serde_json::from_slice(&played.stdout).expect("JSON");
        assert_eq!(report["layers"][0]["fps"], fps, "{name}");
        make_project(folder, &[&name]);
        let played = run_in(folder, &[&["play", "show.ron"], &how[..]].concat());
        let report: serde_json::Value = serde_json::from_slice(&played.stdout).expect("JSON");
        assert_eq!(report["layers"][0]["fps"], fps, "{name} in a project");
    }
    for wrong in [
        "0", "nan", "-1", "inf", "1/0", "0/1", "fast", "30000:", "1e9",
    ] {
        let name = format!("a_%04d.png@{wrong}");
        for args in [
            &["probe", &name][..],
            &["frame", &name, "--index", "0", "-o", "o.png"],
            &[&name],
        ] {
            let refused = run_in(folder, args);
            let said = text(&refused.stderr);
            assert_eq!(refused.status.code(), Some(2), "{args:?}: {said}");
            assert!(said.contains("not a frame rate"), "{args:?}: {said}");
            assert_eq!(said.lines().count(), 1, "{args:?}: {said}");
        }
    }
}

#[test]
fn a_run_of_no_time_has_no_rate_and_no_number_that_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    card(folder);
    image::RgbaImage::new(16, 16)
        .save(folder.join("still.png"))
        .expect("saved");
    let nothing = [
        "--headless",
        "--renderer",
        "none",
        "--seconds",
        "0.000001",
        "--json",
    ];
    for args in [
        &[&["play", "card.mov", "still.png"], &nothing[..]].concat()[..],
        &["probe", "still.png", "--json"],
        &["doctor", "still.png", "--json"],
        &["bench", "decode", "still.png", "--json"],
    ] {
        let output = run_in(folder, args);
        let shown = text(&output.stdout);
        // Absent by their meaning: the adapter, and times and rates that the system or a file does not have.
        let known = ["adapter", "at_s", "cold_mb_per_s", "cold_p99_ms"];
        for line in shown.lines().filter(|line| line.contains("null")) {
            assert!(
                known.iter().any(|name| line.contains(name)),
                "{args:?}: {line}"
            );
        }
        for word in ["inf", "nan", "e+", "e9"] {
            assert!(
                !shown.to_lowercase().contains(&format!(": {word}")),
                "{args:?}: {shown}"
            );
        }
    }
}

#[test]
fn a_place_that_cannot_be_written_is_told_before_anything_plays() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    card(folder);
    let clock = sextet::time::Clock::system();
    for option in ["--screenshot", "--report"] {
        let play = ["play", "card.mov", "--headless", "--seconds", "60"];
        let refused = run_in(folder, &[&play[..], &[option, "none/r.png"]].concat());
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{option}: {said}");
        assert!(said.contains("cannot write"), "{option}: {said}");
        assert_eq!(said.lines().count(), 1, "{option}: {said}");
    }
    assert!(
        clock.now() < sextet::time::Time::from_seconds(20),
        "at once"
    );
}

/// Ends a program that a test leaves early.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// True if a signal of this name is heard by what is started here: none is that these tests were started to ignore, as
/// `nohup` starts them.
#[cfg(unix)]
fn is_heard(name: &str) -> bool {
    /// Its number, the same on all systems (signal(7)).
    const SIGHUP: i32 = 1;
    name != "HUP" || !sextet::stats::process::ignores(SIGHUP)
}

#[cfg(unix)]
fn signal(child: &Child, name: &str, times: usize) {
    let ids = vec![child.id().to_string(); times];
    let sent = Command::new("kill").args(["-s", name]).args(ids).status();
    assert!(sent.expect("kill runs").success(), "{name} is sent");
}

#[cfg(unix)]
#[test]
fn a_run_that_is_ended_early_hands_over_its_results() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    card(folder);
    // As a terminal that goes and `timeout` send them.
    let signals = [("INT", 1), ("TERM", 2), ("HUP", 2)].into_iter();
    for (name, times) in signals.filter(|(name, _)| is_heard(name)) {
        let play = [
            "play",
            "card.mov",
            "--headless",
            "--renderer",
            "none",
            "--seconds",
            "600",
        ];
        let how = ["--every", "0.2", "--max-drops", "1", "--report", "r.json"];
        let child = sextet_in(folder, &[&play[..], &how].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = Ended(child.expect("the binary runs"));
        // Once it has something to tell, it plays.
        let mut told = BufReader::new(child.0.stderr.take().expect("piped"));
        let mut line = String::new();
        told.read_line(&mut line).expect("a line");
        assert!(line.contains(" due, "), "{line}");
        signal(&child.0, name, times);
        let mut printed = String::new();
        let mut stdout = child.0.stdout.take().expect("piped");
        std::io::Read::read_to_string(&mut stdout, &mut printed).expect("text");
        let status = child.0.wait().expect("it ends");
        assert_eq!(status.code(), Some(0), "{name}: {printed}");
        assert!(printed.contains("card.mov"), "{name}: {printed}");
        let report = std::fs::read(folder.join("r.json")).expect("written");
        let report: serde_json::Value = serde_json::from_slice(&report).expect("whole");
        let seconds = report["seconds"].as_f64().expect("a number");
        assert!(seconds > 0.1 && seconds < 60.0, "{name}: {seconds} s");
    }
}

/// Started with `nohup`, it goes on when the terminal goes.
#[cfg(target_os = "linux")]
#[test]
fn a_run_that_is_to_outlive_its_terminal_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    card(folder);
    let play = ["play", "card.mov", "--headless", "--renderer", "none"];
    let how = ["--seconds", "600", "--every", "0.2", "--max-drops", "1"];
    let program = sextet_in(folder, &[&play[..], &how].concat());
    let mut command = Command::new("nohup");
    command.arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.current_dir(folder).stdin(Stdio::null());
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut child = Ended(child.expect("nohup runs"));
    let mut told = BufReader::new(child.0.stderr.take().expect("piped")).lines();
    let mut next = || told.next().expect("a line").expect("text");
    while !next().contains(" due, ") {}
    signal(&child.0, "HUP", 1);
    for _ in 0..3 {
        let line = next();
        assert!(line.contains(" due, "), "it goes on: {line}");
    }
    signal(&child.0, "TERM", 1);
    let status = child.0.wait().expect("it ends");
    assert_eq!(status.code(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_card_that_is_ended_early_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let names = || {
        let entries = std::fs::read_dir(folder).expect("readable");
        let names = entries.map(|entry| entry.expect("readable").file_name());
        names.collect::<Vec<_>>()
    };
    std::fs::write(folder.join("card.mov"), b"old").expect("written");
    let signals = ["INT", "TERM", "HUP"].into_iter();
    for name in signals.filter(|name| is_heard(name)) {
        let card = ["testcard", "-o", "card.mov", "--format", "hap"];
        let how = ["--size", "640x360", "--fps", "60", "--frames", "1000000"];
        let child = sextet_in(folder, &[&card[..], &how, &["--overwrite"]].concat())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = Ended(child.expect("the binary runs"));
        // It listens before it begins the file.
        while names().len() < 2 {
            let ended = child.0.try_wait().expect("looked");
            assert!(ended.is_none(), "{name}: it works still");
            std::thread::yield_now();
        }
        signal(&child.0, name, 2);
        let mut said = String::new();
        let mut stderr = child.0.stderr.take().expect("piped");
        std::io::Read::read_to_string(&mut stderr, &mut said).expect("text");
        let status = child.0.wait().expect("it ends");
        assert_eq!(status.code(), Some(1), "{name}: {said}");
        let due = "error: interrupted; nothing was written: card.mov";
        assert_eq!(said.trim_end(), due, "{name}");
        assert_eq!(names(), ["card.mov"], "{name}");
        let there = std::fs::read(folder.join("card.mov")).expect("there");
        assert_eq!(there, b"old", "{name}");
    }
}

#[test]
fn numbers_below_zero_are_told_their_range() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    card(folder);
    let frame = ["frame", "card.mov", "-o", "out.png"];
    let play = ["play", "card.mov", "--headless"];
    for (args, range) in [
        (&[&frame[..], &["--index", "-1"]].concat(), "0 or more"),
        (
            &[&frame[..], &["--time", "-1"]].concat(),
            "from 0 to 0.200 s",
        ),
        (&[&play[..], &["--seconds", "-1"]].concat(), "above 0"),
        (&[&play[..], &["--prebuffer", "-1"]].concat(), "3..=16"),
        (
            &[&play[..], &["--max-drops", "-1"]].concat(),
            "such as 0.001",
        ),
        (
            &[&frame[..], &["--index", "12"]].concat(),
            "the last is frame 11",
        ),
    ] {
        let refused = run_in(folder, args);
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{args:?}");
        assert!(said.contains(range), "{args:?}: {said}");
    }
}

#[test]
fn what_is_no_media_file_is_told_apart_and_a_missing_one_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make_project(folder, &["none.mov", "none.mov"]);
    let frame = ["frame", "show.ron", "--index", "0", "-o", "out.png"];
    for args in [
        &["probe", "show.ron"][..],
        &frame,
        &["bench", "decode", "show.ron"],
    ] {
        let refused = run_in(folder, args);
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{args:?}");
        assert!(said.contains("this is a project"), "{args:?}: {said}");
    }
    let mistyped = run_in(folder, &["prob", "x.mov"]);
    assert_eq!(mistyped.status.code(), Some(2));
    let said = text(&mistyped.stderr);
    assert!(said.contains("did you mean `sextet probe`"), "{said}");
    let unwritten = run_in(folder, &["report", "none.json"]);
    assert_eq!(unwritten.status.code(), Some(2));
    let said = text(&unwritten.stderr);
    assert!(said.contains("play --headless --report"), "{said}");
    let play = [
        "play",
        "show.ron",
        "--headless",
        "--renderer",
        "none",
        "--seconds",
        "0.1",
    ];
    for args in [&play[..], &["play", "none.mov", "none.mov", "--headless"]] {
        let played = run_in(folder, args);
        assert_eq!(played.status.code(), Some(2), "{args:?}");
        let said = text(&played.stderr);
        assert_eq!(said.matches("none.mov").count(), 1, "{args:?}: {said}");
    }
}
