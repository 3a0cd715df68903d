//! HAP files: where their packets lie, in every container that holds them.

use std::io::{Seek as _, SeekFrom, Write as _};

use sextet::media::ffmpeg::mux::MovWriter;
use sextet::media::hap::encode::{FrameOptions, write_frame};
use sextet::media::hap::testcard::{TestCard, read_index_grid};
use sextet::media::hap::{Compressor, HapVariant};
use sextet::media::io::PacketBuffer;
use sextet::media::{self, MediaError, TextureSupport, Video, VideoSource};
use sextet::time::{FrameIndex, FrameRate};

use super::make::{Clip, damage, nearest};

fn card(variant: HapVariant, frames: u64, chunks: u32) -> Clip {
    let clip = Clip::of("card.mov", &[]);
    let card = TestCard {
        variant,
        width_px: 128,
        height_px: 96,
        rate: FrameRate::FPS_60,
        noise: 0.2,
        seed: 1,
    };
    let options = FrameOptions {
        chunks,
        compressor: Compressor::Snappy,
        ..FrameOptions::default()
    };
    let mut writer = MovWriter::create(&clip.path, variant, 128, 96, card.rate).expect("begins");
    for index in 0..frames {
        let textures = card.textures(index);
        let textures: Vec<&[u8]> = textures.iter().map(Vec::as_slice).collect();
        let mut packet = Vec::new();
        write_frame(variant, &textures, &options, &mut packet).expect("encodes");
        writer.write(&packet).expect("writes");
    }
    writer.finish().expect("finishes");
    clip
}

/// Reads every packet through the source, and compares it with the bytes that ffprobe points at.
fn check_packets(clip: &Clip) -> Video {
    let media = clip.open();
    let VideoSource::Pooled(source) = &media.source else {
        panic!("read by offset: {}", media.facts.why);
    };
    let bytes = std::fs::read(&clip.path).expect("readable");
    let (positions, sizes) = (clip.packets("pos"), clip.packets("size"));
    let frames = media.facts.timing.frames();
    assert_eq!(frames, sizes.len() as u64, "frames counted");
    let mut packet = PacketBuffer::default();
    for (frame, (position, size)) in (0..).zip(positions.into_iter().zip(sizes)) {
        source.read(FrameIndex(frame), &mut packet).expect("reads");
        let begin = usize::try_from(position).expect("small");
        let end = begin + usize::try_from(size).expect("small");
        assert_eq!(*packet, bytes[begin..end], "frame {frame}");
    }
    media
}

fn index_of(media: &Video, frame: u64) -> Option<u64> {
    read_index_grid(&media::frame_rgba(media, FrameIndex(frame)).expect("decodes"))
}

#[test]
fn every_variant_is_read_by_offset_and_carries_the_right_frame() {
    for variant in HapVariant::ALL {
        let media = check_packets(&card(variant, 9, 3));
        assert_eq!(media.facts.codec, variant.codec());
        assert_eq!(media.facts.played_by, media::PlayedBy::Hap);
        assert_eq!(media.facts.timing.rate(), FrameRate::FPS_60);
        assert!(media.facts.chunks >= 3, "{} chunks", media.facts.chunks);
        assert!(media.facts.why.contains("index"), "{}", media.facts.why);
        for frame in [0, 8, 3] {
            assert_eq!(index_of(&media, frame), Some(frame), "{variant}");
        }
    }
}

#[test]
fn what_a_software_adapter_samples_slowly_the_cpu_decodes_and_it_is_said() {
    for variant in HapVariant::ALL {
        let clip = card(variant, 2, 3);
        let open = |support| media::open_video(&clip.path, support).expect("opens");
        let blocks = open(TextureSupport::BlockCompressed);
        let software = open(TextureSupport::Software);
        let is_slow = matches!(variant, HapVariant::HapR | HapVariant::HapHdr { .. });
        let format = software.layout.planes[0].format;
        assert_eq!(format.is_compressed(), !is_slow, "{variant}: {format:?}");
        let why = &software.facts.why;
        assert_eq!(why.contains("the CPU decodes them"), is_slow, "{why}");
        let [one, other] = [&blocks, &software]
            .map(|media| media::frame_rgba(media, FrameIndex(1)).expect("decodes"));
        assert_eq!(one, other, "{variant}");
    }
}

