//! Directories of TIFF data (TIFF 6.0, section 2; `BigTIFF` for version 43): which of the pictures is the main one.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use super::bytes::Bytes;

/// Entries of a directory that are looked at; they are in ascending order of their tags.
const MAX_ENTRIES: u64 = 4096;

/// Directories that are looked at for the main picture.
const MAX_DIRECTORIES: usize = 64;

/// Tags: the kind of picture, as it is now and as it was once; directories below one; the version of DNG.
const NEW_KIND: u16 = 254;
const OLD_KIND: u16 = 255;
const BELOW: u16 = 330;
const DNG_VERSION: u16 = 50_706;

/// TIFF data in a file.
pub(super) struct Tiff<'a, B: ?Sized> {
    bytes: &'a B,
    /// Offset that all others are counted from.
    begin: u64,
    is_little: bool,
    is_big: bool,
}

/// An entry: its type, its number of values, and where they begin.
struct Entry {
    kind: u64,
    count: u64,
    at: u64,
}

impl<'a, B: Bytes + ?Sized> Tiff<'a, B> {
    /// That which begins at an offset.
    pub fn of(bytes: &'a B, begin: u64) -> Option<Self> {
        let is_little = match &bytes.array(begin)? {
            b"II" => true,
            b"MM" => false,
            _ => return None,
        };
        let mut tiff = Self {
            bytes,
            begin,
            is_little,
            is_big: false,
        };
        tiff.is_big = tiff.number(2, 2)? == 43;
        Some(tiff)
    }

    /// The first number of an entry, in the directory of the main picture or else in the first.
    pub fn value(&self, tag: u16) -> Option<u64> {
        let main = self.main_directory()?;
        self.value_in(main, tag)
            .or_else(|| self.value_in(self.first_directory()?, tag))
    }

    /// Offset of the directory of the main picture: the first that is none made smaller of another, be it a page of its
    /// own or below the first. Raw pictures are left to FFmpeg, which takes more than one directory to develop them.
    pub fn main_directory(&self) -> Option<u64> {
        let first = self.first_directory()?;
        if !self.is_reduced(first) || self.value_in(first, DNG_VERSION).is_some() {
            return Some(first);
        }
        let pages = std::iter::successors(self.next_directory(first), |page| {
            self.next_directory(*page)
        });
        let below = self.entry(first, BELOW);
        let below = (0..below.as_ref().map_or(0, |below| below.count))
            .map_while(|at| self.value_at(below.as_ref()?, at));
        let mut others = pages
            .take(MAX_DIRECTORIES)
            .chain(below.take(MAX_DIRECTORIES));
        Some(others.find(|&other| self.is_whole(other)).unwrap_or(first))
    }

    /// True if a directory is there, and of a picture that is not made smaller of another.
    fn is_whole(&self, directory: u64) -> bool {
        self.number(directory, 2).is_some() && !self.is_reduced(directory)
    }

    fn is_reduced(&self, directory: u64) -> bool {
        let new = self.value_in(directory, NEW_KIND);
        let old = self.value_in(directory, OLD_KIND);
        new.is_some_and(|kind| kind & 1 != 0) || old == Some(2)
    }

    /// Offset of the first directory.
    pub fn first_directory(&self) -> Option<u64> {
        if self.is_big {
            self.number(8, 8)
        } else {
            self.number(4, 4)
        }
    }

    /// Offset of the one behind a directory; `None` at the last.
    fn next_directory(&self, directory: u64) -> Option<u64> {
        let (first, entry_bytes, entries) = self.entries(directory)?;
        let at = first.checked_add(entries.checked_mul(entry_bytes)?)?;
        let next = self.number(at, if self.is_big { 8 } else { 4 })?;
        (next != 0).then_some(next)
    }

    /// Offset of the first entry of a directory, bytes of each, and their number.
    fn entries(&self, directory: u64) -> Option<(u64, u64, u64)> {
        let (count_bytes, entry_bytes) = if self.is_big { (8, 20) } else { (2, 12) };
        let entries = self.number(directory, count_bytes)?;
        let first = directory.checked_add(count_bytes as u64)?;
        (entries <= MAX_ENTRIES).then_some((first, entry_bytes, entries))
    }

    fn value_in(&self, directory: u64, tag: u16) -> Option<u64> {
        self.value_at(&self.entry(directory, tag)?, 0)
    }

