//! Bytes by their offset, in a file or in memory.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use crate::media::file::MediaFile;

/// Something that bytes are read from by offset.
pub(in crate::media) trait Bytes {
    /// Number of bytes.
    fn length(&self) -> u64;

    /// Fills a buffer with the bytes from an offset on; `None` if they are not all there.
    fn fill(&self, offset: u64, buffer: &mut [u8]) -> Option<()>;

    /// Bytes from an offset on; `None` if they are not all there.
    fn array<const N: usize>(&self, offset: u64) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.fill(offset, &mut bytes)?;
        Some(bytes)
    }

    /// Appends so many bytes from an offset on; `None`, and nothing appended, if they are not all there.
    fn append(&self, offset: u64, count: u64, to: &mut Vec<u8>) -> Option<()> {
        // Checked before memory is taken for them.
        if offset.checked_add(count)? > self.length() {
            return None;
        }
        let begin = to.len();
        to.resize(begin.checked_add(usize::try_from(count).ok()?)?, 0);
        let filled = self.fill(offset, to.get_mut(begin..)?);
        if filled.is_none() {
            to.truncate(begin);
        }
        filled
    }
}

impl Bytes for MediaFile {
    fn length(&self) -> u64 {
        self.len()
    }

    fn fill(&self, offset: u64, buffer: &mut [u8]) -> Option<()> {
        self.read_exact_at(offset, buffer).ok()
    }
}

impl Bytes for [u8] {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn fill(&self, offset: u64, buffer: &mut [u8]) -> Option<()> {
        let begin = usize::try_from(offset).ok()?;
        let end = begin.checked_add(buffer.len())?;
        buffer.copy_from_slice(self.get(begin..end)?);
        Some(())
    }
}
