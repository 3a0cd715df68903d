//! Decoded frames: pixel formats, the layout of planes in memory, and the memory they are decoded into.

use std::any::Any;

use parking_lot::Mutex;

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
            Self::R8 | Self::Rg8 | Self::Rgba8 | Self::Rgba16Float => 1,
        }
    }

    /// Bytes of one block (of one texel where the side is 1).
    pub const fn block_bytes(self) -> u32 {
        match self {
            Self::R8 => 1,
            Self::Rg8 => 2,
            Self::Rgba8 => 4,
            Self::Bc1 | Self::Bc4 | Self::Rgba16Float => 8,
            Self::Bc3 | Self::Bc6hUnsigned | Self::Bc6hSigned | Self::Bc7 => 16,
        }
    }

    /// Whether the format is block-compressed.
    pub const fn is_compressed(self) -> bool {
        self.block_side_px() > 1
    }
}

/// Where a plane of a frame lies in the frame's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plane {
    /// Its format.
    pub format: PlaneFormat,
    /// Texels across, rounded up to whole blocks.
    pub width_px: u32,
    /// Texels down, rounded up to whole blocks.
    pub height_px: u32,
    /// Bytes of one row of blocks, without padding.
    pub row_bytes: u32,
    /// Bytes from one row of blocks to the next; a multiple of [`ROW_ALIGNMENT_BYTES`].
    pub stride_bytes: u32,
    /// Rows of blocks.
    pub rows: u32,
    /// Bytes from the start of the frame's memory; a multiple of [`ROW_ALIGNMENT_BYTES`].
    pub offset_bytes: u64,
}

impl Plane {
    /// Bytes of texture data without row padding.
    pub fn tight_bytes(&self) -> u64 {
        u64::from(self.row_bytes) * u64::from(self.rows)
    }

    /// Bytes that the plane takes in memory, row padding included.
    pub fn stored_bytes(&self) -> u64 {
        u64::from(self.stride_bytes) * u64::from(self.rows)
    }

    /// Whether rows follow each other without padding.
    pub fn is_tight(&self) -> bool {
        self.row_bytes == self.stride_bytes
    }
}

/// Alignment of plane offsets and rows: wgpu's `COPY_BYTES_PER_ROW_ALIGNMENT`, so that a frame's memory can be the
/// source of a buffer-to-texture copy.
pub const ROW_ALIGNMENT_BYTES: u32 = 256;

/// How the planes of a frame become a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColourModel {
    /// One plane with red, green, blue and, if `has_alpha`, straight alpha.
    Rgb {
        /// Whether the alpha channel counts; if not, the picture is opaque.
        has_alpha: bool,
    },
    /// One plane of scaled YCoCg (Hap Q).
    ScaledYCoCg,
    /// Scaled YCoCg in the first plane, straight alpha in the red channel of the second (Hap Q Alpha).
    ScaledYCoCgAlpha,
    /// Alpha in the red channel, the colour being white (Hap Alpha-Only).
    AlphaOnly,
    /// One plane of linear light in half floats (Hap HDR).
    LinearHdr,
    /// Luma and chroma (Y′CbCr) in planes: luma, then either one plane of both chroma channels or two planes of one each, then, if
    /// `has_alpha`, a plane of straight alpha.
    YCbCr {
        /// Conversion to R'G'B'.
        matrix: YCbCrMatrix,
        /// Whether code values use the full range rather than 16..235 and 16..240.
        is_full_range: bool,
        /// Whether there is a last plane of alpha.
        has_alpha: bool,
    },
    /// One plane of luma, grey.
    Grey {
        /// Whether code values use the full range rather than 16..235.
        is_full_range: bool,
    },
}

/// The matrix coefficients between luma and chroma (Y′CbCr) and R′G′B′ (ITU-T H.273, `MatrixCoefficients`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YCbCrMatrix {
    /// ITU-R BT.601.
    Bt601,
    /// ITU-R BT.709.
    Bt709,
    /// ITU-R BT.2020, non-constant luminance.
    Bt2020,
}

