//! The composed picture, and what the window is reported.

use std::sync::Arc;

use super::Engine;
use super::deck::{Deck, error_of};
use super::deck_assignment::{DeckAssignment, first_deck_of, main_of};
use super::gpu_memory::starved;
use super::render_target::Picture;
use super::tick::TickContext;
use crate::playback::DeckId;
use crate::playback::FrameKey;
use crate::playback::MAX_DECKS;
use crate::project::LayerValues;
use crate::stats::{Counts, HealthCounts, LayerRecorder};
use crate::transport::schedule::DECKS_PER_LAYER;

impl Engine {
    pub(super) fn render(&mut self) {
        self.state.is_picture_stale = false;
        let project = Arc::clone(&self.project);
        for layer in &project.layers {
            if let Some(first_deck) = first_deck_of(&self.decks, layer.id) {
                self.assignments[first_deck].on_screen =
                    pictures_of(&self.decks, self.assignments[first_deck], first_deck)
                        .last()
                        .map(|(deck, _)| deck);
            }
        }
        // The first layer of the project is in front.
        let layers = project.layers.iter().rev();
        let shown = layers.filter(|layer| project.is_shown(layer));
        let (decks, library, assignments) = (&self.decks, &self.library, &self.assignments);
        let pictures = shown.flat_map(|layer| {
            let first_deck = first_deck_of(decks, layer.id);
            let of_layer = first_deck
                .map(|first_deck| pictures_of(decks, assignments[first_deck], first_deck));
            of_layer
                .into_iter()
                .flatten()
                .filter_map(move |(deck, opacity)| {
                    let on_screen = &decks[deck];
                    let show_proxy = on_screen.proxy.map(|proxy| library.by_proxy(proxy.source));
                    // What a proxy stands in for is placed as the file itself.
                    let (source, proxy) = match show_proxy.flatten() {
                        Some((file, proxy)) => (file, Some(&*proxy.media.layout)),
                        None => (library.by_source(on_screen.shown?.source)?, None),
                    };
                    Some(Picture {
                        proxy,
                        deck,
                        layer,
                        values: LayerValues {
                            opacity,
                            ..decks[deck].values
                        },
                        layout: &source.media.layout,
                        dissolve: layer.id.0,
                    })
                })
        });
        self.target.render(&project.canvas, pictures);
    }

    pub(super) fn observe(&mut self, context: &TickContext) {
        let mut totals = Counts::default();
        for recorder in &self.recorders {
            totals.add(&recorder.counts);
        }
        if context.is_playing {
            self.snapshot_builder
                .ticked(context.clock, context.playhead, totals);
        } else {
            self.snapshot_builder.paused();
        }
        if self.snapshot_builder.is_refresh_due(context.clock) {
            self.refresh(context);
        }
        let snapshot = &mut self.snapshot_builder.snapshot;
        snapshot.totals = totals;
        snapshot.refresh_ms = self.project.canvas.frame_rate.frame_duration().millis() as f32;
        snapshot.frame_memory_bytes =
            self.target.pool().held_bytes() + self.player.all_cached_bytes();
        snapshot.gpu_ms = self.target.gpu_ms();
        for (of_project, layer) in self.project.layers.iter().zip(&mut snapshot.layers) {
            let Some(first_deck) = first_deck_of(&self.decks, of_project.id) else {
                continue;
            };
            let index = main_of(&self.decks, &self.assignments, first_deck);
            let deck = &self.decks[index];
            let ring = self.player.ring(DeckId(index));
            let source = deck.due.map(|due| due.key.source);
            layer.counts = self.recorders[first_deck].counts;
            layer.slots.clear();
            layer.slots.extend(ring.states());
            layer.clip = deck.due.map(|due| due.clip.0);
            layer.in_memory.clear();
            let of_clip = |key: &FrameKey| Some(key.source) == source;
            layer.in_memory.extend(
                ring.ready_keys()
                    .chain(deck.shown)
                    .filter(of_clip)
                    .map(|key| key.frame),
            );
            layer.in_flight.clear();
            layer
                .in_flight
                .extend(ring.filling_keys().filter(of_clip).map(|key| key.frame));
            layer.shown = deck.exact_shown().map(|key| key.frame);
            layer.proxy = deck.proxy.map(|key| key.frame);
            let media = deck
                .last_source
                .and_then(|source| self.library.by_source(source))
                .map(|source| &source.media);
            layer.io = media.map_or("", |media| {
                self.options.playback.describe(media.reading.name)
            });
            let decoding = media.map(|media| media.health.decoding());
            layer.decoding = decoding.filter(|text| !text.is_empty());
            layer.health = media.map_or_else(HealthCounts::default, |media| media.health.counts());
            layer.kept_bytes = self.player.cached_bytes(DeckId(index));
            layer.frame_bytes = media.map_or(0, |media| media.layout.bytes);
            layer.io_why = media.map(|media| Arc::clone(&media.reading.why));
            layer.played_by = media.map_or("", |media| media.facts.played_by);
            layer.cadence = self.decks[first_deck].cadence.snapshot();
            layer.is_fallback = media.is_some_and(|media| {
                media.reading.why.contains("instead of")
                    || media.facts.why.contains("does not sample")
            });
            layer.error = error_of(&self.decks, first_deck)
                .map(str::to_owned)
                .or_else(|| starved(&self.target, &self.player, deck, index));
        }
    }

