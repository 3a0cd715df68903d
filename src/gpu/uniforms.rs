//! Uniforms of the shaders: one block for each draw, in one buffer, written once a frame.

use super::conversion::{Conversion, MAX_PLANES};
use super::pipelines::Layouts;
use super::{Gpu, GpuError, LayerStyle};
use crate::project::placement::Placement;

/// Rows of four floats in the shader's `Layer`.
const ROWS: usize = FIRST_ROWS + 2 * MAX_PLANES + STYLE_ROWS;

/// Rows before those of the planes.
const FIRST_ROWS: usize = 16;

/// Rows after those of the planes.
const STYLE_ROWS: usize = 5;

/// Bytes of a block that the shader reads.
pub(super) const BLOCK_BYTES: u64 = (ROWS * size_of::<[f32; 4]>()) as u64;

/// Bytes from block to block: a multiple of 256, the alignment of dynamic offsets that every adapter allows.
const STRIDE_BYTES: u32 = 512;

const _: () = assert!(BLOCK_BYTES <= STRIDE_BYTES as u64, "a block fits");

/// Draws that the buffer first has room for: six layers with a crossfade each, and some to spare.
const FIRST_DRAWS: usize = 16;

/// One draw's block, as the shader's `Layer` lays it out.
pub(super) fn block(
    conversion: &Conversion,
    placement: &Placement,
    style: &LayerStyle,
    opacity: f32,
    canvas_px: [u32; 2],
    picture_px: [u32; 2],
) -> [[f32; 4]; ROWS] {
    let [clip_x, clip_y, clip_w] = clip_rows(placement, canvas_px);
    let inverse = placement.inverse();
    let [picture_x, picture_y, picture_w] = inverse.unwrap_or_default().map(row_of);
    let [red, green, blue] = conversion.rgb_rows;
    let [gamut_red, gamut_green, gamut_blue] =
        conversion.gamut_rows.map(|[r, g, b]| [r, g, b, 0.0]);
    let flag = |is_set: bool| f32::from(u8::from(is_set));
    let picture = [
        picture_px[0] as f32,
        picture_px[1] as f32,
        opacity.clamp(0.0, 1.0),
        flag(conversion.has_alpha),
    ];
    let margin =
        inverse.and_then(|rows| smooth_margin(placement, &rows, style.part_px(picture_px)));
    let coding = [
        conversion.alpha_gain,
        flag(conversion.are_byte_pairs),
        conversion.to_canvas,
        flag(margin.is_some()),
    ];
    let part = style.part_px(picture_px);
    let [across, down] = margin.unwrap_or_default();
    let [left, top, right, bottom] = part;
    let drawn = [left - across, top - down, right + across, bottom + down];
    let mut rows = [[0.0; 4]; ROWS];
    let (first, rest) = rows.split_at_mut(FIRST_ROWS);
    first.copy_from_slice(&[
        clip_x,
        clip_y,
        clip_w,
        picture_x,
        picture_y,
        picture_w,
        picture,
        coding,
        part,
        drawn,
        red,
        green,
        blue,
        gamut_red,
        gamut_green,
        gamut_blue,
    ]);
    let (planes, settings) = rest.split_at_mut(2 * MAX_PLANES);
    for (rows, map) in planes.chunks_exact_mut(2).zip(&conversion.planes) {
        let [scale, shift, low, high] = [map.scale, map.shift, map.low, map.high];
        rows[0] = [scale[0], scale[1], shift[0], shift[1]];
        rows[1] = [low[0], low[1], high[0], high[1]];
    }
    settings[..4].copy_from_slice(&style.colour_rows());
    settings[4] = style.light_row();
    rows
}

/// Rows that give clip-space x, y and w from picture pixels, on a canvas of this size.
fn clip_rows(placement: &Placement, canvas_px: [u32; 2]) -> [[f32; 4]; 3] {
    let [x, y] = placement.canvas_from_picture;
    let w = placement.perspective;
    let across = 2.0 / canvas_px[0].max(1) as f32;
    let down = -2.0 / canvas_px[1].max(1) as f32;
    let row = |entry: &dyn Fn(usize) -> f32| [entry(0), entry(1), entry(2), 0.0];
    [
        row(&|index| x[index] * across - w[index]),
        row(&|index| y[index] * down + w[index]),
        row(&|index| w[index]),
    ]
}

