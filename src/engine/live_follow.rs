//! Layers whose source keeps its own time: the layer follows it rather than the clock.
//!
//! ```text
//!                 the frame due is not there, or was not to be foreseen
//! running ──────────────────────────────────────────────────────────────► holding
//!    ▲                                                                        │
//!    └── it is there, and the cushion is full, or was waited for long enough ─┘
//! ```
//!
//! Frames of a live source have no times that a player could know beforehand: number `n` is whatever comes next. So where
//! one is not there when it is due, those after it will be as late, for ever. The layer's playhead therefore stands still
//! until pictures come again and some are ready beyond the one shown, as many as the unevenness of the source asks for,
//! and goes on from there: its frames are on time again. What would have been due meanwhile counts as repeated, because of
//! the source.

use super::deck::Deck;
use super::due::{due_at, playhead_behind};
use super::live_hold::LiveHold;
use super::options::Pace;
use super::parts::Parts;
use super::tick_state::TickContext;
use crate::playback::FrameKey;
use crate::project::Layer;
use crate::stats::{Cause, Outcome};
use crate::time::Time;

/// Time for which a cushion is waited for once pictures come again, in multiples of what it takes at the source's rate.
const PATIENCE: f64 = 2.0;

/// True if a deck that plays this file follows it.
pub(super) fn follows_source(key: FrameKey, parts: &Parts) -> bool {
    let source = parts.library.by_source(key.source);
    source.is_some_and(|source| source.video.facts.is_live())
        && parts.options.pace == Pace::RealTime
        && !parts.reads_in_place()
}

/// Has the playhead of a deck that follows its source stand still, or go on.
pub(super) fn follow_source(deck: &mut Deck, context: &TickContext, parts: &Parts) {
    let is_followed = context.is_counted && !context.is_jump;
    let before = deck.due.filter(|_| is_followed);
    let (Some(before), Some(layer)) = (before, context.layer(deck)) else {
        (deck.lag, deck.hold) = (Time::ZERO, None);
        return;
    };
    let on_time = due_at(deck, layer, context.playhead, &parts.library);
    if on_time.is_none_or(|due| due.clip != before.clip) {
        (deck.lag, deck.hold) = (Time::ZERO, None);
        return;
    }
    // What failed does not come: the next one is asked for.
    if parts.player.has_failed(deck.id, before.key) {
        deck.hold = None;
    }
    let Some(hold) = deck.hold else {
        return;
    };
    deck.lag += context.elapsed;
    let is_there = deck.shown == Some(before.key);
    let filling = hold.filling + context.elapsed;
    if is_there && has_cushion(deck, filling, parts) {
        deck.hold = None;
    } else if is_there {
        deck.hold = Some(LiveHold { filling, ..hold });
    }
}

/// True if enough is ready beyond the frame that is shown, or was waited for long enough.
fn has_cushion(deck: &Deck, waited: Time, parts: &Parts) -> bool {
    let Some(source) = deck
        .due
        .and_then(|due| parts.library.by_source(due.key.source))
    else {
        return true;
    };
    let frame = source.video.facts.timing.rate().frame_duration();
    let jitter = source.video.health.jitter();
    // Of its slots one is for the frame that is asked for next.
    let most = parts.player.slots(deck.id).saturating_sub(1).max(1);
    // One more, so that what comes as late as it does at the worst is there before it is due.
    let frames = (jitter.seconds() / frame.seconds()).ceil() as usize + 1;
    let cushion = frames.min(most);
    let ready = parts.player.ring(deck.id).ready_keys().count();
    ready >= cushion || waited > frame.scaled(PATIENCE * cushion as f64)
}

/// Frames from this one to the one that would be due with this lag.
fn frames_from(
    from: FrameKey,
    deck: &Deck,
    layer: &Layer,
    lag: Time,
    context: &TickContext,
    parts: &Parts,
) -> u64 {
    let playhead = playhead_behind(lag, context, parts);
    let due = due_at(deck, layer, playhead, &parts.library);
    due.map_or(0, |due| due.key.frame.0.abs_diff(from.frame.0))
}

/// Begins to wait where nobody could foresee what is due: at the beginning, and after a jump. Ends it where something else
/// is due.
pub(super) fn hold_unforeseen(deck: &mut Deck) {
    if !deck.is_live {
        deck.hold = None;
    } else if deck.awaiting.is_some() {
        deck.hold = Some(LiveHold::new(deck.lag, None));
    }
}

/// Counts what a deck misses that follows its source, and begins to wait where the frame due is not there. Says false if
/// the outcome of that frame is to be counted as any other's.
pub(super) fn count_missed(deck: &mut Deck, context: &TickContext, parts: &mut Parts) -> bool {
    let (Some(due), Some(layer)) = (deck.due.filter(|_| deck.is_live), context.layer(deck)) else {
        return false;
    };
    let is_missing = deck.shown != Some(due.key);
    if is_missing && parts.player.has_failed(deck.id, due.key) {
        return false;
    }
    if is_missing && deck.hold.is_none() {
        let is_drawing_late = !parts.state.between.is_empty();
        let cause = if is_drawing_late {
            Cause::Present
        } else {
            Cause::Source
        };
        deck.hold = Some(LiveHold::new(deck.lag, Some(cause)));
    }
    if let Some(hold) = deck.hold
        && let Some(cause) = hold.cause
    {
        let missed = frames_from(due.key, deck, layer, hold.lag_before, context, parts);
        let Some(recorder) = parts.recorder(deck) else {
            return true;
        };
        for _ in hold.counted..missed {
            recorder.asked(false);
            recorder.lost(Outcome::Repeated, cause);
        }
        let counted = missed.max(hold.counted);
        deck.hold = Some(LiveHold { counted, ..hold });
    }
    is_missing
}
