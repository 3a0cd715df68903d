//! The units of fields: how their numbers are written, and what may stand after typed ones.

use super::super::{FrameRate, Time, TimeFormat, parse_timecode};
use super::FormulaError;

/// The unit of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A part or a factor, without a sign.
    Plain,
    /// A factor: `1.00 ×`.
    Factor,
    /// Parts of a hundred. A typed number below 1 without a sign is a part of one: `0.5` and `1/2` are 50 %.
    Percent,
    /// Degrees.
    Degrees,
    /// Pixels.
    Pixels,
    /// Stops of exposure.
    Stops,
    /// Decibels of gain.
    Decibels,
    /// A number of repetitions.
    Times,
    /// A number of frames.
    Frames,
    /// Memory in MiB.
    Mebibytes,
    /// Seconds of a clock.
    Seconds,
    /// Seconds of a picture at this rate, written in this format. Where that is timecode, whole digits fill it from the
    /// right, two for frames, two for seconds and so on: `1234` is 12 seconds and 34 frames.
    Time(TimeFormat, FrameRate),
}

/// What is measured; each word of a unit belongs to one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Parts of one.
    Share,
    /// Degrees.
    Angle,
    /// Pixels.
    Length,
    /// Stops.
    Exposure,
    /// Decibels.
    Gain,
    /// Repetitions.
    Count,
    /// Frames that are counted, not timed.
    Frames,
    /// MiB.
    Memory,
    /// Seconds.
    Time,
}

/// Words of units, and how much of their kind's own unit they are.
const WORDS: &[(&str, Kind, f64)] = &[
    ("%", Kind::Share, 0.01),
    ("×", Kind::Share, 1.0),
    ("x", Kind::Share, 1.0),
    ("°", Kind::Angle, 1.0),
    ("deg", Kind::Angle, 1.0),
    ("degrees", Kind::Angle, 1.0),
    ("rad", Kind::Angle, 180.0 / std::f64::consts::PI),
    ("turn", Kind::Angle, 360.0),
    ("turns", Kind::Angle, 360.0),
    ("px", Kind::Length, 1.0),
    ("stop", Kind::Exposure, 1.0),
    ("stops", Kind::Exposure, 1.0),
    ("ev", Kind::Exposure, 1.0),
    ("db", Kind::Gain, 1.0),
    ("times", Kind::Count, 1.0),
    ("×", Kind::Count, 1.0),
    ("x", Kind::Count, 1.0),
    ("f", Kind::Frames, 1.0),
    ("frame", Kind::Frames, 1.0),
    ("frames", Kind::Frames, 1.0),
    ("kib", Kind::Memory, 1.0 / 1024.0),
    ("mib", Kind::Memory, 1.0),
    ("gib", Kind::Memory, 1024.0),
    ("mb", Kind::Memory, 1e6 / 1_048_576.0),
    ("gb", Kind::Memory, 1e9 / 1_048_576.0),
    ("ms", Kind::Time, 1e-3),
    ("s", Kind::Time, 1.0),
    ("sec", Kind::Time, 1.0),
    ("m", Kind::Time, 60.0),
    ("min", Kind::Time, 60.0),
    ("h", Kind::Time, 3600.0),
];

/// Digits that fill a timecode are fewer than this: four pairs.
const DIGITS_END: f64 = 1e8;
/// Share of a frame by which sums of seconds may miss its beginning.
const FRAME_ERROR: f64 = 1e-4;

impl Unit {
    /// Writes a number with its unit; times are in seconds.
    pub fn text(self, value: f64, decimals: usize) -> String {
        let text = match self {
            Self::Time(TimeFormat::Seconds, _) | Self::Seconds => format!("{value:.decimals$} s"),
            Self::Time(format, rate) => format.text(self.time(value), rate),
            Self::Plain | Self::Frames => format!("{value:.decimals$}"),
            Self::Factor => format!("{value:.decimals$} ×"),
            Self::Percent => format!("{value:.decimals$} %"),
            Self::Degrees => format!("{value:.decimals$}°"),
            Self::Pixels => format!("{value:.decimals$} px"),
            Self::Stops => format!("{value:.decimals$} stops"),
            Self::Decibels => format!("{value:.decimals$} dB"),
            Self::Times => format!("{value:.decimals$} times"),
            Self::Mebibytes => format!("{value:.decimals$} MiB"),
        };
        match text.strip_prefix('-') {
            // Rounded to zero, a number has no sign.
            Some(rest) if !rest.contains(|c: char| ('1'..='9').contains(&c)) => rest.to_owned(),
            Some(rest) => format!("−{rest}"),
            None => text,
        }
    }

