//! The player: workers, and a ring of frames for each deck.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

use super::budget::share_slots;
use super::job::{
    Completion, FrameJob, FrameKey, JobResult, Measured, PooledJob, SourceId, Spent, Stage,
};
use super::lead::Lead;
use super::proxy_slot::ProxySlots;
use super::read_queue::Order;
use super::ring::{FrameRing, RetainedFrames, ScheduledFrame};
use super::sequential::{SequentialJob, SequentialThread};
use super::sync::{AtomicBool, Receiver, bounded};
use super::thread::{NamedThread, join_together};
use super::workers::{Outbox, Wake, Workers};
use crate::media::frame::{FrameMemory, FrameMemoryPool};
use crate::media::{Media, MediaError, MediaSource};
use crate::time::{Clock, Time};

/// Decks that can play at once: those of 24 layers with two clips at a time.
pub const MAX_DECKS: usize = 48;

/// Most frames on their way at once: every slot of every deck, and some for slots being taken away.
const COMPLETIONS_CAPACITY: usize = MAX_DECKS * 64;

/// Failed frames that a deck remembers; beyond that the oldest is tried again.
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
    /// Frames that each deck reads ahead.
    pub prebuffer: usize,
    /// Bytes of frame memory for all decks together.
    pub budget_bytes: u64,
}

impl PlayerOptions {
    /// Workers by the number of cores: as many that decode as there are cores, and as many that read, but 3 or 4:
    /// a disk answers a few questions at once quicker than one by one, more only compete, and one is kept free of each
    /// deck. More readers come only when disks do not answer, and go again once they do.
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
    pub media: Media,
}

/// What a deck shows next.
#[derive(Clone, Copy, Debug, Default)]
pub struct PrefetchRequest<'a> {
    /// The frames to have, soonest first.
    pub wanted: &'a [ScheduledFrame],
    /// How much the first of them matters.
    pub urgency: Urgency,
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
pub enum Urgency {
    /// It is not due yet.
    #[default]
    Ahead,
    /// It is due, and playing goes on without it: it comes after what can still be in time.
    Missed,
    /// It is waited for: it comes before everything else.
    Awaited,
}

/// An event of a deck's frame.
pub enum FrameEvent {
    /// A frame is ready.
    Ready(Measured),
    /// A frame could not be had.
    Failed(MediaError),
    /// A frame beside the ring could not be had.
    ProxyFailed(MediaError),
    /// This many stored bytes were read for a frame that then was not wanted any more, or could not be decoded.
    Wasted {
        /// How many.
        read_bytes: u64,
    },
}

/// Reads and decodes ahead for several decks. Used by the drawing thread alone; nothing here waits, but for
/// [`Player::wait`].
pub struct Player {
    decks: Vec<Prebuffer>,
    proxy_slots: ProxySlots,
    /// Threads of decks that were cleared, on their way out: the drawing thread does not wait for them.
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
struct Prebuffer {
    ring: FrameRing,
    frame_bytes: u64,
    sequential: Option<SequentialThread>,
    failed: Vec<(FrameKey, Time)>,
    /// While the playhead is dragged, the frame asked for last.
    scrubbed: Option<FrameKey>,
    /// How long its frames take.
    lead: Lead,
}

impl Player {
    /// A player without decks.
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
            decks: Vec::new(),
            proxy_slots: ProxySlots::default(),
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

    /// Sets how many frames each deck reads ahead, and the bytes of frame memory for all decks together. What is beyond
    /// that is given up with the next plan of each deck, so that what is due soonest stays.
    pub fn set_memory(&mut self, prebuffer: usize, budget_bytes: u64) {
        self.options.prebuffer = prebuffer;
        self.options.budget_bytes = budget_bytes;
        self.share_memory();
    }

    /// Sets how many decks there are, up to [`MAX_DECKS`]. What decks taken away still have on its way is dropped as
    /// it comes back.
    pub fn set_decks(&mut self, count: usize, pool: &mut dyn FrameMemoryPool) {
        let count = count.min(MAX_DECKS);
        for index in count..self.decks.len() {
            self.clear_deck(index, pool);
        }
        while self.decks.len() < count {
            self.decks.push(Prebuffer::default());
        }
        self.share_memory();
    }

    /// Gives up all that a deck has ready or on its way.
    pub fn empty_deck(&mut self, index: usize, pool: &mut dyn FrameMemoryPool) {
        let deck = &mut self.decks[index];
        deck.ring
            .retain(&[], RetainedFrames::default(), &mut |memory| {
                pool.give_back(memory);
            });
        deck.scrubbed = None;
        self.proxy_slots.give_up(index, pool);
    }

