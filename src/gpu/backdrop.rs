//! A copy of the canvas below a layer, for blend modes that read it.

use super::pipelines::{Layouts, TARGET_FORMAT};
use super::{Gpu, GpuError};
use crate::project::placement::Placement;

/// A texture of the canvas's size, and its bind group.
pub(super) struct Backdrop {
    texture: wgpu::Texture,
    bind_group: wgpu::BindGroup,
}

impl Backdrop {
    /// A backdrop for a canvas of this size.
    ///
    /// # Errors
    /// [`GpuError::OutOfMemory`].
    pub fn new(gpu: &Gpu, layouts: &Layouts, canvas_px: [u32; 2]) -> Result<Self, GpuError> {
        let [width, height] = canvas_px;
        let bytes = u64::from(width) * u64::from(height) * 4;
        let texture = gpu.within_memory(bytes, |device| {
            device.create_texture(&wgpu::TextureDescriptor {
                label: Some("backdrop"),
                size: wgpu::Extent3d {
                    width,
                    height,
                    depth_or_array_layers: 1,
                },
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D2,
                format: TARGET_FORMAT,
                usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
                view_formats: &[],
            })
        })?;
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        Ok(Self {
            bind_group: layouts.backdrop_group(gpu, &view),
            texture,
        })
    }

    /// Its size.
    pub fn size_px(&self) -> [u32; 2] {
        [self.texture.width(), self.texture.height()]
    }

    /// The bind group that shows it.
    pub fn bind_group(&self) -> &wgpu::BindGroup {
        &self.bind_group
    }

    /// Records the copy of a part of the canvas (left, top, right, bottom) to the same place.
    pub fn record_copy(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        canvas: &wgpu::Texture,
        part_px: [u32; 4],
    ) {
        let [left, top, right, bottom] = part_px;
        if right <= left || bottom <= top {
            return;
        }
        let at = |texture| wgpu::TexelCopyTextureInfo {
            texture,
            mip_level: 0,
            origin: wgpu::Origin3d {
                x: left,
                y: top,
                z: 0,
            },
            aspect: wgpu::TextureAspect::All,
        };
        encoder.copy_texture_to_texture(
            at(canvas),
            at(&self.texture),
            wgpu::Extent3d {
                width: right - left,
                height: bottom - top,
                depth_or_array_layers: 1,
            },
        );
    }
}

/// The canvas pixels that a part of a picture may lie on, at least, with the one in which smooth edges fade: left, top,
/// right, bottom.
pub(super) fn bounds_px(placement: &Placement, part_px: [f32; 4], canvas_px: [u32; 2]) -> [u32; 4] {
    let [left, top, right, bottom] = part_px;
    let corners = [[left, top], [right, top], [right, bottom], [left, bottom]]
        .map(|corner| placement.canvas_point(corner));
    let side = |axis: usize| {
        let along = corners.map(|corner| corner[axis]);
        let least = along.into_iter().fold(f32::INFINITY, f32::min);
        let most = along.into_iter().fold(f32::NEG_INFINITY, f32::max);
        let limit = canvas_px[axis] as f32;
        // NaN becomes zero, as for an empty part.
        let low = (least.floor() - 1.0).clamp(0.0, limit) as u32;
        (low, (most.ceil() + 1.0).clamp(0.0, limit) as u32)
    };
    let [(left, right), (top, bottom)] = [side(0), side(1)];
    [left, top, right, bottom]
}
