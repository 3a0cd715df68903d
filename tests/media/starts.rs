//! Decoding that begins in the middle: whatever stands in the first packets alone, the picture is that of decoding from the
//! start.

use image::RgbaImage;
use sextet::media::Video;

use super::make::{Clip, decoder_of, mean_difference, picture};

/// Pictures of each clip: several groups of [`GROUP`].
const FRAMES: u32 = 30;
const GROUP: u32 = 6;

/// Something that moves, of a size that every encoder takes.
fn source() -> String {
    format!("testsrc2=s=176x144:r=25,trim=end_frame={FRAMES}")
}

fn moving(name: &str, encoding: &str) -> Clip {
    let source = source();
    let group = GROUP.to_string();
    let input = ["-f", "lavfi", "-i", &source, "-g", &group];
    let encoding: Vec<&str> = encoding.split_whitespace().collect();
    Clip::made(name, &[&input[..], &encoding].concat())
}

/// All pictures, decoded one after the other.
fn straight(media: &Video) -> Vec<RgbaImage> {
    let mut decoder = decoder_of(media);
    (0..media.facts.timing.frames())
        .map(|frame| picture(&mut *decoder, frame))
        .collect()
}

/// Jumps to every frame, forwards and backwards over long and short ways, with a decoder that keeps as little as it can;
/// and to some with one that has seen nothing yet. Each must be what it is when all are decoded from the start.
fn check_jumps(name: &str, media: &Video) -> Vec<RgbaImage> {
    let straight = check_damaged_jumps(name, media);
    let counts = media.health.counts();
    let wrong = (counts.corrupt, counts.lost, counts.disordered);
    assert_eq!(wrong, (0, 0, 0), "{name}");
    straight
}

/// The same for a file that has errors.
fn check_damaged_jumps(name: &str, media: &Video) -> Vec<RgbaImage> {
    let straight = straight(media);
    let frames = straight.len() as u64;
    assert!(frames > u64::from(GROUP), "{name}: {frames} frames");
    let check = |found: &RgbaImage, frame: u64, how: &str| {
        let expected = &straight[usize::try_from(frame).expect("small")];
        let difference = mean_difference(found, expected);
        let is_same = found == expected;
        assert!(
            is_same,
            "{name}: frame {frame} {how} differs by {difference}"
        );
    };
    for frame in [frames - 1, frames / 2, u64::from(GROUP) + 1] {
        check(&picture(&mut *decoder_of(media), frame), frame, "alone");
    }
    let mut decoder = decoder_of(media);
    decoder.keep(1);
    let strides = (1..=frames).map(|at| at * 17 % frames);
    let backwards = (frames - 12..frames).rev();
    for frame in strides.chain(backwards) {
        check(&picture(&mut *decoder, frame), frame, "after a jump");
    }
    straight
}

#[test]
fn a_jump_shows_what_decoding_from_the_start_does() {
    for (name, encoding) in [
        (
            "open.ts",
            "-c:v libx264 -pix_fmt yuv420p10 -bf 2 -x264-params open-gop=1",
        ),
        (
            "open.mkv",
            "-c:v libx265 -preset ultrafast -x265-params log-level=none:open-gop=1:bframes=3",
        ),
        (
            "interlaced.mpg",
            "-c:v mpeg2video -bf 2 -q:v 3 -flags +ildct+ilme",
        ),
        ("quarter.mp4", "-c:v mpeg4 -bf 2 -flags +mv4+qpel -q:v 3"),
        ("xvid.avi", "-c:v libxvid -bf 0 -q:v 3"),
        ("theora.ogv", "-c:v libtheora -q:v 6"),
        ("vc2.mkv", "-c:v vc2 -strict -1"),
        ("ffv1.mkv", "-c:v ffv1 -level 1 -coder 1 -context 1"),
        ("vp9.webm", "-c:v libvpx-vp9 -cpu-used 8 -deadline realtime"),
        ("snow.avi", "-c:v snow -strict -2"),
        ("h263.mov", "-c:v h263 -q:v 3"),
        ("wmv2.wmv", "-c:v wmv2 -q:v 3"),
        ("msmpeg4.avi", "-c:v msmpeg4 -q:v 3"),
        ("svq1.mov", "-c:v svq1 -q:v 3"),
        ("zmbv.avi", "-c:v zmbv -pix_fmt bgr0"),
        ("flash.flv", "-c:v flashsv"),
    ] {
        check_jumps(name, &moving(name, encoding).open());
    }
}

