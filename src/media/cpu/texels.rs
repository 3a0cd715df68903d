//! Texels of one plane as numbers, whatever its format.

use half::f16;

use crate::media::frame::{Plane, PlaneFormat};

/// A plane in memory, read texel by texel; the block read last is kept.
pub(super) struct PlaneTexels<'memory> {
    plane: Plane,
    bytes: &'memory [u8],
    /// Column and row of the block in `texels`.
    block_at: Option<(u32, u32)>,
    texels: [[f32; 4]; 16],
}

impl<'memory> PlaneTexels<'memory> {
    /// The texels of `plane` of a frame in `memory`.
    pub fn new(plane: Plane, memory: &'memory [u8]) -> Self {
        let begin = usize::try_from(plane.offset_bytes).unwrap_or(usize::MAX);
        Self {
            plane,
            bytes: memory.get(begin..).unwrap_or_default(),
            block_at: None,
            texels: [[0.0; 4]; 16],
        }
    }

    /// The plane's format.
    pub fn format(&self) -> PlaneFormat {
        self.plane.format
    }

    /// Texels across and down.
    pub fn size_px(&self) -> (u32, u32) {
        (self.plane.width_px, self.plane.height_px)
    }

    /// The texel at `x` and `y`, held to the plane's edges: red, green, blue and alpha, 1 being full scale.
    ///
    /// Channels that the format lacks are 0, alpha 1.
    pub fn texel(&mut self, x: u32, y: u32) -> [f32; 4] {
        let x = x.min(self.plane.width_px.saturating_sub(1));
        let y = y.min(self.plane.height_px.saturating_sub(1));
        let side = self.plane.format.block_side_px();
        let block_at = (x / side, y / side);
        if self.block_at != Some(block_at) {
            self.load(block_at);
        }
        self.texels[(y % side * 4 + x % side) as usize]
    }

    fn load(&mut self, (column, row): (u32, u32)) {
        let format = self.plane.format;
        let bytes = format.block_bytes() as usize;
        let at = row as usize * self.plane.stride_bytes as usize + column as usize * bytes;
        let mut block = [0; 16];
        if let Some(stored) = self.bytes.get(at..at + bytes) {
            block[..bytes].copy_from_slice(stored);
        }
        self.block_at = Some((column, row));
        let unorm = |byte: u8| f32::from(byte) / 255.0;
        match format {
            PlaneFormat::Bc6hUnsigned | PlaneFormat::Bc6hSigned => {
                let is_signed = format == PlaneFormat::Bc6hSigned;
                self.texels = half_block(is_signed, &block)
                    .map(|[r, g, b]| [r.to_f32(), g.to_f32(), b.to_f32(), 1.0]);
            }
            PlaneFormat::R8 => self.texels[0] = [unorm(block[0]), 0.0, 0.0, 1.0],
            PlaneFormat::Rg8 => self.texels[0] = [unorm(block[0]), unorm(block[1]), 0.0, 1.0],
            PlaneFormat::Rgba8 => {
                self.texels[0] = [block[0], block[1], block[2], block[3]].map(unorm);
            }
            PlaneFormat::Bgra8 => {
                self.texels[0] = [block[2], block[1], block[0], block[3]].map(unorm);
            }
            PlaneFormat::R16 | PlaneFormat::Rg16 => {
                let wide = |i: usize| {
                    f32::from(u16::from_le_bytes([block[2 * i], block[2 * i + 1]])) / 65_535.0
                };
                let green = if bytes == 4 { wide(1) } else { 0.0 };
                self.texels[0] = [wide(0), green, 0.0, 1.0];
            }
            PlaneFormat::Rgba16Float => {
                let half = |i: usize| f16::from_le_bytes([block[2 * i], block[2 * i + 1]]).to_f32();
                self.texels[0] = [half(0), half(1), half(2), half(3)];
            }
            PlaneFormat::Bc3 => self.texels = bc3_block(&block),
            PlaneFormat::Bc1 | PlaneFormat::Bc4 | PlaneFormat::Bc7 => {
                self.texels = rgba8_block(format, &block).map(|texel| texel.map(unorm));
            }
        }
    }
}

