//! The player: workers, and a prebuffer for each deck.
//!
//! ```text
//! prefetch ─► Prebuffer::retain ─► FrameRing::next_request ─► FrameJob ─► workers, or the deck's own decoders
//! take ◄───── Prebuffer::complete ◄──────────── receive ◄──── Completion ◄──┘
//! ```

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

use super::budget::{share_slots_by_need, shortage};
use super::channel::{Channel, DeckId, MAX_DECKS};
use super::depth::ReadTail;
use super::job::{Completion, FrameCost, FrameJob, PooledJob, SequentialJob};
use super::options::PlayerOptions;
use super::prebuffer::{FrameEvent, Prebuffer};
use super::prefetch::{PrefetchRequest, ScheduledFrame, Urgency};
use super::proxy_slot::ProxySlots;
use super::read_queue::Order;
use super::ring::{FrameRing, RetainedFrames};
use super::sequential::SequentialThread;
use super::slot::Stage;
use super::source::{FrameKey, Source, SourceId};
use super::sync::{AtomicBool, Receiver, bounded};
use super::thread::{NamedThread, join_together};
use super::workers::{Outbox, Wake, Workers};
use crate::media::VideoSource;
use crate::media::frame::{FrameMemory, FrameMemoryPool};
use crate::settings::PrebufferDepth;
use crate::stats::BudgetShortage;
use crate::time::{Clock, Time};

/// Most frames on their way at once: every slot of every deck, and some for slots being taken away.
const COMPLETIONS_CAPACITY: usize = MAX_DECKS * 64;

/// Reads and decodes ahead for several decks. Used by the drawing thread alone; nothing here waits, but for
/// [`Player::wait`].
pub struct Player {
    /// By deck.
    prebuffers: Vec<Prebuffer>,
    proxy_slots: ProxySlots,
    /// Threads of decks that were cleared, on their way out: the drawing thread does not wait for them.
    ending: Vec<NamedThread>,
    options: PlayerOptions,
    budget_shortage: Option<BudgetShortage>,
    /// The longest reads of late, of all decks.
    tail: ReadTail,
    workers: Workers,
    completions: Receiver<Completion>,
    outbox: Outbox,
    wants_wake: Arc<AtomicBool>,
    waker: Arc<OnceLock<Wake>>,
    clock: Clock,
}

impl Player {
    /// A player without decks.
    ///
    /// # Errors
    /// The system's, if it has no threads to give.
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
            prebuffers: Vec::new(),
            proxy_slots: ProxySlots::default(),
            ending: Vec::new(),
            options,
            budget_shortage: None,
            tail: ReadTail::new(clock.now()),
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

    /// Its threads and memory.
    pub fn options(&self) -> &PlayerOptions {
        &self.options
    }

    /// Sets how many frames each deck reads ahead, and the bytes of frame memory for all decks together. What is beyond
    /// that is given up with the next request of each deck, so that what is due soonest stays.
    pub fn set_memory(&mut self, prebuffer: PrebufferDepth, budget_bytes: u64) {
        self.options.prebuffer = prebuffer;
        self.options.budget_bytes = budget_bytes;
        self.share_memory();
    }

    /// Sets how many decks there are, up to [`MAX_DECKS`]. What decks taken away still have on its way is dropped as
    /// it comes back.
    pub fn set_decks(&mut self, count: usize, pool: &mut dyn FrameMemoryPool) {
        let count = count.min(MAX_DECKS);
        for index in count..self.prebuffers.len() {
            self.clear_deck(DeckId(index), pool);
        }
        while self.prebuffers.len() < count {
            self.prebuffers.push(Prebuffer::default());
        }
        self.share_memory();
    }

    fn prebuffer(&self, deck: DeckId) -> &Prebuffer {
        &self.prebuffers[deck.0]
    }

    fn prebuffer_mut(&mut self, deck: DeckId) -> &mut Prebuffer {
        &mut self.prebuffers[deck.0]
    }

    /// Gives up all that a deck has ready or on its way.
    pub fn empty_deck(&mut self, deck: DeckId, pool: &mut dyn FrameMemoryPool) {
        self.prebuffer_mut(deck).empty(pool);
        self.proxy_slots.give_up(deck, pool);
    }

