//! The queue of frames to be read, and the order of turns.
//!
//! Earliest deadline first. Where readers cannot keep up that alone would read frames for nothing, and always
//! those of the same channels; so there are three rules more:
//!
//! * A frame that cannot be there in time any more comes after all that can: a reader goes where it is in time.
//! * Of frames due within a picture's time of each other, those that were missed already come last, and otherwise the
//!   channel goes first that was served least (start-time fair queueing, Goyal, Vin and Cheng 1996, with frames for bytes).
//! * A channel that has enough in hand, or is stuck, is passed over, so that it cannot keep every reader.

use super::channel::Channel;
use super::sync::{Condvar, Mutex};
use crate::time::{Clock, FLICKS_PER_SECOND, Time};

/// Frames due within this time of each other compete for their turn: a picture's time at 60 per second.
const TOGETHER: Time = Time::from_flicks(FLICKS_PER_SECOND / 60);

/// The turn of a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// Time at which it is due, on the clock of the frames.
    pub deadline: Time,
    /// Latest time to begin it in time; later it is done only when nothing else is to do.
    pub start_by: Time,
    /// True if its frame should be on screen already.
    pub is_missed: bool,
}

/// Rules by which readers share out the work of channels of which some may be stuck.
#[derive(Clone, Copy, Debug)]
pub struct SharingRules {
    /// Pieces that one channel may have in hand.
    pub per_channel: usize,
    /// Time for which a channel may have work in hand without putting any down before it counts as stuck. It then gets
    /// no more until it does.
    pub stuck_after: Time,
}

/// Work to be read, shared by the thread that asks for it and the readers. It holds no more than there are slots in all
/// rings, since each piece belongs to one; so asking never waits.
///
/// The lock protects the list, the shares and the stop mark, and is held for no longer than a look through them.
pub struct ReadQueue<T> {
    state: Mutex<State<T>>,
    /// Signalled when there is work that may be taken, or the queue closes.
    has_work: Condvar,
    sharing: SharingRules,
    /// The clock of deadlines.
    clock: Clock,
    /// The clock by which a read counts as stuck, whatever clock the frames go by.
    disk_clock: Clock,
}

struct State<T> {
    entries: Vec<Entry<T>>,
    shares: Vec<ChannelShare>,
    /// Pieces that the channel served last had had before: who comes anew begins there, without credit for its rest.
    turn: u64,
    next_sequence: u64,
    is_closed: bool,
}

struct Entry<T> {
    channel: Channel,
    order: Order,
    sequence: u64,
    work: T,
}

/// The share of a channel in the time of the readers.
#[derive(Clone, Copy, Default)]
struct ChannelShare {
    /// Pieces that wait.
    waiting: usize,
    /// Pieces that readers have.
    in_hand: usize,
    /// Time at which it last took a piece having none in hand, or put one down, on the disk's clock.
    since: Time,
    /// Pieces that it was given, counted from where the others were when it came.
    served: u64,
}

impl<T> ReadQueue<T> {
    /// An empty queue, with room for `capacity` pieces before it has to grow.
    pub fn new(capacity: usize, sharing: SharingRules, clock: Clock, disk_clock: Clock) -> Self {
        Self {
            state: Mutex::new(State {
                entries: Vec::with_capacity(capacity),
                shares: Vec::new(),
                turn: 0,
                next_sequence: 0,
                is_closed: false,
            }),
            has_work: Condvar::new(),
            sharing,
            clock,
            disk_clock,
        }
    }

    /// Adds work. Gives it back if the queue is closed.
    pub fn push(&self, channel: Channel, order: Order, work: T) -> Result<(), T> {
        let mut state = self.state.lock();
        if state.is_closed {
            return Err(work);
        }
        state.add(channel, order, work);
        drop(state);
        self.has_work.notify_one();
        Ok(())
    }

    /// Takes the piece whose turn it is; waits for one; `None` once closed. Who takes one says with [`Self::put_down`]
    /// when it is read.
    pub fn pop(&self) -> Option<T> {
        let mut state = self.state.lock();
        loop {
            if state.is_closed {
                return None;
            }
            let (now, disk_now) = (self.clock.now(), self.disk_clock.now());
            if let Some(index) = state.choose(self.sharing, now, disk_now) {
                return Some(state.take(index, disk_now));
            }
            self.has_work.wait(&mut state);
        }
    }

