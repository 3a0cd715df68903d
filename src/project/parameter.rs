//! The numbers of a layer that can change over time, named one by one.

use serde::{Deserialize, Serialize};

use super::{ColourAdjust, CornerPin, Crop, Transform};

/// One number of a layer's picture or sound.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::VariantArray,
    strum::IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
#[expect(
    missing_docs,
    reason = "each is the field of the same name, and `label` says it in words"
)]
pub enum Parameter {
    PositionX,
    PositionY,
    ScaleX,
    ScaleY,
    Rotation,
    AnchorX,
    AnchorY,
    Opacity,
    CropLeft,
    CropTop,
    CropRight,
    CropBottom,
    TopLeftX,
    TopLeftY,
    TopRightX,
    TopRightY,
    BottomRightX,
    BottomRightY,
    BottomLeftX,
    BottomLeftY,
    Brightness,
    Contrast,
    Saturation,
    Hue,
    Gamma,
    Exposure,
    Gain,
    Pan,
}

/// The values of all of a layer's parameters at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerValues {
    /// 0 to 1.
    pub opacity: f32,
    /// Position, scale and rotation.
    pub transform: Transform,
    /// Crop.
    pub crop: Crop,
    /// Corner pin.
    pub corner_pin: Option<CornerPin>,
    /// Colour adjustments.
    pub adjust: ColourAdjust,
    /// Stops by which scene-linear media is brightened.
    pub exposure: f32,
    /// Gain of its sound in decibels.
    pub gain_db: f32,
    /// Pan of its sound, −1 (left) to 1 (right).
    pub pan: f32,
}

/// The least gain, in decibels, which stands for silence.
pub const SILENT_DB: f32 = -96.0;

/// The greatest gain, in decibels.
pub const MAX_GAIN_DB: f32 = 12.0;

impl Parameter {
    /// All of them, in the order of their tracks.
    pub const ALL: &'static [Self] = <Self as strum::VariantArray>::VARIANTS;

    /// The offsets of the corners, in the order of [`CornerPin::offsets_px`].
    pub const CORNERS: [[Self; 2]; 4] = [
        [Self::TopLeftX, Self::TopLeftY],
        [Self::TopRightX, Self::TopRightY],
        [Self::BottomRightX, Self::BottomRightY],
        [Self::BottomLeftX, Self::BottomLeftY],
    ];

