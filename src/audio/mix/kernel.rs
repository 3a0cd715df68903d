//! Samples between samples: a sinc in a Kaiser window.

use crate::media::StereoFrame;

/// Samples to each side that a value between two depends on, at a step of one.
pub(crate) const HALF: usize = 24;

/// Values of the kernel that are kept for each sample of its length.
const STEPS: usize = 512;

/// Shape of the window: its side lobes lie 100 dB down (Kaiser 1974: β = 0.1102 (A − 8.7)).
const BETA: f64 = 10.06;

/// The kernel at equal distances from its middle outwards; between them it is taken as straight.
#[derive(Clone, Debug)]
pub(crate) struct Kernel {
    values: Vec<f32>,
}

impl Kernel {
    /// The kernel.
    pub(crate) fn new() -> Self {
        let value = |place: usize| {
            let distance = place as f64 / STEPS as f64;
            let share = distance / HALF as f64;
            let window = bessel(BETA * (1.0 - share * share).max(0.0).sqrt()) / bessel(BETA);
            let angle = std::f64::consts::PI * distance;
            let sinc = if place == 0 { 1.0 } else { angle.sin() / angle };
            (sinc * window) as f32
        };
        Self {
            values: (0..=HALF * STEPS + 1).map(value).collect(),
        }
    }

    /// Frames to each side of a place that [`Self::at`] looks at, at a step of so many frames.
    pub(crate) fn reach(step: f64) -> usize {
        (HALF as f64 * step.abs().max(1.0)).ceil() as usize + 1
    }

    /// The value of `frames` at `place`, which is counted in frames from the first. Where one goes on by a `step` of more than one
    /// frame, what would then fold down is left out. There must be [`Self::reach`] of frames on both sides.
    pub(crate) fn at(&self, frames: &[StereoFrame], place: f64, step: f64) -> StereoFrame {
        let narrow = 1.0 / step.abs().max(1.0);
        let half = HALF as f64 / narrow;
        let begin = (place - half).ceil().max(0.0) as usize;
        let end = ((place + half).floor().max(0.0) as usize + 1).min(frames.len());
        let mut sum = [0.0_f32; 2];
        for (index, frame) in frames.iter().enumerate().take(end).skip(begin) {
            let distance = ((index as f64 - place).abs() * narrow * STEPS as f64) as f32;
            let at = distance as usize;
            let (Some(one), Some(next)) = (self.values.get(at), self.values.get(at + 1)) else {
                continue;
            };
            let weight = one + (next - one) * (distance - at as f32);
            sum[0] += weight * frame[0];
            sum[1] += weight * frame[1];
        }
        let scale = narrow as f32;
        [sum[0] * scale, sum[1] * scale]
    }
}

/// The modified Bessel function of the first kind and order zero.
fn bessel(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..64 {
        term *= (x / 2.0 / f64::from(k)).powi(2);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sine_between_its_samples_is_where_it_belongs() {
        let kernel = Kernel::new();
        let frequency = std::f64::consts::TAU * 5000.0 / 48_000.0;
        let frames: Vec<StereoFrame> = (0..400)
            .map(|place| [(f64::from(place) * frequency).sin() as f32; 2])
            .collect();
        for step in 0..500 {
            let place = 100.0 + f64::from(step) * 0.137;
            let off = f64::from(kernel.at(&frames, place, 1.0)[0]) - (place * frequency).sin();
            assert!(off.abs() < 3e-5, "{off} off at {place}");
        }
    }

    #[test]
    fn what_would_fold_down_is_left_out() {
        let kernel = Kernel::new();
        let sine = |frequency: f64| -> Vec<StereoFrame> {
            let angle = std::f64::consts::TAU * frequency / 48_000.0;
            (0..1000)
                .map(|place| [(f64::from(place) * angle).sin() as f32; 2])
                .collect()
        };
        let loudest = |frames: &[StereoFrame]| {
            (0..100)
                .map(|at| kernel.at(frames, 300.0 + f64::from(at) * 4.0, 4.0)[0].abs())
                .fold(0.0, f32::max)
        };
        assert!(loudest(&sine(12_000.0)) < 1e-4, "above half the new rate");
        assert!(loudest(&sine(1_000.0)) > 0.9, "below it");
    }
}
