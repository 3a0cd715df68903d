//! BC7 in its mode 6: one line of RGBA, ends of 7 bits and a shared lowest bit, 4 bits per texel.

use super::bits::{BlockBits, WEIGHTS};
use super::fit::{Ends, LineFormat, Texels, distance, fit, nearest_on_line};

/// Two end colours of 8 bits a channel, whose lowest bit is the same in all channels, and the place of each texel.
#[derive(Clone, Copy)]
struct Mode6Block {
    ends: [[u8; 4]; 2],
    indices: [u8; 16],
}

/// Encodes texels whose channels are in 0..255. Opaque texels stay exactly opaque.
pub(super) fn encode(texels: &Texels<4>) -> [u8; 16] {
    if texels.iter().all(|texel| texel == &texels[0]) {
        return flat(texels[0].map(|channel| channel.clamp(0.0, 255.0).round() as u8)).pack();
    }
    let is_opaque = texels.iter().all(|texel| texel[3] >= 255.0);
    fit(&Mode6 { is_opaque }, texels).pack()
}

/// A block of the given ends, in 0..255, and indices from 64 random bits.
pub(super) fn random(ends: &Ends<4>, indices: u64) -> [u8; 16] {
    Mode6Block {
        ends: ends.map(|end| quantised(&end, end[3] >= 255.0)),
        indices: std::array::from_fn(|i| (indices >> (4 * i) & 15) as u8),
    }
    .pack()
}

struct Mode6 {
    is_opaque: bool,
}

impl LineFormat<4> for Mode6 {
    type Stored = Mode6Block;

    fn store(&self, ends: &Ends<4>, texels: &Texels<4>) -> (Mode6Block, f32) {
        let ends = ends.map(|end| quantised(&end, self.is_opaque));
        let palette: [[f32; 4]; 16] = WEIGHTS.map(|weight| {
            let weight = f32::from(weight) / 64.0;
            std::array::from_fn(|i| {
                let (first, second) = (f32::from(ends[0][i]), f32::from(ends[1][i]));
                first + (second - first) * weight
            })
        });
        let mut error = 0.0;
        let indices = texels.map(|texel| {
            let (index, distance) = nearest_on_line(&palette, &texel);
            error += distance;
            index
        });
        (Mode6Block { ends, indices }, error)
    }

    fn places(&self, stored: &Mode6Block) -> [f32; 16] {
        stored
            .indices
            .map(|index| f32::from(WEIGHTS[usize::from(index & 15)]) / 64.0)
    }
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

/// The nearest storable colour; `is_opaque` holds alpha at 255, which needs the lowest bit set.
fn quantised(colour: &[f32; 4], is_opaque: bool) -> [u8; 4] {
    let with_low_bit = |low: u8| {
        colour.map(|channel| {
            let code = ((channel - f32::from(low)) / 2.0).round().clamp(0.0, 127.0) as u8;
            code << 1 | low
        })
    };
    let odd = with_low_bit(1);
    if is_opaque {
        return odd;
    }
    let even = with_low_bit(0);
    if distance(&odd.map(f32::from), colour) <= distance(&even.map(f32::from), colour) {
        odd
    } else {
        even
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
