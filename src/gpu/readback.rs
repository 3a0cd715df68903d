//! Readback of a finished picture. It blocks on the device, so it is never used while playing.

use image::RgbaImage;

use super::{Gpu, GpuError};

const PIXEL_BYTES: u32 = 4;

/// Reads the pixels of an `Rgba8Unorm` texture that may be copied from.
///
/// # Errors
/// [`GpuError::Lost`], [`GpuError::OutOfMemory`] or [`GpuError::Readback`].
pub(super) fn read_texture(gpu: &Gpu, texture: &wgpu::Texture) -> Result<RgbaImage, GpuError> {
    let (width_px, height_px) = (texture.width(), texture.height());
    let row_bytes = width_px * PIXEL_BYTES;
    let stride_bytes = row_bytes.next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
    let bytes = u64::from(stride_bytes) * u64::from(height_px);
    let buffer = gpu.within_memory(bytes, |device| {
        device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("picture, read back"),
            size: bytes,
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        })
    })?;
    let mut encoder = gpu
        .device()
        .create_command_encoder(&wgpu::CommandEncoderDescriptor {
            label: Some("read back"),
        });
    encoder.copy_texture_to_buffer(
        texture.as_image_copy(),
        wgpu::TexelCopyBufferInfo {
            buffer: &buffer,
            layout: wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(stride_bytes),
                rows_per_image: None,
            },
        },
        texture.size(),
    );
    encoder.map_buffer_on_submit(&buffer, wgpu::MapMode::Read, .., |result| {
        if let Err(error) = result {
            tracing::warn!(%error, "a picture could not be mapped");
        }
    });
    gpu.submit(encoder);
    gpu.wait_idle()?;

    let view = buffer.get_mapped_range(..).map_err(|error| {
        tracing::warn!(%error, "a picture could not be read back");
        GpuError::Readback
    })?;
    let pixels = view
        .chunks_exact(stride_bytes as usize)
        .flat_map(|row| &row[..row_bytes as usize])
        .copied()
        .collect();
    RgbaImage::from_raw(width_px, height_px, pixels).ok_or(GpuError::Readback)
}