/// A layout that no file may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a picture of {width_px}×{height_px} is outside 1×1 to {MAX_SIDE_PX}×{MAX_SIDE_PX}")]
pub struct LayoutError {
    /// Width asked for.
    pub width_px: u32,
    /// Height asked for.
    pub height_px: u32,
}

/// The longest side of a picture, in pixels: what Vulkan desktop adapters sample in one texture.
pub const MAX_SIDE_PX: u32 = 16_384;

/// The layout of a decoded frame: its size and where its planes lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameLayout {
    /// Visible pixels across.
    pub width_px: u32,
    /// Visible pixels down.
    pub height_px: u32,
    /// How the planes become a colour.
    pub colour: ColourModel,
    /// The planes, in the order that [`ColourModel`] states.
    pub planes: Vec<Plane>,
    /// Bytes of memory that a frame takes, row padding included.
    pub bytes: u64,
}

impl FrameLayout {
    /// Lays out planes of the given formats one behind the other; each comes with how often its width and height
    /// are halved against the picture (0 for full size, 1 for half).
    ///
    /// # Errors
    /// [`LayoutError`] if a side is zero or longer than [`MAX_SIDE_PX`].
    pub fn new(
        width_px: u32,
        height_px: u32,
        colour: ColourModel,
        planes: &[(PlaneFormat, u32, u32)],
    ) -> Result<Self, LayoutError> {
        if !(1..=MAX_SIDE_PX).contains(&width_px) || !(1..=MAX_SIDE_PX).contains(&height_px) {
            return Err(LayoutError {
                width_px,
                height_px,
            });
        }
        let mut offset_bytes = 0;
        let planes = planes
            .iter()
            .map(|&(format, halvings_x, halvings_y)| {
                let side = format.block_side_px();
                let columns = width_px.div_ceil(1 << halvings_x).div_ceil(side);
                let rows = height_px.div_ceil(1 << halvings_y).div_ceil(side);
                let row_bytes = columns * format.block_bytes();
                let plane = Plane {
                    format,
                    width_px: columns * side,
                    height_px: rows * side,
                    row_bytes,
                    stride_bytes: row_bytes.next_multiple_of(ROW_ALIGNMENT_BYTES),
                    rows,
                    offset_bytes,
                };
                offset_bytes += plane.stored_bytes();
                plane
            })
            .collect();
        Ok(Self {
            width_px,
            height_px,
            colour,
            planes,
            bytes: offset_bytes,
        })
    }
}

/// Memory that one frame is decoded into: ordinary memory, or a mapped staging buffer of the GPU.
///
/// Staging memory may be write-combined, so it is only ever written, best once and in order; its owner therefore
/// hands out no slice of it. It moves between the ring, a worker and the upload as one box, so that nothing is
/// allocated on the way.
pub trait FrameMemory: Send {
    /// All of the bytes, where they are ordinary memory; `None` for staging memory, which takes [`Self::write`] only.
    fn bytes_mut(&mut self) -> Option<&mut [u8]>;

    /// Copies `bytes` to where `offset` says, counted from the start of the memory.
    ///
    /// # Errors
    /// [`OutsideMemory`] if they reach past the end of the memory; nothing is written then.
    fn write(&mut self, offset: usize, bytes: &[u8]) -> Result<(), OutsideMemory>;

    /// Itself, to be told apart by the pool that made it.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// A write that reaches past the end of frame memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a frame was written past the end of its memory")]
pub struct OutsideMemory;

/// The memory of one frame while several threads decode parts of it.
///
/// The lock is held while a part that was decoded elsewhere is copied, never while one is decoded: mapped staging memory
/// cannot be lent out in slices, and copying is the lesser part of the work.
pub struct SharedMemory(Mutex<Box<dyn FrameMemory>>);

impl SharedMemory {
    /// Shares this memory.
    pub fn new(memory: Box<dyn FrameMemory>) -> Self {
        Self(Mutex::new(memory))
    }

