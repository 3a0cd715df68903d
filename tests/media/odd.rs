//! Files as cameras, recorders and other programs leave them: in fragments, without an index, joined end to end, with
//! fields, covers and alpha in odd places. Each frame asked for must be FFmpeg's of that number.

use sextet::media::frame::ColourModel;

use super::codecs::{assert_is, check, check_against, check_all, filtered, numbered};
use super::make::{Clip, SAME_CHROMA, decoder_of, picture};

const H264: &str = "-c:v libx264 -g 30 -bf 3 -preset veryfast -crf 12";

/// A clip of 90 frames, put once more into another container.
fn remuxed(name: &str, before: &[&str], after: &[&str]) -> Clip {
    let whole = Clip::numbered("whole.mp4", 90, H264);
    let path = whole.path.to_str().expect("text");
    Clip::made(name, &[before, &["-i", path, "-c", "copy"], after].concat())
}

#[test]
fn containers_without_an_index_or_in_fragments() {
    for (name, after) in [
        ("live.mkv", &["-live", "1"][..]),
        ("fragments.mp4", &["-movflags", "frag_keyframe+empty_moov"]),
        (
            "frames.mp4",
            &["-movflags", "frag_every_frame+empty_moov+default_base_moof"],
        ),
        ("late.ts", &["-output_ts_offset", "95000"]),
        // Its time stamps pass the end of their 33 bits.
        (
            "wrapped.ts",
            &["-output_ts_offset", "95442", "-muxdelay", "0"],
        ),
    ] {
        assert_eq!(check(&remuxed(name, &[], after)), 90, "{name}");
    }
}

#[test]
fn a_demuxer_that_loses_packets_after_a_seek_loses_no_frame() {
    let after = ["-movflags", "+dash+global_sidx", "-frag_duration", "300000"];
    let clip = remuxed("indexed.mp4", &[], &after);
    let references = clip.reference((96, 64));
    let media = clip.open();
    let mut decoder = decoder_of(&media);
    for frame in [72, 89, 71, 5, 66, 88] {
        assert_is(
            &picture(&mut *decoder, frame),
            &references,
            frame,
            "indexed.mp4",
        );
    }
}

#[test]
fn recordings_joined_end_to_end_have_all_their_frames() {
    let one = Clip::numbered("one.ts", 40, H264);
    let bytes = std::fs::read(&one.path).expect("readable");
    let joined = Clip::of("joined.ts", &[&bytes[..], &bytes].concat());
    let media = joined.open();
    assert!(media.facts.why.contains("counted"), "{}", media.facts.why);
    let references = joined.reference((96, 64));
    assert_eq!(references.len(), 80, "FFmpeg's tool gives all of them");
    assert_eq!(media.facts.timing.frames(), 80);
    let mut decoder = decoder_of(&media);
    for frame in [0, 39, 40, 41, 79, 60, 12, 78] {
        // Each half has the same pictures, so that a neighbour is told apart, but not the halves.
        assert_is(
            &picture(&mut *decoder, frame),
            &references,
            frame,
            "joined.ts",
        );
    }
}

#[test]
fn pictures_that_change_their_size_keep_that_of_the_first() {
    let small = Clip::filtered("small.ts", 20, "scale=64:48:flags=neighbor", H264);
    let large = Clip::numbered("large.ts", 20, H264);
    let bytes = [&large, &small].map(|clip| std::fs::read(&clip.path).expect("readable"));
    let joined = Clip::of("sizes.ts", &bytes.concat());
    let media = joined.open();
    assert_eq!((media.facts.width_px, media.facts.height_px), (96, 64));
    assert_eq!(media.facts.timing.frames(), 40);
    let mut decoder = decoder_of(&media);
    for frame in [0, 19, 20, 39, 3] {
        assert_eq!(picture(&mut *decoder, frame).dimensions(), (96, 64));
    }
}

