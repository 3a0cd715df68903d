//! A layer: what it is called, how its picture is made and where it lies, how it is heard, its keyframes and its clips.

use serde::{Deserialize, Serialize};

use super::{
    AlphaMode, BlendMode, Clip, ClipId, ColourAdjust, CornerPin, Crop, Flip, LayerId, LayerValues,
    Parameter, ToneMap, Track, Transform,
};
use crate::time::Time;

/// A lane of the timeline and a plane of the picture.
///
/// A picture goes through its settings in this order: alpha, exposure, colour, crop, flips, fit and transform, corner
/// pin, opacity, blend mode. A parameter that has a track in `keyframes` takes its value from there; the field of the
/// same name is then what it goes back to when the track is cleared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Its name within the project.
    pub id: LayerId,
    /// Name.
    pub name: String,
    /// Index of its colour among the theme's six layer colours, 0 to 5.
    pub colour: u8,
    /// Height of its lane.
    #[serde(default)]
    pub lane_height: LaneHeight,
    /// True if it is part of the picture (off is "mute").
    pub is_visible: bool,
    /// True if it is soloed: then only soloed layers are part of the picture.
    #[serde(default)]
    pub is_solo: bool,
    /// True if its clips are safe from editing.
    #[serde(default)]
    pub is_locked: bool,
    /// Policy for a frame that is not ready when it is due.
    #[serde(default)]
    pub frame_policy: FramePolicy,
    /// 0 (invisible) to 1.
    pub opacity: f32,
    /// Blend mode.
    #[serde(default)]
    pub blend: BlendMode,
    /// Transform on the canvas.
    #[serde(default)]
    pub transform: Transform,
    /// Crop of its picture.
    #[serde(default)]
    pub crop: Crop,
    /// Mirroring of its picture.
    #[serde(default)]
    pub flip: Flip,
    /// Corner pin, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corner_pin: Option<CornerPin>,
    /// Colour adjustments.
    #[serde(default)]
    pub adjust: ColourAdjust,
    /// Meaning of its media's alpha.
    #[serde(default)]
    pub alpha: AlphaMode,
    /// Stops by which scene-linear media (`HapH`) is brightened before it is shown, −16 to 16.
    #[serde(default)]
    pub exposure: f32,
    /// Tone map of scene-linear light brighter than white.
    #[serde(default)]
    pub tone_map: ToneMap,
    /// Gain of its sound in decibels, −96 (silence) to 12.
    #[serde(default, skip_serializing_if = "is_neutral")]
    pub gain_db: f32,
    /// Pan of its sound, −1 (left) to 1 (right).
    #[serde(default, skip_serializing_if = "is_neutral")]
    pub pan: f32,
    /// True if its sound is not heard.
    #[serde(default, skip_serializing_if = "is_off")]
    pub is_mute: bool,
    /// True if its sound is soloed: then only soloed layers are heard, whichever are seen.
    #[serde(default, skip_serializing_if = "is_off")]
    pub is_sound_solo: bool,
    /// The parameters that change over time, each at most once, ascending by parameter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keyframes: Vec<Track>,
    /// Its clips by ascending start; ids are unique in the project.
    ///
    /// A clip may reach into the next one (a crossfade): at no time are there more than two, and none lies within
    /// another.
    pub clips: Vec<Clip>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_neutral(value: &f32) -> bool {
    *value == 0.0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_off(is_on: &bool) -> bool {
    !*is_on
}

/// Height of a layer's lane on the timeline.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
pub enum LaneHeight {
    /// Enough for a name.
    Low,
    /// As most lanes are.
    #[default]
    Normal,
    /// Room for pictures and curves.
    Tall,
}

/// Policy for a layer when the frame that is due is not ready.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
pub enum FramePolicy {
    /// The frame nearest to it that is ready and lies before it.
    #[default]
    Nearest,
    /// The frame that is on screen, until the one due is ready.
    Hold,
    /// Every frame in turn: the layer falls behind before it leaves one out.
    NeverSkip,
}

impl Layer {
    /// A visible, opaque layer without clips, as unchanged as can be.
    pub fn new(id: LayerId, name: String, colour: u8) -> Self {
        Self {
            id,
            name,
            colour,
            lane_height: LaneHeight::default(),
            is_visible: true,
            is_solo: false,
            is_locked: false,
            frame_policy: FramePolicy::default(),
            opacity: 1.0,
            blend: BlendMode::default(),
            transform: Transform::default(),
            crop: Crop::default(),
            flip: Flip::default(),
            corner_pin: None,
            adjust: ColourAdjust::default(),
            alpha: AlphaMode::default(),
            exposure: 0.0,
            tone_map: ToneMap::default(),
            gain_db: 0.0,
            pan: 0.0,
            is_mute: false,
            is_sound_solo: false,
            keyframes: Vec::new(),
            clips: Vec::new(),
        }
    }

    /// The values of its parameters at a project time. Without keyframes they are its fields' values.
    pub fn at(&self, time: Time) -> LayerValues {
        let mut values = self.base_values();
        for track in &self.keyframes {
            track.parameter.set(&mut values, track.at(time));
        }
        values
    }

    /// The lengths of the crossfades in which the clip at this index is, with the one before it and the one after it.
    /// A crossfade is the clip's fade on that side: a fade of its own there is left aside.
    pub fn crossfades(&self, place: usize) -> [Option<Time>; 2] {
        let shared = |earlier: usize, later: usize| {
            let (earlier, later) = self.clips.get(earlier).zip(self.clips.get(later))?;
            let length = earlier.end() - later.start;
            (length > Time::ZERO).then_some(length)
        };
        let before = place
            .checked_sub(1)
            .and_then(|before| shared(before, place));
        [before, shared(place, place + 1)]
    }

    /// [`Self::crossfades`] of the clip with this id; none if it is on another layer.
    pub fn crossfades_of(&self, clip: ClipId) -> [Option<Time>; 2] {
        let place = self.clips.iter().position(|other| other.id == clip);
        place.map_or([None; 2], |place| self.crossfades(place))
    }

    /// The track of this parameter, if it changes over time.
    pub fn track(&self, parameter: Parameter) -> Option<&Track> {
        self.keyframes
            .iter()
            .find(|track| track.parameter == parameter)
    }

    /// The track of this parameter, a new one if there is none.
    pub(super) fn track_mut(&mut self, parameter: Parameter) -> &mut Track {
        let place = self
            .keyframes
            .binary_search_by_key(&parameter, |track| track.parameter);
        let index = place.unwrap_or_else(|index| {
            let keys = Vec::new();
            self.keyframes.insert(index, Track { parameter, keys });
            index
        });
        &mut self.keyframes[index]
    }

    /// The values of its fields, keyframes left aside.
    pub fn base_values(&self) -> LayerValues {
        LayerValues {
            opacity: self.opacity,
            transform: self.transform,
            crop: self.crop,
            corner_pin: self.corner_pin,
            adjust: self.adjust,
            exposure: self.exposure,
            gain_db: self.gain_db,
            pan: self.pan,
        }
    }

    /// Puts these values into its fields.
    pub(super) fn set_base_values(&mut self, values: &LayerValues) {
        let LayerValues {
            opacity,
            transform,
            crop,
            corner_pin,
            adjust,
            exposure,
            gain_db,
            pan,
        } = *values;
        self.opacity = opacity;
        self.transform = transform;
        self.crop = crop;
        self.corner_pin = corner_pin;
        self.adjust = adjust;
        self.exposure = exposure;
        self.gain_db = gain_db;
        self.pan = pan;
    }
}
