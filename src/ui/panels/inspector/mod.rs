//! The inspector: fields of the selected layers and clips, or of the canvas where nothing is selected.
//!
//! ```text
//! panel ─┬─► layer ─► parameter_row ─► key_edits ─► EditCommand
//!        └─► clip ─────► fields
//! ```
//!
//! * [`panel`]: the sections, and the canvas. [`layer`], [`clip`]: their sections.
//! * [`fields`]: number fields that show several values at once; [`parameter_row`]: one animatable parameter;
//!   [`scale_row`]: the two scales with their chain.
//! * [`key_edits`]: edits of keyframes, which the preview's handles use as well.

mod clip;
mod fields;
mod key_edits;
mod layer;
mod panel;
mod parameter_row;
mod scale_row;

pub(crate) use clip::{LOOPS, listed};
pub(crate) use fields::is_cancelled;
pub(crate) use key_edits::{set_values, together};
pub(crate) use panel::{ID, Inspector, opacity_ui};
pub(crate) use parameter_row::key_time;
