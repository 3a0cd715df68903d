//! Any bytes as the sections of a HAP frame of any variant and size: refused, or planned so that nothing lies outside
//! the packet and the chunks fill each texture without gap or overlap.
//!
//! The first three bytes choose the variant, width and height; the rest is the packet.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sextet::media::hap::{FramePlan, HapVariant};

fuzz_target!(|data: &[u8]| {
    let [variant, width, height, packet @ ..] = data else {
        return;
    };
    let variant = HapVariant::ALL[usize::from(*variant) % HapVariant::ALL.len()];
    let Ok(blocks) = variant.block_layout(u32::from(*width) + 1, u32::from(*height) + 1) else {
        return;
    };
    let mut plan = FramePlan::default();
    if plan.parse(packet, variant, &blocks).is_err() {
        assert!(plan.chunks().is_empty(), "nothing is planned after an error");
        return;
    }
    for (index, plane) in blocks.planes.iter().enumerate() {
        let mut filled = 0;
        for chunk in plan.chunks().iter().filter(|chunk| chunk.plane == index) {
            assert!(chunk.source.start <= chunk.source.end, "a range");
            assert!(chunk.source.end <= packet.len(), "inside the packet");
            assert_eq!(chunk.destination.start, filled, "chunks follow each other");
            filled = chunk.destination.end;
        }
        assert_eq!(filled as u64, plane.tight_bytes(), "they fill the texture");
    }
});
