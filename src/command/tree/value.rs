//! Values of the tree: their types, their text, and what a type takes.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::time::{FrameRate, Time, TimeFormat};

/// A value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// On or off.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number, never NaN or infinite.
    Float(f64),
    /// A time.
    Time(Time),
    /// A text.
    Text(String),
    /// One of the choices.
    Choice(&'static str),
    /// Frames per second.
    Rate(FrameRate),
    /// No value, where that is allowed.
    Absent,
}

/// The type of a parameter, with its range.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// On or off.
    Bool,
    /// A whole number.
    Int {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A number.
    Float {
        /// The least.
        min: f64,
        /// The greatest.
        max: f64,
    },
    /// A number that divides time, and so is not zero.
    Speed {
        /// The greatest, either way.
        max: f64,
    },
    /// A time.
    Time {
        /// The earliest.
        min: Time,
        /// The latest.
        max: Time,
    },
    /// A text.
    Text {
        /// Its greatest length in bytes.
        max_bytes: usize,
    },
    /// One of these.
    Choice(&'static [&'static str]),
    /// Frames per second, as a rational.
    Rate,
    /// An action, which has no value.
    Action {
        /// Its arguments, in words; empty without.
        takes: &'static str,
    },
}

impl Kind {
    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int { .. } => "int",
            Self::Float { .. } | Self::Speed { .. } => "float",
            Self::Time { .. } => "time",
            Self::Text { .. } => "text",
            Self::Choice(_) => "choice",
            Self::Rate => "rate",
            Self::Action { .. } => "action",
        }
    }

    /// The least and the greatest value, where there are such.
    pub fn range(&self) -> Option<(Value, Value)> {
        Some(match *self {
            Self::Int { min, max } => (Value::Int(min), Value::Int(max)),
            Self::Float { min, max } => (Value::Float(min), Value::Float(max)),
            Self::Speed { max } => (Value::Float(-max), Value::Float(max)),
            Self::Time { min, max } => (Value::Time(min), Value::Time(max)),
            Self::Bool | Self::Text { .. } | Self::Choice(_) | Self::Rate | Self::Action { .. } => {
                return None;
            }
        })
    }

    /// The choices; none for other types.
    pub fn choices(&self) -> &'static [&'static str] {
        match self {
            Self::Choice(choices) => choices,
            _ => &[],
        }
    }

    /// Reads a value, which must lie in the range. Frames and timecode count at this rate.
    pub fn parse(&self, text: &str, rate: FrameRate) -> Option<Value> {
        Some(match *self {
            Self::Bool => Value::Bool(parse_bool(text)?),
            Self::Int { min, max } => {
                Value::Int(parse_int(text).filter(|value| (min..=max).contains(value))?)
            }
            Self::Float { min, max } => {
                Value::Float(parse_float(text).filter(|value| (min..=max).contains(value))?)
            }
            Self::Speed { max } => {
                let is_speed = |value: &f64| *value != 0.0 && value.abs() <= max;
                Value::Float(parse_float(text).filter(is_speed)?)
            }
            Self::Time { min, max } => {
                let time =
                    parse_exact_time(text).or_else(|| TimeFormat::Timecode.parse(text, rate));
                Value::Time(time.filter(|time| (min..=max).contains(time))?)
            }
            Self::Text { max_bytes } => {
                Value::Text((text.len() <= max_bytes).then(|| text.to_owned())?)
            }
            Self::Choice(choices) => Value::Choice(choices.iter().find(|choice| **choice == text)?),
            Self::Rate => Value::Rate(text.parse().ok()?),
            Self::Action { .. } => return None,
        })
    }
}

/// In words for a message: `a number from 0 to 1`.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => write!(f, "true, false or toggle"),
            Self::Int { min, max } => write!(f, "a whole number from {min} to {max}"),
            Self::Float { min, max } => write!(f, "a number from {min} to {max}"),
            Self::Speed { max } => write!(f, "a number from -{max} to {max}, not 0"),
            Self::Time { min, max } => {
                let [min, max] = [min, max].map(|time| time.seconds());
                write!(
                    f,
                    "a time from {min} to {max} s, as seconds, 120f or timecode"
                )
            }
            Self::Text { max_bytes } => write!(f, "a text of at most {max_bytes} bytes"),
            Self::Choice(choices) => write!(f, "one of {}", choices.join(", ")),
            Self::Rate => write!(f, "a frame rate such as 60 or 30000/1001"),
            Self::Action { takes: "" } => write!(f, "no value"),
            Self::Action { takes } => write!(f, "{takes}"),
        }
    }
}

/// As it is set: what prints is read again as the same value.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(on) => on.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Time(time) => f.write_str(&exact_time(*time)),
            Self::Text(text) => f.write_str(text),
            Self::Choice(choice) => f.write_str(choice),
            Self::Rate(rate) => rate.fmt(f),
            Self::Absent => f.write_str(ABSENT),
        }
    }
}

