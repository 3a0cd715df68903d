//! The seven variants of HAP, their names, tags, textures and layouts.

use std::fmt;

use super::texture_kind::TextureKind;
use crate::media::TextureSupport;
use crate::media::frame::{ColourModel, FrameLayout, LayoutError, PlaneFormat};

/// A variant of HAP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HapVariant {
    /// `Hap1`: RGB in BC1.
    Hap,
    /// `Hap5`: RGBA in BC3, straight alpha.
    HapAlpha,
    /// `HapY`: scaled YCoCg in BC3.
    HapQ,
    /// `HapM`: scaled YCoCg in BC3 and alpha in BC4.
    HapQAlpha,
    /// `HapA`: alpha in BC4.
    HapAlphaOnly,
    /// `Hap7`: RGBA in BC7.
    HapR,
    /// `HapH`: RGB half floats in BC6H, which are signed or not as each frame says.
    HapHdr {
        /// True if the half floats have a sign.
        is_signed: bool,
    },
}

impl HapVariant {
    /// Every variant, Hap HDR in both its forms.
    pub const ALL: [Self; 8] = [
        Self::Hap,
        Self::HapAlpha,
        Self::HapQ,
        Self::HapQAlpha,
        Self::HapAlphaOnly,
        Self::HapR,
        Self::HapHdr { is_signed: false },
        Self::HapHdr { is_signed: true },
    ];

