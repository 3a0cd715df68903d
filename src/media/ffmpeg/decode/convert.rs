//! Decoded pictures into frame memory: plane by plane as they are, or through libswscale.

use std::sync::Arc;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::format::Pixel;
use ffmpeg_next::software::scaling;
use half::f16;

use super::picture::{PictureFacts, PictureFormat};
use super::pixels;
use super::pixels::{ByteOrder, FloatChannels, FloatPlace, Packing};
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

    /// Copies pixels into one plane, in the order red, green, blue, alpha; those without alpha are opaque.
    fn copy_packed(
        &mut self,
        picture: &ffmpeg::frame::Video,
        packing: Packing,
        memory: &mut dyn FrameMemory,
    ) -> Result<(), ffmpeg::Error> {
        let Some(plane) = self.format.layout.planes.first() else {
            return Ok(());
        };
        self.row.resize(plane.row_bytes as usize, 0);
        let offset = plane.offset_bytes as usize;
        let offsets = (offset..).step_by(plane.stride_bytes as usize);
        for (at, y) in offsets.zip(0..plane.rows as usize) {
            match packing {
                Packing::Bytes(order) => put_in_order(picture, order, y, &mut self.row),
                Packing::Floats(channels) => {
                    let is_multiplied = self.format.facts.is_alpha_multiplied;
                    put_half_floats(picture, channels, y, is_multiplied, &mut self.row);
                }
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

/// Writes a row of pixels, whose bytes are in another order, as red, green, blue and alpha.
fn put_in_order(picture: &ffmpeg::frame::Video, order: ByteOrder, y: usize, row: &mut [u8]) {
    let [red, green, blue] = order.order;
    let source = &picture.data(0)[y * picture.stride(0)..];
    for (target, pixel) in row
        .chunks_exact_mut(4)
        .zip(source.chunks_exact(order.bytes))
    {
        let alpha = order.alpha.map_or(255, |at| pixel[at]);
        target.copy_from_slice(&[pixel[red], pixel[green], pixel[blue], alpha]);
    }
}

/// Writes a row of floats as half floats of red, green, blue and alpha, which the picture's colours may be multiplied by
/// already.
fn put_half_floats(
    picture: &ffmpeg::frame::Video,
    channels: FloatChannels,
    y: usize,
    is_multiplied: bool,
    row: &mut [u8],
) {
    let float = |place: FloatPlace, x: usize| {
        let at = y * picture.stride(place.plane) + x * place.step + place.offset;
        let mut bytes = [0; 4];
        let bytes = &mut bytes[..channels.bytes];
        bytes.copy_from_slice(&picture.data(place.plane)[at..at + channels.bytes]);
        if channels.is_big_endian {
            bytes.reverse();
        }
        match *bytes {
            [low, high] => f16::from_le_bytes([low, high]).to_f32(),
            [a, b, c, d] => f32::from_le_bytes([a, b, c, d]),
            _ => 0.0,
        }
    };
    for (x, target) in row.chunks_exact_mut(8).enumerate() {
        let alpha = channels.alpha.map_or(1.0, |place| float(place, x));
        let gain = if is_multiplied && alpha > 0.0 {
            alpha.recip()
        } else {
            1.0
        };
        let [r, g, b] = channels.rgb.map(|place| float(place, x) * gain);
        let halves = [r, g, b, alpha].map(|channel| f16::from_f32(channel).to_le_bytes());
        target.copy_from_slice(halves.as_flattened());
    }
}

/// True if the picture's planes can be copied as they are, rows running downwards.
fn is_stored_as(format: &PictureFormat, picture: &ffmpeg::frame::Video) -> bool {
    let layout = &format.layout;
    let width = layout.width_px as usize;
    // A stride below zero, rows running upwards, shows here as a huge one.
    let holds = |plane: usize, bytes: usize| {
        plane < picture.planes() && (bytes..=i32::MAX as usize).contains(&picture.stride(plane))
    };
    picture.format() == format.stored
        && (picture.width(), picture.height()) == (layout.width_px, layout.height_px)
        && match format.packing {
            Some(Packing::Bytes(order)) => holds(0, width * order.bytes),
            Some(Packing::Floats(channels)) => {
                channels.rgb.into_iter().chain(channels.alpha).all(|place| {
                    let last = (width - 1) * place.step + place.offset;
                    holds(place.plane, last + channels.bytes)
                })
            }
            None => layout
                .planes
                .iter()
                .enumerate()
                .all(|(index, plane)| holds(index, plane.row_bytes as usize)),
        }
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
        YCbCrMatrix::Smpte240m => ffmpeg::ffi::SWS_CS_SMPTE240M,
        YCbCrMatrix::Fcc => ffmpeg::ffi::SWS_CS_FCC,
        // Unknown to libswscale. Luma and chroma are converted to luma and chroma, so that any will do on both sides.
        YCbCrMatrix::YCgCo => ffmpeg::ffi::SWS_CS_DEFAULT,
    }
}
