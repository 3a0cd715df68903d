//! Decoded frames as encoders want them.

use image::imageops::{FilterType, resize};
use image::{Rgb32FImage, RgbaImage};

use crate::media::cpu;
use crate::media::frame::{ColourModel, FrameLayout, Shape, Transfer};

/// A picture to be encoded: upright, at the size that it will have.
pub enum Picture {
    /// Gamma-encoded red, green, blue and straight alpha.
    Levels(RgbaImage),
    /// Linear light in the primaries of BT.709, 1 being white.
    Light(Rgb32FImage),
}

/// Makes pictures of the frames of one source.
#[derive(Clone, Debug)]
pub struct PictureMaker {
    /// The layout of the source's frames.
    pub layout: FrameLayout,
    /// True for linear light.
    pub is_light: bool,
    /// True if colours are multiplied by alpha.
    pub is_premultiplied: bool,
    /// Another size; none for that of the source.
    pub size_px: Option<[u32; 2]>,
}

impl PictureMaker {
    /// Pixels across and down, as pictures come out.
    pub fn out_px(&self) -> [u32; 2] {
        let [wide, high] = [self.layout.width_px, self.layout.height_px];
        match self.size_px {
            Some(size_px) => size_px,
            None if self.is_sideways() => [high, wide],
            None => [wide, high],
        }
    }

    /// Width of a pixel to its height, as pictures come out: that of the source, unless a size was asked for.
    pub fn pixel_aspect(&self) -> (u32, u32) {
        let (wide, high) = self.layout.shape.pixel_aspect;
        match self.size_px {
            Some(_) => (1, 1),
            None if self.is_sideways() => (high, wide),
            None => (wide, high),
        }
    }

    fn is_sideways(&self) -> bool {
        self.layout.shape.quarter_turns % 2 == 1
    }

    /// The picture of a frame in memory.
    pub fn picture(&self, memory: &[u8]) -> Picture {
        if self.is_light {
            Picture::Light(self.light(memory))
        } else {
            Picture::Levels(self.levels(memory))
        }
    }

    /// The picture as levels.
    pub fn levels(&self, memory: &[u8]) -> RgbaImage {
        let mut picture = self.upright(cpu::frame_to_rgba(&self.layout, memory));
        if self.is_premultiplied {
            unmultiply(&mut picture);
        }
        let Some([width_px, height_px]) = self.size_px else {
            return picture;
        };
        if picture.dimensions() == (width_px, height_px) {
            return picture;
        }
        // Colours count by their alpha, or those of what is not seen would bleed into what is.
        let is_opaque = picture.pixels().all(|pixel| pixel.0[3] == 255);
        if is_opaque {
            return resize(&picture, width_px, height_px, FilterType::CatmullRom);
        }
        multiply(&mut picture);
        let mut small = resize(&picture, width_px, height_px, FilterType::CatmullRom);
        unmultiply(&mut small);
        small
    }

    fn light(&self, memory: &[u8]) -> Rgb32FImage {
        let picture = cpu::upright(cpu::frame_to_light(&self.layout, memory), self.layout.shape);
        match self.size_px {
            Some([width_px, height_px]) if picture.dimensions() != (width_px, height_px) => {
                // Without overshoot, which beside a bright light would be black.
                resize(&picture, width_px, height_px, FilterType::Triangle)
            }
            _ => picture,
        }
    }

    fn upright(&self, picture: RgbaImage) -> RgbaImage {
        let turned = Shape {
            pixel_aspect: (1, 1),
            ..self.layout.shape
        };
        if turned.is_plain() {
            return picture;
        }
        cpu::upright(picture, self.layout.shape)
    }
}

/// True if frames of a layout hold light beyond white.
pub(super) fn is_beyond_white(layout: &FrameLayout) -> bool {
    match layout.colour {
        ColourModel::LinearHdr { .. } => true,
        ColourModel::Rgb { .. }
        | ColourModel::ScaledYCoCg
        | ColourModel::ScaledYCoCgAlpha
        | ColourModel::AlphaOnly
        | ColourModel::YCbCr { .. }
        | ColourModel::Gbr { .. }
        | ColourModel::Grey { .. } => {
            matches!(layout.coding.transfer, Transfer::Pq | Transfer::Hlg)
        }
    }
}

/// Divides colours by their alpha; those of what is not seen stay.
fn unmultiply(picture: &mut RgbaImage) {
    let (pixels, _) = picture.as_chunks_mut::<4>();
    for [r, g, b, alpha] in pixels {
        if *alpha == 0 || *alpha == 255 {
            continue;
        }
        let whole = u32::from(*alpha);
        for channel in [r, g, b] {
            let level = (u32::from(*channel) * 255 + whole / 2) / whole;
            *channel = u8::try_from(level).unwrap_or(u8::MAX);
        }
    }
}

/// Multiplies colours by their alpha.
fn multiply(picture: &mut RgbaImage) {
    let (pixels, _) = picture.as_chunks_mut::<4>();
    for [r, g, b, alpha] in pixels {
        for channel in [r, g, b] {
            let product = u32::from(*channel) * u32::from(*alpha);
            *channel = ((product + 127) / 255) as u8;
        }
    }
}
