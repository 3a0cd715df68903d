//! Media made into other files, and into frames for other programs.
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
//! * [`FrameFile`]: its frames one after the other, none lost, for other programs.
//! * [`FrameEncoder`]: a picture into a packet; [`Picture`]: a decoded frame as encoders want it.
//!
//! Frames come from the same sources as in playback, so that time, turns, colours and alpha are those seen there.
//!
//! Invariants: every frame of the schedule is written once, in order; no more frames are in memory than
//! [`ConvertSettings::threads`] and a few; the file has its name only when it is whole; after a kill the same conversion
//! goes on where it was, and makes the same file (`unfinished`).

mod convert;
mod encoder;
mod error;
mod examine;
mod frames;
mod origin;
mod picture;
mod plan;
mod room;
mod schedule;
mod settings;
mod unfinished;
mod walk;

pub use convert::{Converted, Progress, convert};
pub use encoder::{FrameEncoder, SquaredError, decoded, squared_error};
pub use error::ExportError;
pub use picture::{Picture, PictureMaker};
pub use plan::{ConvertPlan, is_made_of};
pub use settings::{AlphaCoding, ConvertSettings, HapFormat, SoundChoice};
pub use unfinished::unfinished_bytes;
pub use walk::{FrameFile, FrameRange, FrameWalk, WalkedFrame};
