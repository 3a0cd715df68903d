//! Scaled YCoCg in BC3, after J.M.P. van Waveren and I. Castaño, "Real-Time YCoCg-DXT Compression" (2007).
//!
//! Luma takes the alpha half with its 8-bit ends. Chroma takes red and green; where a block's chroma is weak it is
//! stretched by 2 or 4 to make use of the coarse ends, and blue says by how much.

use super::fit::{Ends, Texels};
use super::{bc1, bc4};

/// Level of red and green that means no chroma.
const CENTRE: f32 = 128.0;

/// Encodes RGB texels whose channels are in 0..255.
pub(super) fn encode(texels: &Texels<3>) -> [u8; 16] {
    let converted = texels.map(ycocg);
    let strongest = converted
        .iter()
        .flat_map(|[_, co, cg]| [co.abs(), cg.abs()])
        .fold(0.0, f32::max);
    let scale = scale_for(strongest);
    let blue = blue_of(scale);
    join(
        bc4::encode(&converted.map(|[luma, ..]| luma)),
        bc1::encode(&converted.map(|[_, co, cg]| [co * scale + CENTRE, cg * scale + CENTRE, blue])),
    )
}

/// A block between two RGB colours, with luma indices from 48 and chroma indices from 32 random bits.
pub(super) fn random(ends: &Ends<3>, luma_indices: u64, chroma_indices: u32) -> [u8; 16] {
    let [a, b] = ends.map(ycocg);
    let strongest = [a[1], a[2], b[1], b[2]]
        .map(f32::abs)
        .into_iter()
        .fold(0.0, f32::max);
    let scale = scale_for(strongest);
    let chroma =
        [a, b].map(|[_, co, cg]| [co * scale + CENTRE, cg * scale + CENTRE, blue_of(scale)]);
    join(
        bc4::random(a[0], b[0], luma_indices),
        bc1::random(&chroma, chroma_indices),
    )
}

fn join(luma: [u8; 8], chroma: [u8; 8]) -> [u8; 16] {
    let mut block = [0; 16];
    block[..8].copy_from_slice(&luma);
    block[8..].copy_from_slice(&chroma);
    block
}

/// Luma in 0..255, and both chroma channels in -127.5..127.5.
fn ycocg([r, g, b]: [f32; 3]) -> [f32; 3] {
    [
        (r + 2.0 * g + b) / 4.0,
        (r - b) / 2.0,
        (2.0 * g - r - b) / 4.0,
    ]
}

/// The largest stretch that keeps chroma of this strength in range; 127 levels lie above the centre.
fn scale_for(strongest: f32) -> f32 {
    if strongest <= 127.0 / 4.0 {
        4.0
    } else if strongest <= 127.0 / 2.0 {
        2.0
    } else {
        1.0
    }
}

/// The level of blue that a decoder turns into `scale`: codes 0, 1 and 3 of 5 bits hit 0, 8 and 24 exactly.
fn blue_of(scale: f32) -> f32 {
    (scale - 1.0) * 8.0
}
