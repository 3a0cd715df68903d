//! Kinds of picture files, by what they begin with.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use super::bytes::Bytes;

/// Brands of files whose main content is one picture (ISO/IEC 23008-12, 10; AVIF 1.1, 8; MIAF, ISO/IEC 23000-22). Those
/// of sequences, `msf1`, `hevc` and `avis`, are movies like any other.
const PICTURE_BRANDS: [[u8; 4]; 8] = [
    *b"mif1", *b"mif2", *b"heic", *b"heix", *b"heim", *b"heis", *b"avif", *b"miaf",
];

/// Kind of a picture file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum PictureKind {
    /// JPEG, and what is built upon it, such as MPO.
    Jpeg,
    /// PNG, still or animated.
    Png,
    /// WebP, still or animated.
    WebP,
    /// TIFF, and what is built upon it, such as DNG.
    Tiff,
    /// HEIC or AVIF, if its main content is one picture.
    Heif,
    /// Icons of several sizes.
    Ico,
    /// Anything else.
    Other,
}

impl PictureKind {
    /// That of a file of these bytes.
    pub(in crate::media) fn of<B: Bytes + ?Sized>(bytes: &B) -> Self {
        let Some(begin) = bytes.array::<12>(0) else {
            return Self::Other;
        };
        let [_, _, _, _, b4, b5, b6, b7, brand @ ..] = begin;
        match begin {
            [0xFF, 0xD8, 0xFF, ..] => Self::Jpeg,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Self::Png,
            [b'R', b'I', b'F', b'F', ..] if brand == *b"WEBP" => Self::WebP,
            // Version 43 is that of files over 4 GiB.
            [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Self::Tiff,
            [0, 0, 1, 0, ..] => Self::Ico,
            _ if [b4, b5, b6, b7] == *b"ftyp" && PICTURE_BRANDS.contains(&brand) => Self::Heif,
            _ => Self::Other,
        }
    }
}
