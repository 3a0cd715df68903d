//! From code values to those of the canvas by way of light: other primaries, linear light, high dynamic range.
//!
//! ```text
//! BT.1886, sRGB   R'G'B' ─► light ─► primaries to BT.709 (BT.2407) ─► held to 0..1 ─► the same curve
//! linear          light ─► primaries ─► held to 0..1 ─► sRGB transfer
//! PQ, HLG         R'G'B' ─► light in cd/m² (ST 2084, or ARIB STD-B67 with its OOTF)
//!                 ─► highlights rolled off (BT.2390, 5.4) ─► primaries ─► held to 0..1 ─► sRGB transfer
//! ```
//!
//! White of the canvas is 203 cd/m², where BT.2408 puts diffuse white. The shader `light.wgsl` does the same.

use crate::media::frame::{Primaries, SampleCoding, ToCanvas};

/// Luminance of the canvas's white, in cd/m² (ITU-R BT.2408, table 1).
const WHITE_NITS: f32 = 203.0;

/// The brightest that pictures are taken to be mastered for, in cd/m²: the display that BT.2408 assumes. What is
/// brighter becomes white.
const PEAK_NITS: f32 = 1000.0;

/// The system gamma of HLG on a display of 1000 cd/m² (ITU-R BT.2100, table 5).
const HLG_GAMMA: f32 = 1.2;

/// Weights of red, green and blue in the luminance of BT.2020.
const LUMINANCE: [f32; 3] = [0.2627, 0.6780, 0.0593];

/// The exponent of displays of standard range (ITU-R BT.1886, annex 1).
const GAMMA: f32 = 2.4;

/// Gamma-encoded colour of the canvas from R'G'B' as `coding` says; within 0..1 unless it is shown as it is.
pub(super) fn shown(rgb: [f32; 3], coding: &SampleCoding) -> [f32; 3] {
    let primaries = coding.primaries;
    match coding.to_canvas() {
        ToCanvas::AsItIs => rgb,
        ToCanvas::GamutOfSdr => {
            let light = rgb.map(|value| value.clamp(0.0, 1.0).powf(GAMMA));
            canvas_light(light, primaries).map(|light| light.clamp(0.0, 1.0).powf(1.0 / GAMMA))
        }
        ToCanvas::GamutOfSrgb => encoded(rgb.map(srgb_light), primaries),
        ToCanvas::Encoded => encoded(rgb, primaries),
        ToCanvas::FromPq => encoded(tone_mapped(rgb.map(pq_light)), primaries),
        ToCanvas::FromHlg => encoded(tone_mapped(hlg_light(rgb)), primaries),
    }
}

/// Linear light in the primaries of the canvas from R'G'B' as `coding` says, 1 being white: what [`encoded`] shows as
/// [`shown`] does, highlights beyond white kept.
pub(super) fn light_shown(rgb: [f32; 3], coding: &SampleCoding) -> [f32; 3] {
    let primaries = coding.primaries;
    match coding.to_canvas() {
        ToCanvas::AsItIs => rgb.map(srgb_light),
        ToCanvas::GamutOfSdr => shown(rgb, coding).map(srgb_light),
        ToCanvas::GamutOfSrgb => canvas_light(rgb.map(srgb_light), primaries),
        ToCanvas::Encoded => canvas_light(rgb, primaries),
        ToCanvas::FromPq => canvas_light(rgb.map(|value| pq_light(value) / WHITE_NITS), primaries),
        ToCanvas::FromHlg => canvas_light(hlg_light(rgb).map(|nits| nits / WHITE_NITS), primaries),
    }
}

/// Gamma-encoded colour of the canvas from light in these primaries, 1 being white.
pub(super) fn encoded(light: [f32; 3], primaries: Primaries) -> [f32; 3] {
    canvas_light(light, primaries).map(srgb_encoded)
}

/// Light in the primaries of the canvas.
pub(super) fn canvas_light(light: [f32; 3], primaries: Primaries) -> [f32; 3] {
    if primaries == Primaries::Bt709 {
        return light;
    }
    let [r, g, b] = light;
    primaries
        .canvas_rows()
        .map(|row| row[0] * r + row[1] * g + row[2] * b)
}

/// Light in 0..1, held to it, in the sRGB transfer function (IEC 61966-2-1).
fn srgb_encoded(linear: f32) -> f32 {
    let linear = linear.clamp(0.0, 1.0);
    if linear <= 0.003_130_8 {
        linear * 12.92
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    }
}

