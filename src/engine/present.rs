//! The composed picture, and what the window is told.

use super::Engine;
use super::drawing::Picture;
use super::lane::Lane;
use super::tick::Now;
use crate::playback::FrameKey;
use crate::stats::{Counts, HealthCounts};

impl Engine {
    pub(super) fn render(&mut self) {
        self.state.is_picture_stale = false;
        let project = &self.project;
        let (lanes, library) = (&self.lanes, &self.library);
        // The first layer of the project is in front.
        let pictures = project.layers.iter().rev().filter_map(|layer| {
            if !project.is_shown(layer) {
                return None;
            }
            let lane = lanes.iter().find(|lane| lane.layer == Some(layer.id))?;
            lane.due?;
            let source = library.by_source(lane.shown?.source)?;
            Some(Picture {
                key: layer.id.0,
                layer,
                opacity: lane.opacity,
                layout: &source.media.layout,
            })
        });
        self.drawing.render(&project.canvas, pictures);
    }

    pub(super) fn observe(&mut self, now: &Now) {
        let mut totals = Counts::default();
        for lane in self.lanes.iter().filter(|lane| lane.layer.is_some()) {
            totals.add(&lane.recorder.counts);
        }
        if now.is_playing {
            self.observer.ticked(now.clock, totals);
        } else {
            self.observer.paused();
        }
        if self.observer.is_refresh_due(now.clock) {
            let (layers, lanes) = (&self.project.layers, &self.lanes);
            let recorders = layers.iter().filter_map(|layer| {
                let lane = lanes.iter().find(|lane| lane.layer == Some(layer.id))?;
                Some(&lane.recorder)
            });
            self.observer.refresh(now.clock, recorders, now.is_playing);
        }
        let snapshot = &mut self.observer.snapshot;
        snapshot.totals = totals;
        snapshot.refresh_ms = self.project.canvas.frame_rate.frame_duration().millis() as f32;
        snapshot.frame_memory_bytes = self.drawing.pool().held_bytes();
        snapshot.gpu_ms = self.drawing.gpu_ms();
        for (of_project, layer) in self.project.layers.iter().zip(&mut snapshot.layers) {
            let is_its = |lane: &Lane| lane.layer == Some(of_project.id);
            let Some(index) = self.lanes.iter().position(is_its) else {
                continue;
            };
            let lane = &self.lanes[index];
            let ring = self.player.ring(index);
            let source = lane.due.map(|due| due.key.source);
            layer.counts = lane.recorder.counts;
            layer.slots.clear();
            layer.slots.extend(ring.states());
            layer.clip = lane.due.map(|due| due.clip.0);
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
            layer.shown = lane.shown.map(|key| key.frame);
            let media = lane
                .last_source
                .and_then(|source| self.library.by_source(source))
                .map(|source| &source.media);
            layer.io = media.map_or("", |media| {
                self.options.playback.describe(media.reading.name)
            });
            let decoding = media.map(|media| media.health.decoding());
            layer.decoding = decoding.filter(|text| !text.is_empty());
            layer.health = media.map_or_else(HealthCounts::default, |media| media.health.counts());
            layer.error = lane.error.as_ref().map(|error| error.text.clone());
        }
    }
}
