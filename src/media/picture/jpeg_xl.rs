//! JPEG XL, as far as it shows whether a file is an animation (ISO/IEC 18181-1, Annex D; boxes: ISO/IEC 18181-2).
//!
//! FFmpeg before 6.1 gives the first frame of an animation as if it were all.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use super::bytes::Bytes;

/// The box that a file begins with whose pictures lie in boxes.
const SIGNATURE: [u8; 12] = *b"\0\0\0\x0CJXL \r\n\x87\n";

/// Boxes that are looked at until the pictures begin.
const MAX_BOXES: usize = 64;

/// Bytes that the header is read from: more than the longest that says whether there is an animation.
const HEADER_BYTES: usize = 48;

/// True if a file of JPEG XL holds an animation.
pub(in crate::media) fn is_animated_jpeg_xl<B: Bytes + ?Sized>(bytes: &B) -> bool {
    let begin = codestream(bytes);
    begin.and_then(|begin| has_animation(bytes, begin)) == Some(true)
}

/// Offset of the first byte of the pictures.
fn codestream<B: Bytes + ?Sized>(bytes: &B) -> Option<u64> {
    if bytes.array(0) == Some([0xFF, 0x0A]) {
        return Some(0);
    }
    if bytes.array(0)? != SIGNATURE {
        return None;
    }
    let mut at = SIGNATURE.len() as u64;
    for _ in 0..MAX_BOXES {
        let [s0, s1, s2, s3, kind @ ..] = bytes.array::<8>(at)?;
        let size = u64::from(u32::from_be_bytes([s0, s1, s2, s3]));
        let (header, size) = match size {
            1 => (16, u64::from_be_bytes(bytes.array(at.checked_add(8)?)?)),
            size => (8, size),
        };
        match &kind {
            b"jxlc" => return at.checked_add(header),
            // The number of a part comes first.
            b"jxlp" => return at.checked_add(header)?.checked_add(4),
            _ if size < header => return None,
            _ => at = at.checked_add(size)?,
        }
    }
    None
}

fn has_animation<B: Bytes + ?Sized>(bytes: &B, begin: u64) -> Option<bool> {
    let mut header = [0; HEADER_BYTES];
    // A short file is filled up with zeros.
    let there = bytes.length().checked_sub(begin)?.min(HEADER_BYTES as u64);
    bytes.fill(begin, header.get_mut(..usize::try_from(there).ok()?)?)?;
    let mut bits = Bits {
        bytes: &header,
        at: 16,
    };
    bits.size()?;
    let is_all_default = bits.flag()?;
    let has_extra_fields = !is_all_default && bits.flag()?;
    if !has_extra_fields {
        return Some(false);
    }
    // Orientation.
    bits.take(3)?;
    if bits.flag()? {
        bits.size()?;
    }
    if bits.flag()? {
        bits.preview()?;
    }
    bits.flag()
}

/// Bits of bytes, the lowest first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: u32) -> Option<u32> {
        let mut number = 0;
        for place in 0..count {
            let byte = self.bytes.get(self.at >> 3)?;
            let place_in_byte = u32::try_from(self.at & 7).ok()?;
            let bit = u32::from(byte.checked_shr(place_in_byte)? & 1);
            number |= bit.checked_shl(place)?;
            self.at = self.at.checked_add(1)?;
        }
        Some(number)
    }

    fn flag(&mut self) -> Option<bool> {
        Some(self.take(1)? == 1)
    }

    /// A number that begins with two bits, which choose how many follow.
    fn chosen(&mut self, lengths: [u32; 4]) -> Option<u32> {
        let choice = usize::try_from(self.take(2)?).ok()?;
        self.take(*lengths.get(choice)?)
    }

    /// Sides of a picture: the height, then a ratio or the width. Only what they take counts.
    fn sides(&mut self, side: impl Fn(&mut Self, bool) -> Option<u32>) -> Option<()> {
        let is_in_blocks = self.flag()?;
        side(self, is_in_blocks)?;
        if self.take(3)? == 0 {
            side(self, is_in_blocks)?;
        }
        Some(())
    }

    /// D.2, `SizeHeader`.
    fn size(&mut self) -> Option<()> {
        self.sides(|bits, is_in_blocks| {
            if is_in_blocks {
                bits.take(5)
            } else {
                bits.chosen([9, 13, 18, 30])
            }
        })
    }

    /// D.3.4, `PreviewHeader`.
    fn preview(&mut self) -> Option<()> {
        self.sides(|bits, is_in_blocks| {
            bits.chosen(if is_in_blocks {
                [0, 0, 5, 9]
            } else {
                [6, 8, 10, 12]
            })
        })
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "tests fail loudly")]
mod tests {
    use super::*;

    /// Three frames and one, of libjxl.
    const ANIMATION: &str = "ff0ac7054d002026080401001c004b18";
    const STILL: &str = "ff0ac741240804010044004b188b1580";

    fn bytes(hex: &str) -> Vec<u8> {
        let digit = |at: usize| u8::from_str_radix(hex.get(at..at + 2).expect("two"), 16);
        let places = (0..hex.len()).step_by(2);
        places.map(|at| digit(at).expect("digits")).collect()
    }

    #[test]
    fn animations_are_told_from_stills_in_boxes_and_without() {
        for (hex, expected) in [(ANIMATION, true), (STILL, false)] {
            let bare = bytes(hex);
            assert_eq!(is_animated_jpeg_xl(bare.as_slice()), expected);
            let boxes = b"\0\0\0\x14ftypjxl \0\0\0\0jxl \0\0\0\0jxlc";
            let boxed = [&SIGNATURE[..], boxes, &bare].concat();
            assert_eq!(is_animated_jpeg_xl(boxed.as_slice()), expected, "in a box");
        }
    }

    #[test]
    fn whatever_is_cut_short_is_no_animation() {
        for length in 0..4 {
            assert!(!is_animated_jpeg_xl(
                bytes(ANIMATION).get(..length).expect("shorter")
            ));
        }
        assert!(!is_animated_jpeg_xl(b"no picture at all".as_slice()));
    }
}
