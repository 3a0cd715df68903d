//! A stream as its decoder takes it.

use std::path::Path;

use ffmpeg_next as ffmpeg;

use super::picture_packets::PicturePackets;
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

    /// What tells its packets that show a picture from those that do not.
    #[expect(unsafe_code, reason = "ffmpeg-next does not show a codec's extra data")]
    pub(in crate::media) fn picture_packets(&self) -> PicturePackets {
        let mut headers: &[u8] = &[];
        if let Some(parameters) = &self.parameters {
            // SAFETY: the parameters are whole while they are borrowed; the pointer is null or has that many bytes.
            unsafe {
                let raw = &*parameters.as_ptr();
                let bytes = usize::try_from(raw.extradata_size).unwrap_or(0);
                if !raw.extradata.is_null() {
                    headers = std::slice::from_raw_parts(raw.extradata, bytes);
                }
            }
        }
        PicturePackets::new(self.stream.codec, headers)
    }
}
