//! A file of pictures that is taken apart here, rather than by libavformat, as a picture stream.

use std::path::PathBuf;
use std::sync::Arc;

use super::picture::PictureFormat;
use crate::media::frame::FrameLayout;
use crate::media::health::{Decoding, SourceHealth};
use crate::media::packets::PacketTable;
use crate::media::source::SequentialOpener;
use crate::media::{PlayedBy, ReadPath, Video, VideoFacts, VideoSource};
use crate::time::MediaTiming;

/// Facts of such a file.
pub(super) struct PictureFile {
    pub path: PathBuf,
    pub codec: String,
    pub layout: Arc<FrameLayout>,
    pub colour: String,
    pub timing: MediaTiming,
    pub packets: PacketTable,
    pub why: String,
}

impl PictureFile {
    /// The picture stream whose frames come from an opener.
    pub fn into_video(self, opener: Arc<dyn SequentialOpener>) -> Video {
        let health = SourceHealth::default();
        health.set_decoding(&Decoding::Software("it is a picture".into()));
        let rate = self.timing.rate();
        let facts = VideoFacts {
            path: self.path,
            codec: self.codec,
            width_px: self.layout.width_px,
            height_px: self.layout.height_px,
            coded_width_px: self.layout.width_px,
            coded_height_px: self.layout.height_px,
            colour: self.colour,
            shape: self.layout.shape,
            mean_mb_per_s: self.packets.mean_mb_per_s(rate),
            peak_mb_per_s: self.packets.peak_mb_per_s(rate),
            timing: self.timing,
            chunks: 1,
            played_by: PlayedBy::Ffmpeg,
            why: self.why,
        };
        Video {
            facts: Arc::new(facts),
            layout: self.layout,
            source: VideoSource::Sequential(opener),
            read_path: ReadPath::by_ffmpeg(),
            health: Arc::new(health),
        }
    }
}

/// The way of such pictures to the GPU and the coding of their colours, in a few words.
pub(super) fn way(format: &PictureFormat) -> String {
    format!("{}: {}", format.way(), format.colour())
}
