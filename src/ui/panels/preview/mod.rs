//! The preview: the canvas, and the handles of the selected layers over it.
//!
//! ```text
//! layer_box ─► chosen ─► outline         layers, their shapes, their handles
//!     └► drag ─► frame ─► layer_shape    from the pointer to values; crop; figures
//! ```
//!
//! * [`panel`]: the picture, its zoom, and the strip below it.
//! * [`layer_box`]: selecting layers and dragging their handles; [`chosen`]: which layers; [`outline`]: what is drawn.
//! * [`empty_state`]: what is in their place while the project is empty.
//! * [`drag`]: the result of a drag; [`figures`]: its figures at the pointer.
//! * [`layer_shape`]: one picture on the canvas; [`frame`]: the box that is dragged, about one or several;
//!   [`canvas_map`]: what a drag does to the canvas; [`crop`]; [`snap`].

mod canvas_map;
mod chosen;
mod crop;
mod drag;
mod empty_state;
mod figures;
mod frame;
mod layer_box;
mod layer_shape;
mod outline;
mod panel;
mod snap;

pub(crate) use panel::{PreviewPanel, stage_for};