    /// Asks for the frame of a proxy, whose frames stand alone, before all that is in the rings' queue. While another is
    /// on its way for the deck nothing happens: ask again once that has come.
    pub fn request_proxy(
        &mut self,
        deck: DeckId,
        wanted: ScheduledFrame,
        source: &Source,
        pool: &mut dyn FrameMemoryPool,
    ) {
        let VideoSource::Pooled(frames) = &source.video.source else {
            return;
        };
        let (now, bytes) = (self.clock.now(), source.video.layout.bytes);
        if let Some(frame) = self.proxy_slots.request(deck, wanted, bytes, now, pool) {
            let source = Arc::clone(frames);
            self.workers.push(PooledJob { frame, source });
        }
    }

    /// Takes the frame of a deck's proxy, once it has come.
    pub fn take_proxy(&mut self, deck: DeckId) -> Option<(FrameKey, Box<dyn FrameMemory>)> {
        self.proxy_slots.take(deck)
    }

    /// Gives up all that a deck has ready or on its way, its share of the memory, and its decoders.
    pub fn clear_deck(&mut self, deck: DeckId, pool: &mut dyn FrameMemoryPool) {
        self.empty_deck(deck, pool);
        let prebuffer = self.prebuffer_mut(deck);
        prebuffer.forget();
        if let Some(thread) = prebuffer.sequential.take() {
            self.ending.extend(thread.into_thread());
        }
        self.share_memory();
    }

    /// Sets the size of a deck's frames, by which memory is shared.
    pub fn set_frame_bytes(&mut self, deck: DeckId, bytes: u64) {
        let prebuffer = self.prebuffer_mut(deck);
        if prebuffer.frame_bytes != bytes {
            prebuffer.frame_bytes = bytes;
            self.share_memory();
        }
    }

    fn share_memory(&mut self) {
        let sizes: Vec<u64> = (self.prebuffers.iter())
            .map(|prebuffer| prebuffer.frame_bytes)
            .collect();
        self.budget_shortage = shortage(&sizes, self.options.budget_bytes);
        let wanted: Vec<usize> = (self.prebuffers.iter())
            .map(|prebuffer| match self.options.prebuffer {
                PrebufferDepth::Auto => prebuffer.wanted_slots(),
                PrebufferDepth::Frames(frames) => frames,
            })
            .collect();
        let shares = share_slots_by_need(&sizes, &wanted, self.options.budget_bytes);
        for (prebuffer, slots) in self.prebuffers.iter_mut().zip(shares) {
            prebuffer.ring.set_limit(slots);
        }
        self.share_rest();
    }

    /// Shares what the slots, and frames being copied from, leave of the budget in equal parts among decks that have
    /// decoders, for pictures around the playhead.
    fn share_rest(&self) {
        let left = self
            .options
            .budget_bytes
            .saturating_sub(self.circulating_bytes());
        let threads = self
            .prebuffers
            .iter()
            .filter_map(|prebuffer| prebuffer.sequential.as_ref());
        // Of the frames that circulate a decoder's pictures take none away: seeking back is worth less than playing on.
        let each = left / threads.clone().count().max(1) as u64;
        for thread in threads {
            thread.allow_cache(each);
        }
    }

    /// Bytes of pictures that a deck's decoders keep around the playhead.
    pub fn cached_bytes(&self, deck: DeckId) -> u64 {
        self.prebuffer(deck).cached_bytes()
    }

    /// The same of all decks.
    pub fn all_cached_bytes(&self) -> u64 {
        self.prebuffers.iter().map(Prebuffer::cached_bytes).sum()
    }

    /// Bytes that frames take which wait in slots or are being copied from: half as much again as all slots covers two
    /// of each deck on their way to a texture.
    pub fn circulating_bytes(&self) -> u64 {
        let slots = self.shared_bytes();
        slots.saturating_add(slots / 2)
    }

    /// Bytes of all slots together: at most the budget, unless that is too small for the fewest slots there can be.
    pub fn shared_bytes(&self) -> u64 {
        self.prebuffers.iter().map(Prebuffer::slot_bytes).sum()
    }

    /// The budget, if it is too small for the fewest slots, and what these take.
    pub fn budget_shortage(&self) -> Option<BudgetShortage> {
        self.budget_shortage
    }

    /// Slots of a deck.
    pub fn slots(&self, deck: DeckId) -> usize {
        self.ring(deck).limit()
    }

    /// The ring of a deck, to look at.
    pub fn ring(&self, deck: DeckId) -> &FrameRing {
        &self.prebuffer(deck).ring
    }

