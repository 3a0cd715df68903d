//! The snapshot: all that the window shows of the engine, made once a frame.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use super::diagnosis::Diagnosis;
use super::events::LogLine;
pub use crate::media::io::ReadReason;
pub use crate::media::{Backend, Decoding, Fallback, PlayedBy, ReadPath};
use crate::project::{ClipId, MediaId};
pub use crate::stats::cadence::CadenceSnapshot;
pub use crate::stats::process::ThreadGroup;
pub use crate::stats::{AdapterInfo, BudgetShortage, CauseCounts, Counts, HealthCounts};
use crate::time::{FrameIndex, FrameRate, Time};

/// The engine's state as the window shows it.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// One per layer of the project, in its order.
    pub layers: Vec<LayerSnapshot>,
    /// One per media file of the project, in its order.
    pub media: Vec<MediaStatus>,
    /// Counts of all layers together.
    pub totals: Counts,
    /// Intervals between the last pictures, oldest first, in milliseconds; at most [`HISTORY`].
    pub frame_ms: VecDeque<f32>,
    /// The playhead after those of the intervals in which a frame was lost; as long as `frame_ms`.
    pub frame_lost_at: VecDeque<Option<Time>>,
    /// Pictures per second over the last second; 0 while nothing plays.
    pub fps: f32,
    /// The interval that the canvas's rate asks for, in milliseconds.
    pub refresh_ms: f32,
    /// Rate of reading over the last second, all layers, in megabytes (10⁶) per second.
    pub disk_mb_per_s: f32,
    /// Bytes of frame memory held now, pictures that decoders keep included.
    pub frame_memory_bytes: u64,
    /// Bytes of frame memory that the budget allows.
    pub frame_budget_bytes: u64,
    /// Resident memory of the process, in bytes.
    pub rss_bytes: u64,
    /// Processor time used over the last second, as a share of one core (1 is one core).
    pub cpu_cores: f32,
    /// Time from handing a picture to the GPU until it was done, in milliseconds, where the adapter measures it.
    pub gpu_ms: Option<f32>,
    /// The adapter that draws.
    pub adapter: Option<AdapterInfo>,
    /// By how much the canvas is drawn smaller than it is, across and down, to keep up or for lack of memory; 1 for
    /// full size.
    pub canvas_divisor: u32,
    /// The last minute in quarters of a second, oldest first; at most [`HISTORY`].
    pub history: VecDeque<Sample>,
    /// Processor time of each group of threads over the last second, as a share of one core.
    pub thread_groups: Vec<ThreadGroup>,
    /// Time to compose a picture, on the drawing thread: the longest of 99 % over the last seconds, in milliseconds.
    pub composite_p99_ms: f32,
    /// The same from the moment that a picture stands for to its being handed over.
    pub present_p99_ms: f32,
    /// The latest events, newest last; at most [`LOG_LINES`](super::events::LOG_LINES).
    pub log: VecDeque<LogLine>,
    /// The doctor's last diagnosis.
    pub diagnosis: Option<Arc<Diagnosis>>,
    /// State of the doctor since then.
    pub doctor_status: DoctorStatus,
}

/// State of the doctor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DoctorStatus {
    /// Its diagnosis is about the project as it is; or there is none yet.
    #[default]
    Current,
    /// The project changed since.
    Outdated,
    /// It is at work.
    Running,
}

/// Samples that the plots keep.
pub const HISTORY: usize = 240;

/// Work of the machine over a quarter of a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    /// Time since the program began.
    pub time: Time,
    /// The mean interval between pictures, in milliseconds.
    pub frame_ms: f32,
    /// The longest.
    pub worst_frame_ms: f32,
    /// Rate of reading, in megabytes (10⁶) per second.
    pub disk_mb_per_s: f32,
    /// Processor time, as a share of one core.
    pub cpu_cores: f32,
}

/// Work of a layer over a quarter of a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LayerSample {
    /// Time since the program began.
    pub time: Time,
    /// Share of the frames asked for that were ready.
    pub hit_rate: f32,
    /// Time to read a frame over the last seconds, in milliseconds: the median, and the longest of 95 and 99 %.
    pub read_ms: [f32; 3],
    /// Share of the prebuffer's slots that held a frame to come.
    pub fill: f32,
    /// Due frames that were not shown on time, and the playhead at the last of them.
    pub lost: u32,
    /// The playhead then.
    pub lost_at: Option<Time>,
}

