//! Decoding: exact frames from the packets of a stream, in software or on the GPU.
//!
//! ```text
//! FfmpegOpener ─► FrameDecoder::reach(frame) ─► FrameCache ─► there already
//!                    │                            ▲
//!                    └─► PictureStream (Demuxer ─► Codec) ─┘ ─► PictureWriter ─► memory
//! ```
//!
//! * `source`: from a file to a decoder on the thread that owns it. `codec`, `hardware`: opening one, on a device or in
//!   software.
//! * `decoder`: exact frames. `picture_stream`: pictures in the order of their timestamps, from any start. `skipping`:
//!   frames left out far from the target. `frame_cache`: pictures kept around the playhead.
//! * `picture`, `pixels`, `convert`: from FFmpeg's description of a picture to planes in memory; `colour_words`: what is
//!   said of its colour.
//! * `alpha_stream`: alpha in a stream of its own.
//! * `animation`, `heif`: pictures that are taken apart by `media::picture`, for which `picture_file` and `one_picture`
//!   are, and `assembly`, which puts tiles and alpha together. `turned`: pictures of a sequence that lie another way.
//! * `baseline_decoder`: decoding with nothing around it, to measure seeking against.
//!
//! Invariants: a frame is recognised by its timestamp, never by counting from where a seek landed; a demuxer and its
//! decoder belong to one thread.

mod alpha_stream;
pub(super) mod animation;
mod assembly;
pub(super) mod baseline_decoder;
pub(super) mod codec;
mod colour_words;
pub(super) mod convert;
pub(super) mod decoder;
pub(super) mod frame_cache;
pub(super) mod hardware;
pub(super) mod heif;
mod one_picture;
pub(super) mod picture;
mod picture_file;
pub(super) mod picture_stream;
pub(super) mod pixels;
pub(super) mod skipping;
pub(super) mod source;
mod turned;
