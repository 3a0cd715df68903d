//! Media files: their streams, the positions of their frames, and the way of a frame to texels.
//!
//! ```text
//! path ─► open ─► Media { video, sound }
//!                   video = Video { facts, layout, source, read_path, health }
//!                             source = Pooled(FrameSource)          HAP: read by offset, decode anywhere
//!                                    | Sequential(SequentialOpener) the rest: one decoder on one thread
//! ```
//!
//! * [`Media`], [`Video`], [`Sound`], [`OpenOptions`]: an open file, its streams, and the options of opening it.
//! * [`ReadPath`], [`PlayedBy`], [`Decoding`]: the back end that reads a file, the path that plays it, its decoder.
//! * [`frame`]: formats, the layout of a decoded frame in memory, and the memory itself.
//! * [`source`]: the two ways of getting at frames. `sound`: the way of getting at sound.
//! * [`hap`]: the HAP format, decoder and encoder. [`ffmpeg`]: libavformat and libavcodec; besides two files of [`io`]
//!   the only place with `unsafe`.
//! * [`mod@file`] and [`packets`]: positioned reads, and the position of each frame. [`io`]: the back ends that read.
//! * [`cache`]: files kept from one opening to the next: [`thumbnail_cache`], packet indexes, and the small movies of
//!   [`proxy`] for files that are slow to seek.
//! * [`frame_rgba`] and [`frame_memory`]: one exact frame, for a picture of it. [`cpu`]: pictures without a GPU.
//! * `picture`: files of pictures, as far as they are taken apart here.
//! * `address`: live sources, distinguished from paths. [`sequence`]: numbered pictures that play as one file.
//! * [`progress`]: progress of opening a long file. [`cores`] and [`health`]: the threads of decoders, and their health.
//! * [`detached_call`]: a question to a disk that may never answer. [`fault_injection`]: faults put under files by tests.
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
mod picture;
pub mod progress;
pub mod proxy;
mod read_path;
pub mod sequence;
mod single_frame;
mod sound;
pub mod source;
mod texture_support;
pub mod thumbnail_cache;
mod video;

pub use address::{host_in, is_live_address};
pub use error::MediaError;
pub use fingerprint::ContentId;
pub use health::Decoding;
pub use identity::{FileIdentity, is_same_file, is_same_path};
pub use open::{Media, open, open_video};
pub use options::OpenOptions;
pub use picture::pictures_in;
pub use read_path::{Backend, Fallback, ReadPath};
pub use single_frame::{frame_memory, frame_rgba};
pub use sound::{Sound, SoundOpener, SoundSource, SoundStream, StereoFrame};
pub use texture_support::TextureSupport;
pub use video::{PlayedBy, Video, VideoFacts, VideoSource};
