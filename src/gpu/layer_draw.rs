//! The draws of a frame: a layer's picture with its opacity, placement and style.

use std::collections::BTreeMap;

use super::LayerStyle;
use super::layer_textures::LayerTextures;
use crate::project::placement::Placement;

/// One layer's picture to draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerDraw {
    /// The layer's key, as of its uploads.
    pub key: u32,
    /// Opacity, 0 to 1.
    pub opacity: f32,
    /// The placement of the picture.
    pub placement: Placement,
    /// Its style.
    pub style: LayerStyle,
    /// The crossfade it is part of. Adjacent draws with the same number are mixed, weighted by their opacities, before
    /// the result is blended with the canvas below.
    pub dissolve: Option<u32>,
}

/// A draw whose layer has a picture: its textures, and the bind group that shows the picture.
pub(super) type VisibleDraw<'a> = (&'a LayerDraw, &'a LayerTextures, &'a wgpu::BindGroup);

/// The draws whose layers have a picture.
pub(super) fn visible<'a>(
    layers: &'a BTreeMap<u32, LayerTextures>,
    draws: impl IntoIterator<Item = &'a LayerDraw, IntoIter: Clone>,
) -> impl Iterator<Item = VisibleDraw<'a>> + Clone {
    draws.into_iter().filter_map(|draw| {
        let layer = layers.get(&draw.key)?;
        Some((draw, layer, layer.bind_group()?))
    })
}
