//! Counts and histograms of one layer.

use hdrhistogram::Histogram;

use crate::time::Time;

/// What became of a due frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Shown at the moment it became due.
    Presented,
    /// Not ready while it was due: the picture before it was shown again.
    Repeated,
    /// Shown one tick or more after it became due.
    Late,
    /// Never asked for, because no picture was drawn while it was due.
    Dropped,
}

/// Why a due frame was not shown on time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Its bytes had not been read yet.
    Read,
    /// It was read, but not decoded yet.
    Decode,
    /// It was decoded, but not in a texture yet.
    Upload,
    /// Drawing took too long.
    #[default]
    Present,
}

/// How many due frames met each fate. Their sum is [`Counts::due`], always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Frames that became due and have met their fate.
    pub due: u64,
    /// Shown on time.
    pub presented: u64,
    /// The picture before was shown again.
    pub repeated: u64,
    /// Shown late.
    pub late: u64,
    /// Never shown.
    pub dropped: u64,
    /// Due frames that the prebuffer was asked for and could foresee; not those that came due while drawing hung.
    #[serde(skip)]
    pub asked: u64,
    /// Those of them that were ready at once.
    #[serde(skip)]
    pub hits: u64,
    /// Causes of all that were not presented; their sum is `repeated + late + dropped`.
    #[serde(skip)]
    pub causes: CauseCounts,
}

/// How many due frames were not shown on time, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct CauseCounts {
    /// See [`Cause::Read`].
    pub read: u64,
    /// See [`Cause::Decode`].
    pub decode: u64,
    /// See [`Cause::Upload`].
    pub upload: u64,
    /// See [`Cause::Present`].
    pub present: u64,
}

impl Counts {
    /// Hits per frame asked for, 0 to 1; 1 when none was asked for.
    pub fn hit_rate(&self) -> f64 {
        if self.asked == 0 {
            1.0
        } else {
            self.hits as f64 / self.asked as f64
        }
    }

    /// Frames that were not shown on time, per due frame, 0 to 1.
    pub fn loss_rate(&self) -> f64 {
        if self.due == 0 {
            0.0
        } else {
            (self.due - self.presented) as f64 / self.due as f64
        }
    }

    /// Frames not shown on time: repeated, late and dropped together.
    pub fn lost(&self) -> u64 {
        self.repeated + self.late + self.dropped
    }

    /// Adds another layer's counts.
    pub fn add(&mut self, other: &Self) {
        self.due += other.due;
        self.presented += other.presented;
        self.repeated += other.repeated;
        self.late += other.late;
        self.dropped += other.dropped;
        self.asked += other.asked;
        self.hits += other.hits;
        self.causes.read += other.causes.read;
        self.causes.decode += other.causes.decode;
        self.causes.upload += other.causes.upload;
        self.causes.present += other.causes.present;
    }

    fn count(&mut self, outcome: Outcome, cause: Option<Cause>) {
        self.due += 1;
        match outcome {
            Outcome::Presented => self.presented += 1,
            Outcome::Repeated => self.repeated += 1,
            Outcome::Late => self.late += 1,
            Outcome::Dropped => self.dropped += 1,
        }
        match cause {
            Some(Cause::Read) => self.causes.read += 1,
            Some(Cause::Decode) => self.causes.decode += 1,
            Some(Cause::Upload) => self.causes.upload += 1,
            Some(Cause::Present) => self.causes.present += 1,
            None => {}
        }
    }
}

/// A histogram of durations from 1 µs to 60 s, to three digits.
#[derive(Clone, Debug)]
pub struct Durations(Histogram<u64>);

const LONGEST_MICROS: u64 = 60_000_000;

impl Default for Durations {
    fn default() -> Self {
        Self(Histogram::new_with_bounds(1, LONGEST_MICROS, 3).expect("constant bounds are valid"))
    }
}

impl Durations {
    /// Records one duration, held to the histogram's range.
    pub fn record(&mut self, duration: Time) {
        let micros = u64::try_from(duration.nanos() / 1000).unwrap_or(0);
        self.0.saturating_record(micros.max(1));
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

    /// How many were recorded.
    pub fn count(&self) -> u64 {
        self.0.len()
    }
}

/// Counts and histograms of one layer.
#[derive(Clone, Debug, Default)]
pub struct LayerRecorder {
    /// What became of its due frames.
    pub counts: Counts,
    /// Time from asking the system for a frame's bytes to having them.
    pub read: Durations,
    /// Time to decode a frame.
    pub decode: Durations,
    /// Time on the drawing thread to hand a frame to the GPU.
    pub upload: Durations,
    /// Time from a seek to its exact frame being ready.
    pub seek: Durations,
    /// Stored bytes read.
    pub read_bytes: u64,
}

impl LayerRecorder {
    /// Records that a due frame was asked for, and whether it was ready.
    pub fn asked(&mut self, is_hit: bool) {
        self.counts.asked += 1;
        self.counts.hits += u64::from(is_hit);
    }

    /// Records the fate of a due frame that was presented.
    pub fn presented(&mut self) {
        self.counts.count(Outcome::Presented, None);
    }

    /// Records that this many frames became due and were over before a picture was drawn.
    pub fn skipped(&mut self, frames: u64) {
        for _ in 0..frames {
            self.lost(Outcome::Dropped, Cause::Present);
        }
    }

    /// Records the fate of a due frame that was not presented on time, and why.
    pub fn lost(&mut self, outcome: Outcome, cause: Cause) {
        self.counts.count(outcome, Some(cause));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fates_and_causes_add_up() {
        let mut recorder = LayerRecorder::default();
        recorder.asked(true);
        recorder.presented();
        recorder.asked(false);
        recorder.lost(Outcome::Repeated, Cause::Read);
        recorder.lost(Outcome::Dropped, Cause::Present);
        let counts = recorder.counts;
        assert_eq!(counts.due, counts.presented + counts.lost());
        assert_eq!(counts.causes.read + counts.causes.present, counts.lost());
        assert!((counts.hit_rate() - 0.5).abs() < 1e-9, "one of two");
    }

    #[test]
    fn percentiles_are_in_milliseconds() {
        let mut durations = Durations::default();
        for millis in 1..=100 {
            durations.record(Time::from_nanos(millis * 1_000_000));
        }
        assert!((durations.percentile_ms(50.0) - 50.0).abs() < 0.1, "median");
        assert!((durations.max_ms() - 100.0).abs() < 0.1, "longest");
    }
}
