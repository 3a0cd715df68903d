//! The frame asked for is the frame that comes, in whatever order frames are asked for.

use std::cell::Cell;

use sextet::media::frame::{ColourModel, HeapMemory};
use sextet::media::source::DecodeOutcome;
use sextet::media::{self, MediaError};
use sextet::time::{FrameIndex, FrameRate, Time};

use super::make::{Clip, decoder_of, mean_difference, nearest, picture};

/// Mean difference from FFmpeg's own conversion, out of 255: rounding and the filtering of chroma.
const TOLERANCE: f64 = 1.5;

/// Asks for frames forwards, backwards and at random, and holds each against FFmpeg's decoding of the whole file.
fn check_exact(clip: &Clip) -> media::Video {
    let media = clip.open();
    let size = (media.facts.width_px, media.facts.height_px);
    let references = clip.reference(size);
    let frames = media.facts.timing.frames();
    assert_eq!(frames, references.len() as u64, "frames counted");
    let mut order: Vec<u64> = (0..frames.min(6)).collect();
    order.extend((frames.saturating_sub(5)..frames).rev());
    let mut state = 1_u64;
    for _ in 0..14 {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        order.push((state >> 33) % frames);
    }
    // The same frame twice, then its neighbours.
    let middle = frames / 2;
    order.extend([middle, middle, middle + 1, middle - 1, 0, frames - 1]);
    let mut decoder = decoder_of(&media);
    for frame in order {
        let (found, difference) = nearest(&picture(&mut *decoder, frame), &references);
        assert_eq!(found, frame, "the wrong frame came");
        assert!(
            difference < TOLERANCE,
            "frame {frame} differs by {difference}"
        );
    }
    media
}

#[test]
fn h264_with_b_frames_and_one_key_frame_is_exact() {
    let encoding = "-c:v libx264 -g 250 -bf 3 -preset veryfast -crf 18";
    let media = check_exact(&Clip::numbered("long.mp4", 120, encoding));
    assert_eq!(media.facts.codec, "h264");
    assert_eq!(media.facts.played_by, media::PlayedBy::Ffmpeg);
    assert_eq!(
        media.facts.timing.rate(),
        FrameRate::new(30, 1).expect("valid")
    );
    assert!(!media.facts.timing.is_variable(), "a constant rate");
    assert_eq!(media.facts.timing.duration(), Time::from_seconds(4));
}

#[test]
fn h264_with_short_open_groups_is_exact_in_matroska_and_transport_streams() {
    let encoding = "-c:v libx264 -g 12 -bf 2 -x264-params open-gop=1 -crf 18";
    for name in ["open.mkv", "open.ts", "open.mov"] {
        check_exact(&Clip::numbered(name, 60, encoding));
    }
}

/// A clip of moving shapes without any key frame after the first: stripes are refreshed one after the other, and the
/// container calls the places where that begins anew key frames.
fn refreshed(name: &str, frames: u32, how: &str) -> Clip {
    let source = format!("testsrc2=s=320x240:r=25,trim=end_frame={frames}");
    // The encoder makes the same file with any number of cores if it is told how many to use.
    let parameters = format!("threads=1:intra-refresh=1:{how}");
    let input = ["-f", "lavfi", "-i", &source];
    let encoding = ["-c:v", "libx264", "-crf", "20", "-x264-params", &parameters];
    Clip::made(name, &[&input[..], &encoding].concat())
}

