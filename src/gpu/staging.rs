//! Staging memory: frames are decoded into it, and the GPU copies from it.
//!
//! ```text
//! free ── take ──► lent (a worker writes) ── upload: unmap, record the copy ──► copying
//!  ▲                 │                                                            │
//!  ├── give_back ◄───┘                                                            │ submitted, and the GPU is done
//!  └───────────────────────────── poll ◄── mapped ◄───────────────────────────────┘
//! ```
//!
//! A buffer stays mapped while it is not copied from, so that a worker needs no call into the device to fill it. The
//! view of a mapped buffer owns the buffer and may be sent to another thread.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use super::{Gpu, GpuError};
use crate::media::frame::{
    FrameMemory, FrameMemoryPool, HeapMemory, OutsideMemory, ROW_ALIGNMENT_BYTES,
};

/// Polls without use after which a free buffer is dropped: ten seconds at 60 polls a second.
const TRIM_AFTER_POLLS: u32 = 600;

/// A free buffer serves a request if it is at most this much larger, as a share of the request: a quarter.
const WASTE_DIVISOR: u64 = 4;

/// The buffer is being copied from, or is not mapped again yet.
const AWAITED: u8 = 0;
/// The device has mapped the buffer again.
const MAPPED: u8 = 1;
/// The device failed to map it, because it is lost.
const FAILED: u8 = 2;

/// A buffer's size and the state of its mapping. The pool and the memory share it: once the memory is dropped, wherever
/// that is, the pool finds itself the last owner and forgets the buffer.
struct BufferState {
    bytes: u64,
    mapping: AtomicU8,
}

/// One mapped buffer, or one that is about to be.
struct StagingMemory {
    buffer: wgpu::Buffer,
    /// All of the buffer, while it is mapped.
    view: Option<wgpu::BufferViewMut>,
    state: Arc<BufferState>,
    /// Polls since the buffer became free.
    unused_polls: u32,
}

impl FrameMemory for StagingMemory {
    fn bytes_mut(&mut self) -> Option<&mut [u8]> {
        None
    }

    fn write(&mut self, offset: usize, bytes: &[u8]) -> Result<(), OutsideMemory> {
        let view = self.view.as_mut().ok_or(OutsideMemory)?;
        let end = offset
            .checked_add(bytes.len())
            .filter(|&end| end <= view.len())
            .ok_or(OutsideMemory)?;
        view.slice(offset..end).copy_from_slice(bytes);
        Ok(())
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// Mapped buffers that circulate between workers and the GPU, up to a bound in bytes.
#[expect(
    clippy::vec_box,
    reason = "the boxes circulate with the memory; to unbox here would allocate for every frame"
)]
pub struct StagingPool {
    gpu: Gpu,
    max_bytes: u64,
    free: Vec<Box<StagingMemory>>,
    copying: Vec<Box<StagingMemory>>,
    states: Vec<Arc<BufferState>>,
    created: u64,
    /// Bytes of the buffer that the device had no memory for.
    lacking_bytes: Option<u64>,
}

impl StagingPool {
    /// An empty pool that will hold at most `max_bytes`.
    pub fn new(gpu: &Gpu, max_bytes: u64) -> Self {
        Self {
            gpu: gpu.clone(),
            max_bytes,
            free: Vec::new(),
            copying: Vec::new(),
            states: Vec::new(),
            created: 0,
            lacking_bytes: None,
        }
    }

    /// Sets the bound in bytes. Free buffers beyond it are dropped at the next [`Self::poll`].
    pub fn set_max_bytes(&mut self, max_bytes: u64) {
        self.max_bytes = max_bytes;
    }

    /// Buffers created so far; constant in steady state.
    pub fn created(&self) -> u64 {
        self.created
    }

    /// Buffers that are mapped and free.
    pub fn free_count(&self) -> usize {
        self.free.len()
    }

    /// The buffer that the device has no memory for: frames wait, and none as large is requested until
    /// [`Self::try_again`].
    pub fn shortage(&self) -> Option<GpuError> {
        self.lacking_bytes.map(GpuError::OutOfMemory)
    }

    /// Retries allocations that failed.
    pub fn try_again(&mut self) {
        self.lacking_bytes = None;
    }

    /// Polls the device without blocking, and takes back the buffers that it has mapped again. Called once a frame.
    pub fn poll(&mut self) {
        if self.gpu.is_lost() {
            return;
        }
        if let Err(error) = self.gpu.device().poll(wgpu::PollType::Poll) {
            tracing::warn!(%error, "polling the graphics device failed");
        }
        self.collect();
        for memory in &mut self.free {
            memory.unused_polls = memory.unused_polls.saturating_add(1);
        }
        self.free
            .retain(|memory| memory.unused_polls < TRIM_AFTER_POLLS);
        self.drop_free_until(0);
        self.states.retain(|state| Arc::strong_count(state) > 1);
    }

