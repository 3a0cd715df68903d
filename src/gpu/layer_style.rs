//! A layer's style: its crop, colour adjustments, alpha and blend mode, as the shaders read them.

use crate::project::blend::BlendMode;
use crate::project::{AlphaMode, ColourAdjust, Crop, ToneMap};

/// Knee of the soft tone map, as a share of white.
const SOFT_KNEE: f32 = 0.6;

/// A layer's crop, colour and blending.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LayerStyle {
    /// Its blend mode.
    pub blend: BlendMode,
    /// Its crop.
    pub crop: Crop,
    /// Its colour adjustments.
    pub adjust: ColourAdjust,
    /// The meaning of its media's alpha.
    pub alpha: AlphaMode,
    /// Exposure of scene-linear media, in stops.
    pub exposure: f32,
    /// The tone map for light brighter than white.
    pub tone_map: ToneMap,
}

/// The way in which the GPU blends a layer with the canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Method {
    /// By a blend state, in the pass with its neighbours.
    State(State),
    /// By the shader, from a copy of the canvas below, in a pass of its own.
    Backdrop,
}

/// Blend modes that are sums of products of source and backdrop, which blend states compute.
///
/// Over an opaque backdrop `b`, of a source `s` already multiplied by its alpha `a`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// `s + b (1 − a)`
    Normal,
    /// `s b + b (1 − a)`
    Multiply,
    /// `s (1 − b) + b`
    Screen,
    /// `s + b`
    Add,
    /// `b − s`
    Subtract,
    /// `s + b`, and so for alpha, over a transparent target.
    Gather,
}

impl LayerStyle {
    /// The method of its blend mode.
    pub(super) fn method(&self) -> Method {
        match self.blend {
            BlendMode::Normal => Method::State(State::Normal),
            BlendMode::Multiply => Method::State(State::Multiply),
            BlendMode::Screen => Method::State(State::Screen),
            BlendMode::Add => Method::State(State::Add),
            BlendMode::Subtract => Method::State(State::Subtract),
            _ => Method::Backdrop,
        }
    }

    /// True if colour or alpha are changed.
    pub(super) fn has_settings(&self) -> bool {
        self.adjust != ColourAdjust::default() || self.alpha != AlphaMode::Straight
    }

    /// True if it is drawn as stored, source over.
    pub(super) fn is_plain(&self) -> bool {
        self.blend == BlendMode::Normal && !self.has_settings()
    }

    /// The part of a picture of this size that is left after cropping: left, top, right, bottom, in pixels; empty if
    /// right is not right of left or bottom not below top.
    pub(super) fn part_px(&self, picture_px: [u32; 2]) -> [f32; 4] {
        let [width, height] = picture_px.map(|side| side as f32);
        [
            width * self.crop.left,
            height * self.crop.top,
            width * (1.0 - self.crop.right),
            height * (1.0 - self.crop.bottom),
        ]
    }

    /// The shader's rows: the colour matrix, then the exponent of gamma, alpha and blend mode.
    pub(super) fn colour_rows(&self) -> [[f32; 4]; 4] {
        let [red, green, blue] = colour_matrix(&self.adjust);
        let alpha = match self.alpha {
            AlphaMode::Straight => 0.0,
            AlphaMode::Premultiplied => 1.0,
            AlphaMode::Ignored => 2.0,
        };
        let exponent = self.adjust.gamma.recip();
        [
            red,
            green,
            blue,
            [exponent, alpha, blend_number(self.blend), 0.0],
        ]
    }

    /// The shader's row for linear light.
    pub(super) fn light_row(&self) -> [f32; 4] {
        let knee = match self.tone_map {
            ToneMap::Clip => 1.0,
            ToneMap::Soft => SOFT_KNEE,
        };
        [self.exposure.exp2(), knee, 0.0, 0.0]
    }
}

/// The number of a mode in `blended` of `blend.wgsl`.
fn blend_number(mode: BlendMode) -> f32 {
    match mode {
        BlendMode::Overlay => 1.0,
        BlendMode::Darken => 2.0,
        BlendMode::Lighten => 3.0,
        BlendMode::ColourDodge => 4.0,
        BlendMode::ColourBurn => 5.0,
        BlendMode::HardLight => 6.0,
        BlendMode::SoftLight => 7.0,
        BlendMode::Difference => 8.0,
        BlendMode::Exclusion => 9.0,
        BlendMode::LinearBurn => 10.0,
        BlendMode::Hue => 11.0,
        BlendMode::Saturation => 12.0,
        BlendMode::Colour => 13.0,
        BlendMode::Luminosity => 14.0,
        // Mixed by a blend state.
        BlendMode::Normal
        | BlendMode::Multiply
        | BlendMode::Screen
        | BlendMode::Add
        | BlendMode::Subtract => 0.0,
    }
}

