//! The shared pool: threads that read, and threads that decode.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use crossbeam_channel::Sender;
use parking_lot::Mutex;

use super::job::{Completion, FrameJob, JobResult, Measured, PooledJob};
use super::queue::WorkQueue;
use super::split_frame::SplitFrame;
use super::thread::{NamedThread, panic_text};
use crate::media::MediaError;
use crate::media::io::PacketBuffer;
use crate::media::source::{DecodeScratch, FrameSource};
use crate::time::{Clock, Time};

/// Most jobs that wait for an I/O worker; more than all slots of all rings, so that asking never waits.
pub const IO_QUEUE_CAPACITY: usize = 1024;

/// Calls the owner's waker when it waits for something.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// Where workers put what they finished.
#[derive(Clone)]
pub struct Outbox {
    /// The channel to the drawing thread.
    pub completions: Sender<Completion>,
    /// Tells it that there is something.
    pub wake: Wake,
}

impl Outbox {
    /// Hands a frame back. After the player is gone there is nobody to take it, and it is dropped.
    pub fn send(&self, completion: Completion) {
        if self.completions.send(completion).is_ok() {
            (self.wake)();
        }
    }
}

/// A frame's stored bytes, read and waiting to be decoded.
pub struct ReadJob {
    /// The frame.
    pub frame: FrameJob,
    /// What decodes it.
    pub source: Arc<dyn FrameSource>,
    /// Its stored bytes.
    pub packet: PacketBuffer,
    /// Time that reading them took.
    pub read: Time,
}

/// Work for a decode worker.
enum DecodeJob {
    /// A frame.
    Frame(ReadJob),
    /// Parts of a frame that another worker is at.
    Help(Arc<SplitFrame>),
}

/// What a decode worker keeps from frame to frame.
#[derive(Default)]
struct Decoder {
    scratch: DecodeScratch,
    /// Where it has others help.
    split: Arc<SplitFrame>,
}

/// I/O and decode workers on one queue each.
///
/// What was read waits in a short queue: an I/O worker that is far ahead of the decoders waits, so that the packets
/// in memory stay few.
pub struct Workers {
    shared: Arc<Shared>,
    threads: Vec<NamedThread>,
}

struct Shared {
    to_read: WorkQueue<PooledJob>,
    to_decode: WorkQueue<DecodeJob>,
    /// Packet buffers for reuse; the lock protects the list alone.
    packets: Mutex<Vec<PacketBuffer>>,
    /// Readers that one lane may keep busy: all but one, so that a disk that does not answer holds up its own lane only.
    readers_per_lane: usize,
    outbox: Outbox,
    clock: Clock,
}

impl Workers {
    /// Starts this many threads of each kind.
    ///
    /// # Errors
    /// What the system says when it has no threads to give.
    pub fn start(
        io_threads: usize,
        decode_threads: usize,
        outbox: Outbox,
        clock: Clock,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            to_read: WorkQueue::new(IO_QUEUE_CAPACITY),
            // Two per decoder: one at hand, one ready behind it.
            to_decode: WorkQueue::new(decode_threads * 2),
            packets: Mutex::new(Vec::new()),
            readers_per_lane: io_threads.saturating_sub(1).max(1),
            outbox,
            clock,
        });
        let mut threads = Vec::with_capacity(io_threads + decode_threads);
        for index in 0..io_threads {
            let shared = Arc::clone(&shared);
            threads.push(NamedThread::spawn(format!("io-{index}"), move || {
                shared.read_until_closed();
            })?);
        }
        for index in 0..decode_threads {
            let shared = Arc::clone(&shared);
            threads.push(NamedThread::spawn(format!("decode-{index}"), move || {
                shared.decode_until_closed();
            })?);
        }
        Ok(Self { shared, threads })
    }

    /// Asks for a frame.
    pub fn push(&self, job: PooledJob) {
        let deadline = job.frame.deadline;
        // The queue closes only when this handle drops, so nothing comes back here.
        if self.shared.to_read.push(deadline, job).is_err() {
            tracing::error!("work was asked for after the workers were told to stop");
        }
    }

    /// Takes cancelled frames back that no worker has begun.
    pub fn take_cancelled(&self) -> Vec<Completion> {
        self.shared
            .to_read
            .take_unwanted(|job| !job.frame.progress.is_cancelled())
            .into_iter()
            .map(|job| job.frame.complete(JobResult::Stale))
            .collect()
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.shared.to_read.close();
        self.shared.to_decode.close();
        self.threads.clear();
    }
}

