//! The sound of a media file, as its container describes it. Nothing plays it yet.

use crate::time::Time;

/// The sound of a media file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// Its streams in the order of the container; at least one.
    pub streams: Vec<SoundStream>,
}

/// One stream of sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoundStream {
    /// The number of the stream in the file.
    pub index: usize,
    /// FFmpeg's name of the codec.
    pub codec: String,
    /// Channels; 0 where the container does not say.
    pub channels: u32,
    /// Samples of each channel per second; 0 where the container does not say.
    pub rate_hz: u32,
    /// Length of the stream, else of the file; none where neither is stated.
    pub duration: Option<Time>,
}
