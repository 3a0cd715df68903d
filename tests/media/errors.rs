//! Refusal of what cannot be played, with a reason and the file's name.

use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;

use sextet::media::progress::{self, ProgressMeter};
use sextet::media::{self, MediaError, TextureSupport};
use sextet::time::{Clock, FrameIndex, Time};

use super::make::Clip;

fn refusal(path: &Path) -> MediaError {
    match media::open_video(path, TextureSupport::BlockCompressed) {
        Ok(_) => panic!("{} must be refused", path.display()),
        Err(error) => {
            let message = error.to_string();
            let name = path.display().to_string();
            assert!(message.ends_with(&name), "the path comes last: {message}");
            error
        }
    }
}

#[test]
fn what_is_no_file_is_named() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let missing = refusal(&folder.path().join("none.mov"));
    assert!(matches!(missing, MediaError::NotFound { .. }), "{missing}");
    let directory = refusal(folder.path());
    assert!(
        matches!(directory, MediaError::IsDirectory { .. }),
        "{directory}"
    );
}

#[test]
fn an_empty_file_is_not_mistaken_for_a_broken_one() {
    let clip = Clip::of("empty.mov", b"");
    assert!(matches!(refusal(&clip.path), MediaError::Empty { .. }));
}

#[test]
fn text_is_no_video_whatever_its_name() {
    let clip = Clip::of("notes.mov", &b"These are notes, not a movie.\n".repeat(200));
    assert!(matches!(refusal(&clip.path), MediaError::NotMedia { .. }));
}

#[test]
fn a_playlist_cannot_make_another_file_open() {
    let target = Clip::numbered("target.mp4", 3, "-c:v mpeg4");
    let name = target.path.display();
    let list = format!("ffconcat version 1.0\nfile '{name}'\n");
    let list = Clip::of("list.ffconcat", list.as_bytes());
    refusal(&list.path);
    let stream =
        format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:{name}\n#EXT-X-ENDLIST\n");
    let stream = Clip::of("list.m3u8", stream.as_bytes());
    refusal(&stream.path);
}

#[test]
fn sound_alone_is_no_video_and_neither_is_its_cover() {
    let sound = ["-f", "lavfi", "-i", "sine=d=1"];
    let clip = Clip::made("sound.m4a", &[&sound[..], &["-c:a", "aac"]].concat());
    assert!(matches!(refusal(&clip.path), MediaError::NoVideo { .. }));
    let cover = ["-f", "lavfi", "-i", "testsrc=s=32x32:d=0.04"];
    let map = [
        "-map",
        "0",
        "-map",
        "1",
        "-c:v",
        "mjpeg",
        "-frames:v",
        "1",
        "-disposition:v",
        "attached_pic",
    ];
    let clip = Clip::made("cover.m4a", &[&sound[..], &cover, &map].concat());
    assert!(matches!(refusal(&clip.path), MediaError::NoVideo { .. }));
}

#[test]
fn a_codec_without_a_decoder_is_named() {
    let clip = Clip::numbered("unknown.mov", 3, "-c:v mpeg4");
    let bytes = std::fs::read(&clip.path).expect("readable");
    let at = bytes
        .windows(4)
        .position(|tag| tag == b"mp4v")
        .expect("its tag");
    super::make::damage(&clip.path, at, b"zzzz");
    // The elementary stream descriptor would still name the codec.
    let at = bytes
        .windows(4)
        .position(|tag| tag == b"esds")
        .expect("its descriptor");
    super::make::damage(&clip.path, at, b"free");
    match refusal(&clip.path) {
        MediaError::UnsupportedCodec { codec, .. } => assert_eq!(codec, "zzzz"),
        other => panic!("{other}"),
    }
}

#[test]
fn a_movie_without_its_index_is_said_to_be_cut_short() {
    let clip = Clip::numbered("cut.mov", 30, "-c:v mpeg4");
    let bytes = std::fs::read(&clip.path).expect("readable");
    std::fs::write(&clip.path, &bytes[..bytes.len() / 2]).expect("written");
    assert!(matches!(refusal(&clip.path), MediaError::NoIndex { .. }));
}

#[test]
fn a_stream_without_packets_has_no_frames() {
    let clip = Clip::numbered("none.avi", 1, "-c:v mpeg4 -t 0");
    let error = refusal(&clip.path);
    let is_named = matches!(
        error,
        MediaError::NoFrames { .. } | MediaError::NoVideo { .. }
    );
    assert!(is_named, "{error}");
}

