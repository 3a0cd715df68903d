//! The voices of each layer: which lane plays which clip.

use std::sync::Arc;

use super::Engine;
use super::deck::Lane;
use crate::project::{ClipId, Layer, LayerId};
use crate::stats::LayerRecorder;
use crate::time::Time;
use crate::transport::schedule::{self, VOICES, Voice};

/// How the clips of a layer are dealt out among its voices, and what of it is on screen.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Dealing {
    /// Added to a clip's place in the list to find its voice.
    phase: usize,
    /// The clip played last, and its voice: it stays there when clips before it come and go.
    anchor: Option<(ClipId, usize)>,
    /// The lane whose picture was on screen last; `None` after a gap.
    pub(super) on_screen: Option<usize>,
}

impl Dealing {
    /// What a voice plays.
    pub(super) fn clips_of(self, voice: usize) -> Voice {
        Voice((voice + self.phase) % VOICES)
    }

    /// Follows the playhead, and what was edited.
    fn follow(&mut self, layer: &Layer, playhead: Time) {
        if let Some((clip, voice)) = self.anchor
            && let Some(place) = layer.clips.iter().position(|other| other.id == clip)
        {
            self.phase = (place + voice) % VOICES;
        }
        if let Some(place) = schedule::newest_place_at(layer, playhead) {
            self.anchor = Some((layer.clips[place].id, (place + self.phase) % VOICES));
        }
    }
}

impl Engine {
    /// Gives every layer of the project its lanes: one, and a second where there is more than one clip. Takes those of
    /// layers that are gone.
    pub(super) fn follow_layers(&mut self) {
        let project = Arc::clone(&self.project);
        for index in 0..self.lanes.len() {
            if let Some(layer) = self.lanes[index].layer
                && project.layer(layer).is_none()
            {
                self.drawing.clear_layer(index);
                self.player.clear_lane(index, self.drawing.pool());
                self.lanes[index].clear();
                self.recorders[index] = LayerRecorder::default();
                self.dealings[index] = Dealing::default();
            }
        }
        for layer in &project.layers {
            let home = self.lane_for(layer.id, 0);
            self.lanes[home].home = home;
            if layer.clips.len() > 1 {
                let second = self.lane_for(layer.id, 1);
                self.lanes[second].home = home;
            }
        }
        self.player.set_lanes(self.lanes.len(), self.drawing.pool());
    }

    /// The lane of a layer's voice, a free one or a new one if it has none yet.
    fn lane_for(&mut self, layer: LayerId, voice: usize) -> usize {
        let is_its = |lane: &Lane| lane.layer == Some(layer) && lane.voice == voice;
        let lanes = &self.lanes;
        let known = lanes.iter().position(is_its);
        let free = || lanes.iter().position(|lane| lane.layer.is_none());
        let index = known.or_else(free).unwrap_or_else(|| {
            self.lanes.push(Lane::default());
            self.recorders.push(LayerRecorder::default());
            self.dealings.push(Dealing::default());
            self.lanes.len() - 1
        });
        self.lanes[index].layer = Some(layer);
        self.lanes[index].voice = voice;
        index
    }

    /// Deals the clips of each layer out among its voices.
    pub(super) fn deal_clips(&mut self, playhead: Time) {
        for (index, lane) in self.lanes.iter().enumerate() {
            if lane.home == index
                && let Some(layer) = lane.layer.and_then(|id| self.project.layer(id))
            {
                self.dealings[index].follow(layer, playhead);
            }
        }
    }

    /// Which clips of its layer a lane plays.
    pub(super) fn voice(&self, index: usize) -> Voice {
        let lane = &self.lanes[index];
        self.dealings[lane.home].clips_of(lane.voice)
    }
}

/// The lane of a layer's first voice.
pub(super) fn home_of(lanes: &[Lane], layer: LayerId) -> Option<usize> {
    let is_home = |(index, lane): (usize, &Lane)| lane.layer == Some(layer) && lane.home == index;
    (0..lanes.len()).find(|&index| is_home((index, &lanes[index])))
}

/// The lane that says most of a layer: where a clip is due, the one that begins last; otherwise the first.
pub(super) fn main_of(lanes: &[Lane], dealings: &[Dealing], home: usize) -> usize {
    let voice = dealings[home].anchor.map(|(_, voice)| voice);
    lanes
        .iter()
        .position(|lane| lane.layer.is_some() && lane.home == home && Some(lane.voice) == voice)
        .unwrap_or(home)
}
