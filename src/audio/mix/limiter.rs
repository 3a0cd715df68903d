//! A limiter that sees peaks coming, those between samples too.
//!
//! ```text
//! frame ─► true peak (4 × oversampled) ─► gain that it needs ─► lowest of the next ones ─► slow release ─► mean ─┐
//!      └──────────────────────────── delay ───────────────────────────────────────────────────────────────────► × ─►
//! ```
//!
//! The mean is taken over as many frames as the lowest is looked for ahead, so that the gain is down in time. While
//! nothing is too loud the gain is exactly one, and frames pass as they are.

use crate::media::StereoFrame;

/// The loudest that comes out, as an amplitude: −1 dBTP.
pub const CEILING: f32 = 0.891_250_9;

/// What is aimed at: a little below, for what is between the places that are looked at, and what the changing gain adds.
const TARGET: f32 = 0.85;

/// Frames that it looks ahead: 2 ms.
const AHEAD: usize = 96;

/// Taps of the filter for each of its phases: four times as many as in ITU-R BS.1770-4, annex 2, which is up to 1.4 dB
/// short in noise of the whole band.
const TAPS: usize = 48;

/// Frames that a peak is known late, since the filter needs frames on both sides.
const PEAK_DELAY: usize = TAPS / 2;

/// Frames that it is behind.
pub(super) const LIMITER_LATENCY: usize = 2 * AHEAD + PEAK_DELAY;

/// Share of the way back to one that the gain goes in a frame: a tenth of a second for two thirds of it.
const RELEASE: f64 = 1.0 / 4800.0;

/// The parts of one in which gains are added up, so that the sum is exact however long it runs.
const UNITS: f32 = (1_u32 << 24) as f32;

/// A power of two with room for what is behind.
const RING: usize = 256;

/// Values between samples: a quarter, a half and three quarters on, and the sample itself.
const PHASES: usize = 4;

/// The limiter.
#[derive(Clone, Debug)]
pub(super) struct Limiter {
    filter: [[f32; TAPS]; PHASES],
    /// The amplitude of samples up to which nothing between them can be too loud.
    quiet: f32,
    /// Frames from now on whose filter sees a sample above that.
    loud_for: usize,
    frames: [StereoFrame; RING],
    /// Gains needed, and those after the release.
    needed: [f32; RING],
    released: [u32; RING],
    sum: u64,
    /// In 64 bits, so that the last of the way back is gone too.
    release: f64,
    count: usize,
}

impl Limiter {
    pub(super) fn new() -> Self {
        let filter = filter();
        let sums = filter.map(|taps| taps.iter().map(|tap| tap.abs()).sum());
        Self {
            filter,
            quiet: TARGET / sums.into_iter().fold(1.0, f32::max),
            loud_for: 0,
            frames: [[0.0; 2]; RING],
            needed: [1.0; RING],
            released: [UNITS as u32; RING],
            sum: AHEAD as u64 * UNITS as u64,
            release: 1.0,
            count: RING,
        }
    }

    /// Takes a frame, and gives the one of [`LIMITER_LATENCY`] before.
    pub(super) fn push(&mut self, frame: StereoFrame) -> StereoFrame {
        let at = self.count;
        self.count += 1;
        self.frames[at % RING] = frame;
        self.loud_for = if frame[0].abs().max(frame[1].abs()) > self.quiet {
            TAPS
        } else {
            self.loud_for.saturating_sub(1)
        };
        let peak = if self.loud_for > 0 {
            self.true_peak(at)
        } else {
            0.0
        };
        self.needed[at % RING] = if peak > TARGET { TARGET / peak } else { 1.0 };
        // The loud ones are rare: while there is none, there is nothing to look for.
        let window = (0..AHEAD).map(|back| self.needed[(at - back) % RING]);
        let lowest = f64::from(window.fold(1.0, f32::min));
        self.release = if lowest < self.release {
            lowest
        } else {
            (self.release + (1.0 - self.release) * RELEASE).min(lowest)
        };
        if self.release > 1.0 - 1e-6 && lowest == 1.0 {
            self.release = 1.0;
        }
        let new = (self.release * f64::from(UNITS)) as u32;
        let old = self.released[(at - AHEAD) % RING];
        self.sum = self.sum + u64::from(new) - u64::from(old);
        self.released[at % RING] = new;
        let gain = (self.sum as f64 / (AHEAD as f64 * f64::from(UNITS))) as f32;
        let delayed = self.frames[(at - LIMITER_LATENCY) % RING];
        [delayed[0] * gain, delayed[1] * gain]
    }

