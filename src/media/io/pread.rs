//! Positioned reads through the page cache.

use std::sync::Arc;

use super::{PacketBuffer, Reader};
use crate::media::file::{MediaFile, ReadError};
use crate::settings::IoMode;

/// Reads with the system's positioned read, `pread(2)`: quick for what the page cache holds, and there everywhere.
#[derive(Debug)]
pub struct PreadReader(Arc<MediaFile>);

impl PreadReader {
    /// Reads this file.
    pub fn new(file: Arc<MediaFile>) -> Self {
        Self(file)
    }
}

impl Reader for PreadReader {
    fn mode(&self) -> IoMode {
        IoMode::Pread
    }

    fn read(&self, offset: u64, len: usize, packet: &mut PacketBuffer) -> Result<(), ReadError> {
        self.0.read_exact_at(offset, packet.resize(len))
    }

    fn read_to(&self, offset: u64, out: &mut [u8]) -> Option<Result<(), ReadError>> {
        Some(self.0.read_exact_at(offset, out))
    }
}
