//! The player: workers, and a ring of frames for each lane.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

use super::budget::share_slots;
use super::job::{
    Completion, FrameJob, FrameKey, JobResult, Measured, PooledJob, SourceId, Spent, Stage,
};
use super::lead::Lead;
use super::proxy_slot::Asides;
use super::read_queue::Order;
use super::ring::{Kept, LayerRing, Wanted};
use super::sequential::{SequentialJob, SequentialThread};
use super::sync::{AtomicBool, Receiver, bounded};
use super::thread::{NamedThread, join_together};
use super::workers::{Outbox, Wake, Workers};
use crate::media::frame::{FrameMemory, FrameMemoryPool};
use crate::media::{MediaError, Video, VideoSource};
use crate::time::{Clock, Time};

/// Lanes that can play at once: those of 24 layers with two clips at a time.
pub const MAX_LANES: usize = 48;

/// Most frames on their way at once: every slot of every lane, and some for slots being taken away.
const COMPLETIONS_CAPACITY: usize = MAX_LANES * 64;

/// Failed frames that a lane remembers; beyond that the oldest is tried again.
const MAX_FAILED: usize = 64;

/// How long a failed frame is left alone before it is tried again.
const RETRY_AFTER: Time = Time::from_seconds(1);

/// How a player works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlayerOptions {
    /// Threads that read.
    pub io_threads: usize,
    /// Threads that decode.
    pub decode_threads: usize,
    /// Frames that each lane reads ahead.
    pub prebuffer: usize,
    /// Bytes of frame memory for all lanes together.
    pub budget_bytes: u64,
}

impl PlayerOptions {
    /// Workers by the number of cores: as many that decode as there are cores, and as many that read, but 3 or 4:
    /// a disk answers a few questions at once quicker than one by one, more only compete, and one is kept free of each
    /// lane. More readers come only when disks do not answer, and go again once they do.
    pub fn for_cores(cores: usize, prebuffer: usize, budget_bytes: u64) -> Self {
        Self {
            io_threads: cores.clamp(3, 4),
            decode_threads: cores.clamp(1, 16),
            prebuffer,
            budget_bytes,
        }
    }
}

/// An open media file, numbered.
#[derive(Clone)]
pub struct Source {
    /// Its number, never used twice.
    pub id: SourceId,
    /// The file.
    pub media: Video,
}

/// What a lane shows next.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plan<'a> {
    /// The frames to have, soonest first.
    pub wanted: &'a [Wanted],
    /// How much the first of them matters.
    pub first: First,
    /// Frames whose time is over, but that are to be shown if they come.
    pub late: &'a [FrameKey],
    /// How long before its deadline a frame has to be begun to be there in time.
    pub lead: Time,
    /// Whether each slot is to be filled as soon as it is free: frames take longer than one of them is due.
    pub is_pressed: bool,
    /// Whether the playhead is being dragged: then what is on its way is finished first, and only then the newest
    /// frame asked for, so that a drag never starves.
    pub is_scrubbing: bool,
}

/// How much the first frame of a plan matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum First {
    /// It is not due yet.
    #[default]
    Ahead,
    /// It is due, and playing goes on without it: it comes after what can still be in time.
    Missed,
    /// It is waited for: it comes before everything else.
    Awaited,
}

/// News of a lane.
pub enum News {
    /// A frame is ready.
    Ready(Measured),
    /// A frame could not be had.
    Failed(MediaError),
    /// A frame beside the ring could not be had.
    AsideFailed(MediaError),
    /// This many stored bytes were read for a frame that then was not wanted any more, or could not be decoded.
    Wasted {
        /// How many.
        read_bytes: u64,
    },
}

/// Reads and decodes ahead for several lanes. Used by the drawing thread alone; nothing here waits, but for
/// [`Player::wait`].
pub struct Player {
    lanes: Vec<Lane>,
    asides: Asides,
    /// Threads of lanes that were cleared, on their way out: the drawing thread does not wait for them.
    ending: Vec<NamedThread>,
    options: PlayerOptions,
    workers: Workers,
    completions: Receiver<Completion>,
    outbox: Outbox,
    wants_wake: Arc<AtomicBool>,
    waker: Arc<OnceLock<Wake>>,
    clock: Clock,
}