/// One layer as the window shows it.
#[derive(Clone, Debug, Default)]
pub struct LayerSnapshot {
    /// Counts of its due frames by outcome.
    pub counts: Counts,
    /// Median time to read a frame, in milliseconds.
    pub read_p50_ms: f32,
    /// 95th percentile of the same.
    pub read_p95_ms: f32,
    /// 99th percentile of the same.
    pub read_p99_ms: f32,
    /// The longest of all.
    pub read_max_ms: f32,
    /// Time to decode a frame: the longest of 99 % over the run, in milliseconds.
    pub decode_p99_ms: f32,
    /// Time to hand a frame to the GPU, likewise.
    pub upload_p99_ms: f32,
    /// Time that a frame waited in queues, likewise.
    pub wait_p99_ms: f32,
    /// Rate of reading over the last second, in megabytes (10⁶) per second.
    pub read_mb_per_s: f32,
    /// The last minute in quarters of a second, oldest first; at most [`HISTORY`].
    pub history: VecDeque<LayerSample>,
    /// Cadence of its pictures.
    pub cadence: Option<CadenceSnapshot>,
    /// Bytes of one decoded frame.
    pub frame_bytes: u64,
    /// Bytes of pictures that its decoders keep around the playhead, beside the frames in its slots.
    pub kept_bytes: u64,
    /// The memory budget, while it is too small for its frames and those of the others.
    pub over_budget: Option<BudgetShortage>,
    /// The path that plays it, once a file is open.
    pub played_by: Option<PlayedBy>,
    /// The way its frames are read, once a file is open.
    pub read_path: Option<ReadPath>,
    /// Slots of the prebuffer.
    pub slots: Vec<SlotState>,
    /// Last read times in milliseconds, oldest first; at most [`HISTORY`].
    pub read_ms: VecDeque<f32>,
    /// Hit rate over each of the last stretches of a quarter of a second, oldest first; at most [`HISTORY`].
    pub hit_rates: VecDeque<f32>,
    /// The clip under the playhead, if any.
    pub clip: Option<ClipId>,
    /// Frames of that clip's media that are in memory.
    pub in_memory: Vec<FrameIndex>,
    /// Frames of it that are being read or decoded.
    pub in_flight: Vec<FrameIndex>,
    /// Project times at which a due frame was missing, oldest first; at most [`HISTORY`].
    pub misses: VecDeque<Time>,
    /// The frame of the media file on screen; none while a proxy stands in for it.
    pub shown: Option<FrameIndex>,
    /// The frame of the media file of which a proxy is on screen, because the exact one is still on its way.
    pub proxy: Option<FrameIndex>,
    /// The decoder of its frames, and the reason for it; none for HAP.
    pub decoding: Option<Decoding>,
    /// Losses of its media file since it was opened.
    pub health: HealthCounts,
    /// Error of the layer, while it has one.
    pub error: Option<String>,
}

/// One slot of a layer's prebuffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SlotState {
    /// Nothing in it.
    #[default]
    Free,
    /// Being read or decoded.
    Filling,
    /// Holds a frame to come.
    Ready,
}

/// One media file as the window shows it.
#[derive(Clone, Debug)]
pub struct MediaStatus {
    /// Its id in the project.
    pub id: MediaId,
    /// Its path.
    pub path: PathBuf,
    /// True if it is open.
    pub state: MediaState,
    /// Progress of indexing a long file, in percent, while it is being opened.
    pub opening_percent: Option<u8>,
    /// True while it is being opened and its disk does not answer.
    pub is_silent: bool,
    /// Pictures from evenly spaced moments, first to last; fewer than wanted while they are being made.
    pub thumbnails: Vec<Arc<Thumbnail>>,
    /// The picture of a frame that was asked for last.
    pub preview: Option<Arc<Thumbnail>>,
    /// State of its proxy.
    pub proxy: ProxyStatus,
}

/// State of the proxy of a file that is slow to seek.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ProxyStatus {
    /// There is none: the file needs none, or that is not known yet.
    #[default]
    None,
    /// It is being made, whenever nothing plays.
    Making {
        /// Progress in percent.
        percent: u8,
    },
    /// It is there.
    Ready,
    /// There will be none, for this reason.
    Refused(String),
}

/// State of a media file.
#[derive(Clone, Debug)]
pub enum MediaState {
    /// It is being opened.
    Opening,
    /// It is open.
    Ready(MediaSummary),
    /// It cannot be opened or read, for this reason.
    Failed(String),
}

/// Summary of an open media file, to show.
#[derive(Clone, Debug, PartialEq)]
pub struct MediaSummary {
    /// The codec, as `probe` names it.
    pub codec: String,
    /// Visible pixels across.
    pub width_px: u32,
    /// Visible pixels down.
    pub height_px: u32,
    /// Frames per second; the mean when they vary.
    pub frame_rate: FrameRate,
    /// Number of frames.
    pub frames: u64,
    /// Duration.
    pub duration: Time,
    /// Mean rate of stored bytes, in megabytes (10⁶) per second of playing.
    pub mean_mb_per_s: f64,
    /// The path that plays it.
    pub played_by: PlayedBy,
    /// The reason for that path.
    pub why: String,
}

/// A small picture of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    /// Unique within the run of the program, so that a texture made from it can be found again.
    pub key: u64,
    /// The frame it shows.
    pub frame: FrameIndex,
    /// Pixels across.
    pub width_px: u32,
    /// Pixels down.
    pub height_px: u32,
    /// Red, green, blue, alpha per pixel, straight, gamma-encoded.
    pub rgba: Vec<u8>,
}