    /// Unmaps `memory`, to be mapped again once the commands of `encoder` were submitted and are done. The buffer
    /// returned is the source of the copies to record; it holds at least `needed_bytes`.
    ///
    /// Memory of another kind is first copied into staging memory, which costs that copy.
    pub(super) fn begin_copy(
        &mut self,
        memory: Box<dyn FrameMemory>,
        needed_bytes: u64,
        encoder: &wgpu::CommandEncoder,
    ) -> Result<wgpu::Buffer, GpuError> {
        let mut memory = match memory.into_any().downcast::<StagingMemory>() {
            Ok(memory) => memory,
            Err(other) => self.staged_copy(other, needed_bytes)?,
        };
        let given_bytes = memory.state.bytes;
        if given_bytes < needed_bytes {
            self.free.push(memory);
            return Err(GpuError::ShortMemory {
                needed_bytes,
                given_bytes,
            });
        }
        memory.view = None;
        memory.buffer.unmap();
        memory.state.mapping.store(AWAITED, Ordering::Relaxed);
        let state = Arc::clone(&memory.state);
        encoder.map_buffer_on_submit(&memory.buffer, wgpu::MapMode::Write, .., move |result| {
            let mapping = if result.is_ok() { MAPPED } else { FAILED };
            // Release pairs with the acquire in `collect`: the mapping is complete when the state says so.
            state.mapping.store(mapping, Ordering::Release);
        });
        let buffer = memory.buffer.clone();
        self.copying.push(memory);
        Ok(buffer)
    }

    /// Copies ordinary memory into staging memory.
    fn staged_copy(
        &mut self,
        memory: Box<dyn Any>,
        needed_bytes: u64,
    ) -> Result<Box<StagingMemory>, GpuError> {
        let heap = memory.downcast::<HeapMemory>().ok();
        let bytes = heap.as_ref().map_or(&[][..], |heap| heap.bytes());
        let given_bytes = bytes.len() as u64;
        let short = || GpuError::ShortMemory {
            needed_bytes,
            given_bytes,
        };
        let bytes = usize::try_from(needed_bytes)
            .ok()
            .and_then(|needed| bytes.get(..needed))
            .ok_or_else(short)?;
        let mut staged = self
            .take_staging(needed_bytes)
            .ok_or(GpuError::NoStaging(needed_bytes))?;
        staged.write(0, bytes).map_err(|OutsideMemory| short())?;
        Ok(staged)
    }

    /// Moves buffers that the device has mapped from `copying` to `free`.
    fn collect(&mut self) {
        let mut index = 0;
        while index < self.copying.len() {
            match self.copying[index].state.mapping.load(Ordering::Acquire) {
                AWAITED => index += 1,
                state => {
                    let mut memory = self.copying.swap_remove(index);
                    if state == MAPPED && memory.map_view() {
                        self.free.push(memory);
                    }
                }
            }
        }
    }

    fn take_staging(&mut self, bytes: u64) -> Option<Box<StagingMemory>> {
        if self.gpu.is_lost() {
            return None;
        }
        let most = bytes.saturating_add(bytes / WASTE_DIVISOR);
        let best = self
            .free
            .iter()
            .enumerate()
            .filter(|(_, memory)| (bytes..=most).contains(&memory.state.bytes))
            .min_by_key(|(_, memory)| memory.state.bytes)
            .map(|(index, _)| index);
        if let Some(index) = best {
            let mut memory = self.free.swap_remove(index);
            memory.unused_polls = 0;
            return Some(memory);
        }
        let bytes = bytes
            .max(1)
            .checked_next_multiple_of(u64::from(ROW_ALIGNMENT_BYTES))?;
        self.drop_free_until(bytes);
        let is_allowed = self.held_bytes().saturating_add(bytes) <= self.max_bytes
            && bytes <= self.gpu.device().limits().max_buffer_size;
        let is_lacking = self.lacking_bytes.is_some_and(|lacking| bytes >= lacking);
        (is_allowed && !is_lacking)
            .then(|| self.create(bytes))
            .flatten()
    }

    /// Drops free buffers, least recently used first, until `wanted_bytes` more fit under the bound or none is left.
    fn drop_free_until(&mut self, wanted_bytes: u64) {
        while self.held_bytes().saturating_add(wanted_bytes) > self.max_bytes {
            let oldest = (0..self.free.len()).max_by_key(|&index| self.free[index].unused_polls);
            let Some(index) = oldest else { return };
            drop(self.free.swap_remove(index));
        }
    }

    fn create(&mut self, bytes: u64) -> Option<Box<StagingMemory>> {
        let make = |gpu: &Gpu| {
            gpu.within_memory(bytes, |device| {
                device.create_buffer(&wgpu::BufferDescriptor {
                    label: Some("frame staging"),
                    size: bytes,
                    usage: wgpu::BufferUsages::MAP_WRITE | wgpu::BufferUsages::COPY_SRC,
                    mapped_at_creation: true,
                })
            })
        };
        let mut buffer = make(&self.gpu);
        if matches!(buffer, Err(GpuError::OutOfMemory(_))) && !self.free.is_empty() {
            // Free buffers may hold the memory that is lacking.
            self.free.clear();
            buffer = make(&self.gpu);
        }
        let buffer = match buffer {
            Ok(buffer) => buffer,
            Err(error) => {
                tracing::warn!(%error, "staging memory could not be made");
                self.lacking_bytes = matches!(error, GpuError::OutOfMemory(_)).then_some(bytes);
                return None;
            }
        };
        self.lacking_bytes = None;
        let state = Arc::new(BufferState {
            bytes,
            mapping: AtomicU8::new(MAPPED),
        });
        let mut memory = Box::new(StagingMemory {
            buffer,
            view: None,
            state,
            unused_polls: 0,
        });
        memory.map_view().then(|| {
            self.states.push(Arc::clone(&memory.state));
            self.created += 1;
            memory
        })
    }
}

