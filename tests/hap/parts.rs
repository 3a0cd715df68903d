//! Frames decoded in parts give the same bytes as frames decoded whole, however they are cut into chunks.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use sextet::media::TextureSupport;
use sextet::media::file::MediaFile;
use sextet::media::frame::{FrameMemory, HeapMemory, OutsideMemory, SharedMemory};
use sextet::media::hap::{Chunk, FramePlan, HapSource, HapVariant};
use sextet::media::packets::{PacketSpan, PacketTable};
use sextet::media::source::{DecodeScratch, FramePart, FrameSource as _, SourceState};
use sextet::time::FrameIndex;

const FRAME: FrameIndex = FrameIndex(0);

/// A chunk to be written: its bytes of the texture, and whether they are compressed.
type Cut = (usize, bool);

fn section(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0, kind];
    bytes.extend((body.len() as u32).to_le_bytes());
    bytes.extend(body);
    bytes
}

fn words(numbers: &[usize]) -> Vec<u8> {
    let word = |number: &usize| (*number as u32).to_le_bytes();
    numbers.iter().flat_map(word).collect()
}

/// A texture as a chunked section, whose data lies in the packet from the last chunk to the first.
fn chunked(nibble: u8, texture: &[u8], cuts: &[Cut]) -> Vec<u8> {
    let mut compressors = Vec::new();
    let mut stored = Vec::new();
    let mut begin = 0;
    for &(end, is_compressed) in cuts {
        let bytes = &texture[begin..end];
        begin = end;
        compressors.push(if is_compressed { 0x0B } else { 0x0A });
        stored.push(if is_compressed {
            let compressed = snap::raw::Encoder::new().compress_vec(bytes);
            compressed.expect("compresses")
        } else {
            bytes.to_vec()
        });
    }
    let sizes: Vec<usize> = stored.iter().map(Vec::len).collect();
    let offsets: Vec<usize> = (0..sizes.len())
        .map(|chunk| sizes[chunk + 1..].iter().sum())
        .collect();
    let tables = [
        section(0x02, &compressors),
        section(0x03, &words(&sizes)),
        section(0x04, &words(&offsets)),
    ];
    let mut body = section(0x01, &tables.concat());
    for bytes in stored.iter().rev() {
        body.extend(bytes);
    }
    section(0xC0 | nibble, &body)
}

/// Texture data that shrinks a little.
fn texture(bytes: u64, seed: u8) -> Vec<u8> {
    let value = |at: u64| (at.wrapping_mul(0x9E37_79B9) >> 13) as u8 & 0x3F ^ seed;
    (0..bytes).map(|at| value(at / 3)).collect()
}

/// The chunks of a texture of so many bytes, cut at these places, in thousandths.
fn cuts(bytes: usize, places: &[(u16, bool)]) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = places
        .iter()
        .map(|&(place, is_compressed)| (bytes * usize::from(place) / 1000, is_compressed))
        .collect();
    cuts.push((bytes, true));
    cuts.sort_unstable();
    cuts.dedup_by_key(|cut| cut.0);
    cuts.retain(|cut| cut.0 > 0);
    cuts
}

fn source(variant: HapVariant, size_px: (u32, u32), packet: &[u8]) -> HapSource {
    let file = tempfile::NamedTempFile::new().expect("temporary file");
    std::fs::write(file.path(), packet).expect("written");
    let size = packet.len() as u32;
    HapSource::new(
        file.path(),
        Arc::new(MediaFile::open(file.path()).expect("opens")),
        PacketTable::new(vec![PacketSpan { offset: 0, size }]),
        variant,
        size_px.0,
        size_px.1,
        TextureSupport::BlockCompressed,
    )
    .expect("a source")
}

/// Memory as mapped staging memory is: written only, and the bytes written counted.
struct WriteOnly {
    bytes: Vec<u8>,
    written: Arc<AtomicUsize>,
}

impl FrameMemory for WriteOnly {
    fn bytes_mut(&mut self) -> Option<&mut [u8]> {
        None
    }

    fn write(&mut self, offset: usize, bytes: &[u8]) -> Result<(), OutsideMemory> {
        self.written.fetch_add(bytes.len(), Ordering::Relaxed);
        let end = offset.checked_add(bytes.len()).ok_or(OutsideMemory)?;
        let target = self.bytes.get_mut(offset..end).ok_or(OutsideMemory)?;
        target.copy_from_slice(bytes);
        Ok(())
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

fn chunks_of(plan: &SourceState) -> &[Chunk] {
    plan.get::<FramePlan>().expect("a plan of HAP").chunks()
}

/// Decodes the packet in parts on three threads; gives the memory, and how many bytes were written to it.
fn decode_in_parts(source: &HapSource, packet: &[u8]) -> (Vec<u8>, usize) {
    let mut plan = SourceState::default();
    let parts = source
        .plan_parts(FRAME, packet, &mut plan)
        .expect("a valid frame");
    assert_eq!(parts, chunks_of(&plan).len(), "each chunk is a part");
    let written = Arc::new(AtomicUsize::new(0));
    let memory = SharedMemory::new(Box::new(WriteOnly {
        bytes: vec![0; source.layout().bytes as usize],
        written: Arc::clone(&written),
    }));
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let mut scratch = DecodeScratch::default();
                loop {
                    let part = next.fetch_add(1, Ordering::Relaxed);
                    if part >= parts {
                        return;
                    }
                    // From the last to the first: the order is of no matter.
                    let part = parts - 1 - part;
                    let plan = &plan;
                    let part = FramePart { plan, part };
                    source
                        .decode_part(FRAME, packet, part, &mut scratch, &memory)
                        .expect("decodes");
                }
            });
        }
    });
    let memory = memory.into_inner().into_any();
    let memory = memory.downcast::<WriteOnly>().expect("the memory lent");
    (memory.bytes, written.load(Ordering::Relaxed))
}

