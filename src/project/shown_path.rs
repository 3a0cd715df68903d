//! Paths and addresses as they are shown: in messages, logs, reports and panels. Passwords and tokens in the address of a
//! live source are hidden; the project keeps the address as it was written.
//!
//! ```text
//! rtsp://me:secret@camera:554/1              rtsp://***@camera:554/1
//! https://host/a.m3u8?quality=high&sig=f00   https://host/a.m3u8?quality=high&sig=***
//! ```
//!
//! Servers name their tokens as they like, so only parameters that are known to be harmless are shown.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

/// Stands for what is hidden.
const HIDDEN: &str = "***";

/// Parameters whose values are shown: options of FFmpeg's protocols, and what servers call the kinds of their streams.
const HARMLESS: &[&str] = &[
    "buffer_size",
    "channel",
    "codec",
    "fifo_size",
    "format",
    "fps",
    "height",
    "latency",
    "listen",
    "localaddr",
    "localport",
    "mode",
    "overrun_nonfatal",
    "pkt_size",
    "profile",
    "quality",
    "resolution",
    "reuse",
    "rw_timeout",
    "subtype",
    "tcp",
    "timeout",
    "transport",
    "transtype",
    "ttl",
    "udp",
    "width",
];

/// The longest value that is shown.
const MAX_VALUE_BYTES: usize = 40;

/// Schemes of addresses. With one of them an address is told from a path though its slashes were left out.
const SCHEMES: &[&str] = &[
    "ftp", "http", "https", "mms", "rist", "rtmp", "rtmps", "rtmpt", "rtp", "rtsp", "rtsps",
    "sftp", "smb", "srt", "srtp", "tcp", "udp", "whep", "ws", "wss",
];

/// A path as it may be shown to anybody.
#[derive(Clone, Copy, Debug)]
pub struct ShownPath<'a>(&'a Path);

/// A path as it may be shown to anybody: as it is, without passwords and tokens if it is an address.
pub fn shown(path: &Path) -> ShownPath<'_> {
    ShownPath(path)
}

/// The last part of a path or address, as it may be shown to anybody.
pub fn shown_name(path: &Path) -> String {
    let text = path.to_str().and_then(without_secrets);
    let text = text
        .as_deref()
        .map(|text| text.split(['?', '#']).next().unwrap_or(text));
    let path = text.map_or(path, Path::new);
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

impl fmt::Display for ShownPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.to_str().and_then(without_secrets) {
            Some(text) => f.write_str(&text),
            None => self.0.display().fmt(f),
        }
    }
}

/// An address without its secrets; `None` for what is none.
fn without_secrets(text: &str) -> Option<String> {
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.len() > 1
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    if !is_scheme {
        return None;
    }
    let known = || {
        SCHEMES
            .iter()
            .any(|known| known.eq_ignore_ascii_case(scheme))
    };
    let (slashes, rest) = match rest.strip_prefix("//") {
        Some(rest) => ("//", rest),
        // Of a file of such a name nothing is hidden.
        None if known() && !Path::new(text).exists() => ("", rest),
        None => return None,
    };
    let rest = without_user(rest);
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (place, parameters) = rest.split_at(end);
    let mut shown = format!("{scheme}:{slashes}");
    for (number, part) in place.split('/').enumerate() {
        if number > 0 {
            shown.push('/');
        }
        push_part(&mut shown, part);
    }
    push_parameters(&mut shown, parameters, false);
    Some(shown)
}

/// What follows the scheme, with the user and password (RFC 3986, 3.2.1) hidden.
fn without_user(rest: &str) -> Cow<'_, str> {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let port = authority.rsplit_once(':').map(|(_, port)| port);
    // A password with a character in it that ends the authority is refused, but it is a password all the same.
    let is_cut = port.is_some_and(|port| port.bytes().any(|byte| !byte.is_ascii_digit()))
        && !authority.ends_with(']');
    let at = match authority.rfind('@') {
        Some(at) => Some(at),
        None if is_cut => rest.rfind('@'),
        None => None,
    };
    match at {
        None | Some(0) => Cow::Borrowed(rest),
        Some(at) => Cow::Owned(format!("{HIDDEN}{}", &rest[at..])),
    }
}

