//! From the texels of a frame's planes to its colours.

use super::light::{canvas_light, encoded, light_shown, shown};
use super::texels::{PlaneTexels, bc3_block};
use crate::media::frame::{
    ColourModel, FrameLayout, Levels, PlaneFormat, SampleCoding, YCbCrMatrix,
};

/// A frame in memory, read pixel by pixel.
pub(super) struct Picture<'memory> {
    colour: ColourModel,
    coding: SampleCoding,
    levels: Levels,
    width_px: u32,
    height_px: u32,
    planes: Vec<PlaneTexels<'memory>>,
}

impl<'memory> Picture<'memory> {
    /// The frame in `memory`, laid out as `layout` says.
    pub fn new(layout: &FrameLayout, memory: &'memory [u8]) -> Self {
        let is_full_range = match layout.colour {
            ColourModel::YCbCr { is_full_range, .. } | ColourModel::Grey { is_full_range } => {
                is_full_range
            }
            _ => true,
        };
        let format = layout.planes.first().map(|plane| plane.format);
        let format = format.unwrap_or(PlaneFormat::R8);
        Self {
            colour: layout.colour,
            coding: layout.coding,
            levels: layout.coding.levels(format, is_full_range),
            width_px: layout.width_px,
            height_px: layout.height_px,
            planes: layout
                .planes
                .iter()
                .map(|plane| PlaneTexels::new(*plane, memory))
                .collect(),
        }
    }

    /// The pixel at `x` and `y` as linear light in the primaries of the canvas, 1 being its white.
    pub fn light(&mut self, x: u32, y: u32) -> [f32; 3] {
        let rgb = match self.colour {
            ColourModel::LinearHdr { .. } => {
                let [r, g, b, _] = self.texel(0, x, y);
                return canvas_light([r, g, b], self.coding.primaries);
            }
            ColourModel::Rgb { .. } => {
                let [r, g, b, _] = self.texel(0, x, y);
                [r, g, b]
            }
            ColourModel::YCbCr { matrix, .. } => self.ycbcr(x, y, matrix),
            ColourModel::Gbr { .. } => {
                let [g, b, r] = [0, 1, 2].map(|plane| self.luma(plane, x, y));
                [r, g, b]
            }
            ColourModel::Grey { .. } => [self.luma(0, x, y); 3],
            ColourModel::ScaledYCoCg | ColourModel::ScaledYCoCgAlpha | ColourModel::AlphaOnly => {
                let [r, g, b, _] = self.pixel(x, y).map(|level| f32::from(level) / 255.0);
                return light_shown([r, g, b], &SampleCoding::default());
            }
        };
        light_shown(rgb, &self.coding)
    }

    /// The pixel at `x` and `y`: gamma-encoded red, green and blue, and straight alpha.
    pub fn pixel(&mut self, x: u32, y: u32) -> [u8; 4] {
        let [r, g, b, a] = match self.colour {
            ColourModel::Rgb { has_alpha } => {
                let [r, g, b, a] = self.texel(0, x, y);
                let [r, g, b] = shown([r, g, b], &self.coding);
                [r, g, b, if has_alpha { a } else { 1.0 }]
            }
            ColourModel::ScaledYCoCg => {
                let [r, g, b] = rgb_from_scaled_ycocg(self.texel(0, x, y));
                [r, g, b, 1.0]
            }
            ColourModel::ScaledYCoCgAlpha => {
                let [r, g, b] = rgb_from_scaled_ycocg(self.texel(0, x, y));
                [r, g, b, self.texel(1, x, y)[0]]
            }
            ColourModel::AlphaOnly => [1.0, 1.0, 1.0, self.texel(0, x, y)[0]],
            ColourModel::LinearHdr { has_alpha } => {
                let [r, g, b, a] = self.texel(0, x, y);
                let [r, g, b] = encoded([r, g, b], self.coding.primaries);
                [r, g, b, if has_alpha { a } else { 1.0 }]
            }
            ColourModel::YCbCr {
                matrix, has_alpha, ..
            } => {
                let rgb = self.ycbcr(x, y, matrix);
                self.with_alpha(rgb, has_alpha, x, y)
            }
            ColourModel::Gbr { has_alpha } => {
                let [g, b, r] = [0, 1, 2].map(|plane| self.luma(plane, x, y));
                self.with_alpha([r, g, b], has_alpha, x, y)
            }
            ColourModel::Grey { .. } => {
                let [r, g, b] = shown([self.luma(0, x, y); 3], &self.coding);
                [r, g, b, 1.0]
            }
        };
        [r, g, b, a].map(|channel| (channel.clamp(0.0, 1.0) * 255.0).round() as u8)
    }

    fn texel(&mut self, plane: usize, x: u32, y: u32) -> [f32; 4] {
        self.planes
            .get_mut(plane)
            .map_or([0.0; 4], |plane| plane.texel(x, y))
    }

