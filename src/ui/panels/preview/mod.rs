//! The preview: the canvas, and the handles of the selected layers over it.
//!
//! * [`panel`]: the picture, its zoom, and the strip below it.
//! * [`layer_box`]: the outline of the selected layers, and what dragging its handles edits.
//! * [`empty_state`]: what is in their place while the project is empty.
//! * [`math`]: from the canvas to the screen and back.

mod empty_state;
mod layer_box;
mod math;
mod panel;

pub(crate) use panel::PreviewPanel;
