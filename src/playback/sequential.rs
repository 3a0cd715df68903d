//! The thread of a deck whose frames depend on each other.

use std::sync::Arc;

use super::budget::FrameCacheBudget;
use super::channel::DeckId;
use super::guard::guarded;
use super::job::{Completion, FrameCost, JobResult, SequentialJob};
use super::queue::WorkQueue;
use super::source::SourceId;
use super::thread::NamedThread;
use super::workers::{IO_QUEUE_CAPACITY, Outbox};
use crate::media::source::{DecodeOutcome, SequentialOpener, SequentialSource};
use crate::time::{Clock, Time};

/// Decoders that a deck keeps open: the clip's that plays, and the next one's.
const OPEN_DECODERS: usize = 2;

/// Niceness of the threads of decoders over the others of the program, see nice(2). Where there is more to
/// decode than the cores can, their own frames come late, and neither drawing nor HAP layers do.
#[cfg(target_os = "linux")]
const STEPS_BACK: i32 = 5;

/// Work for the thread.
enum Work {
    /// Decode a frame.
    Frame(SequentialJob),
    /// Keep no more pictures than are allowed now.
    Trim,
}

/// One thread that owns a deck's decoders and does one frame after the other, the earliest due first.
pub struct SequentialThread {
    queue: Arc<WorkQueue<Work>>,
    cache: Arc<FrameCacheBudget>,
    outbox: Outbox,
    /// Until the end is waited for elsewhere.
    thread: Option<NamedThread>,
}

impl SequentialThread {
    /// Starts the thread of a deck.
    ///
    /// # Errors
    /// The system's, if it has no thread to give.
    pub fn start(deck: DeckId, outbox: Outbox, clock: Clock) -> std::io::Result<Self> {
        let queue = Arc::new(WorkQueue::new(IO_QUEUE_CAPACITY));
        let cache = Arc::new(FrameCacheBudget::default());
        let worker = Worker {
            queue: Arc::clone(&queue),
            cache: Arc::clone(&cache),
            decoders: Vec::new(),
            outbox: outbox.clone(),
            clock,
        };
        let thread = NamedThread::spawn(format!("ffmpeg-{}", deck.0), move || worker.run())?;
        Ok(Self {
            queue,
            cache,
            outbox,
            thread: Some(thread),
        })
    }

    /// Asks for a frame.
    pub fn push(&self, job: SequentialJob) {
        let deadline = job.frame.order.deadline;
        if self.queue.push(deadline, Work::Frame(job)).is_err() {
            tracing::error!("work was asked for after the decoder's thread was told to stop");
        }
    }

    /// Allows its decoders to keep so many bytes of pictures together. What is over that goes as soon as the frame at
    /// hand is done.
    pub fn allow_cache(&self, bytes: u64) {
        if self.cache.allow(bytes) {
            // Before any frame. A queue that was closed has nothing to keep, for its decoders are closed too.
            drop(self.queue.push(Time::ZERO, Work::Trim));
        }
    }

    /// Bytes of pictures that its decoders keep.
    pub fn cached_bytes(&self) -> u64 {
        self.cache.held_bytes()
    }

    /// Takes cancelled frames back that the decoder has not begun.
    pub fn take_cancelled(&self) -> Vec<Completion> {
        self.queue
            .take_unwanted(|work| match work {
                Work::Frame(job) => !job.frame.progress.is_cancelled(),
                Work::Trim => true,
            })
            .into_iter()
            .filter_map(Work::given_up)
            .collect()
    }
}

impl Work {
    /// The completion of a frame that is not begun.
    fn given_up(self) -> Option<Completion> {
        match self {
            Self::Frame(job) => Some(job.frame.complete(JobResult::Stale)),
            Self::Trim => None,
        }
    }
}

impl SequentialThread {
    /// Tells the thread to end, and to close its decoders, after the frame at hand. What waits goes back unread.
    fn close(&self) {
        for completion in self.queue.close().into_iter().filter_map(Work::given_up) {
            self.outbox.send(completion);
        }
    }

    /// Tells the thread to end, as dropping this does; its end is for the caller to wait for.
    pub fn into_thread(mut self) -> Option<NamedThread> {
        self.close();
        self.thread.take()
    }
}

