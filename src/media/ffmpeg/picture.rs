//! From FFmpeg's pixel formats to the layout of a frame in memory.
//!
//! Planes that a shader can take are kept as they are; everything else is converted to 8-bit RGBA by libswscale.

use std::sync::Arc;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::color::{Range, Space};
use ffmpeg_next::format::Pixel;

use crate::media::frame::{ColourModel, FrameLayout, LayoutError, PlaneFormat, YCbCrMatrix};

/// Pictures this high or higher, without a word on their matrix, are taken to be BT.709.
const HD_HEIGHT_PX: u32 = 720;

/// What FFmpeg says of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PictureFacts {
    /// Pixel format.
    pub pixel: Pixel,
    /// Pixels across.
    pub width_px: u32,
    /// Pixels down.
    pub height_px: u32,
    /// Matrix.
    pub space: Space,
    /// Range of code values.
    pub range: Range,
}

/// How pictures of a stream are stored once decoded.
#[derive(Clone, Debug)]
pub(crate) struct PictureFormat {
    /// What the pictures are said to be.
    pub facts: PictureFacts,
    /// The format that is stored: the picture's own, or [`Pixel::RGBA`].
    pub stored: Pixel,
    /// The layout of the stored planes.
    pub layout: Arc<FrameLayout>,
    /// Matrix, guessed where the file says nothing.
    pub matrix: YCbCrMatrix,
    /// Whether code values use the full range.
    pub is_full_range: bool,
}

impl PictureFacts {
    /// What a decoded picture says of itself.
    pub(crate) fn of(picture: &ffmpeg::frame::Video) -> Self {
        Self {
            pixel: picture.format(),
            width_px: picture.width(),
            height_px: picture.height(),
            space: picture.color_space(),
            range: picture.color_range(),
        }
    }

    /// The conversion to R'G'B', guessed from the height where the file says nothing.
    pub(crate) fn matrix(&self) -> YCbCrMatrix {
        match self.space {
            Space::BT709 | Space::SMPTE240M => YCbCrMatrix::Bt709,
            Space::BT470BG | Space::SMPTE170M | Space::FCC => YCbCrMatrix::Bt601,
            Space::BT2020NCL | Space::BT2020CL => YCbCrMatrix::Bt2020,
            _ if self.height_px >= HD_HEIGHT_PX => YCbCrMatrix::Bt709,
            _ => YCbCrMatrix::Bt601,
        }
    }

    /// Whether code values use the full range: if tagged so, or if the format implies it.
    pub(crate) fn is_full_range(&self) -> bool {
        match self.range {
            Range::JPEG => true,
            Range::MPEG => false,
            // Grey is full range unless tagged, as libswscale has it.
            Range::Unspecified => matches!(
                self.pixel,
                Pixel::YUVJ420P
                    | Pixel::YUVJ422P
                    | Pixel::YUVJ444P
                    | Pixel::YUVJ440P
                    | Pixel::YUVJ411P
                    | Pixel::GRAY8
                    | Pixel::GRAY16LE
                    | Pixel::GRAY16BE
                    | Pixel::YA8
            ),
        }
    }
}

