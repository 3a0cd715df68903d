//! Decoded frames as pictures, computed on the CPU: what `frame --renderer cpu` writes, what thumbnails are made of,
//! and what the shaders are tested against.
//!
//! ```text
//! memory ─► texels: one plane, block by block, as numbers ─► colour: all planes, as R'G'B'A ─► picture
//! ```
//!
//! What each colour model gives, always with straight alpha and 8 bits a channel:
//!
//! * Light of Hap HDR is held to 0..1 and encoded with the sRGB transfer function (IEC 61966-2-1).
//! * `Y'CbCr` is converted by its matrix (ITU-R BT.601, BT.709, BT.2020 non-constant luminance). Subsampled chroma is
//!   filtered bilinearly and held at the edges. Across, its samples lie on every second luma sample ("left", as in
//!   MPEG-2, H.264 and H.265 by default); down, halfway between two rows ("centre").
//! * Everything else is taken as it is stored.

mod colour;
mod texels;

use image::{Rgba, RgbaImage};

pub(crate) use colour::rgb8_from_scaled_ycocg;
pub(crate) use texels::{half_block, rgba8_block};

use super::frame::FrameLayout;
use colour::Picture;

/// The frame in `memory`, which is laid out as `layout` says, cropped to its visible size.
///
/// Bytes that `memory` does not have count as zero.
pub fn frame_to_rgba(layout: &FrameLayout, memory: &[u8]) -> RgbaImage {
    let (width, height) = (layout.width_px, layout.height_px);
    let mut picture = Picture::new(layout, memory);
    let mut image = RgbaImage::new(width, height);
    // Block by block, so that each is decoded once.
    for top in (0..height).step_by(4) {
        for left in (0..width).step_by(4) {
            for y in top..height.min(top + 4) {
                for x in left..width.min(left + 4) {
                    image.put_pixel(x, y, Rgba(picture.pixel(x, y)));
                }
            }
        }
    }
    image
}

/// A small picture of the frame in `memory`, at most `max_width_px` wide and never larger than the frame.
///
/// Only the pixels in the middle of each thumbnail's pixel are decoded, with no filtering between them.
pub fn thumbnail(layout: &FrameLayout, memory: &[u8], max_width_px: u32) -> RgbaImage {
    let width = layout.width_px.min(max_width_px.max(1));
    let scaled = u64::from(layout.height_px) * u64::from(width) / u64::from(layout.width_px.max(1));
    let height = u32::try_from(scaled).unwrap_or(u32::MAX).max(1);
    let mut picture = Picture::new(layout, memory);
    let sampled = |index: u32, size: u32, full: u32| {
        let middle = (2 * u64::from(index) + 1) * u64::from(full) / (2 * u64::from(size));
        u32::try_from(middle)
            .unwrap_or(u32::MAX)
            .min(full.saturating_sub(1))
    };
    RgbaImage::from_fn(width, height, |x, y| {
        Rgba(picture.pixel(
            sampled(x, width, layout.width_px),
            sampled(y, height, layout.height_px),
        ))
    })
}

#[cfg(test)]
mod tests;
