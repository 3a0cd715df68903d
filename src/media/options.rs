//! Options of opening a media file.

use super::io::slow_disk::SlowDisk;
use crate::settings::{DecodeBy, IoMode};
use crate::time::Time;

/// How a media file is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenOptions {
    /// What the adapter samples.
    pub textures: TextureSupport,
    /// How its bytes are read; to measure, a few frames may be read.
    pub io: IoMode,
    /// What decodes it, if FFmpeg does.
    pub decode_by: DecodeBy,
    /// How long a live source may keep one call into FFmpeg waiting before it is broken off; of a file, how much of the
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

/// What the adapter that will draw can sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextureSupport {
    /// The adapter samples BC textures: HAP frames are uploaded as they are.
    BlockCompressed,
    /// The adapter is a program, which samples BC textures by decoding the blocks anew for every texel it touches. For
    /// the intricate BC7 and BC6H that takes longer than decoding each block once: frames of Hap R and Hap HDR are decoded
    /// to RGBA ahead of time, as on [`Self::RgbaOnly`]. One picture of 1920×1080 Hap R took llvmpipe 190 ms of processor
    /// time, of Hap Q 36 ms; decoding it takes 70 ms, on threads that do not draw.
    Software,
    /// It does not sample them: HAP frames are decoded to RGBA on the CPU.
    RgbaOnly,
}