impl PictureFormat {
    /// The layout for pictures of the kind that `facts` states.
    ///
    /// # Errors
    /// [`LayoutError`] if a side is out of range.
    pub(crate) fn new(facts: PictureFacts) -> Result<Self, LayoutError> {
        use PlaneFormat::{R8, Rg8, Rgba8};
        const LUMA: (PlaneFormat, u32, u32) = (R8, 0, 0);
        let matrix = facts.matrix();
        let is_full_range = facts.is_full_range();
        let ycbcr = |has_alpha| ColourModel::YCbCr {
            matrix,
            is_full_range,
            has_alpha,
        };
        let chroma = |halvings_x, halvings_y| {
            [
                LUMA,
                (R8, halvings_x, halvings_y),
                (R8, halvings_x, halvings_y),
            ]
        };
        let with_alpha =
            |planes: [(PlaneFormat, u32, u32); 3]| [planes.as_slice(), &[LUMA]].concat();
        let mut stored = facts.pixel;
        let (colour, planes) = match facts.pixel {
            Pixel::YUV420P | Pixel::YUVJ420P => (ycbcr(false), chroma(1, 1).to_vec()),
            Pixel::YUV422P | Pixel::YUVJ422P => (ycbcr(false), chroma(1, 0).to_vec()),
            Pixel::YUV444P | Pixel::YUVJ444P => (ycbcr(false), chroma(0, 0).to_vec()),
            Pixel::YUVA420P => (ycbcr(true), with_alpha(chroma(1, 1))),
            Pixel::YUVA422P => (ycbcr(true), with_alpha(chroma(1, 0))),
            Pixel::YUVA444P => (ycbcr(true), with_alpha(chroma(0, 0))),
            Pixel::NV12 => (ycbcr(false), vec![LUMA, (Rg8, 1, 1)]),
            Pixel::GRAY8 => (ColourModel::Grey { is_full_range }, vec![LUMA]),
            pixel => {
                stored = Pixel::RGBA;
                let has_alpha = has_alpha(pixel);
                (ColourModel::Rgb { has_alpha }, vec![(Rgba8, 0, 0)])
            }
        };
        let layout = FrameLayout::new(facts.width_px, facts.height_px, colour, &planes)?;
        Ok(Self {
            facts,
            stored,
            layout: Arc::new(layout),
            matrix,
            is_full_range,
        })
    }

    /// Whether every picture is converted on the CPU.
    pub(crate) fn is_converted(&self) -> bool {
        self.stored != self.facts.pixel
    }

    /// FFmpeg's name of the pictures' own format.
    pub(crate) fn pixel_name(&self) -> &'static str {
        self.facts
            .pixel
            .descriptor()
            .map_or("none", |pixel| pixel.name())
    }
}

#[expect(
    unsafe_code,
    reason = "ffmpeg-next does not show the flags of a pixel format"
)]
fn has_alpha(pixel: Pixel) -> bool {
    pixel.descriptor().is_some_and(|descriptor| {
        // SAFETY: the pointer is into libavutil's static table of formats.
        let flags = unsafe { (*descriptor.as_ptr()).flags };
        flags & ffmpeg::ffi::AV_PIX_FMT_FLAG_ALPHA as u64 != 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(pixel: Pixel, height_px: u32) -> PictureFacts {
        PictureFacts {
            pixel,
            width_px: 33,
            height_px,
            space: Space::Unspecified,
            range: Range::Unspecified,
        }
    }

    #[test]
    fn planes_that_a_shader_can_take_are_kept() {
        let format = PictureFormat::new(facts(Pixel::YUVA420P, 21)).expect("in range");
        assert!(!format.is_converted(), "planar 8-bit");
        let widths: Vec<u32> = format
            .layout
            .planes
            .iter()
            .map(|plane| plane.width_px)
            .collect();
        assert_eq!(widths, [33, 17, 17, 33]);
    }

    #[test]
    fn what_a_shader_cannot_take_becomes_rgba_and_keeps_its_alpha() {
        for (pixel, has_alpha) in [
            (Pixel::YUV420P10LE, false),
            (Pixel::GBRP, false),
            (Pixel::BGRA, true),
            (Pixel::PAL8, true),
            (Pixel::YUVA444P10LE, true),
        ] {
            let format = PictureFormat::new(facts(pixel, 21)).expect("in range");
            assert_eq!(format.stored, Pixel::RGBA, "{pixel:?}");
            assert_eq!(
                format.layout.colour,
                ColourModel::Rgb { has_alpha },
                "{pixel:?}"
            );
        }
    }

    #[test]
    fn an_untagged_picture_is_taken_for_what_its_size_and_format_suggest() {
        assert_eq!(facts(Pixel::YUV420P, 719).matrix(), YCbCrMatrix::Bt601);
        assert_eq!(facts(Pixel::YUV420P, 720).matrix(), YCbCrMatrix::Bt709);
        assert!(!facts(Pixel::YUV420P, 720).is_full_range(), "video range");
        assert!(facts(Pixel::YUVJ420P, 720).is_full_range(), "JPEG range");
    }
}
