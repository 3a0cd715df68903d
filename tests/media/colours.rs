//! Every family of pixel formats from real files, on the CPU and on a software adapter, against FFmpeg's own converter.

use sextet::gpu::{self, Gpu};
use sextet::media::cpu;
use sextet::media::frame::{ChromaSiting, Shape, Transfer};
use sextet::media::{self, Video};
use sextet::time::FrameIndex;

use super::make::{Clip, mean_difference};

/// Mean difference from FFmpeg's converter, out of 255.
const TOLERANCE: f64 = 1.5;

/// The furthest that the shaders may be from the reference on the CPU, out of 255.
const GPU_TOLERANCE: u8 = 2;

const SIZE_PX: (u32, u32) = (96, 64);

/// One frame of smooth colours in a pixel format, stored without loss: at hard edges the two would differ by the shape of
/// their chroma filters alone.
fn still(pixel: &str, options: &str) -> Clip {
    let filter = "color=s=96x64:r=1:d=1,format=rgba,\
        geq=r='255*X/95':g='255*Y/63':b='127+100*sin(X/17+Y/13)':a='clip(X*3,0,255)',\
        scale=out_color_matrix=bt709:out_range=tv";
    let mut arguments = vec!["-f", "lavfi", "-i", filter, "-frames:v", "1"];
    arguments.extend(options.split_whitespace());
    arguments.extend(["-pix_fmt", pixel]);
    Clip::made("still.mkv", &arguments)
}

/// Holds the file's only frame against FFmpeg's, and the shaders against the reference on the CPU.
#[track_caller]
fn check(gpu: &Gpu, name: &str, clip: &Clip, (across, matrix): (u32, &str)) -> Video {
    let media = clip.open();
    let memory = media::frame_memory(&media, FrameIndex(0)).expect("decodes");
    let found = cpu::frame_to_rgba(&media.layout, memory.bytes());
    let filter = format!(
        "scale=in_h_chr_pos={across}:in_v_chr_pos=128:in_color_matrix={matrix}:\
         flags=bilinear+accurate_rnd+full_chroma_int+full_chroma_inp"
    );
    let expected = &clip.reference_through(SIZE_PX, &filter)[0];
    let difference = mean_difference(&found, expected);
    assert!(difference < TOLERANCE, "{name}: {difference:.2} off");
    for gpu in [gpu.clone(), gpu.clone().without_16_bit()] {
        let drawn = gpu::frame_to_rgba(&gpu, &media.layout, memory.bytes()).expect("drawn");
        let is_same = drawn
            .as_raw()
            .iter()
            .zip(found.as_raw())
            .all(|(a, b)| a.abs_diff(*b) <= GPU_TOLERANCE);
        assert!(is_same, "{name}: the GPU gives other colours than the CPU");
    }
    media
}

#[test]
fn planes_of_every_depth_are_taken_as_they_are() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    for pixel in [
        "yuv420p",
        "yuv422p",
        "yuv444p",
        "yuv420p10le",
        "yuv422p10le",
        "yuv444p10le",
        "yuv420p12le",
        "yuv422p12le",
        "yuv444p12le",
        "yuva420p",
        "yuva444p",
        "yuva422p10le",
        "gray",
        "gray10le",
        "gray12le",
        "gray16le",
        "gbrp",
        "gbrp10le",
        "gbrp12le",
        "gbrap",
        "gbrap12le",
        "yuv411p",
        "yuv440p",
    ] {
        // FFV1 stores eight bits of red, green and blue in one plane only.
        let codec = match pixel {
            "gbrp" | "gbrap" => "utvideo",
            _ => "ffv1 -level 3 -strict -2",
        };
        let options = format!("-c:v {codec} -colorspace bt709 -color_range tv");
        let clip = still(pixel, &options);
        let media = check(&gpu, pixel, &clip, (0, "bt709"));
        let why = &media.facts.why;
        assert!(
            why.contains(&format!("{pixel} planes are uploaded as they are")),
            "{why}"
        );
    }
}