/// The width, in picture pixels, of the margin in which the edges of a picture fade: of one that is turned or in
/// perspective, half a canvas pixel and a little. `None` where edges run along those of the canvas: they stay sharp, so that
/// pictures side by side leave no seam between them.
fn smooth_margin(
    placement: &Placement,
    inverse: &[[f64; 3]; 3],
    [left, top, right, bottom]: [f32; 4],
) -> Option<[f32; 2]> {
    /// Margin in canvas pixels.
    const MARGIN_PX: f32 = 0.6;
    if placement.is_upright() {
        return None;
    }
    let [x, y, w] = *inverse;
    let mut margin = [0.0_f32; 2];
    for corner in [[left, top], [right, top], [right, bottom], [left, bottom]] {
        let [across, down] = placement.canvas_point(corner).map(f64::from);
        let depth = w[0] * across + w[1] * down + w[2];
        for ((margin, row), at) in margin.iter_mut().zip([x, y]).zip(corner) {
            let slope = [0, 1].map(|axis| (row[axis] - f64::from(at) * w[axis]) / depth);
            *margin = margin.max(slope[0].hypot(slope[1]) as f32 * MARGIN_PX);
        }
    }
    margin.iter().all(|side| side.is_finite()).then_some(margin)
}

fn row_of([x, y, rest]: [f64; 3]) -> [f32; 4] {
    [x as f32, y as f32, rest as f32, 0.0]
}

/// A buffer of blocks, and the bind group of one of them.
pub(super) struct UniformBuffer {
    buffer: wgpu::Buffer,
    bind_group: wgpu::BindGroup,
    draws: usize,
    bytes: Vec<u8>,
}

impl UniformBuffer {
    /// An empty buffer.
    ///
    /// # Errors
    /// [`GpuError::OutOfMemory`].
    pub fn new(gpu: &Gpu, layouts: &Layouts) -> Result<Self, GpuError> {
        Self::with_room(gpu, layouts, FIRST_DRAWS)
    }

    fn with_room(gpu: &Gpu, layouts: &Layouts, draws: usize) -> Result<Self, GpuError> {
        let size = draws as u64 * u64::from(STRIDE_BYTES);
        let buffer = gpu.within_memory(size, |device| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("layer uniforms"),
                size,
                usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        })?;
        Ok(Self {
            bind_group: layouts.uniform_group(gpu, &buffer),
            buffer,
            draws,
            bytes: Vec::with_capacity(draws * STRIDE_BYTES as usize),
        })
    }

    /// Begins a frame of at most `draws`; returns true if the buffer had to grow.
    ///
    /// # Errors
    /// [`GpuError::OutOfMemory`] if it had to grow; it is then as before.
    pub fn begin(&mut self, gpu: &Gpu, layouts: &Layouts, draws: usize) -> Result<bool, GpuError> {
        self.bytes.clear();
        let is_short = draws > self.draws;
        if is_short {
            *self = Self::with_room(gpu, layouts, draws.next_power_of_two())?;
        }
        Ok(is_short)
    }

    /// Adds a draw's block.
    pub fn push(&mut self, block: &[[f32; 4]; ROWS]) {
        let end = self.bytes.len() + STRIDE_BYTES as usize;
        self.bytes.extend_from_slice(bytemuck::cast_slice(block));
        self.bytes.resize(end, 0);
    }

    /// Writes the blocks to the device before the next submission.
    pub fn write(&self, gpu: &Gpu) {
        if !self.bytes.is_empty() {
            gpu.queue().write_buffer(&self.buffer, 0, &self.bytes);
        }
    }

    /// Binds the block of draw `index`.
    pub fn bind(&self, pass: &mut wgpu::RenderPass<'_>, index: u32) {
        pass.set_bind_group(0, &self.bind_group, &[index * STRIDE_BYTES]);
    }
}
