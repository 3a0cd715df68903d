//! Frames of sound by position, decoded and resampled by FFmpeg.
//!
//! ```text
//! SoundInput (one stream, the others not even read) ─ packets ─► Placement ─ frames, each at its sample ─► Resampler ─► queue
//!                                                                                                    gaps as silence
//! ```
//!
//! * `opener`: from a file to a decoder. `input`: the packets of the stream. `decoder`: frames from any position on.
//! * `placement`: the sample at which a decoded frame begins, also where the container rounds its timestamps.
//! * `resampler`: to the rate and the two channels of the mix, in phase wherever it begins.
//!
//! Invariant: a position gives the same sound, whether it was played up to or jumped to.

mod decoder;
mod input;
mod opener;
mod placement;
mod resampler;

pub(in crate::media) use opener::FileSound;
