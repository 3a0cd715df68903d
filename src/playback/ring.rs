//! The slots of a deck: frames in memory, frames on their way, and the next one to ask for.
//!
//! ```text
//!            ask                    completion
//!   Free ───────────► Filling ───────────────────► Ready ── take (shown) ──► Free
//!     ▲                  │ not wanted any more       │ not wanted any more
//!     └── completion ◄───┘ (cancelled)               └──────────────────────► Free
//! ```

use std::sync::Arc;

use super::prefetch::ScheduledFrame;
use super::slot::{Slot, SlotProgress, Stage, State};
use super::source::FrameKey;
use crate::media::frame::FrameMemory;
use crate::status::snapshot::SlotState;

/// Free slots at which a deep ring is refilled, so that reads come in runs; a shallow one is refilled when half is free.
pub const RUN: usize = 3;

/// A frame to be asked for.
pub struct SlotRequest {
    /// The slot that it goes to.
    pub slot: usize,
    /// The frame, and when it is due.
    pub wanted: ScheduledFrame,
    /// Progress and cancellation.
    pub progress: Arc<SlotProgress>,
}

/// Frames that stay in a ring besides those that are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct RetainedFrames<'a> {
    /// While the playhead is dragged, the frame asked for last.
    pub scrubbed: Option<FrameKey>,
    /// Frames whose time is over and that are better late than never: those of them that a worker has begun.
    pub late: &'a [FrameKey],
}

/// The slots of a deck. Used by the drawing thread alone.
#[derive(Default)]
pub struct FrameRing {
    slots: Vec<Slot>,
    /// Frames that may be held. Slots beyond take no new frame, and are dropped as they become free.
    limit: usize,
    is_refilling: bool,
}

