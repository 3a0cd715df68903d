//! The file mapped into memory.
//!
//! Kept to compare with, and for systems on which it is the quickest. Two things speak against it, so it is never chosen
//! by itself. A page that is not in memory stops the thread where nobody can tell how long. And a page past the end of a
//! file that became shorter ends the program with the signal `SIGBUS`, as in every program that maps files. So the
//! file's length is asked for before each copy, and once the file is shorter than it was mapped, it is read by `pread`,
//! which gives an error instead. What remains is a file cut short in the moment between that question and the copy's
//! end, some hundred microseconds, by another program on this machine; and a disk that cannot read a page any more, or a
//! network drive that goes away. Who plays files that others may change does well to leave this way alone.

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

impl MmapReader {
    fn copy(&self, offset: u64, out: &mut [u8]) -> Result<(), ReadError> {
        let mapped = self.map.len() as u64;
        if self.file.as_file().metadata()?.len() < mapped {
            return self.file.read_exact_at(offset, out);
        }
        let past_end = || ReadError::PastEnd {
            offset,
            wanted: out.len() as u64,
        };
        let begin = usize::try_from(offset).ok();
        let (begin, end) = begin
            .and_then(|begin| Some((begin, begin.checked_add(out.len())?)))
            .ok_or_else(past_end)?;
        let stored = self.map.get(begin..end).ok_or_else(past_end)?;
        fetch(&self.map, begin, out.len());
        out.copy_from_slice(stored);
        Ok(())
    }
}

impl Reader for MmapReader {
    fn backend(&self) -> Backend {
        Backend::Mmap
    }

    fn read(&self, offset: u64, len: usize, packet: &mut PacketBuffer) -> Result<(), ReadError> {
        self.copy(offset, packet.resize(len))
    }

    fn read_to(&self, offset: u64, out: &mut [u8]) -> Option<Result<(), ReadError>> {
        Some(self.copy(offset, out))
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
