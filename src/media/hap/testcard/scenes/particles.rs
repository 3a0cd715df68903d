//! Scenes of many dots of light, each on a course of its own.

use std::f32::consts::TAU;

use super::canvas::{Canvas, lit, mix};
use crate::media::hap::testcard::random::Random;

/// Sparks that rise from below the picture, sway, flicker and go out.
pub(super) fn embers([width, height]: [u32; 2], turn: f32) -> Canvas {
    const COUNT: u64 = 150;
    let (w, h) = (width as f32, height as f32);
    let mut canvas = Canvas::filled([width, height], [0.0; 4]);
    for number in 0..COUNT {
        let mut random = Random::new(&[7, number]);
        let mut unit = || random.unit();
        let (column, offset, size, sway, flicker) = (unit(), unit(), unit(), unit(), unit());
        // Whole numbers of lives, waves and flickers in a loop, or there would be a seam.
        let lives = if unit() < 0.3 { 2.0 } else { 1.0 };
        let age = (turn * lives + offset).fract();
        let swing = (TAU * (turn * (1.0 + (sway * 2.0).floor()) + offset)).sin();
        let x = w * (column + 0.035 * swing * (0.3 + age) + 0.06 * age * (sway - 0.5));
        let y = h * (1.06 - 1.1 * age.powf(0.85 + 0.3 * size));
        let fade = (age * 9.0).min(1.0) * (1.0 - age).powf(1.3);
        let blink = 0.72 + 0.28 * (TAU * (turn * (5.0 + (flicker * 9.0).floor()) + flicker)).sin();
        let radius = h * (0.0019 + 0.0048 * size * size * size);
        let colour = mix([1.0, 0.78, 0.42], [1.0, 0.26, 0.10], age);
        spark(&mut canvas, [x, y], radius, colour, fade * blink);
    }
    canvas
}

/// A bright core with a glow around it.
fn spark(canvas: &mut Canvas, [x, y]: [f32; 2], radius: f32, colour: [f32; 3], light: f32) {
    let reach = radius * 7.0;
    canvas.add_within([x - reach, y - reach], [x + reach, y + reach], |px, py| {
        let distance = (px - x).hypot(py - y) / radius;
        let edge = (1.0 - distance / 7.0).max(0.0);
        let core = (-distance * distance).exp();
        let [r, g, b] = lit(colour, light * (1.2 * core + 0.42 * edge * edge * edge));
        let white = 0.5 * core * core * light;
        [r + white, g + white, b + white]
    });
}

/// Discs of light out of focus that drift and breathe.
pub(super) fn bokeh([width, height]: [u32; 2], turn: f32) -> Canvas {
    const COUNT: u64 = 34;
    let palette = [
        [0.98, 0.44, 0.30],
        [0.86, 0.20, 0.52],
        [0.30, 0.34, 0.95],
        [0.12, 0.72, 0.68],
        [1.0, 0.72, 0.36],
    ];
    let (w, h) = (width as f32, height as f32);
    let mut canvas = Canvas::filled([width, height], [0.0, 0.0, 0.0, 1.0]);
    for number in 0..COUNT {
        let mut random = Random::new(&[23, number]);
        let mut unit = || random.unit();
        let (column, row, depth, offset, hue) = (unit(), unit(), unit(), unit(), unit());
        let drift = TAU * (turn + offset);
        let x = w * (column * 1.1 - 0.05 + 0.04 * drift.sin());
        let y = h * (row * 1.1 - 0.05 + 0.06 * (drift + 1.1).cos());
        let radius = h * (0.025 + 0.135 * depth * depth);
        let breath = 0.55 + 0.45 * (TAU * (turn * (1.0 + (hue * 2.0).floor()) + hue)).sin();
        let light = breath * (0.98 - 0.45 * depth);
        let colour = palette[(number as usize) % palette.len()];
        disc(&mut canvas, [x, y], radius, colour, light);
    }
    canvas
}

/// An even disc with a brighter rim and a soft edge, as a lens makes of a distant lamp.
fn disc(canvas: &mut Canvas, [x, y]: [f32; 2], radius: f32, colour: [f32; 3], light: f32) {
    let softness = 0.10;
    let reach = radius * (1.0 + softness);
    canvas.add_within([x - reach, y - reach], [x + reach, y + reach], |px, py| {
        let distance = (px - x).hypot(py - y) / radius;
        let inside = ((1.0 + softness - distance) / (2.0 * softness)).clamp(0.0, 1.0);
        let rim = 0.62 + 0.38 * (distance * distance).min(1.0).powi(3);
        lit(colour, light * rim * inside * inside * (3.0 - 2.0 * inside))
    });
}
