//! The decks of each layer: which of them plays which clip.

use std::sync::Arc;

use super::Engine;
use super::deck::Deck;
use crate::playback::DeckId;
use crate::project::{ClipId, Layer, LayerId};
use crate::stats::LayerRecorder;
use crate::time::Time;
use crate::transport::schedule::{self, DeckSide};

/// How the clips of a layer are dealt out among its decks, and what of it is on screen.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DeckAssignment {
    /// Whether the deck of side A plays the clips of odd places.
    is_swapped: bool,
    /// The clip played last, and the side of its deck: it stays there when clips before it come and go.
    anchor: Option<(ClipId, DeckSide)>,
    /// The deck whose picture was on screen last; `None` after a gap.
    pub(super) on_screen: Option<usize>,
}

impl DeckAssignment {
    /// The clips that the deck of a side plays; or the deck that plays those of a side.
    pub(super) fn swapped(self, side: DeckSide) -> DeckSide {
        if self.is_swapped { side.other() } else { side }
    }

    /// Follows the playhead, and what was edited.
    fn follow(&mut self, layer: &Layer, playhead: Time) {
        if let Some((clip, side)) = self.anchor
            && let Some(place) = layer.clips.iter().position(|other| other.id == clip)
        {
            self.is_swapped = DeckSide::of_place(place) != side;
        }
        if let Some(place) = schedule::newest_place_at(layer, playhead) {
            let side = self.swapped(DeckSide::of_place(place));
            self.anchor = Some((layer.clips[place].id, side));
        }
    }
}

impl Engine {
    /// Gives every layer of the project its decks: one, and a second where there is more than one clip. Takes those of
    /// layers that are gone.
    pub(super) fn follow_layers(&mut self) {
        let project = Arc::clone(&self.project);
        for index in 0..self.decks.len() {
            if let Some(layer) = self.decks[index].layer
                && project.layer(layer).is_none()
            {
                self.target.clear_layer(index);
                self.player.clear_deck(DeckId(index), self.target.pool());
                self.decks[index].clear();
                self.recorders[index] = LayerRecorder::default();
                self.assignments[index] = DeckAssignment::default();
            }
        }
        for layer in &project.layers {
            let first_deck = self.deck_for(layer.id, DeckSide::A);
            self.decks[first_deck].first_deck = first_deck;
            if layer.clips.len() > 1 {
                let second = self.deck_for(layer.id, DeckSide::B);
                self.decks[second].first_deck = first_deck;
            }
        }
        self.player.set_decks(self.decks.len(), self.target.pool());
    }

    /// The deck of a layer's side, a free one or a new one if it has none yet.
    fn deck_for(&mut self, layer: LayerId, side: DeckSide) -> usize {
        let is_its = |deck: &Deck| deck.layer == Some(layer) && deck.side == side;
        let decks = &self.decks;
        let known = decks.iter().position(is_its);
        let free = || decks.iter().position(|deck| deck.layer.is_none());
        let index = known.or_else(free).unwrap_or_else(|| {
            self.decks.push(Deck::default());
            self.recorders.push(LayerRecorder::default());
            self.assignments.push(DeckAssignment::default());
            self.decks.len() - 1
        });
        self.decks[index].layer = Some(layer);
        self.decks[index].side = side;
        index
    }

    /// Deals the clips of each layer out among its decks.
    pub(super) fn assign_clips(&mut self, playhead: Time) {
        for (index, deck) in self.decks.iter().enumerate() {
            if deck.first_deck == index
                && let Some(layer) = deck.layer.and_then(|id| self.project.layer(id))
            {
                self.assignments[index].follow(layer, playhead);
            }
        }
    }

    /// Which clips of its layer a deck plays.
    pub(super) fn side(&self, index: usize) -> DeckSide {
        let deck = &self.decks[index];
        self.assignments[deck.first_deck].swapped(deck.side)
    }
}

/// The deck of a layer's side A.
pub(super) fn first_deck_of(decks: &[Deck], layer: LayerId) -> Option<usize> {
    let is_home =
        |(index, deck): (usize, &Deck)| deck.layer == Some(layer) && deck.first_deck == index;
    (0..decks.len()).find(|&index| is_home((index, &decks[index])))
}

/// The deck that says most of a layer: where a clip is due, the one that begins last; otherwise the first.
pub(super) fn main_of(decks: &[Deck], assignments: &[DeckAssignment], first_deck: usize) -> usize {
    let side = assignments[first_deck].anchor.map(|(_, side)| side);
    decks
        .iter()
        .position(|deck| {
            deck.layer.is_some() && deck.first_deck == first_deck && Some(deck.side) == side
        })
        .unwrap_or(first_deck)
}