/// The 16 texels of a block of 8-bit channels, row by row.
///
/// `block` holds at least the format's block size. BC4 gives red, with green and blue 0 and alpha 255; formats of other
/// depths, or without blocks, give zeros.
pub(in crate::media) fn rgba8_block(format: PlaneFormat, block: &[u8]) -> [[u8; 4]; 16] {
    const PITCH: usize = 16;
    let mut rgba = [0; 64];
    match format {
        PlaneFormat::Bc1 => bcdec_rs::bc1(block, &mut rgba, PITCH),
        PlaneFormat::Bc3 => bcdec_rs::bc3(block, &mut rgba, PITCH),
        PlaneFormat::Bc7 => bcdec_rs::bc7(block, &mut rgba, PITCH),
        PlaneFormat::Bc4 => {
            let mut red = [0; 16];
            bcdec_rs::bc4(block, &mut red, 4, false);
            return red.map(|red| [red, 0, 0, 255]);
        }
        _ => {}
    }
    bytemuck::cast(rgba)
}

/// The 16 texels of a BC3 block, row by row, 1 being full scale (Khronos Data Format Specification 1.3, S3TC).
///
/// Not rounded to 8 bits between: scaled YCoCg divides by one of the channels, which makes many code values of one.
/// Bytes that `block` lacks count as zero.
pub(in crate::media) fn bc3_block(block: &[u8]) -> [[f32; 4]; 16] {
    let byte = |at: usize| block.get(at).copied().unwrap_or(0);
    let word = |at: usize| u16::from_le_bytes([byte(at), byte(at + 1)]);
    let between = |from: f32, to: f32, share: f32| from + (to - from) * share;
    let (first, last) = (colour_565(word(8)), colour_565(word(10)));
    let colours = [0.0, 1.0, 1.0 / 3.0, 2.0 / 3.0]
        .map(|share| [0, 1, 2].map(|channel: usize| between(first[channel], last[channel], share)));
    let (high, low) = (f32::from(byte(0)) / 255.0, f32::from(byte(1)) / 255.0);
    let level = |code: u64| match code {
        0 => high,
        1 => low,
        _ if high > low => between(high, low, (code - 1) as f32 / 7.0),
        6 | 7 => (code - 6) as f32,
        _ => between(high, low, (code - 1) as f32 / 5.0),
    };
    let alpha_codes = (2..8)
        .rev()
        .fold(0, |codes, at| codes << 8 | u64::from(byte(at)));
    let colour_codes = u32::from(word(12)) | u32::from(word(14)) << 16;
    std::array::from_fn(|texel| {
        let [r, g, b] = colours[(colour_codes >> (2 * texel) & 3) as usize];
        [r, g, b, level(alpha_codes >> (3 * texel) & 7)]
    })
}

/// A colour of 5, 6 and 5 bits, each widened to eight by its own first ones.
fn colour_565(code: u16) -> [f32; 3] {
    let (r, g, b) = (code >> 11, code >> 5 & 63, code & 31);
    [r << 3 | r >> 2, g << 2 | g >> 4, b << 3 | b >> 2].map(|channel| f32::from(channel) / 255.0)
}

/// The 16 texels of a BC6H block, row by row. `block` holds at least 16 bytes.
pub(in crate::media) fn half_block(is_signed: bool, block: &[u8]) -> [[f16; 3]; 16] {
    let mut halves = [0; 48];
    bcdec_rs::bc6h_half(block, &mut halves, 12, is_signed);
    let texels: [[u16; 3]; 16] = bytemuck::cast(halves);
    texels.map(|texel| texel.map(f16::from_bits))
}
