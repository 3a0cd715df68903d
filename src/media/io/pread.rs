//! Positioned reads through the page cache.

use std::sync::Arc;

use super::{PacketBuffer, Reader};
use crate::media::file::{MediaFile, ReadError};
use crate::settings::IoMode;

/// Reads with the system's positioned read, `pread(2)`: quick for what the page cache holds, and there everywhere.
///
/// What the cache holds is taken at once. Of the rest the system is told first (`POSIX_FADV_WILLNEED`), so that the disk
/// has the whole packet in its queue, and not only as much as is read ahead.
#[derive(Debug)]
pub struct PreadReader(Arc<MediaFile>);

impl PreadReader {
    /// Reads this file.
    pub fn new(file: Arc<MediaFile>) -> Self {
        Self(file)
    }

    /// Fills `out` with the bytes at `offset`; those up to `until` are needed next.
    fn fill(&self, offset: u64, out: &mut [u8], until: u64) -> Result<(), ReadError> {
        let wanted = out.len() as u64;
        let done = self.0.read_cached_at(offset, out);
        let rest = out.get_mut(done..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(());
        }
        let from = offset.saturating_add(done as u64);
        self.0.will_need(from, until.saturating_sub(from));
        let read = self.0.read_exact_at(from, rest);
        read.map_err(|error| match error {
            ReadError::PastEnd { .. } => ReadError::PastEnd { offset, wanted },
            ReadError::Io(_) => error,
        })
    }

    /// Makes `packet` the `len` bytes at `offset` if the page cache holds them all. If not, or where the system does not
    /// say, it holds anything.
    pub fn read_if_cached(&self, offset: u64, len: usize, packet: &mut PacketBuffer) -> bool {
        self.0.read_cached_at(offset, packet.resize(len)) == len
    }

    /// As [`Reader::read_to`], if the page cache holds all the bytes.
    pub fn read_to_if_cached(&self, offset: u64, out: &mut [u8]) -> bool {
        self.0.read_cached_at(offset, out) == out.len()
    }
}

impl Reader for PreadReader {
    fn mode(&self) -> IoMode {
        IoMode::Pread
    }

    fn read(&self, offset: u64, len: usize, packet: &mut PacketBuffer) -> Result<(), ReadError> {
        let until = offset.saturating_add(len as u64);
        self.fill(offset, packet.resize(len), until)
    }

    fn read_to(&self, offset: u64, out: &mut [u8], until: u64) -> Option<Result<(), ReadError>> {
        Some(self.fill(offset, out, until))
    }
}
