//! Cadence of a layer: for how long each picture stayed on screen, against what its rate asks for.

use crate::time::{FrameIndex, FrameRate};

/// Lengths of stay that are remembered.
const RUNS: usize = 32;

/// Lengths that are shown.
pub const SHOWN_RUNS: usize = 6;

/// Follows the frames shown on consecutive canvas frames.
///
/// If the media is the slower one, each of its frames should stay for one of two lengths next to each other (25 on
/// 60: two or three canvas frames); where it is the faster one, each canvas frame should pass over one of two numbers.
/// A larger deviation is the error.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CadenceMeter {
    rates: Option<Rates>,
    current: Option<(FrameIndex, u32)>,
    /// Canvas frames for which each of the last frames stayed, newest first; and how far off that was, in milliseconds.
    runs: [(u32, f32); RUNS],
    count: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Rates {
    media: FrameRate,
    canvas: FrameRate,
    speed: f64,
}

/// The reading of the meter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CadenceSnapshot {
    /// Frames of the media file per second.
    pub media: Option<FrameRate>,
    /// Canvas frames for which the last frames stayed, oldest first; zero where there is none yet.
    pub runs: [u32; SHOWN_RUNS],
    /// The largest error of the last frames, in milliseconds.
    pub error_ms: f32,
}

impl CadenceMeter {
    /// Notes what is on screen for one more canvas frame. Another rate or speed begins anew.
    pub fn push(&mut self, frame: FrameIndex, media: FrameRate, canvas: FrameRate, speed: f64) {
        let rates = Rates {
            media,
            canvas,
            speed,
        };
        if self.rates != Some(rates) {
            *self = Self {
                rates: Some(rates),
                ..Self::default()
            };
        }
        match self.current {
            Some((shown, ticks)) if shown == frame => self.current = Some((shown, ticks + 1)),
            Some((shown, ticks)) => {
                let step = shown.0.abs_diff(frame.0);
                self.finish(ticks, step, rates);
                self.current = Some((frame, 1));
            }
            None => self.current = Some((frame, 1)),
        }
    }

    /// Notes that nothing was drawn on a canvas frame, so that what was there stayed.
    pub fn stay(&mut self) {
        if let Some((_, ticks)) = &mut self.current {
            *ticks += 1;
        }
    }

    /// The next frame may be any, and the one on screen stays for any length.
    pub fn interrupt(&mut self) {
        self.current = None;
    }

    fn finish(&mut self, ticks: u32, step: u64, rates: Rates) {
        let ratio = rates.media.fps() * rates.speed.abs() / rates.canvas.fps();
        let error_ms = if ratio <= 1.0 {
            off(f64::from(ticks), 1.0 / ratio.max(1e-9)) * 1e3 / rates.canvas.fps()
        } else {
            let stayed_too_long = f64::from(ticks - 1) * 1e3 / rates.canvas.fps();
            stayed_too_long + off(step as f64 / f64::from(ticks), ratio) * 1e3 / rates.media.fps()
        };
        self.runs.rotate_right(1);
        self.runs[0] = (ticks, error_ms as f32);
        self.count = (self.count + 1).min(RUNS);
    }

    /// The reading; none before the first frame has gone.
    pub fn snapshot(&self) -> Option<CadenceSnapshot> {
        let known = self
            .runs
            .get(..self.count)
            .filter(|known| !known.is_empty())?;
        let mut runs = [0; SHOWN_RUNS];
        for (place, (ticks, _)) in runs.iter_mut().rev().zip(known) {
            *place = *ticks;
        }
        Some(CadenceSnapshot {
            media: self.rates.map(|rates| rates.media),
            runs,
            error_ms: known.iter().map(|run| run.1).fold(0.0, f32::max),
        })
    }
}

/// Distance of a number from the nearer of the whole numbers around the ideal, or from the ideal if that is one.
fn off(number: f64, ideal: f64) -> f64 {
    if (ideal - ideal.round()).abs() < 1e-6 {
        return (number - ideal.round()).abs();
    }
    (ideal.floor() - number).max(number - ideal.ceil()).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(fps: u32) -> FrameRate {
        FrameRate::new(fps, 1).expect("a rate")
    }

    /// The meter after these frames were shown, one on each canvas frame.
    fn shown(media: u32, canvas: u32, frames: impl IntoIterator<Item = u64>) -> CadenceSnapshot {
        let mut meter = CadenceMeter::default();
        for frame in frames {
            meter.push(FrameIndex(frame), rate(media), rate(canvas), 1.0);
        }
        meter.snapshot().expect("frames have gone")
    }

    #[test]
    fn the_steady_cadence_of_each_rate_has_no_error() {
        for (media, canvas) in [
            (25, 60),
            (24, 60),
            (30, 60),
            (60, 60),
            (50, 60),
            (60, 25),
            (60, 30),
        ] {
            let frames = (0..240).map(|tick| tick * u64::from(media) / u64::from(canvas));
            let seen = shown(media, canvas, frames);
            assert!(seen.error_ms < 1e-3, "{media} on {canvas}: {seen:?}");
        }
        let seen = shown(25, 60, (0..60).map(|tick| tick * 25 / 60));
        assert!(
            seen.runs.iter().all(|run| (2..=3).contains(run)),
            "{seen:?}"
        );
    }

    #[test]
    fn a_frame_that_stays_one_canvas_frame_too_long_is_that_much_off() {
        let late = (0..60).map(|tick| if tick == 30 { 29 } else { tick });
        let seen = shown(60, 60, late);
        assert!((seen.error_ms - 1000.0 / 60.0).abs() < 0.1, "{seen:?}");
        assert!(seen.error_ms < 20.0, "one frame, not two");
    }
}
