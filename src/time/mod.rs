//! Time as exact integers, and the one place that reads the system clock.
//!
//! * [`Time`] counts flicks, so that a frame of every common rate is a whole number of units.
//! * [`FrameRate`] is a rational, [`FrameIndex`] a position in a media file.
//! * [`MediaTiming`] maps between the two, through a constant rate or a file's own PTS table.
//! * [`formula`] reads numbers as users type them: arithmetic, units, digits that fill a timecode.
//! * [`calendar`] writes dates of files.
//! * [`numbered`] reads names that stand for pictures one after the other, `shot_%04d.png@30`.
//! * [`path_text`] writes paths of files as text, those included that are not Unicode.
//! * [`Clock`] is handed to everything that needs the present; tests set it by hand, and a device may move it.
//!
//! Invariant: a frame index is computed from a position, never by adding up durations.

pub mod calendar;
mod clock;
pub mod formula;
pub mod numbered;
pub mod path_text;
mod timecode;
mod timing;
mod units;

pub use clock::{Clock, DevicePosition, ManualClock};
pub use timecode::{TimeFormat, parse_timecode, timecode};
pub use timing::MediaTiming;
pub(crate) use units::greatest_common_divisor;
pub use units::{FLICKS_PER_SECOND, FrameIndex, FrameRate, ParseFrameRateError, Time};
