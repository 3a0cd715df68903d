//! Colours of whole rows at a time, for the layouts that most files have: the same numbers as pixel by pixel, in loops that
//! compile to vectors.

use image::RgbaImage;

use super::colour::halving_step;
use crate::media::frame::{
    ColourModel, FrameLayout, Levels, Plane, PlaneFormat, ToCanvas, YCbCrMatrix,
};

/// The frame in `memory` as [`super::frame_to_rgba`] has it; `None` for layouts that are converted pixel by pixel, and for
/// memory that does not hold the whole frame.
pub(super) fn frame_to_rgba(layout: &FrameLayout, memory: &[u8]) -> Option<RgbaImage> {
    let is_whole = memory.len() as u64 >= layout.bytes;
    if !is_whole || layout.coding.to_canvas() != ToCanvas::AsItIs {
        return None;
    }
    match (layout.colour, layout.planes.as_slice()) {
        (ColourModel::Rgb { has_alpha }, [plane]) => interleaved(layout, *plane, memory, has_alpha),
        (ColourModel::YCbCr { matrix, .. }, _) => YCbCrRows::new(layout)?.picture(matrix, memory),
        _ => None,
    }
}

/// The bytes of a row of a plane.
fn row<'memory>(plane: &Plane, memory: &'memory [u8], y: u32) -> Option<&'memory [u8]> {
    let begin = plane.offset_bytes + u64::from(y) * u64::from(plane.stride_bytes);
    let begin = usize::try_from(begin).ok()?;
    memory.get(begin..begin + plane.row_bytes as usize)
}

fn interleaved(
    layout: &FrameLayout,
    plane: Plane,
    memory: &[u8],
    has_alpha: bool,
) -> Option<RgbaImage> {
    let is_swapped = match plane.format {
        PlaneFormat::Rgba8 => false,
        PlaneFormat::Bgra8 => true,
        _ => return None,
    };
    let mut image = RgbaImage::new(layout.width_px, layout.height_px);
    let lines = image.chunks_exact_mut(4 * layout.width_px as usize);
    for (y, line) in (0..).zip(lines) {
        let stored = row(&plane, memory, y)?;
        line.copy_from_slice(stored.get(..line.len())?);
        let (pixels, _) = line.as_chunks_mut::<4>();
        for pixel in pixels {
            if is_swapped {
                pixel.swap(0, 2);
            }
            if !has_alpha {
                pixel[3] = 255;
            }
        }
    }
    Some(image)
}

/// A row of chroma, and what it becomes at the width of luma.
#[derive(Default)]
struct ChromaRow {
    /// With one more sample at either end, the same as its neighbour.
    samples: Vec<f32>,
    wide: Vec<f32>,
}

/// Luma, chroma and alpha, row by row.
struct YCbCrRows<'layout> {
    layout: &'layout FrameLayout,
    luma: Plane,
    /// Plane and channel of Cb and of Cr.
    chroma: [(Plane, usize); 2],
    alpha: Option<Plane>,
    levels: Levels,
    /// Luma samples to one of chroma, across and down: 1 or 2.
    steps: [f32; 2],
}

impl<'layout> YCbCrRows<'layout> {
    /// The rows of a layout; `None` if it is none of YCbCr with plain numbers.
    fn new(layout: &'layout FrameLayout) -> Option<Self> {
        let ColourModel::YCbCr {
            is_full_range,
            has_alpha,
            ..
        } = layout.colour
        else {
            return None;
        };
        let planes = layout.planes.as_slice();
        let is_plain = |plane: &Plane| channels(plane.format).is_some();
        if !planes.iter().all(is_plain) {
            return None;
        }
        let (luma, chroma, rest) = match planes {
            [luma, both, rest @ ..] if channels(both.format) == Some(2) => {
                (*luma, [(*both, 0), (*both, 1)], rest)
            }
            [luma, cb, cr, rest @ ..] => (*luma, [(*cb, 0), (*cr, 0)], rest),
            _ => return None,
        };
        let alpha = if has_alpha {
            rest.last().copied()
        } else {
            None
        };
        let plane = chroma[0].0;
        let steps = [
            halving_step(layout.width_px, plane.width_px),
            halving_step(layout.height_px, plane.height_px),
        ];
        let is_known = steps.iter().all(|step| *step <= 2.0) && alpha.is_some() == has_alpha;
        is_known.then(|| Self {
            levels: layout.coding.levels(luma.format, is_full_range),
            layout,
            luma,
            chroma,
            alpha,
            steps,
        })
    }

    fn picture(&self, matrix: YCbCrMatrix, memory: &[u8]) -> Option<RgbaImage> {
        let (width_px, height_px) = (self.layout.width_px, self.layout.height_px);
        let width = width_px as usize;
        let mut image = RgbaImage::new(width_px, height_px);
        let mut luma = vec![0.0; width];
        let mut alpha = vec![1.0; width];
        let mut chroma = [ChromaRow::default(), ChromaRow::default()];
        let rows = matrix.rgb_rows().map(|row| row.map(|entry| entry as f32));
        let lines = image.chunks_exact_mut(4 * width);
        for (y, line) in (0..).zip(lines) {
            let levels = &self.levels;
            let whole = |gain: f64, offset: f64| [gain as f32, offset as f32];
            let stored = row(&self.luma, memory, y)?;
            let luma_levels = whole(levels.luma_gain, levels.luma_offset);
            load(self.luma.format, 0, stored, luma_levels, &mut luma);
            for (row, (plane, channel)) in chroma.iter_mut().zip(self.chroma) {
                self.load_chroma(row, plane, channel, memory, y)?;
                self.widen(row, width);
            }
            if let Some(plane) = &self.alpha {
                let stored = row(plane, memory, y)?;
                load(
                    plane.format,
                    0,
                    stored,
                    whole(levels.alpha_gain, 0.0),
                    &mut alpha,
                );
            }
            let [cb, cr] = &chroma;
            let (pixels, _) = line.as_chunks_mut::<4>();
            let samples = luma.iter().zip(&cb.wide).zip(&cr.wide).zip(&alpha);
            for (pixel, (((luma, cb), cr), alpha)) in pixels.iter_mut().zip(samples) {
                let [r, g, b] = rows.map(|row| row[0] * luma + row[1] * cb + row[2] * cr);
                *pixel = [r, g, b, *alpha].map(byte);
            }
        }
        Some(image)
    }

