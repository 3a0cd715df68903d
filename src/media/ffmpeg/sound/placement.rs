//! The sample at which a decoded frame begins.
//!
//! A container may round its timestamps: Matroska to milliseconds, which are 48 samples. Where frames follow each other,
//! they are counted; after a jump, a frame of a codec whose frames are all of one length lies on the grid that the first
//! frames of the stream show. Where neither helps, the timestamp is taken as it is.

use crate::media::ffmpeg::demux::stream::TimeBase;
use crate::time::{FLICKS_PER_SECOND, Time};

/// Where the frames of a stream lie.
#[derive(Clone, Debug)]
pub(super) struct Placement {
    base: TimeBase,
    /// Time of the container at which samples count from zero.
    origin: Time,
    /// Sample at which the stream begins, and its rate then.
    first: (i64, u32),
    /// Frames of one length begin at this sample and each so many after it.
    grid: Option<(i64, i64)>,
}

impl Placement {
    /// Placement of frames in a stream whose first ones have this timestamp, and begin these many samples apart.
    pub(super) fn new(
        base: TimeBase,
        origin: Time,
        rate_hz: u32,
        first_timestamp: i64,
        lengths: &[usize],
    ) -> Self {
        let mut placement = Self {
            base,
            origin,
            first: (0, rate_hz),
            grid: None,
        };
        let raw = placement.raw(first_timestamp, rate_hz);
        // What is off by no more than rounding begins together with the picture.
        if raw.abs() > placement.tolerance(rate_hz) {
            placement.first.0 = raw;
        }
        if let [before, length, next, ..] = *lengths
            && length == next
        {
            let phase = placement.first.0 + before as i64;
            placement.grid = Some((phase, (length as i64).max(1)));
        }
        placement
    }

    /// The sample at which the stream begins, at this rate.
    pub(super) fn first(&self, rate_hz: u32) -> i64 {
        let (first, of_rate_hz) = self.first;
        if rate_hz == of_rate_hz {
            first
        } else {
            sample_at(time_of(first, of_rate_hz), rate_hz)
        }
    }

    /// The sample at which a frame of this timestamp and so many samples begins, where the frame before it ended at
    /// `next`, if there was one.
    pub(super) fn place(
        &self,
        timestamp: i64,
        (samples, rate_hz): (usize, u32),
        next: Option<i64>,
    ) -> i64 {
        let raw = self.raw(timestamp, rate_hz);
        let tolerance = self.tolerance(rate_hz);
        let is_near = |sample: &i64| (raw - sample).abs() <= tolerance;
        let grid = self.grid.filter(|_| rate_hz == self.first.1);
        let on_grid = |sample: i64| {
            let (phase, length) = grid?;
            let steps = (sample - phase + length / 2).div_euclid(length);
            Some(phase + steps * length)
        };
        // A decoder may keep back what comes before the first sound of a stream after a jump too (Opus): then a frame begins
        // within the grid, and ends on it.
        let samples = samples as i64;
        let by_end = || on_grid(raw + samples).map(|end| end - samples);
        next.filter(is_near)
            .or_else(|| Some(self.first(rate_hz)).filter(is_near))
            .or_else(|| by_end().filter(is_near))
            .or_else(|| on_grid(raw).filter(is_near))
            .unwrap_or(raw)
    }

    /// The timestamp of a moment, or an earlier one.
    pub(super) fn timestamp_before(&self, time: Time) -> i64 {
        let flicks = i128::from((self.origin + time).flicks());
        let unit = i128::from(self.base.num) * i128::from(FLICKS_PER_SECOND);
        let timestamp = (flicks * i128::from(self.base.den)).div_euclid(unit);
        i64::try_from(timestamp).unwrap_or(i64::MIN / 2)
    }

    /// The sample of a timestamp, as far as that says.
    fn raw(&self, timestamp: i64, rate_hz: u32) -> i64 {
        let time = Time::from_time_base(timestamp, self.base.num, self.base.den);
        sample_at(time - self.origin, rate_hz)
    }

    /// Samples by which a timestamp may be off: half its unit for itself, for the origin and for what the decoder keeps
    /// back of the frame, and the sample to which it is rounded.
    fn tolerance(&self, rate_hz: u32) -> i64 {
        let unit = i128::from(rate_hz) * i128::from(self.base.num) / i128::from(self.base.den);
        i64::try_from(unit).map_or_else(|_| i64::from(rate_hz), |unit| unit + unit / 2 + 1)
    }
}

/// The sample nearest to a time.
pub(super) fn sample_at(time: Time, rate_hz: u32) -> i64 {
    let second = i128::from(FLICKS_PER_SECOND);
    let samples = (i128::from(time.flicks()) * i128::from(rate_hz) + second / 2).div_euclid(second);
    i64::try_from(samples).unwrap_or(i64::MAX / 4)
}

/// The time of a sample, to the flick.
pub(super) fn time_of(sample: i64, rate_hz: u32) -> Time {
    Time::from_time_base(sample, 1, i64::from(rate_hz))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: TimeBase = TimeBase { num: 1, den: 1000 };

    fn milliseconds(sample: i64) -> i64 {
        (sample * 1000 + 24_000).div_euclid(48_000)
    }

    #[test]
    fn frames_of_one_length_are_found_between_rounded_timestamps() {
        let placement = Placement::new(
            MILLISECOND,
            Time::ZERO,
            48_000,
            0,
            &[1024, 1024, 1024, 1024],
        );
        for frame in 0..5000 {
            let sample = frame * 1024;
            let placed = placement.place(milliseconds(sample), (1024, 48_000), None);
            assert_eq!(placed, sample, "frame {frame}");
            let placed = placement.place(milliseconds(sample + 300), (724, 48_000), None);
            assert_eq!(placed, sample + 300, "frame {frame} without its begin");
        }
    }

    #[test]
    fn a_first_frame_of_another_length_moves_the_grid() {
        let placement = Placement::new(MILLISECOND, Time::ZERO, 48_000, 7, &[47, 1152, 1152]);
        assert_eq!(
            placement.first(48_000),
            336,
            "it does not begin with the picture"
        );
        let sample = 336 + 47 + 1152 * 40;
        let placed = placement.place(milliseconds(sample), (1152, 48_000), None);
        assert_eq!(placed, sample);
    }

    #[test]
    fn a_gap_is_no_rounding() {
        let placement = Placement::new(MILLISECOND, Time::ZERO, 48_000, 0, &[960, 960, 960]);
        let next = 960 * 3;
        assert_eq!(
            placement.place(milliseconds(next + 20), (960, 48_000), Some(next)),
            next
        );
        let later = 960 * 50;
        assert_eq!(
            placement.place(milliseconds(later), (960, 48_000), Some(next)),
            later
        );
    }

    #[test]
    fn exact_timestamps_are_taken_as_they_are() {
        let base = TimeBase {
            num: 1,
            den: 44_100,
        };
        let placement = Placement::new(base, Time::ZERO, 44_100, -1105, &[47, 1152, 1152]);
        assert_eq!(placement.first(44_100), -1105);
        assert_eq!(placement.place(5000, (1152, 44_100), None), 5000);
    }
}
