//! Ordinary frame memory, for playing without a GPU.

use crate::media::frame::{FrameMemory, FrameMemoryPool, HeapMemory};

/// Free memory kept for reuse, by size.
#[derive(Default)]
pub struct HeapPool {
    #[expect(
        clippy::vec_box,
        reason = "the box itself is lent out, so that lending allocates nothing"
    )]
    free: Vec<Box<HeapMemory>>,
    held_bytes: u64,
}

/// Most pieces kept for reuse; what comes back beyond is freed.
const MAX_FREE: usize = 32;

impl FrameMemoryPool for HeapPool {
    fn take(&mut self, bytes: u64) -> Option<Box<dyn FrameMemory>> {
        let bytes_wanted = usize::try_from(bytes).ok()?;
        if let Some(index) = self
            .free
            .iter()
            .position(|memory| memory.bytes().len() == bytes_wanted)
        {
            return Some(self.free.swap_remove(index));
        }
        self.held_bytes += bytes;
        Some(Box::new(HeapMemory::new(bytes_wanted)))
    }

    fn give_back(&mut self, memory: Box<dyn FrameMemory>) {
        let Ok(memory) = memory.into_any().downcast::<HeapMemory>() else {
            return;
        };
        self.free.push(memory);
        if self.free.len() > MAX_FREE {
            // The one longest unused goes: most likely of a size no longer played.
            let oldest = self.free.remove(0);
            self.held_bytes -= oldest.bytes().len() as u64;
        }
    }

    fn held_bytes(&self) -> u64 {
        self.held_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_of_the_same_size_is_used_again() {
        let mut pool = HeapPool::default();
        let memory = pool.take(100).expect("ordinary memory is there");
        pool.give_back(memory);
        let _again = pool.take(100).expect("ordinary memory is there");
        assert_eq!(pool.held_bytes(), 100);
        let _other = pool.take(50).expect("ordinary memory is there");
        assert_eq!(pool.held_bytes(), 150);
    }
}
