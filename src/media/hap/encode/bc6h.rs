//! BC6H in its mode 11: one line of RGB, ends of 10 bits a channel, 4 bits per texel.
//!
//! The format interpolates the bits of half floats as if they were whole numbers, so that is the space in which lines
//! are fitted here: roughly logarithmic, which suits light.

use half::f16;

use super::bits::{BlockBits, WEIGHTS};
use super::fit::{Ends, LineFormat, Texels, fit, nearest_on_line};

/// The largest finite half float, as bits.
const MAX_HALF_BITS: f32 = 0x7BFF as f32;

/// Two end colours in codes, and the place of each texel.
#[derive(Clone, Copy)]
struct Mode11Block {
    ends: [[i32; 3]; 2],
    indices: [u8; 16],
}

/// Encodes texels of linear light. Unsigned blocks hold negative light at zero.
pub(super) fn encode(texels: &Texels<3>, is_signed: bool) -> [u8; 16] {
    let format = Mode11 { is_signed };
    fit(&format, &texels.map(|texel| format.half_bits(texel))).pack()
}

/// A block of the given ends of linear light, and indices from 64 random bits.
pub(super) fn random(ends: &Ends<3>, is_signed: bool, indices: u64) -> [u8; 16] {
    let format = Mode11 { is_signed };
    Mode11Block {
        ends: ends.map(|end| format.half_bits(end).map(|bits| format.code(bits))),
        indices: std::array::from_fn(|i| (indices >> (4 * i) & 15) as u8),
    }
    .pack()
}

struct Mode11 {
    is_signed: bool,
}

impl Mode11 {
    /// Half floats as whole numbers, negative ones mirrored.
    fn half_bits(&self, texel: [f32; 3]) -> [f32; 3] {
        texel.map(|light| {
            let magnitude = f16::from_f32(light.abs()).to_bits();
            let bits = f32::from(magnitude).min(MAX_HALF_BITS);
            match (light < 0.0, self.is_signed) {
                (false, _) => bits,
                (true, true) => -bits,
                (true, false) => 0.0,
            }
        })
    }

    /// The code whose value, as `Self::value` says, is nearest.
    fn code(&self, bits: f32) -> i32 {
        if self.is_signed {
            ((bits.abs() - 31.0) / 62.0).round().clamp(0.0, 511.0) as i32 * bits.signum() as i32
        } else {
            ((bits - 15.5) / 31.0).round().clamp(0.0, 1023.0) as i32
        }
    }

    /// Value of a code, as bits of a half float: the format scales by 31/64, or 31/32 where there is a sign.
    fn value(&self, code: i32) -> f32 {
        let (most, step) = if self.is_signed {
            (511, 62.0)
        } else {
            (1023, 31.0)
        };
        match code.abs() {
            0 => 0.0,
            magnitude if magnitude >= most => MAX_HALF_BITS * code.signum() as f32,
            magnitude => (magnitude as f32 + 0.5) * step * code.signum() as f32,
        }
    }
}

impl LineFormat<3> for Mode11 {
    type Stored = Mode11Block;

    fn store(&self, ends: &Ends<3>, texels: &Texels<3>) -> (Mode11Block, f32) {
        let ends = ends.map(|end| end.map(|bits| self.code(bits)));
        let values = ends.map(|end| end.map(|code| self.value(code)));
        let palette: [[f32; 3]; 16] = WEIGHTS.map(|weight| {
            let weight = f32::from(weight) / 64.0;
            std::array::from_fn(|i| values[0][i] + (values[1][i] - values[0][i]) * weight)
        });
        let mut error = 0.0;
        let indices = texels.map(|texel| {
            let (index, distance) = nearest_on_line(&palette, &texel);
            error += distance;
            index
        });
        (Mode11Block { ends, indices }, error)
    }

    fn places(&self, stored: &Mode11Block) -> [f32; 16] {
        stored
            .indices
            .map(|index| f32::from(WEIGHTS[usize::from(index & 15)]) / 64.0)
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
