//! The textures of one layer: two sets, filled in turn, so that a copy need not wait for a pass that reads the picture
//! before.

use std::sync::Arc;

use super::conversion::{Conversion, Kind};
use super::pipelines::{BLOCKS_FORMAT, Layouts};
use super::{Gpu, GpuError};
use crate::media::frame::{ColourModel, FrameLayout, MAX_SIDE_PX, Plane, PlaneFormat};

/// Sets of textures of a layer.
const SETS: usize = 2;

/// Usage of the textures of frames.
const COPIED: wgpu::TextureUsages =
    wgpu::TextureUsages::TEXTURE_BINDING.union(wgpu::TextureUsages::COPY_DST);

/// One layer's textures for one layout.
pub(super) struct LayerTextures {
    layout: Arc<FrameLayout>,
    conversion: Conversion,
    sets: Vec<TextureSet>,
    /// The set with the newest picture, if there is one.
    shown: Option<usize>,
    /// The view to draw into, for a picture that is drawn and not copied.
    target: Option<wgpu::TextureView>,
}

/// The planes of one frame, with their bind group.
struct TextureSet {
    planes: Vec<wgpu::Texture>,
    bind_group: wgpu::BindGroup,
}

impl LayerTextures {
    /// Empty textures for frames of this layout.
    ///
    /// # Errors
    /// A layout with a size, format or planes that the device does not support, or lack of memory.
    pub fn new(gpu: &Gpu, layouts: &Layouts, layout: &Arc<FrameLayout>) -> Result<Self, GpuError> {
        let conversion = Conversion::new(layout, gpu.has_16_bit())?;
        for plane in &layout.planes {
            gpu.check_size(plane.width_px, plane.height_px)?;
            if plane.format.is_compressed() && !gpu.has_bc() {
                return Err(GpuError::Unsupported(plane.format));
            }
        }
        let sets = (0..SETS)
            .map(|_| TextureSet::new(gpu, layouts, (layout, conversion.kind), COPIED))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            layout: Arc::clone(layout),
            conversion,
            sets,
            shown: None,
            target: None,
        })
    }

    /// Textures for a picture of this size that is drawn rather than copied, premultiplied.
    ///
    /// # Errors
    /// A size that the device does not support, or lack of memory.
    pub fn drawn(gpu: &Gpu, layouts: &Layouts, size_px: [u32; 2]) -> Result<Self, GpuError> {
        let [width_px, height_px] = size_px;
        gpu.check_size(width_px, height_px)?;
        let colour = ColourModel::Rgb { has_alpha: true };
        // Half floats: with eight bits, parts and sum would each be rounded to whole codes.
        let planes = [(PlaneFormat::Rgba16Float, 0, 0)];
        let layout = FrameLayout::new(width_px, height_px, colour, &planes).map_err(|error| {
            GpuError::TooLarge {
                width_px: error.width_px,
                height_px: error.height_px,
                limit_px: MAX_SIDE_PX,
            }
        })?;
        let usage = COPIED | wgpu::TextureUsages::RENDER_ATTACHMENT;
        let conversion = Conversion::new(&layout, gpu.has_16_bit())?;
        let set = TextureSet::new(gpu, layouts, (&layout, conversion.kind), usage)?;
        let target = set.planes.first();
        Ok(Self {
            conversion,
            target: target.map(|plane| plane.create_view(&wgpu::TextureViewDescriptor::default())),
            layout: Arc::new(layout),
            sets: vec![set],
            shown: Some(0),
        })
    }

    /// The view to draw into, for a picture that is drawn and not copied.
    pub fn target(&self) -> Option<&wgpu::TextureView> {
        self.target.as_ref()
    }

    /// True if frames of this layout fit.
    pub fn fits(&self, layout: &Arc<FrameLayout>) -> bool {
        Arc::ptr_eq(&self.layout, layout) || self.layout == *layout
    }

    /// Records the copy of a frame from `buffer` into the set that is not shown, and shows it from then on.
    pub fn record_copy(&mut self, encoder: &mut wgpu::CommandEncoder, buffer: &wgpu::Buffer) {
        let next = self.shown.map_or(0, |shown| (shown + 1) % self.sets.len());
        for (plane, texture) in self.layout.planes.iter().zip(&self.sets[next].planes) {
            encoder.copy_buffer_to_texture(
                wgpu::TexelCopyBufferInfo {
                    buffer,
                    layout: wgpu::TexelCopyBufferLayout {
                        offset: plane.offset_bytes,
                        bytes_per_row: Some(plane.stride_bytes),
                        rows_per_image: Some(plane.rows),
                    },
                },
                texture.as_image_copy(),
                texture.size(),
            );
        }
        self.shown = Some(next);
    }

    /// Shows nothing until the next copy.
    pub fn clear(&mut self) {
        self.shown = None;
    }

    /// The newest picture, if there is one.
    pub fn bind_group(&self) -> Option<&wgpu::BindGroup> {
        self.shown.map(|shown| &self.sets[shown].bind_group)
    }

    /// The conversion of its planes.
    pub fn conversion(&self) -> &Conversion {
        &self.conversion
    }

    /// Its size without padding.
    pub fn picture_px(&self) -> [u32; 2] {
        [self.layout.width_px, self.layout.height_px]
    }
}

