//! The bits of a 16-byte block, written from the least significant on.

use super::lanes::Lanes;

/// A block being written.
#[derive(Default)]
pub(super) struct BlockBits {
    bits: u128,
    at: u32,
}

impl BlockBits {
    /// Appends the low `count` bits of `value`.
    pub fn push(&mut self, value: u32, count: u32) {
        let mask = (1_u128 << count) - 1;
        self.bits |= (u128::from(value) & mask) << self.at;
        self.at += count;
    }

    /// Appends 16 indices of 4 bits, the first of which has 3: its top bit is known to be zero.
    pub fn push_indices(&mut self, indices: &[u8; 16]) {
        let all = indices
            .iter()
            .rev()
            .fold(0_u64, |bits, &index| bits << 4 | u64::from(index & 15));
        let without_top = (all & 7) | (all >> 4) << 3;
        self.bits |= u128::from(without_top) << self.at;
        self.at += 63;
    }

    /// The block.
    pub fn bytes(self) -> [u8; 16] {
        debug_assert_eq!(self.at, 128, "a whole block");
        self.bits.to_le_bytes()
    }
}

/// How far along a line of 16 colours a place is, 0 to 1: the weights out of 64 of a 4-bit index of BC6H and BC7, which
/// are fifteenths rounded.
#[inline(always)]
pub(super) fn share_of_sixteen<const L: usize>(place: Lanes<L>) -> Lanes<L> {
    (place * (64.0 / 15.0)).rounded() * (1.0 / 64.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_the_weights_of_the_format() {
        // Khronos Data Format Specification 1.3, BPTC, table of interpolation weights.
        let weights = [0, 4, 9, 13, 17, 21, 26, 30, 34, 38, 43, 47, 51, 55, 60, 64];
        for (index, weight) in weights.into_iter().enumerate() {
            let [share] = share_of_sixteen(Lanes([index as f32])).0;
            assert_eq!(share * 64.0, weight as f32, "index {index}");
        }
    }
}
