//! The sound of a media file, as its container describes it.

use std::fmt;
use std::sync::Arc;

use super::source::SoundOpener;
use crate::time::Time;

/// The sound of a media file.
#[derive(Clone)]
pub struct Sound {
    /// Its streams in the order of the container; at least one.
    pub streams: Vec<SoundStream>,
    /// Opens decoders of them.
    pub opener: Arc<dyn SoundOpener>,
}

impl Sound {
    /// End of the stream that ends last, as far as the container says.
    pub fn end(&self) -> Time {
        let ends = self.streams.iter().filter_map(SoundStream::end);
        ends.max().unwrap_or(Time::ZERO)
    }
}

impl fmt::Debug for Sound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(&self.streams).finish()
    }
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
    /// FFmpeg's name of their layout, such as `stereo` or `5.1(side)`.
    pub layout: String,
    /// Samples of each channel per second; 0 where the container does not say.
    pub rate_hz: u32,
    /// Begin of the stream, from the moment at which the first picture is shown; in a file without pictures, from the
    /// begin of the stream that begins first. Negative where sound begins before the picture.
    pub start: Time,
    /// Length of the stream, else of the file; none where neither is stated.
    pub duration: Option<Time>,
}

impl SoundStream {
    /// End of the stream, where it is known.
    pub fn end(&self) -> Option<Time> {
        Some(self.start + self.duration?)
    }
}
