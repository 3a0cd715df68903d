//! A queue that gives out the most urgent work first.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::sync::{Condvar, Mutex};
use crate::time::Time;

/// Work with a deadline, shared by the thread that asks for it and the workers that do it.
///
/// The lock protects the heap and the stop mark alone, and is held for no longer than a push or a pop.
pub struct WorkQueue<T> {
    state: Mutex<State<T>>,
    /// Signalled when there is work, or the queue closes.
    has_work: Condvar,
    /// Signalled when there is room, or the queue closes.
    has_room: Condvar,
    capacity: usize,
}

struct State<T> {
    heap: BinaryHeap<Entry<T>>,
    next_sequence: u64,
    /// Workers that wait in [`WorkQueue::pop`], or were woken and have not looked yet.
    waiting: usize,
    is_closed: bool,
}

struct Entry<T> {
    deadline: Time,
    sequence: u64,
    work: T,
}

impl<T> WorkQueue<T> {
    /// An empty queue that holds at most `capacity` pieces; who pushes one more waits.
    pub fn new(capacity: usize) -> Self {
        Self {
            state: Mutex::new(State {
                heap: BinaryHeap::with_capacity(capacity),
                next_sequence: 0,
                waiting: 0,
                is_closed: false,
            }),
            has_work: Condvar::new(),
            has_room: Condvar::new(),
            capacity,
        }
    }

    /// Adds work, waiting while the queue is full. Gives it back if the queue is closed.
    pub fn push(&self, deadline: Time, work: T) -> Result<(), T> {
        let mut state = self.state.lock();
        while state.heap.len() >= self.capacity && !state.is_closed {
            self.has_room.wait(&mut state);
        }
        if state.is_closed {
            return Err(work);
        }
        state.add(deadline, work);
        drop(state);
        self.has_work.notify_one();
        Ok(())
    }

    /// Workers that wait in [`Self::pop`] and that the work in the queue leaves without any.
    pub fn spare_workers(&self) -> usize {
        self.state.lock().spare_workers()
    }

    /// Adds a piece of work for each spare worker, `most` at most. Never waits: the queue then holds no more pieces than
    /// workers wait, whatever its capacity.
    pub fn push_to_spare(&self, deadline: Time, most: usize, mut work: impl FnMut() -> T) {
        let mut state = self.state.lock();
        if state.is_closed {
            return;
        }
        let count = state.spare_workers().min(most);
        for _ in 0..count {
            state.add(deadline, work());
        }
        drop(state);
        for _ in 0..count {
            self.has_work.notify_one();
        }
    }

    /// True if there is work that is due before `deadline`.
    pub fn has_before(&self, deadline: Time) -> bool {
        let state = self.state.lock();
        let first = state.heap.peek();
        first.is_some_and(|entry| entry.deadline < deadline)
    }

    /// True if [`Self::pop`] would not wait: there is work, or the queue is closed.
    pub fn is_ready(&self) -> bool {
        let state = self.state.lock();
        state.is_closed || !state.heap.is_empty()
    }

    /// Takes the work with the earliest deadline, the oldest among equals; waits for some; `None` once closed.
    pub fn pop(&self) -> Option<T> {
        let mut state = self.state.lock();
        loop {
            if state.is_closed {
                return None;
            }
            if let Some(entry) = state.heap.pop() {
                drop(state);
                self.has_room.notify_one();
                return Some(entry.work);
            }
            state.waiting += 1;
            self.has_work.wait(&mut state);
            state.waiting -= 1;
        }
    }

    /// True if who pushes now would wait.
    pub fn is_full(&self) -> bool {
        self.state.lock().heap.len() >= self.capacity
    }

    /// Takes out all waiting work for which `is_wanted` says no.
    pub fn take_unwanted(&self, mut is_wanted: impl FnMut(&T) -> bool) -> Vec<T> {
        let mut state = self.state.lock();
        if state.heap.iter().all(|entry| is_wanted(&entry.work)) {
            return Vec::new();
        }
        // The list that the heap was keeps its capacity.
        let mut entries = std::mem::take(&mut state.heap).into_vec();
        let removed = entries
            .extract_if(.., |entry| !is_wanted(&entry.work))
            .map(|entry| entry.work)
            .collect();
        state.heap = entries.into();
        drop(state);
        self.has_room.notify_all();
        removed
    }

