//! Scenes that are a function of each pixel.

use std::f32::consts::{PI, TAU};

use super::canvas::{Canvas, lit, mix, smoothstep};

const INK: [f32; 3] = [0.015, 0.025, 0.06];
const PLUM: [f32; 3] = [0.56, 0.08, 0.36];
const TEAL: [f32; 3] = [0.02, 0.50, 0.50];
const BLUE: [f32; 3] = [0.20, 0.42, 1.0];
const MINT: [f32; 3] = [0.22, 0.95, 0.78];
const AMBER: [f32; 3] = [1.0, 0.70, 0.28];

/// Pixels between two samples of a soft picture along each side: it has nothing finer.
const SOFT_STEP_PX: usize = 8;

/// Veils of colour: two waves across a plane that waves bend twice (domain warping, after Quilez).
pub(super) fn aurora([width, height]: [u32; 2], turn: f32) -> Canvas {
    let phase = TAU * turn;
    let scale = 1.0 / height.max(1) as f32;
    let colour = |x: f32, y: f32| {
        let (u, v) = (x * scale * 1.25, y * scale * 1.25);
        let (a, b) = (
            u + 0.42 * (1.9 * v + phase + 1.3).sin(),
            v + 0.36 * (1.6 * u - phase).cos(),
        );
        let (c, d) = (
            a + 0.30 * (2.7 * b + phase).sin() + 0.12 * (5.1 * b - 2.0 * phase).sin(),
            b + 0.26 * (2.3 * a - phase + 0.7).sin(),
        );
        let plum = wave(2.1 * c + 0.8 * d + 0.4).powi(3);
        let teal = wave(1.9 * d - 1.5 * c + 2.6).powi(3);
        let fold = wave(6.0 * c + 3.0 * d + phase).powi(6);
        let (x, y) = (x / width.max(1) as f32 - 0.5, y * scale - 0.5);
        let vignette = 1.0 - 1.1 * (x * x + y * y);
        let light = |i: usize| {
            INK[i]
                + PLUM[i] * plum
                + TEAL[i] * teal
                + 0.22 * fold * (PLUM[i] * plum + TEAL[i] * teal + BLUE[i] * 0.2)
        };
        std::array::from_fn::<f32, 3, _>(|i| (light(i) * vignette).clamp(0.0, 1.0))
    };
    soft([width, height], colour)
}

/// An opaque picture without fine detail: sampled sparsely and filled in between.
fn soft([width, height]: [u32; 2], colour: impl Fn(f32, f32) -> [f32; 3]) -> Canvas {
    let columns = width as usize / SOFT_STEP_PX + 2;
    let rows = height as usize / SOFT_STEP_PX + 2;
    let step = SOFT_STEP_PX as f32;
    let samples: Vec<[f32; 3]> = (0..rows * columns)
        .map(|i| colour((i % columns) as f32 * step, (i / columns) as f32 * step))
        .collect();
    let mut canvas = Canvas::filled([width, height], [0.0, 0.0, 0.0, 1.0]);
    canvas.fill_with(|x, y| {
        let (left, top) = (x / SOFT_STEP_PX, y / SOFT_STEP_PX);
        let (right_share, down_share) = (
            (x % SOFT_STEP_PX) as f32 / step,
            (y % SOFT_STEP_PX) as f32 / step,
        );
        let row = |row: usize| {
            let at = row * columns + left;
            mix(samples[at], samples[at + 1], right_share)
        };
        let [r, g, b] = mix(row(top), row(top + 1), down_share);
        [r, g, b, 1.0]
    });
    canvas
}

/// From 0 to 1 and back along an angle.
fn wave(angle: f32) -> f32 {
    0.5 + 0.5 * angle.sin()
}

/// Lines of light: the level lines of a slope that two waves bend, with pulses that run along them.
pub(super) fn ribbons([width, height]: [u32; 2], turn: f32) -> Canvas {
    const LINES: f32 = 15.0;
    let phase = TAU * turn;
    let scale = 1.0 / height.max(1) as f32;
    // Everything with a sine in it depends on the column alone, or on the column and a line.
    let bends: Vec<[f32; 4]> = (0..width)
        .map(|x| {
            let u = (x as f32 + 0.5) * scale;
            let (slow, fast) = (1.9 * u + phase, 3.3 * u - phase + 0.8);
            let spread = 1.0 + 0.75 * (1.3 * u - phase + 2.0).sin();
            [
                0.13 * slow.sin() + 0.05 * fast.sin(),
                spread,
                u,
                1.9 * 0.13 * slow.cos() + 3.3 * 0.05 * fast.cos(),
            ]
        })
        .collect();
    let mut canvas = Canvas::filled([width, height], [0.0, 0.0, 0.0, 1.0]);
    canvas.fill_with(|x, y| {
        let [bend, spread, u, slope] = bends[x];
        let v = (y as f32 + 0.5) * scale - 0.5 - bend;
        let steepness = LINES * 2.2 / spread;
        let level = v * steepness;
        if level.abs() > LINES * 0.5 + 1.0 {
            return [0.0, 0.0, 0.0, 1.0];
        }
        let line = level.round().clamp(-LINES * 0.5 + 0.5, LINES * 0.5 - 0.5);
        let from_middle = line / (LINES * 0.5);
        let off_line = (level - line).abs() / steepness;
        // Across the line, not straight up; in pixels of a picture 1080 high, so that every size looks alike.
        let distance = off_line / (1.0 + slope * slope).sqrt() * 1080.0;
        let core = (1.0 - distance * 0.55).max(0.0);
        let glow = 0.30 * (-distance * 0.13).exp();
        let pulse =
            wave(2.6 * u - phase * if (line as i32) % 2 == 0 { 1.0 } else { 2.0 } + line * 1.7);
        let strength = (1.0 - from_middle * from_middle) * (0.26 + 0.74 * pulse * pulse);
        let light = (core * core + glow) * strength;
        if light < 0.004 {
            return [0.0, 0.0, 0.0, 1.0];
        }
        let [r, g, b] = lit(mix(MINT, BLUE, 0.5 + 0.5 * from_middle), light);
        let white = core * core * strength * 0.45 * pulse;
        [r + white, g + white, b + white, 1.0].map(|c| c.min(1.0))
    });
    canvas
}

