//! BC1, and the colour half of BC3: two colours of 5, 6 and 5 bits, and 2 bits per texel.

use std::sync::LazyLock;

use super::fit::{Ends, LineFormat, Texels, fit, nearest};

/// Two end colours and the place of each texel: 0 the first, 1 the second, 2 and 3 a third and two thirds on.
#[derive(Clone, Copy)]
pub(super) struct ColourBlock {
    ends: [[u8; 3]; 2],
    indices: [u8; 16],
}

/// Bits of red, green and blue.
const DEPTHS: [u32; 3] = [5, 6, 5];

/// Position of each index from the first end to the second.
const PLACES: [f32; 4] = [0.0, 1.0, 1.0 / 3.0, 2.0 / 3.0];

/// Encodes texels whose channels are in 0..255.
pub(super) fn encode(texels: &Texels<3>) -> [u8; 8] {
    let block = if texels.iter().all(|texel| texel == &texels[0]) {
        flat(texels[0].map(|channel| channel.clamp(0.0, 255.0).round() as u8))
    } else {
        fit(&FourColours, texels)
    };
    block.pack()
}

/// A block of the given ends, in 0..255, and indices from 32 random bits.
pub(super) fn random(ends: &Ends<3>, indices: u32) -> [u8; 8] {
    ColourBlock {
        ends: ends.map(quantised),
        indices: std::array::from_fn(|i| (indices >> (2 * i) & 3) as u8),
    }
    .pack()
}

struct FourColours;

impl LineFormat<3> for FourColours {
    type Stored = ColourBlock;

    fn store(&self, ends: &Ends<3>, texels: &Texels<3>) -> (ColourBlock, f32) {
        let ends = ends.map(quantised);
        let expanded = ends.map(expanded);
        let palette: [[f32; 3]; 4] = PLACES.map(|place| {
            std::array::from_fn(|i| expanded[0][i] + (expanded[1][i] - expanded[0][i]) * place)
        });
        let mut error = 0.0;
        let indices = texels.map(|texel| {
            let (index, distance) = nearest(&palette, &texel);
            error += distance;
            index
        });
        (ColourBlock { ends, indices }, error)
    }

    fn places(&self, stored: &ColourBlock) -> [f32; 16] {
        stored.indices.map(|index| PLACES[usize::from(index & 3)])
    }
}

impl ColourBlock {
    /// The block's bytes. Ends are ordered so that BC1 means four colours; of equal ones only the first is used.
    fn pack(&self) -> [u8; 8] {
        let word = |[r, g, b]: [u8; 3]| u16::from(r) << 11 | u16::from(g) << 5 | u16::from(b);
        let [mut first, mut second] = self.ends.map(word);
        let mut flip = 0;
        if first < second {
            std::mem::swap(&mut first, &mut second);
            // Places 0 and 1, and 2 and 3, change over.
            flip = 1;
        }
        let is_flat = first == second;
        let indices = self.indices.iter().rev().fold(0_u32, |bits, index| {
            bits << 2 | if is_flat { 0 } else { u32::from(index ^ flip) }
        });
        let mut bytes = [0; 8];
        bytes[..2].copy_from_slice(&first.to_le_bytes());
        bytes[2..4].copy_from_slice(&second.to_le_bytes());
        bytes[4..].copy_from_slice(&indices.to_le_bytes());
        bytes
    }
}

fn quantised(colour: [f32; 3]) -> [u8; 3] {
    std::array::from_fn(|i| {
        let most = ((1_u32 << DEPTHS[i]) - 1) as f32;
        (colour[i] * most / 255.0).round().clamp(0.0, most) as u8
    })
}

/// Codes as 8-bit levels, their top bits repeated below.
fn expanded(colour: [u8; 3]) -> [f32; 3] {
    std::array::from_fn(|i| f32::from(level(colour[i], DEPTHS[i])))
}

fn level(code: u8, depth: u32) -> u8 {
    code << (8 - depth) | code >> (2 * depth - 8)
}

/// One colour throughout, a third of the way between two ends that come nearer to it than any code.
fn flat(colour: [u8; 3]) -> ColourBlock {
    let pairs: [[u8; 2]; 3] =
        std::array::from_fn(|i| FLAT_ENDS[usize::from(DEPTHS[i] == 6)][usize::from(colour[i])]);
    ColourBlock {
        ends: [0, 1].map(|end| pairs.map(|pair| pair[end])),
        indices: [2; 16],
    }
}

/// For 5 and for 6 bits, and for each level, the two codes whose mix of 2:1 comes nearest; the closest together of
/// equals.
static FLAT_ENDS: LazyLock<[[[u8; 2]; 256]; 2]> = LazyLock::new(|| {
    [5, 6].map(|depth| {
        std::array::from_fn(|wanted| {
            let codes = 0..1_u8 << depth;
            let pairs = codes
                .clone()
                .flat_map(|first| codes.clone().map(move |second| [first, second]));
            pairs
                .min_by_key(|&[first, second]| {
                    let thirds =
                        2 * i32::from(level(first, depth)) + i32::from(level(second, depth));
                    let wanted = i32::try_from(wanted).unwrap_or(0);
                    ((thirds - 3 * wanted).abs(), first.abs_diff(second))
                })
                .unwrap_or([0; 2])
        })
    })
});
