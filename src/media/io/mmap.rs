//! The file mapped into memory.
//!
//! Kept to compare with, and for systems on which it is the quickest. Two things speak against it: a page that is not in
//! memory stops the thread where nobody can tell how long, and a file that becomes shorter between the check of its
//! length and the copy ends the program with the signal `SIGBUS`, as with every program that maps files. So it is never
//! chosen by itself.

use std::io;
use std::sync::Arc;

use memmap2::Mmap;

use super::{Backend, PacketBuffer, Reader, Refusal};
use crate::media::file::{MediaFile, ReadError};

/// Copies packets out of a mapping.
#[derive(Debug)]
pub struct MmapReader {
    map: Mmap,
    file: Arc<MediaFile>,
}

impl MmapReader {
    /// Maps the whole file.
    ///
    /// # Errors
    /// What the system said.
    pub fn open(file: Arc<MediaFile>) -> Result<Self, Refusal> {
        let map = map(&file)?;
        Ok(Self { map, file })
    }
}

impl Reader for MmapReader {
    fn backend(&self) -> Backend {
        Backend::Mmap
    }

    fn read(&self, offset: u64, len: usize, packet: &mut PacketBuffer) -> Result<(), ReadError> {
        let past_end = || ReadError::PastEnd {
            offset,
            wanted: len as u64,
        };
        let end = offset.checked_add(len as u64).ok_or_else(past_end)?;
        // A page past the end of a file that was cut short must not be touched.
        if end > self.file.as_file().metadata()?.len() {
            return Err(past_end());
        }
        let (Ok(begin), Ok(end)) = (usize::try_from(offset), usize::try_from(end)) else {
            return Err(past_end());
        };
        let stored = self.map.get(begin..end).ok_or_else(past_end)?;
        fetch(&self.map, begin, len);
        packet.resize(len).copy_from_slice(stored);
        Ok(())
    }
}

#[expect(
    unsafe_code,
    reason = "a mapping changes when its file does, which no type can rule out"
)]
fn map(file: &MediaFile) -> io::Result<Mmap> {
    // SAFETY: the mapping is only read, and only by copying bytes out of it whose values nothing relies on: another
    // program that writes to the file at that moment gives a packet with wrong bytes, which the decoder checks as it
    // checks every packet. A file that is cut short is looked for before each copy; see the module's documentation for
    // the moment that is left.
    unsafe { Mmap::map(file.as_file()) }
}

/// Has the system read the packet in one go, not page after page as they are touched.
fn fetch(map: &Mmap, begin: usize, len: usize) {
    #[cfg(unix)]
    if let Err(error) = map.advise_range(memmap2::Advice::WillNeed, begin, len) {
        tracing::trace!("mapped pages are read one by one: {error}");
    }
    #[cfg(not(unix))]
    let _ = (map, begin, len);
}
