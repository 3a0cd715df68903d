//! The last step before a device: its rate, and what its clock is off.

use crate::audio::RATE_HZ;
use crate::audio::mix::Kernel;
use crate::media::StereoFrame;

/// Frames on both sides of one that its value is made from.
const REACH: usize = 26;

/// Frames that are kept.
const CAPACITY: usize = 16_384;

/// Frames of the mix in, frames of the device out.
#[derive(Clone, Debug)]
pub(super) struct Slewer {
    kernel: Kernel,
    frames: Vec<StereoFrame>,
    /// The place of the next frame among `frames`.
    place: f64,
    /// Frames of the mix for each of the device, unslewed.
    ratio: f64,
}

impl Slewer {
    pub(super) fn new(rate_hz: u32) -> Self {
        let mut frames = Vec::with_capacity(CAPACITY);
        frames.resize(REACH, [0.0; 2]);
        Self {
            kernel: Kernel::new(),
            frames,
            place: REACH as f64,
            ratio: f64::from(RATE_HZ) / f64::from(rate_hz),
        }
    }

    /// Frames of the mix from the place of the next frame to the end of what came in: what goes in now is heard so much
    /// later.
    pub(super) fn waiting(&self) -> f64 {
        self.frames.len() as f64 - self.place
    }

    /// True if the next frame can be made.
    fn is_ready(&self) -> bool {
        self.waiting() > self.reach() as f64
    }

    fn reach(&self) -> usize {
        (REACH as f64 * self.ratio.max(1.0)).ceil() as usize + 1
    }

    /// Fills `out`, played by a share of `slew` faster; `more` appends frames of the mix.
    pub(super) fn pull(
        &mut self,
        slew: f64,
        out: &mut [StereoFrame],
        mut more: impl FnMut(&mut Vec<StereoFrame>),
    ) {
        let step = self.ratio * (1.0 + slew);
        for place in out {
            while !self.is_ready() {
                self.make_room();
                more(&mut self.frames);
            }
            let whole = self.place as usize;
            // Between equal clocks nothing is changed.
            *place = if self.place == whole as f64 && step == 1.0 {
                self.frames[whole]
            } else {
                self.kernel.at(&self.frames, self.place, step)
            };
            self.place += step;
        }
    }

    /// Drops what is behind, where there is no room for more.
    fn make_room(&mut self) {
        if self.frames.len() + 1024 > CAPACITY {
            let behind = (self.place as usize).saturating_sub(self.reach());
            self.frames.copy_within(behind.., 0);
            self.frames.truncate(self.frames.len() - behind);
            self.place -= behind as f64;
        }
    }
}
