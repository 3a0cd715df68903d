//! Every variant of HAP, written as a test card and read back, pixel by pixel and through a file.

use std::sync::Arc;

use image::RgbaImage;
use sextet::media::TextureSupport;
use sextet::media::cpu::{frame_to_rgba, thumbnail};
use sextet::media::ffmpeg::mux::MovWriter;
use sextet::media::file::MediaFile;
use sextet::media::frame::{FrameMemory, HeapMemory, OutsideMemory};
use sextet::media::hap::encode::{FrameOptions, HeaderLength, write_frame};
use sextet::media::hap::testcard::{TestCard, read_index_grid};
use sextet::media::hap::{Compressor, HapSource, HapVariant};
use sextet::media::io::PacketBuffer;
use sextet::media::packets::{PacketSpan, PacketTable};
use sextet::media::source::{DecodeScratch, FrameSource as _};
use sextet::time::{FrameIndex, FrameRate};

/// Memory as a mapped staging buffer is: not to be read. Every byte written is checked to be written once.
struct WriteOnly {
    bytes: Vec<u8>,
}

impl FrameMemory for WriteOnly {
    fn bytes_mut(&mut self) -> Option<&mut [u8]> {
        None
    }

    fn write(&mut self, offset: usize, bytes: &[u8]) -> Result<(), OutsideMemory> {
        self.bytes
            .get_mut(offset..offset + bytes.len())
            .ok_or(OutsideMemory)?
            .copy_from_slice(bytes);
        Ok(())
    }

    fn into_any(self: Box<Self>) -> Box<dyn std::any::Any> {
        self
    }
}

fn card(variant: HapVariant, width_px: u32, height_px: u32) -> TestCard {
    TestCard {
        variant,
        width_px,
        height_px,
        rate: FrameRate::FPS_60,
        noise: 0.3,
        seed: 7,
    }
}

fn packet(card: &TestCard, index: u64, options: &FrameOptions) -> Vec<u8> {
    let textures = card.textures(index);
    let textures: Vec<&[u8]> = textures.iter().map(Vec::as_slice).collect();
    let mut packet = Vec::new();
    write_frame(card.variant, &textures, options, &mut packet).expect("encodes");
    packet
}

/// A source over a raw file of packets, one behind the other.
fn source_of(card: &TestCard, packets: &[Vec<u8>], textures: TextureSupport) -> HapSource {
    let file = tempfile::NamedTempFile::new().expect("temporary file");
    std::fs::write(file.path(), packets.concat()).expect("written");
    let mut offset = 0;
    let spans = packets.iter().map(|packet| {
        let size = packet.len() as u32;
        let span = PacketSpan { offset, size };
        offset += u64::from(size);
        span
    });
    HapSource::new(
        file.path(),
        Arc::new(MediaFile::open(file.path()).expect("opens")),
        PacketTable::new(spans.collect()),
        HapVariant::from_fourcc(card.variant.fourcc()).expect("a tag of HAP"),
        card.width_px,
        card.height_px,
        textures,
    )
    .expect("a source")
}

fn picture(source: &HapSource, frame: u64, scratch: &mut DecodeScratch) -> RgbaImage {
    let mut packet = PacketBuffer::default();
    source.read(FrameIndex(frame), &mut packet).expect("reads");
    let layout = source.layout();
    let mut readable = HeapMemory::new(layout.bytes as usize);
    let mut write_only = WriteOnly {
        bytes: vec![0; layout.bytes as usize],
    };
    let memories: [&mut dyn FrameMemory; 2] = [&mut readable, &mut write_only];
    for memory in memories {
        source
            .decode(FrameIndex(frame), &packet, scratch, memory)
            .expect("decodes");
    }
    assert_eq!(
        readable.bytes(),
        write_only.bytes,
        "both ways write the same"
    );
    frame_to_rgba(layout, readable.bytes())
}