impl TextureSet {
    fn new(
        gpu: &Gpu,
        layouts: &Layouts,
        (layout, kind): (&FrameLayout, Kind),
        usage: wgpu::TextureUsages,
    ) -> Result<Self, GpuError> {
        let planes: Vec<_> = gpu.within_memory(layout.bytes, |_| {
            let planes = layout.planes.iter();
            planes
                .map(|plane| plane_texture(gpu, plane, kind, usage))
                .collect()
        })?;
        let views: Vec<_> = planes
            .iter()
            .map(|texture| texture.create_view(&wgpu::TextureViewDescriptor::default()))
            .collect();
        let bind_group = layouts.texture_group(gpu, &views);
        Ok(Self { planes, bind_group })
    }
}

fn plane_texture(
    gpu: &Gpu,
    plane: &Plane,
    kind: Kind,
    usage: wgpu::TextureUsages,
) -> wgpu::Texture {
    // Blocks of scaled YCoCg are decoded by its shader, which says why.
    let (format, side_px) = if kind == Kind::ScaledYCoCg && plane.format == PlaneFormat::Bc3 {
        (BLOCKS_FORMAT, plane.format.block_side_px())
    } else {
        (texture_format(plane.format, gpu.has_16_bit()), 1)
    };
    gpu.device().create_texture(&wgpu::TextureDescriptor {
        label: Some("layer plane"),
        size: wgpu::Extent3d {
            width: plane.width_px / side_px,
            height: plane.height_px / side_px,
            depth_or_array_layers: 1,
        },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format,
        usage,
        view_formats: &[],
    })
}

/// The texture format of a plane: never an sRGB one, since values stay gamma-encoded throughout. Channels of 16 bits
/// that the device does not sample become two of 8, which the shader joins.
fn texture_format(format: PlaneFormat, has_16_bit: bool) -> wgpu::TextureFormat {
    match format {
        PlaneFormat::Bc1 => wgpu::TextureFormat::Bc1RgbaUnorm,
        PlaneFormat::Bc3 => wgpu::TextureFormat::Bc3RgbaUnorm,
        PlaneFormat::Bc4 => wgpu::TextureFormat::Bc4RUnorm,
        PlaneFormat::Bc6hUnsigned => wgpu::TextureFormat::Bc6hRgbUfloat,
        PlaneFormat::Bc6hSigned => wgpu::TextureFormat::Bc6hRgbFloat,
        PlaneFormat::Bc7 => wgpu::TextureFormat::Bc7RgbaUnorm,
        PlaneFormat::R8 => wgpu::TextureFormat::R8Unorm,
        PlaneFormat::Bgra8 => wgpu::TextureFormat::Bgra8Unorm,
        PlaneFormat::R16 if has_16_bit => wgpu::TextureFormat::R16Unorm,
        PlaneFormat::Rg16 if has_16_bit => wgpu::TextureFormat::Rg16Unorm,
        PlaneFormat::Rg8 | PlaneFormat::R16 => wgpu::TextureFormat::Rg8Unorm,
        PlaneFormat::Rgba8 | PlaneFormat::Rg16 => wgpu::TextureFormat::Rgba8Unorm,
        PlaneFormat::Rgba16Float => wgpu::TextureFormat::Rgba16Float,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plane_format_has_a_texture_format_of_the_same_block() {
        for format in [
            PlaneFormat::Bc1,
            PlaneFormat::Bc3,
            PlaneFormat::Bc4,
            PlaneFormat::Bc6hUnsigned,
            PlaneFormat::Bc6hSigned,
            PlaneFormat::Bc7,
            PlaneFormat::R8,
            PlaneFormat::Rg8,
            PlaneFormat::Rgba8,
            PlaneFormat::Bgra8,
            PlaneFormat::R16,
            PlaneFormat::Rg16,
            PlaneFormat::Rgba16Float,
        ] {
            for has_16_bit in [false, true] {
                let texture = texture_format(format, has_16_bit);
                assert_eq!(texture.block_copy_size(None), Some(format.block_bytes()));
                assert_eq!(texture.block_dimensions().0, format.block_side_px());
                assert!(!texture.is_srgb(), "{format:?}");
            }
        }
    }
}
