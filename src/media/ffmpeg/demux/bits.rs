//! Numbers of any number of bits.
#![deny(clippy::indexing_slicing)]

/// Bits of bytes, the highest first.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bits<'a> {
    /// From the first bit on.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next bits as a number, at most 32; none past the end.
    pub(super) fn number(&mut self, bits: u32) -> Option<u32> {
        (0..bits).try_fold(0, |number: u32, _| {
            let byte = self.bytes.get(self.at / 8)?;
            let bit = byte >> (7_usize.checked_sub(self.at % 8)?) & 1;
            self.at = self.at.checked_add(1)?;
            Some(number << 1 | u32::from(bit))
        })
    }

    /// Passes over bits; they may be past the end.
    pub(super) fn skip(&mut self, bits: u32) -> Option<()> {
        self.at = self.at.checked_add(usize::try_from(bits).ok()?)?;
        Some(())
    }

    /// An unsigned number of Exp-Golomb code (ITU-T H.264, 9.1); none past the end, or above what fits.
    pub(super) fn exp_golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.number(1)? == 0 {
            zeros = Some(zeros).filter(|zeros| *zeros < 31)? + 1;
        }
        let rest = self.number(zeros)?;
        (1_u32 << zeros).checked_sub(1)?.checked_add(rest)
    }
}
