//! Meters: the peak and the mean power of what passed.

use crate::media::StereoFrame;

/// Levels since they were read last; amplitudes of left and right, full scale 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Levels {
    /// The largest sample.
    pub peak: [f32; 2],
    /// The root of the mean square.
    pub rms: [f32; 2],
}

impl Levels {
    /// Takes newer levels; the larger peaks stay.
    pub fn hold(&mut self, newer: Self) {
        for side in 0..2 {
            self.peak[side] = self.peak[side].max(newer.peak[side]);
        }
        self.rms = newer.rms;
    }
}

/// What passed since it was read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Meter {
    peak: [f32; 2],
    squares: [f64; 2],
    count: u64,
}

impl Meter {
    pub(super) fn note(&mut self, frames: &[StereoFrame]) {
        for frame in frames {
            for (side, sample) in frame.iter().enumerate() {
                self.peak[side] = self.peak[side].max(sample.abs());
                self.squares[side] += f64::from(*sample).powi(2);
            }
        }
        self.count += frames.len() as u64;
    }

    pub(super) fn take(&mut self) -> Levels {
        let passed = std::mem::take(self);
        let mean = |side: usize| (passed.squares[side] / passed.count.max(1) as f64).sqrt() as f32;
        Levels {
            peak: passed.peak,
            rms: [mean(0), mean(1)],
        }
    }
}
