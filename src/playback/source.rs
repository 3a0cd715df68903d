//! Names of open files and of their frames.

use crate::media::Video;
use crate::time::FrameIndex;

/// An opened source of frames. Opening a file anew gives a new number, so that frames of the old one are never taken
/// for the new one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u64);

/// An open media file, numbered.
#[derive(Clone)]
pub struct Source {
    /// Its number, never used twice.
    pub id: SourceId,
    /// The file.
    pub video: Video,
}

/// Names a decoded frame: a source and a frame of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameKey {
    /// The source.
    pub source: SourceId,
    /// The frame.
    pub frame: FrameIndex,
}
