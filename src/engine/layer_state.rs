//! The state that the decks of a layer have in common.

use super::deck_assignment::DeckAssignment;
use crate::playback::DeckId;
use crate::project::LayerId;
use crate::stats::{Counts, LayerRecorder};
use crate::transport::DeckSide;

/// The state that the decks of a layer have in common.
///
/// The recorder is the layer's, not each deck's: a frame counts the same whichever deck shows it, and no histograms have
/// to be added up four times a second on the thread that draws.
pub struct LayerState {
    /// The layer.
    pub id: LayerId,
    /// The deck of side A.
    pub first_deck: DeckId,
    /// The deck of side B, where the layer has more than one clip, or had.
    pub second_deck: Option<DeckId>,
    /// The assignment of its clips to its decks.
    pub assignment: DeckAssignment,
    /// Counts and timings.
    pub recorder: LayerRecorder,
    /// The losses logged so far.
    pub loss_log: LossLog,
}

/// The losses of a layer that were logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LossLog {
    /// The counts at the last tick.
    pub counts: Counts,
    /// Due frames since the last one that the prebuffer had.
    pub misses_in_a_row: u64,
}

impl LayerState {
    /// A layer with one deck, of which nothing is known yet.
    pub fn new(id: LayerId, first_deck: DeckId) -> Self {
        Self {
            id,
            first_deck,
            second_deck: None,
            assignment: DeckAssignment::default(),
            recorder: LayerRecorder::default(),
            loss_log: LossLog::default(),
        }
    }

    /// Its decks, the first one first.
    pub fn decks(&self) -> impl Iterator<Item = DeckId> + use<> {
        [Some(self.first_deck), self.second_deck]
            .into_iter()
            .flatten()
    }

    /// The deck that says most of the layer: where a clip is due, that of the clip that begins last; otherwise the first.
    pub fn main_deck(&self) -> DeckId {
        let second = self
            .second_deck
            .filter(|_| self.assignment.newest_side() == Some(DeckSide::B));
        second.unwrap_or(self.first_deck)
    }
}
