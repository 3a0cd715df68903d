//! Memory that packets are read to.

use std::ops::{Deref, Range};

/// The stored bytes of one frame, in memory that is used again for the next.
///
/// Direct reads fetch whole blocks of the disk into aligned memory; the packet is then a part of what was read. The
/// buffer shows that part alone, so that nothing needs to be copied.
#[derive(Debug, Default)]
pub struct PacketBuffer {
    storage: Vec<u8>,
    packet: Range<usize>,
}

impl PacketBuffer {
    /// Makes the packet `len` bytes long and gives them to be filled; they hold anything before.
    pub fn resize(&mut self, len: usize) -> &mut [u8] {
        self.resize_aligned(len, 1)
    }

    /// As [`Self::resize`], at an address that is a multiple of `align`, a power of two.
    pub fn resize_aligned(&mut self, len: usize, align: usize) -> &mut [u8] {
        let mask = align.max(1) - 1;
        let room = len.saturating_add(mask);
        // It never shrinks, so that in steady state nothing is allocated or cleared.
        if self.storage.len() < room {
            self.storage.resize(room, 0);
        }
        let start = self.storage.as_ptr().addr().wrapping_neg() & mask;
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
        self.storage.capacity()
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
        let bytes = buffer.resize_aligned(8192, 4096);
        assert_eq!(bytes.as_ptr().addr() % 4096, 0);
        bytes[100..103].copy_from_slice(b"abc");
        buffer.narrow(100..103);
        assert_eq!(&*buffer, b"abc");
        let held = buffer.capacity();
        assert_eq!(buffer.resize(5000).len(), 5000);
        assert_eq!(buffer.capacity(), held, "the same memory");
    }
}
