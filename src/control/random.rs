//! Random places that are the same in every run.

/// A small generator of random numbers (Marsaglia's xorshift64*, "Xorshift RNGs", 2003, and Vigna's multiplier).
pub(crate) struct Random(u64);

impl Random {
    /// The numbers that follow from `seed`, which is not zero.
    pub(crate) fn new(seed: u64) -> Self {
        debug_assert_ne!(seed, 0, "zero gives nothing but zeros");
        Self(seed)
    }

    /// A number from 0 to below `limit`, which is more than zero.
    pub(crate) fn below(&mut self, limit: i64) -> i64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 1;
        i64::try_from(number).unwrap_or(0) % limit
    }
}