#[test]
fn fields_packed_frames_and_refreshed_stripes() {
    check_all(&[
        (
            "fields.ts",
            60,
            "-c:v mpeg2video -flags +ildct+ilme -top 1 -bf 2 -g 15 -q:v 2",
        ),
        (
            "fields.mp4",
            60,
            "-c:v libx264 -flags +ildct+ilme -x264opts tff=1 -bf 2 -g 15 -crf 12",
        ),
        (
            "stripes.mp4",
            120,
            "-c:v libx264 -x264-params intra-refresh=1:keyint=40 -crf 12",
        ),
        (
            "slices.mp4",
            60,
            "-c:v libx264 -x264-params slices=4 -g 30 -crf 12",
        ),
    ]);
    // Two frames in a packet and an empty packet for the second, as DivX wrote it.
    if let Some(clip) = numbered("packed.avi", 60, "-c:v libxvid -bf 2 -g 15 -q:v 2") {
        assert!(check(&clip) >= 59);
    }
}

#[test]
fn depths_and_planes_of_cameras_and_grading() {
    check_all(&[
        (
            "twelve.mp4",
            30,
            "-c:v libx265 -pix_fmt yuv420p12le -x265-params log-level=none -crf 8",
        ),
        (
            "wide.mkv",
            30,
            "-c:v libx265 -pix_fmt yuv422p10le -x265-params log-level=none:open-gop=1:keyint=12 -crf 8",
        ),
        (
            "four.mov",
            12,
            "-c:v prores_ks -profile:v 4444 -pix_fmt yuva444p10le",
        ),
        ("v210.mov", 10, "-c:v v210"),
        ("packed.mov", 10, "-c:v rawvideo -pix_fmt uyvy422"),
        (
            "film.mov",
            12,
            "-c:v cfhd -quality film1 -pix_fmt yuv422p10le",
        ),
    ]);
}

#[test]
fn alpha_that_lies_beside_the_pictures_is_seen() {
    let alpha = "format=yuva420p,geq=lum='p(X,Y)':cb='p(X,Y)':cr='p(X,Y)':a='mod(X*3+N,256)'";
    for (name, decoder, encoding) in [
        (
            "vp9.webm",
            "libvpx-vp9",
            "-c:v libvpx-vp9 -pix_fmt yuva420p -crf 8 -b:v 0 -cpu-used 8 -auto-alt-ref 0 -g 12",
        ),
        (
            "vp8.webm",
            "libvpx",
            "-c:v libvpx -pix_fmt yuva420p -crf 4 -b:v 4M -auto-alt-ref 0 -g 12",
        ),
    ] {
        let Some(clip) = filtered(name, 40, alpha, encoding) else {
            continue;
        };
        let media = clip.open();
        let colour = media.layout.colour;
        assert!(
            matches!(
                colour,
                ColourModel::YCbCr {
                    has_alpha: true,
                    ..
                }
            ),
            "{name}: {colour:?}"
        );
        let references = clip.reference_by(&["-c:v", decoder], (96, 64), SAME_CHROMA);
        assert_eq!(check_against(&clip, &references), 40, "{name}");
    }
}

#[test]
fn covers_sound_and_wrong_endings_lead_nobody_astray() {
    let whole = Clip::numbered("whole.mp4", 60, H264);
    let path = whole.path.to_str().expect("text");
    let cover = ["-f", "lavfi", "-i", "testsrc=s=32x32:d=0.04"];
    let sound = ["-f", "lavfi", "-i", "sine=d=2"];
    let video = ["-i", path];
    let copy = ["-map", "0", "-map", "1", "-c:v", "copy"];
    let is_cover = ["-c:v:0", "mjpeg", "-disposition:v:0", "attached_pic"];
    let covered = Clip::made(
        "covered.mp4",
        &[&cover[..], &video, &copy, &is_cover].concat(),
    );
    let references = whole.reference((96, 64));
    assert_eq!(check_against(&covered, &references), 60);
    let heard = Clip::made(
        "heard.mkv",
        &[&sound[..], &video, &copy, &["-c:a", "aac"]].concat(),
    );
    assert_eq!(check(&heard), 60);
    let bytes = std::fs::read(&whole.path).expect("readable");
    for name in ["movie.png", "movie.avi", "movie"] {
        assert_eq!(check(&Clip::of(name, &bytes)), 60, "{name}");
    }
}
