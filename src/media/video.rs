//! The picture stream of a media file: what it is, and where its frames come from.

use std::path::PathBuf;
use std::sync::Arc;

use super::frame::{FrameLayout, Shape};
use super::health::SourceHealth;
use super::read_path::{Backend, ReadPath};
use super::source::{FrameSource, SequentialOpener};
use crate::time::MediaTiming;

/// An open picture stream.
#[derive(Clone)]
pub struct Video {
    /// Its facts.
    pub facts: Arc<VideoFacts>,
    /// The layout of its decoded frames.
    pub layout: Arc<FrameLayout>,
    /// The source of its frames.
    pub source: VideoSource,
    /// The way its bytes were read as it was opened.
    pub read_path: ReadPath,
    /// The health of its decoders.
    pub health: Arc<SourceHealth>,
}

/// The facts of a picture stream.
#[derive(Clone, Debug, PartialEq)]
pub struct VideoFacts {
    /// The file or address.
    pub path: PathBuf,
    /// The codec: a HAP tag such as `HapY`, or FFmpeg's name such as `h264`.
    pub codec: String,
    /// Visible pixels across.
    pub width_px: u32,
    /// Visible pixels down.
    pub height_px: u32,
    /// Pixels across as stored, padding included.
    pub coded_width_px: u32,
    /// Pixels down as stored, padding included.
    pub coded_height_px: u32,
    /// The coding of its colours, in a few words; `assumed` marks what the file does not say.
    pub colour: String,
    /// Turns and stretches that its pictures need to be seen.
    pub shape: Shape,
    /// The time of each frame.
    pub timing: MediaTiming,
    /// Mean rate of stored bytes of video, in megabytes (10⁶) per second of playing.
    pub mean_mb_per_s: f64,
    /// Rate over the second of playing that needs most, in megabytes (10⁶) per second.
    pub peak_mb_per_s: f64,
    /// Most chunks in a frame looked at (HAP), 1 for other codecs.
    pub chunks: u32,
    /// The path that plays it.
    pub played_by: PlayedBy,
    /// The reason for that path, in a sentence.
    pub why: String,
}

/// The path that plays a picture stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum PlayedBy {
    /// The program's own HAP decoder.
    Hap,
    /// FFmpeg.
    Ffmpeg,
    /// FFmpeg, from a source that comes live.
    Live,
}

impl PlayedBy {
    /// The word for it in the panel and in reports.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The source of frames.
#[derive(Clone)]
pub enum VideoSource {
    /// Any worker may read and decode any frame.
    Pooled(Arc<dyn FrameSource>),
    /// A thread of its own decodes one frame after the other.
    Sequential(Arc<dyn SequentialOpener>),
}

impl Video {
    /// The way its bytes are read now.
    pub fn reading(&self) -> ReadPath {
        let now = match &self.source {
            VideoSource::Pooled(source) => source.reading(),
            VideoSource::Sequential(_) => None,
        };
        now.map_or_else(
            || self.read_path.clone(),
            |(mode, why)| ReadPath {
                backend: Backend::Io(mode),
                why,
                fallback: self.read_path.fallback,
            },
        )
    }
}

impl VideoFacts {
    /// True if it comes live: its frames have no numbers of their own, and none can be asked for twice.
    pub fn is_live(&self) -> bool {
        self.played_by == PlayedBy::Live
    }
}
