//! Opening a decoder: on a device or in software, with its share of the cores.

use std::sync::Arc;

use ffmpeg_next as ffmpeg;

use super::hardware;
use super::hardware::{Choice, Hardware};
use crate::media::MediaError;
use crate::media::cores::CoreShare;
use crate::media::ffmpeg::demux::codec_source::CodecSource;
use crate::media::ffmpeg::demux::demuxer::reason_of;
use crate::media::health::SourceHealth;
use crate::project::shown;
use crate::settings::DecodeBy;

/// An open decoder, and what it holds of the machine.
pub(in crate::media) struct Codec {
    /// The decoder itself.
    pub decoder: ffmpeg::decoder::Video,
    hardware: Option<Hardware>,
    threads: usize,
    _cores: CoreShare,
}

/// Options of opening decoders of a file, and the health that they report to.
#[derive(Clone)]
pub(in crate::media) struct CodecSetup {
    /// On a device if there is one, or in software.
    pub by: DecodeBy,
    /// Counters of packets and pictures.
    pub health: Arc<SourceHealth>,
}

impl Codec {
    /// Opens a decoder for a stream. A device that refuses gives way to software.
    ///
    /// # Errors
    /// [`MediaError::UnsupportedCodec`], or what the decoder said.
    pub(in crate::media) fn open(
        source: &CodecSource<'_>,
        setup: &CodecSetup,
    ) -> Result<Self, MediaError> {
        let choice = hardware::choose(source.codec()?, setup.by);
        if let Some(hardware) = choice.hardware {
            match Self::open_by(source, Some(hardware)) {
                Ok(opened) => {
                    setup.health.set_decoding(&choice.decoding);
                    return Ok(opened);
                }
                Err(error) => return Self::open_in_software(source, setup, &error.to_string()),
            }
        }
        setup.health.set_decoding(&choice.decoding);
        Self::open_by(source, None)
    }

    /// As [`Self::open`], on all cores, whatever else plays; for measuring.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(in crate::media) fn open_alone(
        source: &CodecSource<'_>,
        setup: &CodecSetup,
    ) -> Result<Self, MediaError> {
        let choice = hardware::choose(source.codec()?, setup.by);
        Self::open_on(source, choice.hardware, CoreShare::alone())
    }

    /// Opens a decoder in software because a device failed, which is reported.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(in crate::media) fn open_in_software(
        source: &CodecSource<'_>,
        setup: &CodecSetup,
        reason: &str,
    ) -> Result<Self, MediaError> {
        let choice = Choice::software(reason);
        let path = shown(source.path);
        tracing::warn!(%path, "decoded {}", choice.decoding);
        setup.health.set_decoding(&choice.decoding);
        Self::open_by(source, None)
    }

    fn open_by(source: &CodecSource<'_>, hardware: Option<Hardware>) -> Result<Self, MediaError> {
        Self::open_on(source, hardware, CoreShare::for_decoder())
    }

    fn open_on(
        source: &CodecSource<'_>,
        hardware: Option<Hardware>,
        (cores, threads): (CoreShare, usize),
    ) -> Result<Self, MediaError> {
        let decoder = open_decoder(source, hardware.as_ref(), threads)?;
        Ok(Self {
            decoder,
            hardware,
            threads,
            _cores: cores,
        })
    }

    /// Takes a new decoder, which has seen nothing yet, for that in software; one on a device stays, as it does where
    /// there is no other to be had.
    pub(in crate::media) fn renew(&mut self, source: &CodecSource<'_>) {
        if self.hardware.is_some() {
            return;
        }
        match open_decoder(source, None, self.threads) {
            Ok(decoder) => self.decoder = decoder,
            Err(error) => tracing::warn!(%error, "the decoder goes on as it is"),
        }
    }

    /// The device, if one decodes.
    pub(in crate::media) fn hardware(&self) -> Option<&Hardware> {
        self.hardware.as_ref()
    }
}

/// Opens a decoder with so many threads.
fn open_decoder(
    source: &CodecSource<'_>,
    hardware: Option<&Hardware>,
    threads: usize,
) -> Result<ffmpeg::decoder::Video, MediaError> {
    let codec = source.codec()?;
    let parameters = source
        .parameters
        .clone()
        .ok_or_else(|| source.unsupported())?;
    let open = || {
        let mut context = ffmpeg::codec::Context::from_parameters(parameters)?;
        if let Some(hardware) = hardware {
            hardware.attach(&mut context)?;
        }
        let mut decoder = context.decoder();
        let base = source.stream.time_base;
        let side = |value: i64| i32::try_from(value).unwrap_or(i32::MAX);
        decoder.set_packet_time_base((side(base.num), side(base.den)));
        let mut options = ffmpeg::Dictionary::new();
        // A device decodes by itself: threads would only hold more of its pictures. By frames and by slices is
        // FFmpeg's own default, of which each codec takes what it has.
        let threads = if hardware.is_some() { 1 } else { threads };
        options.set("threads", &threads.to_string());
        if source.is_low_delay {
            options.set("thread_type", "slice");
        }
        decoder.open_as_with(codec, options)?.video()
    };
    open().map_err(|error| MediaError::NotMedia {
        path: source.path.to_owned(),
        reason: reason_of(error),
    })
}