    /// Receives all that workers finished, and calls `on` for each.
    pub fn poll(
        &mut self,
        pool: &mut dyn FrameMemoryPool,
        on: &mut dyn FnMut(DeckId, FrameKey, FrameEvent),
    ) {
        self.workers.relieve_stuck();
        while let Ok(completion) = self.completions.try_recv() {
            self.receive(completion, pool, on);
        }
        self.ending.retain(|thread| !thread.is_finished());
    }

    /// Waits until `deadline` on the clock for one frame, and receives it. Says whether one came.
    pub fn wait(
        &mut self,
        deadline: Time,
        pool: &mut dyn FrameMemoryPool,
        on: &mut dyn FnMut(DeckId, FrameKey, FrameEvent),
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
        on: &mut dyn FnMut(DeckId, FrameKey, FrameEvent),
    ) {
        let key = completion.job.key;
        match completion.job.channel {
            Channel::Exact(deck) => {
                let now = self.clock.now();
                if let Some(took) = completion.job.cost.in_pool() {
                    self.tail.note(took, now);
                }
                self.prebuffer_mut(deck)
                    .complete(completion, now, pool, &mut |event| on(deck, key, event));
            }
            Channel::Proxy(deck) => {
                if let Some(error) = self.proxy_slots.complete(completion, pool) {
                    on(deck, key, FrameEvent::ProxyFailed(error));
                }
            }
        }
    }

    /// Makes a deck's ring hold what is wanted: gives up the rest, asks for what is missing.
    pub fn prefetch(
        &mut self,
        deck: DeckId,
        request: PrefetchRequest<'_>,
        source: &dyn Fn(SourceId) -> Option<Source>,
        pool: &mut dyn FrameMemoryPool,
    ) {
        let now = self.clock.now();
        let prebuffer = &mut self.prebuffers[deck.0];
        if self.options.prebuffer == PrebufferDepth::Auto
            && prebuffer.follow_tail(request.wanted, &self.tail, now)
        {
            self.share_memory();
        }
        let prebuffer = &mut self.prebuffers[deck.0];
        prebuffer.forgive(now);
        let is_possible = |wanted: &ScheduledFrame| !prebuffer.has_failed(wanted.key);
        // Nearly always nothing failed, and the list is used as it is: the tick allocates nothing.
        let filtered: Vec<ScheduledFrame>;
        let possible = if request.wanted.iter().all(is_possible) {
            request.wanted
        } else {
            filtered = (request.wanted.iter().copied())
                .filter(is_possible)
                .collect();
            &filtered
        };
        // Before anything is asked for: what is given up makes room.
        let wanted = prebuffer.retain(&request, possible, pool);
        if prebuffer.ring.has_cancelled() {
            // Frames given up that wait in a queue hold slots which what is due needs now.
            self.recall_cancelled(deck, pool);
        }
        let Some(wanted) = wanted else {
            return;
        };
        let is_urgent = request.urgency != Urgency::Ahead || request.is_pressed;
        let first = request.wanted.first().map(|wanted| wanted.key);
        while let Some(slot_request) = self
            .prebuffer_mut(deck)
            .ring
            .next_request(wanted, is_urgent)
        {
            let frame = slot_request.wanted;
            // Without memory now there is none for the frames behind it either; the next tick asks again.
            let source = source(frame.key.source);
            let memory = source
                .as_ref()
                .and_then(|source| pool.take(source.video.layout.bytes));
            let (Some(source), Some(memory)) = (source, memory) else {
                self.prebuffer_mut(deck).ring.withdraw(slot_request.slot);
                break;
            };
            let job = FrameJob {
                channel: Channel::Exact(deck),
                slot: slot_request.slot,
                key: frame.key,
                order: order_of(frame, first == Some(frame.key), &request),
                asked_at: now,
                cost: FrameCost::default(),
                progress: slot_request.progress,
                memory,
            };
            self.send(deck, job, &source, pool);
        }
    }

