//! How a layer mixes with what is below.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};

/// How a layer mixes with what is below, on gamma-encoded values.
///
/// The formulas are those of W3C Compositing and Blending Level 1, §10, in its own order, mixed by alpha as its §5 says.
/// The last three are not in it and are stated here, of an opaque backdrop `b` and a source `s` of alpha `a`.
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
pub enum BlendMode {
    /// The source.
    #[default]
    Normal,
    /// Darker, as two slides over each other.
    Multiply,
    /// Lighter, as two projectors on one screen.
    Screen,
    /// Multiply where the backdrop is dark, screen where it is light.
    Overlay,
    /// The darker value of each component.
    Darken,
    /// The lighter value of each component.
    Lighten,
    /// The backdrop brightened towards the source.
    ColourDodge,
    /// The backdrop darkened towards the source.
    ColourBurn,
    /// Multiply where the source is dark, screen where it is light.
    HardLight,
    /// As by a diffuse light of the source's colour.
    SoftLight,
    /// The distance between the two.
    Difference,
    /// The distance between the two, with less contrast.
    Exclusion,
    /// The source's hue on the backdrop's saturation and luminosity.
    Hue,
    /// The source's saturation on the backdrop's hue and luminosity.
    Saturation,
    /// The source's hue and saturation on the backdrop's luminosity.
    Colour,
    /// The source's luminosity on the backdrop's hue and saturation.
    Luminosity,
    /// `b + a·s`, at most 1: light onto light.
    Add,
    /// `b − a·s`, at least 0.
    Subtract,
    /// `b + s − 1`, at least 0, mixed as the others.
    LinearBurn,
}

impl BlendMode {
    /// All of them, in the order of a menu: the plain one, then those that darken, lighten, contrast, compare and mix
    /// hues.
    pub const ALL: [Self; 19] = [
        Self::Normal,
        Self::Darken,
        Self::Multiply,
        Self::ColourBurn,
        Self::LinearBurn,
        Self::Subtract,
        Self::Lighten,
        Self::Screen,
        Self::ColourDodge,
        Self::Add,
        Self::Overlay,
        Self::SoftLight,
        Self::HardLight,
        Self::Difference,
        Self::Exclusion,
        Self::Hue,
        Self::Saturation,
        Self::Colour,
        Self::Luminosity,
    ];

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Multiply => "Multiply",
            Self::Screen => "Screen",
            Self::Overlay => "Overlay",
            Self::Darken => "Darken",
            Self::Lighten => "Lighten",
            Self::ColourDodge => "Colour dodge",
            Self::ColourBurn => "Colour burn",
            Self::HardLight => "Hard light",
            Self::SoftLight => "Soft light",
            Self::Difference => "Difference",
            Self::Exclusion => "Exclusion",
            Self::Hue => "Hue",
            Self::Saturation => "Saturation",
            Self::Colour => "Colour",
            Self::Luminosity => "Luminosity",
            Self::Add => "Add",
            Self::Subtract => "Subtract",
            Self::LinearBurn => "Linear burn",
        }
    }
}