    /// Lets `copy` write to the memory while no other thread does.
    pub fn write_with<T>(&self, copy: impl FnOnce(&mut dyn FrameMemory) -> T) -> T {
        copy(&mut **self.0.lock())
    }

    /// The memory, for one owner again.
    pub fn into_inner(self) -> Box<dyn FrameMemory> {
        self.0.into_inner()
    }
}

/// A place that frame memory comes from and goes back to. It is used by one thread only, the one that draws.
pub trait FrameMemoryPool {
    /// Memory of at least `bytes`, or `None` when the pool has none left to give now.
    fn take(&mut self, bytes: u64) -> Option<Box<dyn FrameMemory>>;

    /// Gives memory back for reuse.
    fn give_back(&mut self, memory: Box<dyn FrameMemory>);

    /// Bytes that the pool holds in all, lent out or free.
    fn held_bytes(&self) -> u64;
}

/// Ordinary memory for a frame.
pub struct HeapMemory(Vec<u8>);

impl HeapMemory {
    /// Zeroed memory of `bytes`.
    pub fn new(bytes: usize) -> Self {
        Self(vec![0; bytes])
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FrameMemory for HeapMemory {
    fn bytes_mut(&mut self) -> Option<&mut [u8]> {
        Some(&mut self.0)
    }

    fn write(&mut self, offset: usize, bytes: &[u8]) -> Result<(), OutsideMemory> {
        let end = offset.checked_add(bytes.len()).ok_or(OutsideMemory)?;
        self.0
            .get_mut(offset..end)
            .ok_or(OutsideMemory)?
            .copy_from_slice(bytes);
        Ok(())
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_are_no_multiple_of_four_are_rounded_up_to_blocks() {
        let layout = FrameLayout::new(
            127,
            71,
            ColourModel::ScaledYCoCg,
            &[(PlaneFormat::Bc3, 0, 0)],
        )
        .expect("in range");
        let plane = layout.planes[0];
        assert_eq!((plane.width_px, plane.height_px), (128, 72));
        assert_eq!((plane.row_bytes, plane.stride_bytes), (512, 512));
        assert_eq!(plane.rows, 18);
    }

    #[test]
    fn half_size_chroma_of_an_odd_picture_is_rounded_up() {
        let colour = ColourModel::YCbCr {
            matrix: YCbCrMatrix::Bt709,
            is_full_range: false,
            has_alpha: false,
        };
        let chroma = (PlaneFormat::R8, 1, 1);
        let layout = FrameLayout::new(7, 5, colour, &[(PlaneFormat::R8, 0, 0), chroma, chroma])
            .expect("in range");
        assert_eq!(layout.planes[1].width_px, 4);
        assert_eq!(layout.planes[2].rows, 3);
        assert_eq!(layout.planes[2].offset_bytes, 256 * 8);
        assert_eq!(layout.bytes, 256 * 11);
    }

    #[test]
    fn writes_past_the_end_of_memory_are_refused() {
        let mut memory = HeapMemory::new(8);
        assert_eq!(memory.write(4, &[7; 4]), Ok(()));
        assert_eq!(memory.bytes(), [0, 0, 0, 0, 7, 7, 7, 7]);
        for offset in [5, 9, usize::MAX] {
            assert_eq!(memory.write(offset, &[1; 4]), Err(OutsideMemory));
        }
        assert_eq!(memory.bytes(), [0, 0, 0, 0, 7, 7, 7, 7]);
    }

    #[test]
    fn absurd_sizes_are_refused() {
        let rgb = ColourModel::Rgb { has_alpha: false };
        for (width, height) in [(0, 1), (1, 0), (16_385, 1), (u32::MAX, u32::MAX)] {
            assert!(FrameLayout::new(width, height, rgb, &[(PlaneFormat::Bc1, 0, 0)]).is_err());
        }
    }
}
