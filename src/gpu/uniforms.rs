//! The numbers that the shaders read: one block for each draw, in one buffer, written once a frame.

use super::conversion::{Conversion, MAX_PLANES};
use super::pipelines::Layouts;
use super::{Gpu, Placement};

/// Rows of four floats in the shader's `Layer`.
const ROWS: usize = 7 + 2 * MAX_PLANES;

/// Bytes that the shader reads of a block.
pub(super) const BLOCK_BYTES: u64 = (ROWS * size_of::<[f32; 4]>()) as u64;

/// Bytes from block to block: the alignment of dynamic offsets that every adapter allows.
const STRIDE_BYTES: u32 = 256;

/// Draws that the buffer has room for at first: six layers in the midst of cross-fades, with room to spare.
const FIRST_DRAWS: usize = 16;

/// One draw's block, as the shader's `Layer` lays it out.
pub(super) fn block(
    conversion: &Conversion,
    placement: &Placement,
    opacity: f32,
    canvas_px: [u32; 2],
    picture_px: [u32; 2],
) -> [[f32; 4]; ROWS] {
    let [clip_x, clip_y] = placement.clip_rows(canvas_px);
    let [red, green, blue] = conversion.rgb_rows;
    let has_alpha = f32::from(u8::from(conversion.has_alpha));
    let picture = [
        picture_px[0] as f32,
        picture_px[1] as f32,
        opacity.clamp(0.0, 1.0),
        has_alpha,
    ];
    let coding = [
        conversion.alpha_gain,
        f32::from(u8::from(conversion.are_byte_pairs)),
        conversion.transfer,
        0.0,
    ];
    let mut rows = [[0.0; 4]; ROWS];
    let (first, planes) = rows.split_at_mut(ROWS - 2 * MAX_PLANES);
    first.copy_from_slice(&[clip_x, clip_y, picture, coding, red, green, blue]);
    for (rows, map) in planes.chunks_exact_mut(2).zip(&conversion.planes) {
        let [scale, shift, low, high] = [map.scale, map.shift, map.low, map.high];
        rows[0] = [scale[0], scale[1], shift[0], shift[1]];
        rows[1] = [low[0], low[1], high[0], high[1]];
    }
    rows
}

/// A buffer of blocks and the bind group that shows one of them to the shader.
pub(super) struct UniformBuffer {
    buffer: wgpu::Buffer,
    bind_group: wgpu::BindGroup,
    draws: usize,
    bytes: Vec<u8>,
}

impl UniformBuffer {
    pub fn new(gpu: &Gpu, layouts: &Layouts) -> Self {
        Self::with_room(gpu, layouts, FIRST_DRAWS)
    }

    fn with_room(gpu: &Gpu, layouts: &Layouts, draws: usize) -> Self {
        let buffer = gpu.device().create_buffer(&wgpu::BufferDescriptor {
            label: Some("layer uniforms"),
            size: draws as u64 * u64::from(STRIDE_BYTES),
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let bind_group = layouts.uniform_group(gpu, &buffer);
        Self {
            buffer,
            bind_group,
            draws,
            bytes: Vec::with_capacity(draws * STRIDE_BYTES as usize),
        }
    }

    /// Begins a frame of at most `draws`; says whether the buffer had to be made larger.
    pub fn begin(&mut self, gpu: &Gpu, layouts: &Layouts, draws: usize) -> bool {
        self.bytes.clear();
        let is_short = draws > self.draws;
        if is_short {
            *self = Self::with_room(gpu, layouts, draws.next_power_of_two());
        }
        is_short
    }

    /// Adds a draw's block.
    pub fn push(&mut self, block: &[[f32; 4]; ROWS]) {
        let end = self.bytes.len() + STRIDE_BYTES as usize;
        self.bytes.extend_from_slice(bytemuck::cast_slice(block));
        self.bytes.resize(end, 0);
    }

    /// Hands the blocks to the device, to be in place before the next submission.
    pub fn write(&self, gpu: &Gpu) {
        if !self.bytes.is_empty() {
            gpu.queue().write_buffer(&self.buffer, 0, &self.bytes);
        }
    }

    /// Shows the block of draw `index` to the shader.
    pub fn bind(&self, pass: &mut wgpu::RenderPass<'_>, index: u32) {
        pass.set_bind_group(0, &self.bind_group, &[index * STRIDE_BYTES]);
    }
}
