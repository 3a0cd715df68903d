//! Frames that are stored as they are shown are read straight into their memory, where that can be read to; into mapped
//! staging memory they are copied once. Counted in bytes.

use std::any::Any;
use std::path::Path;
use std::sync::Arc;

use sextet::media::file::MediaFile;
use sextet::media::frame::{FrameMemory, HeapMemory, OutsideMemory};
use sextet::media::hap::encode::{FrameOptions, HeaderLength, write_frame};
use sextet::media::hap::testcard::TestCard;
use sextet::media::hap::{Compressor, HapScratch, HapSource, HapVariant};
use sextet::media::io::{PacketBuffer, choose};
use sextet::media::packets::{PacketSpan, PacketTable};
use sextet::media::source::{DecodeScratch, FrameSource as _};
use sextet::media::{MediaError, TextureSupport};
use sextet::settings::IoMode;
use sextet::time::{FrameIndex, FrameRate};

/// Rows of 256 blocks have no padding at any size of block.
const TIGHT_PX: (u32, u32) = (1024, 64);

/// Headers and tables of a frame are shorter than this.
const MOST_HEADER_BYTES: usize = 1024;

/// Memory as mapped staging memory is: written only, and the bytes written counted.
struct WriteOnly {
    bytes: Vec<u8>,
    written: usize,
}

impl FrameMemory for WriteOnly {
    fn bytes_mut(&mut self) -> Option<&mut [u8]> {
        None
    }

