//! Paths as text, for files and commands that hold text alone.
//!
//! A path that is Unicode is its own text. Systems allow others: any bytes on Unix, unpaired surrogates on Windows. There,
//! each byte of the path (in WTF-8 on Windows) that is not UTF-8 is written as a NUL and two hexadecimal digits, so that
//! `caf` and the byte E9 are `caf\0E9`. No path of any system holds a NUL: a text without one is never changed, and a
//! program that does not know of this finds no such file and keeps the text.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize as _, Deserializer, Serializer};

/// The mark before the two digits of a byte.
const MARK: char = '\0';

/// The text of a path.
pub fn to_text(path: &Path) -> Cow<'_, str> {
    let bytes = path.as_os_str().as_encoded_bytes();
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            _ = write!(text, "{MARK}{byte:02X}");
        }
    }
    Cow::Owned(text)
}

/// The path that a text stands for. A text that stands for none on this system is taken as it is: no file has that
/// path, and its text stays the same.
pub fn from_text(text: &str) -> PathBuf {
    let marked = text.contains(MARK).then(|| bytes_of(text)).flatten();
    marked
        .and_then(from_bytes)
        .unwrap_or_else(|| PathBuf::from(text))
}

/// The path of these bytes, as [`OsStr::as_encoded_bytes`](std::ffi::OsStr::as_encoded_bytes) gives them; none if they
/// are no path on this system.
pub fn from_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    os_string(bytes).map(PathBuf::from)
}

/// The bytes of a marked text; none where a mark is not followed by two digits.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let mut parts = text.split(MARK);
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let byte = u8::from_str_radix(digits, 16).ok();
        bytes.push(byte.filter(|_| is_hexadecimal)?);
        bytes.extend(rest.as_bytes());
    }
    Some(bytes)
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "other systems do not take any bytes"
)]
fn os_string(bytes: Vec<u8>) -> Option<OsString> {
    Some(std::os::unix::ffi::OsStringExt::from_vec(bytes))
}

#[cfg(windows)]
fn os_string(bytes: Vec<u8>) -> Option<OsString> {
    let wide = wide_of_wtf8(&bytes)?;
    Some(std::os::windows::ffi::OsStringExt::from_wide(&wide))
}

#[cfg(not(any(unix, windows)))]
fn os_string(bytes: Vec<u8>) -> Option<OsString> {
    String::from_utf8(bytes).ok().map(OsString::from)
}

/// The UTF-16 code units, unpaired surrogates included, of WTF-8 (Sapin, "The WTF-8 encoding", 4.3): UTF-8 in which a
/// surrogate is three bytes, `ED A0..BF 80..BF`.
#[cfg(any(windows, test))]
fn wide_of_wtf8(bytes: &[u8]) -> Option<Vec<u16>> {
    let mut wide = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let valid_bytes = match std::str::from_utf8(rest) {
            Ok(text) => {
                wide.extend(text.encode_utf16());
                return Some(wide);
            }
            Err(error) => error.valid_up_to(),
        };
        let (valid, after) = rest.split_at(valid_bytes);
        wide.extend(std::str::from_utf8(valid).ok()?.encode_utf16());
        let [0xED, middle @ 0xA0..=0xBF, low @ 0x80..=0xBF, after @ ..] = after else {
            return None;
        };
        wide.push(0xD000 | u16::from(middle & 0x3F) << 6 | u16::from(low & 0x3F));
        rest = after;
    }
}

/// Writes a path as its text: `#[serde(with = "path_text")]`.
///
/// # Errors
/// The serialiser's.
pub fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&to_text(path))
}

/// Reads a path from its text.
///
/// # Errors
/// The deserialiser's.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    String::deserialize(deserializer).map(|text| from_text(&text))
}

/// The same of a path that may be absent.
pub mod optional {
    use super::{Deserializer, Path, PathBuf, Serializer, from_text, to_text};
    use serde::Deserialize as _;

    /// Writes a path, if there is one, as its text.
    ///
    /// # Errors
    /// The serialiser's.
    #[expect(clippy::ref_option, reason = "serde hands fields over so")]
    pub fn serialize<S: Serializer>(
        path: &Option<impl AsRef<Path>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match path {
            Some(path) => serializer.serialize_some(&to_text(path.as_ref())),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a path, if there is one, from its text.
    ///
    /// # Errors
    /// The deserialiser's.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<PathBuf>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        Ok(text.map(|text| from_text(&text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn unicode_is_its_own_text() {
        for text in ["", "/m/a.mov", "C:\\m\\é.mov", "shot_%04d.png@30", "a\\0E9"] {
            assert_eq!(to_text(Path::new(text)), text);
            assert_eq!(from_text(text), Path::new(text));
        }
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_not_utf_8_are_marked() {
        let path = from_bytes(b"/m/caf\xE9 \xFF.mov".to_vec()).expect("a path");
        assert_eq!(to_text(&path), "/m/caf\0E9 \0FF.mov");
        assert_eq!(from_text("/m/caf\0E9 \0FF.mov"), path);
        assert_eq!(from_text("/m/caf\0e9 \0ff.mov"), path, "either case");
    }

    #[test]
    fn a_text_that_stands_for_no_path_is_kept() {
        for text in ["a\0", "a\0E", "a\0+4b", "a\0é", "\0zz/b"] {
            let path = from_text(text);
            assert_eq!(path, Path::new(text));
            assert_eq!(to_text(&path), text);
        }
    }

    #[test]
    fn unpaired_surrogates_survive_the_way_of_windows() {
        let wide = wide_of_wtf8(b"a\xED\xA0\x80b\xF0\x9F\x98\x80\xED\xBF\xBF");
        let expected = [0x61, 0xD800, 0x62, 0xD83D, 0xDE00, 0xDFFF];
        assert_eq!(wide.as_deref(), Some(&expected[..]));
        for other in [&b"\xE9"[..], b"\xED\xA0", b"\xFF\xFF"] {
            assert_eq!(wide_of_wtf8(other), None, "{other:?}");
        }
    }

    proptest! {
        #[cfg(unix)]
        #[test]
        fn any_path_survives_a_round_trip(bytes in prop::collection::vec(1_u8.., 0..40)) {
            let path = from_bytes(bytes).expect("a path");
            prop_assert_eq!(from_text(&to_text(&path)), path);
        }

        #[test]
        fn any_text_without_a_mark_is_a_path_of_that_text(text in "[^\0]{0,20}") {
            let path = from_text(&text);
            prop_assert_eq!(to_text(&path), text);
        }
    }
}