    /// Notes that a piece of a channel is read.
    pub fn put_down(&self, channel: Channel) {
        let now = self.disk_clock.now();
        let mut state = self.state.lock();
        let mut was_stuck = false;
        if let Some(share) = state.shares.get_mut(channel.index()) {
            was_stuck = share.is_stuck(self.sharing, now);
            share.in_hand = share.in_hand.saturating_sub(1);
            share.since = now;
        }
        drop(state);
        if was_stuck {
            // All that it has waiting may be taken again.
            self.has_work.notify_all();
        } else {
            self.has_work.notify_one();
        }
    }

    /// True if `readers` are all kept by channels that are stuck, while there is work of others.
    pub fn needs_another_reader(&self, readers: usize) -> bool {
        let now = self.disk_clock.now();
        let state = self.state.lock();
        let stuck = state
            .shares
            .iter()
            .filter(|share| share.is_stuck(self.sharing, now));
        let kept: usize = stuck.map(|share| share.in_hand).sum();
        kept >= readers
            && (state.entries.iter()).any(|entry| state.may_take(entry, self.sharing, now))
    }

    /// True if a channel is stuck.
    pub fn is_any_stuck(&self) -> bool {
        let now = self.disk_clock.now();
        let state = self.state.lock();
        let mut shares = state.shares.iter();
        shares.any(|share| share.is_stuck(self.sharing, now))
    }

    /// Takes out all waiting work for which `is_wanted` says no.
    pub fn take_unwanted(&self, mut is_wanted: impl FnMut(&T) -> bool) -> Vec<T> {
        let mut state = self.state.lock();
        let State {
            entries, shares, ..
        } = &mut *state;
        entries
            .extract_if(.., |entry| !is_wanted(&entry.work))
            .map(|entry| {
                shares[entry.channel.index()].waiting -= 1;
                entry.work
            })
            .collect()
    }

    /// Ends all waiting, now and for good; gives back what was not taken.
    pub fn close(&self) -> Vec<T> {
        let mut state = self.state.lock();
        state.is_closed = true;
        let left = std::mem::take(&mut state.entries);
        drop(state);
        self.has_work.notify_all();
        left.into_iter().map(|entry| entry.work).collect()
    }
}

impl ChannelShare {
    fn is_stuck(&self, sharing: SharingRules, now: Time) -> bool {
        self.in_hand > 0 && now - self.since >= sharing.stuck_after
    }
}

impl<T> State<T> {
    fn add(&mut self, channel: Channel, order: Order, work: T) {
        let index = channel.index();
        if self.shares.len() <= index {
            self.shares.resize(index + 1, ChannelShare::default());
        }
        let share = &mut self.shares[index];
        // A channel that rested has saved nothing up: it would else be served alone until it had caught up.
        if share.waiting == 0 && share.in_hand == 0 {
            share.served = share.served.max(self.turn);
        }
        share.waiting += 1;
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        self.entries.push(Entry {
            channel,
            order,
            sequence,
            work,
        });
    }

    fn share_of(&self, entry: &Entry<T>) -> &ChannelShare {
        &self.shares[entry.channel.index()]
    }

    /// True if the channel of a piece may have one more in hand.
    fn may_take(&self, entry: &Entry<T>, sharing: SharingRules, disk_now: Time) -> bool {
        let share = self.share_of(entry);
        share.in_hand < sharing.per_channel && !share.is_stuck(sharing, disk_now)
    }

