//! The fate of each due frame of a layer.
//!
//! ```text
//!                 ready at once ─► presented (or late, if it became due at a tick that never came)
//! frame due ──┤
//!                 not ready ─► waiting ─┬─ ready at a later tick, still due ─► late
//!                                       └─ the next frame is due ───────────► repeated
//! frame due between two ticks ─► dropped
//! ```

use crate::playback::FrameKey;
use crate::stats::{Cause, LayerRecorder, Outcome};

/// Counts the due frames of one layer while it plays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Account {
    current: Option<Current>,
}

#[derive(Clone, Copy, Debug)]
struct Current {
    key: FrameKey,
    /// Why it is not on screen yet; `None` once it is.
    waiting_for: Option<Cause>,
}

impl Account {
    /// The frame that was due last.
    pub fn current(&self) -> Option<FrameKey> {
        self.current.map(|current| current.key)
    }

    /// A new frame is due, and on screen: at the tick at which it became due, or at a later one, which has a cause.
    pub fn due_shown(&mut self, key: FrameKey, late: Option<Cause>, recorder: &mut LayerRecorder) {
        self.finish(recorder);
        match late {
            Some(cause) => recorder.lost(Outcome::Late, cause),
            None => recorder.presented(),
        }
        self.current = Some(Current {
            key,
            waiting_for: None,
        });
    }

    /// A new frame is due, and not there.
    pub fn due_missing(&mut self, key: FrameKey, cause: Cause, recorder: &mut LayerRecorder) {
        self.finish(recorder);
        self.current = Some(Current {
            key,
            waiting_for: Some(cause),
        });
    }

    /// The frame that is due is on screen now, if it was not before.
    pub fn shown_at_last(&mut self, recorder: &mut LayerRecorder) {
        if let Some(current) = &mut self.current
            && let Some(cause) = current.waiting_for.take()
        {
            recorder.lost(Outcome::Late, cause);
        }
    }

    /// No frame is due any more: the clip ended, or playing was interrupted.
    pub fn finish(&mut self, recorder: &mut LayerRecorder) {
        if let Some(current) = self.current.take()
            && let Some(cause) = current.waiting_for
        {
            recorder.lost(Outcome::Repeated, cause);
        }
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
        let mut account = Account::default();
        account.due_shown(key(0), None, &mut recorder);
        account.due_missing(key(1), Cause::Read, &mut recorder);
        account.due_missing(key(2), Cause::Decode, &mut recorder);
        account.shown_at_last(&mut recorder);
        account.finish(&mut recorder);
        let counts = recorder.counts;
        assert_eq!((counts.presented, counts.repeated, counts.late), (1, 1, 1));
        assert_eq!((counts.causes.read, counts.causes.decode), (1, 1));
    }

    #[derive(Clone, Copy, Debug)]
    enum Op {
        Skip(u64),
        Shown(bool),
        Missing,
        AtLast,
        Finish,
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            (0_u64..4).prop_map(Op::Skip),
            any::<bool>().prop_map(Op::Shown),
            Just(Op::Missing),
            Just(Op::AtLast),
            Just(Op::Finish),
        ]
    }

    proptest! {
        #[test]
        fn every_due_frame_meets_one_fate(ops in proptest::collection::vec(op(), 0..60)) {
            let mut recorder = LayerRecorder::default();
            let mut account = Account::default();
            let mut became_due = 0;
            for (frame, op) in ops.into_iter().enumerate() {
                let key = key(frame as u64);
                match op {
                    Op::Skip(count) => {
                        recorder.skipped(count);
                        became_due += count;
                    }
                    Op::Shown(is_late) => {
                        account.due_shown(key, is_late.then_some(Cause::Present), &mut recorder);
                        became_due += 1;
                    }
                    Op::Missing => {
                        account.due_missing(key, Cause::Read, &mut recorder);
                        became_due += 1;
                    }
                    Op::AtLast => account.shown_at_last(&mut recorder),
                    Op::Finish => account.finish(&mut recorder),
                }
            }
            account.finish(&mut recorder);
            let counts = recorder.counts;
            let causes = counts.causes;
            prop_assert_eq!(counts.due, became_due);
            prop_assert_eq!(counts.due, counts.presented + counts.lost());
            prop_assert_eq!(counts.lost(), causes.read + causes.decode + causes.upload + causes.present);
        }
    }
}
