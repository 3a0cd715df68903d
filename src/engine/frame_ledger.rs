//! The outcome of each due frame of a deck.
//!
//! ```text
//!                 ready at once ─► presented (or late, if it became due at a tick that never came)
//! frame due ──┤
//!                 not ready ─► overdue ─┬─ shown at a later tick: while still due, or in place of nothing ─► late
//!                                    └─ a later frame is shown, or it is given up ───────────────────► repeated
//! frame due between two ticks ─► dropped
//! ```

use crate::playback::FrameKey;
use crate::stats::{Cause, LayerRecorder, Outcome};

/// Most frames that are overdue at once: at 60 per second those of the last 133 ms. What is older would jerk the picture back
/// rather than be better than none.
const MAX_OVERDUE: usize = 8;

/// True if a frame that became due is on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueOutcome {
    /// It is.
    Shown {
        /// The cause of its being late, if it is.
        late: Option<Cause>,
    },
    /// It is not.
    Missing {
        /// The cause.
        cause: Cause,
        /// True if it, and those before it, are still shown if they come later.
        stays_overdue: bool,
    },
}

/// Counts the due frames of one deck while it plays.
#[derive(Clone, Debug, Default)]
pub struct FrameLedger {
    current: Option<FrameKey>,
    overdue: Overdue,
}

/// Frames that became due and are not on screen yet, oldest first, each with its cause.
#[derive(Clone, Debug, Default)]
struct Overdue {
    keys: Vec<FrameKey>,
    causes: Vec<Cause>,
}

impl Overdue {
    fn add(&mut self, key: FrameKey, cause: Cause) {
        self.keys.push(key);
        self.causes.push(cause);
    }

    /// Settles the oldest ones, this many: they are never shown.
    fn give_up(&mut self, count: usize, recorder: &mut LayerRecorder) {
        self.keys.drain(..count);
        for cause in self.causes.drain(..count) {
            recorder.lost(Outcome::Repeated, cause);
        }
    }

    /// Settles one that is on screen at last, and those before it, which are overtaken.
    fn shown(&mut self, place: usize, recorder: &mut LayerRecorder) {
        self.give_up(place, recorder);
        self.keys.remove(0);
        recorder.lost(Outcome::Late, self.causes.remove(0));
    }
}

impl FrameLedger {
    /// The frame that was due last.
    pub fn current(&self) -> Option<FrameKey> {
        self.current
    }

    /// The frames that were not on screen when they were due and still may be, oldest first; the last of them may be the
    /// one due now.
    pub fn overdue(&self) -> &[FrameKey] {
        &self.overdue.keys
    }

    /// A new frame is due, with this outcome.
    pub fn became_due(&mut self, key: FrameKey, outcome: DueOutcome, recorder: &mut LayerRecorder) {
        match outcome {
            DueOutcome::Shown { late } => self.due_shown(key, late, recorder),
            DueOutcome::Missing {
                cause,
                stays_overdue,
            } => self.due_missing(key, cause, stays_overdue, recorder),
        }
    }

    /// A new frame is due, and on screen: at the tick at which it became due, or at a later one, which has a cause.
    pub fn due_shown(&mut self, key: FrameKey, late: Option<Cause>, recorder: &mut LayerRecorder) {
        self.finish(recorder);
        match late {
            Some(cause) => recorder.lost(Outcome::Late, cause),
            None => recorder.presented(),
        }
        self.current = Some(key);
    }

    /// A new frame is due, and not there. Those before it are still good for something if `stays_overdue`.
    pub fn due_missing(
        &mut self,
        key: FrameKey,
        cause: Cause,
        stays_overdue: bool,
        recorder: &mut LayerRecorder,
    ) {
        let most = if stays_overdue { MAX_OVERDUE - 1 } else { 0 };
        let surplus = self.overdue.keys.len().saturating_sub(most);
        self.overdue.give_up(surplus, recorder);
        self.overdue.add(key, cause);
        self.current = Some(key);
    }

    /// The frame that is due is on screen now, if it was not before.
    pub fn shown_at_last(&mut self, recorder: &mut LayerRecorder) {
        if let Some(last) = self.overdue.keys.len().checked_sub(1)
            && self.overdue.keys.get(last).copied() == self.current
        {
            self.overdue.shown(last, recorder);
        }
    }

    /// A frame whose time is over is on screen now: better late than never.
    pub fn shown_late(&mut self, key: FrameKey, recorder: &mut LayerRecorder) {
        if let Some(place) = self
            .overdue
            .keys
            .iter()
            .rposition(|overdue| *overdue == key)
        {
            self.overdue.shown(place, recorder);
        }
    }