#[test]
fn pictures_refreshed_in_stripes_are_those_of_straight_decoding() {
    for (name, frames, how) in [
        // No picture comes of the last two places before the end.
        ("ends.mp4", 50, "keyint=20"),
        ("ends.mkv", 50, "keyint=20"),
        // The first pictures that come after some of the places still hold what was there before.
        ("early.mp4", 100, "keyint=12:bframes=2:ref=4"),
        ("early.ts", 100, "keyint=12:bframes=0:ref=4"),
    ] {
        let clip = refreshed(name, frames, how);
        let media = clip.open();
        let frames = u64::from(frames);
        assert_eq!(media.facts.timing.frames(), frames, "{name}");
        let mut straight = decoder_of(&media);
        let straight: Vec<_> = (0..frames)
            .map(|frame| picture(&mut *straight, frame))
            .collect();
        let references = clip.reference((320, 240));
        for (frame, (found, reference)) in straight.iter().zip(&references).enumerate() {
            let difference = mean_difference(found, reference);
            assert!(
                difference < TOLERANCE,
                "{name}: frame {frame} differs by {difference}"
            );
        }
        // Strides of this length come to every frame once, forwards and backwards over long and short ways.
        let strides = (0..frames).map(|at| at * 37 % frames);
        let backwards = (frames - 12..frames).rev();
        let mut decoder = decoder_of(&media);
        // As little as can be, so that each is decoded again.
        decoder.keep(1);
        for frame in strides.chain(backwards) {
            let found = picture(&mut *decoder, frame);
            let at = usize::try_from(frame).expect("small");
            assert!(found == straight[at], "{name}: frame {frame} is another");
        }
        // Each by a decoder that knows nothing of the stream yet.
        for frame in [45, 49, 25, frames - 1] {
            let found = media::frame_rgba(&media, FrameIndex(frame)).expect("decodes");
            let at = usize::try_from(frame).expect("small");
            assert!(
                found == straight[at],
                "{name}: frame {frame} alone is another"
            );
        }
        let counts = media.health.counts();
        let wrong = (counts.corrupt, counts.lost, counts.disordered);
        assert_eq!(wrong, (0, 0, 0), "{name}");
    }
}

#[test]
fn other_codecs_and_containers_are_exact() {
    for (name, encoding) in [
        ("a.mp4", "-c:v mpeg4 -bf 2 -g 20 -q:v 2"),
        ("b.mov", "-c:v mjpeg -q:v 2"),
        ("c.webm", "-c:v libvpx-vp9 -g 30 -crf 15 -b:v 0 -cpu-used 8"),
        (
            "d.webm",
            "-c:v libvpx -g 30 -crf 10 -b:v 2M -auto-alt-ref 1 -lag-in-frames 16",
        ),
        ("e.mkv", "-c:v ffv1"),
        ("f.mp4", "-c:v libx265 -g 25 -x265-params log-level=none"),
        ("g.avi", "-c:v mjpeg -q:v 2"),
    ] {
        check_exact(&Clip::numbered(name, 50, encoding));
    }
}

#[test]
fn streams_without_presentation_stamps_are_counted() {
    check_exact(&Clip::numbered(
        "raw.h264",
        40,
        "-c:v libx264 -g 10 -bf 2 -crf 18",
    ));
    check_exact(&Clip::numbered(
        "old.avi",
        40,
        "-c:v mpeg4 -bf 2 -g 10 -q:v 2",
    ));
}

#[test]
fn an_edit_list_leaves_its_frames_out_of_the_count() {
    let whole = Clip::numbered("whole.mp4", 60, "-c:v libx264 -g 30 -bf 2 -crf 18");
    let path = whole.path.to_str().expect("text");
    let cut = Clip::made("cut.mp4", &["-ss", "0.5", "-i", path, "-c", "copy"]);
    check_exact(&cut);
}

#[test]
fn a_variable_rate_keeps_the_times_of_its_own_frames() {
    let encoding = "-c:v libx264 -g 250 -bf 3 -crf 18 -video_track_timescale 30000";
    let clip = Clip::filtered("vfr.mp4", 90, "select='gt(mod(n,5),1)'", encoding);
    let media = check_exact(&clip);
    let timing = &media.facts.timing;
    assert!(timing.is_variable(), "frames were left out");
    let mut stamps = clip.packets("pts");
    stamps.sort_unstable();
    for (frame, stamp) in stamps.iter().enumerate() {
        let units = i64::try_from(stamp - stamps[0]).expect("small");
        let expected = Time::from_time_base(units, 1, 30000);
        assert_eq!(
            timing.time_of(FrameIndex(frame as u64)),
            expected,
            "frame {frame}"
        );
    }
}

