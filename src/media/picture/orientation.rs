//! The turn that a picture needs to be seen upright, as EXIF has it (EXIF 2.32, 4.6.4.A, tag 0x0112).
//!
//! FFmpeg's decoders tell it of JPEG alone before version 8, and it is known only once a picture is decoded.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use super::bytes::Bytes;
use super::chunks::{png_chunks, riff_chunks};
use super::kind::PictureKind;
use super::tiff::Tiff;
use crate::media::frame::Turn;

/// Marker segments of a JPEG file that are looked at before its picture begins.
const MAX_SEGMENTS: usize = 1024;

/// The tag of the orientation.
const ORIENTATION: u16 = 0x0112;

/// What EXIF begins with in JPEG files, and elsewhere where a writer erred.
const EXIF_MARK: [u8; 6] = *b"Exif\0\0";

/// The turn of a file of a picture; none where the file says nothing of it.
pub(in crate::media) fn turn_of<B: Bytes + ?Sized>(bytes: &B) -> Turn {
    let begin = match PictureKind::of(bytes) {
        PictureKind::Jpeg => segment(bytes, 0xE1, &EXIF_MARK),
        PictureKind::Png => png_chunks(bytes)
            .find(|chunk| &chunk.kind == b"eXIf")
            .map(|chunk| behind_mark(bytes, chunk.offset)),
        PictureKind::WebP => riff_chunks(bytes, 12, bytes.length())
            .find(|chunk| &chunk.kind == b"EXIF")
            .map(|chunk| behind_mark(bytes, chunk.offset)),
        PictureKind::Tiff => Some(0),
        // In HEIF files a property of the picture counts, and EXIF does not (ISO/IEC 23008-12, 6.5).
        PictureKind::Heif | PictureKind::Ico | PictureKind::Other => None,
    };
    begin
        .and_then(|begin| Tiff::of(bytes, begin)?.value(ORIENTATION))
        .and_then(|orientation| Turn::from_exif(u16::try_from(orientation).ok()?))
        .unwrap_or_default()
}

/// True if a JPEG file says that there are other pictures behind the first (CIPA DC-007, Multi-Picture Format).
pub(in crate::media) fn has_more_pictures<B: Bytes + ?Sized>(bytes: &B) -> bool {
    segment(bytes, 0xE2, b"MPF\0").is_some()
}

/// Offset of what follows a mark at the start of a segment with this marker, before the picture of a JPEG file begins.
fn segment<B: Bytes + ?Sized>(bytes: &B, marker: u8, mark: &[u8]) -> Option<u64> {
    let mut at = 2_u64;
    for _ in 0..MAX_SEGMENTS {
        let [ff, kind, l0, l1] = bytes.array::<4>(at)?;
        if ff != 0xFF {
            return None;
        }
        match kind {
            // A byte to fill up with.
            0xFF => {
                at = at.checked_add(1)?;
                continue;
            }
            // The picture's data begins, or all ends.
            0xD8..=0xDA => return None,
            _ => {}
        }
        let content = at.checked_add(4)?;
        if kind == marker && begins_with(bytes, content, mark) {
            return content.checked_add(mark.len() as u64);
        }
        at = at
            .checked_add(2)?
            .checked_add(u64::from(u16::from_be_bytes([l0, l1])))?;
    }
    None
}

fn begins_with<B: Bytes + ?Sized>(bytes: &B, offset: u64, mark: &[u8]) -> bool {
    let mut found = [0; EXIF_MARK.len()];
    let found = found.get_mut(..mark.len());
    found.is_some_and(|found| bytes.fill(offset, found).is_some() && found == mark)
}

/// The offset, or that behind a mark that does not belong there.
fn behind_mark<B: Bytes + ?Sized>(bytes: &B, offset: u64) -> u64 {
    if begins_with(bytes, offset, &EXIF_MARK) {
        offset.saturating_add(EXIF_MARK.len() as u64)
    } else {
        offset
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "tests fail loudly")]
mod tests {
    use super::*;

    /// TIFF data whose only entry is an orientation.
    fn tiff(is_little: bool, value: u16) -> Vec<u8> {
        let two = |number: u16| {
            if is_little {
                number.to_le_bytes()
            } else {
                number.to_be_bytes()
            }
        };
        let four = |number: u32| {
            if is_little {
                number.to_le_bytes()
            } else {
                number.to_be_bytes()
            }
        };
        let mark = if is_little { *b"II" } else { *b"MM" };
        let mut bytes = [&mark[..], &two(42), &four(8), &two(1)].concat();
        bytes.extend([two(ORIENTATION), two(3)].concat());
        bytes.extend(four(1));
        bytes.extend([two(value), two(0)].concat());
        bytes.extend(four(0));
        bytes
    }

    fn jpeg(value: u16) -> Vec<u8> {
        let exif = [&EXIF_MARK[..], &tiff(false, value)].concat();
        let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
        let other = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xFF, 0xE1];
        [&other[..], &length, &exif, &[0xFF, 0xD9]].concat()
    }

    #[test]
    fn every_orientation_is_read_in_both_orders_of_bytes() {
        for value in 1..=8 {
            let expected = Turn::from_exif(value).expect("one of the eight");
            for is_little in [false, true] {
                assert_eq!(turn_of(tiff(is_little, value).as_slice()), expected);
            }
            assert_eq!(turn_of(jpeg(value).as_slice()), expected);
        }
        for value in [0, 9, 90, u16::MAX] {
            assert_eq!(turn_of(jpeg(value).as_slice()), Turn::default(), "{value}");
        }
    }

    #[test]
    fn whatever_is_cut_short_or_changed_is_no_turn_or_another_and_no_panic() {
        for whole in [jpeg(6), tiff(true, 6), tiff(false, 6)] {
            for length in 0..whole.len() {
                let _: Turn = turn_of(whole.get(..length).expect("shorter"));
            }
            for at in 0..whole.len() {
                for value in [0, 1, 0x7F, 0x80, 0xFF] {
                    let mut changed = whole.clone();
                    *changed.get_mut(at).expect("inside") = value;
                    let _: Turn = turn_of(changed.as_slice());
                }
            }
        }
    }
}
