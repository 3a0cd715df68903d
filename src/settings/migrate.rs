//! Settings of version 1: how files are read was one choice and two switches beside it.
//!
//! Version 2 writes the one choice under another name, `io_mode`, so that a program of version 1 passes over modes that
//! it does not know.

use serde::{Deserialize, Deserializer};

use super::choices::{DecodeBy, IoMode, PrebufferDepth};

/// The playback settings of a file of either version; what it lacks is `None`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct StoredPlayback {
    #[serde(deserialize_with = "present")]
    pub(super) prebuffer: Option<PrebufferDepth>,
    #[serde(deserialize_with = "present")]
    pub(super) budget_mib: Option<u32>,
    #[serde(deserialize_with = "present")]
    io_mode: Option<IoMode>,
    #[serde(deserialize_with = "present")]
    decode: Option<DecodeBy>,
    #[serde(deserialize_with = "present")]
    is_async: Option<bool>,
    #[serde(deserialize_with = "present")]
    is_mapped: Option<bool>,
    #[serde(deserialize_with = "present")]
    io: Option<IoModeV1>,
    #[serde(deserialize_with = "present")]
    is_software_decode: Option<bool>,
}

/// A field that is there. RON writes no `Some` around it.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// The ways of reading that version 1 had no switch of their own for.
#[derive(Clone, Copy, Deserialize)]
enum IoModeV1 {
    Auto,
    Pread,
    Direct,
    Uring,
}

impl StoredPlayback {
    /// The I/O mode, if the file names one.
    pub(super) fn io(&self) -> Option<IoMode> {
        self.io_mode.or_else(|| self.io_mode_v1())
    }

    /// The decoder, if the file names one.
    pub(super) fn decode(&self) -> Option<DecodeBy> {
        self.decode.or_else(|| self.decode_v1())
    }

    /// The mode that the choice and the switches of version 1 stand for, if the file has any of them.
    fn io_mode_v1(&self) -> Option<IoMode> {
        let of_choice = self.io.map(|io| match io {
            IoModeV1::Auto => IoMode::Auto,
            IoModeV1::Pread => IoMode::Pread,
            IoModeV1::Direct => IoMode::Direct,
            IoModeV1::Uring => IoMode::Uring,
        });
        match (self.is_async, self.is_mapped) {
            (Some(false), _) => Some(IoMode::Sync),
            (_, Some(true)) => Some(IoMode::Mmap),
            _ => of_choice,
        }
    }

    fn decode_v1(&self) -> Option<DecodeBy> {
        self.is_software_decode.map(|is_software| {
            if is_software {
                DecodeBy::Software
            } else {
                DecodeBy::Auto
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Playback, Settings};

    fn playback(fields: &str) -> Playback {
        let text = format!("(version: 1, playback: ({fields}))");
        let settings: Settings = ron::from_str(&text).expect("readable");
        settings.playback
    }

    #[test]
    fn each_setting_of_version_1_becomes_the_mode_that_it_stood_for() {
        for (fields, expected) in [
            ("is_async: true, is_mapped: false, io: Auto", IoMode::Auto),
            ("is_async: true, is_mapped: false, io: Pread", IoMode::Pread),
            (
                "is_async: true, is_mapped: false, io: Direct",
                IoMode::Direct,
            ),
            ("is_async: true, is_mapped: false, io: Uring", IoMode::Uring),
            ("is_async: true, is_mapped: true, io: Direct", IoMode::Mmap),
            ("is_async: false, is_mapped: true, io: Uring", IoMode::Sync),
            ("is_mapped: true", IoMode::Mmap),
            ("io: Uring", IoMode::Uring),
            ("", IoMode::Auto),
        ] {
            assert_eq!(playback(fields).io, expected, "{fields}");
        }
        let decode = |fields| playback(fields).decode;
        assert_eq!(decode("is_software_decode: true"), DecodeBy::Software);
        assert_eq!(decode("is_software_decode: false"), DecodeBy::Auto);
        let all = playback(
            "prebuffer: 8, is_async: false, is_mapped: false, io: Direct, budget_mib: 512, is_software_decode: true",
        );
        assert_eq!(
            (all.prebuffer, all.budget_mib),
            (PrebufferDepth::Frames(8), 512)
        );
    }

    #[test]
    fn version_2_comes_back_as_it_was_and_its_modes_are_hidden_from_version_1() {
        let mut settings = Settings::default();
        settings.playback.io = IoMode::Mmap;
        settings.playback.decode = DecodeBy::Software;
        let text = ron::to_string(&settings).expect("writes");
        assert!(
            text.contains("io_mode:Mmap") && !text.contains("io:"),
            "{text}"
        );
        assert_eq!(ron::from_str::<Settings>(&text), Ok(settings));
    }
}