    /// The place of the piece whose turn it is.
    fn choose(&self, sharing: SharingRules, now: Time, disk_now: Time) -> Option<usize> {
        let is_late = |entry: &Entry<T>| entry.order.start_by < now;
        let may_take = |entry: &Entry<T>| self.may_take(entry, sharing, disk_now);
        let candidates = || {
            let all = self.entries.iter().enumerate();
            all.filter(|(_, entry)| may_take(entry))
        };
        // The first of all decides what the others compete for: being in time (false sorts before true), or, where nothing
        // can be in time any more, being late.
        let (was_late, first) = candidates()
            .map(|(_, entry)| (is_late(entry), entry.order.deadline))
            .min()?;
        candidates()
            .filter(|(_, entry)| {
                is_late(entry) == was_late && entry.order.deadline - first < TOGETHER
            })
            .min_by_key(|(_, entry)| {
                let Order {
                    deadline,
                    is_missed,
                    ..
                } = entry.order;
                let served = self.share_of(entry).served;
                (is_missed, served, deadline, entry.sequence)
            })
            .map(|(index, _)| index)
    }

    fn take(&mut self, index: usize, disk_now: Time) -> T {
        let entry = self.entries.swap_remove(index);
        let share = &mut self.shares[entry.channel.index()];
        self.turn = self.turn.max(share.served);
        share.served += 1;
        share.waiting -= 1;
        // With others in hand the time runs on from the last that was put down: a stuck disk must not look alive because
        // it is asked for more.
        if share.in_hand == 0 {
            share.since = disk_now;
        }
        share.in_hand += 1;
        entry.work
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playback::DeckId;
    use crate::time::ManualClock;
    use proptest::prelude::*;

    fn millis(millis: i64) -> Time {
        Time::from_nanos(millis * 1_000_000)
    }

    /// A queue of frames named by number, whose two clocks are this hand.
    fn queue(hand: &ManualClock, per_channel: usize) -> ReadQueue<u32> {
        let sharing = SharingRules {
            per_channel,
            stuck_after: Time::from_seconds(1),
        };
        ReadQueue::new(8, sharing, hand.clock(), hand.clock())
    }

    fn channel(deck: usize) -> Channel {
        Channel::Exact(DeckId(deck))
    }

    /// Due so many milliseconds from the start, to be begun five before.
    fn due(at_ms: i64) -> Order {
        Order {
            deadline: millis(at_ms),
            start_by: millis(at_ms - 5),
            is_missed: false,
        }
    }

    #[test]
    fn a_closed_queue_wakes_who_waits_and_takes_nothing() {
        let queue = queue(&ManualClock::new(), 1);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| queue.pop());
            queue.close();
            assert_eq!(waiting.join().expect("no panic"), None);
        });
        assert_eq!(queue.push(channel(0), due(1), 1), Err(1));
    }

    #[test]
    fn a_deck_with_enough_in_hand_is_passed_over_until_it_puts_something_down() {
        let queue = queue(&ManualClock::new(), 1);
        for (deck, number) in [(1, 10), (1, 11), (2, 20)] {
            queue
                .push(channel(deck), due(100 + 50 * i64::from(number)), number)
                .expect("open");
        }
        assert_eq!(queue.pop(), Some(10));
        assert_eq!(queue.pop(), Some(20), "not 11 yet");
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| queue.pop());
            queue.put_down(channel(1));
            assert_eq!(waiting.join().expect("no panic"), Some(11));
        });
    }

    #[test]
    fn a_deck_that_is_stuck_gets_no_more_until_it_puts_something_down() {
        let hand = ManualClock::new();
        let queue = queue(&hand, 2);
        for (deck, number) in [(1, 10), (1, 11), (2, 20)] {
            queue
                .push(channel(deck), due(9000 + 50 * i64::from(number)), number)
                .expect("open");
        }
        assert_eq!(queue.pop(), Some(10));
        assert!(!queue.needs_another_reader(1), "it has only begun");
        hand.advance(Time::from_seconds(1));
        assert!(
            queue.needs_another_reader(1),
            "the one reader is kept, and deck 2 waits"
        );
        assert_eq!(queue.pop(), Some(20), "11 is of the deck that is stuck");
        assert!(!queue.needs_another_reader(1), "a second reader has come");
        queue.put_down(channel(1));
        assert_eq!(queue.pop(), Some(11));
    }

    #[test]
    fn what_can_be_in_time_goes_before_what_cannot() {
        let hand = ManualClock::new();
        let queue = queue(&hand, 9);
        for (number, at_ms) in [(1, 20), (2, 40), (3, 60)] {
            queue.push(channel(0), due(at_ms), number).expect("open");
        }
        hand.advance(millis(30));
        assert_eq!(
            [queue.pop(), queue.pop(), queue.pop()],
            [Some(2), Some(3), Some(1)]
        );
    }

    #[test]
    fn a_frame_that_was_missed_comes_after_those_that_can_still_be_shown_on_time() {
        let queue = queue(&ManualClock::new(), 9);
        let missed = Order {
            is_missed: true,
            ..due(16)
        };
        queue.push(channel(0), missed, 1).expect("open");
        queue.push(channel(1), due(16), 2).expect("open");
        queue.push(channel(1), due(60), 3).expect("open");
        assert_eq!(
            [queue.pop(), queue.pop(), queue.pop()],
            [Some(2), Some(1), Some(3)]
        );
    }

    #[test]
    fn a_deck_that_comes_after_a_rest_has_no_credit_for_it() {
        let queue = queue(&ManualClock::new(), 99);
        for number in 0..10 {
            queue.push(channel(0), due(100), number).expect("open");
            queue.pop();
        }
        for number in 0..4 {
            queue.push(channel(0), due(100), number).expect("open");
            queue.push(channel(1), due(100), 10 + number).expect("open");
        }
        let order: Vec<_> = (0..4).filter_map(|_| queue.pop()).collect();
        let of_other = order.iter().filter(|number| **number >= 10).count();
        assert_eq!(of_other, 2, "in turn: {order:?}");
    }

    #[test]
    fn unwanted_work_is_taken_out_and_the_rest_keeps_its_order() {
        let queue = queue(&ManualClock::new(), 9);
        for number in [3, 1, 2, 4] {
            queue
                .push(channel(0), due(50 * i64::from(number)), number)
                .expect("open");
        }
        let mut removed = queue.take_unwanted(|number| number % 2 == 1);
        removed.sort_unstable();
        assert_eq!(removed, [2, 4]);
        assert_eq!((queue.pop(), queue.pop()), (Some(1), Some(3)));
    }

    /// Plays decks of one frame each 16 ms, of which readers do `capacity` in that time, and gives what each deck had in
    /// time. As the engine does, what was not begun in its time is taken out.
    fn served(decks: usize, capacity: usize, pictures: i64) -> Vec<usize> {
        let hand = ManualClock::new();
        let queue = queue(&hand, 1);
        let mut in_time = vec![0; decks];
        for picture in 0..pictures {
            let due_at = 16 * (picture + 1) + 5;
            for deck in 0..decks {
                let number = (picture as u32) << 8 | deck as u32;
                queue
                    .push(channel(deck), due(due_at), number)
                    .expect("open");
            }
            for _ in 0..capacity {
                let Some(number) = queue.pop() else { break };
                let deck = number as usize & 0xFF;
                assert_eq!(i64::from(number >> 8), picture, "nothing too late is read");
                in_time[deck] += 1;
                queue.put_down(channel(deck));
            }
            hand.advance(millis(16));
            queue.take_unwanted(|_| false);
        }
        in_time
    }

    proptest! {
        #[test]
        fn whatever_readers_can_do_is_shared_evenly(decks in 1_usize..30, share in 0.05_f64..1.0) {
            let capacity = ((decks as f64 * share) as usize).max(1);
            let in_time = served(decks, capacity, 60);
            let (least, most) = (in_time.iter().min(), in_time.iter().max());
            prop_assert!(most.zip(least).is_some_and(|(most, least)| most - least <= 1), "{in_time:?}");
        }

        #[test]
        fn everything_that_is_asked_for_comes_out_once(
            pieces in proptest::collection::vec((0_usize..6, 0_i64..200, any::<bool>()), 0..60),
        ) {
            let queue = queue(&ManualClock::new(), 99);
            for (number, (deck, at_ms, is_missed)) in (0..).zip(&pieces) {
                let order = Order { is_missed: *is_missed, ..due(*at_ms) };
                queue.push(channel(*deck), order, number).expect("open");
            }
            let mut out: Vec<_> = (0..pieces.len()).filter_map(|_| queue.pop()).collect();
            out.sort_unstable();
            prop_assert_eq!(out, (0..pieces.len() as u32).collect::<Vec<_>>());
        }
    }
}
