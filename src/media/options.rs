//! Options of opening a media file.

use super::io::slow_disk::SlowDisk;
use super::texture_support::TextureSupport;
use crate::settings::{DecodeBy, IoMode};
use crate::time::Time;

/// Options of opening a media file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenOptions {
    /// Textures that the adapter samples.
    pub textures: TextureSupport,
    /// I/O mode; to measure, a few frames may be read.
    pub io: IoMode,
    /// Decoder, if FFmpeg plays it.
    pub decode_by: DecodeBy,
    /// Time limit of one call into FFmpeg: of a live source, the time that the call may wait; of a file, the
    /// processor's time one may take.
    pub time_out: Time,
    /// A disk made slower than it is, for files that this program reads itself.
    pub slow_disk: Option<SlowDisk>,
}

impl OpenOptions {
    /// The time-out where nothing else is said.
    pub const TIME_OUT: Time = Time::from_seconds(5);

    /// Positioned reads, any decoder, and the usual time-out.
    pub fn new(textures: TextureSupport) -> Self {
        Self {
            textures,
            io: IoMode::Pread,
            decode_by: DecodeBy::Auto,
            time_out: Self::TIME_OUT,
            slow_disk: None,
        }
    }
}
