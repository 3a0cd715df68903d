//! Any bytes as a HAP frame of any variant: decoded whole into memory that can be read and into memory that cannot, in
//! parts, and to RGBA. All ways agree on whether it is a frame, and on its bytes.
//!
//! The first two bytes choose the variant and the size; the rest is the packet.

#![no_main]

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use sextet::media::TextureSupport;
use sextet::media::file::MediaFile;
use sextet::media::frame::{FrameMemory, HeapMemory, OutsideMemory, SharedMemory};
use sextet::media::hap::{FramePlan, HapSource, HapVariant};
use sextet::media::packets::{PacketSpan, PacketTable};
use sextet::media::source::{DecodeScratch, FramePart, FrameSource, SourceState};
use sextet::time::FrameIndex;

/// Sizes in pixels: one block, a few, odd ones, rows with and without padding, and one large enough for parts.
const SIZES: [(u32, u32); 7] = [
    (1, 1),
    (4, 4),
    (16, 8),
    (33, 17),
    (127, 1),
    (64, 32),
    (1024, 1024),
];

const FRAME: FrameIndex = FrameIndex(0);

thread_local! {
    static SOURCES: RefCell<HashMap<(usize, usize, bool), Arc<HapSource>>> = RefCell::default();
    static SCRATCH: RefCell<DecodeScratch> = RefCell::default();
}

/// Memory as mapped staging memory is: written only.
struct WriteOnly(Vec<u8>);

impl FrameMemory for WriteOnly {
    fn bytes_mut(&mut self) -> Option<&mut [u8]> {
        None
    }

    fn write(&mut self, offset: usize, bytes: &[u8]) -> Result<(), OutsideMemory> {
        let end = offset.checked_add(bytes.len()).ok_or(OutsideMemory)?;
        let target = self.0.get_mut(offset..end).ok_or(OutsideMemory)?;
        target.copy_from_slice(bytes);
        Ok(())
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// A source of this variant and size; what its file holds is of no matter.
fn source(variant: usize, size: usize, is_rgba: bool) -> Arc<HapSource> {
    let make = || {
        let path = std::env::temp_dir().join(format!("sextet-fuzz-{}", std::process::id()));
        std::fs::write(&path, [0]).expect("a temporary file");
        let span = PacketSpan { offset: 0, size: 1 };
        let (width, height) = SIZES[size];
        let source = HapSource::new(
            &path,
            Arc::new(MediaFile::open(&path).expect("opens")),
            PacketTable::new(vec![span]),
            HapVariant::ALL[variant],
            width,
            height,
            if is_rgba {
                TextureSupport::RgbaOnly
            } else {
                TextureSupport::BlockCompressed
            },
        );
        Arc::new(source.expect("a source"))
    };
    let key = (variant, size, is_rgba);
    SOURCES.with_borrow_mut(|sources| Arc::clone(sources.entry(key).or_insert_with(make)))
}

fn memory_bytes(source: &HapSource) -> usize {
    usize::try_from(source.layout().bytes).expect("small")
}

fn decode_in_parts(source: &HapSource, packet: &[u8], scratch: &mut DecodeScratch) -> Vec<u8> {
    let mut plan = SourceState::default();
    let parts = source.plan_parts(FRAME, packet, &mut plan);
    let parts = parts.expect("it decodes as a whole");
    let memory = SharedMemory::new(Box::new(WriteOnly(vec![0; memory_bytes(source)])));
    if parts == 1 {
        memory.write_with(|memory| source.decode(FRAME, packet, scratch, memory))
            .expect("it decodes as a whole");
    } else {
        for part in (0..parts).rev() {
            let plan = &plan;
            let part = FramePart { plan, part };
            source
                .decode_part(FRAME, packet, part, scratch, &memory)
                .expect("it decodes as a whole");
        }
    }
    let memory = memory.into_inner().into_any().downcast::<WriteOnly>();
    memory.expect("the memory lent").0
}

fuzz_target!(|data: &[u8]| {
    let [variant, size, packet @ ..] = data else {
        return;
    };
    let variant = usize::from(*variant) % HapVariant::ALL.len();
    let size = usize::from(*size) % SIZES.len();
    let blocks = source(variant, size, false);
    SCRATCH.with_borrow_mut(|scratch| {
        let mut readable = HeapMemory::new(memory_bytes(&blocks));
        let mut write_only = WriteOnly(vec![0; memory_bytes(&blocks)]);
        let outcome = blocks.decode(FRAME, packet, scratch, &mut readable);
        let other = blocks.decode(FRAME, packet, scratch, &mut write_only);
        assert_eq!(outcome.is_ok(), other.is_ok(), "both ways agree");
        if outcome.is_ok() {
            assert!(readable.bytes() == write_only.0, "on the bytes too");
            let in_parts = decode_in_parts(&blocks, packet, scratch);
            assert!(in_parts == write_only.0, "and in parts");
        }
        let rgba = source(variant, size, true);
        let mut memory = HeapMemory::new(memory_bytes(&rgba));
        let as_rgba = rgba.decode(FRAME, packet, scratch, &mut memory);
        assert_eq!(as_rgba.is_ok(), outcome.is_ok(), "as RGBA, too");
    });
});
