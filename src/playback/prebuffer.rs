//! The prebuffer of a deck: its ring of frames, its decoders, and what is known of both.

use super::depth::ReadTail;
use super::job::{Completion, FrameCost, JobResult};
use super::lead::Lead;
use super::prefetch::{PrefetchRequest, ScheduledFrame};
use super::ring::{FrameRing, RetainedFrames};
use super::sequential::SequentialThread;
use super::source::FrameKey;
use crate::media::MediaError;
use crate::media::frame::FrameMemoryPool;
use crate::settings::PrebufferDepth;
use crate::time::Time;

/// Failed frames that a deck remembers; beyond that the oldest is tried again.
const MAX_FAILED: usize = 64;

/// Time for which a failed frame is left alone before it is tried again.
const RETRY_AFTER: Time = Time::from_seconds(1);

/// An event of a frame on its way.
pub enum FrameEvent {
    /// A frame is ready.
    Ready {
        /// Its cost.
        cost: FrameCost,
        /// Time that it spent in queues.
        waited: Time,
    },
    /// A frame could not be had.
    Failed(MediaError),
    /// The frame of a proxy could not be had.
    ProxyFailed(MediaError),
    /// This many stored bytes were read for a frame that then was not wanted any more, or could not be decoded.
    Wasted {
        /// Bytes read.
        read_bytes: u64,
    },
}

/// Time for which a deck must want fewer slots before it gives some up: near the ends of clips the interval of its frames
/// is another for a moment.
const SHRINK_AFTER: Time = Time::from_seconds(2);

/// Slots that a deck wants, where that follows the disk.
#[derive(Clone, Copy, Debug)]
struct WantedSlots {
    slots: usize,
    /// Time since which fewer would do.
    fewer_since: Option<Time>,
}

impl Default for WantedSlots {
    fn default() -> Self {
        Self {
            slots: PrebufferDepth::AT_START,
            fewer_since: None,
        }
    }
}

/// The prebuffer of a deck.
#[derive(Default)]
pub(super) struct Prebuffer {
    pub ring: FrameRing,
    wanted: WantedSlots,
    /// Bytes of a frame; zero while the deck plays nothing and has no share of the memory.
    pub frame_bytes: u64,
    /// The thread of its own decoders, where frames depend on each other.
    pub sequential: Option<SequentialThread>,
    failed: Vec<(FrameKey, Time)>,
    /// While the playhead is dragged, the frame asked for last.
    scrubbed: Option<FrameKey>,
    lead: Lead,
}

impl Prebuffer {
    /// Gives up every frame that the request does not ask for. Returns the frames to ask for; `None` while the frame of
    /// a drag is still on its way.
    pub fn retain<'a>(
        &mut self,
        request: &PrefetchRequest<'_>,
        wanted: &'a [ScheduledFrame],
        pool: &mut dyn FrameMemoryPool,
    ) -> Option<&'a [ScheduledFrame]> {
        // A drag asks for another frame with every tick. Giving up the one on its way each time would show nothing until
        // the drag rests, so that one is finished first.
        let finishing = self
            .scrubbed
            .filter(|key| request.is_scrubbing && self.ring.is_coming(*key));
        let retained = RetainedFrames {
            scrubbed: finishing,
            late: request.late,
        };
        self.ring
            .retain(wanted, retained, &mut |memory| pool.give_back(memory));
        if finishing.is_some() {
            return None;
        }
        let newest = wanted.first().filter(|_| request.is_scrubbing);
        self.scrubbed = newest.map(|wanted| wanted.key);
        Some(wanted)
    }

    /// Gives up all that is ready or on its way.
    pub fn empty(&mut self, pool: &mut dyn FrameMemoryPool) {
        self.ring
            .retain(&[], RetainedFrames::default(), &mut |memory| {
                pool.give_back(memory);
            });
        self.scrubbed = None;
    }

    /// Forgets what was known of the frames of before.
    pub fn forget(&mut self) {
        self.failed.clear();
        self.frame_bytes = 0;
        self.lead = Lead::default();
        self.wanted = WantedSlots::default();
    }

    /// Slots that it wants, where that follows the disk.
    pub fn wanted_slots(&self) -> usize {
        self.wanted.slots
    }

    /// Wants as many slots as cover the longest reads, for frames as these follow each other. Says whether that changed.
    pub fn follow_tail(&mut self, frames: &[ScheduledFrame], tail: &ReadTail, now: Time) -> bool {
        let Some(interval) = interval_of(frames) else {
            return false;
        };
        // A decoder of its own reads by itself, much further ahead.
        let slots = match self.sequential {
            Some(_) => PrebufferDepth::AT_START,
            None => tail.slots(interval),
        };
        let WantedSlots {
            slots: before,
            fewer_since,
        } = &mut self.wanted;
        if slots >= *before {
            *fewer_since = None;
        } else if now - *fewer_since.get_or_insert(now) < SHRINK_AFTER {
            return false;
        }
        std::mem::replace(before, slots) != slots
    }

    /// Receives a frame that came back, and calls `on` for it.
    pub fn complete(
        &mut self,
        Completion { job, result }: Completion,
        now: Time,
        pool: &mut dyn FrameMemoryPool,
        on: &mut dyn FnMut(FrameEvent),
    ) {
        let (key, cost) = (job.key, job.cost);
        if let Some(took) = cost.in_pool() {
            self.lead.note(took);
        }
        let is_good = matches!(result, JobResult::Done);
        if !is_good && cost.read_bytes > 0 {
            let read_bytes = cost.read_bytes;
            on(FrameEvent::Wasted { read_bytes });
        }
        if let Some(memory) = self.ring.complete(job.slot, key, job.memory, is_good) {
            pool.give_back(memory);
        }
        match result {
            JobResult::Done => {
                let worked = cost.read + cost.decode;
                let waited = (cost.finished_at - job.asked_at - worked).max(Time::ZERO);
                on(FrameEvent::Ready { cost, waited });
            }
            JobResult::Failed(error) => {
                if self.failed.len() >= MAX_FAILED {
                    self.failed.remove(0);
                }
                self.failed.push((key, now));
                on(FrameEvent::Failed(error));
            }
            JobResult::Stale => {}
        }
    }

    /// Lets frames be tried again that failed long enough ago.
    pub fn forgive(&mut self, now: Time) {
        self.failed.retain(|(_, at)| now - *at < RETRY_AFTER);
    }

    /// True if a frame failed lately.
    pub fn has_failed(&self, key: FrameKey) -> bool {
        self.failed.iter().any(|(failed, _)| *failed == key)
    }

    /// While the playhead is dragged: the frame asked for last, once it is ready.
    pub fn ready_scrubbed(&self) -> Option<FrameKey> {
        self.scrubbed.filter(|key| self.ring.is_ready(*key))
    }

    /// Time that the next frame has to be expected to take.
    pub fn lead(&self) -> Time {
        self.lead.expected()
    }

    /// Bytes of all slots together.
    pub fn slot_bytes(&self) -> u64 {
        self.frame_bytes * self.ring.limit() as u64
    }

    /// Bytes of pictures that its decoders keep around the playhead.
    pub fn cached_bytes(&self) -> u64 {
        let thread = self.sequential.as_ref();
        thread.map_or(0, SequentialThread::cached_bytes)
    }
}

/// The shortest time from one of these frames to the next; none if there is no next.
fn interval_of(frames: &[ScheduledFrame]) -> Option<Time> {
    let intervals = frames
        .windows(2)
        .map(|pair| pair[1].deadline - pair[0].deadline);
    intervals.filter(|interval| *interval > Time::ZERO).min()
}
