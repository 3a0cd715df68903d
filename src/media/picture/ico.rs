//! The pictures of an icon file.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use super::bytes::Bytes;

/// The number of the largest picture, of those of one size the one with most bits a pixel; they are numbered from 0 in
/// the order of the directory, as FFmpeg's streams are.
pub(in crate::media) fn largest_in_ico<B: Bytes + ?Sized>(bytes: &B) -> Option<usize> {
    let [_, _, _, _, c0, c1] = bytes.array::<6>(0)?;
    let count = u64::from(u16::from_le_bytes([c0, c1]));
    let mut largest = None;
    for at in 0..count {
        let offset = at.checked_mul(16)?.checked_add(6)?;
        let [width, height, _, _, _, _, b0, b1] = bytes.array::<8>(offset)?;
        // 0 stands for 256.
        let side = |px: u8| if px == 0 { 256 } else { u32::from(px) };
        let area = side(width).saturating_mul(side(height));
        let size = (area, u16::from_le_bytes([b0, b1]));
        if largest.is_none_or(|(known, _)| size > known) {
            largest = Some((size, usize::try_from(at).ok()?));
        }
    }
    largest.map(|(_, at)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_and_deepest_is_found_wherever_it_lies() {
        let entry =
            |width: u8, bits: u8| [width, width, 0, 0, 1, 0, bits, 0, 9, 0, 0, 0, 0, 0, 0, 0];
        let file = |entries: &[[u8; 16]]| {
            let count = u8::try_from(entries.len()).expect("few");
            [&[0, 0, 1, 0, count, 0][..], &entries.concat()].concat()
        };
        let largest = |entries: &[[u8; 16]]| largest_in_ico(file(entries).as_slice());
        assert_eq!(
            largest(&[entry(16, 32), entry(0, 32), entry(48, 32)]),
            Some(1)
        );
        assert_eq!(
            largest(&[entry(48, 4), entry(48, 32), entry(48, 8)]),
            Some(1)
        );
        assert_eq!(largest(&[]), None);
        assert_eq!(largest_in_ico(&file(&[entry(1, 1)])[..12]), None, "cut");
    }
}
