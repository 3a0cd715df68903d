//! The inspector: fields of the selected layers and clips, or of the canvas where nothing is selected.
//!
//! ```text
//! panel ─┬─► layer ─► parameter_row ─► key_edits ─► EditCommand
//!        ├─► clip ─────► fields
//!        └─► canvas ───► fields
//! ```
//!
//! * [`panel`]: the sections, and the layer's own. [`layer`], [`clip`], [`canvas`]: theirs.
//! * [`rows`]: sections that fold, and labels that reset. [`fields`]: fields that show several values at once.
//! * [`parameter_row`]: one animatable parameter. [`opacity`]: a layer's opacity as a line.
//! * [`scale_row`]: the two scales with their chain.
//! * [`key_edits`]: edits of keyframes, which the preview's handles use as well.

mod canvas;
mod clip;
mod fields;
mod key_edits;
mod layer;
mod opacity;
mod panel;
mod parameter_row;
mod rows;
mod scale_row;

pub(crate) use clip::{LOOPS, listed};
pub(crate) use key_edits::{set_values, together};
pub(crate) use opacity::opacity_ui;
pub(crate) use panel::{ID, Inspector};
pub(crate) use parameter_row::key_time;
