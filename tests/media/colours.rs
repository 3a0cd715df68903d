//! Every family of pixel formats from real files, on the CPU and on a software adapter, against FFmpeg's own converter.

use sextet::gpu::{self, Gpu};
use sextet::media::cpu;
use sextet::media::frame::{ChromaSiting, ColourModel, Primaries, Shape, Transfer};
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
        // FFmpeg's converter makes grey of the full range, whatever tag it then carries.
        let range = if pixel == "gray" { "pc" } else { "tv" };
        let options = format!("-c:v {codec} -colorspace bt709 -color_range {range}");
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

/// A still of one colour, whose planes are filled with these codes.
fn flat(name: &str, pixel: &str, codes: [u32; 3], options: &str) -> Clip {
    let [first, second, third] = codes;
    let planes = if pixel.starts_with("gray") {
        format!("lum={first}")
    } else if pixel.starts_with("gbr") {
        format!("g={first}:b={second}:r={third}")
    } else {
        format!("lum={first}:cb={second}:cr={third}")
    };
    let filter = format!("color=s=32x32:r=1:d=1,format={pixel},geq={planes}");
    let mut arguments = vec!["-f", "lavfi", "-i", &filter, "-frames:v", "1"];
    arguments.extend(options.split_whitespace());
    Clip::made(name, &arguments)
}

/// Holds the colour in the middle of the only frame, by CPU and GPU, against one worked out by hand.
#[track_caller]
fn check_flat(gpu: &Gpu, clip: &Clip, expected: [u8; 3], what: &str) -> Video {
    let media = clip.open();
    let memory = media::frame_memory(&media, FrameIndex(0)).expect("decodes");
    let by_cpu = cpu::frame_to_rgba(&media.layout, memory.bytes());
    let by_gpu = gpu::frame_to_rgba(gpu, &media.layout, memory.bytes()).expect("drawn");
    for found in [by_cpu, by_gpu] {
        let pixel = found.get_pixel(8, 8).0;
        let is_near = pixel.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 2);
        assert!(is_near, "{what}: {pixel:?}, not {expected:?}");
    }
    media
}

#[test]
fn every_matrix_is_followed_in_any_pixel_format() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    // Y, Cb and Cr of R'G'B' (200, 120, 60) by ITU-T H.273, 8.3, in eight bits, full range.
    for (tag, codes) in [
        ("bt470bg", [137, 84, 173]),
        ("bt709", [133, 89, 171]),
        ("smpte240m", [132, 89, 171]),
        ("fcc", [137, 84, 173]),
        ("bt2020nc", [137, 87, 170]),
        ("ycgco", [125, 123, 198]),
    ] {
        // FFV1 in Matroska carries whatever tag it is given. BT.709's primaries keep BT.2020's from being assumed.
        let options = format!("-c:v ffv1 -colorspace {tag} -color_primaries bt709 -color_range pc");
        for pixel in ["yuv444p", "yuv420p", "yuva444p"] {
            let clip = flat("flat.mkv", pixel, codes, &options);
            check_flat(&gpu, &clip, [200, 120, 60], &format!("{tag} {pixel}"));
        }
        let wide = codes.map(|code| code * 1023 / 255);
        let clip = flat("flat.mkv", "yuv422p10le", wide, &options);
        check_flat(&gpu, &clip, [200, 120, 60], &format!("{tag} in ten bits"));
    }
    // Packed pixels are put in planes by libswscale, which does not know this matrix.
    let raw = "-c:v rawvideo -pix_fmt uyvy422 -f nut -colorspace ycgco -color_range pc";
    let clip = flat("flat.nut", "yuv422p", [125, 123, 198], raw);
    let media = clip.open();
    assert!(media.facts.why.contains("yuv422p"), "{}", media.facts.why);
    // Red, green and blue have no matrix, whatever they are tagged.
    let clip = flat(
        "flat.mkv",
        "gbrp",
        [120, 60, 200],
        "-c:v libx264rgb -qp 0 -pix_fmt rgb24",
    );
    check_flat(&gpu, &clip, [200, 120, 60], "H.264 in RGB");
}

#[test]
fn limited_range_is_followed_in_grey_of_every_depth() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    for (pixel, black, white) in [("gray", 16, 235), ("gray10le", 64, 940)] {
        for (code, expected) in [(black, 0), (white, 255)] {
            let options = "-c:v ffv1 -color_range tv";
            let clip = flat("grey.mkv", pixel, [code; 3], options);
            check_flat(&gpu, &clip, [expected; 3], pixel);
        }
    }
}

#[test]
fn linear_light_is_encoded_whether_it_is_tagged_or_comes_in_floats() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let options = "-c:v ffv1 -color_trc linear -colorspace bt709 -color_range pc";
    let clip = flat("linear.mkv", "yuv444p", [128, 128, 128], options);
    let media = check_flat(&gpu, &clip, [188; 3], "tagged linear");
    assert!(
        media.facts.colour.contains("linear light"),
        "{}",
        media.facts.colour
    );
    let grey = "color=c=0x808080:s=32x32,format=gbrapf32le";
    for name in ["linear.exr", "linear.pfm"] {
        let pixel = if name.ends_with("exr") {
            "gbrapf32le"
        } else {
            "gbrpf32le"
        };
        let arguments = [
            "-f",
            "lavfi",
            "-i",
            grey,
            "-frames:v",
            "1",
            "-pix_fmt",
            pixel,
        ];
        let clip = Clip::made(name, &arguments);
        let media = check_flat(&gpu, &clip, [188; 3], name);
        let is_light = matches!(media.layout.colour, ColourModel::LinearHdr { .. });
        assert!(is_light, "exposure works on it: {:?}", media.layout.colour);
    }
}

#[test]
fn primaries_of_a_wide_gamut_are_converted_in_standard_range() {
    let gpu = Gpu::headless().expect("lavapipe is installed");
    let options = "-c:v ffv1 -color_primaries bt2020 -color_trc bt709 -color_range pc";
    let clip = flat("wide.mkv", "gbrp10le", [722, 401, 401], options);
    let media = check_flat(&gpu, &clip, [0, 187, 86], "BT.2020");
    assert_eq!(media.layout.coding.primaries, Primaries::Bt2020);
    let expected = "RGB, 10 bits, BT.2020 primaries converted to BT.709";
    assert_eq!(media.facts.colour, expected);
}

#[test]
fn chroma_of_webp_lies_midway() {
    let clip = still("yuv420p", "-c:v libwebp -quality 90 -f webp");
    assert_eq!(clip.open().layout.coding.siting, ChromaSiting::Centre);
}
