//! A track: one sound after the other, without clicks where one ends and another begins.
//!
//! Who writes to a track says where what is heard jumps. The track is a few milliseconds behind, so that it has seen both
//! sides of a jump before it gives either away. A jump that is as smooth as the sound around it is let alone: the seam of
//! a loop that was made to be one, or a recording that goes on in the next file. Any other is taken down to silence
//! over [`RAMP`] samples and up again over as many.

use crate::media::StereoFrame;

/// Samples in which a sound falls before a jump, and rises after it: 2.5 ms.
pub const RAMP: usize = 120;

/// Samples before a jump that it is held against.
const BEFORE: usize = 48;

/// Samples after a jump that it is held against.
const AFTER: usize = 16;

/// Samples that a track is behind.
pub const TRACK_LATENCY: usize = RAMP + AFTER;

/// Bend that a jump may have in any case: one of 70 dB below full scale is not heard.
const INAUDIBLE: f32 = 3e-4;

/// How much more a jump may bend than the sound around it.
const TOLERANCE: f32 = 1.5;

/// A power of two with room for what is behind.
const RING: usize = 256;

/// Jumps that may be waiting to be judged.
const MAX_JUMPS: usize = 8;

/// A track, at rest until something is written to it.
#[derive(Clone, Debug)]
pub(super) struct Track {
    ring: [StereoFrame; RING],
    /// Frames written so far.
    count: u64,
    /// Frames at which it jumps that are not judged yet.
    jumps: [u64; MAX_JUMPS],
    waiting: usize,
    /// The jump from which sound rises.
    rises_from: Option<u64>,
    /// Frames of silence written last, of as many as matter.
    silent: usize,
}

impl Default for Track {
    fn default() -> Self {
        Self {
            ring: [[0.0; 2]; RING],
            count: RING as u64,
            jumps: [0; MAX_JUMPS],
            waiting: 0,
            rises_from: None,
            silent: RING,
        }
    }
}

impl Track {
    /// True if nothing is in it.
    pub(super) fn is_at_rest(&self) -> bool {
        self.silent > TRACK_LATENCY && self.waiting == 0
    }

    /// Says that the frame written next does not follow from the one before.
    pub(super) fn jump(&mut self) {
        if self.waiting < MAX_JUMPS {
            self.jumps[self.waiting] = self.count;
            self.waiting += 1;
        }
    }

    /// Writes a frame, and gives the one written [`TRACK_LATENCY`] before.
    pub(super) fn push(&mut self, frame: StereoFrame) -> StereoFrame {
        let at = self.count;
        let rise = self.rise(at);
        *self.slot(at) = [frame[0] * rise, frame[1] * rise];
        self.silent = if frame == [0.0; 2] {
            self.silent.saturating_add(1)
        } else {
            0
        };
        self.count += 1;
        if self.waiting > 0 && self.jumps[0] + AFTER as u64 == self.count {
            let jump = self.jumps[0];
            self.jumps.copy_within(1.., 0);
            self.waiting -= 1;
            if !self.is_smooth(jump) {
                self.ramp(jump);
            }
        }
        self.get(at - TRACK_LATENCY as u64)
    }

    fn slot(&mut self, at: u64) -> &mut StereoFrame {
        &mut self.ring[at as usize % RING]
    }

    fn get(&self, at: u64) -> StereoFrame {
        self.ring[at as usize % RING]
    }

    fn rise(&mut self, at: u64) -> f32 {
        match self.rises_from {
            Some(from) if at < from + RAMP as u64 => share((at - from) as usize),
            Some(_) => {
                self.rises_from = None;
                1.0
            }
            None => 1.0,
        }
    }

    /// The bend at a frame: how far it is off the line through its neighbours.
    fn bend(&self, at: u64) -> f32 {
        let (before, here, after) = (self.get(at - 1), self.get(at), self.get(at + 1));
        let side = |side: usize| (before[side] - 2.0 * here[side] + after[side]).abs();
        side(0).max(side(1))
    }

