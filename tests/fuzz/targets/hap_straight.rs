//! Any bytes as a file of three HAP frames that may be stored: what is read straight into its memory is what decoding its
//! packet gives, and where a frame is another kind of frame, nothing is read straight.
//!
//! The first five bytes choose the variant, the size, and where the second frame differs from the first, over how many
//! bytes; those bytes follow, then the packet. The third frame is the packet without its last byte.

#![no_main]

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use sextet::media::TextureSupport;
use sextet::media::file::MediaFile;
use sextet::media::frame::{FrameMemory as _, HeapMemory};
use sextet::media::hap::{HapSource, HapVariant};
use sextet::media::io::PacketBuffer;
use sextet::media::packets::{PacketSpan, PacketTable};
use sextet::media::source::{DecodeScratch, FrameSource as _};
use sextet::time::FrameIndex;

/// Sizes in pixels whose rows have no padding, so that stored frames may be read straight; the last has some.
const SIZES: [(u32, u32); 4] = [(1024, 4), (1024, 8), (2048, 4), (33, 17)];

/// Contents of memory before it is read to; a frame that is all of this would show nothing.
const FILL: u8 = 0xA5;

thread_local! {
    static SCRATCH: RefCell<DecodeScratch> = RefCell::default();
}

fn file_of(packets: &[Vec<u8>]) -> (PathBuf, PacketTable) {
    let path = std::env::temp_dir().join(format!("sextet-straight-{}", std::process::id()));
    // Opened files keep the one before: a file is never changed under its reader here.
    std::fs::remove_file(&path).ok();
    std::fs::write(&path, packets.concat()).expect("a temporary file");
    let mut offset = 0;
    let spans = packets.iter().map(|packet| {
        let size = packet.len() as u32;
        let span = PacketSpan { offset, size };
        offset += u64::from(size);
        span
    });
    (path, PacketTable::new(spans.collect()))
}

fuzz_target!(|data: &[u8]| {
    let [variant, size, at, more, count, rest @ ..] = data else {
        return;
    };
    let Some((patch, packet)) = rest.split_at_checked(usize::from(*count)) else {
        return;
    };
    if packet.is_empty() {
        return;
    }
    let variant = HapVariant::ALL[usize::from(*variant) % HapVariant::ALL.len()];
    let (width, height) = SIZES[usize::from(*size) % SIZES.len()];
    let mut patched = packet.to_vec();
    let at = (usize::from(*at) | usize::from(*more) << 8) % packet.len();
    for (old, new) in patched[at..].iter_mut().zip(patch) {
        *old = *new;
    }
    let cut = packet[..packet.len() - 1].to_vec();
    let (path, table) = file_of(&[packet.to_vec(), patched, cut]);
    let Ok(file) = MediaFile::open(&path) else {
        return;
    };
    let support = TextureSupport::BlockCompressed;
    let source = HapSource::new(&path, Arc::new(file), table, variant, width, height, support)
        .expect("a size in range, and packets");
    let bytes = usize::try_from(source.layout().bytes).expect("small");
    let (mut headers, mut whole) = (PacketBuffer::default(), PacketBuffer::default());
    for frame in (0..3).map(FrameIndex) {
        let mut straight = HeapMemory::new(bytes);
        straight.bytes_mut().expect("ordinary memory").fill(FILL);
        match source.read_into(frame, &mut headers, &mut straight) {
            Ok(Some(read)) => {
                source.read(frame, &mut whole).expect("it was just read");
                assert_eq!(read, whole.len() as u64, "all of it counts");
                let mut decoded = HeapMemory::new(bytes);
                decoded.bytes_mut().expect("ordinary memory").fill(FILL);
                let outcome = SCRATCH.with_borrow_mut(|scratch| {
                    source.decode(frame, &whole, scratch, &mut decoded)
                });
                outcome.expect("what is read straight can be decoded");
                assert!(straight.bytes() == decoded.bytes(), "and is the same");
            }
            // Another kind of frame: decoding says what it is.
            Ok(None) => {}
            // The file holds its packets, so only their length can be wrong.
            Err(_) => assert!(source.read(frame, &mut whole).is_err(), "both ways agree"),
        }
    }
});