    /// Computes the figures that cost something.
    fn refresh(&mut self, context: &TickContext) {
        let order = &self.project.layers;
        // Recorders go in the order of the project; decks are in another. Without a deck there is nothing to show.
        let mut recorders: [Option<&mut LayerRecorder>; MAX_DECKS] = [const { None }; MAX_DECKS];
        for (index, recorder) in self.recorders.iter_mut().enumerate() {
            let Some(deck) = self
                .decks
                .get(index)
                .filter(|deck| deck.first_deck == index)
            else {
                continue;
            };
            let place = order.iter().position(|layer| Some(layer.id) == deck.layer);
            if let Some(slot) = place.and_then(|place| recorders.get_mut(place)) {
                *slot = Some(recorder);
            }
        }
        let recorders = recorders.into_iter().flatten();
        self.snapshot_builder
            .refresh(context.clock, recorders, context.is_playing);
        self.review_reading(context.clock);
        if let Some(groups) = self.thread_monitor.take() {
            self.snapshot_builder.snapshot.thread_groups = groups;
        }
    }
}

/// The decks of a layer whose pictures are on screen, the earlier clip's first, each with its opacity.
///
/// While the picture of a clip that comes on is still on its way, the picture before it stays; but nothing comes back
/// after a gap.
fn pictures_of(
    decks: &[Deck],
    assignment: DeckAssignment,
    first_deck: usize,
) -> impl Iterator<Item = (usize, f32)> {
    let of_layer =
        |index: &usize| decks[*index].first_deck == first_deck && decks[*index].layer.is_some();
    let mut due: [Option<usize>; DECKS_PER_LAYER] = [None; DECKS_PER_LAYER];
    let due_decks = (0..decks.len()).filter(|index| of_layer(index) && decks[*index].due.is_some());
    for (place, deck) in due.iter_mut().zip(due_decks) {
        *place = Some(deck);
    }
    due.sort_by_key(|deck| deck.and_then(|deck| decks[deck].due).map(|due| due.start));
    let newest = due.into_iter().flatten().last();
    let is_any_there = due
        .into_iter()
        .flatten()
        .any(|deck| decks[deck].has_picture());
    let stays = assignment
        .on_screen
        .filter(|_| !is_any_there)
        .zip(newest)
        .map(|(deck, newest)| (deck, decks[newest].opacity));
    let there = due
        .into_iter()
        .flatten()
        .filter(|deck| decks[*deck].has_picture())
        .map(|deck| (deck, decks[deck].opacity));
    there.chain(stays)
}
