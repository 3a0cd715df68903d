//! The sound of media files: what there is, and frames of it at any position.
//!
//! ```text
//! Media::sound ─► Sound { streams, opener } ─ open(stream, rate) ─► SoundSource ─ read(position) ─► stereo frames
//! ```
//!
//! * [`Sound`], [`SoundStream`]: what a container says of its streams.
//! * [`SoundSource`], [`SoundOpener`]: frames by position, and how to get at them. [`StereoFrame`]: one of them.
//!
//! Positions are counted in frames of the rate asked for, from the moment at which the first picture of the file is
//! shown; in a file without pictures, from its first sound. What lies before the first frame of a stream or after its
//! last is silence, so that sound shorter or longer than the picture needs no care elsewhere.

mod facts;
mod source;

pub use facts::{Sound, SoundStream};
pub use source::{SoundOpener, SoundSource, StereoFrame};