/// Where each unit behind a start code begins, and its first byte.
fn units(bytes: &[u8]) -> Vec<(usize, u8)> {
    let starts = bytes.windows(4).enumerate();
    starts
        .filter(|(_, four)| four[..3] == [0, 0, 1])
        .map(|(at, four)| (at, four[3]))
        .collect()
}

/// The packets of a stream of units: each begins with the first unit, since the picture before it, that may lead one.
/// Those that `is_kept` refuses, by the number of the packet and the unit's first byte, are left out.
fn packets(
    bytes: &[u8],
    is_picture: fn(u8) -> bool,
    is_kept: fn(usize, u8) -> bool,
) -> Vec<Vec<u8>> {
    let units = units(bytes);
    let ends = units.iter().skip(1).map(|(at, _)| *at).chain([bytes.len()]);
    let mut packets = vec![Vec::new()];
    for (&(begin, kind), end) in units.iter().zip(ends) {
        let number = packets.len() - 1;
        if is_kept(number, kind) {
            packets[number].extend(&bytes[begin..end]);
        }
        if is_picture(kind) {
            packets.push(Vec::new());
        }
    }
    packets.retain(|packet| !packet.is_empty());
    packets
}

/// A file in IVF, which takes the packets of any codec as they are: a header of 32 bytes, then each packet behind its size
/// and its timestamp.
fn ivf(name: &str, codec: [u8; 4], packets: &[Vec<u8>]) -> Clip {
    let mut bytes = b"DKIF\0\0\x20\0".to_vec();
    bytes.extend(codec);
    bytes.extend([176, 0, 144, 0]);
    for number in [25, 1, u32::try_from(packets.len()).expect("small"), 0] {
        bytes.extend(number.to_le_bytes());
    }
    for (number, packet) in (0_u64..).zip(packets) {
        bytes.extend(u32::try_from(packet.len()).expect("small").to_le_bytes());
        bytes.extend(number.to_le_bytes());
        bytes.extend(packet);
    }
    Clip::of(name, &bytes)
}

/// The bytes of an elementary stream.
fn elementary(name: &str, encoding: &str) -> Vec<u8> {
    std::fs::read(&moving(name, encoding).path).expect("readable")
}

/// Checks that a file shows what FFmpeg does in decoding all of it, however it is reached.
fn check_all(name: &str, clip: &Clip, frames: usize) {
    let straight = check_jumps(name, &clip.open());
    assert_eq!(straight.len(), frames, "{name}");
    let references = clip.reference((176, 144));
    for (frame, (found, reference)) in straight.iter().zip(&references).enumerate() {
        let difference = mean_difference(found, reference);
        assert!(
            difference < 2.5,
            "{name}: frame {frame} differs by {difference}"
        );
    }
}

#[test]
fn parameter_sets_hold_until_there_are_others_wherever_decoding_begins() {
    let is_h264_picture = |kind: u8| matches!(kind & 0x1F, 1 | 5);
    let h264_once = |number: usize, kind: u8| number == 0 || !matches!(kind & 0x1F, 6..=8);
    let h264 = |parameters: &str| {
        let encoding =
            format!("-c:v libx264 -preset ultrafast -bf 0 -threads 1 -x264-params {parameters}");
        packets(&elementary("a.h264", &encoding), is_h264_picture, h264_once)
    };
    let (one, other) = (
        h264("slices=1:cabac=0"),
        h264("slices=1:cabac=1:8x8dct=1:ref=2"),
    );
    let is_hevc_picture = |kind: u8| kind >> 1 < 32;
    let hevc_once = |number: usize, kind: u8| number == 0 || !matches!(kind >> 1, 32..=34);
    let hevc = |parameters: &str| {
        let parameters = format!("log-level=none:slices=1:bframes=0:{parameters}");
        let encoding = format!("-c:v libx265 -preset ultrafast -x265-params {parameters}");
        packets(&elementary("a.hevc", &encoding), is_hevc_picture, hevc_once)
    };
    // Where HEVC changes them on the way, libavcodec 59 itself shows other pictures with more threads.
    let once = hevc("ctu=16");
    check_all("hevc.ts", &with_packets("hevc.ts", &once), once.len());
    check_all("h264.ivf", &with_packets("h264.ivf", &one), one.len());
    let joined = [one, other].concat();
    check_all("h264.ivf", &with_packets("h264.ivf", &joined), joined.len());
}

