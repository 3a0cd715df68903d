//! Any bytes as a HAP frame of any variant and size: parsed, and decoded if the plan holds.
//!
//! The first three bytes choose the variant, width and height; the rest is the packet.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sextet::media::hap::{FramePlan, HapVariant, SnappyDecoder, decode_chunk};

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
    let mut snappy = SnappyDecoder::new();
    for (index, plane) in blocks.planes.iter().enumerate() {
        let mut texture = vec![0; usize::try_from(plane.tight_bytes()).expect("small")];
        let mut filled = 0;
        for chunk in plan.chunks().iter().filter(|chunk| chunk.plane == index) {
            assert_eq!(chunk.destination.start, filled, "chunks follow each other");
            filled = chunk.destination.end;
            // Corrupt Snappy data is an error; anything else would be a panic.
            drop(decode_chunk(packet, chunk, &mut snappy, &mut texture[chunk.destination.clone()]));
        }
        assert_eq!(filled, texture.len(), "they fill the texture");
    }
});
