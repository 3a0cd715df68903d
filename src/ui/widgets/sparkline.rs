//! A small line of the last measurements.

use egui::{Color32, Painter, Rect, Shape, Stroke, pos2};

/// The appearance of a sparkline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sparkline {
    /// The rectangle that it fills.
    pub rect: Rect,
    /// The value at the top; higher ones are clamped to it.
    pub top: f32,
    /// Number of samples that fill the width; a shorter line ends at the right edge.
    pub capacity: usize,
    /// The line.
    pub stroke: Stroke,
}

/// The top of a scale that holds `most`: 1, 2 or 5 times a power of ten, and 1 at least, so that it changes seldom.
pub(crate) fn scale_top(most: f32) -> f32 {
    let mut top: f32 = 1.0;
    for factor in [2.0, 2.5, 2.0].into_iter().cycle().take(18) {
        if top >= most {
            break;
        }
        top *= factor;
    }
    top
}

/// Draws a line of samples, oldest first.
pub(crate) fn sparkline(
    painter: &Painter,
    samples: impl ExactSizeIterator<Item = f32>,
    plot: Sparkline,
) {
    let count = samples.len();
    if count < 2 || plot.stroke.color == Color32::TRANSPARENT {
        return;
    }
    let skipped = count.saturating_sub(plot.capacity);
    let step = plot.rect.width() / (plot.capacity.max(2) - 1) as f32;
    let points: Vec<_> = samples
        .enumerate()
        .skip(skipped)
        .map(|(index, sample)| {
            let share = (sample / plot.top.max(f32::EPSILON)).clamp(0.0, 1.0);
            pos2(
                plot.rect.right() - (count - 1 - index) as f32 * step,
                plot.rect.bottom() - share * plot.rect.height(),
            )
        })
        .collect();
    painter.add(Shape::line(points, plot.stroke));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_grow_in_round_steps() {
        for (most, top) in [
            (0.0, 1.0),
            (1.0, 1.0),
            (1.1, 2.0),
            (4.0, 5.0),
            (16.7, 20.0),
            (700.0, 1000.0),
            (f32::NAN, 1e6),
            (f32::INFINITY, 1e6),
        ] {
            assert!((scale_top(most) - top).abs() < top * 1e-5, "{most}");
        }
    }
}