    /// True if the jump to this frame bends no more than what is around it.
    fn is_smooth(&self, jump: u64) -> bool {
        let most =
            |from: u64, until: u64| (from..until).map(|at| self.bend(at)).fold(0.0, f32::max);
        let across = self.bend(jump - 1).max(self.bend(jump));
        let before = most(jump - BEFORE as u64, jump - 1);
        let after = most(jump + 1, jump + AFTER as u64 - 1);
        across <= before.min(after) * TOLERANCE + INAUDIBLE
    }

    /// Has the sound fall before a jump, and rise after it.
    fn ramp(&mut self, jump: u64) {
        for distance in 0..RAMP {
            let gain = share(distance);
            let slot = self.slot(jump - 1 - distance as u64);
            *slot = [slot[0] * gain, slot[1] * gain];
        }
        for distance in 0..AFTER {
            let gain = share(distance);
            let slot = self.slot(jump + distance as u64);
            *slot = [slot[0] * gain, slot[1] * gain];
        }
        self.rises_from = Some(jump);
    }
}

/// Gain of a ramp at so many samples from the jump.
fn share(distance: usize) -> f32 {
    (distance as f32 + 0.5) / RAMP as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes out of a track for this sound, which jumps at these places.
    fn through(sound: &[f32], jumps: &[usize]) -> Vec<f32> {
        let mut track = Track::default();
        let frames = sound.iter().copied().chain([0.0; TRACK_LATENCY]);
        let all: Vec<f32> = frames
            .enumerate()
            .map(|(place, sample)| {
                if jumps.contains(&place) {
                    track.jump();
                }
                track.push([sample; 2])[0]
            })
            .collect();
        all[TRACK_LATENCY..].to_vec()
    }

    fn sine(period: f32, phase: f32, count: usize) -> Vec<f32> {
        let turn = std::f32::consts::TAU;
        (0..count)
            .map(|place| (turn * (place as f32 / period + phase)).sin())
            .collect()
    }

    #[test]
    fn a_seam_that_fits_is_let_alone_at_any_phase_and_frequency() {
        for period in [2.5, 4.0, 48.0, 480.0, 4800.0] {
            for phase in [0.0, 0.1, 0.25, 0.4, 0.5, 0.8] {
                let sound = sine(period, phase, 1000);
                let out = through(&sound, &[500]);
                assert_eq!(out, sound, "period {period}, phase {phase}");
            }
        }
    }

    #[test]
    fn a_seam_that_does_not_fit_falls_and_rises_and_nothing_else_changes() {
        let sound = [sine(48.0, 0.0, 500), sine(48.0, 0.5, 500)].concat();
        let jumped = [sine(48.0, 0.0, 512), sine(48.0, 0.2, 488)].concat();
        assert_eq!(through(&sound, &[]), sound, "nothing was said of it");
        let out = through(&jumped, &[512]);
        assert_eq!(out[..512 - RAMP], jumped[..512 - RAMP]);
        assert_eq!(out[512 + RAMP..], jumped[512 + RAMP..]);
        let steps = |sound: &[f32]| {
            sound
                .windows(2)
                .map(|pair| (pair[1] - pair[0]).abs())
                .fold(0.0, f32::max)
        };
        assert!(steps(&jumped) > 0.5, "it jumps");
        assert!(steps(&out) < 0.15, "no longer: {}", steps(&out));
    }

    #[test]
    fn a_sound_that_ends_or_begins_in_the_middle_is_ramped() {
        let sound = [vec![0.0; 300], vec![0.8; 300], vec![0.0; 300]].concat();
        let out = through(&sound, &[300, 600]);
        assert!(out.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.02));
        assert_eq!(out[450], 0.8);
        assert_eq!((out[299], out[600]), (0.0, 0.0));
    }
}
