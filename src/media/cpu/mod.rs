//! Decoded frames as pictures, computed on the CPU: what `frame --renderer cpu` writes, what thumbnails are made of,
//! and what the shaders are tested against.
//!
//! ```text
//! memory ─► texels: one plane, block by block, as numbers ─► colour: all planes, as R'G'B'A ─► picture
//! ```
//!
//! Results of each colour model, always with straight alpha and 8 bits a channel:
//!
//! * Blocks of scaled YCoCg are decoded without rounding between.
//! * Linear light is held to 0..1 and encoded with the sRGB transfer function (IEC 61966-2-1).
//! * `Y'CbCr` is converted by its matrix, at its own depth. Subsampled chroma is filtered bilinearly where its siting puts
//!   it, and held at the edges.
//! * PQ and HLG are tone-mapped to the range of the canvas, wide primaries converted to its own.
//! * Everything else is taken as it is stored.

mod colour;
mod light;
mod rows;
mod texels;

use image::{ImageBuffer, Pixel, Rgba, RgbaImage};

pub(in crate::media) use colour::scaled_ycocg_block;
pub(in crate::media) use texels::{half_block, rgba8_block};

use super::frame::{FrameLayout, Shape};
use colour::Picture;

/// The frame in `memory`, which is laid out as `layout` says, cropped to its visible size.
///
/// Bytes that `memory` does not have count as zero.
pub fn frame_to_rgba(layout: &FrameLayout, memory: &[u8]) -> RgbaImage {
    rows::frame_to_rgba(layout, memory).unwrap_or_else(|| pixel_by_pixel(layout, memory))
}

/// The same for any layout, and for memory that lacks bytes.
fn pixel_by_pixel(layout: &FrameLayout, memory: &[u8]) -> RgbaImage {
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

/// The frame in `memory` as linear light in the primaries of the canvas, row by row: red, green and blue, 1 being white.
/// Highlights beyond it are kept, and alpha is not.
pub fn frame_to_light(layout: &FrameLayout, memory: &[u8]) -> image::Rgb32FImage {
    let mut picture = Picture::new(layout, memory);
    image::Rgb32FImage::from_fn(layout.width_px, layout.height_px, |x, y| {
        image::Rgb(picture.light(x, y))
    })
}

/// A small picture of the frame in `memory` as it is to be seen, at most `max_width_px` wide and never larger than the
/// frame.
///
/// Only the pixels in the middle of each thumbnail's pixel are decoded, with no filtering between them.
pub fn thumbnail(layout: &FrameLayout, memory: &[u8], max_width_px: u32) -> RgbaImage {
    let (stored_width, stored_height) = (layout.width_px, layout.height_px);
    let shape = layout.shape;
    let [seen_width, seen_height] = shape.seen_px(stored_width, stored_height);
    let width = seen_width.min(max_width_px.max(1)).max(1);
    let scaled = u64::from(seen_height) * u64::from(width) / u64::from(seen_width.max(1));
    let height = u32::try_from(scaled).unwrap_or(u32::MAX).max(1);
    let mut picture = Picture::new(layout, memory);
    let middle = |index: u32, size: u32, full: u32| {
        (2 * u64::from(index) + 1) as f32 * full as f32 / (2 * u64::from(size)) as f32
    };
    RgbaImage::from_fn(width, height, |x, y| {
        let seen = [middle(x, width, seen_width), middle(y, height, seen_height)];
        let [x, y] = shape.stored_point(stored_width, stored_height, seen);
        let held = |at: f32, full: u32| (at.max(0.0) as u32).min(full.saturating_sub(1));
        Rgba(picture.pixel(held(x, stored_width), held(y, stored_height)))
    })
}

/// A picture turned and mirrored as it is to be seen, pixel for pixel; its pixels keep their proportions.
pub fn upright<P>(
    picture: ImageBuffer<P, Vec<P::Subpixel>>,
    shape: Shape,
) -> ImageBuffer<P, Vec<P::Subpixel>>
where
    P: Pixel + 'static,
{
    use image::imageops::{flip_horizontal, rotate90, rotate180, rotate270};
    let picture = if shape.is_mirrored {
        flip_horizontal(&picture)
    } else {
        picture
    };
    match shape.quarter_turns % 4 {
        0 => picture,
        1 => rotate90(&picture),
        2 => rotate180(&picture),
        _ => rotate270(&picture),
    }
}

#[cfg(test)]
mod tests;
