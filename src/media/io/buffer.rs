//! Memory that packets are read to.

use std::ops::{Deref, DerefMut, Range};

use memmap2::MmapMut;

/// Bytes of a huge page on x86-64, and on arm64 with pages of 4 KiB.
const HUGE_PAGE_BYTES: usize = 2 << 20;

/// Bytes of a direct read from which on it goes to huge pages. A read of fewer is a few requests to the disk in any
/// memory, and each buffer takes whole huge pages.
const WORTH_HUGE_PAGES_BYTES: usize = 256 << 10;

/// The stored bytes of one frame, in memory that is used again for the next.
///
/// Direct reads fetch whole blocks of the disk into aligned memory; the packet is then a part of what was read. The
/// buffer shows that part alone, so that nothing needs to be copied.
#[derive(Debug, Default)]
pub struct PacketBuffer {
    storage: Storage,
    packet: Range<usize>,
}

/// Memory of a buffer.
#[derive(Debug)]
enum Storage {
    /// The allocator's.
    Heap(Vec<u8>),
    /// A mapping of its own, in huge pages where the system has them.
    Pages(MmapMut),
}

impl PacketBuffer {
    /// Makes the packet `len` bytes long and gives them to be filled; they hold anything before.
    pub fn resize(&mut self, len: usize) -> &mut [u8] {
        self.make_room(len);
        self.place(len, 1)
    }

    /// As [`Self::resize`], for a read past the page cache: at an address that is a multiple of `align`, a power of two.
    ///
    /// A disk writes to physical pages. Of ordinary ones a packet has hundreds, scattered, and a request takes only so
    /// many (`queue/max_segments`, sysfs-block); in huge pages the same packet is one piece or two.
    pub fn resize_for_direct(&mut self, len: usize, align: usize) -> &mut [u8] {
        let align = align.max(1);
        if len >= WORTH_HUGE_PAGES_BYTES
            && let Some(room) = len.checked_add(align.max(HUGE_PAGE_BYTES))
        {
            self.make_pages(room);
        }
        let align = match &self.storage {
            Storage::Heap(_) => align,
            Storage::Pages(_) => align.max(HUGE_PAGE_BYTES),
        };
        self.make_room(len.saturating_add(align - 1));
        self.place(len, align)
    }

    /// Makes the storage a mapping, unless it is one. Stays as it is where the system has none to give.
    fn make_pages(&mut self, room: usize) {
        if let Storage::Heap(_) = &self.storage
            && let Some(pages) = map_pages(room)
        {
            self.storage = Storage::Pages(pages);
        }
    }

    /// Grows the storage. It never shrinks, so that in steady state nothing is allocated or cleared.
    fn make_room(&mut self, room: usize) {
        if self.storage.len() >= room {
            return;
        }
        match &mut self.storage {
            Storage::Heap(bytes) => bytes.resize(room, 0),
            Storage::Pages(_) => {
                self.storage =
                    map_pages(room).map_or_else(|| Storage::Heap(vec![0; room]), Storage::Pages);
            }
        }
    }

    fn place(&mut self, len: usize, align: usize) -> &mut [u8] {
        let start = self.storage.as_ptr().addr().wrapping_neg() & (align - 1);
        self.packet = start..start + len;
        &mut self.storage[self.packet.clone()]
    }

    /// Makes the packet this part of what it is now.
    pub fn narrow(&mut self, part: Range<usize>) {
        let end = self.packet.end;
        let begin = self.packet.start;
        self.packet = (begin + part.start).min(end)..(begin + part.end).min(end);
    }

    /// Bytes of memory held, whatever the packet's length.
    pub fn capacity(&self) -> usize {
        match &self.storage {
            Storage::Heap(bytes) => bytes.capacity(),
            Storage::Pages(pages) => pages.len(),
        }
    }
}

/// Whole huge pages for this many bytes; pages that are not touched take no memory.
fn map_pages(room: usize) -> Option<MmapMut> {
    let pages = MmapMut::map_anon(room.checked_next_multiple_of(HUGE_PAGE_BYTES)?).ok()?;
    #[cfg(target_os = "linux")]
    if let Err(error) = pages.advise(memmap2::Advice::HugePage) {
        tracing::debug!("packets lie in ordinary pages: {error}");
    }
    Some(pages)
}

impl Default for Storage {
    fn default() -> Self {
        Self::Heap(Vec::new())
    }
}

impl Deref for Storage {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Heap(bytes) => bytes,
            Self::Pages(pages) => pages,
        }
    }
}

impl DerefMut for Storage {
    fn deref_mut(&mut self) -> &mut [u8] {
        match self {
            Self::Heap(bytes) => bytes,
            Self::Pages(pages) => pages,
        }
    }
}

impl Deref for PacketBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.storage[self.packet.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aligned_packet_begins_at_a_multiple_and_can_be_narrowed() {
        let mut buffer = PacketBuffer::default();
        let bytes = buffer.resize_for_direct(8192, 4096);
        assert_eq!(bytes.as_ptr().addr() % 4096, 0);
        bytes[100..103].copy_from_slice(b"abc");
        buffer.narrow(100..103);
        assert_eq!(&*buffer, b"abc");
        let held = buffer.capacity();
        assert_eq!(buffer.resize(5000).len(), 5000);
        assert_eq!(buffer.capacity(), held, "the same memory");
    }

    #[test]
    fn a_large_direct_read_goes_to_huge_pages_and_stays_there() {
        let mut buffer = PacketBuffer::default();
        buffer.resize(100);
        for len in [WORTH_HUGE_PAGES_BYTES, 3 << 20, 5 << 20] {
            let bytes = buffer.resize_for_direct(len, 512);
            assert_eq!(bytes.len(), len);
            assert_eq!(bytes.as_ptr().addr() % HUGE_PAGE_BYTES, 0, "{len}");
            bytes[len - 1] = 7;
            assert_eq!(buffer.last(), Some(&7));
        }
        let held = buffer.capacity();
        // Whatever is read next, in whatever way, uses the same memory.
        assert_eq!(buffer.resize(100).len(), 100);
        assert_eq!(buffer.resize_for_direct(4096, 4096).len(), 4096);
        assert_eq!(buffer.resize(4 << 20).len(), 4 << 20);
        assert_eq!(buffer.capacity(), held);
    }
}
