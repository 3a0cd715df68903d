//! From pictures to packets, and what that loses.

use image::RgbaImage;

use super::picture::Picture;
use crate::media::cpu;
use crate::media::frame::LayoutError;
use crate::media::hap::HapVariant;
use crate::media::hap::encode::{
    EncodeError, FrameOptions, encode_light, encode_picture, write_frame,
};

/// Encodes pictures; keeps its buffers.
pub struct FrameEncoder {
    variant: HapVariant,
    options: FrameOptions,
    textures: Vec<Vec<u8>>,
}

impl FrameEncoder {
    /// An encoder for a variant.
    pub fn new(variant: HapVariant, options: FrameOptions) -> Self {
        Self {
            variant,
            options,
            textures: vec![Vec::new(); variant.textures().len()],
        }
    }

    /// The textures of a picture, one behind the other's end in lists of their own.
    pub fn textures(&mut self, picture: &Picture) -> &[Vec<u8>] {
        for (kind, texture) in self.variant.textures().iter().zip(&mut self.textures) {
            texture.clear();
            match picture {
                Picture::Levels(image) => encode_picture(*kind, image.width(), image, texture),
                Picture::Light(image) => {
                    let (pixels, _) = image.as_chunks::<3>();
                    encode_light(*kind, image.width(), pixels, texture);
                }
            }
        }
        &self.textures
    }

    /// The packet of a picture.
    ///
    /// # Errors
    /// [`EncodeError`] where the options are not what the format allows.
    pub fn packet(&mut self, picture: &Picture) -> Result<Vec<u8>, EncodeError> {
        self.textures(picture);
        let textures: Vec<&[u8]> = self.textures.iter().map(Vec::as_slice).collect();
        let mut packet = Vec::new();
        write_frame(self.variant, &textures, &self.options, &mut packet)?;
        Ok(packet)
    }
}

/// What a decoder makes of textures.
///
/// # Errors
/// [`LayoutError`] if a side is out of range.
pub fn decoded(
    variant: HapVariant,
    [width_px, height_px]: [u32; 2],
    textures: &[Vec<u8>],
) -> Result<RgbaImage, LayoutError> {
    let layout = variant.block_layout(width_px, height_px)?;
    let mut memory = vec![0; usize::try_from(layout.bytes).unwrap_or(0)];
    for (plane, texture) in layout.planes.iter().zip(textures) {
        let begin = usize::try_from(plane.offset_bytes).unwrap_or(usize::MAX);
        let rows = memory.get_mut(begin..).unwrap_or_default();
        let rows = rows.chunks_mut(plane.stride_bytes as usize);
        for (row, stored) in rows.zip(texture.chunks_exact(plane.row_bytes as usize)) {
            row[..stored.len()].copy_from_slice(stored);
        }
    }
    Ok(cpu::frame_to_rgba(&layout, &memory))
}

/// A sum of squared errors.
#[derive(Clone, Copy, Debug, Default)]
pub struct SquaredError {
    sum: f64,
    samples: f64,
}

impl SquaredError {
    /// Adds another.
    pub fn add(&mut self, other: Self) {
        self.sum += other.sum;
        self.samples += other.samples;
    }

    /// Peak signal-to-noise ratio in decibels, for 8 bits; infinite without an error.
    pub fn psnr_db(self) -> f64 {
        10.0 * (255.0 * 255.0 * self.samples / self.sum).log10()
    }
}

/// The errors of the channels that a variant holds: red, green and blue, or alpha where there is nothing else.
pub fn squared_error(variant: HapVariant, found: &RgbaImage, wanted: &RgbaImage) -> SquaredError {
    let channels = if variant == HapVariant::HapAlphaOnly {
        3..4
    } else {
        0..3
    };
    let samples = (channels.len() as f64) * f64::from(found.width()) * f64::from(found.height());
    let mut sum = 0_u64;
    for (found, wanted) in found.pixels().zip(wanted.pixels()) {
        for channel in channels.clone() {
            let off = u64::from(found.0[channel].abs_diff(wanted.0[channel]));
            sum += off * off;
        }
    }
    SquaredError {
        sum: sum as f64,
        samples,
    }
}