    /// Loads the chroma of luma's row `y`, filtered between the two rows that it lies between.
    fn load_chroma(
        &self,
        out: &mut ChromaRow,
        plane: Plane,
        channel: usize,
        memory: &[u8],
        y: u32,
    ) -> Option<()> {
        let levels = [self.levels.chroma_gain, self.levels.chroma_offset].map(|level| level as f32);
        let offset = self.layout.coding.siting.offset()[1];
        let at = position(y as f32, self.steps[1], offset).max(0.0);
        let (top, share) = (at.floor(), at.fract());
        let count = plane.width_px as usize;
        out.samples.resize(count + 2, 0.0);
        out.wide.resize(count, 0.0);
        let last = plane.height_px.saturating_sub(1);
        let upper = row(&plane, memory, (top as u32).min(last))?;
        load(
            plane.format,
            channel,
            upper,
            levels,
            &mut out.samples[1..=count],
        );
        if share > 0.0 {
            let lower = row(&plane, memory, (top as u32 + 1).min(last))?;
            load(plane.format, channel, lower, levels, &mut out.wide[..count]);
            for (upper, lower) in out.samples[1..=count].iter_mut().zip(&out.wide) {
                *upper += (lower - *upper) * share;
            }
        }
        out.samples[0] = out.samples[1];
        out.samples[count + 1] = out.samples[count];
        Some(())
    }

    /// Filters a row of chroma to the width of luma.
    fn widen(&self, row: &mut ChromaRow, width: usize) {
        let offset = self.layout.coding.siting.offset()[0];
        if self.steps[0] < 2.0 {
            let count = row.samples.len() - 2;
            row.wide.resize(width, 0.0);
            let known = count.min(width);
            row.wide[..known].copy_from_slice(&row.samples[1..=known]);
            return;
        }
        // Even and odd columns each lie at one place between their neighbours; the first sample is at index 1.
        let places = [0.0, 1.0].map(|x| {
            let at = position(x, 2.0, offset) + 1.0;
            (at.floor() as usize, at.fract())
        });
        let pairs = width.div_ceil(2);
        row.wide.resize(2 * pairs, 0.0);
        let (wide, _) = row.wide.as_chunks_mut::<2>();
        for (parity, (begin, share)) in places.into_iter().enumerate() {
            let left = &row.samples[begin..];
            let right = row.samples.get(begin + 1..).unwrap_or_default();
            let last = row.samples[row.samples.len() - 1];
            let right = right.iter().copied().chain([last]);
            for ((wide, left), right) in wide.iter_mut().zip(left).zip(right) {
                wide[parity] = left + (right - left) * share;
            }
        }
        row.wide.truncate(width);
    }
}

/// Channels of a plane of plain numbers.
const fn channels(format: PlaneFormat) -> Option<usize> {
    match format {
        PlaneFormat::R8 | PlaneFormat::R16 => Some(1),
        PlaneFormat::Rg8 | PlaneFormat::Rg16 => Some(2),
        _ => None,
    }
}

/// Place among chroma samples of a place among those of luma: chroma sample i lies in the middle of the luma samples i·step
/// to (i + 1)·step − 1, or to one side of that.
fn position(luma: f32, step: f32, offset: f32) -> f32 {
    (luma + 0.5 - offset * 0.5 * (step - 1.0)) / step - 0.5
}

/// Numbers of one channel of a row, times a gain and less an offset.
fn load(
    format: PlaneFormat,
    channel: usize,
    row: &[u8],
    [gain, offset]: [f32; 2],
    out: &mut [f32],
) {
    let narrow = |byte: u8| f32::from(byte) / 255.0 * gain - offset;
    let wide = |bytes: [u8; 2]| f32::from(u16::from_le_bytes(bytes)) / 65_535.0 * gain - offset;
    match format {
        PlaneFormat::R8 => {
            for (out, byte) in out.iter_mut().zip(row) {
                *out = narrow(*byte);
            }
        }
        PlaneFormat::Rg8 => {
            for (out, bytes) in out.iter_mut().zip(row.as_chunks::<2>().0) {
                *out = narrow(bytes[channel]);
            }
        }
        PlaneFormat::R16 => {
            for (out, bytes) in out.iter_mut().zip(row.as_chunks::<2>().0) {
                *out = wide(*bytes);
            }
        }
        PlaneFormat::Rg16 => {
            for (out, bytes) in out.iter_mut().zip(row.as_chunks::<4>().0) {
                *out = wide([bytes[2 * channel], bytes[2 * channel + 1]]);
            }
        }
        _ => {}
    }
}

fn byte(channel: f32) -> u8 {
    (channel.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}
