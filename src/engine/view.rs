//! Views of an engine, from which the snapshot and the report are made.

use super::deck::Deck;
use super::layer_state::LayerState;
use super::options::PlaybackSettings;
use super::render_target::RenderTarget;
use crate::library::Library;
use crate::playback::{Player, Source};
use crate::project::{Layer, Project};

/// The parts of an engine, to look at.
pub(super) struct EngineView<'a> {
    /// The project.
    pub project: &'a Project,
    /// Its layers, in its order.
    pub layers: &'a [LayerState],
    /// The decks, by id.
    pub decks: &'a [Deck],
    /// The media files.
    pub library: &'a Library,
    /// The prebuffers.
    pub player: &'a Player,
    /// The target of frames.
    pub target: &'a RenderTarget,
    /// Prefetching and I/O.
    pub playback: PlaybackSettings,
}

/// A layer of the project and its decks.
pub(super) struct LayerView<'a> {
    /// The layer.
    pub layer: &'a Layer,
    /// The state that its decks have in common.
    pub state: &'a LayerState,
    /// The first of its decks.
    pub first: &'a Deck,
    /// The deck that says most of it.
    pub main: &'a Deck,
}

impl<'a> EngineView<'a> {
    /// The layers, in the order of the project.
    pub fn layers(&self) -> impl Iterator<Item = LayerView<'a>> {
        let decks = self.decks;
        let layers = self.project.layers.iter().zip(self.layers);
        layers.map(move |(layer, state)| LayerView {
            layer,
            state,
            first: &decks[state.first_deck.0],
            main: &decks[state.main_deck().0],
        })
    }

    /// The decks of a layer.
    pub fn decks_of(&self, state: &LayerState) -> impl Iterator<Item = &'a Deck> {
        let decks = self.decks;
        state.decks().map(move |id| &decks[id.0])
    }

    /// The error of a layer, if there is one.
    pub fn error_of(&self, state: &LayerState) -> Option<&'a str> {
        self.decks_of(state).find_map(Deck::error_text)
    }

    /// The file that a deck played last, while it is open.
    pub fn source_of(&self, deck: &Deck) -> Option<&'a Source> {
        self.library.by_source(deck.last_source?)
    }

    /// The shortage of memory for which the frame due on a deck does not come, if there is one.
    pub fn starvation(&self, deck: &Deck) -> Option<String> {
        let shortage = self.target.staging_shortage()?;
        let missing = deck.missing()?;
        (!self.player.holds(deck.id, missing)).then(|| shortage.to_string())
    }
}
