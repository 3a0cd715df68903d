//! What there is to hear: voices and the strips that they go through.

use std::sync::Arc;

use super::gain::{equal_power, gains};
use crate::media::SoundOpener;
use crate::project::{Clip, ClipId, Track};
use crate::time::Time;

/// Everything that sounds in a project.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// The voices by ascending start.
    pub voices: Vec<Voice>,
    /// The strips, one for each layer.
    pub strips: Vec<Strip>,
}

/// The sound of a file as a clip plays it: what blocks of decoded sound are kept by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SoundKey {
    /// The clip: each has a decoder of its own, since each is somewhere else in the file.
    pub clip: ClipId,
    /// The file; another number once it was opened anew.
    pub file: u64,
    /// The number of the stream in the file.
    pub stream: usize,
}

/// A clip that sounds.
#[derive(Clone)]
pub struct Voice {
    /// The clip, whose course it follows.
    pub clip: Clip,
    /// Length of the file, as the clip's picture has it.
    pub media_length: Time,
    /// The sound.
    pub key: SoundKey,
    /// Opens a decoder of it.
    pub opener: Arc<dyn SoundOpener>,
    /// The strip, by its place in the scene.
    pub strip: usize,
    /// The track of the strip, 0 or 1; two voices that cross are on different ones.
    pub track: usize,
    /// Gains of left and right; zero where it is mute.
    pub gains: [f32; 2],
    /// Fade at its start.
    pub fade_in: Fade,
    /// Fade at its end.
    pub fade_out: Fade,
}

impl std::fmt::Debug for Voice {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Voice").field(&self.key).finish()
    }
}

/// A fade of equal power, on its own or as one side of a crossfade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fade {
    /// Its length; none if zero.
    pub length: Time,
}

impl Fade {
    /// Its gain at this distance from its silent end.
    fn gain(self, distance: Time) -> f64 {
        if distance >= self.length {
            return 1.0;
        }
        equal_power(distance.seconds() / self.length.seconds())
    }
}

impl Voice {
    /// True if it sounds at a time, as far as its clip goes.
    pub fn is_at(&self, time: Time) -> bool {
        time >= self.clip.start && time < self.clip.end()
    }

    /// Gain of its fades at a time.
    pub fn fade(&self, time: Time) -> f64 {
        self.fade_in.gain(time - self.clip.start) * self.fade_out.gain(self.clip.end() - time)
    }

    /// True if no fade is at work between two times.
    pub(super) fn is_steady(&self, from: Time, until: Time) -> bool {
        from - self.clip.start >= self.fade_in.length
            && self.clip.end() - until >= self.fade_out.length
    }
}

/// What the sound of a layer goes through.
#[derive(Clone, Debug, PartialEq)]
pub struct Strip {
    /// Gain in decibels.
    pub gain_db: f32,
    /// Pan, −1 (left) to 1 (right).
    pub pan: f32,
    /// True if it is heard: not mute, and soloed if any is.
    pub is_heard: bool,
    /// Gain over time, in the place of `gain_db`.
    pub gain_track: Option<Track>,
    /// Pan over time, in the place of `pan`.
    pub pan_track: Option<Track>,
}

impl Default for Strip {
    fn default() -> Self {
        Self {
            gain_db: 0.0,
            pan: 0.0,
            is_heard: true,
            gain_track: None,
            pan_track: None,
        }
    }
}

impl Strip {
    /// The time after this one at which a gain or pan over time may change its course.
    pub(super) fn next_turn(&self, time: Time) -> Option<Time> {
        let tracks = [&self.gain_track, &self.pan_track].into_iter().flatten();
        tracks.filter_map(|track| track.next_key(time)).min()
    }

    /// Gains of left and right at a time.
    pub fn gains_at(&self, time: Time) -> [f32; 2] {
        if !self.is_heard {
            return [0.0; 2];
        }
        let value = |track: &Option<Track>, base: f32| {
            f64::from(track.as_ref().map_or(base, |track| track.at(time)))
        };
        gains(
            value(&self.gain_track, self.gain_db),
            value(&self.pan_track, self.pan),
        )
    }
}
