//! Frames and files that are wrong on purpose: each must give its error, never a panic, a wrong read or a large
//! allocation. Most of them break other decoders.

use std::sync::Arc;

use sextet::media::file::MediaFile;
use sextet::media::frame::{FrameLayout, FrameMemory as _, HeapMemory};
use sextet::media::hap::encode::{FrameOptions, HeaderLength, write_frame};
use sextet::media::hap::testcard::TestCard;
use sextet::media::hap::{
    Compressor, FramePlan, HapError, HapScratch, HapSource, HapVariant, MAX_CHUNKS, TextureKind,
    decode_chunk,
};
use sextet::media::io::PacketBuffer;
use sextet::media::packets::{PacketSpan, PacketTable};
use sextet::media::source::{DecodeScratch, FrameSource as _};
use sextet::media::{MediaError, TextureSupport};
use sextet::time::{FrameIndex, FrameRate};

/// A section with a header of 8 bytes.
fn section(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0, kind];
    bytes.extend((body.len() as u32).to_le_bytes());
    bytes.extend(body);
    bytes
}

/// A section with a header of 4 bytes.
fn short_section(kind: u8, body: &[u8]) -> Vec<u8> {
    let [low, middle, high, _] = (body.len() as u32).to_le_bytes();
    [&[low, middle, high, kind], body].concat()
}

/// The tables of decode instructions: type and body each.
type Tables = Vec<(u8, Vec<u8>)>;

/// A test for the error that is expected.
type IsExpected = fn(&HapError) -> bool;

/// A chunked BC1 texture with the given tables: type and body each, and its data.
fn chunked(tables: &[(u8, Vec<u8>)], data: &[u8]) -> Vec<u8> {
    let tables: Vec<u8> = tables
        .iter()
        .flat_map(|(kind, body)| section(*kind, body))
        .collect();
    section(0xCB, &[section(0x01, &tables), data.to_vec()].concat())
}

