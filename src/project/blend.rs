//! Blend modes: how a layer mixes with what is below.

use serde::{Deserialize, Serialize};

/// A blend mode, on gamma-encoded values.
///
/// The formulas are those of W3C Compositing and Blending Level 1, §10, mixed by alpha as its §5 says. Those that are not
/// in it are stated here, of an opaque backdrop `b` and a source `s` of alpha `a`. The order is that of a menu: the plain
/// mode, then those that darken, lighten, contrast, compare and mix hues.
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
    strum::VariantArray,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
pub enum BlendMode {
    /// The source.
    #[default]
    Normal,
    /// The darker value of each component.
    Darken,
    /// Darker, as two slides over each other.
    Multiply,
    /// The backdrop darkened towards the source.
    ColourBurn,
    /// `b + s − 1`, at least 0, mixed as the others.
    LinearBurn,
    /// `b − a·s`, at least 0.
    Subtract,
    /// The lighter value of each component.
    Lighten,
    /// Lighter, as two projectors on one screen.
    Screen,
    /// The backdrop brightened towards the source.
    ColourDodge,
    /// `b + a·s`, at most 1: light onto light.
    Add,
    /// Multiply where the backdrop is dark, screen where it is light.
    Overlay,
    /// As by a diffuse light of the source's colour.
    SoftLight,
    /// Multiply where the source is dark, screen where it is light.
    HardLight,
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
}

impl BlendMode {
    /// All modes, in the order of a menu.
    pub const ALL: &'static [Self] = <Self as strum::VariantArray>::VARIANTS;

    /// The name shown to users.
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
