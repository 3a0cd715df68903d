//! The bits of a 16-byte block, written from the least significant on.

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
        for (index, &value) in indices.iter().enumerate() {
            self.push(u32::from(value), if index == 0 { 3 } else { 4 });
        }
    }

    /// The block.
    pub fn bytes(self) -> [u8; 16] {
        debug_assert_eq!(self.at, 128, "a whole block");
        self.bits.to_le_bytes()
    }
}

/// Weights out of 64 of a 4-bit index of BC6H and BC7.
pub(super) const WEIGHTS: [u8; 16] = [0, 4, 9, 13, 17, 21, 26, 30, 34, 38, 43, 47, 51, 55, 60, 64];