#[derive(Default)]
struct Lane {
    ring: LayerRing,
    frame_bytes: u64,
    sequential: Option<SequentialThread>,
    failed: Vec<(FrameKey, Time)>,
    /// While the playhead is dragged, the frame asked for last.
    scrubbed: Option<FrameKey>,
    /// How long its frames take.
    lead: Lead,
}

impl Player {
    /// A player without lanes.
    ///
    /// # Errors
    /// What the system says when it has no threads to give.
    pub fn new(options: PlayerOptions, clock: Clock) -> std::io::Result<Self> {
        let (sender, completions) = bounded(COMPLETIONS_CAPACITY);
        let wants_wake = Arc::new(AtomicBool::new(false));
        let waker = Arc::new(OnceLock::<Wake>::new());
        let outbox = Outbox {
            completions: sender,
            wake: Arc::new({
                let (wants_wake, waker) = (Arc::clone(&wants_wake), Arc::clone(&waker));
                move || {
                    // SeqCst, as in `wake_me`.
                    if wants_wake.swap(false, Ordering::SeqCst)
                        && let Some(wake) = waker.get()
                    {
                        wake();
                    }
                }
            }),
        };
        let workers = Workers::start(
            options.io_threads,
            options.decode_threads,
            outbox.clone(),
            clock.clone(),
        )?;
        Ok(Self {
            lanes: Vec::new(),
            asides: Asides::default(),
            ending: Vec::new(),
            options,
            workers,
            completions,
            outbox,
            wants_wake,
            waker,
            clock,
        })
    }

    /// Has `wake` called when a frame arrives after [`Player::wake_me`]. Only the first call counts.
    pub fn set_waker(&self, wake: Wake) {
        // A second waker would have to be told apart by workers in the middle of a call; there is only one window.
        drop(self.waker.set(wake));
    }

    /// Asks to be woken by the next frame that arrives. Says false if one is there already.
    pub fn wake_me(&self) -> bool {
        // SeqCst here and in the outbox: this thread notes its wish and then looks for a frame, a worker sends a frame
        // and then looks for the wish. With anything weaker both could miss what the other did.
        self.wants_wake.store(true, Ordering::SeqCst);
        self.completions.is_empty()
    }

    /// How the player works.
    pub fn options(&self) -> &PlayerOptions {
        &self.options
    }

    /// Sets how many frames each lane reads ahead, and the bytes of frame memory for all lanes together. What is beyond
    /// that is given up with the next plan of each lane, so that what is due soonest stays.
    pub fn set_memory(&mut self, prebuffer: usize, budget_bytes: u64) {
        self.options.prebuffer = prebuffer;
        self.options.budget_bytes = budget_bytes;
        self.share_memory();
    }

    /// Sets how many lanes there are, up to [`MAX_LANES`]. What lanes taken away still have on its way is dropped as
    /// it comes back.
    pub fn set_lanes(&mut self, count: usize, pool: &mut dyn FrameMemoryPool) {
        let count = count.min(MAX_LANES);
        for index in count..self.lanes.len() {
            self.clear_lane(index, pool);
        }
        while self.lanes.len() < count {
            self.lanes.push(Lane::default());
        }
        self.share_memory();
    }

    /// Gives up all that a lane has ready or on its way.
    pub fn empty_lane(&mut self, index: usize, pool: &mut dyn FrameMemoryPool) {
        let lane = &mut self.lanes[index];
        lane.ring.retain(&[], Kept::default(), &mut |memory| {
            pool.give_back(memory);
        });
        lane.scrubbed = None;
        self.asides.give_up(index, pool);
    }

    /// Asks for a frame beside a lane's ring, of a source whose frames stand alone, before all that is in the rings'
    /// queue. While another is coming for the lane nothing happens: ask again once that has come.
    pub fn call_detached(
        &mut self,
        lane: usize,
        key: FrameKey,
        source: &Source,
        deadline: Time,
        pool: &mut dyn FrameMemoryPool,
    ) {
        let VideoSource::Pooled(frames) = &source.media.source else {
            return;
        };
        let times = (self.clock.now(), deadline);
        let bytes = source.media.layout.bytes;
        if let Some(frame) = self.asides.ask(lane, key, bytes, times, pool) {
            let source = Arc::clone(frames);
            self.workers.push(PooledJob { frame, source });
        }
    }

