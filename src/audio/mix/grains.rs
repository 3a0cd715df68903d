//! Grains: short pieces of the mix, for places that are passed too quickly, too slowly or backwards, and for those that are
//! only looked at.

use super::blocks::Samples;
use super::mixer::{MIX_BLOCK, Mixer};
use super::scene::Scene;
use super::track::TRACK_LATENCY;
use crate::audio::time_of;
use crate::media::StereoFrame;
use crate::time::Time;

/// Frames of a grain of a shuttle: 40 ms.
pub(in crate::audio) const GRAIN: usize = 1920;

/// Frames from one grain to the next: half of one, so that their windows add up to one.
pub(in crate::audio) const HOP: usize = GRAIN / 2;

/// Most frames of a grain: a picture of ten a second.
const MAX_GRAIN: usize = 4800;

/// Frames in which a long grain rises and falls.
const EDGE: usize = 240;

/// A piece of the mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::audio) struct Grain {
    /// Its first frame on the timeline, also backwards.
    pub(in crate::audio) from: Time,
    /// Frames.
    pub(in crate::audio) frames: usize,
    /// True if it is heard from its end.
    pub(in crate::audio) is_backwards: bool,
    /// True if it is one of many that overlap.
    pub(in crate::audio) is_of_many: bool,
}

/// Plays one grain after the other.
#[derive(Clone, Debug)]
pub struct Grains {
    mixer: Mixer,
    /// What is still to come of the grains so far.
    tail: Vec<StereoFrame>,
    /// Frames of it that are gone.
    done: usize,
    asked: Option<Grain>,
    grain: Vec<StereoFrame>,
}

impl Default for Grains {
    fn default() -> Self {
        Self {
            mixer: Mixer::new(),
            tail: vec![[0.0; 2]; MAX_GRAIN],
            done: 0,
            asked: None,
            grain: vec![[0.0; 2]; MAX_GRAIN + TRACK_LATENCY],
        }
    }
}

impl Grains {
    /// Has a grain heard as soon as its sound is there, in the place of one that was asked for and is not heard yet.
    pub(in crate::audio) fn ask(&mut self, grain: Grain) {
        self.asked = Some(grain);
    }

    /// Leaves out what was asked for and is not heard yet.
    pub(in crate::audio) fn drop_asked(&mut self) {
        self.asked = None;
    }

    /// The grain that is waited for.
    pub(in crate::audio) fn asked(&self) -> Option<Grain> {
        self.asked
    }

    /// True when the next frame is one at which a grain may begin.
    pub(in crate::audio) fn is_at_hop(&self) -> bool {
        self.done.is_multiple_of(HOP)
    }

    /// Adds the grains to `out`, of at most [`MIX_BLOCK`] frames.
    pub(in crate::audio) fn pull(
        &mut self,
        scene: &Scene,
        samples: &mut dyn Samples,
        out: &mut [StereoFrame],
    ) {
        for place in out {
            if self.is_at_hop() {
                self.begin(scene, samples);
            }
            let frame = self.tail[self.done];
            place[0] += frame[0];
            place[1] += frame[1];
            self.done += 1;
        }
    }

    fn begin(&mut self, scene: &Scene, samples: &mut dyn Samples) {
        self.tail.copy_within(self.done.., 0);
        let rest = self.tail.len() - self.done;
        self.tail[rest..].fill([0.0; 2]);
        self.done = 0;
        let Some(grain) = self.asked else {
            return;
        };
        let frames = grain.frames.min(MAX_GRAIN);
        if !self.render(scene, grain.from, frames, samples) {
            return;
        }
        self.asked = None;
        let heard = &mut self.grain[TRACK_LATENCY..TRACK_LATENCY + frames];
        if grain.is_backwards {
            heard.reverse();
        }
        for (place, frame) in heard.iter().enumerate() {
            let gain = window(place, frames, grain.is_of_many);
            self.tail[place][0] += frame[0] * gain;
            self.tail[place][1] += frame[1] * gain;
        }
    }

    /// Mixes the timeline from here on; false if something of it is not there yet.
    fn render(
        &mut self,
        scene: &Scene,
        from: Time,
        frames: usize,
        samples: &mut dyn Samples,
    ) -> bool {
        self.mixer.reset();
        let count = frames + TRACK_LATENCY;
        self.grain[..count].fill([0.0; 2]);
        for begin in (0..count).step_by(MIX_BLOCK) {
            let end = (begin + MIX_BLOCK).min(count);
            let at = from + time_of(begin as i64);
            self.mixer
                .mix(Some(scene), at, samples, &mut self.grain[begin..end]);
            if self.mixer.take_missing() > 0 {
                return false;
            }
        }
        true
    }
}

/// Gain of a frame of a grain: a raised cosine, or flat with short edges.
fn window(place: usize, frames: usize, is_of_many: bool) -> f32 {
    let edge = if is_of_many {
        frames / 2
    } else {
        EDGE.min(frames / 2)
    };
    let distance = (place.min(frames - 1 - place) as f64 + 0.5) / edge.max(1) as f64;
    let share = distance.min(1.0) * std::f64::consts::PI;
    (0.5 - 0.5 * share.cos()) as f32
}
