//! The choices that a user has, each as one enum: in the settings, on the command line and in the engine.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

// The docs of the variants of `IoMode` and `DecodeBy` are what `--help` says of them.

/// The way that bytes of files are read, and whether they are prefetched.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    clap::ValueEnum,
    strum::EnumIter,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::VariantNames,
)]
#[strum(serialize_all = "lowercase")]
pub enum IoMode {
    /// Chosen per disk by measuring it, at first and while it plays; what the page cache holds is taken from there.
    #[default]
    Auto,
    /// Positioned reads through the page cache, ahead of time.
    Pread,
    /// Reads past the page cache, for files that it does not hold.
    Direct,
    /// Files mapped into memory.
    Mmap,
    /// A Linux ring per reading thread.
    Uring,
    /// Reading and decoding on the thread that draws, at the moment a frame is due: to show what prebuffering is worth.
    Sync,
}

impl IoMode {
    /// The word of the command line and of reports.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The words of the settings window.
    pub fn label(self) -> &'static str {
        match self {
            Self::Auto => "Automatic",
            Self::Pread => "Page cache",
            Self::Direct => "Past the page cache",
            Self::Mmap => "Memory map",
            Self::Uring => "io_uring",
            Self::Sync => "Nothing ahead of time",
        }
    }

    /// Advice to read before choosing it.
    pub fn note(self) -> Option<&'static str> {
        match self {
            Self::Mmap => Some(
                "The system then reads when a page is touched, which hides how long reading takes",
            ),
            Self::Sync => Some(
                "Shows what reading ahead is worth: frames are then read at the moment they are due",
            ),
            Self::Auto | Self::Pread | Self::Direct | Self::Uring => None,
        }
    }

    /// True if frames are prefetched by other threads.
    pub fn reads_ahead(self) -> bool {
        self != Self::Sync
    }
}

/// Fewest frames that a layer reads ahead.
pub const MIN_PREBUFFER: usize = 3;
/// Most frames that a layer reads ahead.
pub const MAX_PREBUFFER: usize = 16;

/// Frames that each layer reads ahead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PrebufferDepth {
    /// As many as cover the longest reads of late.
    #[default]
    Auto,
    /// So many.
    Frames(usize),
}

impl PrebufferDepth {
    /// The frames that a layer reads ahead before anything is known of the disk.
    pub const AT_START: usize = 5;

    /// The same in the range of [`MIN_PREBUFFER`] to [`MAX_PREBUFFER`].
    #[must_use]
    pub fn clamped(self) -> Self {
        match self {
            Self::Auto => Self::Auto,
            Self::Frames(frames) => Self::Frames(frames.clamp(MIN_PREBUFFER, MAX_PREBUFFER)),
        }
    }

    /// The frames that a layer begins with.
    pub fn at_start(self) -> usize {
        match self {
            Self::Auto => Self::AT_START,
            Self::Frames(frames) => frames,
        }
    }
}

/// A word that is neither `auto` nor a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither auto nor a number of frames")]
pub struct NoPrebufferDepth;

impl FromStr for PrebufferDepth {
    type Err = NoPrebufferDepth;

    fn from_str(text: &str) -> Result<Self, NoPrebufferDepth> {
        match text {
            "auto" => Ok(Self::Auto),
            number => number
                .parse()
                .map(Self::Frames)
                .map_err(|_no_number| NoPrebufferDepth),
        }
    }
}

impl fmt::Display for PrebufferDepth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => write!(f, "auto"),
            Self::Frames(frames) => write!(f, "{frames}"),
        }
    }
}

/// In files a number, of which 0 stands for [`PrebufferDepth::Auto`]: earlier programs read that too.
impl Serialize for PrebufferDepth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let frames = match self {
            Self::Auto => 0,
            Self::Frames(frames) => *frames,
        };
        frames.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PrebufferDepth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match usize::deserialize(deserializer)? {
            0 => Self::Auto,
            frames => Self::Frames(frames),
        })
    }
}

/// The decoder of files that FFmpeg plays.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    clap::ValueEnum,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
pub enum DecodeBy {
    /// The machine's own decoder where there is one for the codec, else the processor.
    #[default]
    Auto,
    /// The processor.
    Software,
}

/// The theme of the window.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    strum::EnumIter,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
pub enum ThemeChoice {
    /// Light on dark.
    #[default]
    Dark,
    /// Dark on light.
    Light,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;
    use strum::IntoEnumIterator as _;

    #[test]
    fn a_prebuffer_has_one_word_and_is_a_number_in_files() {
        for prebuffer in [PrebufferDepth::Auto, PrebufferDepth::Frames(7)] {
            assert_eq!(prebuffer.to_string().parse(), Ok(prebuffer));
            let text = ron::to_string(&prebuffer).expect("writes");
            assert!(text.parse::<u8>().is_ok(), "{text}");
            assert_eq!(ron::from_str::<PrebufferDepth>(&text), Ok(prebuffer));
        }
        assert_eq!("many".parse::<PrebufferDepth>(), Err(NoPrebufferDepth));
        assert_eq!("-1".parse::<PrebufferDepth>(), Err(NoPrebufferDepth));
    }

    #[test]
    fn a_mode_has_one_word_on_the_command_line_and_in_reports() {
        for mode in IoMode::iter() {
            let read = <IoMode as ValueEnum>::from_str(mode.name(), false);
            assert_eq!(read, Ok(mode));
        }
    }
}