    fn send(
        &mut self,
        deck: DeckId,
        frame: FrameJob,
        source: &Source,
        pool: &mut dyn FrameMemoryPool,
    ) {
        match &source.video.source {
            VideoSource::Pooled(source) => self.workers.push(PooledJob {
                frame,
                source: Arc::clone(source),
            }),
            VideoSource::Sequential(opener) => {
                // It waits for nothing but the decoder, which reads what it needs by itself.
                frame.progress.enter_decoding();
                if let Err(error) = self.start_sequential(deck) {
                    tracing::error!("no thread for a decoder: {error}");
                    self.prebuffer_mut(deck).ring.withdraw(frame.slot);
                    pool.give_back(frame.memory);
                } else if let Some(thread) = &self.prebuffer(deck).sequential {
                    let source = Arc::clone(opener);
                    thread.push(SequentialJob { frame, source });
                }
            }
        }
    }

    /// Starts the thread of a deck's decoders, if there is none yet.
    fn start_sequential(&mut self, deck: DeckId) -> std::io::Result<()> {
        if self.prebuffer(deck).sequential.is_none() {
            let thread = SequentialThread::start(deck, self.outbox.clone(), self.clock.clone())?;
            self.prebuffer_mut(deck).sequential = Some(thread);
            self.share_rest();
        }
        Ok(())
    }

    /// Takes cancelled frames back that no worker has begun, so that their slots are free for what is due.
    fn recall_cancelled(&mut self, deck: DeckId, pool: &mut dyn FrameMemoryPool) {
        for completion in self.workers.take_cancelled() {
            self.receive(completion, pool, &mut |_, _, _| {});
        }
        let waiting = self.prebuffer(deck).sequential.as_ref();
        for completion in waiting.map_or_else(Vec::new, SequentialThread::take_cancelled) {
            self.receive(completion, pool, &mut |_, _, _| {});
        }
    }

    /// While the playhead is dragged: the frame asked for last, once it is ready.
    pub fn ready_scrubbed(&self, deck: DeckId) -> Option<FrameKey> {
        self.prebuffer(deck).ready_scrubbed()
    }

    /// Takes a ready frame out of a deck's ring.
    pub fn take(&mut self, deck: DeckId, key: FrameKey) -> Option<Box<dyn FrameMemory>> {
        self.prebuffer_mut(deck).ring.take(key)
    }

    /// True if a frame is ready or on its way.
    pub fn holds(&self, deck: DeckId, key: FrameKey) -> bool {
        let ring = self.ring(deck);
        ring.stage(key).is_some() || ring.is_ready(key)
    }

    /// The stage of a frame that is on its way.
    pub fn stage(&self, deck: DeckId, key: FrameKey) -> Option<Stage> {
        self.ring(deck).stage(key)
    }

    /// True if what a deck waits for is decoding: a decoder of its own, or readers that cannot hand on what they read.
    pub fn is_decoding_behind(&self, deck: DeckId) -> bool {
        self.prebuffer(deck).sequential.is_some() || self.workers.is_decoding_behind()
    }

    /// Time before it is due at which a deck's frame has to be begun, by what the last ones took. Zero where that is not
    /// known, and for decoders of their own, which take the longer the further ahead they are asked.
    pub fn lead(&self, deck: DeckId) -> Time {
        self.prebuffer(deck).lead()
    }

    /// Threads that read: as many as the options say, and more while disks do not answer.
    pub fn readers(&self) -> usize {
        self.workers.readers()
    }

    /// True if a frame of a deck failed lately.
    pub fn has_failed(&self, deck: DeckId, key: FrameKey) -> bool {
        self.prebuffer(deck).has_failed(key)
    }
}

/// The turn of a frame among what is to be read.
fn order_of(frame: ScheduledFrame, is_first: bool, request: &PrefetchRequest<'_>) -> Order {
    Order {
        deadline: frame.deadline,
        start_by: match request.urgency {
            // It is never too late for what playing waits for.
            Urgency::Awaited if is_first => Time::MAX,
            Urgency::Awaited | Urgency::Missed | Urgency::Ahead => frame.deadline - request.lead,
        },
        is_missed: is_first && request.urgency == Urgency::Missed,
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        // Decoders look at this now and then, and end what they are at early; then the threads are joined, all that a disk
        // keeps being waited for at the same time.
        for prebuffer in &mut self.prebuffers {
            prebuffer
                .ring
                .retain(&[], RetainedFrames::default(), &mut drop);
        }
        let sequential = (self.prebuffers.iter_mut()).filter_map(|deck| deck.sequential.take());
        self.ending
            .extend(sequential.filter_map(SequentialThread::into_thread));
        self.ending.extend(self.workers.end());
        join_together(self.ending.drain(..));
    }
}
