//! Reading and decoding a frame at the moment it is due, on the thread that draws: what a player without a prebuffer
//! does, kept to be measured against.

use super::completions::EventSink;
use super::deck::Deck;
use super::frame_upload::note_misses;
use super::gpu_memory::note_refusal;
use super::parts::Parts;
use super::tick_state::TickContext;
use crate::playback::{FrameEvent, FrameKey};
use crate::time::Time;

/// Reads what is due at this very moment, as a player without a prebuffer does. Says whether there is a new picture.
pub(super) fn read_in_place(decks: &mut [Deck], context: &TickContext, parts: &mut Parts) -> bool {
    note_misses(decks, context, parts);
    let mut has_new_picture = false;
    for deck in decks {
        if let Some(key) = deck.missing() {
            has_new_picture |= read_deck(deck, key, context, parts);
        }
    }
    has_new_picture
}

fn read_deck(deck: &mut Deck, key: FrameKey, context: &TickContext, parts: &mut Parts) -> bool {
    let Some(source) = parts.library.by_source(key.source).cloned() else {
        return false;
    };
    if deck.is_backing_off(key.source, context.clock) {
        return false;
    }
    let Some(mut memory) = parts.target.pool().take(source.video.layout.bytes) else {
        return false;
    };
    let result = parts
        .sync_reader
        .read(&source, key.frame, &mut *memory, &parts.clock);
    let mut is_new = false;
    let event = match result {
        Ok(cost) => {
            let layout = &source.video.layout;
            if let Err(error) = parts.target.upload(deck.exact(), layout, memory) {
                note_refusal(deck, key.source, &error, parts);
                return false;
            }
            deck.show(key);
            is_new = true;
            FrameEvent::Ready {
                cost,
                waited: Time::ZERO,
            }
        }
        Err(error) => {
            parts.target.pool().give_back(memory);
            FrameEvent::Failed(error)
        }
    };
    EventSink::of(parts).receive(deck, key, event, context.clock);
    if deck.is_exact() && deck.awaiting.is_some() {
        let end = parts.clock.now();
        if let Some(state) = deck.layer.and_then(|layer| parts.layers.get_mut(layer)) {
            deck.landed(end, &mut state.recorder);
        }
    }
    is_new
}
