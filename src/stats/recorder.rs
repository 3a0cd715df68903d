//! Counts and histograms of one layer.

use super::durations::{Durations, Timings};
use crate::time::Time;

/// The outcome of a due frame.
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

/// Cause of a due frame's not being shown on time.
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

/// Due frames by outcome. Their sum is [`Counts::due`], always.
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
    /// Frames that would have become due had they all one length: more than `due` where time stamps are uneven, so that
    /// frames fall between two canvas frames. Those that still wait for their fate count already.
    pub due_evenly: u64,
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

/// Due frames that were not shown on time, by cause.
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
    /// Hits per frame asked for, 0 to 1; 1 when none was asked for, so that nothing falls short.
    pub fn hit_rate(&self) -> f64 {
        self.measured_hit_rate().unwrap_or(1.0)
    }

    /// The same as it is shown: none when none was asked for.
    pub fn measured_hit_rate(&self) -> Option<f64> {
        (self.asked > 0).then(|| self.hits as f64 / self.asked as f64)
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
        self.due_evenly += other.due_evenly;
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

/// Counts and histograms of one layer.
#[derive(Clone, Debug, Default)]
pub struct LayerRecorder {
    /// Outcomes of its due frames.
    pub counts: Counts,
    /// Time from asking the system for a frame's bytes to having them.
    pub read: Timings,
    /// Time to decode a frame.
    pub decode: Timings,
    /// Time on the drawing thread to hand a frame to the GPU.
    pub upload: Timings,
    /// Time that a frame waited in queues: from being asked for to being ready, less reading and decoding.
    pub wait: Timings,
    /// Time from a seek to its exact frame being ready.
    pub seek: Durations,
    /// Time that each picture stayed longer or shorter than its cadence allows.
    pub cadence: Durations,
    /// Stored bytes read.
    pub read_bytes: u64,
}

impl LayerRecorder {
    /// Records that a due frame was asked for, and whether it was ready.
    pub fn asked(&mut self, is_hit: bool) {
        self.counts.asked += 1;
        self.counts.hits += u64::from(is_hit);
    }

    /// Brings the figures over the last seconds up to date.
    pub fn refresh(&mut self, now: Time) {
        for timings in [
            &mut self.read,
            &mut self.decode,
            &mut self.upload,
            &mut self.wait,
        ] {
            timings.refresh(now);
        }
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
        assert_eq!(counts.measured_hit_rate(), Some(counts.hit_rate()));
        let none = Counts::default();
        assert_eq!((none.hit_rate(), none.measured_hit_rate()), (1.0, None));
    }
}