    /// Takes the frame beside a lane's ring, once it has come.
    pub fn take_aside(&mut self, lane: usize) -> Option<(FrameKey, Box<dyn FrameMemory>)> {
        self.asides.take(lane)
    }

    /// Gives up the frame beside a lane's ring.
    pub fn give_up_aside(&mut self, lane: usize, pool: &mut dyn FrameMemoryPool) {
        self.asides.give_up(lane, pool);
    }

    /// Gives up all that a lane has ready or on its way, its share of the memory, and its decoders.
    pub fn clear_lane(&mut self, lane: usize, pool: &mut dyn FrameMemoryPool) {
        self.empty_lane(lane, pool);
        let lane = &mut self.lanes[lane];
        lane.failed.clear();
        lane.frame_bytes = 0;
        lane.lead = Lead::default();
        if let Some(thread) = lane.sequential.take() {
            self.ending.extend(thread.into_thread());
        }
        self.share_memory();
    }

    /// Tells how large the frames of a lane are, so that memory can be shared.
    pub fn set_frame_bytes(&mut self, lane: usize, bytes: u64) {
        if self.lanes[lane].frame_bytes != bytes {
            self.lanes[lane].frame_bytes = bytes;
            self.share_memory();
        }
    }

    fn share_memory(&mut self) {
        let sizes: Vec<u64> = self.lanes.iter().map(|lane| lane.frame_bytes).collect();
        let shares = share_slots(&sizes, self.options.prebuffer, self.options.budget_bytes);
        for (lane, slots) in self.lanes.iter_mut().zip(shares) {
            lane.ring.set_limit(slots);
        }
        self.share_rest();
    }

    /// What the slots, and frames being copied from, leave of the budget goes in equal parts to lanes that have decoders,
    /// for pictures around the playhead.
    fn share_rest(&self) {
        let left = self
            .options
            .budget_bytes
            .saturating_sub(self.circulating_bytes());
        let threads = self
            .lanes
            .iter()
            .filter_map(|lane| lane.sequential.as_ref());
        let each = left / threads.clone().count().max(1) as u64;
        for thread in threads {
            thread.keep(each);
        }
    }

    /// Bytes of pictures that a lane's decoders keep around the playhead.
    pub fn kept_bytes(&self, lane: usize) -> u64 {
        let thread = self.lanes[lane].sequential.as_ref();
        thread.map_or(0, SequentialThread::kept_bytes)
    }

    /// The same of all lanes.
    pub fn all_kept_bytes(&self) -> u64 {
        (0..self.lanes.len())
            .map(|lane| self.kept_bytes(lane))
            .sum()
    }

    /// Bytes that frames take which wait in slots or are being copied from: half as much again as all slots covers two
    /// of each lane on their way to a texture.
    pub fn circulating_bytes(&self) -> u64 {
        let slots = self.shared_bytes();
        slots.saturating_add(slots / 2)
    }

    /// Bytes of all slots together: at most the budget, unless that is too small for the fewest slots there can be.
    pub fn shared_bytes(&self) -> u64 {
        self.lanes
            .iter()
            .map(|lane| lane.frame_bytes * lane.ring.limit() as u64)
            .sum()
    }

    /// Slots of a lane.
    pub fn slots(&self, lane: usize) -> usize {
        self.lanes[lane].ring.limit()
    }

    /// The ring of a lane, to look at.
    pub fn ring(&self, lane: usize) -> &LayerRing {
        &self.lanes[lane].ring
    }

    /// Takes up all that workers finished, telling `on` of each.
    pub fn poll(
        &mut self,
        pool: &mut dyn FrameMemoryPool,
        on: &mut dyn FnMut(usize, FrameKey, News),
    ) {
        self.workers.relieve_stuck();
        while let Ok(completion) = self.completions.try_recv() {
            self.take_up(completion, pool, on);
        }
        self.ending.retain(|thread| !thread.is_finished());
    }