    /// Asks for a frame beside a deck's ring, of a source whose frames stand alone, before all that is in the rings'
    /// queue. While another is coming for the deck nothing happens: ask again once that has come.
    pub fn request_proxy(
        &mut self,
        deck: usize,
        key: FrameKey,
        source: &Source,
        deadline: Time,
        pool: &mut dyn FrameMemoryPool,
    ) {
        let MediaSource::Pooled(frames) = &source.media.source else {
            return;
        };
        let times = (self.clock.now(), deadline);
        let bytes = source.media.layout.bytes;
        if let Some(frame) = self.proxy_slots.ask(deck, key, bytes, times, pool) {
            let source = Arc::clone(frames);
            self.workers.push(PooledJob { frame, source });
        }
    }

    /// Takes the frame beside a deck's ring, once it has come.
    pub fn take_proxy(&mut self, deck: usize) -> Option<(FrameKey, Box<dyn FrameMemory>)> {
        self.proxy_slots.take(deck)
    }

    /// Gives up the frame beside a deck's ring.
    pub fn give_up_proxy(&mut self, deck: usize, pool: &mut dyn FrameMemoryPool) {
        self.proxy_slots.give_up(deck, pool);
    }

    /// Gives up all that a deck has ready or on its way, its share of the memory, and its decoders.
    pub fn clear_deck(&mut self, deck: usize, pool: &mut dyn FrameMemoryPool) {
        self.empty_deck(deck, pool);
        let deck = &mut self.decks[deck];
        deck.failed.clear();
        deck.frame_bytes = 0;
        deck.lead = Lead::default();
        if let Some(thread) = deck.sequential.take() {
            self.ending.extend(thread.into_thread());
        }
        self.share_memory();
    }

    /// Tells how large the frames of a deck are, so that memory can be shared.
    pub fn set_frame_bytes(&mut self, deck: usize, bytes: u64) {
        if self.decks[deck].frame_bytes != bytes {
            self.decks[deck].frame_bytes = bytes;
            self.share_memory();
        }
    }

    fn share_memory(&mut self) {
        let sizes: Vec<u64> = self.decks.iter().map(|deck| deck.frame_bytes).collect();
        let shares = share_slots(&sizes, self.options.prebuffer, self.options.budget_bytes);
        for (deck, slots) in self.decks.iter_mut().zip(shares) {
            deck.ring.set_limit(slots);
        }
        self.share_rest();
    }

    /// What the slots, and frames being copied from, leave of the budget goes in equal parts to decks that have decoders,
    /// for pictures around the playhead.
    fn share_rest(&self) {
        let left = self
            .options
            .budget_bytes
            .saturating_sub(self.circulating_bytes());
        let threads = self
            .decks
            .iter()
            .filter_map(|deck| deck.sequential.as_ref());
        let each = left / threads.clone().count().max(1) as u64;
        for thread in threads {
            thread.keep(each);
        }
    }

    /// Bytes of pictures that a deck's decoders keep around the playhead.
    pub fn kept_bytes(&self, deck: usize) -> u64 {
        let thread = self.decks[deck].sequential.as_ref();
        thread.map_or(0, SequentialThread::kept_bytes)
    }

    /// The same of all decks.
    pub fn all_kept_bytes(&self) -> u64 {
        (0..self.decks.len())
            .map(|deck| self.kept_bytes(deck))
            .sum()
    }

    /// Bytes that frames take which wait in slots or are being copied from: half as much again as all slots covers two
    /// of each deck on their way to a texture.
    pub fn circulating_bytes(&self) -> u64 {
        let slots = self.shared_bytes();
        slots.saturating_add(slots / 2)
    }

    /// Bytes of all slots together: at most the budget, unless that is too small for the fewest slots there can be.
    pub fn shared_bytes(&self) -> u64 {
        self.decks
            .iter()
            .map(|deck| deck.frame_bytes * deck.ring.limit() as u64)
            .sum()
    }

    /// Slots of a deck.
    pub fn slots(&self, deck: usize) -> usize {
        self.decks[deck].ring.limit()
    }

    /// The ring of a deck, to look at.
    pub fn ring(&self, deck: usize) -> &FrameRing {
        &self.decks[deck].ring
    }

