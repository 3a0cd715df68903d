//! Seeking and opening again and again takes no more memory than doing it a few times. A file of its own, since what is
//! measured is the whole process.
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::own_process::in_own_process;
use sextet::media::frame::HeapMemory;
use sextet::media::source::SequentialSource;
use sextet::media::{self, TextureSupport, Video, VideoSource};
use sextet::time::FrameIndex;

/// Frames of the clip, of 338 KiB each.
const FRAMES: u64 = 120;

/// Growth allowed to the process after it has warmed up, in bytes: far less than a picture for each seek, or a decoder for
/// each opening.
const GROWTH_BYTES: u64 = 24 << 20;

fn make_clip(folder: &Path) -> PathBuf {
    let path = folder.join("clip.mp4");
    let source = "testsrc2=s=640x360:r=30:d=4";
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "lavfi", "-i", source])
        .args(["-c:v", "libx264", "-preset", "ultrafast", "-g", "60"])
        .arg(&path)
        .status()
        .expect("the ffmpeg tools are installed");
    assert!(status.success(), "the clip is made");
    path
}

/// Bytes of memory that the process has resident (proc(5), statm: the second number, in pages of 4 KiB).
fn resident_bytes() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").expect("Linux tells");
    let pages = text.split_whitespace().nth(1).expect("two numbers");
    pages.parse::<u64>().expect("a number") * 4096
}

/// Most that a decoder may keep around the playhead, in bytes: most of the clip, but not all of it, so that what is kept
/// changes with each seek.
const KEPT_BYTES: u64 = 24 << 20;

fn decoder_of(media: &Video) -> Box<dyn SequentialSource> {
    let mut decoder = match &media.source {
        VideoSource::Sequential(opener) => opener.open().expect("a decoder"),
        VideoSource::Pooled(_) => panic!("played frame by frame"),
    };
    decoder.keep(KEPT_BYTES);
    decoder
}

fn seek(decoder: &mut dyn SequentialSource, memory: &mut HeapMemory, seeks: u64) {
    for seek in 0..seeks {
        let frame = FrameIndex(seek * 7919 % FRAMES);
        decoder.decode(frame, memory, &|| false).expect("decodes");
    }
}

#[track_caller]
fn assert_steady(what: &str, before: u64) {
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < GROWTH_BYTES, "{what} took {grown} bytes");
}

/// Opens, decodes a few frames and closes so many times; then seeks so many times on one decoder.
fn check(cycles: u64, seeks: u64) {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = make_clip(folder.path());
    let open = || media::open_video(&path, TextureSupport::BlockCompressed).expect("opens");
    let media = open();
    let mut memory = HeapMemory::new(usize::try_from(media.layout.bytes).expect("small"));
    let mut cycle = |cycles| {
        for _ in 0..cycles {
            let media = open();
            seek(&mut *decoder_of(&media), &mut memory, 3);
        }
    };
    cycle(5);
    let before = resident_bytes();
    cycle(cycles);
    assert_steady("opening and closing", before);
    let mut decoder = decoder_of(&media);
    seek(&mut *decoder, &mut memory, FRAMES);
    let before = resident_bytes();
    seek(&mut *decoder, &mut memory, seeks);
    assert_steady("seeking", before);
}

#[test]
fn seeking_and_opening_do_not_grow_the_process() {
    in_own_process!();
    check(15, 150);
}

#[test]
#[ignore = "takes a minute: 200 openings and 1000 seeks"]
fn long_seeking_and_opening_do_not_grow_the_process() {
    in_own_process!();
    check(200, 1000);
}