    /// The variant that a sample entry's tag names, or `None` for other codecs.
    ///
    /// The tag of Hap HDR does not distinguish signed from unsigned; [`super::HapSource::new`] looks at the first
    /// frame.
    pub fn from_fourcc(tag: [u8; 4]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|variant| variant.fourcc() == tag)
    }

    /// The tag in the container's sample entry (`HapVideoDRAFT.md`, Names and Identifiers).
    pub const fn fourcc(self) -> [u8; 4] {
        match self {
            Self::Hap => *b"Hap1",
            Self::HapAlpha => *b"Hap5",
            Self::HapQ => *b"HapY",
            Self::HapQAlpha => *b"HapM",
            Self::HapAlphaOnly => *b"HapA",
            Self::HapR => *b"Hap7",
            Self::HapHdr { .. } => *b"HapH",
        }
    }

    /// The tag as text, such as `HapY`.
    pub const fn codec(self) -> &'static str {
        match self {
            Self::Hap => "Hap1",
            Self::HapAlpha => "Hap5",
            Self::HapQ => "HapY",
            Self::HapQAlpha => "HapM",
            Self::HapAlphaOnly => "HapA",
            Self::HapR => "Hap7",
            Self::HapHdr { .. } => "HapH",
        }
    }

    /// The common name, such as `Hap Q`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hap => "Hap",
            Self::HapAlpha => "Hap Alpha",
            Self::HapQ => "Hap Q",
            Self::HapQAlpha => "Hap Q Alpha",
            Self::HapAlphaOnly => "Hap Alpha-Only",
            Self::HapR => "Hap R",
            Self::HapHdr { .. } => "Hap HDR",
        }
    }

    /// True if frames carry alpha.
    pub const fn has_alpha(self) -> bool {
        match self {
            Self::HapAlpha | Self::HapQAlpha | Self::HapAlphaOnly | Self::HapR => true,
            Self::Hap | Self::HapQ | Self::HapHdr { .. } => false,
        }
    }

    /// The textures of a frame, one per plane of [`Self::block_layout`], in its order.
    pub(crate) const fn textures(self) -> &'static [TextureKind] {
        match self {
            Self::Hap => &[TextureKind::RgbBc1],
            Self::HapAlpha => &[TextureKind::RgbaBc3],
            Self::HapQ => &[TextureKind::YCoCgBc3],
            Self::HapQAlpha => &[TextureKind::YCoCgBc3, TextureKind::AlphaBc4],
            Self::HapAlphaOnly => &[TextureKind::AlphaBc4],
            Self::HapR => &[TextureKind::RgbaBc7],
            Self::HapHdr { is_signed: false } => &[TextureKind::RgbBc6hUnsigned],
            Self::HapHdr { is_signed: true } => &[TextureKind::RgbBc6hSigned],
        }
    }

    /// Form of its frames on an adapter: [`TextureSupport::BlockCompressed`] or [`TextureSupport::RgbaOnly`], and,
    /// if the CPU decodes them, why.
    pub(in crate::media) fn textures_on(
        self,
        adapter: TextureSupport,
    ) -> (TextureSupport, &'static str) {
        match (adapter, self) {
            (TextureSupport::RgbaOnly, _) => (
                TextureSupport::RgbaOnly,
                "; the adapter does not sample BC textures, so the CPU decodes them to RGBA",
            ),
            (TextureSupport::Software, Self::HapR | Self::HapHdr { .. }) => (
                TextureSupport::RgbaOnly,
                "; the adapter is a program that samples such textures slowly, so the CPU decodes them to RGBA ahead of \
                 time",
            ),
            (TextureSupport::Software | TextureSupport::BlockCompressed, _) => {
                (TextureSupport::BlockCompressed, "")
            }
        }
    }

    /// The layout of a decoded frame of the given size for an adapter.
    ///
    /// Without support for block compression it is one plane of RGBA: 8 bits a channel, half floats for Hap HDR.
    ///
    /// # Errors
    /// [`LayoutError`] if a side is out of range.
    pub fn layout(
        self,
        width_px: u32,
        height_px: u32,
        textures: TextureSupport,
    ) -> Result<FrameLayout, LayoutError> {
        match textures {
            TextureSupport::BlockCompressed | TextureSupport::Software => {
                self.block_layout(width_px, height_px)
            }
            TextureSupport::RgbaOnly => self.rgba_layout(width_px, height_px),
        }
    }

    /// The layout of a frame whose textures stay block-compressed.
    ///
    /// # Errors
    /// [`LayoutError`] if a side is out of range.
    pub fn block_layout(self, width_px: u32, height_px: u32) -> Result<FrameLayout, LayoutError> {
        let rgb = |has_alpha| ColourModel::Rgb { has_alpha };
        let (colour, formats): (ColourModel, &[(PlaneFormat, u32, u32)]) = match self {
            Self::Hap => (rgb(false), &[(PlaneFormat::Bc1, 0, 0)]),
            Self::HapAlpha => (rgb(true), &[(PlaneFormat::Bc3, 0, 0)]),
            Self::HapQ => (ColourModel::ScaledYCoCg, &[(PlaneFormat::Bc3, 0, 0)]),
            Self::HapQAlpha => (
                ColourModel::ScaledYCoCgAlpha,
                &[(PlaneFormat::Bc3, 0, 0), (PlaneFormat::Bc4, 0, 0)],
            ),
            Self::HapAlphaOnly => (ColourModel::AlphaOnly, &[(PlaneFormat::Bc4, 0, 0)]),
            Self::HapR => (rgb(true), &[(PlaneFormat::Bc7, 0, 0)]),
            Self::HapHdr { is_signed: false } => (
                ColourModel::LinearHdr { has_alpha: false },
                &[(PlaneFormat::Bc6hUnsigned, 0, 0)],
            ),
            Self::HapHdr { is_signed: true } => (
                ColourModel::LinearHdr { has_alpha: false },
                &[(PlaneFormat::Bc6hSigned, 0, 0)],
            ),
        };
        FrameLayout::new(width_px, height_px, colour, formats)
    }

    fn rgba_layout(self, width_px: u32, height_px: u32) -> Result<FrameLayout, LayoutError> {
        let (colour, format) = if let Self::HapHdr { .. } = self {
            (
                ColourModel::LinearHdr { has_alpha: false },
                PlaneFormat::Rgba16Float,
            )
        } else {
            let has_alpha = self.has_alpha();
            (ColourModel::Rgb { has_alpha }, PlaneFormat::Rgba8)
        };
        FrameLayout::new(width_px, height_px, colour, &[(format, 0, 0)])
    }
}

impl fmt::Display for HapVariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.codec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_name_their_variants_and_nothing_else() {
        for variant in HapVariant::ALL {
            let found = HapVariant::from_fourcc(variant.fourcc()).expect("known");
            assert_eq!(found.codec(), variant.codec());
            assert_eq!(variant.codec().as_bytes(), variant.fourcc());
        }
        assert_eq!(HapVariant::from_fourcc(*b"avc1"), None);
    }

    #[test]
    fn a_layout_has_one_plane_per_texture() {
        for variant in HapVariant::ALL {
            let layout = variant.block_layout(127, 71).expect("in range");
            assert_eq!(layout.planes.len(), variant.textures().len());
        }
    }
}
