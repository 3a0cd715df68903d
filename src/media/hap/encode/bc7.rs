//! BC7 in its mode 6: one line of RGBA, ends of 7 bits and a shared lowest bit, 4 bits per texel.

use super::bits::{BlockBits, share_of_sixteen};
use super::fit::{Ends, LineFormat, Texels, fit};
use super::lanes::Lanes;

/// Spread of a block, in levels, below which it has one colour: what rounding leaves of none.
const FLAT: f32 = 0.01;

/// Two end colours of 8 bits a channel, whose lowest bit is the same in all channels, and the place of each texel.
struct Mode6Block {
    ends: [[u8; 4]; 2],
    indices: [u8; 16],
}

/// Encodes texels whose channels are in 0..255. Blocks that are opaque stay exactly opaque.
#[inline(always)]
pub(super) fn encode<const L: usize>(texels: &Texels<4, L>) -> [[u8; 16]; L] {
    let mut least = texels[0][3];
    for texel in texels {
        least = least.least(texel[3]);
    }
    let opaque = Lanes(least.0.map(|alpha| f32::from(u8::from(alpha >= 255.0))));
    let fitted = fit(&Mode6 { opaque }, texels);
    let ends = fitted.codes.map(|end| end.map(|channel| channel.bits()));
    let mut places = [[0; L]; 16];
    for (places, fitted) in places.iter_mut().zip(&fitted.places) {
        *places = fitted.bits();
    }
    std::array::from_fn(|lane| {
        if fitted.spread.0[lane] < FLAT {
            return flat(texels[0].map(|channel| channel.0[lane].clamp(0.0, 255.0).round() as u8))
                .pack();
        }
        Mode6Block {
            ends: ends.map(|end| end.map(|channel| channel[lane] as u8)),
            indices: places.map(|place| place[lane] as u8),
        }
        .pack()
    })
}

/// A block of the given ends, in 0..255, and indices from 64 random bits.
pub(super) fn random(ends: &[[f32; 4]; 2], indices: u64) -> [u8; 16] {
    let quantised = |end: [f32; 4]| {
        let opaque = Lanes([f32::from(u8::from(end[3] >= 255.0))]);
        nearest_code(&end.map(|channel| Lanes([channel])), opaque).map(|code| code.bits()[0] as u8)
    };
    Mode6Block {
        ends: ends.map(quantised),
        indices: std::array::from_fn(|i| (indices >> (4 * i) & 15) as u8),
    }
    .pack()
}

/// Ends are stored as the levels that they are.
struct Mode6<const L: usize> {
    /// 1 in lanes whose blocks are opaque, else 0.
    opaque: Lanes<L>,
}

impl<const L: usize> LineFormat<4, L> for Mode6<L> {
    const LAST_PLACE: f32 = 15.0;
    const REFINEMENTS: usize = 2;

    #[inline(always)]
    fn codes(&self, ends: &Ends<4, L>) -> Ends<4, L> {
        [
            nearest_code(&ends[0], self.opaque),
            nearest_code(&ends[1], self.opaque),
        ]
    }

    #[inline(always)]
    fn values(&self, codes: &Ends<4, L>) -> Ends<4, L> {
        *codes
    }

    #[inline(always)]
    fn share(place: Lanes<L>) -> Lanes<L> {
        share_of_sixteen(place)
    }
}

/// The nearest storable colour; where `opaque` is 1 alpha is held at 255, which needs the lowest bit set.
#[inline(always)]
fn nearest_code<const L: usize>(colour: &[Lanes<L>; 4], opaque: Lanes<L>) -> [Lanes<L>; 4] {
    let (mut odd, mut even) = (*colour, *colour);
    let (mut odd_error, mut even_error) = (Lanes::ZERO, Lanes::ZERO);
    for channel in 0..4 {
        let wanted = colour[channel];
        let one = Lanes::all(1.0);
        odd[channel] = ((wanted - one) * 0.5).held(0.0, 127.0).rounded() * 2.0 + one;
        even[channel] = (wanted * 0.5).held(0.0, 127.0).rounded() * 2.0;
        let [off, even_off] = [odd[channel] - wanted, even[channel] - wanted];
        odd_error += off * off;
        even_error += even_off * even_off;
    }
    // Of an opaque block, even codes are out of the question.
    even_error += opaque * 1e9;
    let mut nearest = odd;
    for channel in 0..4 {
        nearest[channel] = odd[channel].or_where_less(even[channel], even_error, odd_error);
    }
    nearest[3] = nearest[3].or_where_less(Lanes::all(255.0), Lanes::ZERO, opaque);
    nearest
}

impl Mode6Block {
    fn pack(mut self) -> [u8; 16] {
        // The first index has no top bit: where it needs one, the line is turned round.
        if self.indices[0] >= 8 {
            self.ends.swap(0, 1);
            self.indices = self.indices.map(|index| 15 - index);
        }
        let mut bits = BlockBits::default();
        bits.push(1 << 6, 7);
        for channel in 0..4 {
            for end in self.ends {
                bits.push(u32::from(end[channel] >> 1), 7);
            }
        }
        for end in self.ends {
            bits.push(u32::from(end[3] & 1), 1);
        }
        bits.push_indices(&self.indices);
        bits.bytes()
    }
}

/// One colour throughout, exact but for levels of 0, which become 1 where alpha is odd.
fn flat(colour: [u8; 4]) -> Mode6Block {
    let low = colour[3] & 1;
    // A channel of the other parity lies between its two neighbours: 30/64 of the way rounds to the middle.
    let pair = colour.map(|level| {
        if level & 1 == low {
            [level, level]
        } else if level == 0 {
            [1, 1]
        } else if level == 255 {
            [254, 254]
        } else {
            [level - 1, level + 1]
        }
    });
    Mode6Block {
        ends: [0, 1].map(|end| pair.map(|ends| ends[end])),
        indices: [7; 16],
    }
}
