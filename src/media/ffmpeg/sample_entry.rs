//! Where the four bytes stand that name the codec of a finished movie.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

/// The boxes between the file and a sample description (ISO/IEC 14496-12: 8.2.1, 8.3.1, 8.4.1, 8.4.4, 8.5.1, 8.5.2).
const PATH_TO_DESCRIPTION: [[u8; 4]; 6] =
    [*b"moov", *b"trak", *b"mdia", *b"minf", *b"stbl", *b"stsd"];

/// The offset of the tag in the first sample entry, or `None` if that is not `tag`.
pub(super) fn find_sample_entry(file: &mut File, tag: [u8; 4]) -> io::Result<Option<u64>> {
    let mut begin = 0;
    let mut end = file.seek(SeekFrom::End(0))?;
    for wanted in PATH_TO_DESCRIPTION {
        let Some(body) = find_box(file, begin, end, wanted)? else {
            return Ok(None);
        };
        (begin, end) = body;
    }
    // Version and flags, the count of entries, and the entry's size come before its tag (ISO/IEC 14496-12, 8.5.2.2).
    let at = begin.saturating_add(12);
    let mut found = [0; 4];
    if at.saturating_add(4) > end {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut found)?;
    Ok((found == tag).then_some(at))
}

/// Begin and end of the body of the first box of a type between two offsets.
fn find_box(
    file: &mut File,
    begin: u64,
    end: u64,
    wanted: [u8; 4],
) -> io::Result<Option<(u64, u64)>> {
    let mut at = begin;
    while at.saturating_add(8) <= end {
        let mut header = [0; 16];
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut header[..8])?;
        let [a, b, c, d, kind @ ..] = header[..8].try_into().unwrap_or([0; 8]);
        let (size, header_bytes) = match u32::from_be_bytes([a, b, c, d]) {
            // To the end, and 64 bits long.
            0 => (end.saturating_sub(at), 8),
            1 => {
                file.read_exact(&mut header[8..])?;
                let long = header[8..].try_into().unwrap_or([0; 8]);
                (u64::from_be_bytes(long), 16)
            }
            short => (u64::from(short), 8),
        };
        let next = at.saturating_add(size);
        if size < header_bytes || next > end {
            return Ok(None);
        }
        if kind == wanted {
            return Ok(Some((at + header_bytes, next)));
        }
        at = next;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn plain_box(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
        let size = (body.len() as u32 + 8).to_be_bytes();
        [&size, &kind, body].concat()
    }

    fn long_box(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
        let size = (body.len() as u64 + 16).to_be_bytes();
        [&1_u32.to_be_bytes()[..], &kind, &size, body].concat()
    }

    fn found(bytes: &[u8]) -> Option<u64> {
        let mut file = tempfile::tempfile().expect("temporary file");
        file.write_all(bytes).expect("written");
        find_sample_entry(&mut file, *b"HapY").expect("reads")
    }

    /// A movie whose description has one entry, each box made by `wrap`.
    fn movie(wrap: fn([u8; 4], &[u8]) -> Vec<u8>) -> Vec<u8> {
        let entry = plain_box(*b"HapY", &[0; 16]);
        let mut bytes = [&[0, 0, 0, 0, 0, 0, 0, 1], &entry[..]].concat();
        for kind in PATH_TO_DESCRIPTION.into_iter().rev() {
            // A neighbour before each, which holds the tag where nobody should look.
            bytes = [plain_box(*b"free", b"HapY"), wrap(kind, &bytes)].concat();
        }
        bytes
    }

    #[test]
    fn the_sample_entry_is_found_through_boxes_of_both_lengths() {
        for bytes in [movie(plain_box), movie(long_box)] {
            let at = found(&bytes).expect("an entry") as usize;
            assert_eq!(&bytes[at..at + 4], b"HapY");
            assert_eq!(
                bytes[at - 4..at],
                [0, 0, 0, 24],
                "the entry's size lies before"
            );
        }
    }

    #[test]
    fn boxes_that_are_wrong_or_missing_give_no_entry() {
        let whole = movie(plain_box);
        for length in 0..whole.len() - 16 {
            assert_eq!(found(&whole[..length]), None, "cut off at {length}");
        }
        let other = [plain_box(*b"moov", &plain_box(*b"udta", &[0; 40])), whole].concat();
        assert_eq!(found(&other), None, "the first movie box has no track");
        assert_eq!(
            found(&[0, 0, 0, 7, b'm', b'o', b'o', b'v']),
            None,
            "less than its header"
        );
    }
}
