//! Options of an engine.

use super::sound_to::SoundTo;
use crate::media::io::slow_disk::SlowDisk;
use crate::media::proxy::ProxyStore;
use crate::media::thumbnail_cache::ThumbnailCache;
use crate::media::{Backend, OpenOptions};
use crate::settings::{DecodeBy, IoMode, PrebufferDepth};
use crate::time::Time;

/// Least frame memory for all layers together, in bytes: 16 MiB, two frames of one UHD layer.
pub const MIN_BUDGET_BYTES: u64 = 16 << 20;
/// Most frame memory for all layers together, in bytes: 64 GiB.
pub const MAX_BUDGET_BYTES: u64 = 64 << 30;

/// Options of an engine, as they are set when it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineOptions {
    /// Those that can be changed later.
    pub playback: PlaybackSettings,
    /// The decoder of the files that FFmpeg plays.
    pub decode_by: DecodeBy,
    /// Longest time that FFmpeg waits for a live source before it gives a call up; with a file, that it may be busy.
    pub time_out: Time,
    /// The longest that a tick waits for a frame that is due and not ready.
    pub miss_wait: Time,
    /// Divisor of the canvas's size as it is drawn, across and down; 1 for full size. For previews
    /// on adapters that draw slowly.
    pub canvas_divisor: u32,
    /// True if to make thumbnails of each media file in the background.
    pub has_thumbnails: bool,
    /// The cache of thumbnails from one opening of a file to the next, if there is one.
    pub thumbnail_cache: Option<ThumbnailCache>,
    /// The store of proxies of files that are slow to seek, if there are to be any. They are shown while the
    /// exact frame is on its way after a jump or in a drag, and count as nothing.
    pub proxies: Option<ProxyStore>,
    /// A disk made slower than it is, to see what would become of the show on another one.
    pub slow_disk: Option<SlowDisk>,
    /// The meaning of a tick while playing.
    pub pace: Pace,
    /// Where sound goes.
    pub sound: SoundTo,
}

/// The meaning of a tick while playing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// The time on the clock at which it comes: frames that are not ready in time are lost.
    #[default]
    RealTime,
    /// The next frame of the canvas, whenever it comes: each tick waits until all that is due is ready. For measuring how
    /// many frames the engine gets through.
    EveryFrame,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            playback: PlaybackSettings::default(),
            decode_by: DecodeBy::Auto,
            time_out: OpenOptions::TIME_OUT,
            // An eighth of a frame at 60 per second: most of the slack is left to drawing.
            miss_wait: Time::from_nanos(2_000_000),
            canvas_divisor: 1,
            has_thumbnails: false,
            thumbnail_cache: None,
            proxies: None,
            slow_disk: None,
            pace: Pace::RealTime,
            sound: SoundTo::Nowhere,
        }
    }
}

/// Prefetching and I/O; all of it can be changed while playing, without losing a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaybackSettings {
    /// Frames that each layer reads ahead.
    pub prebuffer: PrebufferDepth,
    /// The way in which the bytes of files are read, ahead of time or not.
    pub io: IoMode,
    /// Bytes of frame memory for all layers together.
    pub budget_bytes: u64,
}

impl Default for PlaybackSettings {
    fn default() -> Self {
        Self {
            prebuffer: PrebufferDepth::Auto,
            io: IoMode::Auto,
            budget_bytes: 192 << 20,
        }
    }
}

impl PlaybackSettings {
    /// The reader of a file that was opened to be read by `opened`.
    pub fn backend(&self, opened: Backend) -> Backend {
        if self.io.reads_ahead() {
            opened
        } else {
            Backend::Io(self.io)
        }
    }
}
