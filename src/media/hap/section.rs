//! Sections: the headers that everything in a HAP frame begins with, and the meaning of their type bytes
//! (`HapVideoDRAFT.md`, Section Header).

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
#![warn(clippy::cast_possible_truncation)]

use super::{HapError, TextureKind};

/// Type of a section that holds several images (`HapVideoDRAFT.md`, Multiple-Image Sections).
pub(super) const MULTIPLE_IMAGES: u8 = 0x0D;
/// Type of the decode instructions of a chunked texture (Decode Instructions).
pub(super) const DECODE_INSTRUCTIONS: u8 = 0x01;
/// Type of the table of compressors, one byte per chunk (Chunk Second-Stage Compressor Table).
pub(super) const COMPRESSOR_TABLE: u8 = 0x02;
/// Type of the table of stored sizes, four bytes per chunk (Chunk Size Table).
pub(super) const SIZE_TABLE: u8 = 0x03;
/// Type of the table of offsets, four bytes per chunk (Chunk Offset Table).
pub(super) const OFFSET_TABLE: u8 = 0x04;

/// Storage of a texture, by the high nibble of its section's type (`HapVideoDRAFT.md`, Top-Level Sections).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SecondStage {
    /// As it is.
    Stored,
    /// As one Snappy block.
    Snappy,
    /// As chunks, after decode instructions.
    Chunked,
}

impl SecondStage {
    /// The high nibble, in its place.
    pub(super) const fn high_nibble(self) -> u8 {
        match self {
            Self::Stored => 0xA0,
            Self::Snappy => 0xB0,
            Self::Chunked => 0xC0,
        }
    }
}

/// A section: its type and its body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section<'packet> {
    /// The type byte.
    pub kind: u8,
    /// Start of its header in the packet.
    pub at: usize,
    /// Start of its body in the packet.
    pub body_at: usize,
    /// Its body.
    pub body: &'packet [u8],
}

impl Section<'_> {
    /// Kind and storage of the section's texture; `None` for other types.
    pub fn texture(&self) -> Option<(TextureKind, SecondStage)> {
        let stage = match self.kind & 0xF0 {
            0xA0 => SecondStage::Stored,
            0xB0 => SecondStage::Snappy,
            0xC0 => SecondStage::Chunked,
            _ => return None,
        };
        Some((TextureKind::from_nibble(self.kind & 0x0F)?, stage))
    }
}

/// The sections that lie one behind the other in `bytes`, which begin at byte `at` of the packet.
///
/// After an error there are no more.
pub(super) struct Sections<'packet> {
    bytes: &'packet [u8],
    at: usize,
}

impl<'packet> Sections<'packet> {
    /// The sections in `bytes`.
    pub fn new(bytes: &'packet [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Start of the next section in the packet.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Bytes not read yet.
    pub fn rest(&self) -> &'packet [u8] {
        self.bytes
    }

    fn read(&mut self) -> Result<Section<'packet>, HapError> {
        let at = self.at;
        let bytes = self.bytes;
        let truncated = || HapError::TruncatedHeader { at };
        let &[low, middle, high, kind] = bytes.first_chunk::<4>().ok_or_else(truncated)?;
        let short_size = u32::from_le_bytes([low, middle, high, 0]);
        let (size, header_bytes) = if short_size == 0 {
            let &[_, _, _, _, a, b, c, d] = bytes.first_chunk::<8>().ok_or_else(truncated)?;
            (u32::from_le_bytes([a, b, c, d]), 8)
        } else {
            (short_size, 4)
        };
        let after_header = bytes.get(header_bytes..).ok_or_else(truncated)?;
        let too_long = || HapError::SectionTooLong {
            at,
            size: u64::from(size),
            available: after_header.len() as u64,
        };
        let (body, rest) = usize::try_from(size)
            .ok()
            .and_then(|size| after_header.split_at_checked(size))
            .ok_or_else(too_long)?;
        let body_at = at.checked_add(header_bytes).ok_or_else(too_long)?;
        self.at = body_at.checked_add(body.len()).ok_or_else(too_long)?;
        self.bytes = rest;
        Ok(Section {
            kind,
            at,
            body_at,
            body,
        })
    }
}

impl<'packet> Iterator for Sections<'packet> {
    type Item = Result<Section<'packet>, HapError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.bytes.is_empty() {
            return None;
        }
        let section = self.read();
        if section.is_err() {
            self.bytes = &[];
        }
        Some(section)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_both_lengths_give_the_same_section() {
        let short = [2, 0, 0, 0xAB, 7, 8];
        let long = [0, 0, 0, 0xAB, 2, 0, 0, 0, 7, 8];
        for (bytes, body_at) in [(&short[..], 104), (&long[..], 108)] {
            let mut sections = Sections::new(bytes, 100);
            let section = sections.next().expect("one").expect("whole");
            assert_eq!((section.kind, section.body_at), (0xAB, body_at));
            assert_eq!(section.body, [7, 8]);
            assert!(sections.next().is_none());
        }
    }

    #[test]
    fn sections_of_a_frame_of_two_textures_read_as_they_were_written() {
        let bytes = [
            0, 0, 0, 0x02, 0, 0, 0, 0, // empty, which needs the long form
            1, 0, 0, 0xAF, 9, // stored YCoCg
            3, 0, 0, 0xB1, 1, 2, 3, // Snappy alpha
        ];
        let listed: Vec<_> = Sections::new(&bytes, 0)
            .map(|section| section.expect("whole"))
            .map(|section| {
                let Section { kind, at, body, .. } = section;
                let texture = section.texture();
                format!("{kind:02x} at {at}, {} bytes: {texture:?}", body.len())
            })
            .collect();
        insta::assert_snapshot!(listed.join("\n"), @r"
        02 at 0, 0 bytes: None
        af at 8, 1 bytes: Some((YCoCgBc3, Stored))
        b1 at 13, 3 bytes: Some((AlphaBc4, Snappy))
        ");
    }

    #[test]
    fn a_size_that_would_wrap_32_bits_is_refused() {
        let bytes = [0, 0, 0, 0xAB, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2];
        let error = Sections::new(&bytes, 0).next().expect("one");
        assert!(matches!(
            error,
            Err(HapError::SectionTooLong {
                at: 0,
                size: 0xFFFF_FFFF,
                available: 2
            })
        ));
    }

    #[test]
    fn headers_that_are_cut_off_are_refused_wherever_they_end() {
        let long = [0, 0, 0, 0xAB, 2, 0, 0, 0];
        for length in 1..long.len() {
            let mut sections = Sections::new(&long[..length], 0);
            let first = sections.next().expect("an error");
            assert!(matches!(first, Err(HapError::TruncatedHeader { at: 0 })));
            assert!(sections.next().is_none(), "nothing after an error");
        }
    }
}
