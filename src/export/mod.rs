//! Media made into other files: converting to HAP.
//!
//! ```text
//! media file ─► examine: alpha, depth, content ─► ConvertPlan: variant, size, schedule of frames
//!    ─► convert-read   decodes frame after frame, in order; what is damaged holds the picture before
//!    ─► convert-N      picture ─► blocks ─► packet
//!    ─► the caller     puts packets in order, writes them and the sound
//! ```
//!
//! * [`ConvertSettings`]: what is asked for. [`ConvertPlan`]: what will be done, known before anything is written.
//! * [`convert`]: does it, and says what became of every frame ([`Converted`]).
//! * [`FrameEncoder`]: a picture into a packet; [`Picture`]: a decoded frame as encoders want it.
//!
//! Frames come from the same sources as in playback, so that time, turns, colours and alpha are those seen there.
//!
//! Invariants: every frame of the schedule is written once, in order; no more frames are in memory than
//! [`ConvertSettings::threads`] and a few; the file has its name only when it is whole.

mod convert;
mod encoder;
mod error;
mod examine;
mod frames;
mod picture;
mod plan;
mod schedule;
mod settings;

pub use convert::{Converted, Progress, convert};
pub use encoder::{FrameEncoder, SquaredError, decoded, squared_error};
pub use error::ExportError;
pub use picture::{Picture, PictureMaker};
pub use plan::ConvertPlan;
pub use settings::{AlphaCoding, ConvertSettings, HapFormat, SoundChoice};