    /// Takes up all that workers finished, telling `on` of each.
    pub fn poll(
        &mut self,
        pool: &mut dyn FrameMemoryPool,
        on: &mut dyn FnMut(usize, FrameKey, FrameEvent),
    ) {
        self.workers.relieve_stuck();
        while let Ok(completion) = self.completions.try_recv() {
            self.receive(completion, pool, on);
        }
        self.ending.retain(|thread| !thread.is_finished());
    }

    /// Waits until `deadline` on the clock for one frame, and takes it up. Says whether one came.
    pub fn wait(
        &mut self,
        deadline: Time,
        pool: &mut dyn FrameMemoryPool,
        on: &mut dyn FnMut(usize, FrameKey, FrameEvent),
    ) -> bool {
        match self
            .completions
            .recv_deadline(self.clock.instant_at(deadline))
        {
            Ok(completion) => {
                self.receive(completion, pool, on);
                true
            }
            Err(_) => false,
        }
    }

    fn receive(
        &mut self,
        completion: Completion,
        pool: &mut dyn FrameMemoryPool,
        on: &mut dyn FnMut(usize, FrameKey, FrameEvent),
    ) {
        if let Some(deck) = ProxySlots::deck_of(completion.layer) {
            let key = completion.key;
            if let Some(error) = self.proxy_slots.complete(deck, completion, pool) {
                on(deck, key, FrameEvent::ProxyFailed(error));
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
        let deck = &mut self.decks[layer];
        if let Some(time) = spent.time {
            deck.lead.note(time);
        }
        let is_good = matches!(result, JobResult::Done(_));
        if !is_good && spent.read_bytes > 0 {
            let read_bytes = spent.read_bytes;
            on(layer, key, FrameEvent::Wasted { read_bytes });
        }
        if let Some(memory) = deck.ring.complete(slot, key, memory, is_good) {
            pool.give_back(memory);
        }
        match result {
            JobResult::Done(mut measured) => {
                let worked = measured.read + measured.decode;
                measured.waited = (measured.finished_at - asked_at - worked).max(Time::ZERO);
                on(layer, key, FrameEvent::Ready(measured));
            }
            JobResult::Failed(error) => {
                if deck.failed.len() >= MAX_FAILED {
                    deck.failed.remove(0);
                }
                deck.failed.push((key, self.clock.now()));
                on(layer, key, FrameEvent::Failed(error));
            }
            JobResult::Stale => {}
        }
    }

    /// Makes a deck's ring hold what is wanted: gives up the rest, asks for what is missing.
    pub fn prefetch(
        &mut self,
        deck_index: usize,
        request: PrefetchRequest<'_>,
        source: &dyn Fn(SourceId) -> Option<Source>,
        pool: &mut dyn FrameMemoryPool,
    ) {
        let now = self.clock.now();
        let deck = &mut self.decks[deck_index];
        deck.failed.retain(|(_, at)| now - *at < RETRY_AFTER);
        let failed = &deck.failed;
        let is_possible =
            |wanted: &ScheduledFrame| failed.iter().all(|(key, _)| *key != wanted.key);
        // Nearly always nothing failed, and the list is used as it is.
        let filtered: Vec<ScheduledFrame>;
        let wanted = if request.wanted.iter().all(is_possible) {
            request.wanted
        } else {
            filtered = request.wanted.iter().copied().filter(is_possible).collect();
            &filtered
        };
        let keep = deck
            .scrubbed
            .filter(|key| request.is_scrubbing && deck.ring.is_coming(*key));
        let kept = RetainedFrames {
            scrubbed: keep,
            late: request.late,
        };
        deck.ring
            .retain(wanted, kept, &mut |memory| pool.give_back(memory));
        if keep.is_none() {
            let newest = wanted.first().filter(|_| request.is_scrubbing);
            deck.scrubbed = newest.map(|wanted| wanted.key);
        }
        if self.decks[deck_index].ring.has_cancelled() {
            self.recall_cancelled(deck_index, pool);
        }
        if keep.is_some() {
            return;
        }
        let first = request.wanted.first().map(|wanted| wanted.key);
        let is_urgent = request.urgency != Urgency::Ahead || request.is_pressed;
        while let Some(slot_request) = self.decks[deck_index].ring.next_request(wanted, is_urgent) {
            let Some(source) = source(slot_request.wanted.key.source) else {
                self.decks[deck_index].ring.withdraw(slot_request.slot);
                break;
            };
            let Some(memory) = pool.take(source.media.layout.bytes) else {
                self.decks[deck_index].ring.withdraw(slot_request.slot);
                break;
            };
            let deadline = slot_request.wanted.deadline;
            let is_first = first == Some(slot_request.wanted.key);
            let order = Order {
                deck: deck_index,
                deadline,
                start_by: match request.urgency {
                    Urgency::Awaited if is_first => Time::MAX,
                    _ => deadline - request.lead,
                },
                is_missed: is_first && request.urgency == Urgency::Missed,
            };
            let job = FrameJob {
                layer: deck_index,
                slot: slot_request.slot,
                key: slot_request.wanted.key,
                order,
                asked_at: now,
                spent: Spent::default(),
                progress: slot_request.progress,
                memory,
            };
            self.send(job, &source, pool);
        }
    }

    fn send(&mut self, job: FrameJob, source: &Source, pool: &mut dyn FrameMemoryPool) {
        match &source.media.source {
            MediaSource::Pooled(source) => self.workers.push(PooledJob {
                frame: job,
                source: Arc::clone(source),
            }),
            MediaSource::Sequential(opener) => {
                let deck = &mut self.decks[job.layer];
                let opener = Arc::clone(opener);
                // It waits for nothing but the decoder, which reads what it needs by itself.
                job.progress.enter_decoding();
                if deck.sequential.is_none() {
                    match SequentialThread::start(
                        job.layer,
                        self.outbox.clone(),
                        self.clock.clone(),
                    ) {
                        Ok(thread) => {
                            deck.sequential = Some(thread);
                            self.share_rest();
                        }
                        Err(error) => {
                            tracing::error!("no thread for a decoder: {error}");
                            deck.ring.withdraw(job.slot);
                            pool.give_back(job.memory);
                            return;
                        }
                    }
                }
                if let Some(thread) = &self.decks[job.layer].sequential {
                    thread.push(SequentialJob { frame: job, opener });
                }
            }
        }
    }

    /// Takes cancelled frames back that no worker has begun, so that their slots are free for what is due.
    fn recall_cancelled(&mut self, deck: usize, pool: &mut dyn FrameMemoryPool) {
        for completion in self.workers.take_cancelled() {
            self.receive(completion, pool, &mut |_, _, _| {});
        }
        let waiting = self.decks[deck].sequential.as_ref();
        for completion in waiting.map_or_else(Vec::new, SequentialThread::take_cancelled) {
            self.receive(completion, pool, &mut |_, _, _| {});
        }
    }

    /// While the playhead is dragged: the frame asked for last, once it is ready.
    pub fn ready_scrubbed(&self, deck: usize) -> Option<FrameKey> {
        let deck = &self.decks[deck];
        deck.scrubbed.filter(|key| deck.ring.is_ready(*key))
    }

    /// Takes a ready frame out of a deck's ring.
    pub fn take(&mut self, deck: usize, key: FrameKey) -> Option<Box<dyn FrameMemory>> {
        self.decks[deck].ring.take(key)
    }

    /// How far a frame that is on its way has come.
    pub fn stage(&self, deck: usize, key: FrameKey) -> Option<Stage> {
        self.decks[deck].ring.stage(key)
    }

    /// Whether what a deck waits for is decoding: a decoder of its own, or readers that cannot hand on what they read.
    pub fn is_decoding_behind(&self, deck: usize) -> bool {
        self.decks[deck].sequential.is_some() || self.workers.is_decoding_behind()
    }

    /// How long before it is due a deck's frame has to be begun, by what the last ones took. Zero where that is not
    /// known, and for decoders of their own, which take the longer the further ahead they are asked.
    pub fn lead(&self, deck: usize) -> Time {
        self.decks[deck].lead.expected()
    }

    /// How many threads read: as many as the options say, and more while disks do not answer.
    pub fn readers(&self) -> usize {
        self.workers.readers()
    }

    /// Whether a frame of a deck failed lately.
    pub fn has_failed(&self, deck: usize, key: FrameKey) -> bool {
        self.decks[deck]
            .failed
            .iter()
            .any(|(failed, _)| *failed == key)
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        // Decoders look at this now and then, and end what they are at early; then the threads are joined, all that a disk
        // keeps being waited for at the same time.
        for deck in &mut self.decks {
            deck.ring.retain(&[], RetainedFrames::default(), &mut drop);
        }
        let sequential = (self.decks.iter_mut()).filter_map(|deck| deck.sequential.take());
        self.ending
            .extend(sequential.filter_map(SequentialThread::into_thread));
        self.ending.extend(self.workers.end());
        join_together(self.ending.drain(..));
    }
}
