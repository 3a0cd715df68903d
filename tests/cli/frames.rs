//! Every frame that `frame` writes is the one asked for: the index that the test card carries is read back from the
//! pixels of the PNG, for each variant, size and renderer.

use std::path::Path;

use image::RgbaImage;
use sextet::media::hap::testcard::read_index_grid;

use super::program::{run, text};

/// Frames of a card: more than a byte counts, so that two cells at least change.
const FRAMES: u64 = 300;

fn check_run(args: &[&str]) {
    let done = run(args);
    assert!(done.status.success(), "{args:?}: {}", text(&done.stderr));
}

/// The index in a picture; those under 24×16 are wholly the grey level `index mod 256`.
fn index_in(picture: &RgbaImage) -> Option<u64> {
    if picture.width() < 24 || picture.height() < 16 {
        return Some(u64::from(picture.get_pixel(0, 0).0[1]));
    }
    read_index_grid(picture)
}

fn check_card(folder: &Path, format: &str, size: &str) {
    let name = format!("{format}-{size}");
    let card = folder.join(format!("{name}.mov")).display().to_string();
    let picture = folder.join(format!("{name}.png")).display().to_string();
    let frames = FRAMES.to_string();
    let what = ["--format", format, "--size", size, "--frames", &frames];
    let how = ["--fps", "60", "--chunks", "3", "--header", "4"];
    check_run(&[&["testcard", "-o", &card], &what[..], &how[..]].concat());
    for renderer in ["cpu", "gpu"] {
        for index in [0, FRAMES / 2, FRAMES - 1] {
            let asked = index.to_string();
            let which = ["frame", &card, "--index", &asked, "-o", &picture];
            check_run(&[&which[..], &["--renderer", renderer]].concat());
            let shown = image::open(&picture).expect("a PNG").into_rgba8();
            let (width, height) = shown.dimensions();
            assert_eq!(format!("{width}x{height}"), size, "{name}");
            let found = index_in(&shown).expect("an index in the pixels");
            let is_grey = width < 24;
            let expected = if is_grey { index % 256 } else { index };
            // A grey level goes through blocks of five and six bits.
            let tolerance = if is_grey { 4 } else { 0 };
            assert!(
                found.abs_diff(expected) <= tolerance,
                "{name}, {renderer}: {found} instead of {expected}"
            );
        }
    }
}

#[test]
fn the_frame_asked_for_is_the_frame_written_in_small_and_odd_sizes() {
    let folder = tempfile::tempdir().expect("a folder");
    for format in ["hap", "hap-alpha", "hap-q"] {
        for size in ["4x4", "127x71", "640x360"] {
            check_card(folder.path(), format, size);
        }
    }
}

#[test]
fn the_frame_asked_for_is_the_frame_written_in_full_hd() {
    let folder = tempfile::tempdir().expect("a folder");
    check_card(folder.path(), "hap-q", "1920x1080");
}
