//! Decoded pictures into frame memory: plane by plane as they are, or through libswscale.

use std::sync::Arc;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::software::scaling;

use super::picture::{PictureFacts, PictureFormat};
use crate::media::frame::{FrameMemory, OutsideMemory, Plane, YCbCrMatrix};

/// Writes pictures of a stream into memory, whatever each of them is like.
pub(super) struct PictureWriter {
    format: Arc<PictureFormat>,
    scaler: Option<Scaler>,
}

impl PictureWriter {
    /// A writer for memory laid out as `format` says.
    pub(super) fn new(format: Arc<PictureFormat>) -> Self {
        Self {
            format,
            scaler: None,
        }
    }

    /// Writes one picture. A picture of another size or format than the stream's is converted.
    ///
    /// # Errors
    /// That libswscale cannot convert the picture's format.
    pub(super) fn write(
        &mut self,
        picture: &ffmpeg::frame::Video,
        memory: &mut dyn FrameMemory,
    ) -> Result<(), ffmpeg::Error> {
        let planes = &self.format.layout.planes;
        if is_stored_as(&self.format, picture) {
            return copy_planes(picture, planes, memory);
        }
        let facts = PictureFacts::of(picture);
        let scaler = match self.scaler.take() {
            Some(scaler) if scaler.source == facts => scaler,
            _ => Scaler::new(facts, &self.format)?,
        };
        let scaler = self.scaler.insert(scaler);
        scaler.context.run(picture, &mut scaler.target)?;
        copy_planes(&scaler.target, planes, memory)
    }
}

/// Whether the picture's planes can be copied as they are, rows running downwards.
fn is_stored_as(format: &PictureFormat, picture: &ffmpeg::frame::Video) -> bool {
    let layout = &format.layout;
    picture.format() == format.stored
        && (picture.width(), picture.height()) == (layout.width_px, layout.height_px)
        && picture.planes() >= layout.planes.len()
        && layout.planes.iter().enumerate().all(|(index, plane)| {
            // A stride below zero, rows running upwards, shows here as a huge one.
            (plane.row_bytes as usize..=i32::MAX as usize).contains(&picture.stride(index))
        })
}

fn copy_planes(
    picture: &ffmpeg::frame::Video,
    planes: &[Plane],
    memory: &mut dyn FrameMemory,
) -> Result<(), ffmpeg::Error> {
    for (index, plane) in planes.iter().enumerate() {
        let source = picture.data(index);
        let stride = picture.stride(index);
        let offset = plane.offset_bytes as usize;
        let rows = source.chunks(stride).take(plane.rows as usize);
        for (at, row) in (offset..).step_by(plane.stride_bytes as usize).zip(rows) {
            memory
                .write(at, &row[..plane.row_bytes as usize])
                .map_err(|OutsideMemory| ffmpeg::Error::BufferTooSmall)?;
        }
    }
    Ok(())
}

/// libswscale, set up for pictures of one kind.
struct Scaler {
    source: PictureFacts,
    context: scaling::Context,
    target: ffmpeg::frame::Video,
}

#[expect(
    unsafe_code,
    reason = "ffmpeg-next does not say that a scaler may be moved between threads"
)]
// SAFETY: the context is owned by this value alone and libswscale ties it to no thread; `&Scaler` gives no access to
// it, since every call needs it mutably.
unsafe impl Send for Scaler {}

impl Scaler {
    fn new(source: PictureFacts, format: &PictureFormat) -> Result<Self, ffmpeg::Error> {
        use scaling::Flags;
        let layout = &format.layout;
        let mut context = scaling::Context::get(
            source.pixel,
            source.width_px,
            source.height_px,
            format.stored,
            layout.width_px,
            layout.height_px,
            Flags::BICUBIC | Flags::ACCURATE_RND | Flags::FULL_CHR_H_INT | Flags::FULL_CHR_H_INP,
        )?;
        let target_is_full_range = format.stored == Pixel::RGBA || format.is_full_range;
        set_colour(
            &mut context,
            (source.matrix(), source.is_full_range()),
            (format.matrix, target_is_full_range),
        );
        Ok(Self {
            source,
            context,
            target: ffmpeg::frame::Video::empty(),
        })
    }
}

/// Tells libswscale matrix and range on both sides; it ignores them for formats without.
#[expect(
    unsafe_code,
    reason = "ffmpeg-next has no call for the colour of a scaler"
)]
fn set_colour(
    context: &mut scaling::Context,
    source: (YCbCrMatrix, bool),
    target: (YCbCrMatrix, bool),
) {
    /// Brightness 0, contrast and saturation 1, in 16.16 fixed point.
    const NEUTRAL: (i32, i32, i32) = (0, 1 << 16, 1 << 16);
    // SAFETY: the context is valid and borrowed mutably; the coefficients are libswscale's own static tables, which
    // it copies. The status says only whether the formats have a matrix at all.
    unsafe {
        ffmpeg::ffi::sws_setColorspaceDetails(
            context.as_mut_ptr(),
            ffmpeg::ffi::sws_getCoefficients(coefficients(source.0)),
            i32::from(source.1),
            ffmpeg::ffi::sws_getCoefficients(coefficients(target.0)),
            i32::from(target.1),
            NEUTRAL.0,
            NEUTRAL.1,
            NEUTRAL.2,
        );
    }
}

fn coefficients(matrix: YCbCrMatrix) -> i32 {
    match matrix {
        YCbCrMatrix::Bt601 => ffmpeg::ffi::SWS_CS_ITU601,
        YCbCrMatrix::Bt709 => ffmpeg::ffi::SWS_CS_ITU709,
        YCbCrMatrix::Bt2020 => ffmpeg::ffi::SWS_CS_BT2020,
    }
}
