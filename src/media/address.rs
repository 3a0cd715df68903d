//! Addresses of live sources: what stands where a path could, but names a stream or a camera.
//!
//! | form | source | may open |
//! |---|---|---|
//! | `http://`, `https://` | a stream, a playlist (HLS) or a file on a server | web addresses |
//! | `rtsp://`, `rtsps://` | a camera or server that offers streams | its own connections |
//! | `rtp://`, `udp://`, `tcp://`, `srt://` | a stream sent here, or fetched | nothing else |
//! | `rtmp://`, `rtmps://` | a broadcast server | its own connections |
//! | `v4l2:/dev/video0` | a camera, on Linux | the camera |
//!
//! FFmpeg is told what a source may open, so that no playlist leads to a file of this machine. A camera is a device of
//! the names that Linux gives to cameras: opening any other may do something.

use std::path::Path;

/// A source without an end that cannot be sought in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LiveAddress {
    /// As it was written.
    pub text: String,
    /// The way to reach it.
    pub reach: Reach,
}

/// The way to reach a live source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Asked for piece by piece, so that it waits for its reader, who keeps the time.
    Fetched {
        /// FFmpeg's protocols that may be used.
        protocols: &'static str,
    },
    /// Sent at its own pace: what is not taken in time is lost or comes late.
    Sent {
        /// FFmpeg's protocols that may be used.
        protocols: &'static str,
    },
    /// A camera of this machine.
    Camera,
}

/// Schemes, and how each is reached.
const SCHEMES: &[(&str, Reach)] = {
    const WEB: &str = "http,https,httpproxy,tcp,tls,crypto";
    &[
        ("http", Reach::Fetched { protocols: WEB }),
        ("https", Reach::Fetched { protocols: WEB }),
        (
            "rtsp",
            Reach::Sent {
                protocols: "rtsp,rtp,udp,tcp",
            },
        ),
        (
            "rtsps",
            Reach::Sent {
                protocols: "rtsps,rtsp,rtp,udp,tcp,tls",
            },
        ),
        (
            "rtp",
            Reach::Sent {
                protocols: "rtp,udp",
            },
        ),
        ("udp", Reach::Sent { protocols: "udp" }),
        ("tcp", Reach::Sent { protocols: "tcp" }),
        ("srt", Reach::Sent { protocols: "srt" }),
        (
            "rtmp",
            Reach::Sent {
                protocols: "rtmp,tcp",
            },
        ),
        (
            "rtmps",
            Reach::Sent {
                protocols: "rtmps,rtmp,tls,tcp",
            },
        ),
    ]
};

/// The beginning of a camera's address; the device follows.
const CAMERA: &str = "v4l2:";

/// Kind of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum AddressKind {
    /// A file of this machine.
    File,
    /// A live source.
    Live(LiveAddress),
    /// An address without a host.
    Incomplete,
    /// An address of a kind that is not opened.
    Unknown {
        /// Its beginning.
        scheme: String,
    },
}

impl AddressKind {
    /// Distinguishes addresses from paths. A path with a colon in it is a path, unless `//` follows the colon.
    pub(super) fn of(path: &Path) -> Self {
        let Some(text) = path.to_str() else {
            return Self::File;
        };
        let is_like_one = text.starts_with(CAMERA) || text.contains("://");
        // A file may be named like an address.
        if !is_like_one || path.exists() {
            return Self::File;
        }
        if let Some(device) = text.strip_prefix(CAMERA) {
            let device = if device.is_empty() {
                "/dev/video0"
            } else {
                device
            };
            if !is_camera(device) {
                return Self::Unknown {
                    scheme: text.to_owned(),
                };
            }
            return Self::Live(LiveAddress {
                text: format!("{CAMERA}{device}"),
                reach: Reach::Camera,
            });
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Self::File;
        };
        let is_scheme = scheme.len() > 1
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        if !is_scheme {
            return Self::File;
        }
        let known = SCHEMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(scheme));
        match known {
            Some(_) if !leads_somewhere(scheme, rest) => Self::Incomplete,
            Some((_, reach)) => Self::Live(LiveAddress {
                text: text.to_owned(),
                reach: *reach,
            }),
            None => Self::Unknown {
                scheme: scheme.to_owned(),
            },
        }
    }
}

/// True if what follows the scheme leads somewhere: to a host, or, for streams that may be sent here, to a port.
fn leads_somewhere(scheme: &str, rest: &str) -> bool {
    let listens = ["rtp", "udp", "tcp", "srt"];
    if listens.iter().any(|name| name.eq_ignore_ascii_case(scheme)) {
        !authority(rest).is_empty()
    } else {
        !host(rest).is_empty()
    }
}

