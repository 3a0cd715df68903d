//! Errors of making other files.

use std::path::PathBuf;

use crate::media::MediaError;
use crate::media::ffmpeg::mux::MuxError;
use crate::media::frame::LayoutError;
use crate::media::hap::HapVariant;
use crate::media::hap::encode::EncodeError;
use crate::project::shown;

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
    /// The system starts no more threads.
    #[error("cannot start a thread to convert on: {0}")]
    Thread(std::io::Error),
    /// It was cancelled; nothing was written.
    #[error("interrupted; nothing was written")]
    Cancelled,
}
