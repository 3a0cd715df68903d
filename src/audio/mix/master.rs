//! The master: the fader of all, the limiter and the meter.

use super::limiter::{LIMITER_LATENCY, Limiter};
use super::meter::{Levels, Meter};
use crate::media::StereoFrame;

/// Frames that the master is behind.
pub const MASTER_LATENCY: usize = LIMITER_LATENCY;

/// The most that the fader moves in a frame, as a share of full scale: 5 ms from silence to full.
const MOST_STEP: f32 = 1.0 / 240.0;

/// What all sound goes through at the end.
#[derive(Clone, Debug)]
pub struct Master {
    limiter: Limiter,
    gain: f32,
    meter: Meter,
}

impl Default for Master {
    fn default() -> Self {
        Self {
            limiter: Limiter::new(),
            gain: 1.0,
            meter: Meter::default(),
        }
    }
}

impl Master {
    /// Takes frames at a gain, and gives those of [`MASTER_LATENCY`] before.
    pub fn process(&mut self, gain: f32, frames: &mut [StereoFrame]) {
        for frame in &mut *frames {
            self.gain += (gain - self.gain).clamp(-MOST_STEP, MOST_STEP);
            *frame = self
                .limiter
                .push([frame[0] * self.gain, frame[1] * self.gain]);
        }
        self.meter.note(frames);
    }

    /// Levels since the last call.
    pub fn take_levels(&mut self) -> Levels {
        self.meter.take()
    }
}
