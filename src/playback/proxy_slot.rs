//! A frame per deck beside its ring: that of a proxy, to be shown while the exact one is on its way.
//!
//! ```text
//!          ask                  completion
//!   Idle ───────► Coming ───────────────────► Ready ── take, or another is asked for ──► Idle
//!    ▲               └── failed, or given up ───┐
//!    └──────────────────────────────────────────┘
//! ```
//!
//! While one is coming no other is asked for, so that each is finished and the newest is next: a drag shows a picture
//! for as long as it lasts.

use std::sync::Arc;

use super::job::{Completion, FrameJob, FrameKey, JobResult, SlotProgress, Spent};
use super::player::MAX_DECKS;
use super::read_queue::Order;
use crate::media::MediaError;
use crate::media::frame::{FrameMemory, FrameMemoryPool};
use crate::time::Time;

/// The frames beside the rings of all decks.
#[derive(Default)]
pub(super) struct ProxySlots {
    decks: Vec<ProxySlot>,
}

#[derive(Default)]
struct ProxySlot {
    state: State,
    progress: Arc<SlotProgress>,
}

#[derive(Default)]
enum State {
    #[default]
    Idle,
    Coming(FrameKey),
    Ready(FrameKey, Box<dyn FrameMemory>),
}

impl ProxySlots {
    /// The deck that a job's number is beside of, if it is one of these.
    pub fn deck_of(layer: usize) -> Option<usize> {
        layer.checked_sub(MAX_DECKS)
    }

    /// A job for a frame, unless one is coming already or there is no memory. What was ready goes back.
    pub fn ask(
        &mut self,
        deck: usize,
        key: FrameKey,
        frame_bytes: u64,
        (now, deadline): (Time, Time),
        pool: &mut dyn FrameMemoryPool,
    ) -> Option<FrameJob> {
        if self.decks.len() <= deck {
            self.decks.resize_with(deck + 1, ProxySlot::default);
        }
        let proxy_slot = &mut self.decks[deck];
        match std::mem::take(&mut proxy_slot.state) {
            State::Coming(coming) => {
                proxy_slot.state = State::Coming(coming);
                return None;
            }
            State::Ready(_, memory) => pool.give_back(memory),
            State::Idle => {}
        }
        let memory = pool.take(frame_bytes)?;
        proxy_slot.state = State::Coming(key);
        proxy_slot.progress.restart();
        let layer = MAX_DECKS + deck;
        Some(FrameJob {
            layer,
            slot: 0,
            key,
            order: Order {
                deck: layer,
                deadline,
                // Whenever it comes it is of use.
                start_by: Time::MAX,
                is_missed: false,
            },
            asked_at: now,
            spent: Spent::default(),
            progress: Arc::clone(&proxy_slot.progress),
            memory,
        })
    }

    /// Takes up a frame that came back; says what was wrong if it failed.
    pub fn complete(
        &mut self,
        deck: usize,
        completion: Completion,
        pool: &mut dyn FrameMemoryPool,
    ) -> Option<MediaError> {
        let Completion {
            key,
            memory,
            result,
            ..
        } = completion;
        let proxy_slot = &mut self.decks[deck];
        let is_wanted = !proxy_slot.progress.is_cancelled();
        proxy_slot.state = State::Idle;
        match result {
            JobResult::Done(_) if is_wanted => {
                proxy_slot.state = State::Ready(key, memory);
                return None;
            }
            JobResult::Failed(error) if is_wanted => {
                pool.give_back(memory);
                return Some(error);
            }
            JobResult::Done(_) | JobResult::Failed(_) | JobResult::Stale => pool.give_back(memory),
        }
        None
    }

    /// Takes the frame that is ready.
    pub fn take(&mut self, deck: usize) -> Option<(FrameKey, Box<dyn FrameMemory>)> {
        let proxy_slot = self.decks.get_mut(deck)?;
        match std::mem::take(&mut proxy_slot.state) {
            State::Ready(key, memory) => Some((key, memory)),
            state => {
                proxy_slot.state = state;
                None
            }
        }
    }

    /// Gives up what is ready or coming.
    pub fn give_up(&mut self, deck: usize, pool: &mut dyn FrameMemoryPool) {
        let Some(proxy_slot) = self.decks.get_mut(deck) else {
            return;
        };
        match std::mem::take(&mut proxy_slot.state) {
            State::Idle => {}
            State::Coming(key) => {
                proxy_slot.progress.cancel();
                proxy_slot.state = State::Coming(key);
            }
            State::Ready(_, memory) => pool.give_back(memory),
        }
    }
}
