//! The draws of a frame: a layer's picture with its opacity, placement and style.

use std::collections::BTreeMap;

use super::LayerStyle;
use super::layer_textures::LayerTextures;
use crate::project::placement::Placement;

/// One layer's picture to be drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerDraw {
    /// The layer, as named when its frames were uploaded.
    pub key: u32,
    /// 0 (invisible) to 1.
    pub opacity: f32,
    /// Where the picture lies.
    pub placement: Placement,
    /// What its settings make of it.
    pub style: LayerStyle,
    /// Draws next to each other that have the same number here dissolve into each other: they are mixed, each with its
    /// opacity as its part of the whole, before the result meets what is below.
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
