//! `sextet probe` and `sextet frame`, as scripts use them.

use std::ffi::OsStr;
use std::process::{Command, Output};

use super::make::{Clip, mean_difference};

fn sextet<A: AsRef<OsStr>>(arguments: &[A]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sextet"))
        .args(arguments)
        .output()
        .expect("runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

#[test]
fn probe_prints_every_readable_file_and_names_the_others() {
    let good = Clip::numbered("good.mp4", 15, "-c:v libx264");
    let hap = Clip::filtered("hap.mov", 6, "format=rgba", "-c:v hap -chunks 4");
    let bad = Clip::of("bad.mov", b"no movie");
    let output = sextet(&[
        OsStr::new("probe"),
        bad.path.as_os_str(),
        good.path.as_os_str(),
        hap.path.as_os_str(),
        OsStr::new("--json"),
    ]);
    assert_eq!(output.status.code(), Some(2), "one file is unreadable");
    let errors = text(&output.stderr);
    assert_eq!(errors.lines().count(), 1, "one message: {errors}");
    assert!(errors.contains("bad.mov"), "{errors}");
    let reports: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON only");
    let [good, hap] = reports.as_array().expect("an array").as_slice() else {
        panic!("two files are good: {reports}");
    };
    assert_eq!(good["codec"], "h264");
    assert_eq!(good["played_by"], "ffmpeg");
    assert_eq!((&good["width"], &good["height"]), (&96.into(), &64.into()));
    assert_eq!(
        (&good["fps"], &good["frames"]),
        (&"30/1".into(), &15.into())
    );
    assert_eq!(good["duration_s"], 0.5);
    assert_eq!((&hap["codec"], &hap["chunks"]), (&"Hap1".into(), &4.into()));
    assert_eq!(hap["played_by"], "hap");
    for field in [
        "path",
        "coded_width",
        "coded_height",
        "mean_mb_per_s",
        "peak_mb_per_s",
        "why",
    ] {
        assert!(!hap[field].is_null(), "{field} is missing");
    }
}

#[test]
fn probe_without_json_is_a_table_for_people() {
    let clip = Clip::numbered("clip.mp4", 5, "-c:v mpeg4");
    let output = sextet(&[OsStr::new("probe"), clip.path.as_os_str()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "nothing but the result");
    let table = text(&output.stdout);
    for part in ["mpeg4", "96×64", "30/1", "ffmpeg", "clip.mp4"] {
        assert!(table.contains(part), "{part} is missing:\n{table}");
    }
}

#[test]
fn frame_writes_the_frame_asked_for_by_number_or_time() {
    let clip = Clip::numbered("clip.mp4", 30, "-c:v libx264 -crf 18");
    let references = clip.reference((96, 64));
    let folder = tempfile::tempdir().expect("temporary folder");
    let png = folder.path().join("out.png");
    for (option, value, frame) in [("--index", "17", 17), ("--time", "0.35", 10)] {
        let output = sextet(&[
            OsStr::new("frame"),
            clip.path.as_os_str(),
            OsStr::new(option),
            OsStr::new(value),
            OsStr::new("-o"),
            png.as_os_str(),
            OsStr::new("--renderer"),
            OsStr::new("cpu"),
        ]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let picture = image::open(&png).expect("a PNG").into_rgba8();
        assert!(
            mean_difference(&picture, &references[frame]) < 3.0,
            "{option}"
        );
    }
}

#[test]
fn frame_refuses_what_is_not_in_the_file() {
    let clip = Clip::numbered("clip.mp4", 5, "-c:v mpeg4");
    let folder = tempfile::tempdir().expect("temporary folder");
    let png = folder.path().join("out.png");
    for (option, value) in [("--index", "5"), ("--time", "60"), ("--time", "nan")] {
        let output = sextet(&[
            OsStr::new("frame"),
            clip.path.as_os_str(),
            OsStr::new(option),
            OsStr::new(value),
            OsStr::new("-o"),
            png.as_os_str(),
            OsStr::new("--renderer"),
            OsStr::new("cpu"),
        ]);
        assert_eq!(output.status.code(), Some(2), "{option} {value}");
        assert!(
            text(&output.stderr).contains("clip.mp4"),
            "{option} {value}"
        );
        assert!(!png.exists(), "nothing is written");
    }
}

#[test]
fn a_long_file_is_indexed_once_and_a_spoilt_index_is_made_anew() {
    let clip = Clip::numbered("long.nut", 150, "-c:v rawvideo");
    let cache = tempfile::tempdir().expect("temporary folder");
    let probe = || {
        let output = Command::new(env!("CARGO_BIN_EXE_sextet"))
            .args(["probe", "--json"])
            .arg(&clip.path)
            .env("SEXTET_CACHE_DIR", cache.path())
            .env("SEXTET_LOG", "debug")
            .output()
            .expect("runs");
        assert!(output.status.success(), "{}", text(&output.stderr));
        let is_from_cache = text(&output.stderr).contains("index comes from the cache");
        (output.stdout, is_from_cache)
    };
    let (first, is_from_cache) = probe();
    assert!(!is_from_cache, "there is none yet");
    let (second, is_from_cache) = probe();
    assert!(is_from_cache, "it was kept");
    assert_eq!(text(&first), text(&second));
    let folder = std::fs::read_dir(cache.path().join("indexes")).expect("made");
    for entry in folder {
        std::fs::write(entry.expect("readable").path(), b"SXINDEX\x01spoilt").expect("written");
    }
    let (third, is_from_cache) = probe();
    assert!(!is_from_cache, "it is no index any more");
    assert_eq!(text(&first), text(&third));
}
