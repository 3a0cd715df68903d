//! Values of options, from text.

use std::num::ParseIntError;

use crate::media::frame::MAX_SIDE_PX;
use crate::project::MAX_SPEED;
use crate::time::FrameRate;

/// Frame rate to play at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureRate {
    /// So many.
    Paced(FrameRate),
    /// As many as can be had.
    Max,
}

/// A picture rate: `N`, `N/D`, or `max`.
///
/// # Errors
/// A message that names the text and the form it should have.
pub fn picture_rate(text: &str) -> Result<PictureRate, String> {
    if text.eq_ignore_ascii_case("max") {
        return Ok(PictureRate::Max);
    }
    text.parse::<FrameRate>()
        .map(PictureRate::Paced)
        .map_err(|error| format!("{error}, or max for as many as can be had"))
}

/// A whole number, 0 or more.
///
/// # Errors
/// A message that names the text and the form it should have.
pub fn whole_number(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_error: ParseIntError| "write a whole number, 0 or more".to_owned())
}

/// A length of time in seconds, more than zero and at most a year.
///
/// # Errors
/// A message that names the text and the form it should have.
pub fn seconds(text: &str) -> Result<f64, String> {
    const YEAR: f64 = 365.0 * 86_400.0;
    text.parse::<f64>()
        .ok()
        .filter(|seconds| *seconds > 0.0 && *seconds <= YEAR)
        .ok_or_else(|| "write a number of seconds above 0, such as 10 or 2.5".to_owned())
}

/// A playing speed: −10 to 10, not zero; negative plays backwards.
///
/// # Errors
/// A message that names the text and the form it should have.
pub fn speed(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|speed| *speed != 0.0 && speed.abs() <= MAX_SPEED)
        .ok_or_else(|| {
            format!("write a speed from -{MAX_SPEED} to {MAX_SPEED}, not 0, such as 1, 0.5 or -2")
        })
}

/// A share, as a fraction from 0 to 1 or in percent with the sign.
///
/// # Errors
/// A message that names the text and the form it should have.
pub fn share(text: &str) -> Result<f64, String> {
    let (number, unit) = match text.strip_suffix('%') {
        Some(percent) => (percent.trim_end(), 100.0),
        None => (text, 1.0),
    };
    number
        .parse::<f64>()
        .ok()
        .map(|number| number / unit)
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "write a share such as 0.001 or 0.1%".to_owned())
}

/// A rate in megabytes (10⁶) per second, above zero; gives bytes per second.
///
/// # Errors
/// A message that names the text and the form it should have.
pub fn mb_per_s(text: &str) -> Result<u64, String> {
    text.parse::<f64>()
        .ok()
        .map(|megabytes| megabytes * 1e6)
        .filter(|bytes| (1.0..1e15).contains(bytes))
        .map(|bytes| bytes as u64)
        .ok_or_else(|| "write megabytes per second above 0, such as 200".to_owned())
}

/// A size in pixels, `WxH`, each side 1 to 16384.
///
/// # Errors
/// A message that names the text and the form it should have.
pub fn size(text: &str) -> Result<(u32, u32), String> {
    let side = |text: &str| {
        text.parse::<u32>()
            .ok()
            .filter(|side| (1..=MAX_SIDE_PX).contains(side))
    };
    text.split_once(['x', 'X', '×'])
        .and_then(|(width, height)| Some((side(width)?, side(height)?)))
        .ok_or_else(|| format!("write a size such as 1920x1080, each side from 1 to {MAX_SIDE_PX}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_two_sides_within_the_limits() {
        assert_eq!(size("1920x1080"), Ok((1920, 1080)));
        for wrong in ["", "1920", "0x1", "1x", "16385x1", "-1x1", "1x1x1"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn speeds_go_both_ways_and_are_not_zero() {
        assert_eq!(speed("-2"), Ok(-2.0));
        for wrong in ["0", "-0.0", "11", "-10.5", "nan", "inf", "fast"] {
            assert!(speed(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn shares_are_fractions_or_percent() {
        assert_eq!(share("0.001"), Ok(0.001));
        assert_eq!(share("0.1%"), Ok(0.001));
        assert_eq!(share("0"), Ok(0.0));
        for wrong in ["", "%", "-1", "1.5", "101%", "nan"] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn rates_are_in_megabytes() {
        assert_eq!(mb_per_s("2.5"), Ok(2_500_000));
        for wrong in ["0", "-3", "inf", "x"] {
            assert!(mb_per_s(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn picture_rates_are_fractions_or_as_many_as_can_be_had() {
        assert_eq!(picture_rate("max"), Ok(PictureRate::Max));
        let rate = FrameRate::new(30_000, 1001).map(PictureRate::Paced);
        assert_eq!(picture_rate("30000/1001").ok(), rate);
        for wrong in ["0", "", "fast", "-1"] {
            assert!(picture_rate(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn seconds_are_positive_and_finite() {
        assert_eq!(seconds("2.5"), Ok(2.5));
        for wrong in ["0", "-1", "nan", "inf", "1e30", "soon"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
