//! The kinds of texture that a frame can hold.

/// Content of a texture, by the low nibble of its section's type (`HapVideoDRAFT.md`, Top-Level Sections; the two of
/// BC6H are newer than the draft).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextureKind {
    /// RGB in BC1.
    RgbBc1,
    /// RGBA in BC3.
    RgbaBc3,
    /// Scaled YCoCg in BC3.
    YCoCgBc3,
    /// RGBA in BC7.
    RgbaBc7,
    /// Alpha in BC4.
    AlphaBc4,
    /// Unsigned half floats in BC6H.
    RgbBc6hUnsigned,
    /// Signed half floats in BC6H.
    RgbBc6hSigned,
}

impl TextureKind {
    pub(super) const fn from_nibble(nibble: u8) -> Option<Self> {
        match nibble {
            0xB => Some(Self::RgbBc1),
            0xE => Some(Self::RgbaBc3),
            0xF => Some(Self::YCoCgBc3),
            0xC => Some(Self::RgbaBc7),
            0x1 => Some(Self::AlphaBc4),
            0x2 => Some(Self::RgbBc6hUnsigned),
            0x3 => Some(Self::RgbBc6hSigned),
            _ => None,
        }
    }

    /// Bytes of a block of 4×4 texels.
    pub(super) const fn block_bytes(self) -> usize {
        match self {
            Self::RgbBc1 | Self::AlphaBc4 => 8,
            Self::RgbaBc3
            | Self::YCoCgBc3
            | Self::RgbaBc7
            | Self::RgbBc6hUnsigned
            | Self::RgbBc6hSigned => 16,
        }
    }

    /// The low nibble of the type of a section that holds this texture.
    pub(super) const fn nibble(self) -> u8 {
        match self {
            Self::RgbBc1 => 0xB,
            Self::RgbaBc3 => 0xE,
            Self::YCoCgBc3 => 0xF,
            Self::RgbaBc7 => 0xC,
            Self::AlphaBc4 => 0x1,
            Self::RgbBc6hUnsigned => 0x2,
            Self::RgbBc6hSigned => 0x3,
        }
    }
}