impl FrameRing {
    /// Sets the number of frames that it may hold. Those beyond are given up by the next [`Self::retain`], which knows
    /// which come first.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        while self.slots.len() < limit {
            self.slots.push(Slot::default());
        }
        self.drop_surplus();
    }

    fn drop_surplus(&mut self) {
        // From the end only: jobs on their way know their slots by number.
        while self.slots.len() > self.limit
            && self.slots.last().is_some_and(|slot| slot.state.is_free())
        {
            self.slots.pop();
        }
    }

    /// Most slots that there may be.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Gives up every frame that is neither kept nor among the first of `wanted`, as many as there are slots: ready ones
    /// at once, those on their way as they come back.
    pub fn retain(
        &mut self,
        wanted: &[ScheduledFrame],
        kept: RetainedFrames<'_>,
        free: &mut dyn FnMut(Box<dyn FrameMemory>),
    ) {
        // Those beyond the number of slots must not take the place of those that come first.
        let wanted = &wanted[..wanted.len().min(self.limit)];
        for slot in &mut self.slots {
            let is_kept = slot.state.key().is_some_and(|key| {
                wanted.iter().any(|wanted| wanted.key == key)
                    || kept.scrubbed == Some(key)
                    // A late frame is worth the rest of its reading, but not a slot in which to wait for that.
                    || (kept.late.contains(&key) && slot.is_begun())
            });
            if !is_kept {
                slot.give_up(free);
            }
        }
        self.drop_surplus();
    }

    /// The next frame to ask for, if it is time to: the first of `wanted` that is neither here nor on its way.
    ///
    /// While more than the first half of them are here, and all but [`RUN`], nothing is asked for, so that reads come in
    /// runs rather than one by one; `is_urgent` (a frame is due now) overrides that. The caller asks again until it gets
    /// `None`.
    pub fn next_request(
        &mut self,
        wanted: &[ScheduledFrame],
        is_urgent: bool,
    ) -> Option<SlotRequest> {
        let wanted = &wanted[..wanted.len().min(self.limit)];
        let missing = wanted
            .iter()
            .position(|wanted| !self.slots.iter().any(|slot| slot.is_live(wanted.key)));
        let Some(in_a_row) = missing else {
            self.is_refilling = false;
            return None;
        };
        // Those behind a gap do not count: where frames come again (a ping-pong, a short loop), the gap is due first.
        let enough = (wanted.len() / 2).max(wanted.len().saturating_sub(RUN));
        if in_a_row <= enough || is_urgent {
            self.is_refilling = true;
        }
        if !self.is_refilling {
            return None;
        }
        let wanted_frame = wanted[in_a_row];
        // Slots beyond the limit are on their way out.
        let index = self.slots[..self.limit.min(self.slots.len())]
            .iter()
            .position(|slot| slot.state.is_free())?;
        let slot = &mut self.slots[index];
        slot.state = State::Filling(wanted_frame.key);
        slot.progress.restart();
        Some(SlotRequest {
            slot: index,
            wanted: wanted_frame,
            progress: Arc::clone(&slot.progress),
        })
    }

    /// Takes back the frame of a request that could not be sent.
    pub fn withdraw(&mut self, slot: usize) {
        self.slots[slot].state = State::Free;
    }

    /// Receives a frame that a worker finished. One that was given up meanwhile frees its slot; its memory goes back.
    pub fn complete(
        &mut self,
        slot: usize,
        key: FrameKey,
        memory: Box<dyn FrameMemory>,
        is_good: bool,
    ) -> Option<Box<dyn FrameMemory>> {
        let entry = &mut self.slots[slot];
        debug_assert!(
            matches!(entry.state, State::Filling(filling) if filling == key),
            "a completion belongs to the request that its slot waits for"
        );
        let returned = if is_good && !entry.progress.is_cancelled() {
            entry.state = State::Ready(key, memory);
            None
        } else {
            entry.state = State::Free;
            Some(memory)
        };
        self.drop_surplus();
        returned
    }

    /// True if the frame is ready.
    pub fn is_ready(&self, key: FrameKey) -> bool {
        self.slots
            .iter()
            .any(|slot| matches!(&slot.state, State::Ready(ready, _) if *ready == key))
    }

    /// Takes a ready frame out; its slot is free again.
    pub fn take(&mut self, key: FrameKey) -> Option<Box<dyn FrameMemory>> {
        let slot = self
            .slots
            .iter_mut()
            .find(|slot| matches!(&slot.state, State::Ready(ready, _) if *ready == key))?;
        let taken = match std::mem::take(&mut slot.state) {
            State::Ready(_, memory) => Some(memory),
            State::Free | State::Filling(_) => None,
        };
        self.drop_surplus();
        taken
    }

    /// The stage of a frame that is on its way.
    pub fn stage(&self, key: FrameKey) -> Option<Stage> {
        self.slots
            .iter()
            .find(|slot| matches!(slot.state, State::Filling(filling) if filling == key))
            .map(|slot| slot.progress.stage())
    }

    /// True if the frame is on its way and still wanted.
    pub fn is_coming(&self, key: FrameKey) -> bool {
        self.slots.iter().any(|slot| {
            matches!(slot.state, State::Filling(filling) if filling == key)
                && !slot.progress.is_cancelled()
        })
    }

    /// True if the frame is ready, or a worker has begun it and it is still wanted.
    pub fn is_begun(&self, key: FrameKey) -> bool {
        let mut slots = self.slots.iter();
        slots.any(|slot| slot.state.key() == Some(key) && slot.is_begun())
    }

    /// True if slots are held by frames given up that no worker has begun, and that can be had back.
    pub fn has_cancelled(&self) -> bool {
        self.slots.iter().any(|slot| {
            matches!(slot.state, State::Filling(_))
                && slot.progress.is_cancelled()
                && slot.progress.stage() == Stage::Waiting
        })
    }

    /// A frame that is on its way and still wanted.
    pub fn filling(&self) -> Option<FrameKey> {
        self.slots.iter().find_map(|slot| match slot.state {
            State::Filling(key) if !slot.progress.is_cancelled() => Some(key),
            _ => None,
        })
    }

    /// The frames that are ready.
    pub fn ready_keys(&self) -> impl Iterator<Item = FrameKey> + '_ {
        self.slots.iter().filter_map(|slot| match &slot.state {
            State::Ready(key, _) => Some(*key),
            _ => None,
        })
    }

    /// The frames that are on their way.
    pub fn filling_keys(&self) -> impl Iterator<Item = FrameKey> + '_ {
        self.slots.iter().filter_map(|slot| match &slot.state {
            State::Filling(key) => Some(*key),
            _ => None,
        })
    }

    /// The state of each slot. Just after there became fewer, free ones are left out for those yet to be given up.
    pub fn states(&self) -> impl Iterator<Item = SlotState> + '_ {
        let mut surplus = self.slots.len().saturating_sub(self.limit);
        self.slots.iter().filter_map(move |slot| match slot.state {
            State::Free if surplus > 0 => {
                surplus -= 1;
                None
            }
            State::Free => Some(SlotState::Free),
            State::Filling(_) => Some(SlotState::Filling),
            State::Ready(..) => Some(SlotState::Ready),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::source::SourceId;
    use super::*;
    use crate::media::frame::HeapMemory;
    use crate::time::{FrameIndex, Time};

    fn key(frame: u64) -> FrameKey {
        FrameKey {
            source: SourceId(1),
            frame: FrameIndex(frame),
        }
    }

    fn window(from: u64, length: u64) -> Vec<ScheduledFrame> {
        (from..from + length)
            .map(|frame| ScheduledFrame {
                key: key(frame),
                deadline: Time::from_flicks(frame as i64),
            })
            .collect()
    }

    fn ring(limit: usize) -> FrameRing {
        let mut ring = FrameRing::default();
        ring.set_limit(limit);
        ring
    }

    fn memory() -> Box<dyn FrameMemory> {
        Box::new(HeapMemory::new(1))
    }

    fn requests(ring: &mut FrameRing, wanted: &[ScheduledFrame]) -> Vec<(usize, u64)> {
        std::iter::from_fn(|| ring.next_request(wanted, false))
            .map(|request| (request.slot, request.wanted.key.frame.0))
            .collect()
    }

    #[test]
    fn an_empty_ring_is_filled_in_play_order() {
        let mut ring = ring(3);
        let asked = requests(&mut ring, &window(10, 5));
        assert_eq!(asked, [(0, 10), (1, 11), (2, 12)]);
    }

    #[test]
    fn a_ring_over_half_full_is_left_alone_and_then_filled_to_the_top() {
        let mut ring = ring(4);
        for (slot, frame) in requests(&mut ring, &window(0, 4)) {
            assert!(ring.complete(slot, key(frame), memory(), true).is_none());
        }
        assert!(requests(&mut ring, &window(0, 4)).is_empty(), "full");
        ring.take(key(0)).expect("ready");
        assert!(
            requests(&mut ring, &window(1, 4)).is_empty(),
            "three of four"
        );
        ring.take(key(1)).expect("ready");
        assert_eq!(requests(&mut ring, &window(2, 4)).len(), 2, "two of four");
    }

    #[test]
    fn a_deep_ring_never_lacks_more_than_a_run_before_it_is_refilled() {
        let mut ring = ring(12);
        for (slot, frame) in requests(&mut ring, &window(0, 12)) {
            assert!(ring.complete(slot, key(frame), memory(), true).is_none());
        }
        for frame in 0..2 {
            ring.take(key(frame)).expect("ready");
            assert!(requests(&mut ring, &window(frame + 1, 12)).is_empty());
        }
        ring.take(key(2)).expect("ready");
        assert_eq!(requests(&mut ring, &window(3, 12)).len(), RUN);
    }

    #[test]
    fn a_gap_before_frames_that_are_here_is_filled_at_once() {
        let mut ring = ring(5);
        // The turn of a ping-pong: 3 was shown and comes again, and those after it were read ahead.
        for (slot, frame) in requests(&mut ring, &window(4, 5)) {
            assert!(ring.complete(slot, key(frame), memory(), true).is_none());
        }
        ring.take(key(8)).expect("ready");
        assert_eq!(requests(&mut ring, &window(3, 5)).len(), 1, "soonest first");
    }

    #[test]
    fn a_frame_given_up_on_its_way_comes_back_as_free_memory() {
        let mut ring = ring(3);
        let asked = requests(&mut ring, &window(0, 3));
        ring.retain(&window(100, 3), RetainedFrames::default(), &mut |_| {});
        let (slot, frame) = asked[0];
        assert!(ring.complete(slot, key(frame), memory(), true).is_some());
        assert!(!ring.is_ready(key(0)), "stale");
        assert_eq!(requests(&mut ring, &window(100, 3)), [(0, 100)]);
    }

    #[test]
    fn a_step_back_finds_a_slot_though_all_hold_frames_that_come_later() {
        let mut ring = ring(3);
        for (slot, frame) in requests(&mut ring, &window(1, 3)) {
            assert!(ring.complete(slot, key(frame), memory(), true).is_none());
        }
        let mut freed = 0;
        ring.retain(&window(0, 4), RetainedFrames::default(), &mut |_| {
            freed += 1;
        });
        assert_eq!(freed, 1, "the last one makes room");
        let request = ring.next_request(&window(0, 4), true);
        assert_eq!(request.map(|request| request.wanted.key), Some(key(0)));
    }

    #[test]
    fn a_ring_made_smaller_keeps_what_comes_first_wherever_it_lies() {
        let mut ring = ring(6);
        for (slot, frame) in requests(&mut ring, &window(0, 6)) {
            assert!(ring.complete(slot, key(frame), memory(), true).is_none());
        }
        for frame in 0..4 {
            ring.take(key(frame)).expect("ready");
        }
        for (slot, frame) in requests(&mut ring, &window(4, 6)) {
            assert!(ring.complete(slot, key(frame), memory(), true).is_none());
        }
        // What comes first, 4 and 5, lies in the last slots.
        ring.set_limit(2);
        let mut freed = 0;
        ring.retain(&window(4, 6), RetainedFrames::default(), &mut |_| {
            freed += 1;
        });
        assert_eq!(freed, 4, "two of six stay");
        assert!(ring.is_ready(key(4)) && ring.is_ready(key(5)), "the first");
        ring.take(key(4)).expect("ready");
        ring.take(key(5)).expect("ready");
        assert_eq!(requests(&mut ring, &window(6, 6)), [(0, 6), (1, 7)]);
    }

    #[test]
    fn a_frame_that_is_late_stays_if_it_was_begun_and_is_given_up_if_it_was_not() {
        let mut ring = ring(3);
        let mut progress = Vec::new();
        while let Some(request) = ring.next_request(&window(0, 3), true) {
            progress.push(request.progress);
        }
        progress[0].enter_reading();
        let late = [key(0), key(1)];
        let kept = RetainedFrames {
            scrubbed: None,
            late: &late,
        };
        ring.retain(&window(2, 3), kept, &mut |_| {});
        assert!(ring.is_coming(key(0)), "it is being read");
        assert!(!ring.is_coming(key(1)) && ring.has_cancelled());
        assert!(ring.complete(0, key(0), memory(), true).is_none());
        ring.retain(&window(2, 3), kept, &mut |_| {});
        assert!(ring.is_ready(key(0)), "until it is shown");
        ring.retain(&window(2, 3), RetainedFrames::default(), &mut |_| {});
        assert!(!ring.is_ready(key(0)), "or is of no use any more");
    }

    #[derive(Clone, Debug)]
    enum Op {
        Move(u64),
        Request,
        Complete(usize, bool),
        Take,
        Limit(usize),
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            (0_u64..40).prop_map(Op::Move),
            Just(Op::Request),
            (0_usize..16, any::<bool>()).prop_map(|(index, good)| Op::Complete(index, good)),
            Just(Op::Take),
            (2_usize..9).prop_map(Op::Limit),
        ]
    }

    /// A ring, the requests that workers have, and the boxes that must add up.
    struct Model {
        ring: FrameRing,
        at: u64,
        out: Vec<(usize, u64)>,
        given: usize,
        back: usize,
    }

    impl Model {
        fn apply(&mut self, op: &Op) {
            let wanted = window(self.at, 8);
            match *op {
                Op::Move(to) => {
                    self.at = to;
                    let back = &mut self.back;
                    self.ring
                        .retain(&window(to, 8), RetainedFrames::default(), &mut |_| {
                            *back += 1;
                        });
                }
                Op::Request => self.out.extend(requests(&mut self.ring, &wanted)),
                Op::Complete(index, is_good) if !self.out.is_empty() => {
                    let (slot, frame) = self.out.swap_remove(index % self.out.len());
                    self.given += 1;
                    let memory = self.ring.complete(slot, key(frame), memory(), is_good);
                    self.back += usize::from(memory.is_some());
                }
                Op::Complete(..) => {}
                Op::Take => {
                    if self.ring.take(key(self.at)).is_some() {
                        self.back += 1;
                        self.at += 1;
                    }
                }
                Op::Limit(limit) => self.ring.set_limit(limit),
            }
        }

        fn verify_invariants(&self) {
            let ready = self.ring.ready_keys().count();
            assert_eq!(self.given, self.back + ready, "every box is accounted for");
            let mut keys: Vec<_> = self.ring.ready_keys().collect();
            keys.extend(self.ring.filling());
            let count = keys.len();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), count, "no frame is here twice");
            assert_eq!(self.ring.filling_keys().count(), self.out.len());
        }
    }

    proptest! {
        #[test]
        fn any_order_of_operations_keeps_every_slot_and_buffer(ops in proptest::collection::vec(op(), 0..80)) {
            let mut model = Model { ring: ring(5), at: 0, out: Vec::new(), given: 0, back: 0 };
            for op in &ops {
                model.apply(op);
                model.verify_invariants();
            }
            // However it went, once all came back the frames wanted now can be had.
            for index in (0..model.out.len()).rev() {
                model.apply(&Op::Complete(index, true));
            }
            model.apply(&Op::Move(7));
            let was_ready = model.ring.is_ready(key(7));
            if let Some(request) = model.ring.next_request(&window(7, 8), true) {
                prop_assert!(was_ready || request.wanted.key == key(7), "soonest first");
            }
            prop_assert!(!model.ring.is_ready(key(7)) || model.ring.stage(key(7)).is_none());
            prop_assert!(model.ring.is_ready(key(7)) || model.ring.stage(key(7)).is_some());
        }
    }
}
