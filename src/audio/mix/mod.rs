//! Mixing: what sounds at each moment of the timeline, added up.
//!
//! ```text
//! Scene ─► voices of this moment ─ Clip::leg_at ─► samples of their files ─ fades, gain, pan ─► Track ─► sum ─► Master
//! ```
//!
//! * [`Scene`], [`Voice`], [`Strip`]: what there is to hear.
//! * [`Samples`], [`BlockStore`]: decoded sound, kept in blocks.
//! * [`Mixer`]: the voices of each layer on its tracks. `track`: seams without clicks. `kernel`: samples between samples.
//! * [`Master`]: the fader of all, the `limiter`, the `meter`.
//! * [`Grains`]: short pieces for shuttling, scrubbing and steps.
//!
//! Invariants: in steady state nothing here allocates, waits or reads a clock; no gain steps; a jump in what is heard goes
//! through a `Track`, which lets a seam alone that is as smooth as the sound around it, and ramps every other.

mod blocks;
mod gain;
mod grains;
mod kernel;
mod limiter;
mod master;
mod meter;
mod mixer;
mod scene;
mod track;

pub(in crate::audio) use blocks::Decoders;
pub use blocks::{BLOCK_FRAMES, BlockStore, Offline, Samples, Want};
pub use gain::{amplitude, gains, pan_gains};
pub use grains::Grains;
pub(in crate::audio) use grains::{GRAIN, Grain};
pub(crate) use kernel::Kernel;
pub use limiter::CEILING;
pub use master::{MASTER_LATENCY, Master};
pub use meter::Levels;
pub(in crate::audio) use mixer::wants_of;
pub use mixer::{MIX_BLOCK, Mixer};
pub use scene::{Fade, Scene, SoundKey, Strip, Voice};
pub use track::{RAMP, TRACK_LATENCY};