    /// A channel of a plane of the picture's own size, levels taken off.
    fn luma(&mut self, plane: usize, x: u32, y: u32) -> f32 {
        let Levels {
            luma_gain,
            luma_offset,
            ..
        } = self.levels;
        self.texel(plane, x, y)[0] * luma_gain as f32 - luma_offset as f32
    }

    /// The colour as the canvas shows it, and alpha from the last plane, if it counts.
    fn with_alpha(&mut self, rgb: [f32; 3], has_alpha: bool, x: u32, y: u32) -> [f32; 4] {
        let [r, g, b] = shown(rgb, &self.coding);
        let alpha_plane = self.planes.len().saturating_sub(1);
        let alpha = if has_alpha {
            self.texel(alpha_plane, x, y)[0] * self.levels.alpha_gain as f32
        } else {
            1.0
        };
        [r, g, b, alpha]
    }

    fn ycbcr(&mut self, x: u32, y: u32, matrix: YCbCrMatrix) -> [f32; 3] {
        let luma = self.luma(0, x, y);
        let has_one_chroma_plane = self
            .planes
            .get(1)
            .is_some_and(|plane| matches!(plane.format(), PlaneFormat::Rg8 | PlaneFormat::Rg16));
        let (cb, cr) = if has_one_chroma_plane {
            let [cb, cr, ..] = self.chroma(1, x, y);
            (cb, cr)
        } else {
            (self.chroma(1, x, y)[0], self.chroma(2, x, y)[0])
        };
        let Levels {
            chroma_gain,
            chroma_offset,
            ..
        } = self.levels;
        let [cb, cr] = [cb, cr].map(|code| code * chroma_gain as f32 - chroma_offset as f32);
        matrix.rgb_rows().map(|row| {
            let [from_luma, from_cb, from_cr] = row.map(|entry| entry as f32);
            from_luma * luma + from_cb * cb + from_cr * cr
        })
    }

    /// A chroma plane at the luma position `x` and `y`, filtered bilinearly where it is subsampled.
    fn chroma(&mut self, plane: usize, x: u32, y: u32) -> [f32; 4] {
        let (width_px, height_px) = (self.width_px, self.height_px);
        let siting = self.coding.siting;
        let Some(texels) = self.planes.get_mut(plane) else {
            return [0.5; 4];
        };
        let (chroma_width, chroma_height) = texels.size_px();
        let step_x = halving_step(width_px, chroma_width);
        let step_y = halving_step(height_px, chroma_height);
        // Chroma sample i lies in the middle of the luma samples i·step to (i + 1)·step − 1, or to one side of that.
        let [offset_x, offset_y] = siting.offset();
        let at = |luma: u32, step: f32, offset: f32| {
            ((luma as f32 + 0.5 - offset * 0.5 * (step - 1.0)) / step - 0.5).max(0.0)
        };
        let (at_x, at_y) = (at(x, step_x, offset_x), at(y, step_y, offset_y));
        let (left, top) = (at_x.floor(), at_y.floor());
        let (fraction_x, fraction_y) = (at_x - left, at_y - top);
        let (left, top) = (left as u32, top as u32);
        // Whole positions, as in 4:4:4, take one texel: the others would only cost time.
        if fraction_x == 0.0 && fraction_y == 0.0 {
            return texels.texel(left, top);
        }
        let mix =
            |a: [f32; 4], b: [f32; 4], t: f32| std::array::from_fn(|i| a[i] + (b[i] - a[i]) * t);
        let upper = mix(
            texels.texel(left, top),
            texels.texel(left + 1, top),
            fraction_x,
        );
        let lower = mix(
            texels.texel(left, top + 1),
            texels.texel(left + 1, top + 1),
            fraction_x,
        );
        mix(upper, lower, fraction_y)
    }
}

/// Luma samples to one of a plane that is halved any number of times.
pub(super) fn halving_step(full_px: u32, plane_px: u32) -> f32 {
    let halvings = (0..4).find(|&halvings| full_px.div_ceil(1 << halvings) <= plane_px);
    (1_u32 << halvings.unwrap_or(0)) as f32
}

/// R'G'B' of a texel of scaled YCoCg (J.M.P. van Waveren and I. Castaño, "Real-Time YCoCg-DXT Compression", 2007).
fn rgb_from_scaled_ycocg([r, g, b, luma]: [f32; 4]) -> [f32; 3] {
    let scale = b * (255.0 / 8.0) + 1.0;
    let co = (r - 128.0 / 255.0) / scale;
    let cg = (g - 128.0 / 255.0) / scale;
    [luma + co - cg, luma + cg, luma - co - cg]
}

/// The 16 texels of a block of scaled YCoCg as R'G'B' of 8 bits a channel, row by row, rounded once.
///
/// `block` holds at least 16 bytes; of a shorter one, zeros are taken for what is missing.
pub(in crate::media) fn scaled_ycocg_block(block: &[u8]) -> [[u8; 3]; 16] {
    bc3_block(block).map(|texel| {
        rgb_from_scaled_ycocg(texel).map(|channel| (channel.clamp(0.0, 1.0) * 255.0).round() as u8)
    })
}