    fn entry(&self, directory: u64, tag: u16) -> Option<Entry> {
        let (first, entry_bytes, entries) = self.entries(directory)?;
        let (offset_bytes, value_at) = if self.is_big { (8, 12) } else { (4, 8) };
        for entry in 0..entries {
            let at = first.checked_add(entry.checked_mul(entry_bytes)?)?;
            if self.number(at, 2)? != u64::from(tag) {
                continue;
            }
            let kind = self.number(at.checked_add(2)?, 2)?;
            let count = self.number(at.checked_add(4)?, offset_bytes)?;
            let bytes = count.checked_mul(value_bytes(kind)?)?;
            let mut at = at.checked_add(value_at)?;
            // What does not fit lies elsewhere.
            if bytes > offset_bytes as u64 {
                at = self.number(at, offset_bytes)?;
            }
            return Some(Entry { kind, count, at });
        }
        None
    }

    /// One of the numbers of an entry.
    fn value_at(&self, entry: &Entry, at: u64) -> Option<u64> {
        let bytes = value_bytes(entry.kind)?;
        if at >= entry.count {
            return None;
        }
        let at = entry.at.checked_add(at.checked_mul(bytes)?)?;
        self.number(at, usize::try_from(bytes).ok()?)
    }

    /// A number of so many bytes, at most eight.
    fn number(&self, offset: u64, count: usize) -> Option<u64> {
        let mut number = [0; 8];
        let stored = number.get_mut(..count)?;
        self.bytes.fill(self.begin.checked_add(offset)?, stored)?;
        if !self.is_little {
            stored.reverse();
        }
        Some(u64::from_le_bytes(number))
    }
}

/// Bytes of a whole number of this type: a byte, of two, of four, a directory, of eight, a directory of eight.
fn value_bytes(kind: u64) -> Option<u64> {
    match kind {
        1 => Some(1),
        3 => Some(2),
        4 | 13 => Some(4),
        16 | 18 => Some(8),
        _ => None,
    }
}

/// Has TIFF data begin with its main picture, as FFmpeg decodes the first one that it finds. Other data stays.
pub(in crate::media) fn begin_with_main_picture(bytes: &mut [u8]) {
    let directory = Tiff::of(&*bytes, 0).and_then(|tiff| {
        let main = tiff.main_directory()?;
        let is_other = !tiff.is_big && Some(main) != tiff.first_directory();
        let main = u32::try_from(main).ok().filter(|_| is_other)?;
        Some(if tiff.is_little {
            main.to_le_bytes()
        } else {
            main.to_be_bytes()
        })
    });
    if let Some((directory, at)) = directory.zip(bytes.get_mut(4..8)) {
        at.copy_from_slice(&directory);
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "tests fail loudly")]
mod tests {
    use super::*;

    /// Little-endian data of directories, each of which has a kind and an orientation.
    fn pages(kinds: &[u32]) -> Vec<u8> {
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        for (at, kind) in kinds.iter().enumerate() {
            bytes.extend([2, 0]);
            bytes.extend([254, 0, 4, 0, 1, 0, 0, 0]);
            bytes.extend(kind.to_le_bytes());
            bytes.extend([0x12, 1, 3, 0, 1, 0, 0, 0]);
            bytes.extend([u8::try_from(at).expect("few") + 1, 0, 0, 0]);
            let next = u32::try_from(bytes.len() + 4).expect("short");
            let is_last = at + 1 == kinds.len();
            bytes.extend(if is_last { 0 } else { next }.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn the_main_picture_is_the_first_that_is_not_made_smaller() {
        for (kinds, main) in [
            (&[0][..], 1),
            (&[0, 1], 1),
            (&[1, 0], 2),
            (&[1, 1, 2, 0], 3),
            (&[1, 1], 1),
        ] {
            let mut bytes = pages(kinds);
            let orientation = |bytes: &[u8]| Tiff::of(bytes, 0).and_then(|tiff| tiff.value(0x0112));
            assert_eq!(orientation(&bytes), Some(main), "{kinds:?}");
            begin_with_main_picture(&mut bytes);
            let first = Tiff::of(bytes.as_slice(), 0).and_then(|tiff| {
                let first = tiff.first_directory()?;
                tiff.value_in(first, 0x0112)
            });
            assert_eq!(first, Some(main), "{kinds:?}");
        }
    }

    #[test]
    fn directories_that_lead_to_themselves_end() {
        let mut bytes = pages(&[1, 1]);
        let end = bytes.len() - 4;
        bytes[end..].copy_from_slice(&8_u32.to_le_bytes());
        let before = bytes.clone();
        begin_with_main_picture(&mut bytes);
        assert_eq!(bytes, before, "none is the main one");
    }
}
