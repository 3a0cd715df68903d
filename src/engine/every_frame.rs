//! Playing every frame, as fast as they come: what [`Pace::EveryFrame`](super::Pace) does in place of following the
//! clock.

use super::completions::receive_frames;
use super::deck::{Deck, DeckError, DeckErrorKind};
use super::frame_upload::{note_misses, show_if_ready};
use super::gpu_memory::is_hopeless;
use super::parts::Parts;
use super::prefetch::prefetch;
use super::tick_state::TickContext;
use crate::playback::FrameKey;
use crate::project::shown;
use crate::status::events::EventKind;
use crate::time::Time;

/// Longest time that a tick waits for its frames; a disk that does not answer ends the wait.
const LONGEST_WAIT: Time = Time::from_seconds(10);

/// The time that the tick at `clock` stands for: one canvas frame after the last.
pub(super) fn next_presentation_time(clock: Time, parts: &Parts) -> Time {
    let last = parts.state.last_presentation;
    last.map_or(clock, |last| last + parts.interval())
}

/// Waits until every due frame is on screen or failed; one that does not come in time is an error of its layer. Says
/// whether there is a new picture.
pub(super) fn wait_for_all(decks: &mut [Deck], context: &TickContext, parts: &mut Parts) -> bool {
    if !context.is_playing {
        return false;
    }
    note_misses(decks, context, parts);
    let mut has_new_picture = false;
    let deadline = context.clock + LONGEST_WAIT;
    while decks.iter().any(|deck| awaited(deck, parts).is_some()) {
        if !receive_frames(decks, parts, Some(deadline)) {
            for deck in &mut *decks {
                if let Some(key) = awaited(deck, parts) {
                    note_timeout(deck, key, parts);
                }
            }
            break;
        }
        for deck in &mut *decks {
            if awaited(deck, parts).is_some() {
                has_new_picture |= show_if_ready(deck, context, parts);
                prefetch(deck, context, parts);
            }
        }
    }
    has_new_picture
}

/// A deck's due frame that is neither on screen nor known not to be had.
fn awaited(deck: &Deck, parts: &Parts) -> Option<FrameKey> {
    deck.missing().filter(|key| !is_hopeless(deck, *key, parts))
}

/// Makes a frame that is given up an error of its layer, until a frame of its file comes.
fn note_timeout(deck: &mut Deck, key: FrameKey, parts: &mut Parts) {
    let Some(source) = parts.library.by_source(key.source) else {
        return;
    };
    let text = format!(
        "frame {} did not come within {} s and is left out; check the disk: {}",
        key.frame.0,
        LONGEST_WAIT.seconds(),
        shown(&source.video.facts.path)
    );
    let now = parts.clock.now();
    if deck.is_worth_logging(key.source, now) {
        parts.snapshot.log(now, EventKind::Error, text.clone());
    }
    deck.error = Some(DeckError {
        source: key.source,
        text,
        kind: DeckErrorKind::TimedOut,
    });
}
