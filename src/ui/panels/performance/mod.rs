//! Performance: what the machine does, live and over time.

pub(crate) mod detail;
pub(crate) mod frame_plot;
pub(crate) mod history;
pub(crate) mod overlay;
pub(crate) mod panel;
pub(crate) mod rows;