/// A file of these packets as they are.
fn with_packets(name: &str, packets: &[Vec<u8>]) -> Clip {
    match name {
        "h264.ivf" => ivf(name, *b"H264", packets),
        "mpeg4.ivf" => ivf(name, *b"FMP4", packets),
        _ => {
            let raw = Clip::of("a.hevc", &packets.concat());
            let path = raw.path.to_str().expect("text");
            let rate = ["-fflags", "+genpts", "-r", "25", "-i", path, "-c", "copy"];
            Clip::made(name, &rate)
        }
    }
}

#[test]
fn a_sequence_header_of_av1_in_the_first_packet_alone_is_enough() {
    let encoding = "-c:v libaom-av1 -cpu-used 8 -usage realtime";
    let bytes = elementary("av1.ivf", encoding);
    let mut rest = &bytes[32..];
    let mut packets: Vec<Vec<u8>> = Vec::new();
    while let Some((size, behind)) = rest.split_first_chunk::<4>() {
        let size = u32::from_le_bytes(*size) as usize;
        let (packet, after) = behind[8..].split_at(size);
        let mut packet = packet.to_vec();
        // Behind the delimiter of two bytes: type 1, with its length (AV1 Bitstream Specification, 5.3.2).
        if packet[2] >> 3 & 0xF == 1 && !packets.is_empty() {
            let length = usize::from(packet[3]);
            packet.drain(2..4 + length);
        }
        packets.push(packet);
        rest = after;
    }
    let clip = ivf("once.ivf", *b"AV01", &packets);
    check_all("once.ivf", &clip, packets.len());
    let path = clip.path.to_str().expect("text");
    let other = Clip::made("once.mkv", &["-i", path, "-c", "copy"]);
    check_all("once.mkv", &other, packets.len());
}

#[test]
fn a_last_picture_that_nothing_refers_to_is_reached() {
    // The way to it leaves such pictures out, but not itself.
    let encoding = "-c:v libx264 -bf 2 -x264-params open-gop=1 -threads 1";
    for frames in 25..31 {
        let source = format!("testsrc2=s=176x144:r=25,trim=end_frame={frames}");
        let input = ["-f", "lavfi", "-i", &source, "-g", "6"];
        let encoding: Vec<&str> = encoding.split_whitespace().collect();
        let clip = Clip::made("last.ts", &[&input[..], &encoding].concat());
        let media = clip.open();
        let mut decoder = decoder_of(&media);
        decoder.keep(1);
        picture(&mut *decoder, frames - 1);
    }
}

/// Makes a stream of x264 say that it is of an older build.
fn make_old(clip: &Clip) {
    let (key, old) = (&b"x264 - core "[..], b"142");
    let mut bytes = std::fs::read(&clip.path).expect("readable");
    let found = (0..bytes.len() - key.len()).filter(|at| bytes[*at..].starts_with(key));
    let found: Vec<usize> = found.collect();
    for at in found {
        bytes[at + key.len()..][..old.len()].copy_from_slice(old);
    }
    std::fs::write(&clip.path, bytes).expect("written");
}

#[test]
fn holes_of_a_key_frame_are_filled_as_in_playing() {
    for (name, encoding) in [
        // None that libavcodec decodes by frame threads: what those fill holes with depends on which is ahead.
        ("holes.avi", "-c:v mpeg2video -bf 0 -q:v 3"),
        ("holes.mov", "-c:v h263 -q:v 3"),
        ("holes.wmv", "-c:v wmv2 -q:v 3"),
    ] {
        let clip = moving(name, encoding);
        let mut bytes = std::fs::read(&clip.path).expect("readable");
        // Codes within pictures, of which all but the first ones have some.
        for at in (bytes.len() / 4..bytes.len() * 3 / 4).step_by(997) {
            if bytes[at - 8..at + 8].iter().all(|byte| *byte > 1) {
                bytes[at] ^= 0x55;
            }
        }
        std::fs::write(&clip.path, bytes).expect("written");
        check_damaged_jumps(name, &clip.open());
    }
}

#[test]
fn the_build_of_the_encoder_reaches_every_start() {
    // x264 of before build 151 predicted blocks that are not transformed in another way; it says its build in the first
    // packet alone. No other difference is in this stream, so that it decodes without faults by either way.
    for name in ["old.mp4", "old.mkv", "old.ts", "old.flv"] {
        let encoding = "-c:v libx264 -pix_fmt yuv444p -qp 0 -bf 0 -x264-params cabac=0";
        let clip = moving(name, encoding);
        let as_new = straight(&clip.open());
        make_old(&clip);
        let as_old = check_jumps(name, &clip.open());
        assert!(as_old != as_new, "{name}: it says its build");
    }
}
