//! A frame on its way from the queue through the workers and back.
//!
//! ```text
//! FrameJob ─┬─ SourceJob<FrameSource> ─► read ─► ReadJob ─► decoded ─┬─► Completion
//!           └─ SourceJob<SequentialOpener> ─► decoded ───────────────┘
//! ```

use std::sync::Arc;

use super::channel::Channel;
use super::read_queue::Order;
use super::slot::SlotProgress;
use super::source::FrameKey;
use crate::media::MediaError;
use crate::media::frame::FrameMemory;
use crate::media::io::PacketBuffer;
use crate::media::source::{FrameSource, SequentialOpener};
use crate::time::Time;

/// A frame to be read and decoded into memory. It stays one value from the request to the completion.
pub struct FrameJob<Memory = Box<dyn FrameMemory>> {
    /// Its destination.
    pub channel: Channel,
    /// The slot of the ring there.
    pub slot: usize,
    /// The frame.
    pub key: FrameKey,
    /// Its turn among what is to be read.
    pub order: Order,
    /// Time of the request, on the player's clock.
    pub asked_at: Time,
    /// Its cost so far.
    pub cost: FrameCost,
    /// Progress and cancellation.
    pub progress: Arc<SlotProgress>,
    /// Memory that it is decoded into.
    pub memory: Memory,
}

/// The cost of a frame, whatever became of it. All is zero while nothing was begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameCost {
    /// Time at which a worker of the shared pool began it, on the player's clock; none where no worker did, and from
    /// decoders of their own.
    pub begun_at: Option<Time>,
    /// Stored bytes read.
    pub read_bytes: u64,
    /// Time from asking the system for them to having them.
    pub read: Time,
    /// Time to decode them.
    pub decode: Time,
    /// End of the last step, on the player's clock.
    pub finished_at: Time,
}

impl FrameCost {
    /// Time that the shared pool took, waiting for a decoder included; none where it did nothing.
    pub fn in_pool(&self) -> Option<Time> {
        self.begun_at.map(|begun_at| self.finished_at - begun_at)
    }
}

/// A job with what its frame comes from.
pub struct SourceJob<Source: ?Sized> {
    /// The frame.
    pub frame: FrameJob,
    /// Its source.
    pub source: Arc<Source>,
}

/// A job for the shared pool.
pub type PooledJob = SourceJob<dyn FrameSource>;

/// A job for a decoder of its own, with what opens that if it is not open yet.
pub type SequentialJob = SourceJob<dyn SequentialOpener>;

/// A frame's stored bytes, read and waiting to be decoded.
pub struct ReadJob<Memory = Box<dyn FrameMemory>> {
    /// The frame.
    pub frame: FrameJob<Memory>,
    /// The source that decodes it.
    pub source: Arc<dyn FrameSource>,
    /// Its stored bytes.
    pub packet: PacketBuffer,
}

/// A job that came back from a worker.
pub struct Completion {
    /// The job, its memory included.
    pub job: FrameJob,
    /// Its result.
    pub result: JobResult,
}

/// The end of a job.
pub enum JobResult {
    /// The memory holds the frame.
    Done,
    /// It was not wanted any more; the memory holds anything.
    Stale,
    /// It could not be had; the memory holds anything.
    Failed(MediaError),
}

impl<Memory> ReadJob<Memory> {
    /// The same job with its memory in another form.
    pub fn map_memory<Other>(self, change: impl FnOnce(Memory) -> Other) -> ReadJob<Other> {
        let frame = self.frame;
        ReadJob {
            frame: FrameJob {
                channel: frame.channel,
                slot: frame.slot,
                key: frame.key,
                order: frame.order,
                asked_at: frame.asked_at,
                cost: frame.cost,
                progress: frame.progress,
                memory: change(frame.memory),
            },
            source: self.source,
            packet: self.packet,
        }
    }
}

impl FrameJob {
    /// Ends the job.
    pub fn complete(self, result: JobResult) -> Completion {
        Completion { job: self, result }
    }
}
