//! Reading and decoding a frame at the moment it is due, on the thread that draws: what a player without a prebuffer
//! does, kept to be measured against.

use super::Engine;
use super::completions::receive_frame;
use super::tick::TickContext;
use crate::media::frame::FrameMemory;
use crate::media::io::PacketBuffer;
use crate::media::source::{DecodeScratch, Decoded, SequentialSource};
use crate::media::{MediaError, MediaSource};
use crate::playback::FrameEvent;
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
    /// What the file system or the decoder said.
    pub fn read(
        &mut self,
        source: &Source,
        frame: FrameIndex,
        memory: &mut dyn FrameMemory,
        clock: &Clock,
    ) -> Result<FrameCost, MediaError> {
        let begin = clock.now();
        let (read, read_bytes) = match &source.media.source {
            MediaSource::Pooled(pooled) => {
                pooled.read(frame, &mut self.packet)?;
                let read = clock.now() - begin;
                pooled.decode(frame, &self.packet, &mut self.scratch, memory)?;
                (read, self.packet.len() as u64)
            }
            MediaSource::Sequential(opener) => {
                if !self.decoders.iter().any(|(id, _)| *id == source.id) {
                    self.decoders.push((source.id, opener.open()?));
                }
                let decoder = self.decoders.iter_mut().find(|(id, _)| *id == source.id);
                match decoder.map(|(_, decoder)| decoder.decode(frame, memory, &|| false)) {
                    Some(Ok(Decoded::Frame {
                        read_bytes,
                        read_nanos,
                    })) => {
                        let nanos = i64::try_from(read_nanos).unwrap_or(i64::MAX);
                        (Time::from_nanos(nanos), read_bytes)
                    }
                    Some(Err(error)) => return Err(error),
                    Some(Ok(Decoded::Stale)) | None => (Time::ZERO, 0),
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

impl Engine {
    /// Reads what is due at this very moment, as a player without a prebuffer does.
    pub(super) fn read_in_place(&mut self, context: &TickContext) -> bool {
        self.note_misses(context);
        let mut has_new_picture = false;
        for index in 0..self.decks.len() {
            let Some(key) = self.missing(index) else {
                continue;
            };
            let Some(source) = self.library.by_source(key.source).cloned() else {
                continue;
            };
            if self.decks[index].rests(key.source, context.clock) {
                continue;
            }
            let Some(mut memory) = self.target.pool().take(source.media.layout.bytes) else {
                continue;
            };
            let result = self
                .sync_reader
                .read(&source, key.frame, &mut *memory, &self.clock);
            let news = match result {
                Ok(cost) => {
                    if let Err(error) = self.target.upload(index, &source.media.layout, memory) {
                        self.note_refusal(index, key.source, &error);
                        continue;
                    }
                    let deck = &mut self.decks[index];
                    deck.shown = Some(key);
                    (deck.proxy, deck.refusal) = (None, None);
                    deck.shown_clip = deck.due.map(|due| due.clip);
                    has_new_picture = true;
                    FrameEvent::Ready {
                        cost,
                        waited: Time::ZERO,
                    }
                }
                Err(error) => {
                    self.target.pool().give_back(memory);
                    FrameEvent::Failed(error)
                }
            };
            let deck = &mut self.decks[index];
            receive_frame(
                &self.project,
                &self.library,
                &mut self.recorders[deck.first_deck],
                deck,
                &mut self.snapshot_builder,
                context.clock,
                (key, news),
            );
            if self.decks[index].is_exact() && self.decks[index].awaiting.is_some() {
                let end = self.clock.now();
                let deck = &mut self.decks[index];
                deck.landed(end, &mut self.recorders[deck.first_deck]);
            }
        }
        has_new_picture
    }
}
