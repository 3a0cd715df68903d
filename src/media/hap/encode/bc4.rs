//! BC4, and the alpha half of BC3: two levels of 8 bits and 3 bits per texel.

use super::fit::{Ends, LineFormat, fit};
use super::lanes::Lanes;

/// Encodes levels in 0..255 between the least and the largest, which therefore stay exact.
#[inline(always)]
pub(super) fn encode<const L: usize>(levels: &[Lanes<L>; 16]) -> [[u8; 8]; L] {
    let (mut least, mut most) = (levels[0], levels[0]);
    for level in levels {
        least = least.least(*level);
        most = most.most(*level);
    }
    let [least, most] = [least, most].map(|level| level.held(0.0, 255.0).rounded());
    let scale = (most - least).inverse() * 7.0;
    let mut places = [Lanes::ZERO; 16];
    for (place, level) in places.iter_mut().zip(levels) {
        *place = ((most - *level) * scale).held(0.0, 7.0).rounded();
    }
    pack(most, least, &places)
}

/// Encodes levels in 0..255 with the least squared error; the extremes may move a little.
#[inline(always)]
pub(super) fn encode_fitted<const L: usize>(levels: &[Lanes<L>; 16]) -> [[u8; 8]; L] {
    let mut texels = [[Lanes::ZERO; 1]; 16];
    for (texel, level) in texels.iter_mut().zip(levels) {
        *texel = [*level];
    }
    let fitted = fit(&EightLevels, &texels);
    let [[first], [last]] = fitted.codes;
    let mut places = fitted.places;
    for place in &mut places {
        let turned = Lanes::all(7.0) - *place;
        *place = place.or_where_less(turned, first, last);
    }
    pack(first.most(last), first.least(last), &places)
}

struct EightLevels;

impl<const L: usize> LineFormat<1, L> for EightLevels {
    const LAST_PLACE: f32 = 7.0;
    const REFINEMENTS: usize = 1;

    #[inline(always)]
    fn codes(&self, ends: &Ends<1, L>) -> Ends<1, L> {
        ends.map(|[level]| [level.held(0.0, 255.0).rounded()])
    }

    #[inline(always)]
    fn values(&self, codes: &Ends<1, L>) -> Ends<1, L> {
        *codes
    }
}

/// A block of two levels in 0..255 and indices from 48 random bits.
pub(super) fn random(a: f32, b: f32, indices: u64) -> [u8; 8] {
    let [a, b] = [a, b].map(|level| level.clamp(0.0, 255.0).round() as u8);
    let (first, second) = if a == b {
        // Keeps to the eight-level mode, in which no index means 0 or 255.
        (a.max(1), a.max(1) - 1)
    } else {
        (a.max(b), a.min(b))
    };
    bytes(u64::from(first), u64::from(second), indices)
}

fn bytes(first: u64, second: u64, indices: u64) -> [u8; 8] {
    (first | second << 8 | indices << 16).to_le_bytes()
}

/// Blocks of two levels each, of which the first is not the smaller one, and places in sevenths from it.
#[inline(always)]
fn pack<const L: usize>(most: Lanes<L>, least: Lanes<L>, places: &[Lanes<L>; 16]) -> [[u8; 8]; L] {
    let mut halves = [[0_u32; L]; 2];
    for (half, places) in halves.iter_mut().zip(places.chunks_exact(8)) {
        for (index, place) in places.iter().enumerate() {
            let place = place.bits();
            for lane in 0..L {
                // Indices 0 and 1 are the ends, 2 to 7 lie between; of equal ends only the first is used.
                let between = (place[lane] + 1) & 7;
                let code = (between ^ u32::from(place[lane] == 0)) + u32::from(place[lane] == 7);
                let code = if most.0[lane] == least.0[lane] {
                    0
                } else {
                    code
                };
                half[lane] |= code << (3 * index);
            }
        }
    }
    let (most, least) = (most.bits(), least.bits());
    std::array::from_fn(|lane| {
        let indices = u64::from(halves[0][lane]) | u64::from(halves[1][lane]) << 24;
        bytes(u64::from(most[lane]), u64::from(least[lane]), indices)
    })
}