#[test]
fn containers_with_and_without_a_table_give_the_same_packets() {
    let original = card(HapVariant::HapQ, 20, 1);
    let path = original.path.to_str().expect("text");
    for (name, options, from_index) in [
        ("copy.mov", "-c copy", true),
        ("front.mov", "-c copy -movflags +faststart", true),
        (
            "fragments.mov",
            "-c copy -movflags +frag_keyframe+empty_moov",
            false,
        ),
        ("first.mov", "-c copy -movflags +frag_every_frame", false),
    ] {
        let mut arguments = vec!["-i", path];
        arguments.extend(options.split_whitespace());
        let media = check_packets(&Clip::made(name, &arguments));
        assert_eq!(
            media.facts.why.contains("index"),
            from_index,
            "{name}: {}",
            media.facts.why
        );
        assert_eq!(index_of(&media, 13), Some(13), "{name}");
    }
}

#[test]
fn avi_is_read_by_offset_too() {
    let original = card(HapVariant::Hap, 20, 1);
    let path = original.path.to_str().expect("text");
    let media = check_packets(&Clip::made("copy.avi", &["-i", path, "-c", "copy"]));
    assert!(media.facts.why.contains("index"), "{}", media.facts.why);
    assert_eq!(index_of(&media, 17), Some(17));
}

#[test]
fn matroska_is_demuxed_packet_by_packet_in_any_order() {
    for variant in [HapVariant::HapQ, HapVariant::HapAlpha] {
        let original = card(variant, 40, 2);
        let path = original.path.to_str().expect("text");
        let clip = Clip::made("copy.mkv", &["-i", path, "-c", "copy"]);
        let media = clip.open();
        assert_eq!(media.facts.codec, variant.codec());
        assert_eq!(
            (media.facts.played_by, media.facts.chunks),
            (media::PlayedBy::Hap, 2)
        );
        assert_eq!(media.facts.timing.frames(), 40);
        let mut decoder = super::make::decoder_of(&media);
        for frame in [0, 1, 2, 39, 38, 20, 20, 5, 7, 0] {
            let picture = super::make::picture(&mut *decoder, frame);
            assert_eq!(read_index_grid(&picture), Some(frame));
        }
    }
}

#[test]
fn clips_of_ffmpegs_own_encoder_look_as_it_decodes_them() {
    for (name, format) in [("a.mov", "hap"), ("b.mov", "hap_alpha"), ("c.mov", "hap_q")] {
        let encoding = format!("-c:v hap -format {format} -chunks 2");
        let clip = Clip::filtered(name, 8, "format=rgba", &encoding);
        let references = clip.reference((96, 64));
        let media = check_packets(&clip);
        for frame in [7, 0, 4] {
            let picture = media::frame_rgba(&media, FrameIndex(frame)).expect("decodes");
            let (found, difference) = nearest(&picture, &references);
            assert_eq!(found, frame, "{format}");
            assert!(difference < 2.0, "{format} differs by {difference}");
        }
    }
}

