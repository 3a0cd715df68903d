//! How an engine plays.

use crate::media::io::{Backend, ReadBy};
use crate::media::{DecodeBy, OpenOptions};
use crate::time::Time;

/// Fewest frames that a layer reads ahead.
pub const MIN_PREBUFFER: usize = 3;
/// Most frames that a layer reads ahead.
pub const MAX_PREBUFFER: usize = 16;

/// How an engine plays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineOptions {
    /// Frames that each layer reads ahead, [`MIN_PREBUFFER`] to [`MAX_PREBUFFER`].
    pub prebuffer: usize,
    /// Bytes of frame memory for all layers together.
    pub budget_bytes: u64,
    /// How files are read.
    pub io: IoMode,
    /// What decodes the files that FFmpeg plays.
    pub decode_by: DecodeBy,
    /// How long FFmpeg may wait for data before it gives a call up.
    pub time_out: Time,
    /// The longest that a tick waits for a frame that is due and not ready.
    pub miss_wait: Time,
    /// By how much the canvas is drawn smaller than the project says, across and down; 1 for full size. For previews
    /// on adapters that draw slowly.
    pub canvas_divisor: u32,
    /// Whether to make thumbnails of each media file in the background.
    pub has_thumbnails: bool,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            prebuffer: 5,
            budget_bytes: 192 << 20,
            io: IoMode::Auto,
            decode_by: DecodeBy::Auto,
            time_out: OpenOptions::TIME_OUT,
            // An eighth of a frame at 60 per second: most of the slack is left to drawing.
            miss_wait: Time::from_nanos(2_000_000),
            canvas_divisor: 1,
            has_thumbnails: false,
        }
    }
}

/// How files are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
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
    /// How the bytes of files are read.
    pub fn read_by(self) -> ReadBy {
        match self {
            Self::Auto => ReadBy::Measuring,
            Self::Pread | Self::Sync => ReadBy::Only(Backend::Pread),
            Self::Direct => ReadBy::Only(Backend::Direct),
            Self::Mmap => ReadBy::Only(Backend::Mmap),
            Self::Uring => ReadBy::Only(Backend::Uring),
        }
    }

    /// What the panel and the report say of a file that is read in the way called `name`.
    pub fn describe(self, name: &'static str) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Auto | Self::Pread | Self::Direct | Self::Mmap | Self::Uring => name,
        }
    }
}
