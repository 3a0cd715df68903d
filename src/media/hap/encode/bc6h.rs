//! BC6H in its mode 11: one line of RGB, ends of 10 bits a channel, 4 bits per texel.
//!
//! The format interpolates the bits of half floats as if they were whole numbers, so that is the space in which lines
//! are fitted here: roughly logarithmic, which suits light.

use half::f16;

use super::bits::{BlockBits, share_of_sixteen};
use super::fit::{Ends, LineFormat, Texels, fit};
use super::lanes::Lanes;

/// The largest finite half float, as bits.
const MAX_HALF_BITS: f32 = 0x7BFF as f32;

/// Two end colours in codes, and the place of each texel.
struct Mode11Block {
    ends: [[i32; 3]; 2],
    indices: [u8; 16],
}

/// Encodes texels of linear light. Unsigned blocks hold negative light at zero.
#[inline(always)]
pub(super) fn encode<const L: usize>(texels: &Texels<3, L>, is_signed: bool) -> [[u8; 16]; L] {
    let format = Mode11 { is_signed };
    let mut levels = *texels;
    for channel in levels.as_flattened_mut() {
        channel.0 = channel.0.map(|light| format.half_bits(light));
    }
    let fitted = fit(&format, &levels);
    let mut places = [[0; L]; 16];
    for (places, fitted) in places.iter_mut().zip(&fitted.places) {
        *places = fitted.bits();
    }
    std::array::from_fn(|lane| {
        Mode11Block {
            ends: fitted
                .codes
                .map(|end| end.map(|channel| channel.0[lane] as i32)),
            indices: places.map(|place| place[lane] as u8),
        }
        .pack()
    })
}

/// A block of the given ends of linear light, and indices from 64 random bits.
pub(super) fn random(ends: &[[f32; 3]; 2], is_signed: bool, indices: u64) -> [u8; 16] {
    let format = Mode11 { is_signed };
    let code = |light| format.code(Lanes([format.half_bits(light)])).0[0] as i32;
    Mode11Block {
        ends: ends.map(|end| end.map(code)),
        indices: std::array::from_fn(|i| (indices >> (4 * i) & 15) as u8),
    }
    .pack()
}

struct Mode11 {
    is_signed: bool,
}

impl Mode11 {
    /// A half float as a whole number, negative ones mirrored.
    #[inline(always)]
    fn half_bits(&self, light: f32) -> f32 {
        let magnitude = f16::from_f32(light.abs()).to_bits();
        let bits = f32::from(magnitude).min(MAX_HALF_BITS);
        match (light < 0.0, self.is_signed) {
            (false, _) => bits,
            (true, true) => -bits,
            (true, false) => 0.0,
        }
    }

    /// The code whose value, as `Self::value` says, is nearest.
    #[inline(always)]
    fn code<const L: usize>(&self, bits: Lanes<L>) -> Lanes<L> {
        if self.is_signed {
            let magnitude = (bits.magnitude() - Lanes::all(31.0)) * (1.0 / 62.0);
            let code = magnitude.held(0.0, 511.0).rounded();
            code.or_where_less(-code, bits, Lanes::ZERO)
        } else {
            let code = (bits - Lanes::all(15.5)) * (1.0 / 31.0);
            code.held(0.0, 1023.0).rounded()
        }
    }

    /// Value of a code, as bits of a half float: the format scales by 31/64, or 31/32 where there is a sign.
    #[inline(always)]
    fn value(&self, code: f32) -> f32 {
        let (most, step) = if self.is_signed {
            (511.0, 62.0)
        } else {
            (1023.0, 31.0)
        };
        match code.abs() {
            0.0 => 0.0,
            magnitude if magnitude >= most => MAX_HALF_BITS * code.signum(),
            magnitude => (magnitude + 0.5) * step * code.signum(),
        }
    }
}

impl<const L: usize> LineFormat<3, L> for Mode11 {
    const LAST_PLACE: f32 = 15.0;
    const REFINEMENTS: usize = 2;

    #[inline(always)]
    fn codes(&self, ends: &Ends<3, L>) -> Ends<3, L> {
        ends.map(|end| end.map(|bits| self.code(bits)))
    }

    #[inline(always)]
    fn values(&self, codes: &Ends<3, L>) -> Ends<3, L> {
        codes.map(|end| end.map(|code| Lanes(code.0.map(|code| self.value(code)))))
    }

    #[inline(always)]
    fn share(place: Lanes<L>) -> Lanes<L> {
        share_of_sixteen(place)
    }
}

impl Mode11Block {
    fn pack(mut self) -> [u8; 16] {
        // The first index has no top bit: where it needs one, the line is turned round.
        if self.indices[0] >= 8 {
            self.ends.swap(0, 1);
            self.indices = self.indices.map(|index| 15 - index);
        }
        let mut bits = BlockBits::default();
        bits.push(0b00011, 5);
        for code in self.ends.as_flattened() {
            // Two's complement where there is a sign: the low ten bits are what is stored.
            bits.push(code.cast_unsigned(), 10);
        }
        bits.push_indices(&self.indices);
        bits.bytes()
    }
}
