//! The way of a file's bytes into memory, and where it is not the one that was asked for.

use super::io::ReadReason;
use crate::settings::IoMode;

/// The way a media file's bytes are read, as of a moment: see [`Video::reading`](super::Video::reading).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadPath {
    /// The reader.
    pub backend: Backend,
    /// The reason for it.
    pub why: ReadReason,
    /// The step down from what was asked for or is best, if there was one.
    pub fallback: Option<Fallback>,
}

/// The reader of a file's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// This program's own, in this mode.
    Io(IoMode),
    /// libavformat, which demuxes the file.
    Ffmpeg,
}

/// A step down from what was asked for, or from what is best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// The system refused this mode; the file is read by `pread`.
    IoRefused(IoMode),
    /// The adapter samples no block-compressed textures, so the CPU decodes them to RGBA.
    NoBlockTextures,
}

impl ReadPath {
    /// That of a file which libavformat demuxes.
    pub(super) fn by_ffmpeg() -> Self {
        Self {
            backend: Backend::Ffmpeg,
            why: ReadReason::Demuxed,
            fallback: None,
        }
    }
}

impl Backend {
    /// The word for it in the panel and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Io(mode) => mode.name(),
            Self::Ffmpeg => "ffmpeg",
        }
    }
}
