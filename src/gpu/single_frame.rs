//! A single frame as stored: the output of `frame --renderer gpu`, which tests compare with the CPU reference.

use std::sync::Arc;

use image::RgbaImage;

use super::canvas::target_descriptor;
use super::layer_textures::LayerTextures;
use super::pipelines::{Layouts, Target};
use super::readback::read_texture;
use super::uniforms::{self, UniformBuffer};
use super::{Gpu, GpuError, LayerStyle, StagingPool};
use crate::media::frame::{FrameLayout, FrameMemoryPool as _, OutsideMemory};
use crate::project::placement::Placement;
use crate::project::{Fit, Transform};

/// Turns a decoded frame into RGBA of its own size: each pixel from its own texel, alpha straight.
///
/// There is no canvas below. All resources are created for this one call, and it blocks on the GPU: not for playing.
///
/// # Errors
/// A layout that the device does not support, memory shorter than the layout, or a lost device.
pub fn frame_to_rgba(
    gpu: &Gpu,
    layout: &Arc<FrameLayout>,
    memory: &[u8],
) -> Result<RgbaImage, GpuError> {
    let size = [layout.width_px, layout.height_px];
    gpu.check_size(size[0], size[1])?;
    if gpu.is_lost() {
        return Err(GpuError::Lost);
    }
    let layouts = Layouts::new(gpu)?;
    let mut textures = LayerTextures::new(gpu, &layouts, layout)?;
    let mut uniforms = UniformBuffer::new(gpu, &layouts)?;
    let transform = Transform {
        fit: Fit::None,
        ..Transform::default()
    };
    let placement = Placement::new(size, size, &transform);
    uniforms.push(&uniforms::block(
        textures.conversion(),
        &placement,
        &LayerStyle::default(),
        1.0,
        size,
        size,
    ));
    uniforms.write(gpu);

    let mut encoder = gpu
        .device()
        .create_command_encoder(&wgpu::CommandEncoderDescriptor {
            label: Some("single frame"),
        });
    // The pool owns the buffer being copied from, so it lives until the picture is read back.
    let mut pool = StagingPool::new(gpu, u64::MAX);
    let buffer = stage(&mut pool, layout, memory, &encoder)?;
    textures.record_copy(&mut encoder, &buffer);

    let target = gpu.within_memory(layout.bytes, |device| {
        device.create_texture(&target_descriptor("single frame", size[0], size[1]))
    })?;
    let pipeline = layouts.pipeline(gpu, textures.conversion().kind, Target::SingleFrame);
    record_pass(&mut encoder, &target, &pipeline, &uniforms, &textures);
    gpu.submit(encoder);
    let picture = read_texture(gpu, &target)?;
    // On a forgiving device: after an uncaptured error the picture may be wrong.
    match gpu.take_failure() {
        Some(refused) => Err(GpuError::Refused(refused)),
        None => Ok(picture),
    }
}

fn stage(
    pool: &mut StagingPool,
    layout: &FrameLayout,
    memory: &[u8],
    encoder: &wgpu::CommandEncoder,
) -> Result<wgpu::Buffer, GpuError> {
    let bytes = usize::try_from(layout.bytes)
        .ok()
        .and_then(|bytes| memory.get(..bytes))
        .ok_or(GpuError::ShortMemory {
            needed_bytes: layout.bytes,
            given_bytes: memory.len() as u64,
        })?;
    let mut staging = pool
        .take(layout.bytes)
        .ok_or(GpuError::OutOfMemory(layout.bytes))?;
    staging
        .write(0, bytes)
        .map_err(|OutsideMemory| GpuError::OutOfMemory(layout.bytes))?;
    pool.begin_copy(staging, layout.bytes, encoder)
}

fn record_pass(
    encoder: &mut wgpu::CommandEncoder,
    target: &wgpu::Texture,
    pipeline: &wgpu::RenderPipeline,
    uniforms: &UniformBuffer,
    textures: &LayerTextures,
) {
    let view = target.create_view(&wgpu::TextureViewDescriptor::default());
    let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some("single frame"),
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view: &view,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
                store: wgpu::StoreOp::Store,
            },
        })],
        ..Default::default()
    });
    pass.set_pipeline(pipeline);
    uniforms.bind(&mut pass, 0);
    pass.set_bind_group(1, textures.bind_group(), &[]);
    pass.draw(0..4, 0..1);
}