    /// The name shown to users.
    pub fn label(self) -> &'static str {
        match self {
            Self::PositionX => "Position X",
            Self::PositionY => "Position Y",
            Self::ScaleX => "Scale X",
            Self::ScaleY => "Scale Y",
            Self::Rotation => "Rotation",
            Self::AnchorX => "Anchor X",
            Self::AnchorY => "Anchor Y",
            Self::Opacity => "Opacity",
            Self::CropLeft => "Crop left",
            Self::CropTop => "Crop top",
            Self::CropRight => "Crop right",
            Self::CropBottom => "Crop bottom",
            Self::TopLeftX => "Top left X",
            Self::TopLeftY => "Top left Y",
            Self::TopRightX => "Top right X",
            Self::TopRightY => "Top right Y",
            Self::BottomRightX => "Bottom right X",
            Self::BottomRightY => "Bottom right Y",
            Self::BottomLeftX => "Bottom left X",
            Self::BottomLeftY => "Bottom left Y",
            Self::Brightness => "Brightness",
            Self::Contrast => "Contrast",
            Self::Saturation => "Saturation",
            Self::Hue => "Hue",
            Self::Gamma => "Gamma",
            Self::Exposure => "Exposure",
            Self::Gain => "Gain",
            Self::Pan => "Pan",
        }
    }

    /// Its word in the parameter tree, such as `position-x`.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The unit of its field; empty where it is a part or a factor.
    pub fn unit(self) -> &'static str {
        match self {
            Self::PositionX
            | Self::PositionY
            | Self::TopLeftX
            | Self::TopLeftY
            | Self::TopRightX
            | Self::TopRightY
            | Self::BottomRightX
            | Self::BottomRightY
            | Self::BottomLeftX
            | Self::BottomLeftY => "px",
            Self::Rotation | Self::Hue => "deg",
            Self::Exposure => "stops",
            Self::Gain => "dB",
            Self::ScaleX
            | Self::ScaleY
            | Self::AnchorX
            | Self::AnchorY
            | Self::Opacity
            | Self::CropLeft
            | Self::CropTop
            | Self::CropRight
            | Self::CropBottom
            | Self::Brightness
            | Self::Contrast
            | Self::Saturation
            | Self::Gamma
            | Self::Pan => "",
        }
    }

    /// The least and the greatest value it may have, in the unit of its field.
    pub fn range(self) -> (f32, f32) {
        match self {
            Self::AnchorX | Self::AnchorY => (-10.0, 10.0),
            Self::Opacity | Self::CropLeft | Self::CropTop | Self::CropRight | Self::CropBottom => {
                (0.0, 1.0)
            }
            Self::Brightness | Self::Pan => (-1.0, 1.0),
            Self::Contrast | Self::Saturation => (0.0, 4.0),
            Self::Hue => (-3600.0, 3600.0),
            Self::Gamma => (0.1, 10.0),
            Self::Exposure => (-16.0, 16.0),
            Self::Gain => (SILENT_DB, MAX_GAIN_DB),
            // Positions, scales, rotation and corners: far beyond what is of use, and far from where an f32 overflows.
            _ => (-1e6, 1e6),
        }
    }

    /// Default value.
    pub fn neutral(self) -> f32 {
        match self {
            Self::ScaleX
            | Self::ScaleY
            | Self::Opacity
            | Self::Contrast
            | Self::Saturation
            | Self::Gamma => 1.0,
            _ => 0.0,
        }
    }

    /// True if the value is a number within the range.
    pub fn allows(self, value: f32) -> bool {
        let (least, greatest) = self.range();
        (least..=greatest).contains(&value)
    }

    /// Its value among these.
    pub fn of(self, values: &LayerValues) -> f32 {
        if let Some((corner, axis)) = self.corner() {
            return values
                .corner_pin
                .map_or(0.0, |pin| pin.offsets_px[corner][axis]);
        }
        // Reading through a copy keeps the list of fields in one place.
        let mut values = *values;
        self.field(&mut values).map_or(0.0, |field| *field)
    }

    /// Sets its value among these. A corner that is moved turns the corner pin on.
    pub fn set(self, values: &mut LayerValues, value: f32) {
        if let Some((corner, axis)) = self.corner() {
            let pin = values.corner_pin.get_or_insert_default();
            pin.offsets_px[corner][axis] = value;
        } else if let Some(field) = self.field(values) {
            *field = value;
        }
    }

    /// The corner and the axis that it is the offset of.
    fn corner(self) -> Option<(usize, usize)> {
        Some(match self {
            Self::TopLeftX => (0, 0),
            Self::TopLeftY => (0, 1),
            Self::TopRightX => (1, 0),
            Self::TopRightY => (1, 1),
            Self::BottomRightX => (2, 0),
            Self::BottomRightY => (2, 1),
            Self::BottomLeftX => (3, 0),
            Self::BottomLeftY => (3, 1),
            _ => return None,
        })
    }

    /// The field that holds it; `None` for the corners, which may be absent as a whole.
    fn field(self, values: &mut LayerValues) -> Option<&mut f32> {
        let [x, y] = &mut values.transform.position_px;
        let [scale_x, scale_y] = &mut values.transform.scale;
        let [anchor_x, anchor_y] = &mut values.transform.anchor;
        Some(match self {
            Self::PositionX => x,
            Self::PositionY => y,
            Self::ScaleX => scale_x,
            Self::ScaleY => scale_y,
            Self::Rotation => &mut values.transform.rotation_deg,
            Self::AnchorX => anchor_x,
            Self::AnchorY => anchor_y,
            Self::Opacity => &mut values.opacity,
            Self::CropLeft => &mut values.crop.left,
            Self::CropTop => &mut values.crop.top,
            Self::CropRight => &mut values.crop.right,
            Self::CropBottom => &mut values.crop.bottom,
            Self::Brightness => &mut values.adjust.brightness,
            Self::Contrast => &mut values.adjust.contrast,
            Self::Saturation => &mut values.adjust.saturation,
            Self::Hue => &mut values.adjust.hue_deg,
            Self::Gamma => &mut values.adjust.gamma,
            Self::Exposure => &mut values.exposure,
            Self::Gain => &mut values.gain_db,
            Self::Pan => &mut values.pan,
            _ => return None,
        })
    }
}

impl Default for LayerValues {
    fn default() -> Self {
        Self {
            opacity: 1.0,
            transform: Transform::default(),
            crop: Crop::default(),
            corner_pin: None,
            adjust: ColourAdjust::default(),
            exposure: 0.0,
            gain_db: 0.0,
            pan: 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Layer, LayerId};

    #[test]
    fn every_parameter_has_a_place_of_its_own_and_starts_neutral() {
        let neutral = Layer::new(LayerId(1), String::new(), 0).base_values();
        for (number, parameter) in (1_u8..).zip(Parameter::ALL.iter().copied()) {
            assert_eq!(parameter.of(&neutral), parameter.neutral(), "{parameter:?}");
            let mut values = neutral;
            parameter.set(&mut values, f32::from(number));
            assert_eq!(parameter.of(&values), f32::from(number), "{parameter:?}");
            for other in Parameter::ALL
                .iter()
                .copied()
                .filter(|other| *other != parameter)
            {
                assert_eq!(
                    other.of(&values),
                    other.neutral(),
                    "{parameter:?}, {other:?}"
                );
            }
        }
    }

    #[test]
    fn the_list_is_in_order_and_labels_differ() {
        assert!(
            Parameter::ALL.is_sorted_by(|one, next| one < next),
            "ascending"
        );
        for &parameter in Parameter::ALL {
            let same = Parameter::ALL
                .iter()
                .filter(|other| other.label() == parameter.label());
            assert_eq!(same.count(), 1, "{parameter:?}");
            assert!(
                parameter.allows(parameter.neutral()) && !parameter.allows(f32::NAN),
                "{parameter:?}"
            );
        }
    }
}
