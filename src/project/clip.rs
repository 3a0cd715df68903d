//! A clip: a span of a media file on a layer.

use serde::{Deserialize, Serialize};

use super::{ClipId, MediaId};
use crate::time::Time;

/// A span of a media file, placed on a layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clip {
    /// Its name within the project.
    pub id: ClipId,
    /// The media file.
    pub media: MediaId,
    /// Start on the timeline, at or after zero.
    pub start: Time,
    /// Length on the timeline, more than zero.
    pub duration: Time,
    /// The position in the media file at which its media span begins, at or after zero; a clip without phase that plays
    /// forwards begins with it.
    #[serde(default)]
    pub media_in: Time,
    /// The position in the media file that it ends before; the file's end when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_out: Option<Time>,
    /// Media time per timeline time, −10 to 10, not zero; negative plays the media span backwards from its end.
    #[serde(default = "normal_speed")]
    pub speed: f64,
    /// Loop mode: what follows the end of the span when the clip is longer.
    #[serde(default)]
    pub loop_mode: LoopMode,
    /// Loop phase: the media time, in the direction of playing, that lies before its start: from the beginning of its
    /// media span (backwards, its end), over all repetitions. Zero to [`MAX_PHASE`](super::MAX_PHASE).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub phase: Time,
    /// Length of the fade from transparent at its start. Where the clip before reaches into it, their crossfade takes
    /// its place.
    #[serde(default)]
    pub fade_in: Time,
    /// Length of the fade to transparent at its end; both fades together are no longer than the clip. Where it reaches
    /// into the clip after it, their crossfade takes its place.
    #[serde(default)]
    pub fade_out: Time,
    /// Its sound.
    #[serde(default, skip_serializing_if = "ClipSound::is_usual")]
    pub sound: ClipSound,
}

/// The sound of a clip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClipSound {
    /// Gain in decibels, −96 (silence) to 12.
    pub gain_db: f32,
    /// Pan, −1 (left) to 1 (right).
    pub pan: f32,
    /// True if it is not heard.
    pub is_mute: bool,
    /// The stream of sound of its file that is heard, from 0; the last one where there are fewer.
    pub stream: u32,
}

impl ClipSound {
    /// True if nothing about it is set.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

fn normal_speed() -> f64 {
    1.0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(time: &Time) -> bool {
    *time == Time::ZERO
}

impl Clip {
    /// End on the timeline.
    pub fn end(&self) -> Time {
        self.start + self.duration
    }
}

/// Loop mode: what a clip shows after the end of its media span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LoopMode {
    /// Nothing.
    Once,
    /// The last frame.
    HoldLast,
    /// The span again from its start.
    #[default]
    Loop,
    /// The span this many times in all, 1 to [`MAX_LOOPS`](super::MAX_LOOPS), then nothing.
    Times(u32),
    /// The span backwards, then forwards again.
    PingPong,
}
