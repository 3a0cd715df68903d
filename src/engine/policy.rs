//! Frame policies: the picture of a layer when the frame that is due is not ready.
//!
//! * *Nearest*: of the frames that became due meanwhile the last one that has come is shown, late; what a reader has begun
//!   is therefore kept when its time is over. Where frames take longer than one is due, reading aims at those that can
//!   still be in time.
//! * *Hold*: the picture on screen stays until the frame due is there, and whatever comes too late is never shown.
//! * *Never skip*: the layer's own playhead stands still while its frame is missing, and so falls behind; its frames are
//!   late from then on. Where one frame is due for several pictures it catches up by showing it for fewer. A jump, a
//!   change of speed, a pause and a cut bring it level, and so does falling more than [`MAX_LAG`] behind: what lies
//!   between is dropped.
//!
//! A layer that comes live has none of them: it follows its source, see `live_follow`.

use super::deck::Deck;
use super::due::{due_at, playhead_behind};
use super::live_follow::follow_source;
use super::parts::Parts;
use super::tick_state::TickContext;
use crate::playback::FrameKey;
use crate::project::{FramePolicy, Layer};
use crate::stats::{Cause, Outcome};
use crate::time::Time;

/// Time that a layer that skips nothing may fall behind.
const MAX_LAG: Time = Time::from_seconds(2);

fn key_behind(
    deck: &Deck,
    layer: &Layer,
    lag: Time,
    context: &TickContext,
    parts: &Parts,
) -> Option<FrameKey> {
    let playhead = playhead_behind(lag, context, parts);
    due_at(deck, layer, playhead, &parts.library).map(|due| due.key)
}

/// Lets a layer that skips nothing fall behind, or catch up.
pub(super) fn follow_lag(deck: &mut Deck, context: &TickContext, parts: &mut Parts) {
    if deck.is_live {
        follow_source(deck, context, parts);
        return;
    }
    let Some(layer) = context.layer(deck) else {
        return;
    };
    let follows = layer.frame_policy == FramePolicy::NeverSkip
        && context.is_counted
        && !context.is_jump
        && deck.awaiting.is_none();
    let Some(before) = deck.due.filter(|_| follows) else {
        deck.lag = Time::ZERO;
        return;
    };
    let interval = context.interval;
    // A frame that cannot be had at all is not waited for.
    let is_missing =
        deck.shown != Some(before.key) && !parts.player.has_failed(deck.id, before.key);
    // The deck's own playhead stands still while its frame is missing; otherwise it goes on by a picture at most, so that
    // nothing is skipped after ticks that never came.
    let advance = if is_missing {
        Time::ZERO
    } else {
        context.elapsed.min(interval)
    };
    let mut lag = deck.lag + context.elapsed - advance;
    if !is_missing && lag > deck.lag {
        // The frame was there, and yet the deck fell back: ticks did not come.
        deck.lag_cause = Cause::Present;
    }
    // One picture more where this one would but repeat what is on screen.
    if advance > Time::ZERO
        && lag > Time::ZERO
        && key_behind(deck, layer, lag, context, parts) == Some(before.key)
    {
        lag -= interval.min(lag);
    }
    // A cut brings every deck level, and so does falling too far behind to be of use.
    let on_time = due_at(deck, layer, context.playhead, &parts.library);
    if lag > MAX_LAG || on_time.is_none_or(|due| due.clip != before.clip) {
        drop_lag(deck, layer, lag, context, parts);
        lag = Time::ZERO;
    }
    deck.lag = lag;
}

/// Counts the frames that are never shown because a deck is not behind by this much any more.
fn drop_lag(deck: &Deck, layer: &Layer, lag: Time, context: &TickContext, parts: &mut Parts) {
    let interval = context.interval;
    let pictures = (lag.seconds() / interval.seconds()).round() as i64;
    let due_now = key_behind(deck, layer, Time::ZERO, context, parts);
    let mut last = deck.ledger.current();
    for picture in (1..=pictures).rev() {
        let lag = interval.scaled(picture as f64);
        let key = key_behind(deck, layer, lag, context, parts);
        if key.is_some()
            && key != last
            && key != due_now
            && let Some(recorder) = parts.recorder(deck)
        {
            recorder.lost(Outcome::Dropped, deck.lag_cause);
        }
        last = key;
    }
}
