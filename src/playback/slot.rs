//! A slot for one frame, and the progress of that.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::source::FrameKey;
use super::sync::{AtomicBool, AtomicU8};
use crate::media::frame::FrameMemory;

/// The stage of a frame on its way, which a miss is blamed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Waiting for a worker.
    Waiting,
    /// Being read.
    Reading,
    /// Read; waiting for, or being worked on by, a decode worker. Or waiting for a decoder of its own, which also reads.
    Decoding,
}

/// The state of a slot that the drawing thread shares with the worker that has it.
#[derive(Debug, Default)]
pub struct SlotProgress {
    cancelled: AtomicBool,
    stage: AtomicU8,
}

impl SlotProgress {
    /// Cancels the frame.
    pub fn cancel(&self) {
        // Relaxed: the flag only saves work; which frame a slot holds is told by its key, through the channel.
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// True if the frame is not wanted any more.
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

    /// The stage of the frame.
    pub fn stage(&self) -> Stage {
        match self.stage.load(Ordering::Relaxed) {
            0 => Stage::Waiting,
            1 => Stage::Reading,
            _ => Stage::Decoding,
        }
    }
}

/// One slot.
#[derive(Default)]
pub(super) struct Slot {
    pub state: State,
    pub progress: Arc<SlotProgress>,
}

#[derive(Default)]
pub(super) enum State {
    #[default]
    Free,
    Filling(FrameKey),
    Ready(FrameKey, Box<dyn FrameMemory>),
}

impl Slot {
    /// True if its frame is here, or a worker has begun it and it is still wanted.
    pub fn is_begun(&self) -> bool {
        match &self.state {
            State::Free => false,
            State::Filling(_) => {
                !self.progress.is_cancelled() && self.progress.stage() != Stage::Waiting
            }
            State::Ready(..) => true,
        }
    }

    /// True if it holds or will hold the frame.
    pub fn is_live(&self, key: FrameKey) -> bool {
        match &self.state {
            State::Free => false,
            State::Filling(filling) => *filling == key && !self.progress.is_cancelled(),
            State::Ready(ready, _) => *ready == key,
        }
    }

    pub fn give_up(&mut self, free: &mut dyn FnMut(Box<dyn FrameMemory>)) {
        match std::mem::take(&mut self.state) {
            State::Free => {}
            State::Filling(key) => {
                self.progress.cancel();
                self.state = State::Filling(key);
            }
            State::Ready(_, memory) => free(memory),
        }
    }
}

impl State {
    pub fn is_free(&self) -> bool {
        matches!(self, Self::Free)
    }

    pub fn key(&self) -> Option<FrameKey> {
        match self {
            Self::Free => None,
            Self::Filling(key) | Self::Ready(key, _) => Some(*key),
        }
    }
}
