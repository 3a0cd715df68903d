//! A proxy being made.

use std::io;

use super::ProxyStore;
use super::seal::Seal;
use super::shrink::Shrinker;
use super::size::{MAX_TEXTURE_BYTES, size_px, texture_bytes, variant_for};
use super::store::ProxyKey;
use crate::media::cache::CACHE_VARIABLE;
use crate::media::ffmpeg::mux::{MovWriter, MuxError};
use crate::media::frame::{FrameMemory as _, HeapMemory, LayoutError};
use crate::media::hap::HapVariant;
use crate::media::hap::encode::{EncodeError, FrameOptions, encode_picture, write_frame};
use crate::media::source::{DecodeOutcome, SequentialOpener, SequentialSource};
use crate::media::{MediaError, Video, VideoSource};
use crate::time::FrameIndex;

/// Frames of a file that may fail before it gets no proxy: one in four, and more than a few.
const MAX_HOLES: (u64, u64) = (8, 4);

/// Reason why there is no proxy of a file.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// It needs none: its frames can be had in any order.
    #[error("any frame can be had directly")]
    NotNeeded,
    /// The file cannot be read or decoded.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// It has so many frames that a proxy would be of no use.
    #[error("the file is too long for a proxy of use")]
    TooLong,
    /// The disk of the cache folder is nearly full.
    #[error(
        "the disk of the cache folder is nearly full: make room, or name another folder in {}",
        CACHE_VARIABLE
    )]
    NoRoom,
    /// It cannot be distinguished from other files.
    #[error("the file cannot be told from others")]
    NoName,
    /// The movie cannot be written.
    #[error(transparent)]
    Mux(#[from] MuxError),
    /// A frame cannot be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The file's pictures have no size.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The cache folder refused.
    #[error("the cache folder cannot be written to ({0})")]
    Cache(#[from] io::Error),
    /// It is not wanted any more.
    #[error("it is not wanted any more")]
    Cancelled,
}

/// A proxy being made, a frame at a time. Dropped before [`Self::finish`], it leaves nothing behind.
pub struct ProxyBuild<'a> {
    video: &'a Video,
    store: &'a ProxyStore,
    opener: &'a dyn SequentialOpener,
    decoder: Option<Box<dyn SequentialSource>>,
    memory: HeapMemory,
    shrinker: Shrinker,
    writer: MovWriter,
    variant: HapVariant,
    seal: Seal,
    packet: Vec<u8>,
    holes: u64,
    bytes: u64,
}

impl<'a> ProxyBuild<'a> {
    /// Begins the proxy of a file that one decoder decodes in turn.
    ///
    /// # Errors
    /// The reason why there will be none.
    pub fn begin(store: &'a ProxyStore, video: &'a Video) -> Result<Self, ProxyError> {
        let VideoSource::Sequential(opener) = &video.source else {
            return Err(ProxyError::NotNeeded);
        };
        let frames = video.facts.timing.frames();
        let size_px = size_px(&video.layout, frames).ok_or(ProxyError::TooLong)?;
        let place = ProxyKey::of(video).ok_or(ProxyError::NoName)?;
        let variant = variant_for(&video.layout);
        let path = store.place_for(&place)?;
        let texture_bytes = texture_bytes(size_px, variant).saturating_mul(frames);
        if !store.has_room(texture_bytes) {
            return Err(ProxyError::NoRoom);
        }
        let rate = video.facts.timing.rate();
        let bytes = usize::try_from(video.layout.bytes).unwrap_or(usize::MAX);
        Ok(Self {
            opener: &**opener,
            decoder: None,
            memory: HeapMemory::new(bytes),
            shrinker: Shrinker::new(&video.layout, size_px)?,
            writer: MovWriter::create(&path, variant, size_px[0], size_px[1], rate)?,
            seal: place.seal(video, size_px),
            packet: Vec::new(),
            holes: 0,
            bytes: 0,
            variant,
            store,
            video,
        })
    }

    /// Frames done, and frames there will be.
    pub fn progress(&self) -> (u64, u64) {
        let done = self.seal.hashes.len() as u64;
        (done, self.video.facts.timing.frames())
    }

    /// True if every frame is done.
    pub fn is_whole(&self) -> bool {
        let (done, frames) = self.progress();
        done >= frames
    }

    /// Adds the next frame. Of one that cannot be decoded there is none in the proxy, and the next takes its place in
    /// the movie so that all keep their numbers.
    ///
    /// `is_cancelled` is asked now and then while it is decoded.
    ///
    /// # Errors
    /// The reason why there will be no proxy; [`ProxyError::Cancelled`] once `is_cancelled` says so.
    pub fn add_frame(&mut self, is_cancelled: &dyn Fn() -> bool) -> Result<(), ProxyError> {
        let frame = FrameIndex(self.seal.hashes.len() as u64);
        let is_there = match self.decode(frame, is_cancelled) {
            Ok(DecodeOutcome::Frame { .. }) => true,
            Ok(DecodeOutcome::Stale) => return Err(ProxyError::Cancelled),
            Err(error) if error.is_refusal() => return Err(error.into()),
            Err(error) => {
                self.holes += 1;
                let (few, share) = MAX_HOLES;
                if self.holes > few.max(self.progress().1 / share) {
                    return Err(error.into());
                }
                // Its state is unknown now.
                self.decoder = None;
                false
            }
        };
        if is_there || self.packet.is_empty() {
            self.encode()?;
        }
        self.writer.write(&self.packet)?;
        self.bytes += self.packet.len() as u64;
        if self.bytes > MAX_TEXTURE_BYTES + MAX_TEXTURE_BYTES / 8 {
            return Err(ProxyError::TooLong);
        }
        self.seal.hashes.push(if is_there {
            Seal::hash(&self.packet)
        } else {
            Seal::NO_FRAME
        });
        Ok(())
    }

    fn decode(
        &mut self,
        frame: FrameIndex,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<DecodeOutcome, MediaError> {
        let decoder = match &mut self.decoder {
            Some(decoder) => decoder,
            None => self.decoder.insert(self.opener.open()?),
        };
        decoder.decode(frame, &mut self.memory, is_cancelled)
    }

    fn encode(&mut self) -> Result<(), EncodeError> {
        let memory = self.memory.bytes_mut().unwrap_or_default();
        let picture = self.shrinker.picture(&self.video.layout, memory);
        // Hap and Hap Alpha have one texture.
        let kind = self.variant.textures()[0];
        let mut texture = Vec::new();
        encode_picture(kind, picture.width(), &picture, &mut texture);
        self.packet.clear();
        write_frame(
            self.variant,
            &[&texture],
            &FrameOptions::default(),
            &mut self.packet,
        )
    }

    /// Completes the proxy and gives it its name; older ones make room for it.
    ///
    /// # Errors
    /// The file system's error; there is then no proxy.
    pub fn finish(self) -> Result<(), ProxyError> {
        let seal = self.seal.to_box();
        // The movie's own tables add some twenty bytes a frame, less than the seal's eight and the movie's header room.
        let tables = self.seal.hashes.len() as u64 * 24 + 4096;
        if !self
            .store
            .make_room(self.bytes + tables + seal.len() as u64)?
        {
            return Err(ProxyError::TooLong);
        }
        self.writer.finish_with(&seal)?;
        Ok(())
    }
}
