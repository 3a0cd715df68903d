//! A decoder that is given pictures which stand alone, each as a whole file or unit.

use std::path::Path;

use ffmpeg_next as ffmpeg;
use ffmpeg_next::codec::Id;

use crate::media::MediaError;
use crate::media::cores::CoreShare;
use crate::media::ffmpeg::demux::demuxer::{prepare, reason_of};

/// A decoder of single pictures.
pub(super) struct OnePictureDecoder {
    decoder: ffmpeg::decoder::Video,
    _cores: CoreShare,
}

impl OnePictureDecoder {
    /// A decoder for the pictures of a file.
    ///
    /// # Errors
    /// [`MediaError::UnsupportedCodec`], or what the decoder said.
    pub fn open(id: Id, path: &Path) -> Result<Self, MediaError> {
        prepare();
        let codec = ffmpeg::decoder::find(id).ok_or_else(|| MediaError::UnsupportedCodec {
            path: path.to_owned(),
            codec: id.name().to_owned(),
        })?;
        let (cores, threads) = CoreShare::for_decoder();
        let mut options = ffmpeg::Dictionary::new();
        options.set("threads", &threads.to_string());
        // By frames would gain nothing: each picture is waited for before the next is given.
        options.set("thread_type", "slice");
        let context = ffmpeg::codec::Context::new_with_codec(codec);
        let opened = context.decoder().open_as_with(codec, options);
        let decoder = opened.and_then(|opened| opened.video());
        let decoder = decoder.map_err(|error| MediaError::NotMedia {
            path: path.to_owned(),
            reason: reason_of(error),
        })?;
        Ok(Self {
            decoder,
            _cores: cores,
        })
    }

    /// The picture in these bytes.
    ///
    /// # Errors
    /// What the decoder said.
    pub fn decode(&mut self, bytes: &[u8]) -> Result<ffmpeg::frame::Video, ffmpeg::Error> {
        let mut picture = ffmpeg::frame::Video::empty();
        let mut packet = ffmpeg::Packet::copy(bytes);
        // Without it FFmpeg adds a PNG to the one before.
        packet.set_flags(ffmpeg::packet::Flags::KEY);
        let sent = self.decoder.send_packet(&packet);
        let received = sent
            .and_then(|()| self.decoder.send_eof())
            .and_then(|()| self.decoder.receive_frame(&mut picture));
        // Whatever came of it, the next one begins anew.
        self.decoder.flush();
        received.map(|()| picture)
    }
}
