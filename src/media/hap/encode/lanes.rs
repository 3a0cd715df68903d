//! Numbers of several blocks side by side, one block to a lane, so that one instruction does the same for all of them.
//!
//! Plain arrays and loops of a constant length, which the compiler turns into vectors of whatever width the processor
//! has.

use std::ops::{Add, AddAssign, Mul, Neg, Sub};

/// One number of each of `L` blocks.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(16))]
pub(super) struct Lanes<const L: usize>(pub [f32; L]);

/// Added and taken off again, it rounds what is between −2²² and 2²² to the nearest whole number (IEEE 754: from 1.5·2²³
/// on, neighbours are 1 apart).
const ROUNDING: f32 = 12_582_912.0;

impl<const L: usize> Lanes<L> {
    /// Zero in every lane.
    pub const ZERO: Self = Self([0.0; L]);

    /// The same number in every lane.
    #[inline(always)]
    pub const fn all(value: f32) -> Self {
        Self([value; L])
    }

    #[inline(always)]
    fn each(self, change: impl Fn(f32) -> f32) -> Self {
        let mut result = self;
        for lane in &mut result.0 {
            *lane = change(*lane);
        }
        result
    }

    #[inline(always)]
    fn with(self, other: Self, join: impl Fn(f32, f32) -> f32) -> Self {
        let mut result = self;
        for (lane, other) in result.0.iter_mut().zip(other.0) {
            *lane = join(*lane, other);
        }
        result
    }

    /// The nearest whole number of each, which must be between −2²² and 2²².
    #[inline(always)]
    pub fn rounded(self) -> Self {
        self.each(|lane| (lane + ROUNDING) - ROUNDING)
    }

    /// Each held between two numbers. Not-a-number becomes `least`.
    #[inline(always)]
    pub fn held(self, least: f32, most: f32) -> Self {
        self.most(Self::all(least)).least(Self::all(most))
    }

    /// The larger of each two; `other` where this is not a number.
    #[inline(always)]
    pub fn most(self, other: Self) -> Self {
        self.with(other, |a, b| if a > b { a } else { b })
    }

    /// The smaller of each two; `other` where this is not a number.
    #[inline(always)]
    pub fn least(self, other: Self) -> Self {
        self.with(other, |a, b| if a < b { a } else { b })
    }

    /// Each without its sign.
    #[inline(always)]
    pub fn magnitude(self) -> Self {
        self.each(f32::abs)
    }

    /// One divided by each; by a tiny number where one is not larger than that.
    #[inline(always)]
    pub fn inverse(self) -> Self {
        self.each(|lane| 1.0 / if lane > 1e-12 { lane } else { 1e-12 })
    }

    /// `other` where `a` is less than `b`, else this.
    #[inline(always)]
    pub fn or_where_less(self, other: Self, a: Self, b: Self) -> Self {
        let mut result = self;
        for (lane, result) in result.0.iter_mut().enumerate() {
            *result = if a.0[lane] < b.0[lane] {
                other.0[lane]
            } else {
                *result
            };
        }
        result
    }

    /// Each, a whole number of at least zero, as bits.
    #[inline(always)]
    pub fn bits(self) -> [u32; L] {
        let mut bits = [0; L];
        for (bits, lane) in bits.iter_mut().zip(self.0) {
            // The whole number lies in the low bits of what rounds it: quicker than a conversion that checks its range.
            *bits = (lane + ROUNDING).to_bits() & 0x003F_FFFF;
        }
        bits
    }
}

impl<const L: usize> Add for Lanes<L> {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.with(other, |a, b| a + b)
    }
}

impl<const L: usize> AddAssign for Lanes<L> {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl<const L: usize> Sub for Lanes<L> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.with(other, |a, b| a - b)
    }
}

impl<const L: usize> Mul for Lanes<L> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.with(other, |a, b| a * b)
    }
}

impl<const L: usize> Mul<f32> for Lanes<L> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, factor: f32) -> Self {
        self.each(|lane| lane * factor)
    }
}

impl<const L: usize> Neg for Lanes<L> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        self.each(|lane| -lane)
    }
}