    /// Ends all waiting, now and for good; gives back what was not taken.
    pub fn close(&self) -> Vec<T> {
        let mut state = self.state.lock();
        state.is_closed = true;
        let left = std::mem::take(&mut state.heap);
        drop(state);
        self.has_work.notify_all();
        self.has_room.notify_all();
        left.into_iter().map(|entry| entry.work).collect()
    }
}

impl<T> State<T> {
    fn add(&mut self, deadline: Time, work: T) {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        self.heap.push(Entry {
            deadline,
            sequence,
            work,
        });
    }

    fn spare_workers(&self) -> usize {
        self.waiting.saturating_sub(self.heap.len())
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    /// The greatest is the one to take first: [`BinaryHeap`] gives out its greatest.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.deadline, other.sequence).cmp(&(self.deadline, self.sequence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_closed_queue_wakes_who_waits() {
        let queue = WorkQueue::<u8>::new(1);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| queue.pop());
            queue.close();
            assert_eq!(waiting.join().expect("no panic"), None);
        });
        assert_eq!(queue.push(Time::ZERO, 1), Err(1));
    }

    #[test]
    fn who_pushes_into_a_full_queue_goes_on_when_there_is_room() {
        let queue = WorkQueue::new(1);
        queue.push(Time::ZERO, 1).expect("open");
        std::thread::scope(|scope| {
            scope.spawn(|| queue.push(Time::ZERO, 2));
            assert_eq!(queue.pop(), Some(1));
            assert_eq!(queue.pop(), Some(2));
        });
    }

    #[test]
    fn unwanted_work_is_taken_out_and_the_rest_keeps_its_order() {
        let queue = WorkQueue::new(8);
        for value in [3, 1, 2, 4] {
            queue.push(Time::from_flicks(value), value).expect("open");
        }
        let mut removed = queue.take_unwanted(|value| value % 2 == 1);
        removed.sort_unstable();
        assert_eq!(removed, [2, 4]);
        assert_eq!((queue.pop(), queue.pop()), (Some(1), Some(3)));
    }

    #[test]
    fn work_for_spare_workers_is_given_to_those_that_wait_and_to_no_others() {
        let queue = WorkQueue::new(4);
        queue.push_to_spare(Time::ZERO, 3, || 1);
        assert!(!queue.has_before(Time::from_flicks(1)), "nobody waits");
        std::thread::scope(|scope| {
            let waiting = [(); 2].map(|()| scope.spawn(|| queue.pop()));
            while queue.spare_workers() < 2 {
                std::thread::yield_now();
            }
            queue.push_to_spare(Time::ZERO, 3, || 2);
            let got = waiting.map(|worker| worker.join().expect("no panic"));
            assert_eq!(got, [Some(2), Some(2)], "two, not three");
        });
        assert!(!queue.has_before(Time::from_flicks(1)), "none is left");
        queue.push(Time::from_flicks(5), 3).expect("open");
        assert!(queue.has_before(Time::from_flicks(6)), "due before");
        assert!(!queue.has_before(Time::from_flicks(5)), "due then");
    }

    proptest! {
        #[test]
        fn work_comes_out_by_deadline_and_then_by_age(deadlines in proptest::collection::vec(0_i64..5, 0..40)) {
            let queue = WorkQueue::new(64);
            for (index, deadline) in deadlines.iter().enumerate() {
                queue.push(Time::from_flicks(*deadline), (*deadline, index)).expect("open");
            }
            let mut expected: Vec<_> = deadlines.iter().copied().zip(0..).collect();
            expected.sort_unstable();
            for pair in expected {
                prop_assert_eq!(queue.pop(), Some(pair));
            }
        }
    }
}
