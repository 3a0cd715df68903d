//! The value of a formula, by descent.
//!
//! ```text
//! sum     = product { ("+" | "-") product }
//! product = signed { ("*" | "/") signed }
//! signed  = { "+" | "-" } operand
//! operand = ( number | "(" sum ")" ) [ unit ] | timecode
//! ```
//!
//! Numbers without a unit stay so until they meet one, so that in `2 s * 3` three is a factor, and in `2 s + 3` a time.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use super::{FormulaError, MAX_DEPTH, Unit};

/// A finite number, in the field's unit or without one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value {
    /// Without a unit.
    Bare(f64),
    /// In the field's unit.
    WithUnit(f64),
}

/// The value of the whole text, which comes after this operator.
pub(super) fn evaluated(
    text: &str,
    unit: Unit,
    after: Option<char>,
) -> Result<Value, FormulaError> {
    let mut parser = Parser {
        rest: text,
        unit,
        after,
        depth: 0,
    };
    let value = parser.sum()?;
    match parser.peek() {
        None => Ok(value),
        Some(')') => Err(FormulaError::BracketTooMany),
        Some(c) if c.is_ascii_digit() || "(.,".contains(c) => Err(FormulaError::OperatorMissing),
        Some(_) => Err(FormulaError::NotANumber(parser.word().to_owned())),
    }
}

struct Parser<'t> {
    rest: &'t str,
    unit: Unit,
    /// The operator or bracket that was read last.
    after: Option<char>,
    /// Open brackets.
    depth: u32,
}

impl<'t> Parser<'t> {
    fn sum(&mut self) -> Result<Value, FormulaError> {
        let mut sum = self.product()?;
        loop {
            let sign = match self.peek() {
                Some('+') => 1.0,
                Some('-' | '−') => -1.0,
                _ => return Ok(sum),
            };
            self.next();
            let other = self.product()?;
            sum = self.added(sum, other, sign)?;
        }
    }

    fn product(&mut self) -> Result<Value, FormulaError> {
        let mut product = self.signed()?;
        loop {
            match self.peek() {
                Some('*' | '×' | 'x') => {
                    self.next();
                    let other = self.signed()?;
                    product = self.multiplied(product, other)?;
                }
                Some('/' | '÷') => {
                    self.next();
                    let other = self.signed()?;
                    product = self.divided(product, other)?;
                }
                _ => return Ok(product),
            }
        }
    }

    fn signed(&mut self) -> Result<Value, FormulaError> {
        let mut sign = 1.0;
        loop {
            match self.peek() {
                Some('+') => {}
                Some('-' | '−') => sign = -sign,
                _ => break,
            }
            self.next();
        }
        Ok(match self.operand()? {
            Value::Bare(number) => Value::Bare(sign * number),
            Value::WithUnit(number) => Value::WithUnit(sign * number),
        })
    }

    fn operand(&mut self) -> Result<Value, FormulaError> {
        let value = match self.peek() {
            Some('(') => self.brackets()?,
            Some(c) if c.is_ascii_digit() || ".,:;".contains(c) => self.number()?,
            Some(c) if !"+-−*×/÷)".contains(c) => {
                return Err(FormulaError::NotANumber(self.word().to_owned()));
            }
            _ => {
                return Err(self
                    .after
                    .map_or(FormulaError::Empty, FormulaError::NumberMissing));
            }
        };
        let Some(word) = self.unit_word() else {
            return Ok(value);
        };
        match value {
            Value::Bare(number) => finite(self.unit.with_word(number, word)?).map(Value::WithUnit),
            Value::WithUnit(_) => Err(FormulaError::TwoUnits),
        }
    }

    fn brackets(&mut self) -> Result<Value, FormulaError> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH {
            return Err(FormulaError::TooDeep);
        }
        self.next();
        let value = self.sum()?;
        match self.peek() {
            Some(')') => self.next(),
            None => return Err(FormulaError::BracketMissing),
            Some(_) => return Err(FormulaError::OperatorMissing),
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(value)
    }

    /// Reads a number or a timecode, of which there is at least one character.
    fn number(&mut self) -> Result<Value, FormulaError> {
        let digits = self.take(|c| c.is_ascii_digit() || ".,:;".contains(c));
        if digits.contains([':', ';']) {
            return self.unit.timecode(digits).map(Value::WithUnit);
        }
        let exponent = self.exponent();
        let decimal = with_decimal_point(digits)?;
        let number: f64 = format!("{decimal}{exponent}")
            .parse()
            .ok()
            .ok_or_else(|| FormulaError::NotANumber(digits.to_owned()))?;
        finite(number).map(Value::Bare)
    }

