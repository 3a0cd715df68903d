//! A decoded frame made smaller: each plane by itself, every texel the mean of the texels that it stands for.
//!
//! Means are taken of the numbers as they are stored, before they become a colour: that is the same for all linear
//! conversions, and a fraction of the work. Chroma comes out at the full size of the small picture.

use crate::media::cpu;
use crate::media::frame::{ColourModel, FrameLayout, LayoutError, Plane, PlaneFormat};

/// Makes frames of one layout smaller; keeps its buffers.
pub(super) struct Shrinker {
    from: FrameLayout,
    to: FrameLayout,
    /// Starts and ends of the texels that each column stands for, by plane.
    columns: Vec<Vec<(usize, usize)>>,
    /// A sum for each sample of a row.
    sums: Vec<u32>,
    memory: Vec<u8>,
}

/// Layout of a plane's samples in memory.
#[derive(Clone, Copy)]
struct Samples {
    channels: usize,
    is_wide: bool,
}

impl Samples {
    /// Those of a format; `None` where they are not plain numbers.
    fn of(format: PlaneFormat) -> Option<Self> {
        let (channels, is_wide) = match format {
            PlaneFormat::R8 => (1, false),
            PlaneFormat::Rg8 => (2, false),
            PlaneFormat::Rgba8 | PlaneFormat::Bgra8 => (4, false),
            PlaneFormat::R16 => (1, true),
            PlaneFormat::Rg16 => (2, true),
            _ => return None,
        };
        Some(Self { channels, is_wide })
    }
}

impl Shrinker {
    /// For frames of a layout, to be made this small; sides may also become larger, where a file is tiny.
    ///
    /// # Errors
    /// [`LayoutError`] if a side is zero.
    pub fn new(layout: &FrameLayout, [width_px, height_px]: [u32; 2]) -> Result<Self, LayoutError> {
        let is_plain = (layout.planes.iter()).all(|plane| Samples::of(plane.format).is_some());
        // What is no plain numbers becomes plain colours first.
        let from = if is_plain {
            layout.clone()
        } else {
            let colour = ColourModel::Rgb { has_alpha: true };
            let planes = [(PlaneFormat::Rgba8, 0, 0)];
            FrameLayout::new(layout.width_px, layout.height_px, colour, &planes)?
        };
        let planes: Vec<_> = (from.planes.iter())
            .map(|plane| (plane.format, 0, 0))
            .collect();
        let to = FrameLayout::new(width_px, height_px, from.colour, &planes)?;
        let bytes = usize::try_from(to.bytes).unwrap_or(usize::MAX);
        let columns = (from.planes.iter())
            .map(|plane| spans(plane.width_px, width_px))
            .collect();
        Ok(Self {
            to: to.with_coding(layout.coding),
            memory: vec![0; bytes],
            sums: Vec::new(),
            columns,
            from,
        })
    }

    /// The small picture of the frame in `memory`: gamma-encoded red, green and blue, and straight alpha.
    pub fn picture(&mut self, layout: &FrameLayout, memory: &[u8]) -> image::RgbaImage {
        if self.from.planes.len() == layout.planes.len()
            && self.from.planes[0].format == layout.planes[0].format
        {
            self.shrink(memory);
        } else {
            let picture = cpu::frame_to_rgba(layout, memory);
            let padded = self.padded(&picture);
            self.shrink(&padded);
        }
        cpu::frame_to_rgba(&self.to, &self.memory)
    }

    /// A picture's pixels with rows as the layout has them.
    fn padded(&self, picture: &image::RgbaImage) -> Vec<u8> {
        let plane = self.from.planes[0];
        let mut padded = vec![0; usize::try_from(self.from.bytes).unwrap_or(0)];
        let rows = padded.chunks_mut(plane.stride_bytes as usize);
        let pixels = picture.as_raw().chunks(plane.row_bytes.max(1) as usize);
        for (row, pixels) in rows.zip(pixels) {
            row[..pixels.len()].copy_from_slice(pixels);
        }
        padded
    }

    fn shrink(&mut self, memory: &[u8]) {
        for (index, (from, to)) in self.from.planes.iter().zip(&self.to.planes).enumerate() {
            let Some(samples) = Samples::of(from.format) else {
                continue;
            };
            let rows = spans(from.height_px, to.height_px);
            for (row, &(top, bottom)) in rows.iter().enumerate() {
                sum_rows(*from, samples, memory, (top, bottom), &mut self.sums);
                let begin = to.offset_bytes as usize + row * to.stride_bytes as usize;
                let out = &mut self.memory[begin..begin + to.row_bytes as usize];
                let columns = &self.columns[index];
                write_means(&self.sums, samples, columns, bottom - top, out);
            }
        }
    }
}

/// For each of `small` places, where of `full` what it stands for begins and ends: at least one.
fn spans(full: u32, small: u32) -> Vec<(usize, usize)> {
    let (full, small) = (full as usize, small.max(1) as usize);
    (0..small)
        .map(|place| {
            let begin = (place * full / small).min(full.saturating_sub(1));
            let end = ((place + 1) * full / small).clamp(begin + 1, full.max(1));
            (begin, end)
        })
        .collect()
}

