//! Units of H.264, HEVC and the MPEG codecs within a packet: behind start codes `00 00 01`, or behind their lengths.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

/// Units behind their lengths, up to the end of the packet, or the first that is cut off.
pub(super) struct LengthUnits<'a>(&'a [u8], usize);

impl<'a> LengthUnits<'a> {
    /// Of lengths in so many bytes.
    pub(super) fn new(packet: &'a [u8], length_bytes: usize) -> Self {
        Self(packet, length_bytes)
    }

    /// True once there is nothing behind the last unit.
    pub(super) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> Iterator for LengthUnits<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (length, after) = split_length(self.0, self.1)?;
        // One that is cut off still says what it is; there is none behind it.
        let Some((unit, rest)) = after.split_at_checked(length) else {
            self.1 = usize::MAX;
            return Some(after);
        };
        self.0 = rest;
        Some(unit)
    }
}

/// What lies behind each start code `00 00 01`, up to the end of the packet.
pub(super) struct StartCodes<'a>(pub &'a [u8]);

impl<'a> Iterator for StartCodes<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        (_, self.0) = split_at_start_code(self.0)?;
        Some(self.0)
    }
}

/// Where the first start code begins, and what is behind it.
pub(super) fn split_at_start_code(data: &[u8]) -> Option<(usize, &[u8])> {
    let at = data.windows(3).position(|three| three == [0, 0, 1])?;
    Some((at, data.get(at.checked_add(3)?..)?))
}

/// A length of so many bytes, the highest first, and what is behind it.
pub(super) fn split_length(data: &[u8], bytes: usize) -> Option<(usize, &[u8])> {
    let (length, behind) = data.split_at_checked(bytes)?;
    let length = length
        .iter()
        .fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
    Some((length, behind))
}
