//! The shared pool: threads that read, and threads that decode.

use std::sync::Arc;

use super::guard::guarded;
use super::job::{Completion, JobResult, PooledJob, ReadJob};
use super::queue::WorkQueue;
use super::read_queue::{ReadQueue, SharingRules};
use super::split_frame::SplitFrame;
use super::sync::{Mutex, Sender};
use super::thread::{NamedThread, join_together};
use crate::media::MediaError;
use crate::media::io::PacketBuffer;
use crate::media::source::DecodeScratch;
use crate::time::{Clock, Time};

/// Jobs that may wait for an I/O worker: more than all slots of all rings, so that asking never waits.
pub const IO_QUEUE_CAPACITY: usize = 1024;

/// Most readers: one for each of six layers whose disks do not answer, with as many as there are otherwise.
const MAX_READERS: usize = 10;

/// Time for which a deck may read without an end before it counts as stuck. The longest that a disk in working order takes for
/// a frame is a tenth of that.
const STUCK_AFTER: Time = Time::from_flicks(crate::time::FLICKS_PER_SECOND / 4);

/// Calls the owner's waker when it waits for something.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// The way back of finished frames.
#[derive(Clone)]
pub struct Outbox {
    /// The channel to the drawing thread.
    pub completions: Sender<Completion>,
    /// Wakes it.
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

/// Work for a decode worker.
enum DecodeJob {
    /// A frame.
    Frame(ReadJob),
    /// Parts of a frame that another worker is at.
    Help(Arc<SplitFrame>),
}

/// Buffers that a decode worker keeps from frame to frame.
#[derive(Default)]
struct Decoder {
    scratch: DecodeScratch,
    /// The frame that others help with.
    split: Arc<SplitFrame>,
}

/// I/O and decode workers on one queue each.
///
/// Packets wait in a short queue: an I/O worker that is far ahead of the decoders waits, so that the packets
/// in memory stay few.
pub struct Workers {
    shared: Arc<PoolState>,
    readers: Vec<NamedThread>,
    /// Readers begun so far, for their names.
    readers_begun: usize,
    decoders: Vec<NamedThread>,
}

struct PoolState {
    to_read: ReadQueue<PooledJob>,
    to_decode: WorkQueue<DecodeJob>,
    /// Packet buffers for reuse; the lock protects the list alone.
    packets: Mutex<Vec<PacketBuffer>>,
    outbox: Outbox,
    clock: Clock,
}

impl Workers {
    /// Starts this many threads of each kind.
    ///
    /// # Errors
    /// The system's, if it has no threads to give.
    pub fn start(
        io_threads: usize,
        decode_threads: usize,
        outbox: Outbox,
        clock: Clock,
    ) -> std::io::Result<Self> {
        // Disks that do not answer hold up their own decks only.
        let sharing = SharingRules {
            per_channel: io_threads.saturating_sub(1).max(1),
            stuck_after: STUCK_AFTER,
        };
        let to_read = ReadQueue::new(IO_QUEUE_CAPACITY, sharing, clock.clone(), Clock::system());
        let shared = Arc::new(PoolState {
            to_read,
            // One per decoder, ready behind the one at hand: each more holds a packet of a large frame.
            to_decode: WorkQueue::new(decode_threads),
            packets: Mutex::new(Vec::new()),
            outbox,
            clock,
        });
        let mut workers = Self {
            shared,
            readers: Vec::with_capacity(io_threads),
            readers_begun: 0,
            decoders: Vec::with_capacity(decode_threads),
        };
        for _ in 0..io_threads {
            workers.add_reader(Stay::Always)?;
        }
        for index in 0..decode_threads {
            let shared = Arc::clone(&workers.shared);
            let name = format!("decode-{index}");
            let decoder = NamedThread::spawn(name, move || shared.decode_until_closed())?;
            workers.decoders.push(decoder);
        }
        Ok(workers)
    }

    fn add_reader(&mut self, stay: Stay) -> std::io::Result<()> {
        let shared = Arc::clone(&self.shared);
        let name = format!("io-{}", self.readers_begun);
        let reader = NamedThread::spawn(name, move || shared.read_until_closed(stay))?;
        self.readers_begun += 1;
        self.readers.push(reader);
        Ok(())
    }

    /// The number of readers.
    pub fn readers(&self) -> usize {
        self.readers.len()
    }

    /// Adds a reader if all there are wait for disks that do not answer while other decks have something to read, up to
    /// ten. Once all disks answer, those added go again. To be called now and then.
    pub fn relieve_stuck(&mut self) {
        self.readers.retain(|reader| !reader.is_finished());
        let readers = self.readers.len();
        if readers < MAX_READERS && self.shared.to_read.needs_another_reader(readers) {
            tracing::warn!("{readers} reads do not come to an end; another reader goes on");
            if let Err(error) = self.add_reader(Stay::WhileStuck) {
                tracing::error!("no thread for another reader: {error}");
            }
        }
    }

