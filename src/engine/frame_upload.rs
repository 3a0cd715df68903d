//! Putting frames into textures: the one that is due, or the nearest there is.

use std::sync::Arc;

use super::completions::receive_frames;
use super::deck::Deck;
use super::gpu_memory::note_refusal;
use super::options::Pace;
use super::parts::Parts;
use super::proxy_display::has_proxy;
use super::tick_state::TickContext;
use crate::playback::FrameKey;
use crate::time::Time;

/// Puts the due frame into the deck's texture if it is ready; while scrubbing, whatever came. Says whether there is a new
/// picture.
pub(super) fn show_if_ready(deck: &mut Deck, context: &TickContext, parts: &mut Parts) -> bool {
    let Some(due) = deck.due else {
        return false;
    };
    let mut key = due.key;
    let is_there = deck.shown == Some(key) || parts.player.ring(deck.id).is_ready(key);
    if context.is_scrubbing && !is_there {
        // The newest position is still on its way: the one before it is better than a picture that stands still. The
        // proxy of the newest is better still.
        if has_proxy(deck, parts) {
            return false;
        }
        let Some(other) = parts.player.ready_scrubbed(deck.id) else {
            return false;
        };
        key = other;
    }
    show(deck, key, context.clock, parts)
}

/// Puts a ready frame into a deck's texture. Says whether there is a new picture.
fn show(deck: &mut Deck, key: FrameKey, now: Time, parts: &mut Parts) -> bool {
    let Some(due) = deck.due else {
        return false;
    };
    let is_exact = due.key == key;
    if deck.shown == Some(key) {
        // Two clips may show the same frame, and nothing of the first be on screen any more.
        let is_hidden = deck.proxy.take().is_some();
        let is_new = deck.shown_clip.replace(due.clip) != Some(due.clip) || is_hidden;
        if is_exact && let Some(recorder) = parts.recorder(deck) {
            deck.landed(now, recorder);
        }
        return is_new;
    }
    // A device that is gone takes nothing; the frame stays ready for the next one.
    if deck.is_backing_off(key.source, now) || parts.has_lost_gpu() {
        return false;
    }
    let source = parts.library.by_source(key.source);
    let Some(layout) = source.map(|source| Arc::clone(&source.video.layout)) else {
        return false;
    };
    let Some(memory) = parts.player.take(deck.id, key) else {
        return false;
    };
    let begin = parts.clock.now();
    if let Err(error) = parts.target.upload(deck.exact(), &layout, memory) {
        note_refusal(deck, key.source, &error, parts);
        return false;
    }
    let end = parts.clock.now();
    deck.show(key);
    if let Some(recorder) = parts.recorder(deck) {
        recorder.upload.record(end - begin);
        if is_exact {
            deck.landed(end, recorder);
        }
    }
    true
}

/// While what is due is not there: shows, of the frames whose time is over, the one nearest to it that has come. Says
/// whether there is a new picture.
pub(super) fn show_late(deck: &mut Deck, context: &TickContext, parts: &mut Parts) -> bool {
    let is_wanted =
        context.is_playing && !context.is_scrubbing && parts.options.pace == Pace::RealTime;
    let Some(missing) = deck.missing().filter(|_| is_wanted) else {
        return false;
    };
    let ring = parts.player.ring(deck.id);
    let mut overdue = deck.ledger.overdue().iter().rev();
    let late = overdue.find(|key| **key != missing && ring.is_ready(**key));
    let Some(key) = late.copied() else {
        return false;
    };
    let is_new = show(deck, key, context.clock, parts);
    if deck.shown == Some(key)
        && let Some(recorder) = parts.recorder(deck)
    {
        deck.ledger.shown_late(key, recorder);
    }
    is_new
}

/// Waits for due frames that are on their way, while playing and for no longer than a part of the frame's slack. Says
/// whether there is a new picture.
pub(super) fn wait_for_missing(
    decks: &mut [Deck],
    context: &TickContext,
    parts: &mut Parts,
) -> bool {
    if !context.is_playing {
        return false;
    }
    note_misses(decks, context, parts);
    // Where drawing itself takes several frames' time, waiting an eighth of that costs little and saves a picture.
    let frames_over = parts.state.stride.usual_frames() - 1;
    let share = context.interval.scaled(frames_over as f64 / 8.0);
    let deadline = context.clock + parts.options.miss_wait.max(share);
    let mut has_new_picture = false;
    while decks.iter().any(|deck| is_coming(deck, parts)) {
        if !receive_frames(decks, parts, Some(deadline)) {
            break;
        }
        for deck in &mut *decks {
            has_new_picture |= show_if_ready(deck, context, parts);
        }
    }
    has_new_picture
}

/// True if the frame due on a deck is missing and on its way.
fn is_coming(deck: &Deck, parts: &Parts) -> bool {
    deck.missing()
        .is_some_and(|key| parts.player.stage(deck.id, key).is_some())
}

/// Marks where due frames were not there when asked for, before any waiting.
pub(super) fn note_misses(decks: &mut [Deck], context: &TickContext, parts: &mut Parts) {
    if !context.is_counted {
        return;
    }
    for deck in decks {
        if deck.awaiting.is_some() {
            // What follows a jump or a turn could not be foreseen.
            deck.is_hit = true;
            continue;
        }
        let missing = deck.missing();
        deck.is_hit = missing.is_none();
        let is_new = missing.is_some() && deck.ledger.current() != missing && deck.hold.is_none();
        if is_new && let Some(layer) = deck.layer {
            parts.snapshot.add_miss(layer, context.playhead);
        }
    }
}
