//! Layers that FFmpeg decodes: from a file to a [`SequentialOpener`], and from that to one decoder per thread.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ffmpeg_next as ffmpeg;

use super::baseline_decoder::KeyFrameDecoder;
use super::codec::CodecSetup;
use super::convert::PictureWriter;
use super::decoder::{FrameDecoder, SeekOutcome};
use super::picture::{PictureFacts, PictureFormat};
use crate::media::MediaError;
use crate::media::ffmpeg::demux::demuxer::{Demuxer, reason_of};
use crate::media::ffmpeg::demux::packet_index::{FrameOrder, PacketIndex};
use crate::media::file::MediaFile;
use crate::media::frame::{FrameLayout, FrameMemory};
use crate::media::health::SourceHealth;
use crate::media::packets::PacketTable;
use crate::media::source::{BaselineDecoder, DecodeOutcome, SequentialOpener, SequentialSource};
use crate::settings::DecodeBy;
use crate::time::{FrameIndex, Time};

/// A file whose packets are indexed and whose pictures are known; opens decoders for it.
pub(in crate::media) struct FfmpegOpener {
    path: PathBuf,
    codec: String,
    index: Arc<PacketIndex>,
    format: Arc<PictureFormat>,
    coded_size_px: (u32, u32),
    setup: CodecSetup,
    time_out: Time,
}

impl FfmpegOpener {
    /// Indexes the stream of a freshly opened demuxer and decodes its first picture, to learn what pictures are like.
    ///
    /// # Errors
    /// [`MediaError::UnsupportedCodec`], [`MediaError::NoFrames`], [`MediaError::Layout`], or what FFmpeg said.
    pub(in crate::media) fn new(
        mut demuxer: Demuxer,
        by: DecodeBy,
        health: Arc<SourceHealth>,
    ) -> Result<Self, MediaError> {
        let path = demuxer.path().to_owned();
        let setup = CodecSetup { by, health };
        let time_out = demuxer.time_out();
        let codec = demuxer.stream().codec_name();
        if ffmpeg::decoder::find(demuxer.stream().codec).is_none() {
            return Err(MediaError::UnsupportedCodec { path, codec });
        }
        let index = Arc::new(PacketIndex::find(&mut demuxer)?);
        let mut decoder =
            FrameDecoder::new(demuxer.reopened()?, Arc::clone(&index), setup.clone())?;
        let facts = first_picture(&mut decoder)
            .map_err(|error| refusal(&path, error))?
            .of_codec(demuxer.stream().codec);
        let shape = decoder.demuxer().stream().shape;
        let format = PictureFormat::new(facts, shape).map_err(|source| MediaError::Layout {
            path: path.clone(),
            source,
        })?;
        Ok(Self {
            path,
            codec,
            index,
            coded_size_px: decoder.coded_size_px(),
            format: Arc::new(format),
            setup,
            time_out,
        })
    }

    /// Pixels across and down as stored, never less than those shown.
    pub(in crate::media) fn coded_size_px(&self) -> (u32, u32) {
        let (width_px, height_px) = self.coded_size_px;
        let layout = &self.format.layout;
        (
            width_px.max(layout.width_px),
            height_px.max(layout.height_px),
        )
    }

    /// The file.
    pub(in crate::media) fn path(&self) -> &Path {
        &self.path
    }

    /// FFmpeg's name of the codec.
    pub(in crate::media) fn codec(&self) -> &str {
        &self.codec
    }

    /// The frames of the stream.
    pub(in crate::media) fn index(&self) -> &PacketIndex {
        &self.index
    }

    /// The layout of decoded frames.
    pub(in crate::media) fn layout(&self) -> &Arc<FrameLayout> {
        &self.format.layout
    }

    /// The coding of its colours, in a few words.
    pub(in crate::media) fn colour(&self) -> String {
        self.format.colour()
    }

    /// The reason for FFmpeg and its way of playing, in a sentence.
    pub(in crate::media) fn why(&self) -> String {
        let codec = &self.codec;
        let decoding = self.setup.health.decoding();
        let by = decoding.map_or_else(String::new, |by| by.to_string());
        let planes = self.format.way();
        let colour = self.format.colour();
        let order = match self.index.order {
            FrameOrder::ByTimestamp { .. } => "",
            FrameOrder::ByCount { .. } => {
                "; its frames can only be counted, so every step far back decodes from the start"
            }
        };
        format!("{codec} is not HAP, so FFmpeg decodes it {by}; {planes}: {colour}{order}.")
    }
}

