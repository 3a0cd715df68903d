//! Media files: what they are, where their frames lie, and how a frame becomes texels.
//!
//! ```text
//! path ─► open ─► Media { facts, timing, layout, source }
//!                  source = Pooled(FrameSource)          HAP: read by offset, decode anywhere
//!                         | Sequential(SequentialOpener) the rest: one decoder on one thread
//! ```
//!
//! * [`frame`]: formats, the layout of a decoded frame in memory, and the memory itself.
//! * [`source`]: the two ways of getting at frames.
//! * [`hap`]: the HAP format, decoder and encoder.
//! * [`faults`]: what tests put under files to see them fail.
//! * [`mod@file`] and [`packets`]: positioned reads, and where each frame's bytes lie.
//! * [`cache`]: what is kept on disk from one opening of a file to the next; [`kept_pictures`]: its thumbnails.
//! * [`proxy`]: small movies that stand in for files that are slow to seek.
//! * [`frame_rgba`] and [`frame_memory`]: one exact frame, for a picture of it.
//! * `address`: live sources, told from paths.
//! * [`progress`]: how far the opening of a long file is.
//! * [`sequence`]: numbered pictures that play as one file.
//! * [`cores`] and [`health`]: how many threads a decoder gets, and how it does.
//! * [`cpu`]: decoded frames as pictures, without a GPU.
//! * [`io`]: the ways of reading, one of them chosen for each file. [`slow_disk`]: the same on a disk made slower.
//!   [`silent_disk`]: asking one that may never answer.
//! * [`ffmpeg`]: libavformat and libavcodec; besides two files of [`io`] the only place with `unsafe`.
//!
//! Invariant: bytes from a file are never trusted. Every length is checked before use, and what is wrong becomes a
//! [`MediaError`] that names the file.

mod address;
pub mod cache;
pub mod cores;
pub mod cpu;
pub mod detached_call;
mod error;
pub mod fault_injection;
pub mod ffmpeg;
pub mod file;
mod fingerprint;
pub mod frame;
pub mod hap;
pub mod health;
mod identity;
pub mod io;
mod open;
mod options;
pub mod packets;
pub mod progress;
pub mod proxy;
mod read_path;
pub mod sequence;
mod single_frame;
mod sound;
pub mod source;
pub mod thumbnail_cache;
mod video;

pub use address::{host_in, is_live_address};
pub use error::MediaError;
pub use fingerprint::ContentId;
pub use health::Decoding;
pub use identity::{FileIdentity, is_same_file, is_same_path};
pub use open::{Media, open, open_video};
pub use options::{OpenOptions, TextureSupport};
pub use read_path::{Backend, Fallback, ReadPath};
pub use single_frame::{frame_memory, frame_rgba};
pub use sound::{Sound, SoundStream};
pub use video::{PlayedBy, Video, VideoFacts, VideoSource};
