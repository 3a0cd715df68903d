//! Decoding with nothing around it: what seeking is measured against.

use std::sync::Arc;

use ffmpeg_next as ffmpeg;

use super::codec::{Codec, CodecSetup};
use crate::media::MediaError;
use crate::media::ffmpeg::demux::demuxer::{Demuxer, reason_of};
use crate::media::ffmpeg::demux::packet_index::{FrameOrder, PacketIndex};
use crate::media::source::BaselineDecoder;
use crate::time::FrameIndex;

/// libavcodec fed from the key frame before a frame until that comes out: no picture is left out on the way, kept, or
/// copied, and none is tried to be had in a shorter way.
pub(in crate::media) struct KeyFrameDecoder {
    demuxer: Demuxer,
    codec: Codec,
    index: Arc<PacketIndex>,
    picture: ffmpeg::frame::Video,
}

impl KeyFrameDecoder {
    /// A decoder that has the cores to itself.
    ///
    /// # Errors
    /// As opening any other.
    pub(in crate::media) fn open(
        demuxer: Demuxer,
        index: Arc<PacketIndex>,
        setup: &CodecSetup,
    ) -> Result<Self, MediaError> {
        let codec = Codec::open_alone(&demuxer.codec_source(), setup)?;
        Ok(Self {
            demuxer,
            codec,
            index,
            picture: ffmpeg::frame::Video::empty(),
        })
    }

    /// Decodes up to the picture of this timestamp; says whether it came.
    fn run(&mut self, key_timestamp: i64, timestamp: i64) -> Result<bool, ffmpeg::Error> {
        self.codec.decoder.flush();
        self.demuxer.seek(key_timestamp)?;
        loop {
            match self.codec.decoder.receive_frame(&mut self.picture) {
                Ok(()) => {
                    let shown = self.picture.timestamp().or_else(|| self.picture.pts());
                    if shown >= Some(timestamp) {
                        return Ok(shown == Some(timestamp));
                    }
                }
                Err(ffmpeg::Error::Other { errno }) if errno == ffmpeg::error::EAGAIN => {
                    match self.demuxer.next_packet()? {
                        Some(packet) => self.codec.decoder.send_packet(&packet)?,
                        None => self.codec.decoder.send_eof()?,
                    }
                }
                Err(ffmpeg::Error::Eof) => return Ok(false),
                Err(error) => return Err(error),
            }
        }
    }
}

impl BaselineDecoder for KeyFrameDecoder {
    fn decode(&mut self, frame: FrameIndex) -> Result<(), MediaError> {
        let timestamp = match &self.index.order {
            FrameOrder::ByTimestamp { timestamps, .. } => usize::try_from(frame.0)
                .ok()
                .and_then(|at| timestamps.get(at).copied()),
            FrameOrder::ByCount { .. } => None,
        };
        let key = self.index.key_at_or_before(frame.0, 1);
        let reason = match (timestamp, key) {
            (Some(timestamp), Some(key)) => match self.run(key.timestamp, timestamp) {
                Ok(true) => return Ok(()),
                Ok(false) => "it did not come".to_owned(),
                Err(error) => reason_of(error),
            },
            _ => "no key frame comes before it".to_owned(),
        };
        Err(MediaError::Decode {
            path: self.demuxer.path().to_owned(),
            frame,
            reason,
        })
    }
}
