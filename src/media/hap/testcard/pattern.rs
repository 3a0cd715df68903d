//! The moving picture around the grid: a gradient, a bar that sweeps across it, and lit shapes on their orbits.

use std::f32::consts::TAU;

use super::random::Random;

/// Number of shapes, the first of them the largest.
const SHAPES: usize = 3;

/// A frame's picture. Positions are in pixels, colours gamma-encoded in 0..1.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    height_px: f32,
    /// Colours that the gradient goes through, again and again.
    stops: [[f32; 3]; 4],
    /// Movement of the gradient, in stops.
    shift: f32,
    bar: Bar,
    shapes: [Shape; SHAPES],
    has_alpha: bool,
}

/// A bright bar from top to bottom.
#[derive(Clone, Copy, Debug)]
struct Bar {
    left_px: f32,
    right_px: f32,
}

/// Appearance of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Sphere,
    Ring,
    Diamond,
}

/// A lit shape.
#[derive(Clone, Copy, Debug)]
struct Shape {
    form: Form,
    centre_px: [f32; 2],
    radius_px: f32,
    colour: [f32; 3],
}

impl Pattern {
    /// The picture `seconds` from the start, in the colours of `seed`.
    pub fn new(width_px: u32, height_px: u32, has_alpha: bool, seed: u64, seconds: f32) -> Self {
        let (width, height) = (width_px as f32, height_px as f32);
        let mut random = Random::new(&[seed]);
        // The golden angle spreads the hues of neighbouring seeds; the first ones differ as much as any.
        let hue = (seed % 1024) as f32 * 0.381_966 + 0.55;
        let stops = [
            (0.0, 0.75, 0.20),
            (0.07, 0.70, 0.42),
            (0.16, 0.55, 0.66),
            (0.03, 0.80, 0.32),
        ]
        .map(|(turn, saturation, value)| colour_of_hue(hue + turn, saturation, value));
        let forms = [Form::Sphere, Form::Ring, Form::Diamond];
        let shapes = std::array::from_fn(|i| {
            let size = [0.24, 0.13, 0.09][i];
            let speed = 0.11 + 0.05 * random.unit() + 0.04 * i as f32;
            let phase = random.unit();
            let orbit = |turns: f32| (TAU * (seconds * turns + phase)).sin();
            Shape {
                form: forms[((seed % 3) as usize + i) % forms.len()],
                // Right of the middle and below it, where the grid is not.
                centre_px: [
                    width * (0.66 + 0.25 * orbit(speed)),
                    height * (0.62 + 0.22 * orbit(speed * 1.37 + 0.03)),
                ],
                radius_px: height.min(width) * size,
                colour: colour_of_hue(hue + 0.45 + 0.13 * i as f32, 0.62, 1.0),
            }
        });
        let bar_width = (width / 80.0).max(2.0);
        let left_px = (seconds * 0.25).fract() * (width + bar_width) - bar_width;
        Self {
            height_px: height,
            stops,
            shift: seconds * 0.12,
            bar: Bar {
                left_px,
                right_px: left_px + bar_width,
            },
            shapes,
            has_alpha,
        }
    }

    /// True if the block that begins at a pixel shows nothing but the gradient.
    pub fn is_plain(&self, left_px: u32, top_px: u32) -> bool {
        let (left, top) = (left_px as f32, top_px as f32);
        let is_beside_bar = left + 4.0 <= self.bar.left_px || left >= self.bar.right_px;
        is_beside_bar
            && self.shapes.iter().all(|shape| {
                let [x, y] = shape.centre_px;
                let (dx, dy) = (left + 2.0 - x, top + 2.0 - y);
                // The block's corners lie within 3 pixels of its middle.
                let reach = shape.radius_px + 3.0;
                dx * dx + dy * dy > reach * reach
            })
    }

    /// The gradient's texel in a row: red, green, blue and alpha.
    pub fn plain(&self, y: u32) -> [f32; 4] {
        let place = (y as f32 + 0.5) / self.height_px * 2.0 + self.shift;
        let stop = place.floor();
        let fraction = smooth(place - stop);
        let count = self.stops.len();
        let index = stop as usize % count;
        let [r, g, b] = mix(self.stops[index], self.stops[(index + 1) % count], fraction);
        [r, g, b, if self.has_alpha { 0.0 } else { 1.0 }]
    }

    /// The texel at a pixel: red, green, blue and alpha.
    pub fn texel(&self, x: u32, y: u32) -> [f32; 4] {
        let [r, g, b, mut alpha] = self.plain(y);
        let mut colour = [r, g, b];
        let (x, y) = (x as f32 + 0.5, y as f32 + 0.5);
        let covered = (x + 0.5).min(self.bar.right_px) - (x - 0.5).max(self.bar.left_px);
        if covered > 0.0 {
            let share = covered.min(1.0);
            colour = mix(colour, [1.0; 3], 0.45 * share);
            alpha = alpha.max(0.6 * share);
        }
        for shape in &self.shapes {
            if let Some((lit, coverage)) = shape.texel(x, y) {
                // With straight alpha the edge keeps the shape's own colour and only fades.
                let share = if self.has_alpha && alpha < coverage {
                    1.0
                } else {
                    coverage
                };
                colour = mix(colour, lit, share);
                alpha = alpha.max(coverage);
            }
        }
        let [r, g, b] = colour;
        [r, g, b, alpha]
    }
}

impl Shape {
    /// Its colour and how much of the pixel it covers; `None` outside.
    fn texel(&self, x: f32, y: f32) -> Option<([f32; 3], f32)> {
        let dx = (x - self.centre_px[0]) / self.radius_px;
        let dy = (y - self.centre_px[1]) / self.radius_px;
        let squared = dx * dx + dy * dy;
        if squared >= 1.0 {
            return None;
        }
        let from_centre = squared.sqrt();
        // How far inside the edge, 0 at it; and how much of the surface faces the viewer.
        let (inside, facing) = match self.form {
            Form::Sphere => (1.0 - from_centre, (1.0 - squared).sqrt()),
            Form::Ring => {
                let across = (from_centre - 0.72) / 0.28;
                (1.0 - across.abs(), (1.0 - across * across).max(0.0).sqrt())
            }
            Form::Diamond => {
                let reach = dx.abs() + dy.abs();
                (1.0 - reach, 0.55 + 0.45 * (dx - dy).signum() * dx.signum())
            }
        };
        if inside <= 0.0 {
            return None;
        }
        let light = (0.55 * facing - 0.45 * dx - 0.55 * dy).clamp(0.0, 1.0);
        let shaded = mix(
            self.colour.map(|channel| channel * 0.30),
            self.colour,
            smooth(light),
        );
        let highlight = (light - 0.8).max(0.0) * 4.0;
        Some((
            mix(shaded, [1.0; 3], highlight.min(0.85)),
            smooth((inside / 0.22).min(1.0)),
        ))
    }
}

fn mix(a: [f32; 3], b: [f32; 3], share: f32) -> [f32; 3] {
    std::array::from_fn(|i| a[i] + (b[i] - a[i]) * share)
}

/// From 0 to 1 without a corner at either end.
fn smooth(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

/// A colour of a hue in turns, 0 being red.
fn colour_of_hue(hue: f32, saturation: f32, value: f32) -> [f32; 3] {
    [0.0, 2.0 / 3.0, 1.0 / 3.0].map(|offset| {
        let distance = ((hue + offset).rem_euclid(1.0) * 6.0 - 3.0).abs() - 1.0;
        value * (1.0 - saturation * (1.0 - distance.clamp(0.0, 1.0)))
    })
}
