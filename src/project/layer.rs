//! A layer: what it is called, how its picture is made and where it lies, its keyframes and its clips.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::{BlendMode, Clip, Track};

/// Names a layer within a project.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct LayerId(pub u32);

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
    /// What people call it.
    pub name: String,
    /// Which of the theme's six layer colours it has, 0 to 5.
    pub colour: u8,
    /// How tall its lane is.
    #[serde(default)]
    pub lane_height: LaneHeight,
    /// Whether it is part of the picture (off is "mute").
    pub is_visible: bool,
    /// Whether only soloed layers are part of the picture.
    #[serde(default)]
    pub is_solo: bool,
    /// Whether its clips are safe from editing.
    #[serde(default)]
    pub is_locked: bool,
    /// What becomes of a frame that is not ready when it is due.
    #[serde(default)]
    pub frame_policy: FramePolicy,
    /// 0 (invisible) to 1.
    pub opacity: f32,
    /// How it mixes with what is below.
    #[serde(default)]
    pub blend: BlendMode,
    /// Where it lies on the canvas.
    #[serde(default)]
    pub transform: Transform,
    /// What is cut off its picture.
    #[serde(default)]
    pub crop: Crop,
    /// Whether its picture is mirrored.
    #[serde(default)]
    pub flip: Flip,
    /// Where its corners are pulled; absent is nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corner_pin: Option<CornerPin>,
    /// How its colours are changed.
    #[serde(default)]
    pub adjust: ColourAdjust,
    /// What its media's alpha means.
    #[serde(default)]
    pub alpha: AlphaMode,
    /// Stops by which scene-linear media (`HapH`) is brightened before it is shown, −16 to 16.
    #[serde(default)]
    pub exposure: f32,
    /// What becomes of scene-linear light brighter than white.
    #[serde(default)]
    pub tone_map: ToneMap,
    /// The parameters that change over time, each at most once, ascending by parameter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keyframes: Vec<Track>,
    /// Its clips by ascending start; ids are unique in the project.
    ///
    /// A clip may reach into the next one (a crossfade): at no time are there more than two, and none lies within
    /// another.
    pub clips: Vec<Clip>,
}

/// How tall a layer's lane is on the timeline.
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
    EnumString,
    IntoStaticStr,
    VariantNames,
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

/// What a layer shows when the frame that is due is not ready.
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
    EnumString,
    IntoStaticStr,
    VariantNames,
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

/// Where a layer's picture lies on the canvas.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Transform {
    /// Distance of the anchor from where it lies in a picture in the middle of the canvas, in canvas pixels, right and
    /// down, within a million.
    pub position_px: [f32; 2],
    /// Scale across and down, 1 being the size that `fit` gives, within a million.
    pub scale: [f32; 2],
    /// Degrees clockwise about the anchor, within a million.
    pub rotation_deg: f32,
    /// The point of the picture that scaling and rotating leave where it is: distance from the centre as a part of
    /// the picture's width and height, right and down, −10 to 10; the edges are at ±0.5.
    pub anchor: [f32; 2],
    /// How the picture is sized before scaling.
    pub fit: Fit,
}

impl Default for Transform {
    fn default() -> Self {
        Self {
            position_px: [0.0; 2],
            scale: [1.0; 2],
            rotation_deg: 0.0,
            anchor: [0.0; 2],
            fit: Fit::Fit,
        }
    }
}

/// How a picture is sized to the canvas before its own scale.
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
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
#[expect(
    clippy::enum_variant_names,
    reason = "the word of the field, and of project files, for this way of sizing"
)]
pub enum Fit {
    /// As large as fits whole, in its own proportions.
    #[default]
    Fit,
    /// As small as covers the canvas, in its own proportions.
    Fill,
    /// The canvas's size and proportions.
    Stretch,
    /// Pixel for pixel.
    None,
}

/// What is cut off a picture: parts of its width and height, each 0 to 1. Where opposite sides meet, nothing is left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Crop {
    /// From the left, of the width.
    pub left: f32,
    /// From the top, of the height.
    pub top: f32,
    /// From the right, of the width.
    pub right: f32,
    /// From the bottom, of the height.
    pub bottom: f32,
}

/// Whether a picture is mirrored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Flip {
    /// Left becomes right.
    pub across: bool,
    /// Top becomes bottom.
    pub down: bool,
}

/// Where a picture's corners are pulled after its transform, in perspective.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CornerPin {
    /// How far, in canvas pixels, right and down, within a million: top left, top right, bottom right, bottom left.
    pub offsets_px: [[f32; 2]; 4],
}

/// How a picture's colours are changed, on gamma-encoded values, in the order of the fields.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColourAdjust {
    /// Added, −1 to 1.
    pub brightness: f32,
    /// Distance from middle grey is multiplied by it, 0 to 4.
    pub contrast: f32,
    /// Distance from the grey of the same luma is multiplied by it, 0 to 4.
    pub saturation: f32,
    /// Degrees that hues are turned by, within 3600.
    pub hue_deg: f32,
    /// Values are raised to its reciprocal, 0.1 to 10; above 1 is brighter.
    pub gamma: f32,
}

impl Default for ColourAdjust {
    fn default() -> Self {
        Self {
            brightness: 0.0,
            contrast: 1.0,
            saturation: 1.0,
            hue_deg: 0.0,
            gamma: 1.0,
        }
    }
}

/// What a medium's alpha means.
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
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
pub enum AlphaMode {
    /// Colours are as they are without it.
    #[default]
    Straight,
    /// Colours have been multiplied by it.
    Premultiplied,
    /// Nothing: the picture is opaque.
    Ignored,
}

/// What becomes of scene-linear light brighter than white.
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
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
pub enum ToneMap {
    /// It is white.
    #[default]
    Clip,
    /// Light above six tenths is rolled off towards white, so that highlights keep their shape.
    Soft,
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
            keyframes: Vec::new(),
            clips: Vec::new(),
        }
    }
}
