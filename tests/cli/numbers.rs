//! The commands about numbers, as scripts see them: `doctor` and whether `play` agrees with it, long runs, `report`.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use super::program::{make_card, run, text};

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", text(&output.stdout), text(&output.stderr)))
}

/// A card of five seconds whose frames are stored, so that all have the same length; gives its path. It has few frames a
/// second, so that a busy machine, which answers a little late, still gives what its disk gives.
fn card(folder: &Path, size: &str) -> String {
    let options = [
        "--format", "hap", "--size", size, "--fps", "24", "--frames", "120",
    ];
    let stored = [&options[..], &["--compressor", "none"]].concat();
    make_card(folder, &format!("card-{size}.mov"), &stored)
}

/// Rate that a card asks of the disk, in megabytes per second.
fn needed_mb_per_s(card: &str) -> f64 {
    let probed = json(&run(&["probe", card, "--json"]));
    probed[0]["peak_mb_per_s"].as_f64().expect("a rate")
}

/// Share of the disk that is asked for, what must be said with which exit code, the least that may be lost, and the most
/// because of the disk.
type Case = (f64, &'static str, i32, f64, f64);

/// The diagnosis, the exit code, and the shares that were lost.
type Examined = (Value, Option<i32>, [f64; 2]);

/// The doctor's word on two layers of a card read from a disk that gives this much of what it needs, and the shares that
/// playing then loses: in all, and because of reading.
fn examine_and_play(card: &str, mb_per_s: f64) -> Examined {
    let rate = format!("{mb_per_s:.4}");
    let examined = run(&["doctor", card, card, "--json", "--disk-rate", &rate]);
    let mut args = vec![
        "play",
        card,
        card,
        "--headless",
        "--renderer",
        "none",
        "--json",
    ];
    args.extend(["--seconds", "5", "--disk-rate", &rate]);
    let totals = &json(&run(&args))["totals"];
    let due = totals["due"].as_f64().expect("a count");
    let lost = 1.0 - totals["presented"].as_f64().expect("a count") / due;
    // What a busy machine fails to draw in time is no fault of the disk.
    let of_disk = totals["drop_causes"]["read"].as_f64().expect("a count") / due;
    (json(&examined), examined.status.code(), [lost, of_disk])
}

/// Checks each case on a disk of its own: what the doctor says of it, and what is then lost, and gives the doctor's
/// margins, as shares of those that are right.
fn foresee<const N: usize>(cases: [Case; N]) -> [f64; N] {
    let folder = tempfile::tempdir().expect("a folder");
    let card = &card(folder.path(), "320x192");
    let needed = 2.0 * needed_mb_per_s(card);
    std::thread::scope(|scope| {
        let running = cases.map(|case| {
            let examined = scope.spawn(move || examine_and_play(card, needed / case.0));
            (case, examined)
        });
        running.map(|(case, examined)| {
            let examined = examined.join().expect("no panic");
            let (diagnosis, exit, [all, of_disk]) = &examined;
            let (share, verdict, code, least, most) = case;
            let has_problem = !diagnosis["problems"].as_array().expect("a list").is_empty();
            let is_as_foreseen = diagnosis["verdict"] == verdict
                && *exit == Some(code)
                && (*all >= least && *of_disk <= most)
                && has_problem == (verdict != "holds");
            assert!(is_as_foreseen, "{case:?}: {examined:?}");
            diagnosis["margin"].as_f64().expect("a margin") * share
        })
    })
}

#[test]
fn the_doctor_foresees_what_a_slower_disk_costs_on_any_machine() {
    // A busy machine only reads less than the disk gives: what the disk cannot give is lost there too, and a disk that
    // gives ten times what is needed is enough.
    let margins = foresee([
        (0.1, "holds", 0, 0.0, 1.0),
        (1.1, "will-drop", 1, 0.02, 1.0),
        (2.0, "will-drop", 1, 0.3, 1.0),
    ]);
    for margin in margins {
        assert!(margin < 1.06, "no more than the disk gives: {margins:?}");
    }
}

#[test]
#[ignore = "a measurement, which a busy machine spoils"]
fn the_doctor_says_beforehand_what_playing_then_shows() {
    let margins = foresee([
        (0.5, "holds", 0, 0.0, 0.03),
        (0.9, "at-risk", 1, 0.0, 0.06),
        (1.1, "will-drop", 1, 0.02, 0.9),
        (2.0, "will-drop", 1, 0.3, 1.0),
    ]);
    for margin in margins {
        assert!((margin - 1.0).abs() < 0.06, "{margins:?}");
    }
}

#[test]
fn the_doctor_names_what_is_missing_and_what_to_mend() {
    let folder = tempfile::tempdir().expect("a folder");
    let odd = card(folder.path(), "66x34");
    let examined = run(&["doctor", &odd, "--json"]);
    assert_eq!(examined.status.code(), Some(1), "advice is a problem too");
    let diagnosis = json(&examined);
    assert_eq!(diagnosis["schema"], 1);
    assert_eq!(diagnosis["verdict"], "holds");
    let problem = &diagnosis["problems"][0];
    assert_eq!(problem["media"], odd.as_str());
    let said = problem["problem"].as_str().expect("text");
    assert!(said.contains("multiple of 4"), "{said}");
    assert!(
        problem["remedy"]
            .as_str()
            .is_some_and(|text| text.contains("multiples of 4"))
    );
    // A file that is gone from a project.
    let project = folder.path().join("show.ron");
    let source = include_str!("../../projects/demo.ron");
    std::fs::write(&project, source).expect("written");
    let examined = run(&["doctor", &project.display().to_string()]);
    assert_eq!(
        examined.status.code(),
        Some(1),
        "{}",
        text(&examined.stderr)
    );
    let said = text(&examined.stdout);
    assert!(said.starts_with("Will drop frames here"), "{said}");
    assert!(said.contains("Put the file back"), "{said}");
}

#[test]
fn a_long_run_tells_how_it_goes_and_its_report_can_be_read_at_any_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let card = card(folder.path(), "64x32");
    let report = folder.path().join("soak.json").display().to_string();
    let mut args = vec!["play", &card, "--headless", "--renderer", "none"];
    args.extend(["--seconds", "1.5", "--every", "0.5", "--report", &report]);
    args.extend(["--max-drops", "100%"]);
    let play = || -> Value {
        let played = run(&args);
        assert_eq!(played.status.code(), Some(0), "{}", text(&played.stderr));
        let lines = text(&played.stderr);
        assert!(lines.lines().count() >= 2, "{lines}");
        let first = lines.lines().next().expect("a line");
        for part in ["due", "lost", "hit", "MiB", "threads", "handles"] {
            assert!(first.contains(part), "{part} in {first}");
        }
        let written = std::fs::read_to_string(&report).expect("written");
        serde_json::from_str(&written).expect("JSON")
    };
    // Where reading stands still for a while, up to seven readers more come, and go again. Some 24 frames lie between.
    let soak = &play()["soak"];
    for growth in ["threads_growth", "handles_growth"] {
        let growth = soak[growth].as_i64().expect("a count");
        assert!(growth.abs() <= 7, "{soak}");
    }
    // A bound that nothing can keep: a disk that gives a tenth.
    let rate = format!("{:.4}", needed_mb_per_s(&card) / 10.0);
    args.extend(["--disk-rate", &rate]);
    assert_eq!(run(&args).status.code(), Some(0), "all may be lost");
    let bound = args.iter().position(|arg| *arg == "100%").expect("given");
    args[bound] = "20%";
    assert_eq!(run(&args).status.code(), Some(1), "more was lost");
    // The two side by side.
    let compared = run(&["report", &report, &report]);
    assert!(compared.status.success(), "{}", text(&compared.stderr));
    let table = text(&compared.stdout);
    assert!(
        table.contains("1.000 ×") && table.contains("read p99 ms"),
        "{table}"
    );
}

#[test]
fn a_report_of_another_version_is_refused_with_exit_code_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("newer.json").display().to_string();
    std::fs::write(&path, r#"{"schema":9,"seconds":1.0}"#).expect("written");
    let refused = run(&["report", &path]);
    assert_eq!(refused.status.code(), Some(2));
    let said = text(&refused.stderr);
    assert!(
        said.contains("version 9") && said.contains("version 1"),
        "{said}"
    );
    assert!(refused.stdout.is_empty());
}