/// An arc of the rings: its radius and width in shares of the height, its span and turns per loop.
struct Arc {
    radius: f32,
    width: f32,
    span: f32,
    turns: f32,
    start: f32,
    colour: [f32; 3],
}

/// Arcs that turn about the middle, and a scale of ticks.
pub(super) fn rings([width, height]: [u32; 2], turn: f32) -> Canvas {
    let arc = |radius, width, span, turns, start, colour| Arc {
        radius,
        width,
        span,
        turns,
        start,
        colour,
    };
    let arcs = [
        arc(0.430, 0.0030, 1.0, 0.0, 0.0, lit(MINT, 0.35)),
        arc(0.430, 0.0090, 0.16, 1.0, 0.00, MINT),
        arc(0.430, 0.0090, 0.05, 1.0, 0.52, MINT),
        arc(0.395, 0.0045, 0.30, -1.0, 0.20, BLUE),
        arc(0.395, 0.0045, 0.22, -1.0, 0.70, BLUE),
        arc(0.340, 0.0160, 0.09, 2.0, 0.10, AMBER),
        arc(0.340, 0.0030, 0.55, 2.0, 0.20, lit(AMBER, 0.7)),
        arc(0.290, 0.0060, 0.40, -1.0, 0.40, MINT),
    ];
    let size = height.max(1) as f32;
    let (middle_x, middle_y) = (width as f32 / 2.0, size / 2.0);
    let mut canvas = Canvas::filled([width, height], [0.0; 4]);
    let reach = 0.49 * size;
    canvas.add_within(
        [middle_x - reach, middle_y - reach],
        [middle_x + reach, middle_y + reach],
        |x, y| {
            let (dx, dy) = ((x - middle_x) / size, (y - middle_y) / size);
            let radius = dx.hypot(dy);
            if !(0.27..0.47).contains(&radius) {
                return [0.0; 3];
            }
            let angle = dy.atan2(dx) / TAU;
            let mut light = ticks(radius, angle, turn, size);
            for arc in &arcs {
                let share = arc.coverage(radius, angle, turn, size);
                for (channel, colour) in light.iter_mut().zip(arc.colour) {
                    *channel += colour * share;
                }
            }
            light.map(|channel| channel.min(1.0))
        },
    );
    canvas
}

impl Arc {
    /// Share of a pixel that it covers, with a faint glow around it. Angles are in turns, lengths in shares of the height.
    fn coverage(&self, radius: f32, angle: f32, turn: f32, size_px: f32) -> f32 {
        let across_px = ((radius - self.radius).abs() - self.width / 2.0) * size_px;
        if across_px > 16.0 {
            return 0.0;
        }
        let along = (angle - self.start - self.turns * turn).rem_euclid(1.0);
        // How far beyond either end, in pixels; a full ring has none.
        let beyond = if self.span >= 1.0 || along <= self.span {
            0.0
        } else {
            (along - self.span).min(1.0 - along) * TAU * radius * size_px
        };
        let outside_px = across_px.max(0.0).hypot(beyond);
        let edge = (0.5 - across_px.max(beyond)).clamp(0.0, 1.0);
        edge + 0.16 * (1.0 - edge) * (-outside_px * 0.28).exp()
    }
}

/// A scale of 120 short ticks that turns slowly.
fn ticks(radius: f32, angle: f32, turn: f32, size_px: f32) -> [f32; 3] {
    let place = (angle + turn * 5.0 / 120.0).rem_euclid(1.0) * 120.0;
    let number = place.round();
    let off_px = (place - number).abs() / 120.0 * TAU * radius * size_px;
    let is_long = (number as u32).is_multiple_of(5);
    let length = if is_long { 0.018 } else { 0.009 };
    let inside = smoothstep(0.0, 1.5 / size_px, radius - (0.462 - length))
        * smoothstep(0.0, 1.5 / size_px, 0.462 - radius);
    // A tick is as wide as 1.5 pixels of a picture 1080 high.
    let width_px = size_px * 1.5 / 1080.0;
    let share = (width_px * 0.5 + 0.5 - off_px).clamp(0.0, 1.0) * inside;
    // They light up where a sweep passes.
    let sweep = wave(TAU * (angle - turn) - PI / 2.0).powi(8);
    lit(MINT, share * (0.3 + 0.7 * sweep))
}
