//! The assignment of a layer's clips to its decks.

use crate::project::{ClipId, Layer};
use crate::time::Time;
use crate::transport::schedule::{self, DeckSide};

/// The assignment of a layer's clips to its decks: in turn, by their places in the layer's list, and so that the clip
/// that plays keeps its deck when clips before it come and go.
#[derive(Clone, Copy, Debug, Default)]
pub struct DeckAssignment {
    /// True if each deck plays the clips of the other side.
    is_swapped: bool,
    /// The clip played last, and the side of its deck.
    anchor: Option<(ClipId, DeckSide)>,
}

impl DeckAssignment {
    /// The side whose clips the deck of this side plays; likewise the side of the deck that plays the clips of this side.
    pub fn swapped(self, side: DeckSide) -> DeckSide {
        if self.is_swapped { side.other() } else { side }
    }

    /// The side of the deck that plays the newest clip under the playhead, or played the last one.
    pub fn newest_side(self) -> Option<DeckSide> {
        self.anchor.map(|(_, side)| side)
    }

    /// Follows the playhead, and what was edited.
    pub fn follow(&mut self, layer: &Layer, playhead: Time) {
        // An edit before the clip that plays moves its place by one: its deck has its frames, so the places are dealt out
        // the other way round rather than the clip to the other deck.
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
