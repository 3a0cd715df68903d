//! A frame on its way from the queue through the workers and back.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::read_queue::Order;
use super::sync::{AtomicBool, AtomicU8};
use crate::media::MediaError;
use crate::media::frame::FrameMemory;
use crate::media::source::FrameSource;
use crate::time::{FrameIndex, Time};

/// An opened source of frames. Opening a file anew gives a new number, so that frames of the old one are never taken
/// for the new one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u64);

/// Names a decoded frame: a source and a frame of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameKey {
    /// The source.
    pub source: SourceId,
    /// The frame.
    pub frame: FrameIndex,
}

/// How far a frame has come; what a miss is blamed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Waiting for a worker.
    Waiting,
    /// Being read.
    Reading,
    /// Read; waiting for, or being worked on by, a decode worker. Or waiting for a decoder of its own, which also reads.
    Decoding,
}

/// What the drawing thread and the worker that has a slot both see of it.
#[derive(Debug, Default)]
pub struct SlotProgress {
    cancelled: AtomicBool,
    stage: AtomicU8,
}

impl SlotProgress {
    /// Says that the frame is not wanted any more.
    pub fn cancel(&self) {
        // Relaxed: the flag only saves work; which frame a slot holds is told by its key, through the channel.
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the frame is not wanted any more.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Makes it ready for the next frame.
    pub fn restart(&self) {
        self.cancelled.store(false, Ordering::Relaxed);
        self.stage.store(0, Ordering::Relaxed);
    }

    /// Notes that a worker has begun to read it.
    pub fn enter_reading(&self) {
        self.stage.store(1, Ordering::Relaxed);
    }

    /// Notes that reading is done and decoding comes next.
    pub fn enter_decoding(&self) {
        self.stage.store(2, Ordering::Relaxed);
    }

    /// How far the frame has come.
    pub fn stage(&self) -> Stage {
        match self.stage.load(Ordering::Relaxed) {
            0 => Stage::Waiting,
            1 => Stage::Reading,
            _ => Stage::Decoding,
        }
    }
}

/// A frame to be read and decoded into memory.
pub struct FrameJob<Memory = Box<dyn FrameMemory>> {
    /// The layer's number within the player.
    pub layer: usize,
    /// The slot of that layer's ring.
    pub slot: usize,
    /// The frame.
    pub key: FrameKey,
    /// Where it stands in the order of what is to be read.
    pub order: Order,
    /// When it was asked for, on the player's clock.
    pub asked_at: Time,
    /// What it cost the shared pool so far.
    pub spent: Spent,
    /// Progress and cancellation.
    pub progress: Arc<SlotProgress>,
    /// Where it is decoded to.
    pub memory: Memory,
}

/// What a frame cost the shared pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Time from a worker's beginning with it to its being done, waiting for a decoder included; none where no worker has
    /// begun it, and from decoders of their own.
    pub time: Option<Time>,
    /// Stored bytes read.
    pub read_bytes: u64,
}

/// A job for the shared pool.
pub struct PooledJob {
    /// The frame.
    pub frame: FrameJob,
    /// Where it comes from.
    pub source: Arc<dyn FrameSource>,
}

/// A frame that came back from a worker, with its memory.
pub struct Completion {
    /// The layer's number within the player.
    pub layer: usize,
    /// The slot of that layer's ring.
    pub slot: usize,
    /// The frame.
    pub key: FrameKey,
    /// When it was asked for, on the player's clock.
    pub asked_at: Time,
    /// What it cost the shared pool, whatever became of it.
    pub spent: Spent,
    /// Its memory.
    pub memory: Box<dyn FrameMemory>,
    /// How it went.
    pub result: JobResult,
}

/// How a job ended.
pub enum JobResult {
    /// The memory holds the frame.
    Done(Measured),
    /// It was not wanted any more; the memory holds anything.
    Stale,
    /// It could not be had; the memory holds anything.
    Failed(MediaError),
}

/// What a frame cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// Stored bytes read.
    pub read_bytes: u64,
    /// Time from asking the system for them to having them.
    pub read: Time,
    /// Time to decode them.
    pub decode: Time,
    /// Time spent in queues; the player fills it in, which knows when the frame was asked for.
    pub waited: Time,
    /// When the frame was ready, on the player's clock.
    pub finished_at: Time,
}

impl<Memory> FrameJob<Memory> {
    /// The same job with its memory in another form.
    pub fn map_memory<Other>(self, change: impl FnOnce(Memory) -> Other) -> FrameJob<Other> {
        FrameJob {
            layer: self.layer,
            slot: self.slot,
            key: self.key,
            order: self.order,
            asked_at: self.asked_at,
            spent: self.spent,
            progress: self.progress,
            memory: change(self.memory),
        }
    }
}

impl FrameJob {
    /// Ends the job.
    pub fn complete(self, result: JobResult) -> Completion {
        Completion {
            layer: self.layer,
            slot: self.slot,
            key: self.key,
            asked_at: self.asked_at,
            spent: self.spent,
            memory: self.memory,
            result,
        }
    }
}