fn words(numbers: &[u32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

/// Plans a Hap frame of 8×4 pixels, two blocks or 16 bytes.
fn parse(packet: &[u8]) -> Result<FramePlan, HapError> {
    parse_as(packet, HapVariant::Hap, 8, 4)
}

fn parse_as(packet: &[u8], variant: HapVariant, w: u32, h: u32) -> Result<FramePlan, HapError> {
    let mut plan = FramePlan::default();
    plan.parse(packet, variant, &layout(variant, w, h))?;
    Ok(plan)
}

fn layout(variant: HapVariant, width: u32, height: u32) -> FrameLayout {
    variant.block_layout(width, height).expect("in range")
}

fn snappy(bytes: &[u8]) -> Vec<u8> {
    snap::raw::Encoder::new()
        .compress_vec(bytes)
        .expect("compresses")
}

#[test]
fn a_size_that_wraps_32_bits_with_its_header_is_refused() {
    let packet = [0, 0, 0, 0xAB, 0xFC, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4];
    let error = parse(&packet).expect_err("too long");
    assert!(
        matches!(
            error,
            HapError::SectionTooLong {
                size: 0xFFFF_FFFC,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn chunks_outside_the_data_are_refused_wherever_they_point() {
    for (sizes, offsets) in [
        ([8, 9], None),
        ([8, u32::MAX], None),
        ([u32::MAX, u32::MAX], None),
        ([8, 8], Some([0, 9])),
        ([8, 8], Some([u32::MAX, 0])),
        ([8, u32::MAX], Some([0, u32::MAX])),
    ] {
        let mut tables = vec![(0x02, vec![0x0A, 0x0A]), (0x03, words(&sizes))];
        tables.extend(offsets.map(|offsets| (0x04, words(&offsets))));
        let error = parse(&chunked(&tables, &[7; 16])).expect_err("outside");
        assert!(
            matches!(error, HapError::ChunkOutside { .. }),
            "{sizes:?} {offsets:?}: {error}"
        );
    }
}

#[test]
fn offsets_may_come_in_any_order_and_data_may_have_gaps() {
    let tables = [
        (0x04, words(&[20, 2])),
        (0x7F, vec![1, 2, 3]),
        (0x03, words(&[8, 8])),
        (0x02, vec![0x0A, 0x0A]),
    ];
    let data: Vec<u8> = (0..28).collect();
    let packet = chunked(&tables, &data);
    let plan = parse(&packet).expect("valid");
    let mut texture = [0; 16];
    for chunk in plan.chunks() {
        let out = &mut texture[chunk.destination.clone()];
        decode_chunk(&packet, chunk, &mut snap::raw::Decoder::new(), out).expect("decodes");
    }
    assert_eq!(texture[..8], data[20..28]);
    assert_eq!(texture[8..], data[2..10]);
}

#[test]
fn tables_that_disagree_or_are_missing_are_refused() {
    let compressors = (0x02, vec![0x0A, 0x0A]);
    let sizes = (0x03, words(&[8, 8]));
    let cases: [(Tables, IsExpected); 7] = [
        (vec![compressors.clone()], |e| {
            matches!(e, HapError::MissingTable { kind: 0x03 })
        }),
        (vec![sizes.clone()], |e| {
            matches!(e, HapError::MissingTable { kind: 0x02 })
        }),
        (vec![compressors.clone(), (0x03, words(&[16]))], |e| {
            matches!(e, HapError::TableLength { kind: 0x03, .. })
        }),
        (
            vec![compressors.clone(), (0x03, vec![8, 0, 0, 0, 8, 0, 0])],
            |e| matches!(e, HapError::TableLength { kind: 0x03, .. }),
        ),
        (
            vec![compressors.clone(), sizes.clone(), (0x04, words(&[0]))],
            |e| matches!(e, HapError::TableLength { kind: 0x04, .. }),
        ),
        (
            vec![compressors.clone(), sizes.clone(), sizes.clone()],
            |e| matches!(e, HapError::Duplicate { kind: 0x03, .. }),
        ),
        (vec![(0x02, vec![0x0A, 0x0C]), sizes], |e| {
            matches!(
                e,
                HapError::UnknownCompressor {
                    chunk: 1,
                    compressor: 0x0C
                }
            )
        }),
    ];
    for (tables, is_expected) in cases {
        let error = parse(&chunked(&tables, &[0; 16])).expect_err("refused");
        assert!(is_expected(&error), "{error}");
    }
    let without = section(0xCB, &section(0x03, &[0; 16]));
    assert!(matches!(
        parse(&without),
        Err(HapError::NoInstructions { .. })
    ));
}

#[test]
fn a_packet_cut_off_anywhere_is_refused() {
    for variant in HapVariant::ALL {
        for chunks in [1, 3] {
            let packet = valid_packet(variant, chunks);
            for length in 0..packet.len() {
                let cut = &packet[..length];
                assert!(
                    parse_as(cut, variant, 64, 32).is_err(),
                    "{variant} at {length}"
                );
            }
            parse_as(&packet, variant, 64, 32).expect("whole");
        }
    }
}

#[test]
fn a_snappy_length_is_never_trusted() {
    // 4 GiB less one from five bytes, lengths that do not end, and lengths one off.
    for (body, is_preamble) in [
        (vec![0xFF, 0xFF, 0xFF, 0xFF, 0x0F], false),
        (vec![0xFF, 0xFF, 0xFF, 0xFF, 0x1F], true),
        (vec![0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], true),
        (vec![0x80], true),
        (vec![], true),
        (snappy(&[1; 15]), false),
        (snappy(&[1; 17]), false),
    ] {
        let error = parse(&section(0xBB, &body)).expect_err("refused");
        let is_expected = match error {
            HapError::BadPreamble { .. } => is_preamble,
            HapError::TextureSize { expected: 16, .. } => !is_preamble,
            _ => false,
        };
        assert!(is_expected, "{body:?}: {error}");
    }
}

#[test]
fn snappy_data_that_breaks_its_promise_is_refused_when_decoded() {
    // A length of 16, then: nothing; a copy from before the start; a literal longer than what is left.
    for body in [&[16][..], &[16, 0x0D, 0x01], &[16, 0xF0, 200, 1, 2]] {
        let packet = section(0xBB, body);
        let plan = parse(&packet).expect("the length is right");
        let mut out = [0; 16];
        let outcome = decode_chunk(
            &packet,
            &plan.chunks()[0],
            &mut snap::raw::Decoder::new(),
            &mut out,
        );
        assert!(matches!(outcome, Err(HapError::Snappy(_))), "{body:?}");
    }
}

#[test]
fn chunks_are_limited_and_as_many_as_the_limit_work() {
    let many = |chunks: usize| {
        let tables = [(0x02, vec![0x0A; chunks]), (0x03, words(&vec![8; chunks]))];
        chunked(&tables, &vec![0; 8 * chunks])
    };
    let width = MAX_CHUNKS as u32 * 4;
    let plan = parse_as(&many(MAX_CHUNKS), HapVariant::Hap, width, 4).expect("at the limit");
    assert_eq!(plan.chunks().len(), MAX_CHUNKS);
    let error = parse_as(&many(MAX_CHUNKS + 1), HapVariant::Hap, width, 4);
    assert!(matches!(
        error,
        Err(HapError::TooManyChunks { chunks: 4097, .. })
    ));
}

#[test]
fn the_texture_must_have_exactly_the_size_of_the_picture() {
    for size in [0, 8, 15, 17, 24, 4096] {
        let error = parse(&section(0xAB, &vec![0; size])).expect_err("refused");
        assert!(
            matches!(error, HapError::TextureSize { expected: 16, .. }),
            "{size}: {error}"
        );
    }
    parse(&section(0xAB, &[0; 16])).expect("exact");
}

#[test]
fn sections_of_unknown_types_are_skipped_at_every_level() {
    let texture = short_section(0xAB, &[5; 16]);
    let stranger = section(0x55, &[9; 3]);
    let empty = section(0x66, &[]);
    for packet in [
        [&stranger[..], &empty, &texture].concat(),
        section(0x0D, &[&stranger[..], &texture, &empty].concat()),
        [&texture[..], &stranger].concat(),
    ] {
        let plan = parse(&packet).expect("valid");
        assert_eq!(packet[plan.chunks()[0].source.clone()], [5; 16]);
    }
    assert!(matches!(parse(&stranger), Err(HapError::NoTexture)));
    assert!(matches!(parse(&[]), Err(HapError::NoTexture)));
}

#[test]
fn the_two_textures_of_hap_q_alpha_may_come_in_either_order_and_must_both_come() {
    let (colour, alpha) = (section(0xAF, &[1; 16]), short_section(0xA1, &[2; 8]));
    let parse =
        |body: &[&[u8]]| parse_as(&section(0x0D, &body.concat()), HapVariant::HapQAlpha, 4, 4);
    for body in [[&colour[..], &alpha], [&alpha, &colour]] {
        let plan = parse(&body).expect("valid");
        for chunk in plan.chunks() {
            assert_eq!(chunk.destination, 0..[16, 8][chunk.plane]);
        }
    }
    assert!(matches!(
        parse(&[&colour]),
        Err(HapError::MissingTexture {
            missing: TextureKind::AlphaBc4
        })
    ));
    assert!(matches!(
        parse(&[&colour, &alpha, &alpha]),
        Err(HapError::Duplicate { kind: 0xA1, .. })
    ));
}

#[test]
fn a_frame_of_another_type_than_the_file_is_refused() {
    for variant in HapVariant::ALL {
        let packet = valid_packet(variant, 1);
        for other in HapVariant::ALL {
            let outcome = parse_as(&packet, other, 64, 32);
            assert_eq!(
                outcome.is_ok(),
                variant == other,
                "{variant} in a file of {other}"
            );
        }
    }
    let error = parse(&section(0xAF, &[0; 16])).expect_err("another type");
    let expected =
        "it holds a texture of type YCoCgBc3, which has no place in a file of Hap (Hap1)";
    assert_eq!(error.to_string(), expected);
}

fn valid_packet(variant: HapVariant, chunks: u32) -> Vec<u8> {
    let card = TestCard {
        variant,
        width_px: 64,
        height_px: 32,
        rate: FrameRate::FPS_60,
        noise: 0.5,
        seed: 3,
    };
    let options = FrameOptions {
        chunks,
        compressor: Compressor::Snappy,
        header: if chunks.is_multiple_of(2) {
            HeaderLength::Long
        } else {
            HeaderLength::Short
        },
        has_offsets: chunks > 2,
    };
    let textures = card.textures(1);
    let textures: Vec<&[u8]> = textures.iter().map(Vec::as_slice).collect();
    let mut packet = Vec::new();
    write_frame(variant, &textures, &options, &mut packet).expect("encodes");
    packet
}

/// A source whose file is the one packet.
fn source_of(variant: HapVariant, packet: &[u8], size: (u32, u32)) -> HapSource {
    let file = tempfile::NamedTempFile::new().expect("temporary file");
    std::fs::write(file.path(), packet).expect("written");
    let span = PacketSpan {
        offset: 0,
        size: packet.len() as u32,
    };
    HapSource::new(
        file.path(),
        Arc::new(MediaFile::open(file.path()).expect("opens")),
        PacketTable::new(vec![span]),
        variant,
        size.0,
        size.1,
        TextureSupport::BlockCompressed,
    )
    .expect("a source")
}

/// A small generator of random numbers (Marsaglia's xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit.max(1)
    }
}

fn mutate(packet: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(3) {
        // Headers and tables lie at the front and deserve most of the damage.
        let reach = if random.below(3) > 0 {
            packet.len().min(80)
        } else {
            packet.len()
        };
        let at = random.below(reach);
        match random.below(6) {
            0 => packet.truncate(at),
            1 => packet.insert(at.min(packet.len()), random.below(256) as u8),
            2 if !packet.is_empty() => packet[at] ^= 1 << random.below(8),
            3 if !packet.is_empty() => packet[at] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF][random.below(6)],
            4 if !packet.is_empty() => packet[at] = random.below(256) as u8,
            _ => {
                let from = random.below(packet.len());
                let piece: Vec<u8> = packet[from..].iter().take(8).copied().collect();
                for (target, byte) in packet.iter_mut().skip(at).zip(piece) {
                    *target = byte;
                }
            }
        }
    }
}

#[test]
fn ten_thousand_mutations_of_each_variant_do_no_harm() {
    let mut random = Random(0x5EED);
    for variant in HapVariant::ALL {
        let packets = [1, 2, 5].map(|chunks| valid_packet(variant, chunks));
        let source = source_of(variant, &packets[0], (64, 32));
        let texture_bytes: u64 = source.layout().planes.iter().map(|p| p.tight_bytes()).sum();
        let mut scratch = DecodeScratch::default();
        let mut memory = HeapMemory::new(source.layout().bytes as usize);
        let mut refused = 0;
        for round in 0..10_000 {
            let mut packet = packets[round % 3].clone();
            mutate(&mut packet, &mut random);
            let outcome = source.decode(FrameIndex(0), &packet, &mut scratch, &mut memory);
            refused += usize::from(outcome.is_err());
            let scratch: &HapScratch = scratch.buffers.get().expect("it was lent");
            assert!(
                scratch.texture.capacity() as u64 <= texture_bytes,
                "{variant}"
            );
            for chunk in scratch.plan.chunks() {
                assert!(chunk.source.end <= packet.len());
            }
        }
        // Both outcomes must have been tried: a flipped bit in a block is no error.
        assert!((1000..9990).contains(&refused), "{variant}: {refused}");
    }
}

#[test]
fn an_8k_frame_decodes_from_one_chunk() {
    let layout = layout(HapVariant::HapQ, 7680, 4320);
    let texture: Vec<u8> = (0..layout.planes[0].tight_bytes() as u32)
        .map(|i| (i / 64) as u8)
        .collect();
    let mut packet = Vec::new();
    write_frame(
        HapVariant::HapQ,
        &[&texture],
        &FrameOptions::default(),
        &mut packet,
    )
    .expect("encodes");
    let source = source_of(HapVariant::HapQ, &packet, (7680, 4320));
    let mut memory = HeapMemory::new(source.layout().bytes as usize);
    source
        .decode(
            FrameIndex(0),
            &packet,
            &mut DecodeScratch::default(),
            &mut memory,
        )
        .expect("decodes");
    assert!(memory.bytes() == texture, "33 MB as they were");
}

#[test]
fn frames_past_4_gib_are_read_where_they_are() {
    use std::io::{Seek as _, SeekFrom, Write as _};
    let packet = valid_packet(HapVariant::Hap, 1);
    let mut file = tempfile::NamedTempFile::new().expect("temporary file");
    // The file is sparse: it takes no space on the disk.
    let offset = (1_u64 << 32) + 12_345;
    file.as_file_mut()
        .seek(SeekFrom::Start(offset))
        .expect("seeks");
    file.as_file_mut().write_all(&packet).expect("writes");
    let span = |offset, size| PacketSpan { offset, size };
    let size = packet.len() as u32;
    let spans = vec![
        span(offset, size),
        span(offset, size + 1),
        span(0, u32::MAX),
        span(u64::MAX - 1, 16),
    ];
    let source = HapSource::new(
        file.path(),
        Arc::new(MediaFile::open(file.path()).expect("opens")),
        PacketTable::new(spans),
        HapVariant::Hap,
        64,
        32,
        TextureSupport::BlockCompressed,
    )
    .expect("a source");
    let mut buffer = PacketBuffer::default();
    source.read(FrameIndex(0), &mut buffer).expect("reads");
    assert_eq!(*buffer, *packet);
    for frame in [1, 3].map(FrameIndex) {
        let error = source.read(frame, &mut buffer).expect_err("past the end");
        assert!(
            matches!(error, MediaError::Truncated { frame: at, .. } if at == frame),
            "{error}"
        );
    }
    let error = source
        .read(FrameIndex(2), &mut buffer)
        .expect_err("4 GiB of a frame");
    let is_expected = matches!(
        error,
        MediaError::Hap {
            source: HapError::PacketTooLong { .. },
            ..
        }
    );
    assert!(is_expected, "{error}");
    assert!(buffer.capacity() < 1 << 20, "nothing was allocated for it");
    let error = source
        .read(FrameIndex(4), &mut buffer)
        .expect_err("no such frame");
    assert!(
        matches!(error, MediaError::NoSuchFrame { frames: 4, .. }),
        "{error}"
    );
}

#[test]
fn nothing_is_allocated_once_every_frame_has_been_seen() {
    let packet = valid_packet(HapVariant::HapQAlpha, 5);
    let source = source_of(HapVariant::HapQAlpha, &packet, (64, 32));
    let mut scratch = DecodeScratch::default();
    let mut memory = HeapMemory::new(source.layout().bytes as usize);
    let mut read = PacketBuffer::default();
    let mut places = Vec::new();
    for _ in 0..3 {
        source.read(FrameIndex(0), &mut read).expect("reads");
        source
            .decode(FrameIndex(0), &read, &mut scratch, &mut memory)
            .expect("decodes");
        let scratch: &HapScratch = scratch.buffers.get().expect("it decoded");
        places.push((
            read.as_ptr() as usize,
            scratch.texture.as_ptr() as usize,
            scratch.plan.chunks().as_ptr() as usize,
        ));
    }
    assert_eq!(places[0], places[1]);
    assert_eq!(places[1], places[2]);
}

#[test]
fn memory_that_is_too_small_is_refused() {
    let packet = valid_packet(HapVariant::Hap, 1);
    let source = source_of(HapVariant::Hap, &packet, (64, 32));
    let mut memory = HeapMemory::new(100);
    let outcome = source.decode(
        FrameIndex(0),
        &packet,
        &mut DecodeScratch::default(),
        &mut memory,
    );
    let refused = HapError::PlanMismatch.to_string();
    assert!(
        matches!(outcome, Err(MediaError::Hap { source, .. }) if source.to_string() == refused)
    );
    assert_eq!(memory.bytes_mut().map(|bytes| bytes.len()), Some(100));
}