#[test]
fn rgb_ten_bit_and_alpha_keep_their_values() {
    for (name, encoding, is_ycbcr, is_converted) in [
        ("rgb.mov", "-c:v qtrle -pix_fmt rgb24", false, false),
        ("rgba.mov", "-c:v png -pix_fmt rgba", false, false),
        ("gbr.mkv", "-c:v ffv1 -pix_fmt gbrp", false, false),
        ("ten.mov", "-c:v prores_ks -profile:v 3", true, false),
        ("alpha.mkv", "-c:v ffv1 -pix_fmt yuva420p", true, false),
        ("wide.mkv", "-c:v ffv1 -pix_fmt yuv422p", true, false),
        ("full.mkv", "-c:v ffv1 -pix_fmt yuv444p", true, false),
        ("grey.mkv", "-c:v ffv1 -pix_fmt gray", false, false),
    ] {
        let media = check_exact(&Clip::numbered(name, 8, encoding));
        let found = matches!(media.layout.colour, ColourModel::YCbCr { .. });
        assert_eq!(found, is_ycbcr, "{name}");
        let why = &media.facts.why;
        assert_eq!(why.contains("converted"), is_converted, "{name}: {why}");
    }
}

#[test]
fn still_pictures_are_one_frame() {
    for name in ["still.png", "still.jpg"] {
        let clip = Clip::numbered(name, 1, "-q:v 2");
        let media = clip.open();
        assert_eq!(media.facts.timing.frames(), 1, "{name}");
        let picture = media::frame_rgba(&media, FrameIndex(0)).expect("decodes");
        let reference = &clip.reference((96, 64))[0];
        assert!(mean_difference(&picture, reference) < TOLERANCE, "{name}");
    }
}

#[test]
fn a_frame_past_the_end_is_refused() {
    let media = Clip::numbered("short.mp4", 5, "-c:v mpeg4").open();
    match media::frame_rgba(&media, FrameIndex(5)) {
        Err(MediaError::NoSuchFrame { frames: 5, .. }) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn work_that_is_no_longer_wanted_ends_early_and_harms_nothing() {
    let clip = Clip::numbered("stale.mp4", 120, "-c:v libx264 -g 250 -bf 3 -crf 18");
    let media = clip.open();
    let references = clip.reference((96, 64));
    let mut decoder = decoder_of(&media);
    let asked = Cell::new(0);
    let is_stale = || {
        asked.set(asked.get() + 1);
        asked.get() > 5
    };
    let mut memory = HeapMemory::new(usize::try_from(media.layout.bytes).expect("small"));
    let decoded = decoder.decode(FrameIndex(119), &mut memory, &is_stale);
    assert_eq!(decoded.expect("no error"), DecodeOutcome::Stale);
    assert_eq!(asked.get(), 6, "it stopped when it was told");
    for frame in [3, 119, 60] {
        let found = nearest(&picture(&mut *decoder, frame), &references).0;
        assert_eq!(found, frame, "after ending early");
    }
}

#[test]
fn corrupt_packets_do_not_end_the_file() {
    let clip = Clip::numbered("corrupt.avi", 30, "-c:v mjpeg -q:v 2");
    let references = clip.reference((96, 64));
    let (positions, sizes) = (clip.packets("pos"), clip.packets("size"));
    let at = usize::try_from(positions[10]).expect("small");
    let size = usize::try_from(sizes[10]).expect("small");
    super::make::damage(&clip.path, at + 8, &vec![0; size - 8]);
    let media = clip.open();
    let mut decoder = decoder_of(&media);
    for frame in [9, 11, 29, 12] {
        let found = nearest(&picture(&mut *decoder, frame), &references).0;
        assert_eq!(found, frame, "beside a corrupt packet");
    }
}

#[test]
fn a_clip_cut_off_behind_its_index_plays_as_far_as_it_goes() {
    let encoding = "-c:v libx264 -g 10 -bf 0 -crf 18 -movflags +faststart";
    let clip = Clip::numbered("cut.mp4", 60, encoding);
    let references = clip.reference((96, 64));
    let bytes = std::fs::read(&clip.path).expect("readable");
    std::fs::write(&clip.path, &bytes[..bytes.len() * 2 / 3]).expect("written");
    let media = clip.open();
    let frames = media.facts.timing.frames();
    assert!((10..60).contains(&frames), "{frames} frames are left");
    let mut decoder = decoder_of(&media);
    let frame = frames - 3;
    assert_eq!(
        nearest(&picture(&mut *decoder, frame), &references).0,
        frame
    );
}
