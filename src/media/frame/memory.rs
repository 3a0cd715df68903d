//! The memory that frames are decoded into.

use std::any::Any;

use parking_lot::Mutex;

/// Memory that one frame is decoded into: ordinary memory, or a mapped staging buffer of the GPU.
///
/// Staging memory may be write-combined, so it is only ever written, best once and in order; its owner therefore
/// hands out no slice of it. It moves between the ring, a worker and the upload as one box, so that nothing is
/// allocated on the way.
pub trait FrameMemory: Send {
    /// All of the bytes, where they are ordinary memory; `None` for staging memory, which takes [`Self::write`] only.
    fn bytes_mut(&mut self) -> Option<&mut [u8]>;

    /// Copies `bytes` to where `offset` says, counted from the start of the memory.
    ///
    /// # Errors
    /// [`OutsideMemory`] if they reach past the end of the memory; nothing is written then.
    fn write(&mut self, offset: usize, bytes: &[u8]) -> Result<(), OutsideMemory>;

    /// Itself, to be recognised by the pool that made it.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// A write that reaches past the end of frame memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a frame was written past the end of its memory")]
pub struct OutsideMemory;

/// The memory of one frame while several threads decode parts of it.
///
/// The lock is held while a part that was decoded elsewhere is copied, never while one is decoded: mapped staging
/// memory cannot be lent out in slices, and copying is the lesser part of the work.
pub struct SharedMemory(Mutex<Box<dyn FrameMemory>>);

impl SharedMemory {
    /// Shares this memory.
    pub fn new(memory: Box<dyn FrameMemory>) -> Self {
        Self(Mutex::new(memory))
    }

    /// Lets `copy` write to the memory while no other thread does.
    pub fn write_with<T>(&self, copy: impl FnOnce(&mut dyn FrameMemory) -> T) -> T {
        copy(&mut **self.0.lock())
    }

    /// The memory, for one owner again.
    pub fn into_inner(self) -> Box<dyn FrameMemory> {
        self.0.into_inner()
    }
}

/// A place that frame memory comes from and goes back to. It is used by one thread only, the one that draws.
pub trait FrameMemoryPool {
    /// Memory of at least `bytes`, or `None` when the pool has none left to give now.
    fn take(&mut self, bytes: u64) -> Option<Box<dyn FrameMemory>>;

    /// Gives memory back for reuse.
    fn give_back(&mut self, memory: Box<dyn FrameMemory>);

    /// Bytes that the pool holds in all, lent out or free.
    fn held_bytes(&self) -> u64;
}

/// Ordinary memory for a frame.
pub struct HeapMemory(Vec<u8>);

impl HeapMemory {
    /// Zeroed memory of `bytes`.
    pub fn new(bytes: usize) -> Self {
        Self(vec![0; bytes])
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FrameMemory for HeapMemory {
    fn bytes_mut(&mut self) -> Option<&mut [u8]> {
        Some(&mut self.0)
    }

    fn write(&mut self, offset: usize, bytes: &[u8]) -> Result<(), OutsideMemory> {
        let end = offset.checked_add(bytes.len()).ok_or(OutsideMemory)?;
        self.0
            .get_mut(offset..end)
            .ok_or(OutsideMemory)?
            .copy_from_slice(bytes);
        Ok(())
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_past_the_end_of_memory_are_refused() {
        let mut memory = HeapMemory::new(8);
        assert_eq!(memory.write(4, &[7; 4]), Ok(()));
        assert_eq!(memory.bytes(), [0, 0, 0, 0, 7, 7, 7, 7]);
        for offset in [5, 9, usize::MAX] {
            assert_eq!(memory.write(offset, &[1; 4]), Err(OutsideMemory));
        }
        assert_eq!(memory.bytes(), [0, 0, 0, 0, 7, 7, 7, 7]);
    }
}