/// The error of a file whose first picture cannot be decoded: where FFmpeg cannot do it at all, that is said.
fn refusal(path: &Path, error: MediaError) -> MediaError {
    let mut begin = [0; ANIMATION_FLAG + 1];
    let is_read = MediaFile::open(path).is_ok_and(|file| file.read_exact_at(0, &mut begin).is_ok());
    if is_read && is_animated_webp(&begin) {
        return MediaError::UnsupportedCodec {
            path: path.to_owned(),
            codec: "animated WebP".to_owned(),
        };
    }
    error
}

/// Offset of the flags of an extended WebP file (WebP Container Specification, Extended File Format).
const ANIMATION_FLAG: usize = 20;

/// True if a file that begins so is a WebP file of several pictures, which FFmpeg may not decode: bit 1 of the flags of
/// its first chunk, `VP8X` (WebP Container Specification, Extended File Format).
fn is_animated_webp(begin: &[u8; ANIMATION_FLAG + 1]) -> bool {
    begin.starts_with(b"RIFF") && begin[8..16] == *b"WEBPVP8X" && begin[ANIMATION_FLAG] & 2 != 0
}

/// Facts of the first picture; if it is corrupt, those that the decoder expects.
fn first_picture(decoder: &mut FrameDecoder) -> Result<PictureFacts, MediaError> {
    let declared = PictureFacts::expected(decoder.decoder());
    match decoder.reach(FrameIndex(0), &|| false) {
        Ok(_) => Ok(PictureFacts::of(decoder.picture())),
        Err(_) if declared.pixel != ffmpeg::format::Pixel::None && declared.width_px > 0 => {
            Ok(declared)
        }
        Err(error) => Err(error),
    }
}

impl SequentialOpener for FfmpegOpener {
    fn packets(&self) -> Option<&PacketTable> {
        Some(&self.index.table)
    }

    fn longest_group(&self) -> u64 {
        self.index.longest_group()
    }

    fn open(&self) -> Result<Box<dyn SequentialSource>, MediaError> {
        let demuxer = Demuxer::open(&self.path, self.time_out)?;
        Ok(Box::new(FfmpegDecoder {
            decoder: FrameDecoder::new(demuxer, Arc::clone(&self.index), self.setup.clone())?,
            writer: PictureWriter::new(Arc::clone(&self.format)),
            layout: Arc::clone(&self.format.layout),
        }))
    }

    fn open_baseline(&self) -> Result<Option<Box<dyn BaselineDecoder>>, MediaError> {
        let demuxer = Demuxer::open(&self.path, self.time_out)?;
        let index = Arc::clone(&self.index);
        let decoder = KeyFrameDecoder::open(demuxer, index, &self.setup)?;
        Ok(Some(Box::new(decoder)))
    }
}

/// One decoder of a file, owned by one thread.
struct FfmpegDecoder {
    decoder: FrameDecoder,
    writer: PictureWriter,
    layout: Arc<FrameLayout>,
}

impl SequentialSource for FfmpegDecoder {
    fn layout(&self) -> &Arc<FrameLayout> {
        &self.layout
    }

    fn decode(
        &mut self,
        frame: FrameIndex,
        memory: &mut dyn FrameMemory,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<DecodeOutcome, MediaError> {
        let before = self.decoder.demuxer().totals();
        if self.decoder.reach(frame, is_stale)? == SeekOutcome::Stale {
            return Ok(DecodeOutcome::Stale);
        }
        self.writer
            .write(self.decoder.picture(), memory)
            .map_err(|error| MediaError::Decode {
                path: self.decoder.demuxer().path().to_owned(),
                frame,
                reason: reason_of(error),
            })?;
        let read = self.decoder.demuxer().totals().since(before);
        Ok(DecodeOutcome::Frame {
            read_bytes: read.bytes,
            read_nanos: read.nanos,
        })
    }

    fn keep(&mut self, bytes: u64) {
        self.decoder.keep(bytes);
    }

    fn prepare(&mut self, is_interrupted: &dyn Fn() -> bool) -> bool {
        self.decoder.prepare(is_interrupted)
    }

    fn kept_bytes(&self) -> u64 {
        self.decoder.kept_bytes()
    }
}
