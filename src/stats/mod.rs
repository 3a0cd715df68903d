//! What the machine did to each frame: recorders that the engine fills, and the snapshot that panels and reports read.
//!
//! ```text
//! workers ─ measured completions ─► engine ─► LayerRecorder (counts, histograms) ─► Snapshot ─► panels
//!                                                                              └─► Report   ─► JSON
//! ```
//!
//! * [`recorder`]: counts and histograms of one layer. [`durations`]: the histograms. [`cadence`]: how evenly it played.
//! * [`events`]: what happened, line by line.
//! * [`snapshot`]: everything that the window shows, one value per frame.
//! * [`report`]: the document that `play` and `bench playback` print; `report_text`: the same for people.
//! * [`health`]: what a source lost on its way without failing.
//! * [`compare`]: reports read back from files, side by side.
//! * [`diagnosis`]: what the doctor finds before a show.
//! * [`process`]: memory, processor time and threads of this process, as the system counts them.
//!
//! Invariant: every due frame ends in exactly one of presented, repeated, late, dropped.

pub mod cadence;
pub mod compare;
pub mod durations;
pub mod health;
pub mod process;
pub mod recorder;
pub mod report;
mod report_text;

pub use health::HealthCounts;
pub use recorder::{Cause, CauseCounts, Counts, LayerRecorder, Outcome};
pub use report::Report;
