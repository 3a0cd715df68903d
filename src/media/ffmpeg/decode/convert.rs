//! Decoded pictures into frame memory: plane by plane as they are, or through libswscale.

use std::sync::Arc;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::software::scaling;

use super::picture::{PictureFacts, PictureFormat};
use super::pixels;
use super::pixels::Packing;
use crate::media::frame::{FrameMemory, OutsideMemory, Plane, YCbCrMatrix};

/// Writes pictures of a stream into memory, whatever each of them is like.
pub(in crate::media) struct PictureWriter {
    format: Arc<PictureFormat>,
    scaler: Option<Scaler>,
    /// A row put in order; kept to be used again.
    row: Vec<u8>,
}

impl PictureWriter {
    /// A writer for memory laid out as `format` says.
    pub(in crate::media) fn new(format: Arc<PictureFormat>) -> Self {
        Self {
            format,
            scaler: None,
            row: Vec::new(),
        }
    }

    /// Writes one picture. A picture of another size or format than the stream's is converted.
    ///
    /// # Errors
    /// That libswscale cannot convert the picture's format.
    pub(in crate::media) fn write(
        &mut self,
        picture: &ffmpeg::frame::Video,
        memory: &mut dyn FrameMemory,
    ) -> Result<(), ffmpeg::Error> {
        let planes = &self.format.layout.planes;
        if is_stored_as(&self.format, picture) {
            return match self.format.packing {
                Some(packing) => self.copy_packed(picture, packing, memory),
                None => copy_planes(picture, planes, memory),
            };
        }
        let facts = PictureFacts::of(picture);
        let scaler = match self.scaler.take() {
            Some(scaler) if scaler.source == facts => scaler,
            _ => Scaler::new(facts, &self.format)?,
        };
        let mut scaler = scaler;
        scaler.context.run(picture, &mut scaler.target)?;
        let copied = match self.format.packing {
            Some(packing) => self.copy_packed(&scaler.target, packing, memory),
            None => copy_planes(&scaler.target, planes, memory),
        };
        self.scaler = Some(scaler);
        copied
    }

    /// Copies pixels into the order red, green, blue, alpha; those without alpha are opaque.
    fn copy_packed(
        &mut self,
        picture: &ffmpeg::frame::Video,
        packing: Packing,
        memory: &mut dyn FrameMemory,
    ) -> Result<(), ffmpeg::Error> {
        let Some(plane) = self.format.layout.planes.first() else {
            return Ok(());
        };
        let width = plane.width_px as usize;
        self.row.resize(plane.row_bytes as usize, 0);
        let offset = plane.offset_bytes as usize;
        let rows = picture.data(0).chunks(picture.stride(0));
        let offsets = (offset..).step_by(plane.stride_bytes as usize);
        for (at, row) in offsets.zip(rows.take(plane.rows as usize)) {
            let [red, green, blue] = packing.order;
            let pixels = row.chunks_exact(packing.bytes).take(width);
            for (target, pixel) in self.row.chunks_exact_mut(4).zip(pixels) {
                let alpha = packing.alpha.map_or(255, |at| pixel[at]);
                target.copy_from_slice(&[pixel[red], pixel[green], pixel[blue], alpha]);
            }
            memory
                .write(at, &self.row)
                .map_err(|OutsideMemory| ffmpeg::Error::BufferTooSmall)?;
        }
        Ok(())
    }
}

/// A picture of its own size in this format of red, green and blue.
///
/// # Errors
/// That libswscale cannot convert the picture's format.
pub(super) fn to_rgb(
    picture: &ffmpeg::frame::Video,
    pixel: Pixel,
) -> Result<ffmpeg::frame::Video, ffmpeg::Error> {
    let facts = PictureFacts::of(picture);
    let size = (facts.width_px, facts.height_px);
    let mut context =
        scaling::Context::get(facts.pixel, size.0, size.1, pixel, size.0, size.1, flags())?;
    if !pixels::is_rgb(facts.pixel) {
        let matrix = facts.matrix();
        let source = (matrix, facts.is_full_range());
        set_colour(&mut context, source, (matrix, true));
    }
    let mut target = ffmpeg::frame::Video::empty();
    context.run(picture, &mut target)?;
    Ok(target)
}

/// Exact rather than quick, with chroma at full size in between.
fn flags() -> scaling::Flags {
    use scaling::Flags;
    Flags::BICUBIC | Flags::ACCURATE_RND | Flags::FULL_CHR_H_INT | Flags::FULL_CHR_H_INP
}

/// True if the picture's planes can be copied as they are, rows running downwards.
fn is_stored_as(format: &PictureFormat, picture: &ffmpeg::frame::Video) -> bool {
    let layout = &format.layout;
    picture.format() == format.stored
        && (picture.width(), picture.height()) == (layout.width_px, layout.height_px)
        && picture.planes() >= layout.planes.len()
        && layout.planes.iter().enumerate().all(|(index, plane)| {
            // A stride below zero, rows running upwards, shows here as a huge one.
            let bytes = format.packing.map_or(plane.row_bytes, |packing| {
                plane.width_px * packing.bytes as u32
            });
            (bytes as usize..=i32::MAX as usize).contains(&picture.stride(index))
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
        let layout = &format.layout;
        let mut context = scaling::Context::get(
            source.pixel,
            source.width_px,
            source.height_px,
            format.stored,
            layout.width_px,
            layout.height_px,
            flags(),
        )?;
        let is_rgb_only = pixels::is_rgb(source.pixel) && pixels::is_rgb(format.stored);
        if is_rgb_only {
            return Ok(Self::with(source, context));
        }
        set_colour(
            &mut context,
            (source.matrix(), source.is_full_range()),
            (format.matrix, format.is_full_range),
        );
        Ok(Self::with(source, context))
    }

    fn with(source: PictureFacts, context: scaling::Context) -> Self {
        Self {
            source,
            context,
            target: ffmpeg::frame::Video::empty(),
        }
    }
}

/// Sets libswscale's matrix and range on both sides. Not for red, green and blue on both: it takes their range for that
/// of its own steps in between.
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
