//! Opening a decoder: on a device or in software, with its share of the cores.

use std::sync::Arc;

use ffmpeg_next as ffmpeg;

use super::demuxer::{Demuxer, reason_of};
use super::hardware::{self, Choice, Hardware};
use crate::media::cores::CoreShare;
use crate::media::health::SourceHealth;
use crate::media::{DecodeBy, MediaError};

/// An open decoder, and what it holds of the machine.
pub(super) struct Codec {
    /// The decoder itself.
    pub decoder: ffmpeg::decoder::Video,
    hardware: Option<Hardware>,
    _cores: CoreShare,
}

/// How decoders of a file are opened, and where they tell how they do.
#[derive(Clone)]
pub(super) struct CodecSetup {
    /// On a device if there is one, or in software.
    pub by: DecodeBy,
    /// What became of packets and pictures.
    pub health: Arc<SourceHealth>,
}

impl Codec {
    /// Opens a decoder for the stream of `demuxer`. A device that refuses gives way to software.
    ///
    /// # Errors
    /// [`MediaError::UnsupportedCodec`], or what the decoder said.
    pub(super) fn open(demuxer: &Demuxer, setup: &CodecSetup) -> Result<Self, MediaError> {
        let codec =
            ffmpeg::decoder::find(demuxer.stream().codec).ok_or_else(|| unsupported(demuxer))?;
        let choice = hardware::choose(codec, setup.by);
        if let Some(hardware) = choice.hardware {
            match Self::open_by(demuxer, codec, Some(hardware)) {
                Ok(opened) => {
                    setup.health.set_decoding(&choice.words);
                    return Ok(opened);
                }
                Err(error) => return Self::open_in_software(demuxer, setup, &error.to_string()),
            }
        }
        setup.health.set_decoding(&choice.words);
        Self::open_by(demuxer, codec, None)
    }

    /// Opens a decoder in software because a device failed, which is told.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(super) fn open_in_software(
        demuxer: &Demuxer,
        setup: &CodecSetup,
        reason: &str,
    ) -> Result<Self, MediaError> {
        let codec =
            ffmpeg::decoder::find(demuxer.stream().codec).ok_or_else(|| unsupported(demuxer))?;
        let choice = Choice::software(reason);
        let path = demuxer.path().display();
        tracing::warn!(%path, "decoded {}", choice.words);
        setup.health.set_decoding(&choice.words);
        Self::open_by(demuxer, codec, None)
    }

    fn open_by(
        demuxer: &Demuxer,
        codec: ffmpeg::Codec,
        hardware: Option<Hardware>,
    ) -> Result<Self, MediaError> {
        let stream = demuxer.stream();
        let parameters = demuxer.parameters().ok_or_else(|| unsupported(demuxer))?;
        let (cores, threads) = CoreShare::for_decoder();
        let open = || {
            let mut context = ffmpeg::codec::Context::from_parameters(parameters)?;
            if let Some(hardware) = &hardware {
                hardware.attach(&mut context)?;
            }
            let mut decoder = context.decoder();
            let base = stream.time_base;
            let side = |value: i64| i32::try_from(value).unwrap_or(i32::MAX);
            decoder.set_packet_time_base((side(base.num), side(base.den)));
            let mut options = ffmpeg::Dictionary::new();
            // A device decodes by itself: threads would only hold more of its pictures. By frames and by slices is
            // FFmpeg's own default, of which each codec takes what it has.
            let threads = if hardware.is_some() { 1 } else { threads };
            options.set("threads", &threads.to_string());
            decoder.open_as_with(codec, options)?.video()
        };
        let decoder = open().map_err(|error| MediaError::NotMedia {
            path: demuxer.path().to_owned(),
            reason: reason_of(error),
        })?;
        Ok(Self {
            decoder,
            hardware,
            _cores: cores,
        })
    }

    /// The device, if one decodes.
    pub(super) fn hardware(&self) -> Option<&Hardware> {
        self.hardware.as_ref()
    }
}

fn unsupported(demuxer: &Demuxer) -> MediaError {
    MediaError::UnsupportedCodec {
        path: demuxer.path().to_owned(),
        codec: demuxer.stream().codec_name(),
    }
}