    /// Waits until `deadline` on the clock for one frame, and takes it up. Says whether one came.
    pub fn wait(
        &mut self,
        deadline: Time,
        pool: &mut dyn FrameMemoryPool,
        on: &mut dyn FnMut(usize, FrameKey, News),
    ) -> bool {
        match self
            .completions
            .recv_deadline(self.clock.instant_at(deadline))
        {
            Ok(completion) => {
                self.take_up(completion, pool, on);
                true
            }
            Err(_) => false,
        }
    }

    fn take_up(
        &mut self,
        completion: Completion,
        pool: &mut dyn FrameMemoryPool,
        on: &mut dyn FnMut(usize, FrameKey, News),
    ) {
        if let Some(lane) = Asides::lane_of(completion.layer) {
            let key = completion.key;
            if let Some(error) = self.asides.complete(lane, completion, pool) {
                on(lane, key, News::AsideFailed(error));
            }
            return;
        }
        let Completion {
            layer,
            slot,
            key,
            asked_at,
            spent,
            memory,
            result,
        } = completion;
        let lane = &mut self.lanes[layer];
        if let Some(time) = spent.time {
            lane.lead.note(time);
        }
        let is_good = matches!(result, JobResult::Done(_));
        if !is_good && spent.read_bytes > 0 {
            let read_bytes = spent.read_bytes;
            on(layer, key, News::Wasted { read_bytes });
        }
        if let Some(memory) = lane.ring.complete(slot, key, memory, is_good) {
            pool.give_back(memory);
        }
        match result {
            JobResult::Done(mut measured) => {
                let worked = measured.read + measured.decode;
                measured.waited = (measured.finished_at - asked_at - worked).max(Time::ZERO);
                on(layer, key, News::Ready(measured));
            }
            JobResult::Failed(error) => {
                if lane.failed.len() >= MAX_FAILED {
                    lane.failed.remove(0);
                }
                lane.failed.push((key, self.clock.now()));
                on(layer, key, News::Failed(error));
            }
            JobResult::Stale => {}
        }
    }

    /// Makes a lane's ring hold what is wanted: gives up the rest, asks for what is missing.
    pub fn plan(
        &mut self,
        lane_index: usize,
        plan: Plan<'_>,
        source: &dyn Fn(SourceId) -> Option<Source>,
        pool: &mut dyn FrameMemoryPool,
    ) {
        let now = self.clock.now();
        let lane = &mut self.lanes[lane_index];
        lane.failed.retain(|(_, at)| now - *at < RETRY_AFTER);
        let failed = &lane.failed;
        let is_possible = |wanted: &Wanted| failed.iter().all(|(key, _)| *key != wanted.key);
        // Nearly always nothing failed, and the list is used as it is.
        let filtered: Vec<Wanted>;
        let wanted = if plan.wanted.iter().all(is_possible) {
            plan.wanted
        } else {
            filtered = plan.wanted.iter().copied().filter(is_possible).collect();
            &filtered
        };
        let keep = lane
            .scrubbed
            .filter(|key| plan.is_scrubbing && lane.ring.is_coming(*key));
        let kept = Kept {
            scrubbed: keep,
            late: plan.late,
        };
        lane.ring
            .retain(wanted, kept, &mut |memory| pool.give_back(memory));
        if keep.is_none() {
            let newest = wanted.first().filter(|_| plan.is_scrubbing);
            lane.scrubbed = newest.map(|wanted| wanted.key);
        }
        if self.lanes[lane_index].ring.has_cancelled() {
            self.recall_cancelled(lane_index, pool);
        }
        if keep.is_some() {
            return;
        }
        let first = plan.wanted.first().map(|wanted| wanted.key);
        let is_urgent = plan.first != First::Ahead || plan.is_pressed;
        while let Some(request) = self.lanes[lane_index].ring.next_request(wanted, is_urgent) {
            let Some(source) = source(request.wanted.key.source) else {
                self.lanes[lane_index].ring.withdraw(request.slot);
                break;
            };
            let Some(memory) = pool.take(source.media.layout.bytes) else {
                self.lanes[lane_index].ring.withdraw(request.slot);
                break;
            };
            let deadline = request.wanted.deadline;
            let is_first = first == Some(request.wanted.key);
            let order = Order {
                lane: lane_index,
                deadline,
                start_by: match plan.first {
                    First::Awaited if is_first => Time::MAX,
                    _ => deadline - plan.lead,
                },
                is_missed: is_first && plan.first == First::Missed,
            };
            let job = FrameJob {
                layer: lane_index,
                slot: request.slot,
                key: request.wanted.key,
                order,
                asked_at: now,
                spent: Spent::default(),
                progress: request.progress,
                memory,
            };
            self.send(job, &source, pool);
        }
    }

