//! GPU time per frame, from timestamp queries.
//!
//! A frame's two timestamps take a few frames to come back, so several measurements are in flight at once; while all
//! are, a frame is not measured. Nothing blocks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use super::Gpu;

/// Measurements in flight: more than the frames that a window has in flight.
const SLOTS: usize = 4;

/// Two timestamps of eight bytes.
const RESULT_BYTES: u64 = 16;

/// Bytes of all measurements, each at an offset that a device may resolve to.
const RESOLVED_BYTES: u64 = wgpu::QUERY_RESOLVE_BUFFER_ALIGNMENT * SLOTS as u64;

/// Free.
const IDLE: u8 = 0;
/// Submitted, without a result yet.
const AWAITED: u8 = 1;
/// The result may be read.
const READY: u8 = 2;

struct Slot {
    result: wgpu::Buffer,
    state: Arc<AtomicU8>,
}

/// The timer of a compositor's frames.
pub(super) struct GpuTimer {
    queries: wgpu::QuerySet,
    resolved: wgpu::Buffer,
    slots: Vec<Slot>,
    /// The slot of the frame being recorded.
    current: Option<usize>,
    /// True if timestamps may be written outside passes, so that uploads count as well.
    spans_uploads: bool,
    period_ns: f32,
    last_ms: Option<f32>,
}

impl GpuTimer {
    /// A timer, if the device writes timestamps and has memory for them.
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

    /// Begins the measurement of a frame.
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

    /// The timestamps that a pass of the frame writes: the first one that of the beginning, the last one that of the
    /// end.
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

    /// Records the readback of the frame's timestamps, after its passes.
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
            // Release pairs with the acquire in `collect`. A slot that failed stays awaited, since the device is lost.
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