fn decode_whole(source: &HapSource, packet: &[u8]) -> Vec<u8> {
    let mut memory = HeapMemory::new(source.layout().bytes as usize);
    source
        .decode(FRAME, packet, &mut DecodeScratch::default(), &mut memory)
        .expect("decodes");
    memory.bytes().to_vec()
}

fn places() -> impl Strategy<Value = Vec<(u16, bool)>> {
    proptest::collection::vec((1_u16..1000, any::<bool>()), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// 1024 pixels make rows without padding, 1100 rows with padding.
    #[test]
    fn any_chunks_decode_to_the_same_bytes_in_parts_as_whole(
        colour in places(), alpha in places(), is_wide in any::<bool>(), seed in any::<u8>(),
    ) {
        let variant = HapVariant::HapQAlpha;
        let size_px = if is_wide { (1100, 700) } else { (1024, 640) };
        let blocks = variant.block_layout(size_px.0, size_px.1).expect("in range");
        let textures: Vec<Vec<u8>> = blocks
            .planes
            .iter()
            .map(|plane| texture(plane.tight_bytes(), seed))
            .collect();
        let sections = [
            chunked(0xF, &textures[0], &cuts(textures[0].len(), &colour)),
            chunked(0x1, &textures[1], &cuts(textures[1].len(), &alpha)),
        ];
        let packet = section(0x0D, &sections.concat());
        let source = source(variant, size_px, &packet);
        let whole = decode_whole(&source, &packet);
        let (in_parts, written) = decode_in_parts(&source, &packet);
        prop_assert!(in_parts == whole, "the same bytes");
        let bytes: usize = textures.iter().map(Vec::len).sum();
        prop_assert_eq!(written, bytes, "each byte is copied once");
        for (plane, texture) in blocks.planes.iter().zip(&textures) {
            let rows = whole[plane.offset_bytes as usize..].chunks(plane.stride_bytes as usize);
            for (row, tight) in rows.zip(texture.chunks(plane.row_bytes as usize)) {
                prop_assert!(&row[..tight.len()] == tight, "the texture's bytes");
            }
        }
    }
}

#[test]
fn frames_that_several_threads_decode_no_quicker_are_one_part() {
    let parts = |size_px: (u32, u32), is_compressed: bool| {
        let variant = HapVariant::Hap;
        let blocks = variant.block_layout(size_px.0, size_px.1).expect("range");
        let texture = texture(blocks.planes[0].tight_bytes(), 1);
        let half = texture.len() / 2;
        let cuts = [(half, is_compressed), (texture.len(), is_compressed)];
        let packet = chunked(0xB, &texture, &cuts);
        let source = source(variant, size_px, &packet);
        source
            .plan_parts(FRAME, &packet, &mut SourceState::default())
            .expect("a valid frame")
    };
    assert_eq!(parts((1920, 1080), true), 2);
    assert_eq!(parts((1920, 1080), false), 1, "only copied");
    assert_eq!(parts((320, 180), true), 1, "decoded before one is awake");
}

#[test]
fn a_chunk_that_is_corrupt_is_an_error_of_its_part() {
    let variant = HapVariant::Hap;
    let texture = texture(1920 * 1080 / 2, 1);
    let cuts = [(texture.len() / 2, true), (texture.len(), true)];
    let mut packet = chunked(0xB, &texture, &cuts);
    let source = source(variant, (1920, 1080), &packet);
    let mut plan = SourceState::default();
    assert_eq!(source.plan_parts(FRAME, &packet, &mut plan).ok(), Some(2));
    let chunk = chunks_of(&plan)[1].clone();
    // A copy from before the chunk's start, right behind the length.
    packet[chunk.source.start + 3..chunk.source.start + 6].copy_from_slice(&[0xFE, 0xFF, 0xFF]);
    let memory = SharedMemory::new(Box::new(HeapMemory::new(source.layout().bytes as usize)));
    let mut scratch = DecodeScratch::default();
    let plan = &plan;
    let mut outcome = |part| {
        let part = FramePart { plan, part };
        source.decode_part(FRAME, &packet, part, &mut scratch, &memory)
    };
    assert!(outcome(0).is_ok(), "the other chunk is whole");
    assert!(outcome(1).is_err(), "corrupt");
    assert!(outcome(2).is_err(), "there are two");
}
