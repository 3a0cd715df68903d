//! Alpha that lies in a stream of its own, as in animated AVIF and in sequences of HEIF (23008-12, 7.5.3).

use std::sync::Arc;

use ffmpeg_next as ffmpeg;

use super::assembly;
use super::codec::CodecSetup;
use super::decoder::{FrameDecoder, SeekOutcome};
use crate::media::MediaError;
use crate::media::ffmpeg::demux::demuxer::{Demuxer, reason_of};
use crate::media::ffmpeg::demux::packet_index::PacketIndex;
use crate::time::FrameIndex;

/// The stream that holds the alpha of another.
pub(super) struct AlphaStream {
    index: Arc<PacketIndex>,
}

impl AlphaStream {
    /// That of a file whose colours have so many frames; `None` if there is none, or it does not fit them.
    pub fn find(colours: &Demuxer, frames: u64) -> Result<Option<Self>, MediaError> {
        let Some(mut alpha) = colours.at_alpha()? else {
            return Ok(None);
        };
        let index = PacketIndex::find(&mut alpha)?;
        if index.frames() != frames {
            tracing::warn!(
                frames,
                alpha = index.frames(),
                path = %colours.path().display(),
                "alpha has another number of frames, and is left out"
            );
            return Ok(None);
        }
        Ok(Some(Self {
            index: Arc::new(index),
        }))
    }

    /// A decoder of it, for a file that is open at its colours.
    pub fn decoder(
        &self,
        colours: &Demuxer,
        setup: &CodecSetup,
    ) -> Result<AlphaDecoder, MediaError> {
        let alpha = colours.at_alpha()?.ok_or_else(|| MediaError::NoVideo {
            path: colours.path().to_owned(),
        })?;
        let index = Arc::clone(&self.index);
        Ok(AlphaDecoder(FrameDecoder::new(
            alpha,
            index,
            setup.clone(),
        )?))
    }
}

/// A decoder of alpha.
pub(super) struct AlphaDecoder(FrameDecoder);

impl AlphaDecoder {
    /// Allows it to keep so many bytes of decoded frames.
    pub fn keep(&mut self, bytes: u64) {
        self.0.keep(bytes);
    }

    /// Bytes of decoded frames that it keeps.
    pub fn kept_bytes(&self) -> u64 {
        self.0.kept_bytes()
    }

    /// A picture with its alpha; `None` if it is no longer wanted.
    pub fn merged(
        &mut self,
        colours: &ffmpeg::frame::Video,
        frame: FrameIndex,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<Option<ffmpeg::frame::Video>, MediaError> {
        if self.0.reach(frame, is_stale)? == SeekOutcome::Stale {
            return Ok(None);
        }
        let merged = assembly::with_alpha(colours, self.0.picture());
        merged.map(Some).map_err(|error| MediaError::Decode {
            path: self.0.demuxer().path().to_owned(),
            frame,
            reason: reason_of(error),
        })
    }
}
