//! Layers that come live: from an address or a camera, without an end and without seeking.
//!
//! One [`Connection`] serves all layers that show the source. The number of the frame that a layer asks for means
//! nothing here: it gets the next picture that it has not seen, so that the layer runs at the source's own pace, at a
//! delay of what the connection keeps and the layer reads ahead.

use std::path::PathBuf;
use std::sync::Arc;

use super::connection::{Connection, Cursor};
use crate::media::address::LiveAddress;
use crate::media::ffmpeg::decode::codec::CodecSetup;
use crate::media::ffmpeg::decode::convert::PictureWriter;
use crate::media::ffmpeg::decode::picture::{PictureFacts, PictureFormat};
use crate::media::ffmpeg::demux::demuxer::{prepare, reason_of};
use crate::media::ffmpeg::demux::timestamps::nominal_rate;
use crate::media::frame::{FrameLayout, FrameMemory};
use crate::media::health::SourceHealth;
use crate::media::source::{DecodeOutcome, SequentialOpener, SequentialSource};
use crate::media::{MediaError, OpenOptions, progress};
use crate::time::{FrameIndex, MediaTiming, Time};

/// Length of a source without an end on the timeline.
const LENGTH: Time = Time::from_seconds(3600);

/// Rates, in frames a second, that a source is believed; streams claim odd ones when they do not know.
const RATES: std::ops::RangeInclusive<f64> = 1.0..=240.0;

/// A live source that was reached; opens readers of it.
pub(in crate::media) struct LiveOpener {
    connection: Arc<Connection>,
    setup: CodecSetup,
    format: Arc<PictureFormat>,
    codec: String,
    timing: MediaTiming,
}

impl LiveOpener {
    /// Connects, and waits for the first picture, to learn what pictures are like.
    ///
    /// # Errors
    /// [`MediaError::Live`] if there is no connection or no picture, [`MediaError::Unwanted`], [`MediaError::Layout`].
    pub(in crate::media) fn new(
        address: LiveAddress,
        options: &OpenOptions,
        health: Arc<SourceHealth>,
    ) -> Result<Self, MediaError> {
        prepare();
        let path = PathBuf::from(&address.text);
        let failed = |reason: String| MediaError::Live {
            path: path.clone(),
            reason,
        };
        let setup = CodecSetup {
            by: options.decode_by,
            health,
        };
        let connection = Connection::start(address, setup.clone(), options.time_out)
            .map_err(|error| failed(error.to_string()))?;
        // A source that does not answer within one time-out is given up; one that does may send for two more before the
        // first picture that stands alone.
        let patience = options.time_out.scaled(3.0);
        let is_unwanted = || !progress::report(0, 1);
        let first = connection
            .take(&mut Cursor::default(), patience, &is_unwanted)
            .map_err(failed)?;
        let Some(first) = first else {
            return Err(MediaError::Unwanted { path });
        };
        let Some(stream) = connection.stream() else {
            return Err(failed("it sends no pictures".to_owned()));
        };
        let facts = PictureFacts::of(&first).of_codec(stream.codec);
        let format = PictureFormat::new(facts, stream.shape).map_err(|source| {
            let path = path.clone();
            MediaError::Layout { path, source }
        })?;
        let believed: Vec<_> = stream
            .claimed_rates
            .iter()
            .copied()
            .filter(|rate| RATES.contains(&rate.fps()))
            .collect();
        let rate = nominal_rate(&believed);
        let frames = u64::try_from(rate.frame_at(LENGTH)).unwrap_or(1);
        Ok(Self {
            connection: Arc::new(connection),
            setup,
            format: Arc::new(format),
            codec: stream.codec_name(),
            timing: MediaTiming::constant(rate, frames.max(1)),
        })
    }

    /// FFmpeg's name of the codec.
    pub(in crate::media) fn codec(&self) -> &str {
        &self.codec
    }

    /// The coding of its colours, in words.
    pub(in crate::media) fn colour(&self) -> String {
        self.format.colour()
    }

    /// The layout of decoded pictures.
    pub(in crate::media) fn layout(&self) -> &Arc<FrameLayout> {
        &self.format.layout
    }

    /// The rate of the source, over the length that the timeline gives it.
    pub(in crate::media) fn timing(&self) -> &MediaTiming {
        &self.timing
    }

    /// The way it is played, in a sentence.
    pub(in crate::media) fn why(&self) -> String {
        let decoding = self.setup.health.decoding();
        let by = decoding.map_or_else(String::new, |by| by.to_string());
        let pace = if self.connection.address().is_sent() {
            "it keeps its own pace"
        } else {
            "it is fetched at the pace of its time stamps"
        };
        let codec = &self.codec;
        format!("A live source: {pace}, cannot be sought in, and FFmpeg decodes its {codec} {by}.")
    }
}

impl SequentialOpener for LiveOpener {
    fn open(&self) -> Result<Box<dyn SequentialSource>, MediaError> {
        Ok(Box::new(LiveReader {
            connection: Arc::clone(&self.connection),
            cursor: Cursor::default(),
            writer: PictureWriter::new(Arc::clone(&self.format)),
            layout: Arc::clone(&self.format.layout),
        }))
    }
}

/// One layer's view of a live source.
struct LiveReader {
    connection: Arc<Connection>,
    cursor: Cursor,
    writer: PictureWriter,
    layout: Arc<FrameLayout>,
}

impl LiveReader {
    fn failed(&self, reason: String) -> MediaError {
        MediaError::Live {
            path: PathBuf::from(&self.connection.address().text),
            reason,
        }
    }
}

impl SequentialSource for LiveReader {
    fn layout(&self) -> &Arc<FrameLayout> {
        &self.layout
    }

    fn decode(
        &mut self,
        _frame: FrameIndex,
        memory: &mut dyn FrameMemory,
        is_stale: &dyn Fn() -> bool,
    ) -> Result<DecodeOutcome, MediaError> {
        let patience = self.connection.time_out();
        let taken = self
            .connection
            .take(&mut self.cursor, patience, is_stale)
            .map_err(|reason| self.failed(reason))?;
        let Some(picture) = taken else {
            return Ok(DecodeOutcome::Stale);
        };
        self.writer
            .write(&picture, memory)
            .map_err(|error| self.failed(reason_of(error)))?;
        // What the network brought is not counted by picture.
        Ok(DecodeOutcome::Frame {
            read_bytes: 0,
            read_nanos: 0,
        })
    }
}