    /// The time of a number of seconds; that of a frame's beginning where it is next to one.
    pub fn time(self, seconds: f64) -> Time {
        if let Self::Time(_, rate) = self {
            let frames = seconds * rate.fps();
            if (frames - frames.round()).abs() < FRAME_ERROR {
                return rate.time_of(frames.round() as i64);
            }
        }
        Time::from_seconds_f64(seconds)
    }

    /// How much of this unit a number with this word after it is.
    pub(super) fn with_word(self, number: f64, word: &str) -> Result<f64, FormulaError> {
        let name = word.to_lowercase();
        let found = |kind| {
            let mut words = WORDS.iter();
            words.find(|(word, of, _)| *of == kind && *word == name)
        };
        if let Some((_, _, factor)) = found(self.kind()) {
            return Ok(number * factor * self.one().unwrap_or(1.0));
        }
        match self {
            Self::Time(_, rate) if found(Kind::Frames).is_some() => Ok(number / rate.fps()),
            _ if WORDS.iter().any(|(word, _, _)| *word == name) => {
                Err(FormulaError::OtherUnit(word.to_owned()))
            }
            _ => Err(FormulaError::NotANumber(word.to_owned())),
        }
    }

    /// How much of this unit a number without one is.
    pub(super) fn of_bare(self, number: f64) -> Result<f64, FormulaError> {
        match self {
            Self::Time(TimeFormat::Timecode, rate) if number.fract() == 0.0 => {
                time_of_digits(number, rate)
            }
            Self::Time(TimeFormat::Frames, rate) => Ok(number / rate.fps()),
            _ => Ok(number),
        }
    }

    /// How much of this unit a number without one is that is the whole of a text.
    pub(super) fn of_whole_text(self, number: f64) -> Result<f64, FormulaError> {
        if self == Self::Percent && number.abs() < 1.0 {
            return Ok(number * 100.0);
        }
        self.of_bare(number)
    }

    /// True if sums of numbers without a unit may be made before they get one.
    pub(super) fn is_linear(self) -> bool {
        !matches!(self, Self::Time(TimeFormat::Timecode, _))
    }

    /// What the number one is where this unit is a share of it.
    pub(super) fn one(self) -> Option<f64> {
        match self {
            Self::Percent => Some(100.0),
            Self::Plain | Self::Factor => Some(1.0),
            _ => None,
        }
    }

    /// True if a minus before a text asks for less than what is there, since nothing lies before zero.
    pub(super) fn has_distances(self) -> bool {
        matches!(self, Self::Time(..))
    }

    /// The seconds of a timecode.
    pub(super) fn timecode(self, text: &str) -> Result<f64, FormulaError> {
        let time = match self {
            Self::Time(_, rate) => parse_timecode(text, rate),
            _ => None,
        };
        let time = time.ok_or_else(|| FormulaError::NotANumber(text.to_owned()))?;
        Ok(time.seconds())
    }

    fn kind(self) -> Kind {
        match self {
            Self::Plain | Self::Factor | Self::Percent => Kind::Share,
            Self::Degrees => Kind::Angle,
            Self::Pixels => Kind::Length,
            Self::Stops => Kind::Exposure,
            Self::Decibels => Kind::Gain,
            Self::Times => Kind::Count,
            Self::Frames => Kind::Frames,
            Self::Mebibytes => Kind::Memory,
            Self::Seconds | Self::Time(..) => Kind::Time,
        }
    }
}

/// The seconds of a whole number whose digits fill a timecode from the right.
fn time_of_digits(number: f64, rate: FrameRate) -> Result<f64, FormulaError> {
    if number.abs() >= DIGITS_END {
        return Err(FormulaError::TooLarge);
    }
    let digits = number.abs() as u32;
    let pair = |at: u32| digits / 100_u32.pow(at) % 100;
    let filled = format!("{}:{}:{}:{}", pair(3), pair(2), pair(1), pair(0));
    let time = parse_timecode(&filled, rate).ok_or(FormulaError::TooLarge)?;
    Ok(time.seconds().copysign(number))
}
