//! The units of time: flicks, frame indices and rational frame rates.

use std::fmt;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Flicks in one second.
///
/// 705,600,000 is divisible by the frame rates and audio rates in use, the NTSC ones of `N·1000/1001`
/// included (Facebook Technologies, "Flicks", 2018).
pub const FLICKS_PER_SECOND: i64 = 705_600_000;

/// A position or a duration in flicks (1/705,600,000 s), negative before the origin.
///
/// An `i64` of flicks spans about ±414 years; arithmetic saturates at its ends.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Time(i64);

impl Time {
    /// The origin.
    pub const ZERO: Self = Self(0);
    /// The latest representable time.
    pub const MAX: Self = Self(i64::MAX);

    /// A time of this many flicks.
    pub const fn from_flicks(flicks: i64) -> Self {
        Self(flicks)
    }

    /// A time of this many whole seconds, saturating.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(FLICKS_PER_SECOND))
    }

    /// The time nearest to a number of seconds; not-a-number becomes zero, and what is too large saturates.
    pub fn from_seconds_f64(seconds: f64) -> Self {
        Self((seconds * FLICKS_PER_SECOND as f64).round() as i64)
    }

    /// The time nearest to a number of nanoseconds, saturating.
    pub fn from_nanos(nanos: i64) -> Self {
        let flicks = (i128::from(nanos) * i128::from(FLICKS_PER_SECOND) + 500_000_000)
            .div_euclid(1_000_000_000);
        Self(clamp_i64(flicks))
    }

    /// A count of units of `num/den` seconds (an FFmpeg time base), rounded to the nearest flick, saturating.
    ///
    /// `den` of zero gives zero.
    pub fn from_time_base(count: i64, num: i64, den: i64) -> Self {
        if den == 0 {
            return Self::ZERO;
        }
        let scaled = i128::from(count)
            .saturating_mul(i128::from(num))
            .saturating_mul(i128::from(FLICKS_PER_SECOND));
        let den = i128::from(den);
        Self(clamp_i64((scaled.saturating_add(den / 2)).div_euclid(den)))
    }

    /// Flicks.
    pub const fn flicks(self) -> i64 {
        self.0
    }

    /// Seconds, for showing and for the edge to other libraries.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / FLICKS_PER_SECOND as f64
    }

    /// Milliseconds, for showing.
    pub fn millis(self) -> f64 {
        self.seconds() * 1e3
    }

    /// Whole nanoseconds, rounded down, saturating.
    pub fn nanos(self) -> i64 {
        clamp_i64((i128::from(self.0) * 1_000_000_000).div_euclid(i128::from(FLICKS_PER_SECOND)))
    }

    /// As the time to wait, rounded down to nanoseconds; none where it is negative.
    pub fn to_duration(self) -> Duration {
        Duration::from_nanos(u64::try_from(self.nanos()).unwrap_or(0))
    }

    /// The magnitude.
    pub const fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// This duration multiplied by a real factor, rounded to the nearest flick, saturating.
    pub fn scaled(self, factor: f64) -> Self {
        Self((self.0 as f64 * factor).round() as i64)
    }

    /// The remainder of dividing by a positive period, in `0..period`; zero when the period is not positive.
    pub const fn rem_euclid(self, period: Self) -> Self {
        if period.0 <= 0 {
            return Self::ZERO;
        }
        Self(self.0.rem_euclid(period.0))
    }

    /// Number of whole positive periods that fit below this time, rounded down; zero when the period is not positive.
    pub const fn div_euclid(self, period: Self) -> i64 {
        if period.0 <= 0 {
            return 0;
        }
        self.0.div_euclid(period.0)
    }
}

fn clamp_i64(value: i128) -> i64 {
    value.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}

impl Add for Time {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Time {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Time {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl SubAssign for Time {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Neg for Time {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

/// The position of a frame within a media file, counted from zero in presentation order.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct FrameIndex(pub u64);

impl fmt::Display for FrameIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Frames per second as a positive rational.
///
/// Shown and stored as `num/den`, as in `60/1` or `30000/1001`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct FrameRate {
    num: u32,
    den: u32,
}

impl FrameRate {
    /// 60 frames per second, the rate of a new canvas.
    pub const FPS_60: Self = Self { num: 60, den: 1 };