/// The picture that the CPU reference makes of the card's textures as they were before they were stored.
fn reference(card: &TestCard, index: u64) -> RgbaImage {
    let (width, height) = (card.width_px, card.height_px);
    let layout = card.variant.block_layout(width, height).expect("in range");
    let mut memory = vec![0; layout.bytes as usize];
    for (plane, texture) in layout.planes.iter().zip(card.textures(index)) {
        let rows = memory[plane.offset_bytes as usize..].chunks_mut(plane.stride_bytes as usize);
        for (row, tight) in rows.zip(texture.chunks(plane.row_bytes as usize)) {
            row[..tight.len()].copy_from_slice(tight);
        }
    }
    frame_to_rgba(&layout, &memory)
}

/// The index that a picture of this size can carry, and how far a reading may be off it.
fn carried(card: &TestCard, index: u64) -> (u64, u64) {
    if card.width_px >= 24 && card.height_px >= 16 {
        (index % (1 << 24), 0)
    } else {
        (index % 256, 2)
    }
}

#[test]
fn every_variant_survives_every_way_of_storing_it_at_every_size() {
    let mut scratch = DecodeScratch::default();
    let mut cases = 0;
    for variant in HapVariant::ALL {
        for (width, height) in [(1, 1), (4, 4), (127, 1), (127, 71), (640, 360)] {
            let card = card(variant, width, height);
            for compressor in [Compressor::Stored, Compressor::Snappy] {
                for header in [HeaderLength::Short, HeaderLength::Long] {
                    for (chunks, has_offsets) in [(1, false), (3, true), (64, false)] {
                        let options = FrameOptions {
                            chunks,
                            compressor,
                            header,
                            has_offsets,
                        };
                        let index = 0x00A5_3C00 + cases;
                        let packets = [packet(&card, index, &options)];
                        let source = source_of(&card, &packets, TextureSupport::BlockCompressed);
                        assert_eq!(source.variant(), variant, "the frame tells the sign");
                        let image = picture(&source, 0, &mut scratch);
                        // Of the largest the index is enough: the others have every kind of edge.
                        let is_large = width >= 640;
                        let is_exact = is_large || image == reference(&card, index);
                        assert!(is_exact, "{variant} {width}×{height} {options:?}");
                        assert_eq!(image.dimensions(), (width, height));
                        let found = read_index_grid(&image).expect("an index");
                        let (wanted, off) = carried(&card, index);
                        assert!(
                            found.abs_diff(wanted) <= off,
                            "{variant} {width}×{height} {options:?}: {found} for {wanted}"
                        );
                        cases += 1;
                    }
                }
            }
        }
    }
    assert_eq!(cases, 8 * 5 * 12);
}

#[test]
fn without_block_compression_the_picture_is_the_same() {
    let mut scratch = DecodeScratch::default();
    for variant in HapVariant::ALL {
        for (width, height) in [(1, 1), (127, 71), (64, 64)] {
            let card = card(variant, width, height);
            let options = FrameOptions {
                chunks: 4,
                ..FrameOptions::default()
            };
            let packets = [packet(&card, 99, &options)];
            let [blocks, rgba] =
                [TextureSupport::BlockCompressed, TextureSupport::RgbaOnly].map(|textures| {
                    let source = source_of(&card, &packets, textures);
                    picture(&source, 0, &mut scratch)
                });
            assert_eq!(blocks.dimensions(), rgba.dimensions());
            let bytes = blocks.as_raw().iter().zip(rgba.as_raw());
            let worst = bytes.map(|(a, b)| a.abs_diff(*b)).max();
            // Blocks are rounded to 8 bits once more on the way through RGBA.
            assert!(worst <= Some(2), "{variant} {width}×{height}: {worst:?}");
        }
    }
}

#[test]
fn the_scratch_of_one_file_serves_another_of_any_variant_and_size() {
    let mut scratch = DecodeScratch::default();
    for variant in HapVariant::ALL
        .into_iter()
        .chain(HapVariant::ALL.into_iter().rev())
    {
        let card = card(variant, 100 + 8 * variant.codec().len() as u32, 50);
        let packets: Vec<_> = [5, 6]
            .map(|index| packet(&card, index, &FrameOptions::default()))
            .into();
        for textures in [TextureSupport::RgbaOnly, TextureSupport::BlockCompressed] {
            let source = source_of(&card, &packets, textures);
            assert_eq!(read_index_grid(&picture(&source, 1, &mut scratch)), Some(6));
            assert_eq!(read_index_grid(&picture(&source, 0, &mut scratch)), Some(5));
        }
    }
}