#[test]
fn planes_shared_by_both_chroma_channels_are_taken_as_they_are() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    // Raw video has no tags: the size suggests BT.601.
    let clip = still("nv12", "-c:v rawvideo -f nut");
    let media = check(&gpu, "nv12", &clip, (0, "bt601"));
    let why = &media.facts.why;
    assert!(
        why.contains("nv12 planes are uploaded as they are"),
        "{why}"
    );
}

#[test]
fn packed_red_green_and_blue_are_uploaded_in_any_order() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    for pixel in [
        "rgb24", "bgr24", "rgba", "bgra", "argb", "abgr", "0rgb", "bgr0",
    ] {
        let clip = still(pixel, "-c:v rawvideo -f nut");
        let media = check(&gpu, pixel, &clip, (0, "bt709"));
        assert!(
            !media.facts.why.contains("converted"),
            "{}",
            media.facts.why
        );
    }
}

#[test]
fn what_is_left_is_converted_and_says_so() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    for (pixel, bits) in [
        ("rgb48be", 16),
        ("rgba64be", 16),
        ("gray16be", 16),
        ("ya8", 8),
    ] {
        let clip = still(pixel, "-c:v png -f nut");
        let media = check(&gpu, pixel, &clip, (0, "bt709"));
        assert_eq!(media.layout.coding.bits, bits, "{pixel}");
        assert!(media.facts.why.contains("converted"), "{}", media.facts.why);
    }
}

#[test]
fn full_range_and_the_siting_of_jpeg_are_followed() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let clip = still("yuvj420p", "-c:v mjpeg -q:v 1 -colorspace bt709");
    let media = check(&gpu, "yuvj420p", &clip, (128, "bt601"));
    assert_eq!(media.layout.coding.siting, ChromaSiting::Centre);
    assert!(
        media.facts.colour.contains("full range, "),
        "{}",
        media.facts.colour
    );
}

#[test]
fn pq_and_hlg_are_tone_mapped_and_what_is_not_said_is_assumed() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    for (name, transfer) in [("smpte2084", Transfer::Pq), ("arib-std-b67", Transfer::Hlg)] {
        let options = format!("-c:v ffv1 -color_trc {name} -color_primaries bt2020");
        let clip = still("yuv420p10le", &options);
        let media = clip.open();
        assert_eq!(media.layout.coding.transfer, transfer);
        let colour = &media.facts.colour;
        assert!(colour.contains("BT.2020 (assumed)"), "{colour}");
        assert!(colour.contains("tone-mapped"), "{colour}");
        let memory = media::frame_memory(&media, FrameIndex(0)).expect("decodes");
        let found = cpu::frame_to_rgba(&media.layout, memory.bytes());
        let drawn = gpu::frame_to_rgba(&gpu, &media.layout, memory.bytes()).expect("drawn");
        assert!(mean_difference(&found, &drawn) < 1.0, "{name}");
    }
}

#[test]
fn turns_and_pixel_aspects_of_the_container_are_known() {
    let plain = Clip::numbered("plain.mp4", 3, "-c:v libx264 -crf 10 -aspect 2:1");
    assert_eq!(plain.open().facts.shape.pixel_aspect, (4, 3));
    let path = plain.path.to_str().expect("text");
    let arguments = ["-i", path, "-c", "copy", "-metadata:s:v", "rotate=90"];
    let turned = Clip::made("turned.mp4", &arguments);
    let media = turned.open();
    let shape = media.layout.shape;
    // FFmpeg's muxer takes the number for one against the clock.
    assert_eq!(shape.quarter_turns, 3, "{shape:?}");
    assert_eq!(shape.seen_px(96, 64), [64, 128]);
    // FFmpeg's tool turns its pictures by itself, and leaves their pixels in their proportions.
    let found = media::frame_rgba(&media, FrameIndex(1)).expect("decodes");
    let square = Shape {
        pixel_aspect: (1, 1),
        ..shape
    };
    let upright = cpu::upright(found, square);
    let difference = mean_difference(&upright, &turned.reference((64, 96))[1]);
    assert!(difference < 3.0, "turned the other way? {difference}");
}
