//! A test card: a picture per frame index, as textures.

use super::grid::IndexGrid;
use super::pattern::Pattern;
use super::random::Random;
use crate::media::hap::encode::{encode_block, encode_texture, random_block};
use crate::media::hap::{HapVariant, TextureKind};
use crate::time::FrameRate;

/// Blocks along each side of a patch of noise: runs of random blocks, or Snappy would pay for every change between them
/// and the plain ones.
const NOISE_PATCH_BLOCKS: u32 = 4;

/// Range by which random blocks stray from the colour that they replace, up and down: visible as grain, not as flicker.
const NOISE_REACH: f32 = 0.16;

/// Light of the brightest texel of a Hap HDR card; the grid's white is 1.
const HDR_PEAK: f32 = 4.0;

/// A moving picture of a given size that carries its frame index.
#[derive(Clone, Debug)]
pub struct TestCard {
    /// The variant that it is encoded in.
    pub variant: HapVariant,
    /// Pixels across.
    pub width_px: u32,
    /// Pixels down.
    pub height_px: u32,
    /// Frames per second, which set the pace of the movement.
    pub rate: FrameRate,
    /// The share of the blocks outside the grid that are random, 0 to 1.
    pub noise: f32,
    /// Seed of the colours, orbits and random numbers.
    pub seed: u64,
}

impl TestCard {
    /// The texture data of frame `index`, one texture per plane of the variant, without row padding.
    pub fn textures(&self, index: u64) -> Vec<Vec<u8>> {
        let frame = Frame::new(self, index);
        let kinds = self.variant.textures();
        kinds.iter().map(|&kind| frame.texture(kind)).collect()
    }
}

/// One frame of a card.
struct Frame<'card> {
    card: &'card TestCard,
    index: u64,
    grid: Option<IndexGrid>,
    pattern: Pattern,
}

impl<'card> Frame<'card> {
    fn new(card: &'card TestCard, index: u64) -> Self {
        let (width, height) = (card.width_px, card.height_px);
        // In Hap R alpha is possible but seldom used: its card is opaque.
        let has_alpha = card.variant.has_alpha() && card.variant != HapVariant::HapR;
        let seconds = (index as f64 / card.rate.fps()) as f32;
        Self {
            card,
            index,
            grid: IndexGrid::of_size(width, height),
            pattern: Pattern::new(width, height, has_alpha, card.seed, seconds),
        }
    }

    fn texture(&self, kind: TextureKind) -> Vec<u8> {
        let (width, height) = (self.card.width_px, self.card.height_px);
        let Some(grid) = self.grid else {
            let grey = (self.index % 256) as f32 / 255.0;
            let texel = self.stored([grey, grey, grey, self.alpha_of(grey)]);
            return encode_texture(kind, width, height, |_, _| texel);
        };
        // Cells are whole blocks: two of them make up the grid.
        let cells = [false, true].map(|is_white| {
            let mut block = Vec::new();
            encode_block(kind, &[self.cell_texel(is_white); 16], &mut block);
            block
        });
        let mut out = Vec::new();
        for top in (0..height).step_by(4) {
            self.block_row(kind, grid, &cells, top, &mut out);
        }
        out
    }

    fn block_row(
        &self,
        kind: TextureKind,
        grid: IndexGrid,
        cells: &[Vec<u8>; 2],
        top: u32,
        out: &mut Vec<u8>,
    ) {
        let mut plain = Vec::new();
        for left in (0..self.card.width_px).step_by(4) {
            if let Some(is_white) = grid.is_white(self.index, left, top) {
                out.extend_from_slice(&cells[usize::from(is_white)]);
            } else if self.is_noise(left, top) {
                self.noise_block(kind, left, top, out);
            } else if self.pattern.is_plain(left, top) {
                if plain.is_empty() {
                    encode_block(kind, &self.texels(left, top), &mut plain);
                }
                out.extend_from_slice(&plain);
            } else {
                encode_block(kind, &self.texels(left, top), out);
            }
        }
    }

    fn texels(&self, left: u32, top: u32) -> [[f32; 4]; 16] {
        std::array::from_fn(|i| {
            let (x, y) = (left + i as u32 % 4, top + i as u32 / 4);
            self.stored(self.pattern.texel(x, y))
        })
    }

    fn cell_texel(&self, is_white: bool) -> [f32; 4] {
        if is_white {
            [1.0; 4]
        } else {
            [0.0, 0.0, 0.0, self.alpha_of(0.0)]
        }
    }

    /// Alpha of an opaque texel: that of the level itself where alpha is all there is.
    fn alpha_of(&self, level: f32) -> f32 {
        if self.card.variant == HapVariant::HapAlphaOnly {
            level
        } else {
            1.0
        }
    }

    /// A gamma-encoded texel as the variant's textures hold it: as it is, or as light for Hap HDR.
    fn stored(&self, texel: [f32; 4]) -> [f32; 4] {
        if let HapVariant::HapHdr { .. } = self.card.variant {
            let is_grey = texel[0] == texel[1] && texel[1] == texel[2];
            return texel.map(|channel| {
                let light = srgb_decoded(channel);
                // Greys are the grid's and stay exact; what is bright in the picture goes beyond white.
                if is_grey {
                    light
                } else {
                    light * (1.0 + (HDR_PEAK - 1.0) * light)
                }
            });
        }
        texel
    }

    fn is_noise(&self, left: u32, top: u32) -> bool {
        let patch = 4 * NOISE_PATCH_BLOCKS;
        let (column, row) = (u64::from(left / patch), u64::from(top / patch));
        self.card.noise > 0.0
            && Random::new(&[self.card.seed, self.index, column << 32 | row]).unit()
                < self.card.noise
    }

    /// A random block around the colour that the pattern has there.
    fn noise_block(&self, kind: TextureKind, left: u32, top: u32, out: &mut Vec<u8>) {
        let position = u64::from(left) << 32 | u64::from(top);
        let mut random = Random::new(&[self.card.seed, self.index, position, 1]);
        let [r, g, b, a] = self.pattern.texel(left + 1, top + 1);
        let mut end = |direction: f32| {
            let grain = direction * NOISE_REACH * (0.25 + 0.75 * random.unit());
            let mut stray = |channel: f32| {
                let own = (random.unit() - 0.5) * 0.08;
                (channel + grain + own).clamp(0.0, 1.0)
            };
            // The alpha of opaque variants stays full.
            let alpha = if a < 1.0 || self.card.variant.has_alpha() {
                stray(a)
            } else {
                1.0
            };
            [stray(r), stray(g), stray(b), alpha]
        };
        let ends = [end(-1.0), end(1.0)].map(|end| self.stored(end));
        random_block(kind, &ends, || random.next(), out);
    }
}

/// Light of a gamma-encoded level (IEC 61966-2-1).
fn srgb_decoded(level: f32) -> f32 {
    if level <= 0.040_45 {
        level / 12.92
    } else {
        ((level + 0.055) / 1.055).powf(2.4)
    }
}
