//! A file that libavformat reads through, which counts what is read and how long that takes.
//!
//! Handing libavformat an open file rather than a path keeps its protocols (network, concatenation, sub-files) out of
//! reach of what a file says, works with names that are not UTF-8, and never takes a `%d` in a name for a pattern.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::media::fault_injection::Faults;
use crate::time::Clock;

/// Bytes read and time spent reading them, since the file was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::media) struct ReadTotals {
    /// Bytes.
    pub bytes: u64,
    /// Nanoseconds.
    pub nanos: u64,
}

impl ReadTotals {
    /// Reads after `earlier` was taken.
    pub(in crate::media) fn since(self, earlier: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_sub(earlier.bytes),
            nanos: self.nanos.saturating_sub(earlier.nanos),
        }
    }
}

/// The counters, shared between the file inside libavformat and the demuxer around it.
///
/// Both are touched by one thread at a time, so relaxed ordering is enough.
#[derive(Debug, Default)]
pub(in crate::media) struct ReadCounter {
    bytes: AtomicU64,
    nanos: AtomicU64,
}

impl ReadCounter {
    /// The totals so far.
    pub(in crate::media) fn totals(&self) -> ReadTotals {
        ReadTotals {
            bytes: self.bytes.load(Ordering::Relaxed),
            nanos: self.nanos.load(Ordering::Relaxed),
        }
    }
}

/// A file whose reads are counted.
pub(in crate::media) struct CountingFile {
    file: File,
    faults: Faults,
    clock: Clock,
    counter: Arc<ReadCounter>,
}

impl CountingFile {
    /// Counts the reads of `file` in `counter`; `faults` are put under them.
    pub(in crate::media) fn new(
        file: File,
        faults: Faults,
        clock: Clock,
        counter: Arc<ReadCounter>,
    ) -> Self {
        Self {
            file,
            faults,
            clock,
            counter,
        }
    }
}

impl Read for CountingFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let begin = self.clock.now();
        let file = &mut self.file;
        let count = self.faults.read(buffer, |buffer| file.read(buffer))?;
        let nanos = u64::try_from((self.clock.now() - begin).nanos()).unwrap_or(0);
        self.counter
            .bytes
            .fetch_add(count as u64, Ordering::Relaxed);
        self.counter.nanos.fetch_add(nanos, Ordering::Relaxed);
        Ok(count)
    }
}

impl Seek for CountingFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn every_byte_that_is_read_is_counted() {
        let mut temporary = tempfile::tempfile().expect("temporary file");
        temporary.write_all(&[7; 1000]).expect("written");
        let counter = Arc::new(ReadCounter::default());
        let mut file = CountingFile::new(
            temporary,
            Faults::default(),
            Clock::system(),
            Arc::clone(&counter),
        );
        file.seek(SeekFrom::Start(400)).expect("seeks");
        let before = counter.totals();
        let mut rest = Vec::new();
        file.read_to_end(&mut rest).expect("reads");
        assert_eq!(counter.totals().since(before).bytes, 600);
    }
}
