//! The snapshot: all that the window shows of the engine, made once a frame.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use super::HealthCounts;
use super::recorder::Counts;
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
    /// Which of those intervals lost a frame; as long as `frame_ms`.
    pub frame_dropped: VecDeque<bool>,
    /// Pictures per second over the last second; 0 while nothing plays.
    pub fps: f32,
    /// The interval that the canvas's rate asks for, in milliseconds.
    pub refresh_ms: f32,
    /// Rate of reading over the last second, all layers, in megabytes (10⁶) per second.
    pub disk_mb_per_s: f32,
    /// Bytes of frame memory held now.
    pub frame_memory_bytes: u64,
    /// Bytes of frame memory that the budget allows.
    pub frame_budget_bytes: u64,
    /// Resident memory of the process, in bytes.
    pub rss_bytes: u64,
    /// Processor time used over the last second, as a share of one core (1 is one core).
    pub cpu_cores: f32,
    /// Time from handing a picture to the GPU until it was done, in milliseconds, where the adapter can tell.
    pub gpu_ms: Option<f32>,
    /// The adapter that draws.
    pub adapter: Option<AdapterInfo>,
    /// By how much the canvas is drawn smaller than it is, across and down; 1 for full size.
    pub canvas_divisor: u32,
    /// What went wrong lately, newest last; at most [`LOG_LINES`].
    pub log: VecDeque<LogLine>,
}

/// How many samples the plots keep.
pub const HISTORY: usize = 240;

/// How many lines the log keeps.
pub const LOG_LINES: usize = 200;

/// The adapter that draws.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct AdapterInfo {
    /// Its name as the driver states it.
    pub name: String,
    /// The graphics interface, such as `Vulkan`.
    pub backend: String,
    /// Whether it samples BC textures; if not, HAP is decoded on the CPU.
    pub bc: bool,
}

/// One event worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Time since the program began.
    pub time: Time,
    /// Whether it is an error; otherwise it is information.
    pub is_error: bool,
    /// What happened.
    pub text: String,
}

/// One layer as the window shows it.
#[derive(Clone, Debug, Default)]
pub struct LayerSnapshot {
    /// What became of its due frames.
    pub counts: Counts,
    /// Median time to read a frame, in milliseconds.
    pub read_p50_ms: f32,
    /// 95th percentile of the same.
    pub read_p95_ms: f32,
    /// 99th percentile of the same.
    pub read_p99_ms: f32,
    /// Slots of the prebuffer.
    pub slots: Vec<SlotState>,
    /// Last read times in milliseconds, oldest first; at most [`HISTORY`].
    pub read_ms: VecDeque<f32>,
    /// Hit rate over each of the last stretches of a quarter of a second, oldest first; at most [`HISTORY`].
    pub hit_rates: VecDeque<f32>,
    /// The clip under the playhead, if any: its id in the project.
    pub clip: Option<u32>,
    /// Frames of that clip's media that are in memory.
    pub in_memory: Vec<FrameIndex>,
    /// Frames of it that are being read or decoded.
    pub in_flight: Vec<FrameIndex>,
    /// Project times at which a due frame was missing, oldest first; at most [`HISTORY`].
    pub misses: VecDeque<Time>,
    /// The frame of the media file on screen.
    pub shown: Option<FrameIndex>,
    /// How the layer's frames are read, such as `pread`; empty while nothing is open.
    pub io: &'static str,
    /// What decodes its frames and why, such as `in software (as asked)`; none for HAP.
    pub decoding: Option<Arc<str>>,
    /// What its media file lost on its way, since it was opened.
    pub health: HealthCounts,
    /// What is wrong with the layer now.
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
    pub id: u32,
    /// Where it is.
    pub path: PathBuf,
    /// Whether it is open.
    pub state: MediaState,
    /// Pictures from evenly spaced moments, first to last; fewer than wanted while they are being made.
    pub thumbnails: Vec<Arc<Thumbnail>>,
}

/// Whether a media file is open.
#[derive(Clone, Debug)]
pub enum MediaState {
    /// It is being opened.
    Opening,
    /// It is open.
    Ready(MediaSummary),
    /// It cannot be opened or read, for this reason.
    Failed(String),
}

/// What the window shows of an open media file.
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
    /// How long it plays.
    pub duration: Time,
    /// Mean rate of stored bytes, in megabytes (10⁶) per second of playing.
    pub mean_mb_per_s: f64,
    /// `hap` or `ffmpeg`.
    pub played_by: &'static str,
    /// Why that path.
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
