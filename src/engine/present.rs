//! The composed picture.

use std::sync::Arc;

use super::deck::Deck;
use super::layer_state::LayerState;
use super::parts::Parts;
use super::render_target::Picture;
use crate::library::Library;
use crate::playback::DeckId;
use crate::project::{Layer, LayerValues};
use crate::transport::schedule::DECKS_PER_LAYER;

/// Composes the picture of what is in the textures of the decks.
pub(super) fn compose(decks: &mut [Deck], parts: &mut Parts) {
    parts.state.is_picture_stale = false;
    for state in &parts.layers {
        let foremost = visible_decks(state, decks).last().map(|(deck, _)| deck);
        for id in state.decks() {
            decks[id.0].is_foremost = Some(id) == foremost;
        }
    }
    let project = Arc::clone(&parts.project);
    // The first layer of the project is in front.
    let layers = project.layers.iter().zip(&parts.layers).rev();
    let shown = layers.filter(|(layer, _)| project.is_shown(layer));
    let (decks, library) = (&*decks, &parts.library);
    let pictures = shown.flat_map(|(layer, state)| {
        visible_decks(state, decks)
            .filter_map(move |(id, opacity)| picture(&decks[id.0], layer, opacity, library))
    });
    parts.target.render(&project.canvas, pictures);
}

/// The picture of a deck.
fn picture<'a>(
    deck: &Deck,
    layer: &'a Layer,
    opacity: f32,
    library: &'a Library,
) -> Option<Picture<'a>> {
    let proxy = deck.proxy.and_then(|proxy| library.by_proxy(proxy.source));
    // A proxy is placed as the file itself.
    let (source, proxy) = match proxy {
        Some((file, proxy)) => (file, Some(&*proxy.video.layout)),
        None => (library.by_source(deck.shown?.source)?, None),
    };
    Some(Picture {
        channel: if proxy.is_some() {
            deck.proxies()
        } else {
            deck.exact()
        },
        proxy,
        layer,
        values: LayerValues {
            opacity,
            ..deck.values
        },
        layout: &source.video.layout,
        dissolve: layer.id.0,
    })
}

/// The decks of a layer whose pictures are on screen, the earlier clip's first, each with its opacity.
///
/// While the picture of a clip that comes on is still on its way, the picture before it stays; but nothing comes back
/// after a gap.
fn visible_decks(state: &LayerState, decks: &[Deck]) -> impl Iterator<Item = (DeckId, f32)> {
    let mut due: [Option<&Deck>; DECKS_PER_LAYER] = [None; DECKS_PER_LAYER];
    let at_play = state.decks().map(|id| &decks[id.0]);
    for (place, deck) in due
        .iter_mut()
        .zip(at_play.filter(|deck| deck.due.is_some()))
    {
        *place = Some(deck);
    }
    due.sort_by_key(|deck| deck.and_then(|deck| deck.due).map(|due| due.start));
    let newest = due.into_iter().flatten().last();
    let is_any_there = due.into_iter().flatten().any(Deck::has_picture);
    let mut at_play = state.decks().map(|id| &decks[id.0]);
    let stays = at_play
        .find(|deck| deck.is_foremost)
        .filter(|_| !is_any_there)
        .zip(newest)
        // It stands for the clip that comes on, whose fades count.
        .map(|(deck, newest)| (deck.id, newest.opacity));
    let there = due
        .into_iter()
        .flatten()
        .filter(|deck| deck.has_picture())
        .map(|deck| (deck.id, deck.opacity));
    there.chain(stays)
}