    /// A rate of `num/den` frames per second in lowest terms, or `None` unless it lies in 1/1000 to 1000.
    pub fn new(num: u32, den: u32) -> Option<Self> {
        if num == 0 || den == 0 {
            return None;
        }
        let per_second = f64::from(num) / f64::from(den);
        if !(1e-3..=1e3).contains(&per_second) {
            return None;
        }
        let divisor = greatest_common_divisor(num, den);
        Some(Self {
            num: num / divisor,
            den: den / divisor,
        })
    }

    /// The numerator.
    pub const fn num(self) -> u32 {
        self.num
    }

    /// The denominator.
    pub const fn den(self) -> u32 {
        self.den
    }

    /// Frames per second as a real number, for showing.
    pub fn fps(self) -> f64 {
        f64::from(self.num) / f64::from(self.den)
    }

    /// The length of one frame, rounded up to a whole flick.
    pub fn frame_duration(self) -> Time {
        self.time_of(1)
    }

    /// The number of the frame that is on screen at `time`, negative before the origin.
    pub fn frame_at(self, time: Time) -> i64 {
        let scaled = i128::from(time.flicks()) * i128::from(self.num);
        clamp_i64(scaled.div_euclid(i128::from(self.den) * i128::from(FLICKS_PER_SECOND)))
    }

    /// The time at which frame number `frame` begins: the first flick for which [`Self::frame_at`] gives `frame`.
    pub fn time_of(self, frame: i64) -> Time {
        let scaled = i128::from(frame) * i128::from(self.den) * i128::from(FLICKS_PER_SECOND);
        let num = i128::from(self.num);
        Time(clamp_i64((scaled + num - 1).div_euclid(num)))
    }
}

pub(crate) fn greatest_common_divisor(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl fmt::Display for FrameRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.num, self.den)
    }
}

/// A text that is no frame rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a frame rate: {0:?}; write it as 60, 60/1 or 30000/1001, between 1/1000 and 1000")]
pub struct ParseFrameRateError(String);

impl FromStr for FrameRate {
    type Err = ParseFrameRateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A colon where a slash would mean something else, as in the names of numbered pictures.
        let (num, den) = text.split_once(['/', ':']).unwrap_or((text, "1"));
        let parse = |part: &str| part.trim().parse::<u32>().ok();
        parse(num)
            .zip(parse(den))
            .and_then(|(num, den)| Self::new(num, den))
            .ok_or_else(|| ParseFrameRateError(text.to_owned()))
    }
}

impl From<FrameRate> for String {
    fn from(rate: FrameRate) -> Self {
        rate.to_string()
    }
}

impl TryFrom<String> for FrameRate {
    type Error = ParseFrameRateError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_frame_of_every_common_rate_is_a_whole_number_of_flicks() {
        for fps in [24, 25, 30, 48, 50, 60, 90, 100, 120] {
            assert_eq!(FLICKS_PER_SECOND % fps, 0, "{fps} fps");
        }
        for fps in [24, 30, 60, 120] {
            assert_eq!(
                FLICKS_PER_SECOND * 1001 % (fps * 1000),
                0,
                "{fps}000/1001 fps"
            );
        }
    }

    #[test]
    fn rates_are_reduced_and_refuse_nonsense() {
        assert_eq!(FrameRate::new(120, 2), FrameRate::new(60, 1));
        assert_eq!(FrameRate::new(0, 1), None);
        assert_eq!(FrameRate::new(1, 0), None);
        assert_eq!(FrameRate::new(u32::MAX, 1), None);
        assert_eq!(
            "30000/1001".parse(),
            Ok(FrameRate {
                num: 30000,
                den: 1001
            })
        );
        assert!("fast".parse::<FrameRate>().is_err());
    }

    proptest! {
        #[test]
        fn a_frame_begins_at_the_first_flick_that_maps_to_it(
            num in 1_u32..200_000, den in 1_u32..2000, frame in -1_000_000_i64..100_000_000,
        ) {
            prop_assume!(FrameRate::new(num, den).is_some());
            let rate = FrameRate::new(num, den).expect("assumed above");
            let begin = rate.time_of(frame);
            prop_assume!(begin.abs() < Time::MAX);
            prop_assert_eq!(rate.frame_at(begin), frame);
            prop_assert_eq!(rate.frame_at(begin - Time::from_flicks(1)), frame - 1);
        }

        #[test]
        fn nanoseconds_survive_a_round_trip(nanos in -1_000_000_000_000_i64..1_000_000_000_000) {
            let back = Time::from_nanos(nanos).nanos();
            prop_assert!((back - nanos).abs() <= 1);
        }
    }
}
