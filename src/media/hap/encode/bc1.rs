//! BC1, and the colour half of BC3: two colours of 5, 6 and 5 bits, and 2 bits per texel.

use std::cmp::Ordering;
use std::sync::LazyLock;

use super::fit::{Ends, Fitted, LineFormat, Texels, fit};
use super::lanes::Lanes;

/// Encodes texels whose channels are in 0..255.
#[inline(always)]
pub(super) fn encode<const L: usize>(texels: &Texels<3, L>) -> [[u8; 8]; L] {
    let mut fitted = fit(&FourColours, texels);
    store_flat_lanes(&mut fitted, texels, [Depth::Five, Depth::Six, Depth::Five]);
    pack(&fitted.codes, &fitted.places)
}

/// Of blocks of one colour, takes two ends a third of the way between which lies what comes nearer to it than any code.
#[inline(always)]
pub(super) fn store_flat_lanes<const N: usize, const L: usize>(
    fitted: &mut Fitted<N, L>,
    texels: &Texels<N, L>,
    depths: [Depth; N],
) {
    let spread = fitted.spread;
    for lane in (0..L).filter(|lane| spread.0[*lane] < FLAT) {
        for channel in 0..N {
            let level = texels[0][channel].0[lane].clamp(0.0, 255.0).round();
            let ends = FLAT_ENDS[depths[channel] as usize][usize::from(level as u8)];
            for (codes, code) in fitted.codes.iter_mut().zip(ends) {
                codes[channel].0[lane] = f32::from(code);
            }
        }
        for place in &mut fitted.places {
            place.0[lane] = 1.0;
        }
    }
}

/// Spread of a block, in levels, below which it has one colour: what rounding leaves of none.
const FLAT: f32 = 0.01;

/// Bits of a channel.
#[derive(Clone, Copy)]
pub(super) enum Depth {
    Five,
    Six,
}

/// A block of the given ends, in 0..255, and indices from 32 random bits.
pub(super) fn random(ends: &[[f32; 3]; 2], indices: u32) -> [u8; 8] {
    let [first, last] = FourColours
        .codes(&ends.map(|end| end.map(|channel| Lanes([channel]))))
        .map(|code| word(code.map(|channel| channel.bits()[0])));
    if first >= last {
        bytes(first, last, if first == last { 0 } else { indices })
    } else {
        // Indices 0 and 1, and 2 and 3, change over with the ends.
        bytes(last, first, indices ^ 0x5555_5555)
    }
}

struct FourColours;

impl<const L: usize> LineFormat<3, L> for FourColours {
    const LAST_PLACE: f32 = 3.0;
    const REFINEMENTS: usize = 1;

    #[inline(always)]
    fn codes(&self, ends: &Ends<3, L>) -> Ends<3, L> {
        ends.map(|[r, g, b]| [code_of_5_bits(r), code_of_6_bits(g), code_of_5_bits(b)])
    }

    #[inline(always)]
    fn values(&self, codes: &Ends<3, L>) -> Ends<3, L> {
        codes.map(|[r, g, b]| [level_of_5_bits(r), level_of_6_bits(g), level_of_5_bits(b)])
    }
}

/// The code nearest to a level in 0..255.
#[inline(always)]
pub(super) fn code_of_5_bits<const L: usize>(level: Lanes<L>) -> Lanes<L> {
    (level * (31.0 / 255.0)).held(0.0, 31.0).rounded()
}

/// The code nearest to a level in 0..255.
#[inline(always)]
pub(super) fn code_of_6_bits<const L: usize>(level: Lanes<L>) -> Lanes<L> {
    (level * (63.0 / 255.0)).held(0.0, 63.0).rounded()
}

/// The level of a code, its top three bits repeated below: eight times the code and a quarter of it rounded down.
#[inline(always)]
pub(super) fn level_of_5_bits<const L: usize>(code: Lanes<L>) -> Lanes<L> {
    code * 8.0 + (code * 0.25 - Lanes::all(0.375)).rounded()
}

/// The level of a code, its top two bits repeated below: four times the code and a sixteenth of it rounded down.
#[inline(always)]
pub(super) fn level_of_6_bits<const L: usize>(code: Lanes<L>) -> Lanes<L> {
    code * 4.0 + (code * 0.0625 - Lanes::all(0.46875)).rounded()
}

/// Blocks of these codes, and places in thirds from the first end. Ends are ordered so that BC1 means four colours; of
/// equal ones only the first is used.
#[inline(always)]
pub(super) fn pack<const L: usize>(codes: &Ends<3, L>, places: &[Lanes<L>; 16]) -> [[u8; 8]; L] {
    let [first, last] = codes.map(|end| {
        let [r, g, b] = end.map(|channel| channel.bits());
        let mut words = [0; L];
        for lane in 0..L {
            words[lane] = word([r[lane], g[lane], b[lane]]);
        }
        words
    });
    let mut indices = [0_u32; L];
    for (texel, place) in places.iter().enumerate() {
        let place = place.bits();
        for lane in 0..L {
            indices[lane] |= place[lane] << (2 * texel);
        }
    }
    std::array::from_fn(|lane| {
        // Bit by bit: places 0, 1, 2, 3 from the first end have indices 0, 2, 3, 1.
        const LOW: u32 = 0x5555_5555;
        let (high, low) = (indices[lane] >> 1 & LOW, indices[lane] & LOW);
        let coded = (high ^ low) << 1 | high;
        let (first, last) = (first[lane], last[lane]);
        match first.cmp(&last) {
            Ordering::Greater => bytes(first, last, coded),
            // Indices 0 and 1, and 2 and 3, change over with the ends.
            Ordering::Less => bytes(last, first, coded ^ LOW),
            Ordering::Equal => bytes(first, last, 0),
        }
    })
}

/// Codes of 5, 6 and 5 bits as they are stored.
#[inline(always)]
const fn word([r, g, b]: [u32; 3]) -> u32 {
    r << 11 | g << 5 | b
}

#[inline(always)]
fn bytes(first: u32, second: u32, indices: u32) -> [u8; 8] {
    let bits = u64::from(first) | u64::from(second) << 16 | u64::from(indices) << 32;
    bits.to_le_bytes()
}

const fn level(code: u8, depth: u32) -> u8 {
    code << (8 - depth) | code >> (2 * depth - 8)
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
