//! The layers of the project, each with its decks.

use std::sync::Arc;

use super::deck::Deck;
use super::layer_state::LayerState;
use super::parts::Parts;
use crate::playback::DeckId;
use crate::time::Time;
use crate::transport::DeckSide;

/// Gives every layer of the project its decks: one, and a second where there is more than one clip. Takes those of layers
/// that are gone.
pub(super) fn follow_layers(decks: &mut Vec<Deck>, parts: &mut Parts) {
    let project = Arc::clone(&parts.project);
    let mut before = std::mem::take(&mut parts.layers);
    before.retain(|state| {
        let is_there = project.layer(state.id).is_some();
        if !is_there {
            for id in state.decks() {
                parts.target.clear_deck(id);
                parts.player.clear_deck(id, parts.target.pool());
                decks[id.0].clear();
            }
        }
        is_there
    });
    for (place, layer) in project.layers.iter().enumerate() {
        let known = before.iter().position(|state| state.id == layer.id);
        let mut state = known.map_or_else(
            || LayerState::new(layer.id, free_deck(decks, place, DeckSide::A)),
            |index| before.swap_remove(index),
        );
        if layer.clips.len() > 1 && state.second_deck.is_none() {
            state.second_deck = Some(free_deck(decks, place, DeckSide::B));
        }
        for id in state.decks() {
            decks[id.0].layer = Some(place);
        }
        parts.layers.push(state);
    }
    parts.player.set_decks(decks.len(), parts.target.pool());
}

/// A deck for a layer: a free one, or a new one if there is none.
fn free_deck(decks: &mut Vec<Deck>, layer: usize, side: DeckSide) -> DeckId {
    let free = decks.iter().position(|deck| deck.layer.is_none());
    let index = free.unwrap_or_else(|| {
        decks.push(Deck::new(DeckId(decks.len())));
        decks.len() - 1
    });
    let deck = &mut decks[index];
    (deck.layer, deck.side) = (Some(layer), side);
    deck.id
}

/// Assigns the clips of each layer to its decks.
pub(super) fn assign_clips(decks: &mut [Deck], parts: &mut Parts, playhead: Time) {
    for (state, layer) in parts.layers.iter_mut().zip(&parts.project.layers) {
        state.assignment.follow(layer, playhead);
        for id in state.decks() {
            let deck = &mut decks[id.0];
            deck.plays = state.assignment.swapped(deck.side);
        }
    }
}
