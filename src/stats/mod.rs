//! Figures of each frame: recorders that the engine fills, and the reports made from them.
//!
//! ```text
//! workers ─ measured completions ─► engine ─► LayerRecorder (counts, histograms) ─► status::Snapshot ─► panels
//!                                                                              └─► Report ─► JSON
//! ```
//!
//! * [`recorder`]: counts and histograms of one layer. [`durations`]: the histograms. [`cadence`]: how evenly it played.
//! * [`report`]: the document that `play` and `bench playback` print; `report_text`: the same as text.
//! * [`health`]: losses of a source that are no failure. [`AdapterInfo`]: the adapter that draws.
//! * [`compare`]: reports read back from files, side by side.
//! * [`process`]: memory, processor time and threads of this process, as the system counts them.
//!
//! Invariant: every due frame ends in exactly one of presented, repeated, late, dropped.

mod adapter;
pub mod cadence;
pub mod compare;
pub mod durations;
pub mod health;
pub mod process;
pub mod recorder;
pub mod report;
mod report_text;

pub use adapter::AdapterInfo;
pub use health::HealthCounts;
pub use recorder::{Cause, CauseCounts, Counts, LayerRecorder, Outcome};
pub use report::Report;
