//! The frames of a source one after the other; what cannot be decoded is passed over and told.

use super::error::ExportError;
use crate::media::frame::HeapMemory;
use crate::media::io::PacketBuffer;
use crate::media::source::{DecodeOutcome, DecodeScratch, SequentialSource};
use crate::media::{MediaError, Video, VideoSource};
use crate::playback::guarded;
use crate::time::FrameIndex;

/// Frames in a row that may fail before the rest is not tried any more: each attempt may mean to open the file anew.
const MAX_FAILURES: u64 = 64;

/// Reads the frames of a source in order.
pub(super) struct FrameReader<'video> {
    video: &'video Video,
    decoder: Option<Box<dyn SequentialSource>>,
    packet: PacketBuffer,
    scratch: DecodeScratch,
    failures_in_a_row: u64,
    corrupt: u64,
    /// Damage met so far.
    pub damage: Damage,
}

/// Damage of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Damage {
    /// What was said of the first frame that was damaged.
    pub first: Option<String>,
    /// Frames of the source that could not be decoded.
    pub lost: u64,
    /// Frames that were decoded with errors concealed.
    pub concealed: u64,
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadOutcome {
    /// It is in the memory.
    Frame,
    /// It cannot be decoded; the memory holds anything.
    Lost,
    /// It is no longer wanted.
    Cancelled,
}

impl<'video> FrameReader<'video> {
    /// A reader before the first frame.
    pub fn new(video: &'video Video) -> Self {
        Self {
            video,
            decoder: None,
            packet: PacketBuffer::default(),
            scratch: DecodeScratch::default(),
            failures_in_a_row: 0,
            corrupt: video.health.counts().corrupt,
            damage: Damage::default(),
        }
    }

    /// Reads a frame into memory.
    ///
    /// # Errors
    /// That the system opens no more files.
    pub fn read(
        &mut self,
        frame: FrameIndex,
        memory: &mut HeapMemory,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<ReadOutcome, ExportError> {
        if self.failures_in_a_row >= MAX_FAILURES {
            self.damage.lost += 1;
            return Ok(ReadOutcome::Lost);
        }
        match guarded(|| self.decode(frame, memory, is_cancelled)) {
            Ok(DecodeOutcome::Frame { .. }) => {
                self.failures_in_a_row = 0;
                self.note_concealed(frame);
                Ok(ReadOutcome::Frame)
            }
            Ok(DecodeOutcome::Stale) => Ok(ReadOutcome::Cancelled),
            // The system may do it later: no fault of the file.
            Err(error @ MediaError::TooManyFiles { .. }) => Err(error.into()),
            Err(error) => {
                // Its state is unknown now.
                self.decoder = None;
                self.failures_in_a_row += 1;
                self.damage.lost += 1;
                self.damage.first.get_or_insert_with(|| error.to_string());
                Ok(ReadOutcome::Lost)
            }
        }
    }

    fn decode(
        &mut self,
        frame: FrameIndex,
        memory: &mut HeapMemory,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<DecodeOutcome, MediaError> {
        match &self.video.source {
            VideoSource::Pooled(source) => {
                if is_cancelled() {
                    return Ok(DecodeOutcome::Stale);
                }
                source.read(frame, &mut self.packet)?;
                source.decode(frame, &self.packet, &mut self.scratch, memory)?;
                Ok(DecodeOutcome::Frame {
                    read_bytes: self.packet.len() as u64,
                    read_nanos: 0,
                })
            }
            VideoSource::Sequential(opener) => {
                let decoder = match &mut self.decoder {
                    Some(decoder) => decoder,
                    None => self.decoder.insert(opener.open()?),
                };
                decoder.decode(frame, memory, is_cancelled)
            }
        }
    }

    /// Counts what the decoder concealed on the way to a frame. It decodes ahead, so that the frame is that or one soon after.
    fn note_concealed(&mut self, frame: FrameIndex) {
        let corrupt = self.video.health.counts().corrupt;
        let new = corrupt.saturating_sub(self.corrupt);
        self.corrupt = corrupt;
        self.damage.concealed += new;
        if new > 0 {
            let path = self.video.facts.path.display();
            self.damage.first.get_or_insert_with(|| {
                format!("the file is damaged at about frame {frame}; what can be seen of it is kept: {path}")
            });
        }
    }
}