/// The authority (RFC 3986, 3.2) of what follows the scheme: user, host and port.
fn authority(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// The host, of what follows the scheme; an address of numbers and colons in its brackets.
fn host(rest: &str) -> &str {
    let authority = authority(rest);
    let place = authority
        .rsplit_once('@')
        .map_or(authority, |(_, place)| place);
    match place.find(']') {
        Some(end) => &place[..=end],
        None => place.split(':').next().unwrap_or_default(),
    }
}

/// True if `path` is the address of a live source, of a kind that is opened.
pub fn is_live_address(path: &Path) -> bool {
    matches!(AddressKind::of(path), AddressKind::Live(_))
}

/// The host that the address of a live source names; none for a camera, a stream that is sent here, and a file.
pub fn host_in(path: &Path) -> Option<&str> {
    let (_, rest) = path.to_str()?.split_once("://")?;
    Some(host(rest)).filter(|host| !host.is_empty() && is_live_address(path))
}

/// True if this is the name of a video device.
fn is_camera(device: &str) -> bool {
    let names = ["/dev/video", "/dev/v4l/"];
    let is_plain = !device.split('/').any(|part| part == "..");
    is_plain && names.iter().any(|name| device.starts_with(name))
}

impl LiveAddress {
    /// The camera's device, if it is a camera.
    pub(super) fn camera(&self) -> Option<&str> {
        self.text.strip_prefix(CAMERA)
    }

    /// True if pictures come at their own pace.
    pub(super) fn is_sent(&self) -> bool {
        !matches!(self.reach, Reach::Fetched { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> AddressKind {
        AddressKind::of(Path::new(text))
    }

    #[test]
    fn addresses_are_told_from_paths() {
        for path in [
            "a.mov",
            "/shows/a:b.mov",
            "c://odd",
            "/x/http://y",
            "://",
            "a b://c",
        ] {
            assert_eq!(place(path), AddressKind::File, "{path}");
        }
        for address in ["http://host/a.m3u8", "RTSP://camera/1", "udp://@:5000"] {
            assert!(matches!(place(address), AddressKind::Live(_)), "{address}");
        }
        let unknown = AddressKind::Unknown {
            scheme: "concat".to_owned(),
        };
        assert_eq!(place("concat://a|b"), unknown);
        assert!(matches!(
            place("file:///etc/passwd"),
            AddressKind::Unknown { .. }
        ));
    }

    #[test]
    fn an_address_without_a_host_is_none() {
        for text in [
            "http://",
            "https:///a.ts",
            "rtsp://:554/x",
            "rtmp://user@/x",
            "udp://",
        ] {
            assert_eq!(place(text), AddressKind::Incomplete, "{text}");
        }
        for text in [
            "srt://:9000?mode=listener",
            "udp://@:5000",
            "rtp://[ff02::1]:5004",
        ] {
            assert!(is_live_address(Path::new(text)), "{text}");
        }
    }

    #[test]
    fn the_host_is_told_from_user_port_and_path() {
        for (text, host) in [
            ("udp://127.0.0.1:9123", Some("127.0.0.1")),
            (
                "rtsp://me:secret@camera.local:554/1/main.sdp",
                Some("camera.local"),
            ),
            ("http://host?x=a@b:1", Some("host")),
            ("rtp://[ff02::1]:5004", Some("[ff02::1]")),
            ("udp://@:5000", None),
            ("v4l2:/dev/video0", None),
            ("/x/a.mov", None),
            ("gopher://host/a", None),
        ] {
            assert_eq!(host_in(Path::new(text)), host, "{text}");
        }
    }

    #[test]
    fn a_camera_without_a_device_is_the_first() {
        let AddressKind::Live(first) = place("v4l2:") else {
            panic!("a camera");
        };
        assert_eq!(first.camera(), Some("/dev/video0"));
        assert!(first.is_sent(), "a camera does not wait");
        assert!(matches!(
            place("v4l2:/dev/v4l/by-id/usb-cam"),
            AddressKind::Live(_)
        ));
    }

    #[test]
    fn no_other_device_is_a_camera() {
        for device in [
            "/dev/watchdog",
            "/etc/passwd",
            "/dev/video/../watchdog",
            "video0",
        ] {
            let place = place(&format!("v4l2:{device}"));
            assert!(
                matches!(place, AddressKind::Unknown { .. }),
                "{device}: {place:?}"
            );
        }
    }

    #[test]
    fn no_source_may_open_files_or_put_streams_together() {
        for (scheme, reach) in SCHEMES {
            let (Reach::Fetched { protocols } | Reach::Sent { protocols }) = reach else {
                panic!("cameras have no scheme");
            };
            for forbidden in [
                "file", "concat", "subfile", "pipe", "data", "cache", "async",
            ] {
                let is_allowed = protocols.split(',').any(|name| name == forbidden);
                assert!(!is_allowed, "{scheme} must not open {forbidden}");
            }
        }
    }
}