    /// Asks for a frame.
    pub fn push(&self, job: PooledJob) {
        // The queue closes only when this handle drops, so nothing comes back here.
        let (channel, order) = (job.frame.channel, job.frame.order);
        if self.shared.to_read.push(channel, order, job).is_err() {
            tracing::error!("work was asked for after the workers were told to stop");
        }
    }

    /// True if readers wait for decoders, so that what is not read yet waits for them too.
    pub fn is_decoding_behind(&self) -> bool {
        self.shared.to_decode.is_full()
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

    /// Has all threads end, after what they are at; their ends are for the caller to wait for.
    pub fn end(&mut self) -> Vec<NamedThread> {
        self.shared.to_read.close();
        self.shared.to_decode.close();
        let readers = self.readers.drain(..);
        readers.chain(self.decoders.drain(..)).collect()
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        join_together(self.end());
    }
}

/// The stay of a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stay {
    /// Until the workers are told to stop.
    Always,
    /// For as long as a disk does not answer.
    WhileStuck,
}

impl PoolState {
    fn read_until_closed(&self, stay: Stay) {
        while let Some(job) = self.to_read.pop() {
            let may_go_on = self.read_and_pass_on(job);
            // Having put its work down it has woken whoever may take the next, so it can go.
            if !may_go_on || (stay == Stay::WhileStuck && !self.to_read.is_any_stuck()) {
                return;
            }
        }
    }

    /// Reads a frame; false once the workers are told to stop.
    fn read_and_pass_on(&self, mut job: PooledJob) -> bool {
        let channel = job.frame.channel;
        // Given up while it waited: the slot is free the sooner the less is done.
        if job.frame.progress.is_cancelled() {
            self.to_read.put_down(channel);
            self.outbox.send(job.frame.complete(JobResult::Stale));
            return true;
        }
        let mut packet = self.packets.lock().pop().unwrap_or_default();
        job.frame.progress.enter_reading();
        let begun_at = self.clock.now();
        let result = guarded(|| read(&mut job, &mut packet));
        let finished_at = self.clock.now();
        let cost = &mut job.frame.cost;
        (cost.begun_at, cost.finished_at) = (Some(begun_at), finished_at);
        cost.read = finished_at - begun_at;
        // Before the packet is handed on, which may wait for decoders: the disk of this channel is free.
        self.to_read.put_down(channel);
        let done = match result {
            Ok(Read::Packet) => {
                job.frame.cost.read_bytes = packet.len() as u64;
                return self.hand_over(job, packet);
            }
            Ok(Read::Frame { read_bytes }) => {
                job.frame.cost.read_bytes = read_bytes;
                JobResult::Done
            }
            Err(error) => JobResult::Failed(error),
        };
        self.packets.lock().push(packet);
        self.outbox.send(job.frame.complete(done));
        true
    }

    /// Passes a packet on to be decoded; false once the workers are told to stop.
    fn hand_over(&self, job: PooledJob, packet: PacketBuffer) -> bool {
        job.frame.progress.enter_decoding();
        let deadline = job.frame.order.deadline;
        let read_job = ReadJob {
            frame: job.frame,
            source: job.source,
            packet,
        };
        let decode_job = DecodeJob::Frame(read_job);
        self.to_decode.push(deadline, decode_job).is_ok()
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
        let Some((mut job, result)) = decoded else {
            return;
        };
        let finished_at = self.clock.now();
        job.frame.cost.decode = finished_at - begin;
        job.frame.cost.finished_at = finished_at;
        let result = match result {
            Err(error) => JobResult::Failed(error),
            // It may have been left half done.
            Ok(()) if job.frame.progress.is_cancelled() => JobResult::Stale,
            Ok(()) => JobResult::Done,
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
        // What is wrong with it comes out as it is decoded whole.
        parts.map_or(1, |parts| parts.max(1))
    }

    fn decode_in_parts(
        &self,
        job: ReadJob,
        parts: usize,
        decoder: &mut Decoder,
    ) -> Option<(ReadJob, Result<(), MediaError>)> {
        let Decoder { scratch, split } = decoder;
        let deadline = job.frame.order.deadline;
        split.begin(job, &mut scratch.plan, parts);
        let help = || DecodeJob::Help(Arc::clone(split));
        self.to_decode.push_to_spare(deadline, parts - 1, help);
        split.work(scratch, &|_| true);
        split.end(&mut scratch.plan)
    }
}

/// The result of reading.
enum Read {
    /// The frame's packet.
    Packet,
    /// The frame itself, in its memory.
    Frame { read_bytes: u64 },
}

fn read(job: &mut PooledJob, packet: &mut PacketBuffer) -> Result<Read, MediaError> {
    let frame = job.frame.key.frame;
    let memory = &mut *job.frame.memory;
    if let Some(read_bytes) = job.source.read_into(frame, packet, memory)? {
        return Ok(Read::Frame { read_bytes });
    }
    job.source.read(frame, packet)?;
    Ok(Read::Packet)
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
