//! The way of reading that is chosen from read to read: from the page cache what that holds, the rest as suits the disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use super::disk::Disk;
use super::reason::ReadReason;
use super::way::Way;
use super::{PacketBuffer, PreadReader, Reader};
use crate::media::file::{MediaFile, ReadError};
use crate::settings::IoMode;

/// Packets in a row that the page cache lacks before a file that it held counts as not held any more: one may have been
/// taken out alone.
const MISSES: u8 = 3;

/// Reads a file as its disk is read best, or from the page cache while that holds it.
///
/// Both ways are open from the start, so that a change costs nothing and no read that is in flight hears of it.
#[derive(Debug)]
pub struct AutoReader {
    direct: Box<dyn Reader>,
    cached: Box<dyn Reader>,
    in_cache: InCache,
    disk: Arc<Disk>,
}

/// A file that the page cache held when it was opened.
#[derive(Debug)]
struct InCache {
    reader: PreadReader,
    percent: u8,
    /// Misses in a row that are left until it does not count as held any more.
    credit: AtomicU8,
}

impl InCache {
    fn is_believed(&self) -> bool {
        // Relaxed, as all of it: a read more or less that asks the cache first changes no result.
        self.credit.load(Ordering::Relaxed) > 0
    }

    /// Notes whether the cache held a packet, and gives that back.
    fn note(&self, is_hit: bool) -> bool {
        if is_hit {
            self.credit.store(MISSES, Ordering::Relaxed);
        } else {
            let lower = |credit: u8| Some(credit.saturating_sub(1));
            self.credit
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, lower)
                .ok();
        }
        is_hit
    }
}

impl AutoReader {
    /// Reads by these two readers of one file, as `disk` chooses.
    pub fn new(
        file: Arc<MediaFile>,
        direct: Box<dyn Reader>,
        cached: Box<dyn Reader>,
        disk: Arc<Disk>,
    ) -> Self {
        Self {
            direct,
            cached,
            in_cache: InCache {
                reader: PreadReader::new(file),
                percent: 0,
                credit: AtomicU8::new(0),
            },
            disk,
        }
    }

    /// Believes that the page cache holds the file, so many percent of it, until it is found not to.
    #[must_use]
    pub fn in_page_cache(mut self, percent: u8) -> Self {
        self.in_cache.percent = percent;
        self.in_cache.credit = AtomicU8::new(MISSES);
        self
    }

    fn end(&self, way: Way, bytes: usize, is_good: bool) {
        self.disk.end(way, if is_good { bytes } else { 0 });
    }
}

impl Reader for AutoReader {
    fn mode(&self) -> IoMode {
        if self.in_cache.is_believed() {
            IoMode::Pread
        } else {
            self.disk.choice().0.mode()
        }
    }

    fn read(&self, offset: u64, len: usize, packet: &mut PacketBuffer) -> Result<(), ReadError> {
        let in_cache = &self.in_cache;
        if in_cache.is_believed()
            && in_cache.note(in_cache.reader.read_if_cached(offset, len, packet))
        {
            return Ok(());
        }
        let way = self.disk.begin();
        let result = match way {
            Way::Direct => match self.direct.read(offset, len, packet) {
                // Some file systems refuse single reads that others of the same file had no trouble with.
                Err(ReadError::Io(error)) if error.kind() == std::io::ErrorKind::InvalidInput => {
                    self.cached.read(offset, len, packet)
                }
                result => result,
            },
            Way::Cached => self.cached.read(offset, len, packet),
        };
        self.end(way, len, result.is_ok());
        result
    }

    fn read_to(&self, offset: u64, out: &mut [u8], until: u64) -> Option<Result<(), ReadError>> {
        let in_cache = &self.in_cache;
        if in_cache.is_believed() && in_cache.note(in_cache.reader.read_to_if_cached(offset, out)) {
            return Some(Ok(()));
        }
        // A direct read needs memory of its own choice.
        if !self.disk.begin_if(Way::Cached) {
            return None;
        }
        let result = self.cached.read_to(offset, out, until);
        let is_good = matches!(result, Some(Ok(())));
        self.end(Way::Cached, out.len(), is_good);
        result
    }

    fn reason(&self) -> Option<ReadReason> {
        Some(if self.in_cache.is_believed() {
            let percent = self.in_cache.percent;
            ReadReason::InPageCache { percent }
        } else {
            self.disk.choice().1
        })
    }
}