/// Adds a part of the path, which may be a token (RFC 7519 begins so) or have parameters of its own (RFC 3986, 3.3).
fn push_part(shown: &mut String, part: &str) {
    let (name, parameters) = part.split_at(part.find(';').unwrap_or(part.len()));
    let is_token = name.starts_with("eyJ") && name.len() > 20;
    shown.push_str(if is_token { HIDDEN } else { name });
    push_parameters(shown, parameters, true);
}

/// Adds parameters with what stands before each.
fn push_parameters(shown: &mut String, parameters: &str, is_in_path: bool) {
    let mut rest = parameters;
    while !rest.is_empty() {
        // Each mark is a single byte.
        let (mark, behind) = rest.split_at(1);
        let end = behind.find(['&', ';', '?', '#']).unwrap_or(behind.len());
        let (parameter, after) = behind.split_at(end);
        shown.push_str(mark);
        match parameter.split_once('=') {
            Some((name, value)) if is_harmless(name, value) => shown.push_str(parameter),
            Some((name, _)) => {
                shown.push_str(name);
                shown.push('=');
                shown.push_str(HIDDEN);
            }
            None if parameter.is_empty() || is_harmless(parameter, "") || is_in_path => {
                shown.push_str(parameter);
            }
            None => shown.push_str(HIDDEN),
        }
        rest = after;
    }
}

fn is_harmless(name: &str, value: &str) -> bool {
    let is_plain = value
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    is_plain
        && value.len() <= MAX_VALUE_BYTES
        && HARMLESS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str) -> String {
        shown(Path::new(path)).to_string()
    }

    #[test]
    fn passwords_and_tokens_are_hidden() {
        for (address, expected) in [
            ("rtsp://me:secret@camera:554/1", "rtsp://***@camera:554/1"),
            ("RTMP://secret@host/live", "RTMP://***@host/live"),
            ("http://me:a@secret@host/", "http://***@host/"),
            (
                "https://host/a.ts?token=secret",
                "https://host/a.ts?token=***",
            ),
            (
                "https://host/a.ts?quality=high&X-Amz-Signature=secret&sig=secret#key=secret",
                "https://host/a.ts?quality=high&X-Amz-Signature=***&sig=***#key=***",
            ),
            ("https://host/a?secret", "https://host/a?***"),
            (
                "https://host/a;token=secret/b.ts",
                "https://host/a;token=***/b.ts",
            ),
            (
                "srt://:9000?mode=listener&passphrase=secret",
                "srt://:9000?mode=listener&passphrase=***",
            ),
            ("srt://h:1?mode=https://secret@x", "srt://h:1?mode=***"),
            (
                "http://h/a?%74oken=secret;auth=secret",
                "http://h/a?%74oken=***;auth=***",
            ),
            ("rtsp:me:secret@camera/1", "rtsp:***@camera/1"),
            ("gopher://me:secret@host", "gopher://***@host"),
            // Refused, and said why.
            ("rtsp://me:sec/ret@camera/1", "rtsp://***@camera/1"),
            ("rtsp://me:sec?ret#s@camera/1", "rtsp://***@camera/1"),
        ] {
            assert_eq!(text(address), expected, "{address}");
        }
        let token = "https://host/eyJhbGciOiJIUzI1NiJ9.e30.secret/a.ts";
        assert_eq!(text(token), "https://host/***/a.ts");
    }

    #[test]
    fn what_has_no_secrets_is_shown_as_it_is() {
        for path in [
            "/shows/me:x@y.mov",
            "a?token=b.mov",
            "c:a@b",
            "udp://@:5000?pkt_size=1316",
            "rtp://[ff02::1]:5004",
            "http://host/@user/live.m3u8",
            "http://host:8080/@user/live.m3u8",
            "v4l2:/dev/video0",
            "http://[::1]/a@b",
        ] {
            assert_eq!(text(path), path);
        }
    }

    #[test]
    fn the_name_of_an_address_has_no_parameters() {
        for (path, name) in [
            ("https://host/live.m3u8?token=secret/x", "live.m3u8"),
            ("rtsp://me:secret@camera:554", "***@camera:554"),
            ("/shows/a?b.mov", "a?b.mov"),
        ] {
            assert_eq!(shown_name(Path::new(path)), name);
        }
    }
}
