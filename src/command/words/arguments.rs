//! The arguments behind a path: between blanks, in quotes, or the rest of the line.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::str::FromStr;

use serde::de::DeserializeOwned;

use crate::command::tree::value::{parse_bool, parse_exact_time};
use crate::time::Time;
use crate::time::path_text::from_text;

/// Arguments that are still to be read.
#[derive(Clone, Copy, Debug)]
pub(in crate::command) struct Arguments<'t> {
    rest: &'t str,
}

impl<'t> Arguments<'t> {
    /// Those in a text.
    pub fn of(text: &'t str) -> Self {
        Self { rest: text.trim() }
    }

    /// True if there are no more.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next one, without its quotes.
    pub fn text(&mut self) -> Option<String> {
        let (text, rest) = if let Some(quoted) = self.rest.strip_prefix('"') {
            unquoted(quoted)?
        } else {
            let end = self.rest.find(char::is_whitespace);
            let (text, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
            if text.is_empty() {
                return None;
            }
            (text.to_owned(), rest)
        };
        // What follows a closing quote without a blank is a slip.
        if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
            return None;
        }
        self.rest = rest.trim_start();
        Some(text)
    }

    /// All that is left, as one text; quotes are only needed where it begins or ends with a blank, or begins with a
    /// quote.
    pub fn line(&mut self) -> Option<String> {
        if self.rest.starts_with('"') {
            return self.text().filter(|_| self.is_empty());
        }
        let line = std::mem::take(&mut self.rest);
        (!line.is_empty()).then(|| line.to_owned())
    }

    /// The next one as what reads itself from text.
    pub fn parse<T: FromStr>(&mut self) -> Option<T> {
        self.text()?.parse().ok()
    }

    /// The next one as the path of a file.
    pub fn path(&mut self) -> Option<PathBuf> {
        Some(from_text(&self.text()?))
    }

    /// The next one as a switch.
    pub fn flag(&mut self) -> Option<bool> {
        parse_bool(&self.text()?)
    }

    /// The next one as a time in seconds or flicks.
    pub fn time(&mut self) -> Option<Time> {
        parse_exact_time(&self.text()?)
    }

    /// The next one as a number of a list, counted from 1; gives the place, counted from 0.
    pub fn place(&mut self) -> Option<usize> {
        self.parse::<u128>()?.checked_sub(1)?.try_into().ok()
    }

    /// All that is left, as RON.
    pub fn ron<T: DeserializeOwned>(&mut self) -> Option<T> {
        ron::from_str(std::mem::take(&mut self.rest)).ok()
    }
}

/// An argument as it is written: in quotes where it has blanks or could be taken for something else.
pub(crate) fn argument(text: &str) -> String {
    let is_plain = |letter: char| !letter.is_whitespace() && !letter.is_control() && letter != '"';
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    quoted(text)
}

/// The rest of a line as it is written.
pub(super) fn line(text: &str) -> String {
    let is_plain = !text.is_empty()
        && text.trim() == text
        && !text.starts_with('"')
        && !text.contains(char::is_control);
    if is_plain {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// The place in a list, counted from 1.
pub(super) fn place(place: usize) -> u128 {
    place as u128 + 1
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            // Writing to a string cannot fail.
            letter if letter.is_control() => _ = write!(quoted, "\\u{{{:x}}}", letter as u32),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// The text up to the closing quote, and what follows that.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut found = String::new();
    let mut letters = text.chars();
    loop {
        let letter = match letters.next()? {
            '"' => return Some((found, letters.as_str())),
            '\\' => match letters.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let (digits, rest) = letters.as_str().strip_prefix('{')?.split_once('}')?;
                    letters = rest.chars();
                    char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
                }
                letter @ ('"' | '\\') => letter,
                _ => return None,
            },
            letter => letter,
        };
        found.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn arguments_stand_between_blanks_or_in_quotes() {
        let mut arguments = Arguments::of(r#" one "two words" "\u{e9}\n\"\\" 4 "#);
        assert_eq!(arguments.text().as_deref(), Some("one"));
        assert_eq!(arguments.text().as_deref(), Some("two words"));
        assert_eq!(arguments.text().as_deref(), Some("é\n\"\\"));
        assert_eq!(arguments.place(), Some(3));
        assert_eq!(arguments.text(), None);
        for slip in [r#""open"#, r#""a"b"#, r#""\x""#, r#""\u{110000}""#] {
            assert_eq!(Arguments::of(slip).text(), None, "{slip}");
        }
    }

    #[test]
    fn a_line_needs_no_quotes_for_blanks_within() {
        assert_eq!(
            Arguments::of("two words").line().as_deref(),
            Some("two words")
        );
        assert_eq!(Arguments::of(r#"" a ""#).line().as_deref(), Some(" a "));
        assert_eq!(Arguments::of(r#""a" b"#).line(), None);
        assert_eq!(Arguments::of(" ").line(), None);
    }

    proptest! {
        #[test]
        fn any_text_survives_as_an_argument_and_as_a_line(text in any::<String>()) {
            let written = format!("{} next", argument(&text));
            let mut arguments = Arguments::of(&written);
            prop_assert_eq!(arguments.text(), Some(text.clone()));
            prop_assert_eq!(arguments.text(), Some("next".to_owned()));
            prop_assert_eq!(Arguments::of(&line(&text)).line(), Some(text));
        }
    }
}
