//! A slot per deck beside its ring: for the frame of a proxy, to be shown while the exact one is on its way.
//!
//! ```text
//!        request                completion
//!   Free ───────► Filling ───────────────────► Ready ── take, or another is asked for ──► Free
//!    ▲               └── failed, or given up ───┐
//!    └──────────────────────────────────────────┘
//! ```
//!
//! While one is on its way no other is asked for, so that each is finished and the newest is next: a drag shows a
//! picture for as long as it lasts.

use std::sync::Arc;

use super::channel::{Channel, DeckId};
use super::job::{Completion, FrameCost, FrameJob, JobResult};
use super::prefetch::ScheduledFrame;
use super::read_queue::Order;
use super::slot::{Slot, State};
use super::source::FrameKey;
use crate::media::MediaError;
use crate::media::frame::{FrameMemory, FrameMemoryPool};
use crate::time::Time;

/// The proxy slots of all decks.
#[derive(Default)]
pub(super) struct ProxySlots {
    slots: Vec<Slot>,
}

impl ProxySlots {
    /// A job for a frame, unless one is on its way already or there is no memory. What was ready goes back.
    pub fn request(
        &mut self,
        deck: DeckId,
        wanted: ScheduledFrame,
        frame_bytes: u64,
        now: Time,
        pool: &mut dyn FrameMemoryPool,
    ) -> Option<FrameJob> {
        if self.slots.len() <= deck.0 {
            self.slots.resize_with(deck.0 + 1, Slot::default);
        }
        let slot = &mut self.slots[deck.0];
        match std::mem::take(&mut slot.state) {
            State::Filling(coming) => {
                slot.state = State::Filling(coming);
                return None;
            }
            State::Ready(_, memory) => pool.give_back(memory),
            State::Free => {}
        }
        let memory = pool.take(frame_bytes)?;
        slot.state = State::Filling(wanted.key);
        slot.progress.restart();
        Some(FrameJob {
            channel: Channel::Proxy(deck),
            slot: 0,
            key: wanted.key,
            order: Order {
                deadline: wanted.deadline,
                // Whenever it comes it is of use.
                start_by: Time::MAX,
                is_missed: false,
            },
            asked_at: now,
            cost: FrameCost::default(),
            progress: Arc::clone(&slot.progress),
            memory,
        })
    }

    /// Receives a frame that came back; gives what was wrong if it failed.
    pub fn complete(
        &mut self,
        Completion { job, result }: Completion,
        pool: &mut dyn FrameMemoryPool,
    ) -> Option<MediaError> {
        let slot = &mut self.slots[job.channel.deck().0];
        let is_wanted = !slot.progress.is_cancelled();
        slot.state = State::Free;
        match result {
            JobResult::Done if is_wanted => {
                slot.state = State::Ready(job.key, job.memory);
                return None;
            }
            JobResult::Failed(error) if is_wanted => {
                pool.give_back(job.memory);
                return Some(error);
            }
            JobResult::Done | JobResult::Failed(_) | JobResult::Stale => pool.give_back(job.memory),
        }
        None
    }

    /// Takes the frame that is ready.
    pub fn take(&mut self, deck: DeckId) -> Option<(FrameKey, Box<dyn FrameMemory>)> {
        let slot = self.slots.get_mut(deck.0)?;
        match std::mem::take(&mut slot.state) {
            State::Ready(key, memory) => Some((key, memory)),
            state => {
                slot.state = state;
                None
            }
        }
    }

    /// Gives up what is ready or on its way.
    pub fn give_up(&mut self, deck: DeckId, pool: &mut dyn FrameMemoryPool) {
        if let Some(slot) = self.slots.get_mut(deck.0) {
            slot.give_up(&mut |memory| pool.give_back(memory));
        }
    }
}
