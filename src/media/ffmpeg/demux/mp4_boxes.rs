//! The outermost boxes of an ISO base media or QuickTime file (ISO/IEC 14496-12, 4.2), to distinguish what FFmpeg
//! does not: a file without its index, and one whose index is spread over fragments.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use crate::media::file::MediaFile;

/// Boxes looked at before giving up; ordinary files have fewer than ten at this level before the first fragment.
const MAX_BOXES: usize = 4096;

/// Boxes found at the outermost level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OuterBoxes {
    /// True if the file begins as one of this family.
    pub is_family: bool,
    /// True if the index is there: a `moov` box (8.2.1), whole.
    pub has_index: bool,
    /// True if there are fragments: a `moof` box (8.8.4).
    pub has_fragments: bool,
    /// True if media data, an `mdat` box (8.1.1), comes before the index.
    pub is_index_last: bool,
}

/// Types that a file of this family may begin with: `ftyp` (ISO/IEC 14496-12, 4.3), `moov` (8.2.1), `mdat` (8.1.1),
/// `free` and `skip` (8.1.2); `wide` and `pnot` of the QuickTime File Format, Basic Data Formats.
const FIRST_KINDS: [[u8; 4]; 7] = [
    *b"ftyp", *b"moov", *b"mdat", *b"wide", *b"free", *b"skip", *b"pnot",
];

impl OuterBoxes {
    /// Walks over the boxes from the start of the file, reading their headers only.
    pub(crate) fn scan(file: &MediaFile) -> Self {
        let mut found = Self::default();
        let mut offset = 0;
        for _ in 0..MAX_BOXES {
            let Some(header) = BoxHeader::read(file, offset) else {
                break;
            };
            if offset == 0 {
                found.is_family = FIRST_KINDS.contains(&header.kind);
            }
            found.is_index_last |= !found.has_index && &header.kind == b"mdat";
            found.has_index |= &header.kind == b"moov" && header.end <= file.len();
            found.has_fragments |= &header.kind == b"moof";
            if !found.is_family || found.has_fragments {
                break;
            }
            offset = header.end;
        }
        found
    }
}

/// The header of a box (ISO/IEC 14496-12, 4.2): size 0 reaches to the end of the file, size 1 has a size of 64 bits.
struct BoxHeader {
    kind: [u8; 4],
    end: u64,
}

impl BoxHeader {
    fn read(file: &MediaFile, offset: u64) -> Option<Self> {
        let mut short = [0; 8];
        file.read_exact_at(offset, &mut short).ok()?;
        let [s0, s1, s2, s3, kind @ ..] = short;
        let (header_bytes, size) = match u32::from_be_bytes([s0, s1, s2, s3]) {
            0 => (8, file.len().checked_sub(offset)?),
            1 => {
                let mut long = [0; 8];
                file.read_exact_at(offset.checked_add(8)?, &mut long).ok()?;
                (16, u64::from_be_bytes(long))
            }
            size => (8, u64::from(size)),
        };
        if size < header_bytes {
            return None;
        }
        let end = offset.checked_add(size)?;
        Some(Self { kind, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn scan(bytes: &[u8]) -> OuterBoxes {
        let mut file = tempfile::NamedTempFile::new().expect("temporary file");
        file.write_all(bytes).expect("written");
        OuterBoxes::scan(&MediaFile::open(file.path()).expect("opens"))
    }

    #[test]
    fn an_index_counts_only_if_it_is_whole() {
        let whole = scan(b"\0\0\0\x08ftyp\0\0\0\x01mdat\0\0\0\0\0\0\0\x10\0\0\0\x0amoovxx");
        assert!(whole.is_family && whole.has_index && !whole.has_fragments);
        assert!(whole.is_index_last, "behind the media data");
        assert!(!scan(b"\0\0\0\x08ftyp\0\0\0\x08moov\0\0\0\x08mdat").is_index_last);
        let cut = scan(b"\0\0\0\x08ftyp\0\0\0\x0bmoovxx");
        assert!(cut.is_family && !cut.has_index);
    }

    #[test]
    fn fragments_are_seen_and_sizes_that_lie_end_the_walk() {
        assert!(scan(b"\0\0\0\x08ftyp\0\0\0\x08moov\0\0\0\x08moof").has_fragments);
        assert!(!scan(b"\0\0\0\x08ftyp\0\0\0\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff").has_index);
        assert!(!scan(b"\0\0\0\x08ftyp\0\0\0\x02moov").has_index);
        assert_eq!(scan(b"RIFF\x08\0\0\0AVI "), OuterBoxes::default());
    }
}
