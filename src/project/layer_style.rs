//! The style of a layer's picture: where it lies, what is cut off it, how its colours are changed.

use serde::{Deserialize, Serialize};

/// Transform of a layer's picture on the canvas.
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
    /// Fit of the picture before scaling.
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

/// Fit of a picture to the canvas before its own scale.
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

/// Crop of a picture: parts of its width and height, each 0 to 1. Where opposite sides meet, nothing is left.
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

/// Mirroring of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Flip {
    /// Left becomes right.
    pub across: bool,
    /// Top becomes bottom.
    pub down: bool,
}

/// Corner pin of a picture after its transform, in perspective.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CornerPin {
    /// Offsets in canvas pixels, right and down, within a million: top left, top right, bottom right, bottom left.
    pub offsets_px: [[f32; 2]; 4],
}

/// Colour adjustments of a picture, on gamma-encoded values, in the order of the fields.
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

/// Meaning of a medium's alpha.
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
pub enum AlphaMode {
    /// Colours are as they are without it.
    #[default]
    Straight,
    /// Colours have been multiplied by it.
    Premultiplied,
    /// Nothing: the picture is opaque.
    Ignored,
}

/// Tone map of scene-linear light brighter than white.
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
pub enum ToneMap {
    /// It is white.
    #[default]
    Clip,
    /// Light above six tenths is rolled off towards white, so that highlights keep their shape.
    Soft,
}
