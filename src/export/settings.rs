//! What is asked of a conversion.

use clap::ValueEnum;

use crate::media::hap::{Compressor, HapVariant};
use crate::time::FrameRate;

/// The format to convert to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum HapFormat {
    /// Chosen by alpha, depth and content.
    #[default]
    Auto,
    /// RGB in BC1: smallest.
    Hap,
    /// RGBA in BC3.
    HapAlpha,
    /// YCoCg in BC3: better colours.
    HapQ,
    /// The same with alpha in BC4.
    HapQAlpha,
    /// Alpha in BC4, no colour.
    HapAlphaOnly,
    /// RGBA in BC7: smoothest.
    HapR,
    /// Linear light in BC6H: highlights beyond white.
    HapHdr,
}

impl HapFormat {
    /// The variant; none if it is to be chosen.
    pub const fn variant(self) -> Option<HapVariant> {
        match self {
            Self::Auto => None,
            Self::Hap => Some(HapVariant::Hap),
            Self::HapAlpha => Some(HapVariant::HapAlpha),
            Self::HapQ => Some(HapVariant::HapQ),
            Self::HapQAlpha => Some(HapVariant::HapQAlpha),
            Self::HapAlphaOnly => Some(HapVariant::HapAlphaOnly),
            Self::HapR => Some(HapVariant::HapR),
            Self::HapHdr => Some(HapVariant::HapHdr { is_signed: false }),
        }
    }
}

/// How colours of the source stand to its alpha. HAP has them straight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum AlphaCoding {
    /// Told from the pictures: premultiplied if no colour is brighter than its alpha and many are as bright.
    #[default]
    Auto,
    /// As they are without alpha.
    Straight,
    /// Multiplied by alpha.
    Premultiplied,
}

/// What becomes of the sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SoundChoice {
    /// Taken over: copied where QuickTime knows the codec, else as PCM.
    #[default]
    Keep,
    /// Left out.
    None,
}

/// What is asked of a conversion.
#[derive(Clone, Debug)]
pub struct ConvertSettings {
    /// The format.
    pub format: HapFormat,
    /// Chunks per texture; none to choose them by the texture's size.
    pub chunks: Option<u32>,
    /// The second-stage compressor.
    pub compressor: Compressor,
    /// Another size, in square pixels.
    pub size_px: Option<[u32; 2]>,
    /// A constant rate; none for the times that the source has.
    pub rate: Option<FrameRate>,
    /// How colours stand to alpha.
    pub alpha: AlphaCoding,
    /// What becomes of the sound.
    pub sound: SoundChoice,
    /// Threads that encode, at least 1.
    pub threads: usize,
}
