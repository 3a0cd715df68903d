//! The preview: the canvas, and the handles of the selected layers over it.

pub(crate) mod layer_box;
pub(crate) mod math;
pub(crate) mod panel;