/// Pictures without compression, five of them, with these words in the header.
fn plain_pictures(header: &str) -> Clip {
    let mut bytes = format!("YUV4MPEG2 {header} Ip A1:1 C420jpeg\n").into_bytes();
    for _ in 0..5 {
        bytes.extend(b"FRAME\n");
        bytes.extend([0x50; 96 * 64 * 3 / 2]);
    }
    Clip::of("plain.y4m", &bytes)
}

#[test]
fn a_rate_of_zero_is_no_rate_and_the_file_plays_all_the_same() {
    for header in ["W96 H64 F0:1", "W96 H64 F0:0"] {
        let clip = plain_pictures(header);
        let media = clip.open();
        let timing = &media.facts.timing;
        assert_eq!(timing.frames(), 5, "{header}");
        assert!(
            timing.rate().fps() > 1.0 && timing.rate().fps() < 121.0,
            "{header}"
        );
        assert!(media::frame_rgba(&media, FrameIndex(4)).is_ok(), "{header}");
    }
}

/// A PNG of which the header alone is right.
fn picture_that_claims(width_px: u32, height_px: u32) -> Clip {
    let whole = Clip::numbered("small.png", 1, "-c:v png -frames:v 1");
    let mut bytes = std::fs::read(&whole.path).expect("readable");
    // After the signature, length and name of its first chunk.
    bytes[16..20].copy_from_slice(&width_px.to_be_bytes());
    bytes[20..24].copy_from_slice(&height_px.to_be_bytes());
    Clip::of("claims.png", &bytes)
}

#[test]
fn absurd_sizes_are_refused_before_memory_is_taken_for_them() {
    let clock = Clock::system();
    for side_px in [60_000, i32::MAX.unsigned_abs(), u32::MAX] {
        refusal(&picture_that_claims(side_px, side_px).path);
    }
    refusal(&picture_that_claims(20_000, 1).path);
    refusal(&plain_pictures("W100000 H100000 F30:1").path);
    refusal(&plain_pictures("W0 H0 F30:1").path);
    assert!(clock.now() < Time::from_seconds(5), "at once");
}

#[test]
fn random_damage_never_panics() {
    let clip = Clip::numbered("damaged.mp4", 12, "-c:v libx264 -g 6 -movflags +faststart");
    let whole = std::fs::read(&clip.path).expect("readable");
    let mut state = 12345_u64;
    for _ in 0..40 {
        let mut bytes = whole.clone();
        for _ in 0..8 {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            let at = usize::try_from(state >> 33).expect("31 bits") % bytes.len();
            bytes[at] ^= 1 << (state & 7);
        }
        std::fs::write(&clip.path, &bytes).expect("written");
        let Ok(media) = media::open_video(&clip.path, TextureSupport::BlockCompressed) else {
            continue;
        };
        // Any frame may fail, with an error.
        let frames = media.facts.timing.frames();
        let last = FrameIndex(frames.saturating_sub(1));
        media::frame_rgba(&media, last).map_or_else(|error| drop(error.to_string()), drop);
    }
}

#[test]
fn an_opening_that_nobody_waits_for_any_more_ends_at_once() {
    // Without an index: all of it is demuxed.
    let clip = Clip::numbered("long.mkv", 60, "-c:v libx264 -g 250");
    let packets_until = |unwanted_after: u32| {
        let asked = Rc::new(Cell::new(0));
        let watch = ProgressMeter::new(
            Box::new(|_| {}),
            Box::new({
                let asked = Rc::clone(&asked);
                move || asked.replace(asked.get() + 1) >= unwanted_after
            }),
        );
        let opened = progress::with_meter(watch, || {
            media::open_video(&clip.path, TextureSupport::BlockCompressed)
        });
        (opened.map(|media| media.facts.timing.frames()), asked.get())
    };
    let (opened, asked) = packets_until(5);
    assert!(matches!(opened, Err(MediaError::Unwanted { .. })), "ended");
    assert_eq!(asked, 6, "no packet after that");
    let (opened, asked) = packets_until(u32::MAX);
    assert_eq!(opened.expect("opens"), 60);
    assert_eq!(asked, 60, "looked at each packet");
}