    /// The largest value at and between samples, half a filter ago.
    fn true_peak(&self, at: usize) -> f32 {
        let mut peak = 0.0_f32;
        for taps in &self.filter {
            let mut sum = [0.0_f32; 2];
            for (back, tap) in taps.iter().enumerate() {
                let frame = self.frames[(at - back) % RING];
                sum[0] += frame[0] * tap;
                sum[1] += frame[1] * tap;
            }
            peak = peak.max(sum[0].abs()).max(sum[1].abs());
        }
        peak
    }
}

/// Taps of each phase: a sinc in a raised cosine.
fn filter() -> [[f32; TAPS]; PHASES] {
    let middle = PEAK_DELAY as f64;
    std::array::from_fn(|phase| {
        std::array::from_fn(|tap| {
            let distance = tap as f64 - middle + phase as f64 / PHASES as f64;
            let angle = std::f64::consts::PI * distance;
            let sinc = if distance == 0.0 {
                1.0
            } else {
                angle.sin() / angle
            };
            let window = 0.5 + 0.5 * (angle / (middle + 0.5)).cos();
            (sinc * window) as f32
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::mix::Kernel;

    fn limited(sound: &[f32]) -> Vec<StereoFrame> {
        let mut limiter = Limiter::new();
        let frames = sound.iter().copied().chain([0.0; LIMITER_LATENCY]);
        let all: Vec<StereoFrame> = frames.map(|sample| limiter.push([sample; 2])).collect();
        all[LIMITER_LATENCY..].to_vec()
    }

    fn true_peak(frames: &[StereoFrame]) -> f32 {
        let kernel = Kernel::new();
        let places =
            (100..frames.len() - 100).flat_map(|place| (0..8).map(move |part| (place, part)));
        places
            .map(|(place, part)| {
                kernel.at(frames, place as f64 + f64::from(part) / 8.0, 1.0)[0].abs()
            })
            .fold(0.0, f32::max)
    }

    #[test]
    fn what_is_not_too_loud_passes_as_it_is() {
        let sound: Vec<f32> = (0..2000)
            .map(|place| (place as f32 * 0.05).sin() * 0.8)
            .collect();
        let expected: Vec<StereoFrame> = sound.iter().map(|sample| [*sample; 2]).collect();
        assert_eq!(limited(&sound), expected);
    }

    #[test]
    fn no_peak_passes_the_ceiling_between_samples_either() {
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        let noise: Vec<f32> = (0..4000)
            .map(|place| noise() * if place % 1000 < 300 { 3.0 } else { 0.3 })
            .collect();
        // A quarter of the rate at an eighth of a turn: its peaks lie between samples.
        let between: Vec<f32> = (0..4000)
            .map(|place| (std::f32::consts::FRAC_PI_2 * (place as f32 + 0.5)).sin() * 1.3)
            .collect();
        let loud: Vec<f32> = (0..4000)
            .map(|place| (place as f32 * 0.13).sin() * 4.0)
            .collect();
        for (what, sound, most) in [
            ("noise", noise, CEILING),
            ("between samples", between, CEILING),
            ("a loud sine", loud, CEILING),
        ] {
            let peak = true_peak(&limited(&sound));
            assert!(peak <= most, "{what}: {peak}");
            assert!(peak > 0.7, "{what} is not taken down further: {peak}");
        }
    }

    #[test]
    fn after_a_peak_all_is_as_before_in_the_end() {
        let mut sound = vec![0.1; 120_000];
        sound[1000] = 5.0;
        let out = limited(&sound);
        assert!(out[1000 + 200][0] < 0.05, "it was taken down");
        assert_eq!(out[119_999], [0.1; 2], "and is exact again");
    }
}
