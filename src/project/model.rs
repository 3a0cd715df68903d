//! The project's data but for its layers, which are in [`layer`](super::layer).

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Clip, ClipId, Layer, LayerId, MediaId};
use crate::time::{FrameRate, Time, path_text};

/// Most layers of a project.
pub const MAX_LAYERS: usize = 6;

/// A saved document: a canvas, up to [`MAX_LAYERS`] layers, the media they use, markers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Project {
    /// The picture that is composed.
    pub canvas: Canvas,
    /// The media files in the bin, in the order shown; ids are unique.
    pub media: Vec<MediaRef>,
    /// The layers from top to bottom, as the timeline shows them; the first is in front. Ids are unique.
    pub layers: Vec<Layer>,
    /// Named places in time, ascending.
    pub markers: Vec<Marker>,
    /// The part of the timeline that a loop repeats; the whole of it when absent.
    pub loop_range: Option<TimeRange>,
    /// True if playing goes back to the start of the loop at its end.
    pub is_looping: bool,
    /// Notes of the users.
    pub notes: String,
    /// Gain of all sound together in decibels, −96 (silence) to 12.
    #[serde(skip_serializing_if = "is_neutral")]
    pub master_gain_db: f32,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_neutral(value: &f32) -> bool {
    *value == 0.0
}

/// The composed picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Canvas {
    /// Pixels across, 1 to 16384.
    pub width_px: u32,
    /// Pixels down, 1 to 16384.
    pub height_px: u32,
    /// Pictures per second.
    pub frame_rate: FrameRate,
    /// Red, green and blue behind all layers, gamma-encoded, each 0 to 1.
    pub background: [f32; 3],
}

impl Default for Canvas {
    fn default() -> Self {
        Self {
            width_px: 1920,
            height_px: 1080,
            frame_rate: FrameRate::FPS_60,
            background: [0.0; 3],
        }
    }
}

/// A media file that the project uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaRef {
    /// Its name within the project.
    pub id: MediaId,
    /// Path. In memory an absolute path; in the file relative to the project where that is possible.
    #[serde(with = "path_text")]
    pub path: PathBuf,
    /// Absolute path when the project was saved: a hint for finding it when the relative path fails.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "path_text::optional"
    )]
    pub absolute_hint: Option<PathBuf>,
    /// Fingerprint when last opened, to recognise it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
}

/// A media file as it was when last opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fingerprint {
    /// Length of the file in bytes.
    pub file_bytes: u64,
    /// FNV-1a hash over its length and samples of its bytes from start, middle and end.
    pub sampled_hash: u64,
    /// Codec, as `probe` names it.
    pub codec: String,
    /// Number of frames.
    pub frames: u64,
    /// Facts of its pictures; absent in projects of older programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<PictureFacts>,
}

/// Facts of the pictures of a media file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PictureFacts {
    /// Visible pixels across.
    pub width_px: u32,
    /// Visible pixels down.
    pub height_px: u32,
    /// Pictures per second.
    pub frame_rate: FrameRate,
}

/// A named place in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marker {
    /// Position on the timeline.
    pub time: Time,
    /// Name.
    pub name: String,
    /// Index of its colour among the theme's six layer colours, 0 to 5.
    #[serde(default)]
    pub colour: u8,
    /// Note of the users; at most [`MAX_NOTE_BYTES`](super::MAX_NOTE_BYTES).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeRange {
    /// Start.
    pub start: Time,
    /// End, after `start`.
    pub end: Time,
}

impl Project {
    /// End of the last clip; zero without clips.
    pub fn duration(&self) -> Time {
        self.layers
            .iter()
            .flat_map(|layer| &layer.clips)
            .map(Clip::end)
            .max()
            .unwrap_or(Time::ZERO)
    }

    /// The media file with this id.
    pub fn media(&self, id: MediaId) -> Option<&MediaRef> {
        self.media.iter().find(|media| media.id == id)
    }

    /// The index of the marker that lies in the same canvas frame as a time.
    pub fn marker_at(&self, time: Time) -> Option<usize> {
        let rate = self.canvas.frame_rate;
        let frame = rate.frame_at(time);
        let mut markers = self.markers.iter();
        markers.position(|marker| rate.frame_at(marker.time) == frame)
    }

    /// The layer with this id.
    pub fn layer(&self, id: LayerId) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.id == id)
    }

    /// The clip with this id, and its layer.
    pub fn clip(&self, id: ClipId) -> Option<(&Layer, &Clip)> {
        self.layers.iter().find_map(|layer| {
            let clip = layer.clips.iter().find(|clip| clip.id == id)?;
            Some((layer, clip))
        })
    }

    /// True if a layer is part of the picture: visible, and soloed if any layer is.
    pub fn is_shown(&self, layer: &Layer) -> bool {
        layer.is_visible && (layer.is_solo || !self.layers.iter().any(|other| other.is_solo))
    }

    /// True if a layer is heard: not mute, and soloed if the sound of any layer is.
    pub fn is_heard(&self, layer: &Layer) -> bool {
        let has_solo = self.layers.iter().any(|other| other.is_sound_solo);
        !layer.is_mute && (layer.is_sound_solo || !has_solo)
    }
}
