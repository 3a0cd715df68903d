//! The pacer: from ticks that come when they can to the time that the picture of each stands for.

use crate::time::{FrameRate, Time};

/// Tolerance, in frames, between a tick and the time that it is taken for. More than a half, so that a display whose rate
/// is a hair off the canvas's skips or repeats one picture cleanly, instead of trembling about the boundary.
const TOLERANCE: f64 = 0.75;

/// Gives ticks that come a little early or late the times that they stand for, a whole number of frames apart.
#[derive(Clone, Copy, Debug)]
pub struct Pacer {
    last: Option<Tick>,
    interval: Time,
}

#[derive(Clone, Copy, Debug)]
struct Tick {
    /// Its time on the clock.
    real: Time,
    /// The time that it stood for.
    nominal: Time,
}

impl Pacer {
    /// A pacer for a canvas of this rate.
    pub fn new(rate: FrameRate) -> Self {
        Self {
            last: None,
            interval: rate.frame_duration(),
        }
    }

    /// Begins anew, as when playing starts.
    pub fn restart(&mut self) {
        self.last = None;
    }

    /// The time that the tick at `now` stands for. Never goes back.
    pub fn tick(&mut self, now: Time) -> Time {
        let nominal = self.last.map_or(now, |last| {
            let tolerance = self.interval.scaled(TOLERANCE);
            let since = now - last.real;
            if since < tolerance {
                // Quicker than the canvas: follow the clock as it is.
                return now.max(last.nominal);
            }
            let frames = (since.seconds() / self.interval.seconds()).round();
            let expected = last.nominal + self.interval.scaled(frames);
            if (now - expected).abs() <= tolerance {
                expected
            } else {
                now.max(last.nominal)
            }
        });
        self.last = Some(Tick { real: now, nominal });
        nominal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_millis(millis: f64) -> Time {
        Time::from_seconds_f64(millis / 1e3)
    }

    /// The pictures shown at ticks of `period` milliseconds with a jitter of up to `jitter`.
    fn pictures(period: f64, jitter: f64, count: usize) -> Vec<i64> {
        let rate = FrameRate::FPS_60;
        let mut pacer = Pacer::new(rate);
        let half = rate.frame_duration().scaled(0.5);
        (0..count)
            .map(|tick| {
                // A fixed pattern that looks like noise.
                let noise = ((tick * 7919) % 101) as f64 / 50.0 - 1.0;
                let now = at_millis(tick as f64 * period + 3.0 + noise * jitter);
                rate.frame_at(pacer.tick(now) - at_millis(3.0) + half)
            })
            .collect()
    }

    #[test]
    fn jitter_of_a_few_milliseconds_loses_no_picture() {
        let shown = pictures(1000.0 / 60.0, 2.0, 2000);
        assert!(shown.windows(2).all(|pair| pair[1] - pair[0] == 1));
    }

    #[test]
    fn a_display_slightly_too_slow_skips_once_and_cleanly() {
        let shown = pictures(1000.0 / 59.94, 2.0, 2000);
        let skips = shown
            .windows(2)
            .filter(|pair| pair[1] - pair[0] == 2)
            .count();
        let steps = shown
            .windows(2)
            .filter(|pair| pair[1] - pair[0] == 1)
            .count();
        assert_eq!(skips + steps, shown.len() - 1, "no repeats, no larger gaps");
        assert!(
            (1..=2).contains(&skips),
            "2000 ticks at 59.94 Hz last 2002 frames, the last of which may be yet to come: {skips}"
        );
    }

    #[test]
    fn a_tick_that_comes_far_too_late_shows_what_is_due_then() {
        let mut pacer = Pacer::new(FrameRate::FPS_60);
        pacer.tick(Time::ZERO);
        let late = pacer.tick(at_millis(100.0));
        assert!((late - at_millis(100.0)).abs() < at_millis(1.0));
    }
}
