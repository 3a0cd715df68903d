//! Layout of a frame's planes in its memory.

use super::{ColourModel, PlaneFormat, SampleCoding, Shape};

/// Layout of one plane in the frame's memory.
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

    /// True if rows follow each other without padding.
    pub fn is_tight(&self) -> bool {
        self.row_bytes == self.stride_bytes
    }
}

/// Alignment of plane offsets and rows: wgpu's `COPY_BYTES_PER_ROW_ALIGNMENT`, so that a frame's memory can be the
/// source of a buffer-to-texture copy.
pub const ROW_ALIGNMENT_BYTES: u32 = 256;

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
    /// The way from planes to colour.
    pub colour: ColourModel,
    /// The coding of the numbers in the planes.
    pub coding: SampleCoding,
    /// Turns and stretches that the picture needs to be seen.
    pub shape: Shape,
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
            coding: SampleCoding::default(),
            shape: Shape::default(),
            planes,
            bytes: offset_bytes,
        })
    }

    /// The same with other meanings of the numbers in the planes.
    #[must_use]
    pub fn with_coding(mut self, coding: SampleCoding) -> Self {
        self.coding = coding;
        self
    }

    /// The same, to be turned and stretched as `shape` says.
    #[must_use]
    pub fn with_shape(mut self, shape: Shape) -> Self {
        self.shape = shape;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::frame::YCbCrMatrix;

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
    fn absurd_sizes_are_refused() {
        let rgb = ColourModel::Rgb { has_alpha: false };
        for (width, height) in [(0, 1), (1, 0), (16_385, 1), (u32::MAX, u32::MAX)] {
            assert!(FrameLayout::new(width, height, rgb, &[(PlaneFormat::Bc1, 0, 0)]).is_err());
        }
    }
}