#[test]
fn a_movie_cut_off_behind_its_index_says_which_frames_are_missing() {
    let original = card(HapVariant::HapQ, 20, 1);
    let path = original.path.to_str().expect("text");
    let front = ["-i", path, "-c", "copy", "-movflags", "+faststart"];
    let clip = Clip::made("cut.mov", &front);
    let bytes = std::fs::read(&clip.path).expect("readable");
    std::fs::write(&clip.path, &bytes[..bytes.len() / 2]).expect("written");
    let media = clip.open();
    assert_eq!(media.facts.timing.frames(), 20);
    assert_eq!(index_of(&media, 2), Some(2));
    match media::frame_rgba(&media, FrameIndex(19)) {
        Err(MediaError::Truncated { frame, .. }) => assert_eq!(frame, FrameIndex(19)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_broken_first_frame_is_an_error_of_that_frame_only() {
    let clip = card(HapVariant::HapQ, 5, 1);
    let at = usize::try_from(clip.packets("pos")[0]).expect("small");
    damage(&clip.path, at, &[0xff; 16]);
    let media = clip.open();
    let broken = media::frame_rgba(&media, FrameIndex(0));
    assert!(matches!(broken, Err(MediaError::Hap { .. })), "{broken:?}");
    assert_eq!(index_of(&media, 1), Some(1));
}

#[test]
fn an_absurd_size_is_refused() {
    let clip = card(HapVariant::HapQ, 2, 1);
    let bytes = std::fs::read(&clip.path).expect("readable");
    let entry = bytes
        .windows(4)
        .position(|tag| tag == b"HapY")
        .expect("its entry");
    // Width and height lie 28 bytes after the tag of a visual sample entry.
    damage(&clip.path, entry + 28, &[0xff; 4]);
    let error = media::open_video(&clip.path, TextureSupport::BlockCompressed);
    assert!(
        matches!(error, Err(MediaError::Layout { .. })),
        "{:?}",
        error.err()
    );
}

/// The same movie with its data moved 5 GiB further back, behind a hole: its chunk offsets (`stco`, 32 bits) become
/// 64-bit ones (`co64`), and the boxes around them grow.
fn moved_behind_a_hole(clip: &Clip) -> Clip {
    const HOLE_BYTES: u64 = 5 << 30;
    let bytes = std::fs::read(&clip.path).expect("readable");
    let index_at = bytes
        .windows(4)
        .rposition(|kind| kind == b"moov")
        .expect("an index")
        - 4;
    let index = with_long_offsets(&bytes[index_at..], HOLE_BYTES);
    let moved = Clip::of("large.mov", &[]);
    let mut file = std::fs::File::create(&moved.path).expect("creates");
    // A box of its own takes up the hole: length 1 says that the true one follows in 64 bits.
    file.write_all(b"\0\0\0\x01free").expect("writes");
    file.write_all(&HOLE_BYTES.to_be_bytes()).expect("writes");
    file.seek(SeekFrom::Start(HOLE_BYTES))
        .expect("leaves a hole");
    file.write_all(&bytes[..index_at]).expect("writes");
    file.write_all(&index).expect("writes");
    moved
}

/// A run of boxes with every `stco` in it rewritten.
fn with_long_offsets(boxes: &[u8], shift: u64) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = boxes;
    while rest.len() >= 8 {
        let size = u32::from_be_bytes(rest[..4].try_into().expect("four bytes")) as usize;
        let (now, later) = rest.split_at(size);
        let (kind, body) = (&now[4..8], &now[8..]);
        let (kind, body) = match kind {
            b"moov" | b"trak" | b"mdia" | b"minf" | b"stbl" => {
                (kind, with_long_offsets(body, shift))
            }
            b"stco" => {
                let mut long = body[..8].to_vec();
                for offset in body[8..].chunks_exact(4) {
                    let offset = u32::from_be_bytes(offset.try_into().expect("four bytes"));
                    long.extend((u64::from(offset) + shift).to_be_bytes());
                }
                (&b"co64"[..], long)
            }
            _ => (kind, body.to_vec()),
        };
        let size = u32::try_from(body.len() + 8).expect("small");
        out.extend(size.to_be_bytes());
        out.extend(kind);
        out.extend(body);
        rest = later;
    }
    out
}

#[test]
fn frames_beyond_four_gigabytes_are_found() {
    let clip = moved_behind_a_hole(&card(HapVariant::HapQ, 8, 2));
    let media = clip.open();
    assert!(
        clip.packets("pos")[0] > u64::from(u32::MAX),
        "it lies behind the hole"
    );
    assert!(media.facts.why.contains("index"), "{}", media.facts.why);
    for frame in [0, 7] {
        assert_eq!(index_of(&media, frame), Some(frame));
    }
}
