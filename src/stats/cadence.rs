//! Cadence of a layer: for how long each picture stayed on screen, against what its rate asks for.
//!
//! Where frames have unequal lengths it is held against their own time stamps, and the frames are counted that would have
//! been due had they all one length.

use crate::time::{FrameIndex, FrameRate, Time};

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
    current: Option<(CadencePicture, u32)>,
    /// True if the frame on screen came after the one before it in the file, false if before; none at the start. Where
    /// that changes, a loop begins anew or turns, which is no matter of cadence.
    is_forward: Option<bool>,
    /// Canvas frames for which each of the last frames stayed, newest first; and how far off that was, in milliseconds.
    runs: [(u32, f32); RUNS],
    count: usize,
}

/// A picture on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CadencePicture {
    /// The frame of its media file.
    pub frame: FrameIndex,
    /// The time of that frame in the file, where frames have unequal lengths.
    pub begin: Option<Time>,
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
    /// Notes what is on screen for one more canvas frame. Another rate or speed begins anew. Gives the error of the frame
    /// before, once it has gone.
    pub fn push(
        &mut self,
        picture: CadencePicture,
        media: FrameRate,
        canvas: FrameRate,
        speed: f64,
    ) -> Option<Time> {
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
        let Some((shown, ticks)) = self.current else {
            self.current = Some((picture, 1));
            return None;
        };
        if shown.frame == picture.frame {
            self.current = Some((picture, ticks + 1));
            return None;
        }
        let is_forward = picture.frame > shown.frame;
        let is_onward = self.is_forward.is_none_or(|before| before == is_forward);
        (self.current, self.is_forward) = (Some((picture, 1)), Some(is_forward));
        is_onward.then(|| self.finish(shown, picture, ticks, rates))
    }

    /// Notes that nothing was drawn on a canvas frame, so that what was there stayed.
    pub fn stay(&mut self) {
        if let Some((_, ticks)) = &mut self.current {
            *ticks += 1;
        }
    }

    /// The next frame may be any, and the one on screen stays for any length.
    pub fn interrupt(&mut self) {
        (self.current, self.is_forward) = (None, None);
    }

    fn finish(
        &mut self,
        shown: CadencePicture,
        next: CadencePicture,
        ticks: u32,
        rates: Rates,
    ) -> Time {
        let ratio = rates.media.fps() * rates.speed.abs() / rates.canvas.fps();
        let step = shown.frame.0.abs_diff(next.frame.0);
        let error_ms = if let Some((begin, end)) = shown.begin.zip(next.begin) {
            let stay = (end - begin).abs().seconds() / rates.speed.abs().max(1e-9);
            off(f64::from(ticks), stay * rates.canvas.fps()) * 1e3 / rates.canvas.fps()
        } else if ratio <= 1.0 {
            off(f64::from(ticks), 1.0 / ratio.max(1e-9)) * 1e3 / rates.canvas.fps()
        } else {
            let stayed_too_long = f64::from(ticks - 1) * 1e3 / rates.canvas.fps();
            stayed_too_long + off(step as f64 / f64::from(ticks), ratio) * 1e3 / rates.media.fps()
        };
        self.runs.rotate_right(1);
        self.runs[0] = (ticks, error_ms as f32);
        self.count = (self.count + 1).min(RUNS);
        Time::from_seconds_f64(error_ms / 1e3)
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

/// Counts the frames that would be due if each stretch of a file were read at one rate: of the frames that are passed
/// from one that is due to the next, as many as there are canvas frames between.
///
/// At a constant rate these are the frames that are due. Where stamps are uneven, several frames may fall between two
/// canvas frames, and none between others: then fewer are due.
#[derive(Clone, Copy, Debug, Default)]
pub struct EvenReading {
    /// Time for which a frame has been due.
    lasted: Time,
    /// As [`CadenceMeter`]'s.
    is_forward: Option<bool>,
}

impl EvenReading {
    /// Notes that time has passed.
    pub fn pass(&mut self, elapsed: Time) {
        self.lasted += elapsed;
    }

    /// Notes that another frame is due than before, where a canvas frame lasts `interval`. Gives the number of frames that
    /// would have become due since the one before did.
    pub fn step(&mut self, before: FrameIndex, due: FrameIndex, interval: Time) -> u64 {
        let is_forward = due > before;
        let is_onward = self.is_forward.replace(is_forward) == Some(is_forward);
        let lasted = std::mem::take(&mut self.lasted).seconds() / interval.seconds();
        let most = if is_onward { lasted.round() as u64 } else { 1 };
        before.0.abs_diff(due.0).min(most).max(1)
    }

    /// The next frame may be any.
    pub fn interrupt(&mut self) {
        *self = Self::default();
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

    fn picture(frame: u64, begin: Option<Time>) -> CadencePicture {
        CadencePicture {
            frame: FrameIndex(frame),
            begin,
        }
    }

    /// The meter after these frames were shown, one on each canvas frame.
    fn shown(media: u32, canvas: u32, frames: impl IntoIterator<Item = u64>) -> CadenceSnapshot {
        let mut meter = CadenceMeter::default();
        for frame in frames {
            meter.push(picture(frame, None), rate(media), rate(canvas), 1.0);
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

    #[test]
    fn a_loop_that_begins_anew_is_no_error() {
        for (media, frames) in [(60, 30), (100, 50), (25, 13)] {
            let shown = shown(
                media,
                60,
                (0..400).map(|tick| tick * u64::from(media) / 60 % frames),
            );
            assert!(shown.error_ms < 1e-3, "{media} on 60: {shown:?}");
        }
    }

    #[test]
    fn frames_of_unequal_lengths_are_held_against_their_own_time_stamps() {
        let begins: Vec<Time> = [0.0, 0.1, 0.11, 0.4, 0.7]
            .map(Time::from_seconds_f64)
            .into();
        let mut meter = CadenceMeter::default();
        let mut errors = Vec::new();
        let mut show = |frame: usize, ticks: usize| {
            for _ in 0..ticks {
                let picture = picture(frame as u64, Some(begins[frame]));
                errors.extend(meter.push(picture, rate(10), rate(60), 1.0));
            }
        };
        show(0, 6);
        // Frame 1 falls between two canvas frames.
        show(2, 18);
        show(3, 20);
        show(4, 1);
        let errors: Vec<f64> = errors.iter().map(|error| error.millis().round()).collect();
        assert_eq!(
            errors,
            [0.0, 0.0, 33.0],
            "the last stays two canvas frames too long"
        );
    }

    #[test]
    fn what_an_even_reading_would_show_is_what_is_due_at_a_constant_rate() {
        let interval = FrameRate::FPS_60.frame_duration();
        let even = |frames: &[u64]| -> u64 {
            let mut reading = EvenReading::default();
            let steps = frames.windows(2).map(|pair| {
                reading.pass(interval);
                let [before, due] = [pair[0], pair[1]].map(FrameIndex);
                if before == due {
                    0
                } else {
                    reading.step(before, due, interval)
                }
            });
            1 + steps.sum::<u64>()
        };
        for media in [24, 25, 50, 60, 100, 240] {
            let frames: Vec<u64> = (0..600).map(|tick| tick * media / 60 % 77).collect();
            let due = frames.chunk_by(|one, next| one == next).count() as u64;
            assert_eq!(even(&frames), due, "{media} on 60");
        }
        // Two frames at once, then none, as rounded stamps make of it.
        assert_eq!(even(&[0, 0, 2, 2, 4, 4, 6, 6]), 1 + 1 + 2 + 2);
        // Ticks that never came.
        let mut reading = EvenReading::default();
        for (before, due, ticks) in [(0, 1, 1.0), (1, 4, 3.0)] {
            reading.pass(interval.scaled(ticks));
            let even = reading.step(FrameIndex(before), FrameIndex(due), interval);
            assert_eq!(even, due - before);
        }
    }
}
