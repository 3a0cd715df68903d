//! Decoding with nothing around it: what seeking is measured against.

use std::sync::Arc;

use ffmpeg_next as ffmpeg;

use super::codec::{Codec, CodecSetup};
use crate::media::MediaError;
use crate::media::ffmpeg::demux::demuxer::{Demuxer, reason_of};
use crate::media::ffmpeg::demux::packet_index::{FrameOrder, PacketIndex};
use crate::media::source::BareDecoder;
use crate::time::FrameIndex;

/// libavcodec fed from the key frame before a frame until that comes out: no picture is left out on the way, kept, or
/// copied, and none is tried to be had in a shorter way.
pub(crate) struct FromKeyFrame {
    demuxer: Demuxer,
    codec: Codec,
    index: Arc<PacketIndex>,
    picture: ffmpeg::frame::Video,
}

impl FromKeyFrame {
    /// A decoder that has the cores to itself.
    ///
    /// # Errors
    /// As opening any other.
    pub(crate) fn open(
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

    /// Decodes up to the picture of this stamp; says whether it came.
    fn run(&mut self, key_stamp: i64, stamp: i64) -> Result<bool, ffmpeg::Error> {
        self.codec.decoder.flush();
        self.demuxer.seek(key_stamp)?;
        loop {
            match self.codec.decoder.receive_frame(&mut self.picture) {
                Ok(()) => {
                    let shown = self.picture.timestamp().or_else(|| self.picture.pts());
                    if shown >= Some(stamp) {
                        return Ok(shown == Some(stamp));
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

impl BareDecoder for FromKeyFrame {
    fn decode(&mut self, frame: FrameIndex) -> Result<(), MediaError> {
        let stamp = match &self.index.order {
            FrameOrder::Stamped { stamps, .. } => usize::try_from(frame.0)
                .ok()
                .and_then(|at| stamps.get(at).copied()),
            FrameOrder::Counted => None,
        };
        let key = self.index.key_at_or_before(frame.0, 1);
        let reason = match (stamp, key) {
            (Some(stamp), Some(key)) => match self.run(key.stamp, stamp) {
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
