//! The choices that a user has, each as one enum: in the settings, on the command line and in the engine.

use serde::{Deserialize, Serialize};

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
    /// Chosen per file by measuring its first reads.
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
    use clap::ValueEnum as _;
    use strum::IntoEnumIterator as _;

    #[test]
    fn a_mode_has_one_word_on_the_command_line_and_in_reports() {
        for mode in IoMode::iter() {
            assert_eq!(IoMode::from_str(mode.name(), false), Ok(mode));
        }
    }
}
