//! A frame that several decode workers decode at once.
//!
//! ```text
//! owner:   begin ─► work ──────────────────────────────► end: waits for the helpers, takes everything back
//!            └─► a note in the queue for each spare worker
//! helper:          note ─► work, until no part is left or something else is due earlier
//! ```
//!
//! A whole frame for each worker keeps every core busy too, and hands nothing from core to core. So a frame is split
//! only among workers that have nothing else to do, where that makes it ready sooner: after a seek, with few layers,
//! with few large frames.

use std::sync::atomic::Ordering;

use super::guard::guarded;
use super::job::ReadJob;
use super::sync::{AtomicUsize, Mutex, RwLock};
use crate::media::MediaError;
use crate::media::frame::SharedMemory;
use crate::media::source::{DecodeScratch, FramePart, SourceState};
use crate::time::Time;

/// A place where one worker, its owner, has others help with the frame at hand. It is kept from frame to frame, so that
/// splitting allocates nothing.
///
/// Who works on the frame holds the lock for reading meanwhile. The owner alone asks for it for writing: to begin, when
/// nobody works, and to end, when it must wait for the helpers in any case. A helper that comes after that finds
/// nothing, or the owner's next frame, which is as good.
#[derive(Default)]
pub struct SplitFrame(RwLock<Option<Work>>);

struct Work {
    job: ReadJob<SharedMemory>,
    plan: SourceState,
    parts: usize,
    /// The part to be taken next; `parts` or more when all are taken.
    next_part: AtomicUsize,
    /// The first thing that went wrong. The lock protects it alone.
    failure: Mutex<Option<MediaError>>,
}

impl SplitFrame {
    /// Lays out a frame that was planned in `parts`; the plan is lent until [`Self::end`].
    pub fn begin(&self, job: ReadJob, plan: &mut SourceState, parts: usize) {
        *self.0.write() = Some(Work {
            job: job.map_memory(SharedMemory::new),
            plan: std::mem::take(plan),
            parts,
            next_part: AtomicUsize::new(0),
            failure: Mutex::new(None),
        });
    }

    /// Decodes parts until none is left to take, or `is_first` says of the frame's deadline that other work comes before
    /// it.
    pub fn work(&self, scratch: &mut DecodeScratch, is_first: &dyn Fn(Time) -> bool) {
        let work = self.0.read();
        let Some(work) = &*work else {
            return;
        };
        let frame = &work.job.frame;
        while !frame.progress.is_cancelled() && is_first(frame.order.deadline) {
            // Relaxed: only the number counts; the lock orders everything else.
            let part = work.next_part.fetch_add(1, Ordering::Relaxed);
            if part >= work.parts {
                return;
            }
            if let Err(error) = guarded(|| work.decode(part, scratch)) {
                // The rest is not worth decoding.
                work.next_part.store(work.parts, Ordering::Relaxed);
                work.failure.lock().get_or_insert(error);
            }
        }
    }

    /// Waits for those who still help, and gives the frame and the plan back, with what went wrong first; none if no
    /// frame was begun.
    pub fn end(&self, plan: &mut SourceState) -> Option<(ReadJob, Result<(), MediaError>)> {
        let work = self.0.write().take()?;
        *plan = work.plan;
        let job = work.job.map_memory(SharedMemory::into_inner);
        Some((job, work.failure.into_inner().map_or(Ok(()), Err)))
    }
}

impl Work {
    fn decode(&self, part: usize, scratch: &mut DecodeScratch) -> Result<(), MediaError> {
        let plan = &self.plan;
        let part = FramePart { plan, part };
        let ReadJob {
            frame,
            source,
            packet,
        } = &self.job;
        source.decode_part(frame.key.frame, packet, part, scratch, &frame.memory)
    }
}