/// Times as seconds, rates as text, an absent value as null.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(on) => serializer.serialize_bool(*on),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Time(time) => serializer.serialize_f64(time.seconds()),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Choice(choice) => serializer.serialize_str(choice),
            Self::Rate(rate) => serializer.collect_str(rate),
            Self::Absent => serializer.serialize_none(),
        }
    }
}

/// The text of no value.
pub(super) const ABSENT: &str = "none";

/// A number as short as it is written: 0.1, not 0.10000000149.
pub(super) fn widened(value: f32) -> f64 {
    let written = value.to_string();
    written.parse().unwrap_or_else(|_| f64::from(value))
}

/// Seconds where they name the time exactly, else flicks with `fl` behind them.
pub(in crate::command) fn exact_time(time: Time) -> String {
    let seconds = time.seconds();
    if Time::from_seconds_f64(seconds) == time {
        seconds.to_string()
    } else {
        format!("{}fl", time.flicks())
    }
}

/// Reads a time that [`exact_time`] wrote, without regard to frames.
pub(in crate::command) fn parse_exact_time(text: &str) -> Option<Time> {
    match text.strip_suffix("fl") {
        Some(flicks) => flicks.parse().ok().map(Time::from_flicks),
        None => parse_float(text).map(Time::from_seconds_f64),
    }
}

pub(in crate::command) fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "true" | "on" | "1" => Some(true),
        "false" | "off" | "0" => Some(false),
        _ => None,
    }
}

pub(in crate::command) fn parse_float(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// A whole number; remotes that know floats alone send `3.0`.
fn parse_int(text: &str) -> Option<i64> {
    let of_float = || {
        let value = parse_float(text).filter(|value| value.fract() == 0.0)?;
        (value.abs() < 2_f64.powi(53)).then_some(value as i64)
    };
    text.parse().ok().or_else(of_float)
}

/// A value as rows read and write it.
pub(super) trait Scalar: Sized {
    /// As a value.
    fn into_value(self) -> Value;
    /// From a value of the row's type.
    fn of_value(value: Value) -> Option<Self>;
}

macro_rules! scalars {
    ($($scalar:ty => $variant:ident,)+) => {
        $(impl Scalar for $scalar {
            fn into_value(self) -> Value {
                Value::$variant(self)
            }

            fn of_value(value: Value) -> Option<Self> {
                match value {
                    Value::$variant(value) => Some(value),
                    _ => None,
                }
            }
        })+
    };
}

scalars! {
    bool => Bool,
    i64 => Int,
    f64 => Float,
    Time => Time,
    String => Text,
    &'static str => Choice,
    FrameRate => Rate,
}

impl<T: Scalar> Scalar for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::Absent, T::into_value)
    }

    fn of_value(value: Value) -> Option<Self> {
        match value {
            Value::Absent => Some(None),
            value => T::of_value(value).map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RATE: FrameRate = FrameRate::FPS_60;

    #[test]
    fn each_type_takes_its_own_and_what_lies_in_its_range() {
        let parse = |kind: Kind, text: &str| kind.parse(text, RATE);
        assert_eq!(parse(Kind::Bool, "on"), Some(Value::Bool(true)));
        let int = Kind::Int { min: 0, max: 5 };
        assert_eq!(parse(int.clone(), "5"), Some(Value::Int(5)));
        assert_eq!(parse(int.clone(), "3.0"), Some(Value::Int(3)));
        let float = Kind::Float { min: 0.0, max: 1.0 };
        assert_eq!(parse(float.clone(), "0.25"), Some(Value::Float(0.25)));
        let time = Kind::Time {
            min: Time::ZERO,
            max: Time::from_seconds(10),
        };
        let second = Some(Value::Time(Time::from_seconds(1)));
        for text in ["1", "1.0", "1s", "60f", "00:00:01:00", "705600000fl"] {
            assert_eq!(parse(time.clone(), text), second, "{text}");
        }
        let choice = Kind::Choice(&["one", "two"]);
        assert_eq!(parse(choice.clone(), "two"), Some(Value::Choice("two")));
        for (kind, text) in [
            (Kind::Bool, "2"),
            (int.clone(), "6"),
            (int.clone(), "0.5"),
            (int, "1e300"),
            (float.clone(), "1.1"),
            (float.clone(), "nan"),
            (float, "inf"),
            (Kind::Speed { max: 10.0 }, "0"),
            (Kind::Speed { max: 10.0 }, "-0.0"),
            (time.clone(), "11"),
            (time.clone(), "-1"),
            (time, "inf"),
            (choice, "three"),
            (Kind::Text { max_bytes: 2 }, "abc"),
            (Kind::Rate, "0"),
        ] {
            assert_eq!(kind.parse(text, RATE), None, "{text}");
        }
    }

    #[test]
    fn a_narrow_number_keeps_its_short_form() {
        assert_eq!(Value::Float(widened(0.1)).to_string(), "0.1");
        assert!(widened(f32::NAN).is_nan(), "as it is");
    }

    proptest! {
        #[test]
        fn a_time_reads_back_as_the_one_that_wrote_it(flicks in any::<i64>()) {
            let time = Time::from_flicks(flicks);
            prop_assert_eq!(parse_exact_time(&exact_time(time)), Some(time));
        }
    }
}
