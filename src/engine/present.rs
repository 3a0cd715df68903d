//! The composed picture, and what the window is told.

use std::sync::Arc;

use super::Engine;
use super::deck::{Lane, error_of};
use super::deck_assignment::{Dealing, home_of, main_of};
use super::gpu_memory::starved;
use super::render_target::Picture;
use super::tick::Now;
use crate::media::ReadPath;
use crate::playback::FrameKey;
use crate::playback::player::MAX_LANES;
use crate::project::LayerValues;
use crate::stats::{Counts, HealthCounts, LayerRecorder};
use crate::transport::schedule::VOICES;

impl Engine {
    pub(super) fn render(&mut self) {
        self.state.is_picture_stale = false;
        let project = Arc::clone(&self.project);
        for layer in &project.layers {
            if let Some(home) = home_of(&self.lanes, layer.id) {
                self.dealings[home].on_screen = pictures_of(&self.lanes, self.dealings[home], home)
                    .last()
                    .map(|(lane, _)| lane);
            }
        }
        // The first layer of the project is in front.
        let layers = project.layers.iter().rev();
        let shown = layers.filter(|layer| project.is_shown(layer));
        let (lanes, library, dealings) = (&self.lanes, &self.library, &self.dealings);
        let pictures = shown.flat_map(|layer| {
            let home = home_of(lanes, layer.id);
            let of_layer = home.map(|home| pictures_of(lanes, dealings[home], home));
            of_layer
                .into_iter()
                .flatten()
                .filter_map(move |(lane, opacity)| {
                    let on_screen = &lanes[lane];
                    let stand_in = on_screen.proxy.map(|proxy| library.by_proxy(proxy.source));
                    // What a proxy stands in for is placed as the file itself.
                    let (source, proxy) = match stand_in.flatten() {
                        Some((file, proxy)) => (file, Some(&*proxy.media.layout)),
                        None => (library.by_source(on_screen.shown?.source)?, None),
                    };
                    Some(Picture {
                        proxy,
                        lane,
                        layer,
                        values: LayerValues {
                            opacity,
                            ..lanes[lane].values
                        },
                        layout: &source.media.layout,
                        dissolve: layer.id.0,
                    })
                })
        });
        self.drawing.render(&project.canvas, pictures);
    }

    pub(super) fn observe(&mut self, now: &Now) {
        let mut totals = Counts::default();
        for recorder in &self.recorders {
            totals.add(&recorder.counts);
        }
        if now.is_playing {
            self.observer.ticked(now.clock, now.playhead, totals);
        } else {
            self.observer.paused();
        }
        if self.observer.is_refresh_due(now.clock) {
            self.refresh(now);
        }
        let snapshot = &mut self.observer.snapshot;
        snapshot.totals = totals;
        snapshot.refresh_ms = self.project.canvas.frame_rate.frame_duration().millis() as f32;
        snapshot.frame_memory_bytes =
            self.drawing.pool().held_bytes() + self.player.all_kept_bytes();
        snapshot.gpu_ms = self.drawing.gpu_ms();
        for (of_project, layer) in self.project.layers.iter().zip(&mut snapshot.layers) {
            let Some(home) = home_of(&self.lanes, of_project.id) else {
                continue;
            };
            let index = main_of(&self.lanes, &self.dealings, home);
            let lane = &self.lanes[index];
            let ring = self.player.ring(index);
            let source = lane.due.map(|due| due.key.source);
            layer.counts = self.recorders[home].counts;
            layer.slots.clear();
            layer.slots.extend(ring.states());
            layer.clip = lane.due.map(|due| due.clip);
            layer.in_memory.clear();
            let of_clip = |key: &FrameKey| Some(key.source) == source;
            layer.in_memory.extend(
                ring.ready_keys()
                    .chain(lane.shown)
                    .filter(of_clip)
                    .map(|key| key.frame),
            );
            layer.in_flight.clear();
            layer
                .in_flight
                .extend(ring.filling_keys().filter(of_clip).map(|key| key.frame));
            layer.shown = lane.exact_shown().map(|key| key.frame);
            layer.proxy = lane.proxy.map(|key| key.frame);
            let media = lane
                .last_source
                .and_then(|source| self.library.by_source(source))
                .map(|source| &source.media);
            layer.decoding = media.and_then(|media| media.health.decoding());
            layer.health = media.map_or_else(HealthCounts::default, |media| media.health.counts());
            layer.kept_bytes = self.player.kept_bytes(index);
            layer.frame_bytes = media.map_or(0, |media| media.layout.bytes);
            layer.read_path = media.map(|media| ReadPath {
                backend: self.options.playback.backend(media.read_path.backend),
                ..media.read_path.clone()
            });
            layer.played_by = media.map(|media| media.facts.played_by);
            layer.cadence = self.lanes[home].cadence.snapshot();
            layer.error = error_of(&self.lanes, home)
                .map(str::to_owned)
                .or_else(|| starved(&self.drawing, &self.player, lane, index));
        }
    }

    /// Computes the figures that cost something.
    fn refresh(&mut self, now: &Now) {
        let order = &self.project.layers;
        // Recorders go in the order of the project; lanes are in another. Without a lane there is nothing to show.
        let mut recorders: [Option<&mut LayerRecorder>; MAX_LANES] = [const { None }; MAX_LANES];
        for (index, recorder) in self.recorders.iter_mut().enumerate() {
            let Some(lane) = self.lanes.get(index).filter(|lane| lane.home == index) else {
                continue;
            };
            let place = order.iter().position(|layer| Some(layer.id) == lane.layer);
            if let Some(slot) = place.and_then(|place| recorders.get_mut(place)) {
                *slot = Some(recorder);
            }
        }
        let recorders = recorders.into_iter().flatten();
        self.observer.refresh(now.clock, recorders, now.is_playing);
        self.review_reading(now.clock);
        if let Some(groups) = self.watch.take() {
            self.observer.snapshot.thread_groups = groups;
        }
    }
}

/// The lanes of a layer whose pictures are on screen, the earlier clip's first, each with its opacity.
///
/// While the picture of a clip that comes on is still on its way, the picture before it stays; but nothing comes back
/// after a gap.
fn pictures_of(
    lanes: &[Lane],
    dealing: Dealing,
    home: usize,
) -> impl Iterator<Item = (usize, f32)> {
    let of_layer = |index: &usize| lanes[*index].home == home && lanes[*index].layer.is_some();
    let mut due: [Option<usize>; VOICES] = [None; VOICES];
    let due_lanes = (0..lanes.len()).filter(|index| of_layer(index) && lanes[*index].due.is_some());
    for (place, lane) in due.iter_mut().zip(due_lanes) {
        *place = Some(lane);
    }
    due.sort_by_key(|lane| lane.and_then(|lane| lanes[lane].due).map(|due| due.start));
    let newest = due.into_iter().flatten().last();
    let is_any_there = due
        .into_iter()
        .flatten()
        .any(|lane| lanes[lane].has_picture());
    let stays = dealing
        .on_screen
        .filter(|_| !is_any_there)
        .zip(newest)
        .map(|(lane, newest)| (lane, lanes[newest].opacity));
    let there = due
        .into_iter()
        .flatten()
        .filter(|lane| lanes[*lane].has_picture())
        .map(|lane| (lane, lanes[lane].opacity));
    there.chain(stays)
}