    /// Reads `e6`, `E-6`, or nothing.
    fn exponent(&mut self) -> &'t str {
        let after_e = self.rest.strip_prefix(['e', 'E']).unwrap_or_default();
        let digits = after_e.strip_prefix(['+', '-']).unwrap_or(after_e);
        if !digits.starts_with(|c: char| c.is_ascii_digit()) {
            return "";
        }
        let is_first = std::cell::Cell::new(true);
        let mut was_e = false;
        self.take(|c| {
            let is_e = is_first.replace(false);
            let is_sign = was_e && (c == '+' || c == '-');
            was_e = is_e;
            is_e || is_sign || c.is_ascii_digit()
        })
    }

    /// Reads the word of a unit. `x` and `×` are one where no operand follows, else an operator.
    fn unit_word(&mut self) -> Option<&'t str> {
        let first = self.peek()?;
        if first == '%' || first == '°' {
            return Some(self.take_one());
        }
        if !first.is_alphabetic() && first != '×' {
            return None;
        }
        let word = self.upcoming_word();
        if word == "x" || word == "×" {
            let behind = self
                .rest
                .strip_prefix(word)
                .unwrap_or_default()
                .trim_start();
            let is_operand = |c: char| c.is_ascii_digit() || ".,(".contains(c);
            if behind.starts_with(is_operand) {
                return None;
            }
        }
        Some(self.word())
    }

    fn added(&self, one: Value, other: Value, sign: f64) -> Result<Value, FormulaError> {
        match (one, other) {
            (Value::Bare(one), Value::Bare(other)) if self.unit.is_linear() => {
                finite(one + sign * other).map(Value::Bare)
            }
            (one, other) => {
                let sum = self.in_unit(one)? + sign * self.in_unit(other)?;
                finite(sum).map(Value::WithUnit)
            }
        }
    }

    fn multiplied(&self, one: Value, other: Value) -> Result<Value, FormulaError> {
        match (one, other) {
            (Value::Bare(one), Value::Bare(other)) if self.unit.is_linear() => {
                finite(one * other).map(Value::Bare)
            }
            (Value::Bare(factor), Value::WithUnit(number)) => {
                finite(factor * number).map(Value::WithUnit)
            }
            (one, Value::Bare(factor)) => finite(self.in_unit(one)? * factor).map(Value::WithUnit),
            (Value::WithUnit(one), Value::WithUnit(other)) => {
                let whole = self.unit.one().ok_or(FormulaError::TwoUnits)?;
                finite(one * other / whole).map(Value::WithUnit)
            }
        }
    }

    fn divided(&self, one: Value, other: Value) -> Result<Value, FormulaError> {
        let (Value::Bare(divisor) | Value::WithUnit(divisor)) = other;
        if divisor == 0.0 {
            return Err(FormulaError::DivisionByZero);
        }
        match (one, other, self.unit.one()) {
            (Value::Bare(one), Value::Bare(_), _) if self.unit.is_linear() => {
                finite(one / divisor).map(Value::Bare)
            }
            (one, Value::Bare(_), _) => finite(self.in_unit(one)? / divisor).map(Value::WithUnit),
            (Value::Bare(one), Value::WithUnit(_), Some(whole)) => {
                finite(one / (divisor / whole) * whole).map(Value::WithUnit)
            }
            (Value::WithUnit(one), Value::WithUnit(_), Some(whole)) => {
                finite(one / divisor * whole).map(Value::WithUnit)
            }
            (Value::WithUnit(one), Value::WithUnit(_), None) => {
                finite(one / divisor).map(Value::Bare)
            }
            (Value::Bare(_), Value::WithUnit(_), None) => Err(FormulaError::TwoUnits),
        }
    }

    fn in_unit(&self, value: Value) -> Result<f64, FormulaError> {
        match value {
            Value::Bare(number) => self.unit.of_bare(number),
            Value::WithUnit(number) => Ok(number),
        }
    }

    /// The character that comes next, after spaces.
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    /// Goes past an operator or a bracket.
    fn next(&mut self) {
        let mut chars = self.rest.chars();
        self.after = chars.next();
        self.rest = chars.as_str();
    }

    fn take_one(&mut self) -> &'t str {
        let mut is_first = true;
        self.take(|_| std::mem::replace(&mut is_first, false))
    }

    /// The letters and signs up to a space, a digit or an operator; at least one character.
    fn upcoming_word(&self) -> &'t str {
        let is_letter = |c: char| c.is_alphabetic() || (c.is_numeric() && !c.is_ascii_digit());
        let end = self.rest.find(|c| !is_letter(c)).unwrap_or(self.rest.len());
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        self.rest.get(..end.max(first)).unwrap_or_default()
    }

    fn word(&mut self) -> &'t str {
        let word = self.upcoming_word();
        self.rest = self.rest.strip_prefix(word).unwrap_or_default();
        word
    }

    /// Reads characters while they are such.
    fn take(&mut self, mut is_such: impl FnMut(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !is_such(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        self.rest = rest;
        taken
    }
}

/// Digits with a point before decimals, for which a comma is typed in half of Europe. One that may stand before
/// thousands is refused.
fn with_decimal_point(digits: &str) -> Result<String, FormulaError> {
    let Some((whole, decimals)) = digits.split_once(',') else {
        return Ok(digits.to_owned());
    };
    let is_thousand = decimals.len() == 3 && !matches!(whole, "" | "0");
    if is_thousand || digits.contains('.') || decimals.contains(',') {
        return Err(FormulaError::Comma(digits.to_owned()));
    }
    Ok(format!("{whole}.{decimals}"))
}

fn finite(number: f64) -> Result<f64, FormulaError> {
    if number.is_finite() {
        Ok(number)
    } else {
        Err(FormulaError::TooLarge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::formula::Entry;
    use crate::time::{FrameRate, TimeFormat};
    use proptest::prelude::*;

    /// A formula, and what `f64` makes of it.
    fn formulas() -> impl Strategy<Value = (String, f64)> {
        let number = (0_u32..10_000, 0_u32..100)
            .prop_map(|(whole, part)| format!("{whole}.{part:02}"))
            .prop_map(|text| {
                let value: f64 = text.parse().expect("a number");
                (text, value)
            });
        number.prop_recursive(5, 40, 2, |inner| {
            let pair = (inner.clone(), inner.clone(), 0_usize..4, "[ ]{0,2}");
            prop_oneof![
                pair.prop_map(|((a, x), (b, y), which, gap)| {
                    let (sign, value) =
                        [('+', x + y), ('-', x - y), ('*', x * y), ('/', x / y)][which];
                    (format!("({a}){gap}{sign}{gap}({b})"), value)
                }),
                inner.prop_map(|(text, value)| (format!("-({text})"), -value)),
            ]
        })
    }

    const UNITS: [Unit; 8] = [
        Unit::Plain,
        Unit::Percent,
        Unit::Pixels,
        Unit::Degrees,
        Unit::Mebibytes,
        Unit::Time(TimeFormat::Timecode, FrameRate::FPS_60),
        Unit::Time(TimeFormat::Frames, FrameRate::FPS_60),
        Unit::Time(TimeFormat::Seconds, FrameRate::FPS_60),
    ];

    proptest! {
        #[test]
        fn formulas_agree_with_floating_point((text, expected) in formulas()) {
            let found = evaluated(&text, Unit::Pixels, None);
            match found {
                Ok(value) => prop_assert_eq!(value, Value::Bare(expected), "{}", text),
                // Where a part is infinite or too long, there is none.
                Err(FormulaError::DivisionByZero | FormulaError::TooLarge | FormulaError::TooDeep) => {}
                Err(error) => prop_assert!(false, "{}: {}", text, error),
            }
        }

        #[test]
        fn any_text_is_read_or_refused_and_what_is_read_is_finite(
            text in prop_oneof!["[-+*/()0-9.,:;exXfs%°× =]{0,40}", "\\PC{0,40}"],
            which in 0_usize..UNITS.len(),
        ) {
            match UNITS[which].read(&text) {
                Ok(Entry::Set(value) | Entry::Add(value) | Entry::Multiply(value)) => {
                    prop_assert!(value.is_finite(), "{}", text);
                }
                Ok(Entry::Divide(by)) => prop_assert!(by.is_finite() && by != 0.0, "{}", text),
                Err(error) => prop_assert!(!error.to_string().is_empty(), "{}", text),
            }
        }

        #[test]
        fn what_is_written_is_read_back(value in -9999.0_f64..9999.0, which in 0_usize..5) {
            let unit = UNITS[which];
            let text = unit.text(value, 2);
            let Ok(Entry::Set(back)) = unit.read(&text) else {
                return Err(TestCaseError::fail(text));
            };
            prop_assert!((back - value).abs() < 0.0051, "{}: {}", text, back);
        }
    }
}
