//! Reading and decoding a frame at the moment it is due, on the thread that draws: what a player without a prebuffer
//! does, kept to be measured against.

use super::Engine;
use super::completions::take_up;
use super::tick::Now;
use crate::media::frame::FrameMemory;
use crate::media::io::PacketBuffer;
use crate::media::source::{DecodeOutcome, DecodeScratch, SequentialSource};
use crate::media::{MediaError, VideoSource};
use crate::playback::job::Measured;
use crate::playback::player::News;
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
    /// What the file system or the decoder said.
    pub fn read(
        &mut self,
        source: &Source,
        frame: FrameIndex,
        memory: &mut dyn FrameMemory,
        clock: &Clock,
    ) -> Result<Measured, MediaError> {
        let begin = clock.now();
        let (read, read_bytes) = match &source.media.source {
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
        Ok(Measured {
            read_bytes,
            read,
            decode: finished_at - begin - read,
            waited: Time::ZERO,
            finished_at,
        })
    }
}

impl Engine {
    /// Reads what is due at this very moment, as a player without a prebuffer does.
    pub(super) fn read_in_place(&mut self, now: &Now) -> bool {
        self.note_misses(now);
        let mut has_new_picture = false;
        for index in 0..self.lanes.len() {
            let Some(key) = self.missing(index) else {
                continue;
            };
            let Some(source) = self.library.by_source(key.source).cloned() else {
                continue;
            };
            if self.lanes[index].rests(key.source, now.clock) {
                continue;
            }
            let Some(mut memory) = self.drawing.pool().take(source.media.layout.bytes) else {
                continue;
            };
            let result = self
                .sync_reader
                .read(&source, key.frame, &mut *memory, &self.clock);
            let news = match result {
                Ok(measured) => {
                    if let Err(error) = self.drawing.upload(index, &source.media.layout, memory) {
                        self.note_refusal(index, key.source, &error);
                        continue;
                    }
                    let lane = &mut self.lanes[index];
                    lane.shown = Some(key);
                    (lane.proxy, lane.refusal) = (None, None);
                    lane.shown_clip = lane.due.map(|due| due.clip);
                    has_new_picture = true;
                    News::Ready(measured)
                }
                Err(error) => {
                    self.drawing.pool().give_back(memory);
                    News::Failed(error)
                }
            };
            let lane = &mut self.lanes[index];
            take_up(
                &self.project,
                &self.library,
                &mut self.recorders[lane.home],
                lane,
                &mut self.observer,
                now.clock,
                (key, news),
            );
            if self.lanes[index].is_exact() && self.lanes[index].awaiting.is_some() {
                let end = self.clock.now();
                let lane = &mut self.lanes[index];
                lane.landed(end, &mut self.recorders[lane.home]);
            }
        }
        has_new_picture
    }
}
