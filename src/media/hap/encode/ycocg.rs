//! Scaled YCoCg in BC3, after J.M.P. van Waveren and I. Castaño, "Real-Time YCoCg-DXT Compression" (2007).
//!
//! Luma takes the alpha half with its 8-bit ends. Chroma takes red and green; where a block's chroma is weak it is
//! stretched by 2 or 4 to make use of the coarse ends, and blue says by how much.

use super::fit::{Ends, LineFormat, fit};
use super::lanes::Lanes;
use super::{bc1, bc4};

/// Level of red and green that means no chroma.
const CENTRE: f32 = 128.0;

/// Encodes RGB texels whose channels are in 0..255.
#[inline(always)]
pub(super) fn encode<const L: usize>(texels: &[[Lanes<L>; 3]; 16]) -> [[u8; 16]; L] {
    let mut chroma = [[Lanes::ZERO; 2]; 16];
    let mut strongest = Lanes::ZERO;
    for (chroma, [r, g, b]) in chroma.iter_mut().zip(texels) {
        *chroma = [(*r - *b) * 0.5, (*g * 2.0 - *r - *b) * 0.25];
        strongest = strongest.most(chroma[0].magnitude().most(chroma[1].magnitude()));
    }
    let scale = Lanes(strongest.0.map(scale_for));
    for [co, cg] in &mut chroma {
        *co = *co * scale + Lanes::all(CENTRE);
        *cg = *cg * scale + Lanes::all(CENTRE);
    }
    let mut fitted = fit(&Chroma, &chroma);
    bc1::store_flat_lanes(&mut fitted, &chroma, [bc1::Depth::Five, bc1::Depth::Six]);
    let ends = Chroma.values(&fitted.codes);
    // Luma makes up for what chroma lost of green and magenta: with Cg as it is decoded, this is nearest to R, G and B.
    let inverse = scale.inverse();
    let first = (ends[0][1] - Lanes::all(CENTRE)) * inverse;
    let line = (ends[1][1] - ends[0][1]) * inverse;
    let mut luma = [Lanes::ZERO; 16];
    for ((luma, [r, g, b]), place) in luma.iter_mut().zip(texels).zip(&fitted.places) {
        let cg = first + line * *place * (1.0 / 3.0);
        *luma = (*r + *g + *b + cg) * (1.0 / 3.0);
    }
    let luma = bc4::encode_fitted(&luma);
    // Codes of blue that decoders turn into 0, 8 and 24 of 255: 0, 1 and 3 of 31.
    let blue = scale - Lanes::all(1.0);
    let codes = fitted.codes.map(|[co, cg]| [co, cg, blue]);
    let chroma = bc1::pack(&codes, &fitted.places);
    std::array::from_fn(|lane| join(luma[lane], chroma[lane]))
}

/// Chroma in the red and green of BC1.
struct Chroma;

impl<const L: usize> LineFormat<2, L> for Chroma {
    const LAST_PLACE: f32 = 3.0;
    const REFINEMENTS: usize = 1;

    #[inline(always)]
    fn codes(&self, ends: &Ends<2, L>) -> Ends<2, L> {
        ends.map(|[co, cg]| [bc1::code_of_5_bits(co), bc1::code_of_6_bits(cg)])
    }

    #[inline(always)]
    fn values(&self, codes: &Ends<2, L>) -> Ends<2, L> {
        codes.map(|[co, cg]| [bc1::level_of_5_bits(co), bc1::level_of_6_bits(cg)])
    }
}

/// A block between two RGB colours, with luma indices from 48 and chroma indices from 32 random bits.
pub(super) fn random(ends: &[[f32; 3]; 2], luma_indices: u64, chroma_indices: u32) -> [u8; 16] {
    let [a, b] = ends.map(|[r, g, b]| {
        [
            (r + 2.0 * g + b) / 4.0,
            (r - b) / 2.0,
            (2.0 * g - r - b) / 4.0,
        ]
    });
    let strongest = [a[1], a[2], b[1], b[2]]
        .map(f32::abs)
        .into_iter()
        .fold(0.0, f32::max);
    let scale = scale_for(strongest);
    let blue = (scale - 1.0) * 8.0;
    let chroma = [a, b].map(|[_, co, cg]| [co * scale + CENTRE, cg * scale + CENTRE, blue]);
    join(
        bc4::random(a[0], b[0], luma_indices),
        bc1::random(&chroma, chroma_indices),
    )
}

#[inline(always)]
fn join(luma: [u8; 8], chroma: [u8; 8]) -> [u8; 16] {
    let mut block = [0; 16];
    block[..8].copy_from_slice(&luma);
    block[8..].copy_from_slice(&chroma);
    block
}

/// The largest stretch that keeps chroma of this strength in range; 127 levels lie above the centre.
#[inline(always)]
fn scale_for(strongest: f32) -> f32 {
    if strongest <= 127.0 / 4.0 {
        4.0
    } else if strongest <= 127.0 / 2.0 {
        2.0
    } else {
        1.0
    }
}
