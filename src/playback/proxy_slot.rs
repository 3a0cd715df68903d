//! A frame per lane beside its ring: that of a proxy, to be shown while the exact one is on its way.
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
use super::player::MAX_LANES;
use super::read_queue::Order;
use crate::media::MediaError;
use crate::media::frame::{FrameMemory, FrameMemoryPool};
use crate::time::Time;

/// The frames beside the rings of all lanes.
#[derive(Default)]
pub(super) struct Asides {
    lanes: Vec<Aside>,
}

#[derive(Default)]
struct Aside {
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

impl Asides {
    /// The lane that a job's number is beside of, if it is one of these.
    pub fn lane_of(layer: usize) -> Option<usize> {
        layer.checked_sub(MAX_LANES)
    }

    /// A job for a frame, unless one is coming already or there is no memory. What was ready goes back.
    pub fn ask(
        &mut self,
        lane: usize,
        key: FrameKey,
        frame_bytes: u64,
        (now, deadline): (Time, Time),
        pool: &mut dyn FrameMemoryPool,
    ) -> Option<FrameJob> {
        if self.lanes.len() <= lane {
            self.lanes.resize_with(lane + 1, Aside::default);
        }
        let aside = &mut self.lanes[lane];
        match std::mem::take(&mut aside.state) {
            State::Coming(coming) => {
                aside.state = State::Coming(coming);
                return None;
            }
            State::Ready(_, memory) => pool.give_back(memory),
            State::Idle => {}
        }
        let memory = pool.take(frame_bytes)?;
        aside.state = State::Coming(key);
        aside.progress.restart();
        let layer = MAX_LANES + lane;
        Some(FrameJob {
            layer,
            slot: 0,
            key,
            order: Order {
                lane: layer,
                deadline,
                // Whenever it comes it is of use.
                start_by: Time::MAX,
                is_missed: false,
            },
            asked_at: now,
            spent: Spent::default(),
            progress: Arc::clone(&aside.progress),
            memory,
        })
    }

    /// Takes up a frame that came back; says what was wrong if it failed.
    pub fn complete(
        &mut self,
        lane: usize,
        completion: Completion,
        pool: &mut dyn FrameMemoryPool,
    ) -> Option<MediaError> {
        let Completion {
            key,
            memory,
            result,
            ..
        } = completion;
        let aside = &mut self.lanes[lane];
        let is_wanted = !aside.progress.is_cancelled();
        aside.state = State::Idle;
        match result {
            JobResult::Done(_) if is_wanted => {
                aside.state = State::Ready(key, memory);
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
    pub fn take(&mut self, lane: usize) -> Option<(FrameKey, Box<dyn FrameMemory>)> {
        let aside = self.lanes.get_mut(lane)?;
        match std::mem::take(&mut aside.state) {
            State::Ready(key, memory) => Some((key, memory)),
            state => {
                aside.state = state;
                None
            }
        }
    }

    /// Gives up what is ready or coming.
    pub fn give_up(&mut self, lane: usize, pool: &mut dyn FrameMemoryPool) {
        let Some(aside) = self.lanes.get_mut(lane) else {
            return;
        };
        match std::mem::take(&mut aside.state) {
            State::Idle => {}
            State::Coming(key) => {
                aside.progress.cancel();
                aside.state = State::Coming(key);
            }
            State::Ready(_, memory) => pool.give_back(memory),
        }
    }
}
