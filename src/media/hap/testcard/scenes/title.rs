//! The program's name in strokes of light.

use std::f32::consts::{FRAC_PI_2, PI, TAU};

use super::canvas::{Canvas, lit, mix};

/// A straight stroke; letters are 1 high, x to the right, y down.
type Stroke = [[f32; 2]; 2];

/// Width of a letter.
const LETTER: f32 = 0.56;
/// From the left edge of a letter to that of the next.
const ADVANCE: f32 = 0.92;
/// Width of a stroke.
const STROKE: f32 = 0.085;
/// Height of the letters in shares of the picture's height.
const HEIGHT: f32 = 0.17;
/// Reach of the glow, in letter heights.
const GLOW: f32 = 0.34;

/// The name, lit by a gleam that passes along it.
pub(super) fn title([width, height]: [u32; 2], turn: f32) -> Canvas {
    let letters = [
        letter_s(),
        letter_e(),
        letter_x(),
        letter_t(),
        letter_e(),
        letter_t(),
    ];
    let size = HEIGHT * height as f32;
    let total = ADVANCE * (letters.len() - 1) as f32 + LETTER;
    let left = (width as f32 - total * size) / 2.0;
    let top = (height as f32 - size) / 2.0;
    let gleam = (turn * 1.6 - 0.3) * total;
    let mut canvas = Canvas::filled([width, height], [0.0; 4]);
    for (number, strokes) in letters.iter().enumerate() {
        let start = number as f32 * ADVANCE;
        let origin = [left + start * size, top];
        let margin = GLOW * size;
        canvas.add_within(
            [origin[0] - margin, origin[1] - margin],
            [
                origin[0] + LETTER * size + margin,
                origin[1] + size + margin,
            ],
            |x, y| {
                let place = [(x - origin[0]) / size, (y - origin[1]) / size];
                let nearest = strokes.iter().map(|stroke| distance(place, stroke));
                let outside = nearest.fold(f32::INFINITY, f32::min) - STROKE / 2.0;
                light_at(
                    outside,
                    size,
                    start + place[0] - gleam,
                    (start + place[0]) / total,
                    turn,
                )
            },
        );
    }
    canvas
}

/// Light at a distance outside the nearest stroke, in letter heights.
fn light_at(outside: f32, size_px: f32, from_gleam: f32, along: f32, turn: f32) -> [f32; 3] {
    if outside > GLOW {
        return [0.0; 3];
    }
    let core = (0.5 - outside * size_px).clamp(0.0, 1.0);
    let shine = (-from_gleam * from_gleam * 2.4).exp();
    let falloff = (1.0 - outside.max(0.0) / GLOW).powi(4);
    let breath = 0.85 + 0.15 * (TAU * turn).sin();
    let glow = (0.20 + 0.35 * shine) * breath * falloff * (1.0 - core);
    let tint = mix([0.20, 0.86, 0.74], [0.46, 0.56, 1.0], along.clamp(0.0, 1.0));
    let face = mix(mix([1.0; 3], tint, 0.30), [1.0; 3], shine);
    let (face, glow) = (lit(face, core * (0.90 + 0.10 * shine)), lit(tint, glow));
    std::array::from_fn(|i| (face[i] + glow[i]).min(1.0))
}

/// Distance of a point from a stroke's middle line.
fn distance([x, y]: [f32; 2], [[ax, ay], [bx, by]]: &Stroke) -> f32 {
    let (along_x, along_y) = (bx - ax, by - ay);
    let (to_x, to_y) = (x - ax, y - ay);
    let length = (along_x * along_x + along_y * along_y).max(f32::EPSILON);
    let share = ((to_x * along_x + to_y * along_y) / length).clamp(0.0, 1.0);
    (to_x - share * along_x).hypot(to_y - share * along_y)
}

fn letter_e() -> Vec<Stroke> {
    let (left, right) = (0.04, LETTER);
    vec![
        [[left, 0.0], [left, 1.0]],
        [[left, 0.0], [right, 0.0]],
        [[left, 0.5], [right - 0.08, 0.5]],
        [[left, 1.0], [right, 1.0]],
    ]
}

fn letter_x() -> Vec<Stroke> {
    vec![[[0.0, 0.0], [LETTER, 1.0]], [[LETTER, 0.0], [0.0, 1.0]]]
}

fn letter_t() -> Vec<Stroke> {
    let middle = LETTER / 2.0;
    vec![
        [[-0.03, 0.0], [LETTER + 0.03, 0.0]],
        [[middle, 0.0], [middle, 1.0]],
    ]
}

/// Two arcs of a quarter of the height: the upper open to the right, the lower to the left.
fn letter_s() -> Vec<Stroke> {
    const STEPS: usize = 14;
    let middle = LETTER / 2.0;
    let arc = |centre_y: f32, from: f32, to: f32| {
        (0..=STEPS).map(move |step| {
            let angle = from + (to - from) * step as f32 / STEPS as f32;
            [middle + 0.27 * angle.cos(), centre_y - 0.25 * angle.sin()]
        })
    };
    let upper = arc(0.25, 0.45, PI + FRAC_PI_2);
    let lower = arc(0.75, FRAC_PI_2, -PI + 0.45);
    let points: Vec<[f32; 2]> = upper.chain(lower).collect();
    points.windows(2).map(|pair| [pair[0], pair[1]]).collect()
}