    /// Nothing that was due before is to be shown any more.
    pub fn give_up_overdue(&mut self, recorder: &mut LayerRecorder) {
        self.overdue.give_up(self.overdue.keys.len(), recorder);
    }

    /// No frame is due any more: the clip ended, or playing was interrupted.
    pub fn finish(&mut self, recorder: &mut LayerRecorder) {
        self.give_up_overdue(recorder);
        self.current = None;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::playback::SourceId;
    use crate::time::FrameIndex;

    fn key(frame: u64) -> FrameKey {
        FrameKey {
            source: SourceId(0),
            frame: FrameIndex(frame),
        }
    }

    #[test]
    fn a_frame_that_never_came_is_repeated_and_one_that_came_later_is_late() {
        let mut recorder = LayerRecorder::default();
        let mut ledger = FrameLedger::default();
        ledger.due_shown(key(0), None, &mut recorder);
        ledger.due_missing(key(1), Cause::Read, false, &mut recorder);
        ledger.due_missing(key(2), Cause::Decode, false, &mut recorder);
        ledger.shown_at_last(&mut recorder);
        ledger.finish(&mut recorder);
        let counts = recorder.counts;
        assert_eq!((counts.presented, counts.repeated, counts.late), (1, 1, 1));
        assert_eq!((counts.causes.read, counts.causes.decode), (1, 1));
    }

    #[test]
    fn a_frame_shown_after_its_time_is_late_and_those_it_overtook_are_repeated() {
        let mut recorder = LayerRecorder::default();
        let mut ledger = FrameLedger::default();
        for frame in 1..=4 {
            ledger.due_missing(key(frame), Cause::Read, true, &mut recorder);
        }
        assert_eq!(recorder.counts.due, 0, "all may still come");
        ledger.shown_late(key(3), &mut recorder);
        assert_eq!((recorder.counts.repeated, recorder.counts.late), (2, 1));
        assert_eq!(ledger.overdue(), [key(4)]);
        ledger.shown_at_last(&mut recorder);
        assert_eq!((recorder.counts.repeated, recorder.counts.late), (2, 2));
        for frame in 5..30 {
            ledger.due_missing(key(frame), Cause::Read, true, &mut recorder);
        }
        assert_eq!(ledger.overdue().len(), MAX_OVERDUE);
        assert_eq!(recorder.counts.repeated, 2 + 25 - MAX_OVERDUE as u64);
    }

    #[derive(Clone, Copy, Debug)]
    enum Op {
        Skip(u64),
        Shown(bool),
        Missing(bool),
        AtLast,
        Late(usize),
        GiveUp,
        Finish,
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            1 => (0_u64..4).prop_map(Op::Skip),
            1 => any::<bool>().prop_map(Op::Shown),
            5 => any::<bool>().prop_map(Op::Missing),
            1 => Just(Op::AtLast),
            1 => (0_usize..8).prop_map(Op::Late),
            1 => Just(Op::GiveUp),
            1 => Just(Op::Finish),
        ]
    }

    proptest! {
        #[test]
        fn every_due_frame_meets_one_fate(ops in proptest::collection::vec(op(), 0..60)) {
            let mut recorder = LayerRecorder::default();
            let mut ledger = FrameLedger::default();
            let mut became_due = 0;
            for (frame, op) in ops.into_iter().enumerate() {
                let key = key(frame as u64);
                match op {
                    Op::Skip(count) => {
                        recorder.skipped(count);
                        became_due += count;
                    }
                    Op::Shown(is_late) => {
                        ledger.due_shown(key, is_late.then_some(Cause::Present), &mut recorder);
                        became_due += 1;
                    }
                    Op::Missing(stays_overdue) => {
                        ledger.due_missing(key, Cause::Read, stays_overdue, &mut recorder);
                        became_due += 1;
                    }
                    Op::AtLast => ledger.shown_at_last(&mut recorder),
                    Op::Late(place) => {
                        if let Some(key) = ledger.overdue().get(place).copied() {
                            ledger.shown_late(key, &mut recorder);
                        }
                    }
                    Op::GiveUp => ledger.give_up_overdue(&mut recorder),
                    Op::Finish => ledger.finish(&mut recorder),
                }
                prop_assert_eq!(recorder.counts.due + ledger.overdue().len() as u64, became_due);
            }
            ledger.finish(&mut recorder);
            let counts = recorder.counts;
            prop_assert_eq!(counts.due, became_due);
            prop_assert_eq!(counts.due, counts.presented + counts.lost());
            prop_assert_eq!(counts.lost(), counts.causes.total());
        }
    }
}