/// Adds rows of a plane up, sample by sample. Rows that memory does not have count as zero.
fn sum_rows(
    plane: Plane,
    samples: Samples,
    memory: &[u8],
    (top, bottom): (usize, usize),
    sums: &mut Vec<u32>,
) {
    let count = plane.width_px as usize * samples.channels;
    sums.clear();
    sums.resize(count, 0);
    for row in top..bottom {
        let begin = plane.offset_bytes as usize + row * plane.stride_bytes as usize;
        let bytes = memory.get(begin..begin + plane.row_bytes as usize);
        let bytes = bytes.unwrap_or_default();
        if samples.is_wide {
            let (pairs, _) = bytes.as_chunks::<2>();
            for (sum, pair) in sums.iter_mut().zip(pairs) {
                *sum += u32::from(u16::from_le_bytes(*pair));
            }
        } else {
            for (sum, byte) in sums.iter_mut().zip(bytes) {
                *sum += u32::from(*byte);
            }
        }
    }
}

/// Writes the mean over each column's samples of sums over `rows` rows.
fn write_means(
    sums: &[u32],
    samples: Samples,
    columns: &[(usize, usize)],
    rows: usize,
    out: &mut [u8],
) {
    let Samples { channels, is_wide } = samples;
    for (column, &(left, right)) in columns.iter().enumerate() {
        let count = ((right - left) * rows) as u64;
        for channel in 0..channels {
            let sum: u64 = (left..right)
                .map(|x| u64::from(sums[x * channels + channel]))
                .sum();
            let mean = (sum + count / 2) / count.max(1);
            let at = column * channels + channel;
            if is_wide {
                let bytes = u16::try_from(mean).unwrap_or(u16::MAX).to_le_bytes();
                out[at * 2..at * 2 + 2].copy_from_slice(&bytes);
            } else {
                out[at] = u8::try_from(mean).unwrap_or(u8::MAX);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::frame::YCbCrMatrix;

    #[test]
    fn every_texel_is_stood_for_once() {
        for (full, small) in [(1920, 480), (1080, 272), (97, 96), (7, 4)] {
            let spans = spans(full, small);
            assert_eq!(spans.len(), small as usize);
            assert_eq!((spans[0].0, spans[spans.len() - 1].1), (0, full as usize));
            assert!(spans.windows(2).all(|pair| pair[0].1 == pair[1].0));
        }
        assert_eq!(spans(1, 4), [(0, 1); 4], "a tiny side is repeated");
    }

    /// A picture of 4:2:0 with left and right halves of their own, of 8 or 16 bits.
    fn halves(format: PlaneFormat, levels: [[u16; 3]; 2]) -> (FrameLayout, Vec<u8>) {
        let colour = ColourModel::YCbCr {
            matrix: YCbCrMatrix::Bt709,
            is_full_range: false,
            has_alpha: false,
        };
        let planes = [(format, 0, 0), (format, 1, 1), (format, 1, 1)];
        let layout = FrameLayout::new(128, 64, colour, &planes).expect("in range");
        let mut memory = vec![0; layout.bytes as usize];
        for (index, plane) in layout.planes.iter().enumerate() {
            for y in 0..plane.height_px {
                for x in 0..plane.width_px {
                    let half = usize::from(x >= plane.width_px / 2);
                    let at = plane.offset_bytes as usize + (y * plane.stride_bytes) as usize;
                    let bytes = levels[half][index].to_le_bytes();
                    let size = format.block_bytes() as usize;
                    let at = at + x as usize * size;
                    memory[at..at + size].copy_from_slice(&bytes[..size]);
                }
            }
        }
        (layout, memory)
    }

    #[test]
    fn colours_stay_what_they_are_at_every_depth() {
        for (format, bits, scale) in [(PlaneFormat::R8, 8, 1), (PlaneFormat::R16, 10, 4)] {
            let levels = [[63, 102, 240], [180, 140, 90]].map(|half| half.map(|c| c * scale));
            let (mut layout, memory) = halves(format, levels);
            layout.coding.bits = bits;
            let full = cpu::frame_to_rgba(&layout, &memory);
            let mut shrinker = Shrinker::new(&layout, [32, 16]).expect("in range");
            let small = shrinker.picture(&layout, &memory);
            assert_eq!(small.dimensions(), (32, 16));
            assert_eq!(small.get_pixel(2, 8), full.get_pixel(8, 32), "{format:?}");
            assert_eq!(
                small.get_pixel(29, 8),
                full.get_pixel(120, 32),
                "{format:?}"
            );
        }
    }

    #[test]
    fn blocks_are_decoded_before_they_are_made_smaller() {
        use crate::media::hap::HapVariant;
        use crate::media::hap::TextureKind;
        use crate::media::hap::encode::encode_texture;
        let layout = HapVariant::Hap.block_layout(256, 64).expect("in range");
        let texture = encode_texture(TextureKind::RgbBc1, 256, 64, |x, _| {
            let level = if x < 128 { 0.0 } else { 1.0 };
            [level, level, level, 1.0]
        });
        let plane = layout.planes[0];
        let mut memory = vec![0; layout.bytes as usize];
        let rows = memory.chunks_mut(plane.stride_bytes as usize);
        for (row, blocks) in rows.zip(texture.chunks(plane.row_bytes as usize)) {
            row[..blocks.len()].copy_from_slice(blocks);
        }
        let mut shrinker = Shrinker::new(&layout, [64, 16]).expect("in range");
        let small = shrinker.picture(&layout, &memory);
        assert_eq!(small.get_pixel(3, 3).0, [0, 0, 0, 255]);
        assert_eq!(small.get_pixel(60, 3).0, [255; 4]);
    }
}
