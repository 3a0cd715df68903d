//! Fifty frames at random from every kind of stream that has ever made a player land beside the frame asked for: each
//! must be what `ffmpeg -vf select` gives for that number.

use std::io::Write as _;
use std::process::Command;

use image::RgbaImage;
use sextet::media;
use sextet::media::frame::HeapMemory;
use sextet::media::source::{DecodeOutcome, SequentialSource};
use sextet::time::FrameIndex;

use super::make::{Clip, decoder_of, mean_difference, picture};

/// Mean difference from FFmpeg's own conversion, out of 255; most of it is chroma, which it places less exactly.
const TOLERANCE: f64 = 1.5;

/// Frames asked for in each file.
const RANDOM_FRAMES: usize = 50;

/// True if this FFmpeg has an encoder; if not, a line says so, past what the test harness keeps to itself.
pub fn has_encoder(name: &str) -> bool {
    let listed = Command::new("ffmpeg")
        .args(["-v", "error", "-encoders"])
        .output()
        .expect("the ffmpeg tools are installed");
    let is_there = String::from_utf8_lossy(&listed.stdout)
        .lines()
        .any(|line| line.split_whitespace().nth(1) == Some(name));
    if !is_there {
        let line = format!("SKIPPED: this FFmpeg has no encoder {name}; nothing was checked\n");
        std::io::stderr()
            .write_all(line.as_bytes())
            .expect("standard error is open");
    }
    is_there
}

/// The encoder that a line of options names.
fn encoder_of(encoding: &str) -> &str {
    let mut words = encoding.split_whitespace();
    words.find(|word| *word == "-c:v");
    words.next().expect("an encoder is named")
}

pub fn numbered(name: &str, frames: u32, encoding: &str) -> Option<Clip> {
    filtered(name, frames, "null", encoding)
}

/// The same with a filter before the encoder.
pub fn filtered(name: &str, frames: u32, filter: &str, encoding: &str) -> Option<Clip> {
    has_encoder(encoder_of(encoding)).then(|| Clip::filtered(name, frames, filter, encoding))
}

/// True if a picture is the reference of its number and not that of a neighbour.
#[track_caller]
pub fn assert_is(found: &RgbaImage, references: &[RgbaImage], frame: u64, name: &str) {
    let at = usize::try_from(frame).expect("small");
    let difference = mean_difference(found, &references[at]);
    assert!(
        difference < TOLERANCE,
        "{name}: frame {frame} differs by {difference:.2}"
    );
    for beside in [at.checked_sub(1), Some(at + 1)].into_iter().flatten() {
        let Some(reference) = references.get(beside) else {
            continue;
        };
        let other = mean_difference(found, reference);
        assert!(
            other > difference,
            "{name}: frame {frame} is as like frame {beside}"
        );
    }
}

/// Checks frames in random order on one decoder, and some each on a decoder of its own; gives the number of frames.
pub fn check(clip: &Clip) -> u64 {
    let media = clip.open();
    let size = (media.facts.width_px, media.facts.height_px);
    check_against(clip, &clip.reference(size))
}

/// The same against these pictures.
pub fn check_against(clip: &Clip, references: &[RgbaImage]) -> u64 {
    let media = clip.open();
    let name = clip.path.display().to_string();
    let frames = media.facts.timing.frames();
    assert_eq!(frames, references.len() as u64, "{name}: frames counted");
    let mut state = frames.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut random = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % frames
    };
    let mut decoder = decoder_of(&media);
    for _ in 0..RANDOM_FRAMES {
        let frame = random();
        assert_is(&picture(&mut *decoder, frame), references, frame, &name);
    }
    let counts = media.health.counts();
    let wrong = (counts.corrupt, counts.lost, counts.disordered);
    assert_eq!(wrong, (0, 0, 0), "{name}: frames left out are not lost");
    for frame in [0, random(), frames - 1] {
        let found = media::frame_rgba(&media, FrameIndex(frame)).expect("decodes");
        assert_is(&found, references, frame, &name);
    }
    frames
}

#[track_caller]
pub fn check_all(cases: &[(&str, u32, &str)]) {
    for &(name, frames, encoding) in cases {
        if let Some(clip) = numbered(name, frames, encoding) {
            assert_eq!(check(&clip), u64::from(frames), "{name}");
        }
    }
}

