//! How long the GPU works on a frame, from timestamps that it writes itself.
//!
//! A frame's two timestamps take a few frames to come back, so several measurements are under way at once; while all
//! are, a frame goes unmeasured. Nothing ever waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use super::Gpu;

/// Measurements that may be under way: more than the frames that a window has in flight.
const SLOTS: usize = 4;

/// Two timestamps of eight bytes.
const RESULT_BYTES: u64 = 16;

/// All measurements, each where a device may write to.
const RESOLVED_BYTES: u64 = wgpu::QUERY_RESOLVE_BUFFER_ALIGNMENT * SLOTS as u64;

/// Not in use.
const IDLE: u8 = 0;
/// Submitted, its result not yet there.
const AWAITED: u8 = 1;
/// Its result may be read.
const READY: u8 = 2;

struct Slot {
    result: wgpu::Buffer,
    state: Arc<AtomicU8>,
}

/// Measures frames, one after the other.
pub(super) struct GpuTimer {
    queries: wgpu::QuerySet,
    resolved: wgpu::Buffer,
    slots: Vec<Slot>,
    /// The slot of the frame being recorded.
    current: Option<usize>,
    /// Whether timestamps may be written outside passes, so that the uploads before the pass count as well.
    spans_uploads: bool,
    period_ns: f32,
    last_ms: Option<f32>,
}

impl GpuTimer {
    /// A timer, if the device writes timestamps and has room for them.
    pub fn new(gpu: &Gpu) -> Option<Self> {
        if !gpu.has_timestamps() {
            return None;
        }
        let made = gpu.within_memory(RESOLVED_BYTES, |device| Self::made(gpu, device));
        made.inspect_err(|error| tracing::warn!(%error, "no GPU times"))
            .ok()
    }

    fn made(gpu: &Gpu, device: &wgpu::Device) -> Self {
        let queries = device.create_query_set(&wgpu::QuerySetDescriptor {
            label: Some("frame timestamps"),
            ty: wgpu::QueryType::Timestamp,
            count: 2 * SLOTS as u32,
        });
        let buffer = |label, size, usage| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size,
                usage,
                mapped_at_creation: false,
            })
        };
        let slots = (0..SLOTS)
            .map(|_| Slot {
                result: buffer(
                    "frame timestamps, read back",
                    RESULT_BYTES,
                    wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
                ),
                state: Arc::new(AtomicU8::new(IDLE)),
            })
            .collect();
        Self {
            queries,
            resolved: buffer(
                "frame timestamps, resolved",
                RESOLVED_BYTES,
                wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC,
            ),
            slots,
            current: None,
            spans_uploads: device
                .features()
                .contains(wgpu::Features::TIMESTAMP_QUERY_INSIDE_ENCODERS),
            period_ns: gpu.queue().get_timestamp_period(),
            last_ms: None,
        }
    }

    /// Begins to measure what is recorded from here on.
    pub fn begin(&mut self, encoder: &mut wgpu::CommandEncoder) {
        self.collect();
        self.current = self
            .slots
            .iter()
            .position(|slot| slot.state.load(Ordering::Relaxed) == IDLE);
        if let Some(slot) = self.current
            && self.spans_uploads
        {
            encoder.write_timestamp(&self.queries, 2 * slot as u32);
        }
    }

    /// What a pass of the frame must write: the first one where the work begins, the last one where it ends.
    pub fn pass_writes(
        &self,
        (is_first, is_last): (bool, bool),
    ) -> Option<wgpu::RenderPassTimestampWrites<'_>> {
        let slot = self.current? as u32;
        let begins = is_first && !self.spans_uploads;
        (begins || is_last).then(|| wgpu::RenderPassTimestampWrites {
            query_set: &self.queries,
            beginning_of_pass_write_index: begins.then_some(2 * slot),
            end_of_pass_write_index: is_last.then_some(2 * slot + 1),
        })
    }

    /// Records how the frame's result comes back, after its pass.
    pub fn end(&mut self, encoder: &mut wgpu::CommandEncoder) {
        let Some(index) = self.current.take() else {
            return;
        };
        let slot = &self.slots[index];
        let first = 2 * index as u32;
        let offset = wgpu::QUERY_RESOLVE_BUFFER_ALIGNMENT * index as u64;
        encoder.resolve_query_set(&self.queries, first..first + 2, &self.resolved, offset);
        encoder.copy_buffer_to_buffer(&self.resolved, offset, &slot.result, 0, RESULT_BYTES);
        slot.state.store(AWAITED, Ordering::Relaxed);
        let state = Arc::clone(&slot.state);
        encoder.map_buffer_on_submit(&slot.result, wgpu::MapMode::Read, .., move |result| {
            // Release pairs with the acquire in `collect`. A slot that failed stays awaited: the device is lost.
            if result.is_ok() {
                state.store(READY, Ordering::Release);
            }
        });
    }

    /// The newest result, in milliseconds.
    pub fn last_ms(&mut self) -> Option<f32> {
        self.collect();
        self.last_ms
    }

    fn collect(&mut self) {
        for slot in &self.slots {
            if slot.state.load(Ordering::Acquire) != READY {
                continue;
            }
            if let Ok(view) = slot.result.get_mapped_range(..)
                && let [begin, end] = *bytemuck::pod_collect_to_vec::<u8, u64>(&view)
            {
                let nanos = end.saturating_sub(begin) as f64 * f64::from(self.period_ns);
                self.last_ms = Some((nanos / 1e6) as f32);
            }
            slot.result.unmap();
            slot.state.store(IDLE, Ordering::Relaxed);
        }
    }
}
