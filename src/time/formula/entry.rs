//! What a text in a field asks for.

use super::parser::{Value, evaluated};
use super::{FormulaError, MAX_LENGTH, Unit};

/// What a text in a field asks for, in the field's unit, times in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Entry {
    /// This value.
    Set(f64),
    /// So much more than what is there.
    Add(f64),
    /// So many times what is there.
    Multiply(f64),
    /// What is there by so much; never zero.
    Divide(f64),
}

impl Entry {
    /// The value that is asked for, where this one is.
    pub fn applied_to(self, old: f64) -> f64 {
        match self {
            Self::Set(value) => value,
            Self::Add(by) => old + by,
            Self::Multiply(by) => old * by,
            Self::Divide(by) => old / by,
        }
    }
}

impl Unit {
    /// Reads a text: a number or a formula, perhaps with units. With an operator before it, it changes what is there:
    /// `+10`, `*2`, `/3`, and with `=` after it `-=10`; `-10` alone is a number, but among times a distance.
    pub fn read(self, text: &str) -> Result<Entry, FormulaError> {
        let text = text.trim();
        if text.len() > MAX_LENGTH {
            return Err(FormulaError::TooLong);
        }
        let first = text.chars().next().ok_or(FormulaError::Empty)?;
        let rest = text.strip_prefix(first).unwrap_or_default();
        let (rest, is_assignment) = match rest.strip_prefix('=') {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        match first {
            '+' => Ok(Entry::Add(self.distance(rest, first)?)),
            '-' | '−' if is_assignment => Ok(Entry::Add(-self.distance(rest, first)?)),
            // The minus belongs to the first number of a sum alone.
            '-' | '−' if self.has_distances() => Ok(Entry::Add(self.distance(text, first)?)),
            '*' | '×' => Ok(Entry::Multiply(self.factor(rest, first)?)),
            '/' | '÷' => match self.factor(rest, first)? {
                0.0 => Err(FormulaError::DivisionByZero),
                by => Ok(Entry::Divide(by)),
            },
            _ => Ok(Entry::Set(match evaluated(text, self, None)? {
                Value::Bare(number) => self.of_whole_text(number)?,
                Value::WithUnit(number) => number,
            })),
        }
    }

    fn distance(self, text: &str, after: char) -> Result<f64, FormulaError> {
        match evaluated(text, self, Some(after))? {
            Value::Bare(number) => self.of_bare(number),
            Value::WithUnit(number) => Ok(number),
        }
    }

    fn factor(self, text: &str, after: char) -> Result<f64, FormulaError> {
        match (evaluated(text, self, Some(after))?, self.one()) {
            (Value::Bare(number), _) => Ok(number),
            (Value::WithUnit(number), Some(one)) => Ok(number / one),
            (Value::WithUnit(_), None) => Err(FormulaError::TwoUnits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{FrameRate, Time, TimeFormat};

    const TIMECODE: Unit = Unit::Time(TimeFormat::Timecode, FrameRate::FPS_60);

    fn set(unit: Unit, text: &str) -> f64 {
        match unit.read(text) {
            Ok(Entry::Set(value)) => value,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn is_near(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-9
    }

    #[test]
    fn arithmetic_is_done_in_its_usual_order() {
        for (text, value) in [
            ("1920/3", 640.0),
            ("50+10", 60.0),
            ("(3+4)*2", 14.0),
            ("2+3*4", 14.0),
            ("10-2-3", 5.0),
            ("100/5/2", 10.0),
            ("-10", -10.0),
            ("−38.5", -38.5),
            ("--10", 10.0),
            ("2*-3", -6.0),
            ("2(3)".replace('(', "*(").as_str(), 6.0),
            ("1e3", 1000.0),
            ("2.5E-1", 0.25),
            (".5", 0.5),
            ("0,5", 0.5),
            ("1,25", 1.25),
            ("6÷2×4", 12.0),
            ("640 px", 640.0),
            ("1920px/3", 640.0),
            ("3 * 100 px + 20", 320.0),
        ] {
            assert_eq!(set(Unit::Pixels, text), value, "{text}");
        }
    }

    #[test]
    fn units_are_those_of_the_field() {
        for (unit, text, value) in [
            (Unit::Percent, "50", 50.0),
            (Unit::Percent, "50 %", 50.0),
            (Unit::Percent, "0.5", 50.0),
            (Unit::Percent, "1/2", 50.0),
            (Unit::Percent, "-1/4", -25.0),
            (Unit::Percent, "0.5 %", 0.5),
            (Unit::Percent, "1", 1.0),
            (Unit::Percent, "1.5x", 150.0),
            (Unit::Percent, "1.5 ×", 150.0),
            (Unit::Percent, "50% + 10", 60.0),
            (Unit::Percent, "50% * 50%", 25.0),
            (Unit::Percent, "100 % / 4", 25.0),
            (Unit::Percent, "100/4", 25.0),
            (Unit::Plain, "50 %", 0.5),
            (Unit::Factor, "200%", 2.0),
            (Unit::Factor, "1/2", 0.5),
            (Unit::Factor, "3×2", 6.0),
            (Unit::Factor, "3 x", 3.0),
            (Unit::Degrees, "90°", 90.0),
            (
                Unit::Degrees,
                "1/4 turn".replace("1/4", "0.25").as_str(),
                90.0,
            ),
            (Unit::Degrees, "(1/4) turn", 90.0),
            (Unit::Degrees, "3.141592653589793 rad", 180.0),
            (Unit::Stops, "-1.5 EV", -1.5),
            (Unit::Times, "3x", 3.0),
            (Unit::Mebibytes, "1 GiB", 1024.0),
            (Unit::Seconds, "1.5 min", 90.0),
        ] {
            assert!(
                is_near(set(unit, text), value),
                "{text}: {:?}",
                unit.read(text)
            );
        }
    }

    #[test]
    fn a_text_that_begins_with_an_operator_changes_what_is_there() {
        for (unit, text, entry) in [
            (Unit::Pixels, "+10", Entry::Add(10.0)),
            (Unit::Pixels, "+-10", Entry::Add(-10.0)),
            (Unit::Pixels, "+=10*2", Entry::Add(20.0)),
            (Unit::Pixels, "-=10+5", Entry::Add(-15.0)),
            (Unit::Pixels, "*2", Entry::Multiply(2.0)),
            (Unit::Pixels, "/3", Entry::Divide(3.0)),
            (Unit::Percent, "+0.5", Entry::Add(0.5)),
            (Unit::Percent, "*50%", Entry::Multiply(0.5)),
            (TIMECODE, "+30", Entry::Add(0.5)),
            (TIMECODE, "-30", Entry::Add(-0.5)),
            (TIMECODE, "-1:00+30", Entry::Add(-0.5)),
        ] {
            assert_eq!(unit.read(text), Ok(entry), "{text}");
        }
        assert_eq!(Entry::Divide(4.0).applied_to(10.0), 2.5);
    }

    #[test]
    fn bare_digits_fill_a_timecode_from_the_right() {
        let rate = FrameRate::FPS_60;
        for (text, frames) in [
            ("7", 7),
            ("34", 34),
            ("90", 90),
            ("500", 5 * 60),
            ("1234", 12 * 60 + 34),
            ("10000", 60 * 60),
            ("01020304", ((60 + 2) * 60 + 3) * 60 + 4),
            ("1:30", 90),
            ("00:00:02:00 + 10f", 130),
            ("100+12", 72),
            ("500/2", 150),
            ("2*(100+100)", 240),
            ("150f", 150),
            ("2 s", 120),
            ("200 ms", 12),
            ("2.5", 150),
            ("1 min", 3600),
            ("2 s * 3", 360),
        ] {
            let time = TIMECODE.time(set(TIMECODE, text));
            assert_eq!(time, rate.time_of(frames), "{text}");
        }
        let frames = Unit::Time(TimeFormat::Frames, rate);
        assert_eq!(frames.time(set(frames, "1234")), rate.time_of(1234));
        let seconds = Unit::Time(TimeFormat::Seconds, rate);
        assert_eq!(seconds.time(set(seconds, "500")), Time::from_seconds(500));
        assert_eq!(seconds.time(set(seconds, "1/2")), rate.time_of(30));
        assert_eq!(seconds.time(set(seconds, "12f")), rate.time_of(12));
    }

    #[test]
    fn a_time_of_whole_frames_begins_with_its_frame_at_every_rate() {
        for (num, den) in [(24_000, 1001), (30_000, 1001), (60_000, 1001), (25, 1)] {
            let rate = FrameRate::new(num, den).expect("a common rate");
            let unit = Unit::Time(TimeFormat::Timecode, rate);
            for frame in 0..2000 {
                let time = unit.time(set(unit, &format!("{frame}f")));
                assert_eq!(time, rate.time_of(frame), "{frame} at {rate}");
            }
        }
    }

    #[test]
    fn what_is_no_number_is_refused_in_words() {
        use FormulaError as E;
        let word = |word: &str| E::NotANumber(word.to_owned());
        for (unit, text, error) in [
            (Unit::Pixels, "", E::Empty),
            (Unit::Pixels, "  ", E::Empty),
            (Unit::Pixels, "left", word("left")),
            (Unit::Pixels, "5 apples", word("apples")),
            (Unit::Pixels, "NaN", word("NaN")),
            (Unit::Pixels, "inf", word("inf")),
            (Unit::Pixels, "٣٤", word("٣٤")),
            (Unit::Pixels, "1.2.3", word("1.2.3")),
            (Unit::Pixels, "1:30", word("1:30")),
            (Unit::Pixels, "9e999", E::TooLarge),
            (Unit::Pixels, "1e300*1e300", E::TooLarge),
            (Unit::Pixels, "1/0", E::DivisionByZero),
            (Unit::Pixels, "1/(2-2)", E::DivisionByZero),
            (Unit::Pixels, "/0", E::DivisionByZero),
            (Unit::Pixels, "1+", E::NumberMissing('+')),
            (Unit::Pixels, "+", E::NumberMissing('+')),
            (Unit::Pixels, "3*/2", E::NumberMissing('*')),
            (Unit::Pixels, "(", E::NumberMissing('(')),
            (Unit::Pixels, "()", E::NumberMissing('(')),
            (Unit::Pixels, "(3+4", E::BracketMissing),
            (Unit::Pixels, "3+4)", E::BracketTooMany),
            (Unit::Pixels, "1 920", E::OperatorMissing),
            (Unit::Pixels, "2(3)", E::OperatorMissing),
            (Unit::Pixels, "1,920", E::Comma("1,920".to_owned())),
            (Unit::Pixels, "50 %", E::OtherUnit("%".to_owned())),
            (Unit::Pixels, "2 px * 3 px", E::TwoUnits),
            (Unit::Pixels, "5 $", word("$")),
            (Unit::Pixels, "🎉", word("🎉")),
            (Unit::Pixels, ")", E::Empty),
            (Unit::Pixels, "=5", word("=")),
            (TIMECODE, "soon", word("soon")),
            (TIMECODE, "1:2:3:4:5", word("1:2:3:4:5")),
            (TIMECODE, "::", word("::")),
            (TIMECODE, "123456789", E::TooLarge),
            (TIMECODE, "5 px", E::OtherUnit("px".to_owned())),
        ] {
            assert_eq!(unit.read(text), Err(error), "{text:?}");
        }
        assert_eq!(Unit::Plain.read(&"(".repeat(100)), Err(E::TooDeep));
        assert_eq!(Unit::Plain.read(&"1+".repeat(200)), Err(E::TooLong));
    }

    #[test]
    fn numbers_are_written_with_a_minus_and_never_as_less_than_nothing() {
        assert_eq!(Unit::Pixels.text(-38.5, 1), "−38.5 px");
        assert_eq!(Unit::Percent.text(-0.01, 1), "0.0 %");
        assert_eq!(Unit::Degrees.text(-4.0, 1), "−4.0°");
        assert_eq!(TIMECODE.text(0.5, 0), "00:00:00:30");
    }
}