#[test]
fn fifty_random_frames_of_long_groups_with_b_frames() {
    check_all(&[
        (
            "h264.mp4",
            250,
            "-c:v libx264 -sc_threshold 0 -g 250 -bf 3 -b_strategy 2 -preset veryfast -crf 12",
        ),
        (
            "pyramid.mkv",
            120,
            "-c:v libx264 -sc_threshold 0 -g 250 -bf 6 -x264-params b-pyramid=normal:open-gop=1 -preset veryfast -crf 12",
        ),
        (
            "hevc.mp4",
            120,
            "-c:v libx265 -preset ultrafast -x265-params keyint=60:scenecut=0:bframes=4:open-gop=1:log-level=none -crf 12",
        ),
    ]);
}

#[test]
fn fifty_random_frames_of_streams_with_hidden_frames() {
    check_all(&[
        (
            "vp9.webm",
            80,
            "-c:v libvpx-vp9 -g 40 -crf 10 -b:v 0 -deadline good -cpu-used 8 -auto-alt-ref 1 -lag-in-frames 16",
        ),
        ("av1.mp4", 60, "-c:v libsvtav1 -preset 12 -g 30 -crf 12"),
        ("av1.mkv", 60, "-c:v libsvtav1 -preset 12 -g 30 -crf 12"),
    ]);
}

#[test]
fn fifty_random_frames_of_broadcast_and_editing_codecs() {
    check_all(&[
        ("mpeg2.ts", 75, "-c:v mpeg2video -bf 2 -g 15 -q:v 2"),
        ("mpeg2.mpg", 75, "-c:v mpeg2video -bf 2 -g 15 -q:v 2"),
        ("mpeg2.mxf", 50, "-c:v mpeg2video -bf 2 -g 12 -q:v 2"),
        ("mjpeg.mov", 40, "-c:v mjpeg -q:v 1"),
        ("prores.mov", 40, "-c:v prores_ks -profile:v 3"),
        (
            "dnxhr.mov",
            20,
            "-vf scale=256:144:flags=neighbor -c:v dnxhd -profile:v dnxhr_hq",
        ),
        ("moving.gif", 30, "-c:v gif"),
    ]);
}

#[test]
fn fifty_random_frames_of_a_variable_rate() {
    let encoding = "-c:v libx264 -sc_threshold 0 -g 250 -bf 3 -crf 12 -video_track_timescale 30000";
    let filter = "select='gt(mod(n,5),1)+eq(mod(n,30),0)'";
    for name in ["vfr.mp4", "vfr.mkv"] {
        let clip = Clip::filtered(name, 150, filter, encoding);
        assert!(clip.open().facts.timing.is_variable(), "{name}");
        check(&clip);
    }
}

/// A whole file remuxed with other time stamps.
fn remuxed(name: &str, before: &[&str], after: &[&str]) -> Clip {
    let encoding = "-c:v libx264 -g 30 -bf 3 -preset veryfast -crf 12";
    let whole = Clip::numbered("whole.mp4", 90, encoding);
    let path = whole.path.to_str().expect("text");
    let arguments = [before, &["-i", path, "-c", "copy"], after].concat();
    Clip::made(name, &arguments)
}

#[test]
fn fifty_random_frames_behind_an_edit_list_or_an_offset() {
    const NEGATIVE: &[&str] = &[
        "-avoid_negative_ts",
        "disabled",
        "-muxdelay",
        "0",
        "-copyts",
    ];
    let cases: [(&str, &[&str], &[&str]); 7] = [
        // The edit begins in the midst of a group: frames before it are decoded and never shown.
        ("edit.mp4", &["-ss", "0.77"], &[]),
        ("edit.mov", &["-ss", "1.5"], &["-t", "1.2"]),
        // An empty edit: the picture begins later than the file.
        ("late.mp4", &["-itsoffset", "2.5"], &[]),
        ("late.ts", &["-itsoffset", "100"], &["-muxdelay", "0"]),
        // Before zero, which FFmpeg gives as negative stamps in one container and as none in the other.
        ("negative.ts", &["-itsoffset", "-1"], NEGATIVE),
        ("negative.mkv", &["-itsoffset", "-1"], NEGATIVE),
        ("negative.mov", &[], &["-movflags", "negative_cts_offsets"]),
    ];
    for (name, before, after) in cases {
        let clip = remuxed(name, before, after);
        let frames = check(&clip);
        let is_cut = name.starts_with("edit");
        assert_eq!(frames == 90, !is_cut, "{name}: {frames} frames");
    }
}

/// Number of times that a decoder asks whether a frame is still wanted: never for one that it kept.
fn asks(decoder: &mut dyn SequentialSource, frame: u64) -> u32 {
    let mut memory = HeapMemory::new(usize::try_from(decoder.layout().bytes).expect("small"));
    let asked = std::cell::Cell::new(0);
    let is_stale = || {
        asked.set(asked.get() + 1);
        false
    };
    let decoded = decoder.decode(FrameIndex(frame), &mut memory, &is_stale);
    assert!(
        matches!(decoded, Ok(DecodeOutcome::Frame { .. })),
        "{decoded:?}"
    );
    asked.get()
}

