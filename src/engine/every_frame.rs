//! Playing every frame, as fast as they come: what [`Pace::EveryFrame`](super::Pace) does in place of following the
//! clock.

use super::completions::receive_frames;
use super::deck::Deck;
use super::frame_upload::{note_misses, show_if_ready};
use super::gpu_memory::is_hopeless;
use super::parts::Parts;
use super::prefetch::prefetch;
use super::tick_state::TickContext;
use crate::time::Time;

/// Longest time that a tick waits for its frames; a disk that does not answer ends the wait.
const LONGEST_WAIT: Time = Time::from_seconds(10);

/// The time that the tick at `clock` stands for: one canvas frame after the last.
pub(super) fn next_presentation_time(clock: Time, parts: &Parts) -> Time {
    let last = parts.state.last_presentation;
    last.map_or(clock, |last| last + parts.interval())
}

/// Waits until every due frame is on screen or failed. Says whether there is a new picture.
pub(super) fn wait_for_all(decks: &mut [Deck], context: &TickContext, parts: &mut Parts) -> bool {
    if !context.is_playing {
        return false;
    }
    note_misses(decks, context, parts);
    let mut has_new_picture = false;
    let deadline = context.clock + LONGEST_WAIT;
    while decks.iter().any(|deck| is_still_awaited(deck, parts)) {
        if !receive_frames(decks, parts, Some(deadline)) {
            break;
        }
        for deck in &mut *decks {
            if is_still_awaited(deck, parts) {
                has_new_picture |= show_if_ready(deck, context, parts);
                prefetch(deck, context, parts);
            }
        }
    }
    has_new_picture
}

/// Whether a deck's due frame is neither on screen nor known not to be had.
fn is_still_awaited(deck: &Deck, parts: &Parts) -> bool {
    deck.missing()
        .is_some_and(|key| !is_hopeless(deck, key, parts))
}
