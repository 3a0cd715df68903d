//! Errors of a media file.

use std::io;
use std::path::PathBuf;

use super::frame::LayoutError;
use super::hap::HapError;
use crate::project::shown;
use crate::time::{FrameIndex, ParseFrameRateError};

/// Error of opening, reading or decoding a media file. Messages say what failed, then what to do, the path last.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// There is no such file.
    #[error("file not found; check the name, or find it again where it was moved to: {}", shown(.path))]
    NotFound {
        /// The file.
        path: PathBuf,
    },
    /// It stands for numbered pictures, but its rate is none.
    #[error("{source}: {}", shown(.path))]
    Rate {
        /// The name.
        path: PathBuf,
        /// Its rate.
        source: ParseFrameRateError,
    },
    /// The path is a folder.
    #[error("this is a folder; choose a video file in it: {}", shown(.path))]
    IsDirectory {
        /// The folder.
        path: PathBuf,
    },
    /// The path is a device, a pipe or a socket.
    #[error("this is a device or a pipe and no file; choose a video file: {}", shown(.path))]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file has no bytes.
    #[error("the file is empty; copy or export it again: {}", shown(.path))]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The system refused to open or read the file.
    #[error("cannot read the file ({source}); check its rights and its disk: {}", shown(.path))]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// FFmpeg does not know what this is.
    #[error("not a video file that FFmpeg can open ({reason}); export it again as HAP or another video format: {}", shown(.path))]
    NotMedia {
        /// The file.
        path: PathBuf,
        /// FFmpeg's error.
        reason: String,
    },
    /// A QuickTime or MP4 file has no index.
    #[error("the file has no index (moov box), so it is cut short or still being written; copy or export it again: {}", shown(.path))]
    NoIndex {
        /// The file.
        path: PathBuf,
    },
    /// The system opens no more files.
    #[error("the system's limit of open files is reached; close other programs or raise it (ulimit -n): {}", shown(.path))]
    TooManyFiles {
        /// The file.
        path: PathBuf,
    },
    /// There is no picture in it.
    #[error("the file has no video stream; choose a file with pictures: {}", shown(.path))]
    NoVideo {
        /// The file.
        path: PathBuf,
    },
    /// There is no such stream of sound in it.
    #[error("the file has no such stream of sound; choose another one: {}", shown(.path))]
    NoSound {
        /// The file.
        path: PathBuf,
    },
    /// FFmpeg could not decode its sound.
    #[error("the sound cannot be decoded ({reason}); export the file again: {}", shown(.path))]
    Sound {
        /// The file.
        path: PathBuf,
        /// FFmpeg's error.
        reason: String,
    },
    /// There are no frames in it.
    #[error("the video stream has no frames; export it again: {}", shown(.path))]
    NoFrames {
        /// The file.
        path: PathBuf,
    },
    /// This build of FFmpeg has no decoder for it.
    #[error("no decoder for the codec {codec}; convert the file to HAP or another codec: {}", shown(.path))]
    UnsupportedCodec {
        /// The file.
        path: PathBuf,
        /// The codec's name or tag.
        codec: String,
    },
    /// The picture has a size that cannot be shown.
    #[error("{source}; export it at another size: {}", shown(.path))]
    Layout {
        /// The file.
        path: PathBuf,
        /// The size.
        source: LayoutError,
    },
    /// A frame's bytes are not all there.
    #[error("frame {frame} lies beyond the end of the file, which is cut short or still being written; copy or export it again: {}", shown(.path))]
    Truncated {
        /// The file.
        path: PathBuf,
        /// The frame.
        frame: FrameIndex,
    },
    /// A HAP frame is corrupt.
    #[error("frame {frame} is corrupt ({source}); export the file again: {}", shown(.path))]
    Hap {
        /// The file.
        path: PathBuf,
        /// The frame.
        frame: FrameIndex,
        /// Its error.
        source: HapError,
    },
    /// FFmpeg could not decode a frame.
    #[error("frame {frame} cannot be decoded ({reason}); export the file again: {}", shown(.path))]
    Decode {
        /// The file.
        path: PathBuf,
        /// The frame.
        frame: FrameIndex,
        /// FFmpeg's error.
        reason: String,
    },
    /// The frame asked for is past the end.
    #[error("frame {frame} was asked for, but the last is frame {}, counted from 0: {}", frames.saturating_sub(1), shown(.path))]
    NoSuchFrame {
        /// The file.
        path: PathBuf,
        /// The frame.
        frame: FrameIndex,
        /// Number of frames.
        frames: u64,
    },
    /// A live source gives no pictures.
    #[error("no picture from the live source ({reason}); check its address and that it sends: {}", shown(.path))]
    Live {
        /// Its address.
        path: PathBuf,
        /// The reason, as far as it is known.
        reason: String,
    },
    /// An address of a kind that is not opened.
    #[error("addresses that begin with {scheme}: are not opened; use http, https, rtsp, rtp, udp, srt, rtmp or v4l2: {}", shown(.path))]
    UnknownAddress {
        /// The address.
        path: PathBuf,
        /// Its beginning.
        scheme: String,
    },
    /// An address that leads nowhere.
    #[error("the address names no host; write it whole, such as http://host/live.m3u8: {}", shown(.path))]
    IncompleteAddress {
        /// The address.
        path: PathBuf,
    },
    /// A proxy is not as it was made.
    #[error("the proxy is damaged or of another file; it is made anew: {}", shown(.path))]
    DamagedProxy {
        /// The proxy.
        path: PathBuf,
    },
    /// Nobody waits for it any more.
    #[error("it is not opened, since it is not wanted any more: {}", shown(.path))]
    Unwanted {
        /// The file.
        path: PathBuf,
    },
    /// A decoder's thread broke.
    #[error("the decoder broke down ({reason}); please report this with the file: {}", shown(.path))]
    Panicked {
        /// The file.
        path: PathBuf,
        /// The panic's message.
        reason: String,
    },
}

impl MediaError {
    /// True if the system refused, rather than something being wrong with the file: the same file may do later.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Io { .. } | Self::TooManyFiles { .. })
    }
}