impl StagingMemory {
    /// Opens the view of a mapped buffer; false if that failed.
    fn map_view(&mut self) -> bool {
        match self.buffer.get_mapped_range_mut(..) {
            Ok(view) => {
                self.view = Some(view);
                self.unused_polls = 0;
                true
            }
            Err(error) => {
                tracing::warn!(%error, "staging memory could not be mapped");
                false
            }
        }
    }
}

impl FrameMemoryPool for StagingPool {
    fn take(&mut self, bytes: u64) -> Option<Box<dyn FrameMemory>> {
        self.take_staging(bytes)
            .map(|memory| memory as Box<dyn FrameMemory>)
    }

    fn give_back(&mut self, memory: Box<dyn FrameMemory>) {
        // Memory of another kind, of a lost device, or of a buffer that was never mapped again is dropped.
        if let Ok(memory) = memory.into_any().downcast::<StagingMemory>()
            && memory.view.is_some()
            && self
                .states
                .iter()
                .any(|own| Arc::ptr_eq(own, &memory.state))
        {
            self.free.push(memory);
        }
    }

    fn held_bytes(&self) -> u64 {
        self.states
            .iter()
            .filter(|state| Arc::strong_count(state) > 1)
            .map(|state| state.bytes)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(max_bytes: u64) -> StagingPool {
        StagingPool::new(&Gpu::headless().expect("lavapipe is installed"), max_bytes)
    }

    #[test]
    fn memory_given_back_is_the_memory_taken_next() {
        let mut pool = pool(1 << 20);
        let memory = pool.take(4096).expect("room");
        pool.give_back(memory);
        let again = pool.take(4000).expect("room");
        assert_eq!(pool.created(), 1);
        assert_eq!(pool.held_bytes(), 4096);
        drop(again);
    }

    #[test]
    fn memory_that_fits_best_is_taken_and_wasteful_memory_is_not() {
        let mut pool = pool(1 << 20);
        let large = pool.take(8192).expect("room");
        let small = pool.take(4096).expect("room");
        pool.give_back(large);
        pool.give_back(small);
        let _best = pool.take(4096).expect("room");
        assert_eq!(pool.free[0].state.bytes, 8192, "the smaller one was lent");
        let _other = pool.take(1024).expect("room");
        assert_eq!(pool.created(), 3, "8192 bytes are too many for 1024");
    }

    #[test]
    fn the_bound_holds_and_free_memory_of_other_sizes_makes_room() {
        let mut pool = pool(8192);
        let first = pool.take(4096).expect("room");
        let second = pool.take(4096).expect("room");
        assert!(pool.take(256).is_none(), "the bound is reached");
        pool.give_back(first);
        let third = pool.take(2048).expect("the free buffer makes room");
        assert_eq!(pool.held_bytes(), 4096 + 2048);
        drop((second, third));
    }

    #[test]
    fn memory_dropped_by_another_owner_no_longer_counts() {
        let mut pool = pool(8192);
        drop(pool.take(8192));
        assert_eq!(pool.held_bytes(), 0);
        assert!(pool.take(8192).is_some(), "its place is free again");
    }

    #[test]
    fn memory_unused_for_long_is_given_up() {
        let mut pool = pool(8192);
        let memory = pool.take(8192).expect("room");
        pool.give_back(memory);
        for _ in 1..TRIM_AFTER_POLLS {
            pool.poll();
        }
        assert_eq!(pool.free_count(), 1);
        pool.poll();
        assert_eq!(pool.free_count(), 0);
        assert_eq!(pool.held_bytes(), 0);
    }

    #[test]
    fn absurd_sizes_are_refused() {
        let mut pool = pool(u64::MAX);
        assert!(pool.take(u64::MAX).is_none());
        assert!(pool.take(1 << 40).is_none());
    }

    #[test]
    fn a_worker_may_write_staging_memory_on_another_thread() {
        let mut pool = pool(1 << 20);
        let mut memory = pool.take(512).expect("room");
        assert!(memory.bytes_mut().is_none(), "it must not be read back");
        let memory = std::thread::scope(|scope| {
            scope
                .spawn(move || {
                    assert_eq!(memory.write(256, &[7; 256]), Ok(()));
                    assert_eq!(memory.write(257, &[7; 256]), Err(OutsideMemory));
                    memory
                })
                .join()
                .expect("no panic")
        });
        pool.give_back(memory);
        assert_eq!(pool.free_count(), 1);
    }
}
