//! The file mapped into memory.
//!
//! Kept to compare with, and for systems on which it is the quickest. Two things speak against it, so it is never
//! chosen by itself. A page that is not in memory stops the thread for an unknown time. And touching a page
//! past the end of a file that became shorter, or one that the disk cannot read any more, ends the program with the
//! signal `SIGBUS`, as in every program that maps files. So before each copy the file's length is asked for, and the
//! system is told to have the pages in memory, which says so where it cannot (madvise(2), `MADV_POPULATE_READ`, Linux
//! 5.14); then the packet is read by `pread`, which gives an error instead. What remains is a file cut short by another
//! program between that and the end of the copy, some hundred microseconds. Catching the signal would take a handler in
//! which nearly nothing may be done, for a way of reading that nobody needs: who plays files that others may change
//! leaves it alone.

use std::io;
use std::sync::Arc;

use memmap2::Mmap;

use super::{PacketBuffer, Reader, Refusal};
use crate::media::file::{MediaFile, ReadError};
use crate::settings::IoMode;

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
    /// The system's error.
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
        if !fetch(&self.map, begin, out.len()) {
            return self.file.read_exact_at(offset, out);
        }
        out.copy_from_slice(stored);
        Ok(())
    }
}

impl Reader for MmapReader {
    fn mode(&self) -> IoMode {
        IoMode::Mmap
    }

    fn read(&self, offset: u64, len: usize, packet: &mut PacketBuffer) -> Result<(), ReadError> {
        self.copy(offset, packet.resize(len))
    }

    fn read_to(&self, offset: u64, out: &mut [u8], _until: u64) -> Option<Result<(), ReadError>> {
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

/// Has the system read the packet in one go, not page after page as they are touched. False where it says that there
/// are pages it cannot have in memory, which then must not be touched.
fn fetch(map: &Mmap, begin: usize, len: usize) -> bool {
    #[cfg(target_os = "linux")]
    match map.advise_range(memmap2::Advice::PopulateRead, begin, len) {
        Ok(()) => return true,
        // A system older than that knows nothing of it.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {}
        Err(error) => {
            tracing::debug!("mapped pages cannot be had: {error}");
            return false;
        }
    }
    #[cfg(unix)]
    if let Err(error) = map.advise_range(memmap2::Advice::WillNeed, begin, len) {
        tracing::trace!("mapped pages are read one by one: {error}");
    }
    #[cfg(not(unix))]
    let _ = (map, begin, len);
    true
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn pages_past_the_end_of_a_file_that_shrank_are_not_touched() {
        const PAGES: usize = 16 * 4096;
        let mut temporary = tempfile::NamedTempFile::new().expect("a file");
        temporary.write_all(&vec![7; PAGES]).expect("written");
        let file = Arc::new(MediaFile::open(temporary.path()).expect("opens"));
        let reader = MmapReader::open(Arc::clone(&file)).expect("maps");
        assert!(fetch(&reader.map, 100, PAGES - 100), "it is whole");
        temporary.as_file().set_len(4096).expect("shrinks");
        // As if it had shrunk right after its length was asked for.
        assert!(!fetch(&reader.map, 4096, PAGES - 4096), "nothing is there");
        assert!(fetch(&reader.map, 0, 4096), "the first page still is");
        let mut out = [0; 16];
        let read = reader.copy(8192, &mut out);
        assert!(matches!(read, Err(ReadError::PastEnd { .. })), "{read:?}");
    }
}
