//! A small generator of random numbers, so that a seed gives the same card everywhere.

/// `SplitMix64` (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// The sequence that belongs to a few numbers.
    pub fn new(numbers: &[u64]) -> Self {
        let mut random = Self(0);
        for &number in numbers {
            random.0 ^= number;
            random.0 = random.next();
        }
        random
    }

    /// 64 random bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number in 0..1.
    pub fn unit(&mut self) -> f32 {
        // 24 bits are what a float holds without rounding up to 1.
        (self.next() >> 40) as f32 / (1_u32 << 24) as f32
    }
}