/// Light of an sRGB value, the inverse of [`srgb_encoded`].
fn srgb_light(value: f32) -> f32 {
    let value = value.clamp(0.0, 1.0);
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

/// Light in cd/m² of a PQ value (SMPTE ST 2084, 5.1).
fn pq_light(value: f32) -> f32 {
    let root = value.clamp(0.0, 1.0).powf(32.0 / 2523.0);
    let ratio = (root - 0.835_937_5).max(0.0) / (18.851_562 - 18.6875 * root);
    10_000.0 * ratio.powf(8192.0 / 1305.0)
}

/// The PQ value of light in cd/m², the inverse of [`pq_light`].
fn pq_value(nits: f32) -> f32 {
    let light = (nits / 10_000.0).clamp(0.0, 1.0).powf(1305.0 / 8192.0);
    ((0.835_937_5 + 18.851_562 * light) / (1.0 + 18.6875 * light)).powf(2523.0 / 32.0)
}

/// Light of the scene, 0 to 1, of an HLG value: the inverse of the OETF (ITU-R BT.2100, table 5).
fn hlg_scene_light(value: f32) -> f32 {
    let value = value.clamp(0.0, 1.0);
    if value <= 0.5 {
        value * value / 3.0
    } else {
        (((value - 0.559_910_7) / 0.178_832_77).exp() + 0.284_668_92) / 12.0
    }
}

/// Light in cd/m² of HLG values on a display of [`PEAK_NITS`] (ITU-R BT.2100, table 5).
fn hlg_light(rgb: [f32; 3]) -> [f32; 3] {
    let scene = rgb.map(hlg_scene_light);
    let luminance: f32 = scene.iter().zip(LUMINANCE).map(|(c, w)| c * w).sum();
    let gain = PEAK_NITS * luminance.max(1e-6).powf(HLG_GAMMA - 1.0);
    scene.map(|channel| channel * gain)
}

/// Rolls highlights off so that [`PEAK_NITS`] become white, and leaves what is darker alone (ITU-R BT.2390, 5.4.1); by
/// the largest channel, so that hues stay. The result has white at 1.
fn tone_mapped(nits: [f32; 3]) -> [f32; 3] {
    let largest = nits.into_iter().fold(0.0, f32::max);
    let gain = rolled_off(largest.min(PEAK_NITS)) / largest.max(1e-4) / WHITE_NITS;
    nits.map(|channel| channel * gain)
}

fn rolled_off(nits: f32) -> f32 {
    let peak = pq_value(PEAK_NITS);
    let most = pq_value(WHITE_NITS) / peak;
    let knee = 1.5 * most - 0.5;
    let value = pq_value(nits) / peak;
    if value <= knee {
        return nits;
    }
    let t = (value - knee) / (1.0 - knee);
    let (t2, t3) = (t * t, t * t * t);
    let rolled = (2.0 * t3 - 3.0 * t2 + 1.0) * knee
        + (t3 - 2.0 * t2 + t) * (1.0 - knee)
        + (3.0 * t2 - 2.0 * t3) * most;
    pq_light(rolled * peak)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::frame::Transfer;

    fn coding(transfer: Transfer, primaries: Primaries) -> SampleCoding {
        SampleCoding {
            transfer,
            primaries,
            ..SampleCoding::default()
        }
    }

    #[track_caller]
    fn assert_codes(found: [f32; 3], expected: [f32; 3]) {
        for (found, expected) in found.into_iter().zip(expected) {
            let code = found.clamp(0.0, 1.0) * 255.0;
            assert!((code - expected).abs() < 1.0, "{code} for {expected}");
        }
    }

    #[test]
    fn standard_range_of_a_wide_gamut_is_converted_in_light() {
        let colour = [100.0, 180.0, 100.0].map(|code: f32| code / 255.0);
        // By ITU-R BT.2087, with the gamma of 2.4 and with that of sRGB, computed apart.
        let wide = coding(Transfer::Sdr, Primaries::Bt2020);
        assert_codes(shown(colour, &wide), [0.0, 187.3, 85.5]);
        let srgb = coding(Transfer::Srgb, Primaries::Bt2020);
        assert_codes(shown(colour, &srgb), [0.0, 187.9, 86.9]);
        for primaries in [Primaries::Bt709, Primaries::Bt2020, Primaries::P3] {
            let grey = shown([0.4; 3], &coding(Transfer::Sdr, primaries));
            assert_codes(grey, [102.0; 3]);
        }
        assert_eq!(
            shown(colour, &coding(Transfer::Srgb, Primaries::Bt709)),
            colour,
            "the canvas's own"
        );
    }

    #[test]
    fn linear_light_is_encoded() {
        let linear = coding(Transfer::Linear, Primaries::Bt709);
        assert_codes(shown([0.5, 0.0, 1.5], &linear), [187.5, 0.0, 255.0]);
    }

    #[test]
    fn pq_values_are_those_of_the_standard() {
        // ITU-R BT.2408, table 1: 203 cd/m² is 58 %, 1000 cd/m² 75 % of PQ.
        assert!((pq_value(203.0) - 0.58).abs() < 0.005);
        assert!((pq_light(0.7518) - 1000.0).abs() < 3.0);
        for nits in [0.1, 5.0, 100.0, 4000.0] {
            assert!(
                (pq_light(pq_value(nits)) / nits - 1.0).abs() < 1e-2,
                "{nits}"
            );
        }
    }

    #[test]
    fn hlg_diffuse_white_has_the_light_of_pq_diffuse_white() {
        // ITU-R BT.2408, table 1: 75 % of HLG is 203 cd/m² on a display of 1000 cd/m².
        let nits = 1000.0 * hlg_scene_light(0.75).powf(1.2);
        assert!((nits - 203.0).abs() < 3.0, "{nits}");
    }

    #[test]
    fn greys_stay_grey_rise_and_end_in_white() {
        let mut last = -1.0;
        for step in 0..=20_u8 {
            let pq = coding(Transfer::Pq, Primaries::Bt2020);
            let [r, g, b] = shown([pq_value(f32::from(step) * 50.0); 3], &pq);
            assert!((r - g).abs() < 2e-3 && (g - b).abs() < 2e-3, "grey");
            // Just under the peak the curve is level, to within the precision of the powers.
            assert!(g > last - 1e-3, "brighter light is not darker: {g}");
            last = g;
        }
        assert!(last > 0.995, "the peak is white: {last}");
        let dark = shown(
            [pq_value(20.0); 3],
            &coding(Transfer::Pq, Primaries::Bt2020),
        )[0];
        assert!((dark - srgb_encoded(20.0 / 203.0)).abs() < 5e-3, "{dark}");
    }
}
