//! What a layer shows when the frame that is due is not ready.
//!
//! * *Nearest*: of the frames that became due meanwhile the last one that has come is shown, late; what a reader has begun
//!   is therefore kept when its time is over. Where frames take longer than one is due, reading aims at those that can
//!   still be in time.
//! * *Hold*: the picture on screen stays until the frame due is there, and whatever comes too late is never shown.
//! * *Never skip*: the layer's own playhead stands still while its frame is missing, and so falls behind; its frames are
//!   late from then on. Where one frame is due for several pictures it catches up by showing it for fewer. A jump, a
//!   change of speed, a pause and a cut bring it level, and so does falling more than [`MAX_LAG`] behind: what lies
//!   between is dropped.

use super::Engine;
use super::tick::TickContext;
use crate::playback::DeckId;
use crate::playback::FrameKey;
use crate::project::{FramePolicy, Layer};
use crate::stats::{Cause, Outcome};
use crate::time::Time;

/// How far a layer that skips nothing may fall behind.
const MAX_LAG: Time = Time::from_seconds(2);

impl Engine {
    /// The playhead of a deck that is behind by this much.
    fn playhead_behind(&self, lag: Time, context: &TickContext) -> Time {
        if lag == Time::ZERO {
            return context.playhead;
        }
        let playhead = self
            .transport
            .playhead_at(context.presentation_time - lag, &context.bounds);
        context.bounds.snap(playhead)
    }

    /// The playhead of a deck: the transport's, or earlier for one that is behind.
    pub(super) fn playhead_of(&self, index: usize, context: &TickContext) -> Time {
        self.playhead_behind(self.decks[index].lag, context)
    }

    fn key_behind(
        &self,
        index: usize,
        layer: &Layer,
        lag: Time,
        context: &TickContext,
    ) -> Option<FrameKey> {
        let playhead = self.playhead_behind(lag, context);
        self.due_at(index, layer, playhead).map(|due| due.key)
    }

    /// Lets a layer that skips nothing fall behind, or catch up.
    pub(super) fn follow_lag(&mut self, index: usize, layer: &Layer, context: &TickContext) {
        let deck = &self.decks[index];
        let follows = layer.frame_policy == FramePolicy::NeverSkip
            && context.is_counted
            && !context.is_jump
            && deck.awaiting.is_none();
        let Some(before) = deck.due.filter(|_| follows) else {
            self.decks[index].lag = Time::ZERO;
            return;
        };
        let interval = self.project.canvas.frame_rate.frame_duration();
        // A frame that cannot be had at all is not waited for.
        let is_missing =
            deck.shown != Some(before.key) && !self.player.has_failed(DeckId(index), before.key);
        let advance = if is_missing {
            Time::ZERO
        } else {
            context.elapsed.min(interval)
        };
        let mut lag = deck.lag + context.elapsed - advance;
        if !is_missing && lag > deck.lag {
            self.decks[index].lag_cause = Cause::Present;
        }
        // One picture more where this one would but repeat what is on screen.
        if advance > Time::ZERO
            && lag > Time::ZERO
            && self.key_behind(index, layer, lag, context) == Some(before.key)
        {
            lag -= interval.min(lag);
        }
        let on_time = self.due_at(index, layer, context.playhead);
        if lag > MAX_LAG || on_time.is_none_or(|due| due.clip != before.clip) {
            self.drop_lag(index, layer, lag, context);
            lag = Time::ZERO;
        }
        self.decks[index].lag = lag;
    }

    /// Counts the frames that are never shown because a deck is not behind by this much any more.
    fn drop_lag(&mut self, index: usize, layer: &Layer, lag: Time, context: &TickContext) {
        let interval = self.project.canvas.frame_rate.frame_duration();
        let pictures = (lag.seconds() / interval.seconds()).round() as i64;
        let due_now = self.key_behind(index, layer, Time::ZERO, context);
        let mut last = self.decks[index].ledger.current();
        for picture in (1..=pictures).rev() {
            let key = self.key_behind(index, layer, interval.scaled(picture as f64), context);
            if key.is_some() && key != last && key != due_now {
                let deck = &self.decks[index];
                self.recorders[deck.first_deck].lost(Outcome::Dropped, deck.lag_cause);
            }
            last = key;
        }
    }
}
