//! The canvas: the texture that layers are drawn on.

use super::pipelines::TARGET_FORMAT;
use super::{Gpu, GpuError};

/// The canvas of a compositor.
pub(super) struct Canvas {
    /// The texture.
    pub texture: wgpu::Texture,
    /// A view of all of it.
    pub view: wgpu::TextureView,
    /// Changes with the texture.
    pub generation: u64,
}

impl Canvas {
    /// A canvas of this size.
    ///
    /// # Errors
    /// [`GpuError::TooLarge`] or [`GpuError::OutOfMemory`].
    pub fn new(
        gpu: &Gpu,
        width_px: u32,
        height_px: u32,
        generation: u64,
    ) -> Result<Self, GpuError> {
        gpu.check_size(width_px, height_px)?;
        let bytes = u64::from(width_px) * u64::from(height_px) * 4;
        let texture = gpu.within_memory(bytes, |device| {
            device.create_texture(&target_descriptor("canvas", width_px, height_px))
        })?;
        Ok(Self {
            view: texture.create_view(&wgpu::TextureViewDescriptor::default()),
            texture,
            generation,
        })
    }

    /// Width and height.
    pub fn size_px(&self) -> [u32; 2] {
        [self.texture.width(), self.texture.height()]
    }
}

/// The descriptor of a texture to draw into, to sample and to read back.
pub(super) fn target_descriptor(
    label: &str,
    width_px: u32,
    height_px: u32,
) -> wgpu::TextureDescriptor<'_> {
    wgpu::TextureDescriptor {
        label: Some(label),
        size: wgpu::Extent3d {
            width: width_px,
            height: height_px,
            depth_or_array_layers: 1,
        },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: TARGET_FORMAT,
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT
            | wgpu::TextureUsages::TEXTURE_BINDING
            | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    }
}
