//! Errors of making other files.

use std::path::PathBuf;

use crate::media::MediaError;
use crate::media::ffmpeg::mux::MuxError;
use crate::media::frame::LayoutError;
use crate::media::hap::HapVariant;
use crate::media::hap::encode::EncodeError;
use crate::project::shown;
use crate::time::FrameIndex;

/// Error of converting a file. Messages say what failed, then what to do, the path last.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The source cannot be opened.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// The movie cannot be written.
    #[error(transparent)]
    Mux(#[from] MuxError),
    /// A frame cannot be encoded.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The picture would have a size that no movie has.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// A live source has no end.
    #[error("a live source has no end, so it cannot be converted; record it first: {}", shown(.path))]
    Live {
        /// The address.
        path: PathBuf,
    },
    /// The variant holds alpha alone, and there is none.
    #[error("{variant} holds nothing but alpha, and the file has none; choose another format: {}", shown(.path))]
    NoAlpha {
        /// The variant.
        variant: HapVariant,
        /// The file.
        path: PathBuf,
    },
    /// The disk has no room for the result.
    #[error("the movie needs about {needed_mb} MB, and {free_mb} MB are free; make room or choose another folder: {}", shown(.path))]
    NoRoom {
        /// Estimated size in megabytes (10⁶).
        needed_mb: u64,
        /// Free megabytes (10⁶).
        free_mb: u64,
        /// The file to be written.
        path: PathBuf,
    },
    /// The movie is being written already.
    #[error("another conversion is writing this movie; wait for it or choose another name: {}", shown(.path))]
    Busy {
        /// The file to be written.
        path: PathBuf,
    },
    /// A frame cannot be had.
    #[error("frame {frame} cannot be decoded{}; mend or replace the file: {}", because(.reason.as_deref()), shown(.path))]
    Lost {
        /// The frame.
        frame: FrameIndex,
        /// Why.
        reason: Option<Box<MediaError>>,
        /// The file.
        path: PathBuf,
    },
    /// A frame's time does not lie behind that of the one before.
    #[error("frame {frame} does not come after the one before; mend or replace the file: {}", shown(.path))]
    Order {
        /// The frame.
        frame: FrameIndex,
        /// The file.
        path: PathBuf,
    },
    /// The system starts no more threads.
    #[error("cannot start a thread to convert on: {0}")]
    Thread(std::io::Error),
    /// It was cancelled; nothing was written.
    #[error("interrupted; nothing was written")]
    Cancelled,
}

impl ExportError {
    /// True if the disk is full.
    pub(super) fn is_for_want_of_room(&self) -> bool {
        match self {
            Self::Mux(error) => error.is_for_want_of_room(),
            Self::Media(_)
            | Self::Encode(_)
            | Self::Layout(_)
            | Self::Live { .. }
            | Self::NoAlpha { .. }
            | Self::NoRoom { .. }
            | Self::Busy { .. }
            | Self::Lost { .. }
            | Self::Order { .. }
            | Self::Thread(_)
            | Self::Cancelled => false,
        }
    }
}

/// The reason in brackets, if there is one.
fn because(reason: Option<&MediaError>) -> String {
    reason.map_or_else(String::new, |reason| format!(" ({reason})"))
}
