//! Scenes of the demo: generative pictures that loop without a seam.
//!
//! A scene is a function of the place in its loop, so that the last frame leads into the first. `fields` are functions
//! of each pixel, `particles` are drawn dot by dot, `title` is a word of strokes.

mod canvas;
mod fields;
mod particles;
mod title;

use canvas::Canvas;

use crate::media::hap::encode::encode_texture;
use crate::media::hap::{HapVariant, TextureKind};

/// A generative picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::VariantArray)]
pub enum Scene {
    /// Slow veils of colour; opaque, fills the picture.
    Aurora,
    /// Discs of light out of focus, on black.
    Bokeh,
    /// Lines of light that flow across, on black.
    Ribbons,
    /// Sparks that rise, with alpha.
    Embers,
    /// Arcs that turn about the middle, with alpha.
    Rings,
    /// The program's name in strokes of light, with alpha.
    Title,
}

impl Scene {
    /// Texture data of frame `index` of a loop of `frames`, one texture per plane of the variant, without row padding.
    pub fn textures(
        self,
        variant: HapVariant,
        [width_px, height_px]: [u32; 2],
        index: u64,
        frames: u32,
    ) -> Vec<Vec<u8>> {
        let turn = (index % u64::from(frames.max(1))) as f32 / frames.max(1) as f32;
        let canvas = self.draw([width_px, height_px], turn);
        let texture = |&kind: &TextureKind| {
            encode_texture(kind, width_px, height_px, |x, y| canvas.texel(x, y))
        };
        variant.textures().iter().map(texture).collect()
    }

    /// Draws the picture at `turn` of the loop, 0 to 1.
    fn draw(self, size_px: [u32; 2], turn: f32) -> Canvas {
        match self {
            Self::Aurora => fields::aurora(size_px, turn),
            Self::Bokeh => particles::bokeh(size_px, turn),
            Self::Ribbons => fields::ribbons(size_px, turn),
            Self::Embers => particles::embers(size_px, turn),
            Self::Rings => fields::rings(size_px, turn),
            Self::Title => title::title(size_px, turn),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray as _;

    const SIZE: [u32; 2] = [96, 54];

    /// Mean of the largest differences of any channel between two pictures.
    fn difference(a: &Canvas, b: &Canvas) -> f32 {
        let pairs = (0..SIZE[1]).flat_map(|y| (0..SIZE[0]).map(move |x| (x, y)));
        let sum: f32 = pairs
            .map(|(x, y)| {
                let channels = a.texel(x, y).into_iter().zip(b.texel(x, y));
                channels.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
            })
            .sum();
        sum / (SIZE[0] * SIZE[1]) as f32
    }

    #[test]
    fn every_scene_moves_and_its_last_frame_leads_into_the_first() {
        for &scene in Scene::VARIANTS {
            let frames = 240.0;
            let at = |frame: f32| scene.draw(SIZE, frame / frames);
            let step = difference(&at(100.0), &at(101.0));
            let seam = difference(&at(239.0), &at(0.0));
            assert!(
                difference(&at(0.0), &at(80.0)) > 0.001,
                "{scene:?} stands still"
            );
            assert!(
                seam < 3.0 * step + 0.01,
                "{scene:?}: {seam} at the seam, {step} elsewhere"
            );
        }
    }

    #[test]
    fn texels_are_in_range_and_alpha_is_where_it_is_said() {
        for &scene in Scene::VARIANTS {
            let canvas = scene.draw(SIZE, 0.3);
            let texels = (0..SIZE[1]).flat_map(|y| (0..SIZE[0]).map(move |x| (x, y)));
            let mut least_alpha = 1.0_f32;
            for texel in texels.map(|(x, y)| canvas.texel(x, y)) {
                assert!(
                    texel.iter().all(|c| (0.0..=1.0).contains(c)),
                    "{scene:?}: {texel:?}"
                );
                least_alpha = least_alpha.min(texel[3]);
            }
            let has_alpha = matches!(scene, Scene::Embers | Scene::Rings | Scene::Title);
            assert_eq!(least_alpha < 0.1, has_alpha, "{scene:?}");
        }
    }
}
