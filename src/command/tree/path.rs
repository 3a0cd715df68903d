//! Paths of the tree, `/layer/2/opacity`: names and numbers between slashes.
//!
//! A segment of digits is a number. Everything else is a name, in which `%2F` stands for a byte, as in RFC 3986 §2.1: a
//! layer called `a/b` is `/layer/a%2Fb`, one called `2` is `/layer/%32`. A path prints in one way, in which letters,
//! digits and `-_.~!$&'+;=:@` stand for themselves; that leaves out what OSC 1.0 reserves in its addresses.

use std::fmt;
use std::str::FromStr;

/// Longest path, in bytes: the longest name of a layer, every byte of it escaped, and room around it.
pub const MAX_PATH_BYTES: usize = 4096;

/// Marks that stand for themselves in a printed name.
const PLAIN_MARKS: &str = "-_.~!$&'+;=:@";

/// A path of the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParameterPath {
    segments: Vec<Segment>,
}

/// A part of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// A number, counted from 1.
    Number(u32),
    /// A word of the tree, or the name that a user gave.
    Name(String),
}

/// Reason that a text is no path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It is too long.
    #[error("a path has at most {MAX_PATH_BYTES} bytes")]
    TooLong,
    /// It does not begin with a slash.
    #[error("a path begins with a slash, such as /transport/play, not {0:?}")]
    NoSlash(String),
    /// There is nothing between two slashes, or after the last.
    #[error("there must be a name or a number behind every slash: {0:?}")]
    Empty(String),
    /// A percent sign is not followed by two hexadecimal digits, or the bytes are no text.
    #[error("a percent sign in a path stands before two hexadecimal digits of UTF-8: {0:?}")]
    Escape(String),
    /// A blank or a control character.
    #[error("a blank in a path is written as %20, and control characters likewise: {0:?}")]
    Blank(String),
}

impl ParameterPath {
    /// The path of these words, separated by slashes.
    pub(super) fn of(words: &str) -> Self {
        Self::default().then(words)
    }

    /// The path with these words behind it.
    pub(super) fn then(mut self, words: &str) -> Self {
        let names = words.split('/').map(|word| Segment::Name(word.to_owned()));
        self.segments.extend(names);
        self
    }

    /// The path with a number behind it.
    pub(super) fn number(mut self, number: usize) -> Self {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        self.segments.push(Segment::Number(number));
        self
    }

    /// Its parts.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }
}

impl Segment {
    /// True if it is this word.
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Self::Name(name) if name == word)
    }

    fn of(text: &str) -> Option<Self> {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(number) = text.parse().ok().filter(|_| is_number) {
            return Some(Self::Number(number));
        }
        unescaped(text).map(Self::Name)
    }
}

impl FromStr for ParameterPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        if text.len() > MAX_PATH_BYTES {
            return Err(PathError::TooLong);
        }
        let Some(parts) = text.strip_prefix('/') else {
            return Err(PathError::NoSlash(text.to_owned()));
        };
        if text.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
            return Err(PathError::Blank(text.to_owned()));
        }
        let segment = |part: &str| match part {
            "" => Err(PathError::Empty(text.to_owned())),
            part => Segment::of(part).ok_or_else(|| PathError::Escape(text.to_owned())),
        };
        let segments = parts.split('/').map(segment).collect::<Result<_, _>>()?;
        Ok(Self { segments })
    }
}

impl fmt::Display for ParameterPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.segments
            .iter()
            .try_for_each(|segment| write!(f, "/{segment}"))
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Number(number) => return number.fmt(f),
            Self::Name(name) => name,
        };
        // One digit escaped makes a name of what would be read as a number.
        let looks_like_number = matches!(Self::of(name), Some(Self::Number(_)));
        for (index, letter) in name.chars().enumerate() {
            let is_plain = letter.is_alphanumeric() || PLAIN_MARKS.contains(letter);
            if is_plain && !(looks_like_number && index == 0) {
                write!(f, "{letter}")?;
                continue;
            }
            for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                write!(f, "%{byte:02X}")?;
            }
        }
        Ok(())
    }
}

/// The name that an escaped text stands for; none where an escape is no byte or the bytes are no text.
fn unescaped(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let byte = u8::from_str_radix(digits, 16).ok();
        bytes.push(byte.filter(|_| is_hexadecimal)?);
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes)
        .ok()
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> ParameterPath {
        text.parse().expect("a path")
    }

    #[test]
    fn names_are_escaped_and_digits_are_numbers() {
        let path = ParameterPath::of("layer").then("2");
        assert_eq!(path.to_string(), "/layer/%32");
        assert_eq!(parsed("/layer/%32"), path);
        assert_eq!(parsed("/layer/2"), ParameterPath::of("layer").number(2));
        let name = Segment::Name("a/b c%".to_owned());
        assert_eq!(name.to_string(), "a%2Fb%20c%25");
        assert_eq!(parsed("/a%2fb%20c%25").segments(), [name]);
        assert_eq!(parsed("/Überschrift").to_string(), "/Überschrift");
        assert_eq!(parsed("/99999999999").to_string(), "/99999999999");
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in [
            "", "/", "layer", "/layer/", "//a", "/a b", "/%", "/%4", "/%zz", "/%+4", "/%ff",
            "/a\u{7}",
        ] {
            assert!(text.parse::<ParameterPath>().is_err(), "{text}");
        }
        let long = format!("/{}", "a".repeat(MAX_PATH_BYTES));
        assert_eq!(long.parse::<ParameterPath>(), Err(PathError::TooLong));
    }

    proptest! {
        #[test]
        fn any_name_survives_a_round_trip(names in prop::collection::vec("\\PC{1,8}|[0-9]{1,3}|.", 1..4)) {
            let segments = names.into_iter().map(Segment::Name).collect();
            let path = ParameterPath { segments };
            prop_assert_eq!(path.to_string().parse::<ParameterPath>(), Ok(path));
        }
    }
}