    fn send(&mut self, job: FrameJob, source: &Source, pool: &mut dyn FrameMemoryPool) {
        match &source.media.source {
            VideoSource::Pooled(source) => self.workers.push(PooledJob {
                frame: job,
                source: Arc::clone(source),
            }),
            VideoSource::Sequential(opener) => {
                let lane = &mut self.lanes[job.layer];
                let opener = Arc::clone(opener);
                // It waits for nothing but the decoder, which reads what it needs by itself.
                job.progress.enter_decoding();
                if lane.sequential.is_none() {
                    match SequentialThread::start(
                        job.layer,
                        self.outbox.clone(),
                        self.clock.clone(),
                    ) {
                        Ok(thread) => {
                            lane.sequential = Some(thread);
                            self.share_rest();
                        }
                        Err(error) => {
                            tracing::error!("no thread for a decoder: {error}");
                            lane.ring.withdraw(job.slot);
                            pool.give_back(job.memory);
                            return;
                        }
                    }
                }
                if let Some(thread) = &self.lanes[job.layer].sequential {
                    thread.push(SequentialJob { frame: job, opener });
                }
            }
        }
    }

    /// Takes cancelled frames back that no worker has begun, so that their slots are free for what is due.
    fn recall_cancelled(&mut self, lane: usize, pool: &mut dyn FrameMemoryPool) {
        for completion in self.workers.take_cancelled() {
            self.take_up(completion, pool, &mut |_, _, _| {});
        }
        let waiting = self.lanes[lane].sequential.as_ref();
        for completion in waiting.map_or_else(Vec::new, SequentialThread::take_cancelled) {
            self.take_up(completion, pool, &mut |_, _, _| {});
        }
    }

    /// While the playhead is dragged: the frame asked for last, once it is ready.
    pub fn ready_scrubbed(&self, lane: usize) -> Option<FrameKey> {
        let lane = &self.lanes[lane];
        lane.scrubbed.filter(|key| lane.ring.is_ready(*key))
    }

    /// Takes a ready frame out of a lane's ring.
    pub fn take(&mut self, lane: usize, key: FrameKey) -> Option<Box<dyn FrameMemory>> {
        self.lanes[lane].ring.take(key)
    }

    /// How far a frame that is on its way has come.
    pub fn stage(&self, lane: usize, key: FrameKey) -> Option<Stage> {
        self.lanes[lane].ring.stage(key)
    }

    /// Whether what a lane waits for is decoding: a decoder of its own, or readers that cannot hand on what they read.
    pub fn is_decoding_behind(&self, lane: usize) -> bool {
        self.lanes[lane].sequential.is_some() || self.workers.is_decoding_behind()
    }

    /// How long before it is due a lane's frame has to be begun, by what the last ones took. Zero where that is not
    /// known, and for decoders of their own, which take the longer the further ahead they are asked.
    pub fn lead(&self, lane: usize) -> Time {
        self.lanes[lane].lead.expected()
    }

    /// How many threads read: as many as the options say, and more while disks do not answer.
    pub fn readers(&self) -> usize {
        self.workers.readers()
    }

    /// Whether a frame of a lane failed lately.
    pub fn has_failed(&self, lane: usize, key: FrameKey) -> bool {
        self.lanes[lane]
            .failed
            .iter()
            .any(|(failed, _)| *failed == key)
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        // Decoders look at this now and then, and end what they are at early; then the threads are joined, all that a disk
        // keeps being waited for at the same time.
        for lane in &mut self.lanes {
            lane.ring.retain(&[], Kept::default(), &mut drop);
        }
        let sequential = (self.lanes.iter_mut()).filter_map(|lane| lane.sequential.take());
        self.ending
            .extend(sequential.filter_map(SequentialThread::into_thread));
        self.ending.extend(self.workers.end());
        join_together(self.ending.drain(..));
    }
}
