//! Storage of one plane.

/// The format of one plane of a decoded frame, as the GPU will sample it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaneFormat {
    /// BC1 blocks, 8 bytes per 4×4 texels.
    Bc1,
    /// BC3 blocks, 16 bytes per 4×4 texels.
    Bc3,
    /// BC4 blocks (one channel, unsigned), 8 bytes per 4×4 texels.
    Bc4,
    /// BC6H blocks of unsigned half floats, 16 bytes per 4×4 texels.
    Bc6hUnsigned,
    /// BC6H blocks of signed half floats, 16 bytes per 4×4 texels.
    Bc6hSigned,
    /// BC7 blocks, 16 bytes per 4×4 texels.
    Bc7,
    /// One 8-bit channel.
    R8,
    /// Two 8-bit channels.
    Rg8,
    /// Four 8-bit channels, red first.
    Rgba8,
    /// Four 8-bit channels, blue first.
    Bgra8,
    /// One 16-bit channel, least byte first.
    R16,
    /// Two 16-bit channels, least bytes first.
    Rg16,
    /// Four half floats, red first.
    Rgba16Float,
}

impl PlaneFormat {
    /// Texels along each side of a block: 4 for block-compressed formats, 1 otherwise.
    pub const fn block_side_px(self) -> u32 {
        match self {
            Self::Bc1
            | Self::Bc3
            | Self::Bc4
            | Self::Bc6hUnsigned
            | Self::Bc6hSigned
            | Self::Bc7 => 4,
            Self::R8
            | Self::Rg8
            | Self::Rgba8
            | Self::Bgra8
            | Self::R16
            | Self::Rg16
            | Self::Rgba16Float => 1,
        }
    }

    /// Bytes of one block (of one texel where the side is 1).
    pub const fn block_bytes(self) -> u32 {
        match self {
            Self::R8 => 1,
            Self::Rg8 | Self::R16 => 2,
            Self::Rgba8 | Self::Bgra8 | Self::Rg16 => 4,
            Self::Bc1 | Self::Bc4 | Self::Rgba16Float => 8,
            Self::Bc3 | Self::Bc6hUnsigned | Self::Bc6hSigned | Self::Bc7 => 16,
        }
    }

    /// The value of a channel of all ones: 255, or 65535 for 16 bits; of use where code values are distinguished.
    pub const fn channel_max(self) -> u32 {
        match self {
            Self::R16 | Self::Rg16 => 65_535,
            _ => 255,
        }
    }

    /// True if the format is block-compressed.
    pub const fn is_compressed(self) -> bool {
        self.block_side_px() > 1
    }
}