/// Brightness, contrast, saturation and hue as rows that give red, green and blue from (r, g, b, 1).
///
/// Saturation and hue are the matrices of W3C Filter Effects Level 1, §9.6 (`saturate` and `hueRotate`).
fn colour_matrix(adjust: &ColourAdjust) -> [[f32; 4]; 3] {
    const LUMA: [f32; 3] = [0.213, 0.715, 0.072];
    /// The factor of the sine of the angle in each entry.
    const TURN: [[f32; 3]; 3] = [
        [-0.213, -0.715, 0.928],
        [0.143, 0.140, -0.283],
        [-0.787, 0.715, 0.072],
    ];
    if *adjust == ColourAdjust::default() {
        return [
            [1.0, 0.0, 0.0, 0.0],
            [0.0, 1.0, 0.0, 0.0],
            [0.0, 0.0, 1.0, 0.0],
        ];
    }
    let (sin, cos) = adjust.hue_deg.to_radians().sin_cos();
    let unit = |row: usize, column: usize| if row == column { 1.0 } else { 0.0 };
    let saturate =
        |row, column| LUMA[column] + adjust.saturation * (unit(row, column) - LUMA[column]);
    let turn = |row: usize, column: usize| {
        LUMA[column] + cos * (unit(row, column) - LUMA[column]) + sin * TURN[row][column]
    };
    let offset = adjust.brightness * adjust.contrast + 0.5 - 0.5 * adjust.contrast;
    [0, 1, 2].map(|row| {
        let product = |column| {
            (0..3)
                .map(|middle| turn(row, middle) * saturate(middle, column))
                .sum::<f32>()
        };
        let entries = [product(0), product(1), product(2)];
        let [r, g, b] = entries.map(|entry| entry * adjust.contrast);
        [r, g, b, offset * entries.iter().sum::<f32>()]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(adjust: ColourAdjust, colour: [f32; 3]) -> [f32; 3] {
        let [r, g, b] = colour;
        colour_matrix(&adjust).map(|row| row[0] * r + row[1] * g + row[2] * b + row[3])
    }

    #[track_caller]
    fn assert_near(found: [f32; 3], expected: [f32; 3]) {
        for (found, expected) in found.into_iter().zip(expected) {
            assert!((found - expected).abs() < 2e-3, "{found} for {expected}");
        }
    }

    #[test]
    fn each_setting_does_its_own() {
        let neutral = ColourAdjust::default();
        let colour = [0.2, 0.4, 0.9];
        assert_eq!(changed(neutral, colour), colour);
        let brighter = ColourAdjust {
            brightness: 0.1,
            ..neutral
        };
        assert_near(changed(brighter, colour), [0.3, 0.5, 1.0]);
        let harder = ColourAdjust {
            contrast: 2.0,
            ..brighter
        };
        assert_near(changed(harder, colour), [0.1, 0.5, 1.5]);
        let grey = ColourAdjust {
            saturation: 0.0,
            ..neutral
        };
        let luma = 0.213 * 0.2 + 0.715 * 0.4 + 0.072 * 0.9;
        assert_near(changed(grey, colour), [luma; 3]);
    }

    #[test]
    fn a_whole_turn_of_hue_changes_nothing_and_greys_stay_grey() {
        let turned = |hue_deg, colour| {
            let adjust = ColourAdjust {
                hue_deg,
                ..ColourAdjust::default()
            };
            changed(adjust, colour)
        };
        assert_near(turned(360.0, [0.2, 0.4, 0.9]), [0.2, 0.4, 0.9]);
        assert_near(turned(77.0, [0.4; 3]), [0.4; 3]);
        // The matrix of the specification at 90 degrees, its first column.
        assert_near(turned(90.0, [1.0, 0.0, 0.0]), [0.0, 0.356, -0.574]);
    }

    #[test]
    fn modes_that_the_shader_mixes_have_numbers_of_their_own() {
        let mut numbers: Vec<_> = BlendMode::ALL
            .iter()
            .copied()
            .filter(|mode| {
                let style = LayerStyle {
                    blend: *mode,
                    ..LayerStyle::default()
                };
                style.method() == Method::Backdrop
            })
            .map(|mode| blend_number(mode) as u32)
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=14).collect::<Vec<_>>());
    }
}
