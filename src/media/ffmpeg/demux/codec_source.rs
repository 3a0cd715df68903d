//! A stream as its decoder takes it.

use std::path::Path;

use ffmpeg_next as ffmpeg;

use super::stream::VideoStream;
use crate::media::MediaError;

/// A stream to be decoded, as its container describes it.
pub(in crate::media) struct CodecSource<'a> {
    /// The file or address, for messages.
    pub path: &'a Path,
    /// The stream.
    pub stream: &'a VideoStream,
    /// Its codec's parameters.
    pub parameters: Option<ffmpeg::codec::Parameters>,
    /// True if pictures are to come out as soon as they can: by slices only, since each thread that works on a frame of
    /// its own holds that one back.
    pub is_low_delay: bool,
}

impl CodecSource<'_> {
    /// The decoder in software.
    ///
    /// # Errors
    /// [`MediaError::UnsupportedCodec`].
    pub(in crate::media) fn codec(&self) -> Result<ffmpeg::Codec, MediaError> {
        self.stream.decoder().ok_or_else(|| self.unsupported())
    }

    /// The error that nothing decodes it.
    pub(in crate::media) fn unsupported(&self) -> MediaError {
        MediaError::UnsupportedCodec {
            path: self.path.to_owned(),
            codec: self.stream.codec_name(),
        }
    }
}
