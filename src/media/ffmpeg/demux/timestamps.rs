//! From a stream's timestamps to [`MediaTiming`]: one constant rate where they keep it, else a table of their own.

use super::stream::TimeBase;
use crate::time::{FrameRate, MediaTiming, Time};

/// The rate of a stream that says nothing about it; what FFmpeg takes for pictures without time.
const FALLBACK_RATE: (u32, u32) = (25, 1);

/// The time of each frame.
///
/// `timestamps` are presentation timestamps in ascending order; `last_duration` is that of the last frame in the same
/// unit, zero if unknown; `claimed` are rates to try first.
pub(in crate::media) fn timing(
    timestamps: &[i64],
    last_duration: i64,
    base: TimeBase,
    claimed: &[FrameRate],
) -> MediaTiming {
    let frames = timestamps.len() as u64;
    let mean = mean_rate(timestamps, base);
    let candidates = claimed.iter().copied().chain(mean);
    if timestamps.len() < 2 {
        return MediaTiming::constant(nominal_rate(claimed), frames);
    }
    for rate in candidates {
        if keeps_rate(timestamps, base, rate) {
            return MediaTiming::constant(rate, frames);
        }
    }
    // Where a unit is a frame of a rate that is claimed, only frames are missing.
    let rate = claimed.iter().copied().find(|rate| is_unit(base, *rate));
    let rate = rate.or(mean).unwrap_or_else(|| nominal_rate(claimed));
    table(timestamps, last_duration, base, rate)
}

/// The rate that a stream claims, or FFmpeg's for a stream that claims none.
pub(in crate::media) fn nominal_rate(claimed: &[FrameRate]) -> FrameRate {
    let (num, den) = FALLBACK_RATE;
    claimed
        .first()
        .copied()
        .or_else(|| FrameRate::new(num, den))
        .unwrap_or(FrameRate::FPS_60)
}

/// True if every timestamp is where `rate` puts it, to within the rounding of the time base.
///
/// One unit of rounding is granted where a frame lasts four units or more; a coarser unit must fit exactly, so that
/// a frame left out is not taken for rounding.
fn keeps_rate(timestamps: &[i64], base: TimeBase, rate: FrameRate) -> bool {
    let Some(&first) = timestamps.first() else {
        return false;
    };
    // In units of 1/(base.den · rate.num) seconds, so that all is whole.
    let per_unit = i128::from(base.num) * i128::from(rate.num());
    let per_frame = i128::from(base.den) * i128::from(rate.den());
    let granted = if per_frame >= 4 * per_unit {
        per_unit
    } else {
        0
    };
    timestamps.iter().zip(0_i128..).all(|(&timestamp, frame)| {
        let elapsed = (i128::from(timestamp) - i128::from(first)) * per_unit;
        (elapsed - frame * per_frame).abs() <= granted
    })
}

/// True if a frame of a rate lasts one unit of timestamps.
fn is_unit(base: TimeBase, rate: FrameRate) -> bool {
    let unit = i128::from(base.num) * i128::from(rate.num());
    unit == i128::from(base.den) * i128::from(rate.den())
}

/// Frames between the first and the last timestamp over the time between them.
fn mean_rate(timestamps: &[i64], base: TimeBase) -> Option<FrameRate> {
    let span = i128::from(*timestamps.last()?) - i128::from(*timestamps.first()?);
    let frames = timestamps.len().checked_sub(1)? as i128;
    let mut num = frames * i128::from(base.den);
    let mut den = span * i128::from(base.num);
    let divisor = greatest_common_divisor(num, den);
    if divisor > 1 {
        num /= divisor;
        den /= divisor;
    }
    while num > i128::from(u32::MAX) || den > i128::from(u32::MAX) {
        num /= 2;
        den /= 2;
    }
    FrameRate::new(u32::try_from(num).ok()?, u32::try_from(den).ok()?)
}

fn greatest_common_divisor(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.abs()
}

fn table(timestamps: &[i64], last_duration: i64, base: TimeBase, rate: FrameRate) -> MediaTiming {
    let first = timestamps.first().copied().unwrap_or(0);
    let time_of = |units: i64| Time::from_time_base(units, base.num, base.den);
    let begins = timestamps
        .iter()
        .map(|&timestamp| time_of(timestamp.saturating_sub(first)))
        .collect::<Vec<_>>();
    let last = begins.last().copied().unwrap_or(Time::ZERO);
    let length = if last_duration > 0 {
        time_of(last_duration)
    } else {
        rate.frame_duration()
    };
    MediaTiming::table(rate, begins.into(), last + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::FrameIndex;

    const MILLISECOND: TimeBase = TimeBase { num: 1, den: 1000 };

    #[test]
    fn stamps_rounded_to_milliseconds_are_still_a_constant_rate() {
        let rate = FrameRate::new(30000, 1001).expect("valid");
        let timestamps: Vec<i64> = (0..500_i64)
            .map(|frame| 80 + (frame * 1_001_000 + 15_000) / 30_000)
            .collect();
        let timing = timing(&timestamps, 0, MILLISECOND, &[rate]);
        assert_eq!((timing.rate(), timing.is_variable()), (rate, false));
    }

    #[test]
    fn a_frame_left_out_makes_the_rate_variable_even_in_a_coarse_unit() {
        let base = TimeBase { num: 1, den: 25 };
        let claimed = FrameRate::new(25, 1).expect("valid");
        let timing = timing(&[0, 1, 2, 4, 5], 1, base, &[claimed]);
        assert!(timing.is_variable(), "a gap of two units is not rounding");
        assert_eq!(timing.time_of(FrameIndex(3)), Time::from_seconds_f64(0.16));
        assert_eq!(timing.duration(), Time::from_seconds_f64(0.24));
    }

    #[test]
    fn a_wrong_claim_is_replaced_by_what_the_stamps_keep() {
        let timing = timing(&[0, 20, 40, 60], 20, MILLISECOND, &[FrameRate::FPS_60]);
        assert_eq!(timing.rate(), FrameRate::new(50, 1).expect("valid"));
        assert!(!timing.is_variable(), "every frame lasts 20 ms");
    }

    #[test]
    fn extreme_stamps_do_not_overflow() {
        let timing = timing(&[i64::MIN, 0, i64::MAX], i64::MAX, MILLISECOND, &[]);
        assert_eq!(timing.frames(), 3);
    }
}
