//! Performance, live and over the last minute.
//!
//! * [`panel`]: the docked panel, of [`rows`] (one per layer), [`frame_plot`] (frame times) and [`detail`] (the
//!   selected layer, threads, memory).
//! * [`history`]: the window of plots over the last minute.
//! * [`overlay`]: figures over the picture, in the preview and on the output.

mod detail;
mod frame_plot;
mod history;
mod overlay;
mod panel;
mod rows;

pub(crate) use history::PerformanceHistory;
pub(crate) use overlay::paint_figures;
pub(crate) use panel::{ID, performance_ui};