impl Drop for SequentialThread {
    fn drop(&mut self) {
        self.close();
    }
}

/// Gives way to others, with this thread and those that it starts, which are those of libavcodec. On Linux a thread's priority
/// is its own (setpriority(2), notes).
fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(STEPS_BACK) {
        tracing::debug!("decoders run at normal priority: {error}");
    }
}

struct Worker {
    queue: Arc<WorkQueue<Work>>,
    cache: Arc<FrameCacheBudget>,
    /// Open decoders, the one used last at the end.
    decoders: Vec<(SourceId, Box<dyn SequentialSource>)>,
    outbox: Outbox,
    clock: Clock,
}

impl Worker {
    fn run(mut self) {
        stand_back();
        while let Some(work) = self.next_work() {
            let Work::Frame(mut job) = work else {
                self.trim();
                continue;
            };
            let result = if job.frame.progress.is_cancelled() {
                JobResult::Stale
            } else {
                self.decode(&mut job)
            };
            self.report_cache();
            self.outbox.send(job.frame.complete(result));
        }
    }

    /// Waits for work. Until there is some, the decoder used last decodes ahead what may be asked for next.
    fn next_work(&mut self) -> Option<Work> {
        while !self.queue.is_ready() && self.prepare() {}
        self.queue.pop()
    }

    /// Decodes ahead; true if there may be more to decode.
    fn prepare(&mut self) -> bool {
        let Some((_, decoder)) = self.decoders.last_mut() else {
            return false;
        };
        let queue = &self.queue;
        let prepared = guarded(|| Ok(decoder.prepare(&|| queue.is_ready())));
        let has_more = prepared.unwrap_or_else(|error| {
            tracing::error!(%error, "a decoder failed at what was not asked for");
            self.decoders.pop();
            false
        });
        self.report_cache();
        has_more
    }

    /// Holds every decoder to its share of what is allowed.
    fn trim(&mut self) {
        let bytes = self.cache.allowed_bytes(self.decoders.len());
        for (_, decoder) in &mut self.decoders {
            decoder.keep(bytes);
        }
        self.report_cache();
    }

    fn report_cache(&self) {
        let kept = self
            .decoders
            .iter()
            .map(|(_, decoder)| decoder.kept_bytes());
        self.cache.report(kept.sum());
    }

    fn decode(&mut self, job: &mut SequentialJob) -> JobResult {
        let source = job.frame.key.source;
        job.frame.progress.enter_decoding();
        let begin = self.clock.now();
        let decoded = guarded(|| {
            let decoder = self.decoder(source, &*job.source)?;
            let progress = &job.frame.progress;
            decoder.decode(job.frame.key.frame, &mut *job.frame.memory, &|| {
                progress.is_cancelled()
            })
        });
        let finished_at = self.clock.now();
        match decoded {
            Ok(DecodeOutcome::Frame {
                read_bytes,
                read_nanos,
            }) => {
                let read = Time::from_nanos(i64::try_from(read_nanos).unwrap_or(i64::MAX));
                job.frame.cost = FrameCost {
                    begun_at: None,
                    read_bytes,
                    read,
                    decode: finished_at - begin - read,
                    finished_at,
                };
                JobResult::Done
            }
            Ok(DecodeOutcome::Stale) => JobResult::Stale,
            Err(error) => {
                // Its state is unknown now: the next frame begins with a new decoder.
                self.decoders.retain(|(id, _)| *id != source);
                JobResult::Failed(error)
            }
        }
    }

    fn decoder(
        &mut self,
        source: SourceId,
        opener: &dyn SequentialOpener,
    ) -> Result<&mut dyn SequentialSource, crate::media::MediaError> {
        let position = self.decoders.iter().position(|(id, _)| *id == source);
        let entry = if let Some(index) = position {
            self.decoders.remove(index)
        } else {
            if self.decoders.len() >= OPEN_DECODERS {
                self.decoders.remove(0);
            }
            (source, opener.open()?)
        };
        self.decoders.push(entry);
        self.trim();
        let last = self.decoders.len() - 1;
        Ok(&mut *self.decoders[last].1)
    }
}