#[test]
fn steps_back_and_playing_in_reverse_decode_each_stretch_once() {
    let encoding = "-c:v libx264 -sc_threshold 0 -g 250 -bf 3 -preset veryfast -crf 12";
    let clip = Clip::numbered("back.mp4", 250, encoding);
    let references = clip.reference((96, 64));
    let media = clip.open();
    let mut decoder = decoder_of(&media);
    assert!(asks(&mut *decoder, 200) > 0, "decoded from the start");
    for frame in (192..200).rev() {
        assert_eq!(asks(&mut *decoder, frame), 0, "kept: {frame}");
    }
    let mut decoded = 0;
    for frame in (0..192).rev() {
        decoded += u32::from(asks(&mut *decoder, frame) > 0);
        let found = picture(&mut *decoder, frame);
        assert_is(&found, &references, frame, "back.mp4");
    }
    assert!(decoded <= 2, "decoded from the start {decoded} times");
}

#[test]
fn going_back_the_frames_before_are_there_before_they_are_asked_for() {
    let encoding = "-c:v libx264 -sc_threshold 0 -g 250 -bf 3 -preset veryfast -crf 12";
    let clip = Clip::numbered("ahead.mp4", 250, encoding);
    let references = clip.reference((96, 64));
    let media = clip.open();
    let mut decoder = decoder_of(&media);
    // About forty pictures, each a little more than its pixels.
    decoder.keep(40 * 96 * 64 * 3 / 2);
    assert!(!decoder.prepare(&|| false), "nothing was asked for yet");
    picture(&mut *decoder, 200);
    assert!(!decoder.prepare(&|| false), "nobody goes back yet");
    for frame in (0..200).rev() {
        assert_eq!(asks(&mut *decoder, frame), 0, "{frame} was there");
        let found = picture(&mut *decoder, frame);
        assert_is(&found, &references, frame, "ahead.mp4");
        // Interrupted at every picture, as by a show that goes on.
        let pictures = std::cell::Cell::new(0);
        while decoder.prepare(&|| pictures.replace(pictures.get() + 1) % 3 == 2) {}
        assert!(decoder.kept_bytes() <= 40 * 96 * 64 * 3 / 2);
    }
    assert!(
        !decoder.prepare(&|| false),
        "there is nothing before the first"
    );
    assert!(asks(&mut *decoder, 150) > 0, "and forward again, decoded");
    assert_is(&picture(&mut *decoder, 151), &references, 151, "ahead.mp4");
}

#[test]
fn work_given_up_while_frames_were_left_out_does_not_spoil_what_comes_next() {
    let encoding = "-c:v libx264 -sc_threshold 0 -g 250 -bf 3 -preset veryfast -crf 12";
    let clip = Clip::numbered("given_up.mp4", 250, encoding);
    let references = clip.reference((96, 64));
    let media = clip.open();
    let mut decoder = decoder_of(&media);
    let mut memory = HeapMemory::new(usize::try_from(media.layout.bytes).expect("small"));
    for (patience, next) in [(20, 21), (40, 43), (60, 70), (50, 12)] {
        let asked = std::cell::Cell::new(0);
        let is_stale = || asked.replace(asked.get() + 1) > patience;
        let decoded = decoder.decode(FrameIndex(249), &mut memory, &is_stale);
        assert_eq!(decoded.expect("no error"), DecodeOutcome::Stale);
        assert_is(&picture(&mut *decoder, next), &references, next, "given up");
    }
}

#[test]
fn the_count_is_that_of_the_frames_and_not_of_the_header() {
    // The sample table of the header is right; the count that its track claims is made to lie by cutting the data.
    let clip = Clip::numbered(
        "claims.mp4",
        60,
        "-c:v libx264 -g 10 -bf 0 -crf 18 -movflags +faststart",
    );
    let bytes = std::fs::read(&clip.path).expect("readable");
    std::fs::write(&clip.path, &bytes[..bytes.len() / 2]).expect("written");
    let media = clip.open();
    let frames = media.facts.timing.frames();
    let mut decoder = decoder_of(&media);
    // The last packet may be cut in two; the one before it is whole.
    let last = picture(&mut *decoder, frames - 2);
    assert!(
        (5..59).contains(&frames) && last.width() == 96,
        "{frames} frames"
    );
}