#[test]
fn noise_sets_the_ratio_that_snappy_reaches() {
    for variant in [HapVariant::Hap, HapVariant::HapQ, HapVariant::HapR] {
        for noise in [0.0, 0.25, 0.5, 0.9] {
            let card = TestCard {
                noise,
                ..card(variant, 1280, 720)
            };
            let decoded: usize = card.textures(3).iter().map(Vec::len).sum();
            let stored = packet(&card, 3, &FrameOptions::default()).len();
            let ratio = stored as f32 / decoded as f32;
            // The grid, 6 by 4 cells of 104×88, has no noise; the plain blocks never shrink to nothing.
            let noisy = noise * (1.0 - 624.0 * 352.0 / (1280.0 * 720.0));
            assert!(
                (noisy - 0.03..noisy + 0.12).contains(&ratio),
                "{variant} with noise {noise}: {ratio}"
            );
        }
    }
}

#[test]
fn a_seed_gives_the_same_card_and_another_seed_another() {
    let first = card(HapVariant::HapQ, 128, 64);
    let second = TestCard {
        seed: 8,
        ..first.clone()
    };
    assert_eq!(first.textures(9), first.textures(9));
    assert_ne!(first.textures(9), second.textures(9));
    assert_ne!(first.textures(9), first.textures(10), "it moves");
}

#[test]
fn alpha_is_soft_at_the_edges_where_a_variant_has_it() {
    let mut scratch = DecodeScratch::default();
    for variant in [
        HapVariant::HapAlpha,
        HapVariant::HapQAlpha,
        HapVariant::HapAlphaOnly,
    ] {
        let card = TestCard {
            noise: 0.0,
            ..card(variant, 320, 180)
        };
        let packets = [packet(&card, 30, &FrameOptions::default())];
        let source = source_of(&card, &packets, TextureSupport::BlockCompressed);
        let image = picture(&source, 0, &mut scratch);
        let count = |range: std::ops::RangeInclusive<u8>| {
            image
                .pixels()
                .filter(|pixel| range.contains(&pixel.0[3]))
                .count()
        };
        assert!(
            count(0..=0) > 320 * 180 / 4,
            "{variant}: clear around the shapes"
        );
        assert!(count(255..=255) > 200, "{variant}: opaque inside");
        assert!(count(40..=210) > 100, "{variant}: soft between");
    }
}

#[test]
fn a_thumbnail_still_shows_the_grid() {
    let mut scratch = DecodeScratch::default();
    let card = card(HapVariant::HapQ, 1920, 1080);
    let packets = [packet(&card, 0x123_456, &FrameOptions::default())];
    let source = source_of(&card, &packets, TextureSupport::BlockCompressed);
    let mut packet = PacketBuffer::default();
    source.read(FrameIndex(0), &mut packet).expect("reads");
    let mut memory = HeapMemory::new(source.layout().bytes as usize);
    source
        .decode(FrameIndex(0), &packet, &mut scratch, &mut memory)
        .expect("decodes");
    let small = thumbnail(source.layout(), memory.bytes(), 480);
    assert_eq!(small.dimensions(), (480, 270));
    let large = image::imageops::resize(&small, 1920, 1080, image::imageops::FilterType::Nearest);
    assert_eq!(read_index_grid(&large), Some(0x123_456));
}

#[test]
fn a_movie_that_is_not_finished_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("card.mov");
    let mut writer =
        MovWriter::create(&path, HapVariant::Hap, 64, 64, FrameRate::FPS_60).expect("begins");
    let card = card(HapVariant::Hap, 64, 64);
    writer
        .write(&packet(&card, 0, &FrameOptions::default()))
        .expect("writes");
    drop(writer);
    let left = std::fs::read_dir(folder.path()).expect("reads").count();
    assert_eq!(left, 0);
}
