//! Reading and decoding on the thread that asks.

use crate::media::frame::FrameMemory;
use crate::media::io::PacketBuffer;
use crate::media::source::{DecodeOutcome, DecodeScratch, SequentialSource};
use crate::media::{MediaError, VideoSource};
use crate::playback::job::FrameCost;
use crate::playback::{Source, SourceId};
use crate::time::{Clock, FrameIndex, Time};

/// Buffers and decoders for reading in place.
#[derive(Default)]
pub struct SyncReader {
    packet: PacketBuffer,
    scratch: DecodeScratch,
    decoders: Vec<(SourceId, Box<dyn SequentialSource>)>,
}

impl SyncReader {
    /// Reads and decodes one frame into `memory`.
    ///
    /// # Errors
    /// That of the file system or the decoder.
    pub fn read(
        &mut self,
        source: &Source,
        frame: FrameIndex,
        memory: &mut dyn FrameMemory,
        clock: &Clock,
    ) -> Result<FrameCost, MediaError> {
        let begin = clock.now();
        let (read, read_bytes) = match &source.video.source {
            VideoSource::Pooled(pooled) => {
                pooled.read(frame, &mut self.packet)?;
                let read = clock.now() - begin;
                pooled.decode(frame, &self.packet, &mut self.scratch, memory)?;
                (read, self.packet.len() as u64)
            }
            VideoSource::Sequential(opener) => {
                if !self.decoders.iter().any(|(id, _)| *id == source.id) {
                    self.decoders.push((source.id, opener.open()?));
                }
                let decoder = self.decoders.iter_mut().find(|(id, _)| *id == source.id);
                match decoder.map(|(_, decoder)| decoder.decode(frame, memory, &|| false)) {
                    Some(Ok(DecodeOutcome::Frame {
                        read_bytes,
                        read_nanos,
                    })) => {
                        let nanos = i64::try_from(read_nanos).unwrap_or(i64::MAX);
                        (Time::from_nanos(nanos), read_bytes)
                    }
                    Some(Err(error)) => return Err(error),
                    Some(Ok(DecodeOutcome::Stale)) | None => (Time::ZERO, 0),
                }
            }
        };
        let finished_at = clock.now();
        Ok(FrameCost {
            begun_at: None,
            read_bytes,
            read,
            decode: finished_at - begin - read,
            finished_at,
        })
    }
}