impl Shared {
    fn read_until_closed(&self) {
        let lane_of = |job: &PooledJob| job.frame.layer;
        while let Some(job) = self.to_read.pop_sharing(self.readers_per_lane, lane_of) {
            let lane = job.frame.layer;
            if job.frame.progress.is_cancelled() {
                self.to_read.put_down(lane);
                self.outbox.send(job.frame.complete(JobResult::Stale));
                continue;
            }
            let mut packet = self.packets.lock().pop().unwrap_or_default();
            let begin = self.clock.now();
            let result = guarded(|| job.source.read(job.frame.key.frame, &mut packet));
            let read = self.clock.now() - begin;
            self.to_read.put_down(lane);
            if let Err(error) = result {
                self.packets.lock().push(packet);
                self.outbox
                    .send(job.frame.complete(JobResult::Failed(error)));
                continue;
            }
            job.frame.progress.enter_decoding();
            let deadline = job.frame.deadline;
            let read_job = ReadJob {
                frame: job.frame,
                source: job.source,
                packet,
                read,
            };
            let decode_job = DecodeJob::Frame(read_job);
            if self.to_decode.push(deadline, decode_job).is_err() {
                return;
            }
        }
    }

    fn decode_until_closed(&self) {
        let mut decoder = Decoder::default();
        while let Some(work) = self.to_decode.pop() {
            match work {
                DecodeJob::Help(split) => split.work(&mut decoder.scratch, &|deadline| {
                    !self.to_decode.has_before(deadline)
                }),
                DecodeJob::Frame(job) => self.decode_and_send(job, &mut decoder),
            }
        }
    }

    fn decode_and_send(&self, job: ReadJob, decoder: &mut Decoder) {
        let begin = self.clock.now();
        let decoded = if job.frame.progress.is_cancelled() {
            Some((job, Ok(())))
        } else {
            match self.parts(&job, &mut decoder.scratch) {
                1 => Some(decode_whole(job, &mut decoder.scratch)),
                parts => self.decode_in_parts(job, parts, decoder),
            }
        };
        let Some((job, result)) = decoded else {
            return;
        };
        let finished_at = self.clock.now();
        let measured = Measured {
            read_bytes: job.packet.len() as u64,
            read: job.read,
            decode: finished_at - begin,
            finished_at,
        };
        let result = match result {
            Err(error) => JobResult::Failed(error),
            // It may have been left half done.
            Ok(()) if job.frame.progress.is_cancelled() => JobResult::Stale,
            Ok(()) => JobResult::Done(measured),
        };
        self.packets.lock().push(job.packet);
        self.outbox.send(job.frame.complete(result));
    }

    /// The number of parts to decode a frame in, which are then planned in the scratch: 1 while every other worker has
    /// frames of its own to decode.
    fn parts(&self, job: &ReadJob, scratch: &mut DecodeScratch) -> usize {
        if self.to_decode.spare_workers() == 0 {
            return 1;
        }
        let frame = job.frame.key.frame;
        let parts = guarded(|| job.source.plan_parts(frame, &job.packet, &mut scratch.plan));
        // Decoding it whole tells what is wrong with it.
        parts.map_or(1, |parts| parts.max(1))
    }

    fn decode_in_parts(
        &self,
        job: ReadJob,
        parts: usize,
        decoder: &mut Decoder,
    ) -> Option<(ReadJob, Result<(), MediaError>)> {
        let Decoder { scratch, split } = decoder;
        let deadline = job.frame.deadline;
        split.begin(job, &mut scratch.plan, parts);
        let help = || DecodeJob::Help(Arc::clone(split));
        self.to_decode.push_to_spare(deadline, parts - 1, help);
        split.work(scratch, &|_| true);
        split.end(&mut scratch.plan)
    }
}

fn decode_whole(
    mut job: ReadJob,
    scratch: &mut DecodeScratch,
) -> (ReadJob, Result<(), MediaError>) {
    let result = guarded(|| {
        let memory = &mut *job.frame.memory;
        job.source
            .decode(job.frame.key.frame, &job.packet, scratch, memory)
    });
    (job, result)
}

/// Runs work on untrusted input; a panic becomes an error of the layer.
pub fn guarded<T>(work: impl FnOnce() -> Result<T, MediaError>) -> Result<T, MediaError> {
    // Unwind safe: on a panic the caller throws the frame away, and buffers are overwritten before they are read.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        Err(MediaError::Panicked {
            path: PathBuf::new(),
            reason: panic_text(&*payload),
        })
    })
}