    fn write(&mut self, offset: usize, bytes: &[u8]) -> Result<(), OutsideMemory> {
        self.written += bytes.len();
        let end = offset.checked_add(bytes.len()).ok_or(OutsideMemory)?;
        let target = self.bytes.get_mut(offset..end).ok_or(OutsideMemory)?;
        target.copy_from_slice(bytes);
        Ok(())
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

fn options(chunks: u32, compressor: Compressor, header: HeaderLength) -> FrameOptions {
    FrameOptions {
        chunks,
        compressor,
        header,
        has_offsets: chunks > 2,
    }
}

fn packet(variant: HapVariant, size_px: (u32, u32), index: u64, options: &FrameOptions) -> Vec<u8> {
    let card = TestCard {
        variant,
        width_px: size_px.0,
        height_px: size_px.1,
        rate: FrameRate::FPS_60,
        noise: 0.3,
        seed: 7,
    };
    let textures = card.textures(index);
    let textures: Vec<&[u8]> = textures.iter().map(Vec::as_slice).collect();
    let mut packet = Vec::new();
    write_frame(variant, &textures, options, &mut packet).expect("encodes");
    packet
}

/// A source over a file of these packets, read in this way.
fn source_of(
    path: &Path,
    variant: HapVariant,
    size_px: (u32, u32),
    packets: &[Vec<u8>],
    backend: IoMode,
) -> HapSource {
    std::fs::write(path, packets.concat()).expect("written");
    let mut offset = 0;
    let spans = packets.iter().map(|packet| {
        let size = packet.len() as u32;
        let span = PacketSpan { offset, size };
        offset += u64::from(size);
        span
    });
    let table = PacketTable::new(spans.collect());
    let file = Arc::new(MediaFile::open(path).expect("opens"));
    let chosen = choose(backend, path, &file, None);
    let (width, height) = size_px;
    let support = TextureSupport::BlockCompressed;
    HapSource::new(path, file, table, variant, width, height, support)
        .expect("a source")
        .with_reader(chosen.reader)
}

/// Memory of the frame decoded from its packet.
fn decoded(source: &HapSource, frame: FrameIndex) -> Vec<u8> {
    let mut packet = PacketBuffer::default();
    source.read(frame, &mut packet).expect("reads");
    let mut memory = HeapMemory::new(source.layout().bytes as usize);
    source
        .decode(frame, &packet, &mut DecodeScratch::default(), &mut memory)
        .expect("decodes");
    memory.bytes().to_vec()
}

/// Reads a frame straight; gives its memory and how much of the file went through a buffer, if it could be.
fn straight(source: &HapSource, frame: u64) -> Result<Option<(Vec<u8>, usize)>, MediaError> {
    let mut headers = PacketBuffer::default();
    let mut memory = HeapMemory::new(source.layout().bytes as usize);
    let done = source.read_into(FrameIndex(frame), &mut headers, &mut memory)?;
    Ok(done.map(|_| (memory.bytes().to_vec(), headers.capacity())))
}

#[test]
fn stored_frames_of_every_variant_are_copied_nowhere() {
    let file = tempfile::NamedTempFile::new().expect("temporary file");
    for variant in HapVariant::ALL {
        for (chunks, header) in [(1, HeaderLength::Short), (5, HeaderLength::Long)] {
            let options = options(chunks, Compressor::Stored, header);
            let packets = [3, 4].map(|index| packet(variant, TIGHT_PX, index, &options));
            for backend in [IoMode::Pread, IoMode::Mmap, IoMode::Uring] {
                let source = source_of(file.path(), variant, TIGHT_PX, &packets, backend);
                for frame in 0..2 {
                    let (bytes, buffered) = straight(&source, frame)
                        .expect("reads")
                        .expect("stored as it is shown");
                    let case = format!("{variant}, {chunks} chunks, {backend:?}");
                    assert!(bytes == decoded(&source, FrameIndex(frame)), "{case}");
                    assert!(buffered < MOST_HEADER_BYTES, "{case}: {buffered} buffered");
                }
            }
        }
    }
}

#[test]
fn into_staging_memory_each_byte_is_copied_once() {
    let file = tempfile::NamedTempFile::new().expect("temporary file");
    for compressor in [Compressor::Stored, Compressor::Snappy] {
        for size_px in [TIGHT_PX, (127, 71)] {
            let variant = HapVariant::HapQAlpha;
            let options = options(3, compressor, HeaderLength::Short);
            let packets = [packet(variant, size_px, 3, &options)];
            let source = source_of(file.path(), variant, size_px, &packets, IoMode::Pread);
            let mut memory = WriteOnly {
                bytes: vec![0; source.layout().bytes as usize],
                written: 0,
            };
            let mut buffer = PacketBuffer::default();
            let done = source.read_into(FrameIndex(0), &mut buffer, &mut memory);
            assert_eq!(done.expect("no error"), None, "it cannot be read to");
            assert_eq!(memory.written, 0);
            let mut scratch = DecodeScratch::default();
            source.read(FrameIndex(0), &mut buffer).expect("reads");
            source
                .decode(FrameIndex(0), &buffer, &mut scratch, &mut memory)
                .expect("decodes");
            let planes = source.layout().planes.iter();
            let texture_bytes: u64 = planes.map(|plane| plane.tight_bytes()).sum();
            assert_eq!(
                memory.written as u64, texture_bytes,
                "{compressor:?} {size_px:?}"
            );
            if compressor == Compressor::Stored {
                let scratch: &HapScratch = scratch.buffers.get().expect("it decoded");
                assert!(scratch.texture.is_empty(), "from the packet itself");
            }
        }
    }
}

#[test]
fn what_is_compressed_or_padded_or_read_past_the_cache_is_not_read_into() {
    let file = tempfile::NamedTempFile::new().expect("temporary file");
    let variant = HapVariant::HapQ;
    for (compressor, size_px, backend) in [
        (Compressor::Snappy, TIGHT_PX, IoMode::Pread),
        (Compressor::Stored, (1000, 64), IoMode::Pread),
        (Compressor::Stored, TIGHT_PX, IoMode::Direct),
    ] {
        let options = options(2, compressor, HeaderLength::Short);
        let packets = [packet(variant, size_px, 3, &options)];
        let source = source_of(file.path(), variant, size_px, &packets, backend);
        let is_straight = straight(&source, 0).expect("reads").is_some();
        // Where there are no direct reads, `pread` takes their place.
        let is_replaced = backend == IoMode::Direct && is_straight;
        assert!(
            !is_straight || is_replaced,
            "{compressor:?} {size_px:?} {backend:?}"
        );
    }
}

#[test]
fn a_frame_unlike_the_first_is_looked_at_as_any_other() {
    let file = tempfile::NamedTempFile::new().expect("temporary file");
    let variant = HapVariant::HapQ;
    let stored = options(1, Compressor::Stored, HeaderLength::Short);
    let mut packets = [3, 4, 5]
        .map(|index| packet(variant, TIGHT_PX, index, &stored))
        .to_vec();
    // The second is of the same length, but says that it is of another type; the third is compressed.
    packets[1][3] = 0xAE;
    let snappy = options(1, Compressor::Snappy, HeaderLength::Short);
    packets[2] = packet(variant, TIGHT_PX, 5, &snappy);
    let source = source_of(file.path(), variant, TIGHT_PX, &packets, IoMode::Pread);
    assert!(straight(&source, 0).expect("reads").is_some());
    for frame in [1, 2] {
        assert!(
            straight(&source, frame).expect("reads").is_none(),
            "{frame}"
        );
    }
    let mut packet = PacketBuffer::default();
    source.read(FrameIndex(1), &mut packet).expect("reads");
    let mut memory = HeapMemory::new(source.layout().bytes as usize);
    let mut scratch = DecodeScratch::default();
    let refused = source.decode(FrameIndex(1), &packet, &mut scratch, &mut memory);
    assert!(
        matches!(refused, Err(MediaError::Hap { .. })),
        "its own type decides"
    );
    // Cut short, it is an error as it is for any other frame.
    let length = packets[0].len() as u64 / 2;
    let file = std::fs::OpenOptions::new().write(true).open(file.path());
    file.expect("opens").set_len(length).expect("cut");
    let cut = straight(&source, 0);
    assert!(
        matches!(cut, Err(MediaError::Truncated { .. })),
        "{:?}",
        cut.err()
    );
    let no_such = straight(&source, 3);
    assert!(matches!(no_such, Err(MediaError::NoSuchFrame { .. })));
}
