//! Durations in histograms: over a run, and over the last seconds.
//!
//! Recording is a few instructions and allocates nothing. Each histogram belongs to the thread that records into it, so
//! there is no lock: what workers measure travels to the drawing thread inside the frame that it is about.

use hdrhistogram::Histogram;

use crate::time::Time;

/// Longest duration recorded; longer ones are clamped to it.
const LONGEST_MICROS: u64 = 60_000_000;

/// Length of each of the two windows that make up the last seconds.
const HALF: Time = Time::from_seconds(5);

fn micros(duration: Time) -> u64 {
    u64::try_from(duration.nanos() / 1000).unwrap_or(0).max(1)
}

/// A histogram of durations from 1 µs to 60 s, to three digits.
#[derive(Clone, Debug)]
pub struct Durations(Histogram<u64>);

impl Default for Durations {
    fn default() -> Self {
        Self(Histogram::new_with_bounds(1, LONGEST_MICROS, 3).expect("constant bounds are valid"))
    }
}

impl Durations {
    /// Records one duration, held to the histogram's range.
    pub fn record(&mut self, duration: Time) {
        self.0.saturating_record(micros(duration));
    }

    /// Records what a duration is off by, which may be nothing.
    pub fn record_error(&mut self, error: Time) {
        if error > Time::ZERO {
            self.record(error);
        } else {
            self.0.saturating_record(0);
        }
    }

    /// Adds what another one recorded.
    pub fn add(&mut self, other: &Self) {
        if let Err(error) = self.0.add(&other.0) {
            tracing::error!(%error, "histograms of one kind could not be added");
        }
    }

    /// The given percentile (0 to 100) in milliseconds; 0 when nothing was recorded.
    pub fn percentile_ms(&self, percentile: f64) -> f64 {
        if self.0.is_empty() {
            0.0
        } else {
            self.0.value_at_percentile(percentile) as f64 / 1e3
        }
    }

    /// The longest in milliseconds; 0 when nothing was recorded.
    pub fn max_ms(&self) -> f64 {
        self.0.max() as f64 / 1e3
    }

    /// Number of durations recorded.
    pub fn count(&self) -> u64 {
        self.0.len()
    }
}

/// Durations of one kind over the run, and over the last five to ten seconds, these to two digits.
#[derive(Clone, Debug)]
pub struct Timings {
    run: Durations,
    /// The half being recorded into, and the one before.
    halves: [Histogram<u32>; 2],
    /// Both of them together, as of the last [`Self::refresh`].
    recent: Histogram<u32>,
    /// When the half being recorded into was begun.
    begun: Option<Time>,
}

impl Default for Timings {
    fn default() -> Self {
        let short =
            || Histogram::new_with_bounds(1, LONGEST_MICROS, 2).expect("constant bounds are valid");
        Self {
            run: Durations::default(),
            halves: [short(), short()],
            recent: short(),
            begun: None,
        }
    }
}

impl Timings {
    /// Records one duration.
    pub fn record(&mut self, duration: Time) {
        self.run.record(duration);
        self.halves[0].saturating_record(micros(duration));
    }

    /// Over the run.
    pub fn run(&self) -> &Durations {
        &self.run
    }

    /// The given percentile (0 to 100) over the run, in milliseconds; 0 when nothing was recorded.
    pub fn percentile_ms(&self, percentile: f64) -> f64 {
        self.run.percentile_ms(percentile)
    }

    /// The longest over the run in milliseconds.
    pub fn max_ms(&self) -> f64 {
        self.run.max_ms()
    }

    /// The given percentile over the last seconds in milliseconds, as of the last [`Self::refresh`].
    pub fn recent_ms(&self, percentile: f64) -> f64 {
        if self.recent.is_empty() {
            0.0
        } else {
            self.recent.value_at_percentile(percentile) as f64 / 1e3
        }
    }

    /// Brings the figures over the last seconds up to date. Called a few times a second.
    pub fn refresh(&mut self, now: Time) {
        if now - *self.begun.get_or_insert(now) >= HALF {
            self.halves.swap(0, 1);
            self.halves[0].reset();
            self.begun = Some(now);
        }
        self.recent.reset();
        for half in &self.halves {
            if let Err(error) = self.recent.add(half) {
                tracing::error!(%error, "histograms of one kind could not be added");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Clock;

    fn millis(millis: i64) -> Time {
        Time::from_nanos(millis * 1_000_000)
    }

    #[test]
    fn percentiles_are_in_milliseconds() {
        let mut durations = Durations::default();
        for count in 1..=100 {
            durations.record(millis(count));
        }
        assert!((durations.percentile_ms(50.0) - 50.0).abs() < 0.1, "median");
        assert!((durations.max_ms() - 100.0).abs() < 0.1, "longest");
    }

    #[test]
    fn the_last_seconds_forget_and_the_run_does_not() {
        let mut timings = Timings::default();
        timings.refresh(Time::ZERO);
        timings.record(millis(40));
        timings.refresh(Time::from_seconds(1));
        assert!((timings.recent_ms(99.0) - 40.0).abs() < 1.0);
        for second in 5..=20 {
            timings.record(millis(2));
            timings.refresh(Time::from_seconds(second));
        }
        assert!((timings.recent_ms(99.0) - 2.0).abs() < 0.1);
        assert!(
            (timings.percentile_ms(99.0) - 40.0).abs() < 1.0,
            "of seventeen"
        );
    }

    #[test]
    fn recording_costs_far_less_than_a_hundredth_of_a_core() {
        // Six layers at 60 a second record five durations for each frame, and figures are refreshed four times a second.
        let mut kinds: Vec<Timings> = (0..30).map(|_| Timings::default()).collect();
        let times = (0..5).map(|_| {
            let clock = Clock::system();
            for frame in 0..60 {
                for timings in &mut kinds {
                    timings.record(Time::from_nanos(300_000 + frame * 1000));
                }
                if frame % 15 == 0 {
                    for timings in &mut kinds {
                        timings.refresh(Time::from_seconds(frame));
                    }
                }
            }
            clock.now()
        });
        // Unoptimised; what is measured is one second's worth. What else the machine does only makes it longer.
        let took = times.min().expect("five");
        assert!(took < millis(10), "{} ms of a second", took.millis());
    }
}
