//! Three frames of each family of containers, codecs and pictures that no other test looks at: each must be what FFmpeg
//! gives for its number.

use std::path::Path;

use sextet::media::{self, MediaError, TextureSupport};
use sextet::time::FrameIndex;

use super::codecs::{assert_is, filtered};
use super::make::{Clip, mean_difference};

/// Frames of each clip.
const FRAMES: u32 = 12;

/// Mean difference of a still picture from FFmpeg's own conversion, out of 255.
const TOLERANCE: f64 = 1.5;

#[track_caller]
fn check(clip: &Clip, name: &str) {
    let media = clip.open();
    assert_eq!(media.facts.timing.frames(), u64::from(FRAMES), "{name}");
    let references = clip.reference((media.facts.width_px, media.facts.height_px));
    for frame in [0, 7, u64::from(FRAMES) - 1] {
        let found = media::frame_rgba(&media, FrameIndex(frame));
        let found = found.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_is(&found, &references, frame, name);
    }
}

#[test]
fn containers_and_codecs() {
    // The sizes are those that the codec knows.
    let (pal, cif) = (
        "scale=720:576:flags=neighbor,settb=1/25,setpts=N,fps=25",
        "scale=176:144:flags=neighbor",
    );
    for (name, filter, encoding) in [
        ("raw.avi", "null", "-c:v rawvideo -pix_fmt bgr24"),
        ("huff.avi", "null", "-c:v huffyuv -pix_fmt yuv422p"),
        ("ut.avi", "null", "-c:v utvideo"),
        ("cinepak.avi", "null", "-c:v cinepak"),
        ("ms.avi", "null", "-c:v msmpeg4 -q:v 2"),
        ("bframes.avi", "null", "-c:v libx264 -bf 2 -g 6 -crf 12"),
        ("vob.vob", "null", "-c:v mpeg2video -bf 2 -q:v 2 -f vob"),
        ("flash.flv", "null", "-c:v flv -q:v 2"),
        ("h264.flv", "null", "-c:v libx264 -bf 2 -g 6 -crf 12"),
        ("phone.3gp", cif, "-c:v h263 -q:v 2"),
        ("theora.ogv", "null", "-c:v libtheora -q:v 10"),
        ("media.wmv", "null", "-c:v wmv2 -q:v 2"),
        ("media.asf", "null", "-c:v wmv1 -q:v 2"),
        ("plain.y4m", "null", "-pix_fmt yuv420p"),
        ("tape.dv", pal, "-c:v dvvideo -pix_fmt yuv420p"),
        ("nut.nut", "null", "-c:v mpeg4 -bf 2 -q:v 2"),
        ("moving.apng", "null", "-f apng -plays 0"),
        (
            "raw.hevc",
            "null",
            "-c:v libx265 -x265-params log-level=none -crf 8",
        ),
        ("raw.m2v", "null", "-c:v mpeg2video -bf 2 -q:v 2"),
        ("vp8.ivf", "null", "-c:v libvpx -crf 4 -b:v 4M"),
        ("rle.mov", "null", "-c:v qtrle -pix_fmt argb"),
        ("deep.mov", "null", "-c:v r210"),
        ("dirac.drc", "null", "-c:v vc2 -f dirac -pix_fmt yuv422p"),
        // Without the table of MXF that tells in which order they are shown.
        ("order.mxf", "null", "-c:v libx264 -bf 2 -g 6 -crf 12"),
        ("jpeg2000.mxf", "null", "-c:v jpeg2000"),
    ] {
        if let Some(clip) = with_encoder(name, filter, encoding) {
            check(&clip, name);
        }
    }
}

fn with_encoder(name: &str, filter: &str, encoding: &str) -> Option<Clip> {
    if encoding.starts_with("-c:v") {
        filtered(name, FRAMES, filter, encoding)
    } else {
        Some(Clip::filtered(name, FRAMES, filter, encoding))
    }
}

#[test]
fn pictures() {
    for (name, encoding) in [
        ("plain.tga", ""),
        ("packed.tga", "-rle 1"),
        ("alpha.TGA", "-pix_fmt bgra -f image2"),
        ("grey.tga", "-pix_fmt gray"),
        ("any.pam", "-pix_fmt rgba"),
        ("plain.ppm", ""),
        ("deep.ppm", "-pix_fmt rgb48be"),
        ("grey.pgm", "-pix_fmt gray"),
        ("plain.bmp", ""),
        ("alpha.tif", "-pix_fmt rgba"),
        ("plain.webp", "-c:v libwebp -lossless 1"),
        ("ten.dpx", "-pix_fmt gbrp10be"),
        ("plain.jp2", ""),
        ("plain.gif", ""),
        ("plain.sgi", ""),
    ] {
        let clip = if encoding.contains("-c:v") {
            let Some(clip) = filtered(name, 1, "null", encoding) else {
                continue;
            };
            clip
        } else {
            Clip::numbered(name, 1, encoding)
        };
        let media = clip.open();
        assert_eq!(media.facts.timing.frames(), 1, "{name}");
        let found = media::frame_rgba(&media, FrameIndex(0)).expect("decodes");
        let difference = mean_difference(&found, &clip.reference((96, 64))[0]);
        assert!(difference < TOLERANCE, "{name} differs by {difference:.2}");
    }
}

fn refusal(path: &Path) -> Option<MediaError> {
    media::open_video(path, TextureSupport::BlockCompressed).err()
}

#[test]
fn a_wrong_ending_is_told() {
    for ending in ["tga", "pam"] {
        let clip = Clip::of(&format!("noise.{ending}"), &[0xA5; 4000]);
        let error = refusal(&clip.path).expect("no picture");
        assert!(error.to_string().contains(ending), "{error}");
    }
    // What lies in a file counts, and not its ending.
    let png = Clip::numbered("real.png", 1, "");
    let renamed = Clip::of("renamed.tga", &std::fs::read(&png.path).expect("read"));
    assert_eq!(renamed.open().facts.codec, "png");
}
