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
//! * [`BudgetShortage`]: memory that is too small to play with. [`per_second`]: rates over a time that may be zero.
//! * [`process`]: memory, processor time and threads of this process, as the system counts them. [`available_memory_bytes`]: what is left to it.
//!
//! Invariant: every due frame ends in exactly one of presented, repeated, late, dropped.

mod adapter;
pub mod cadence;
pub mod compare;
pub mod durations;
pub mod health;
mod memory_left;
pub mod process;
mod rate;
pub mod recorder;
pub mod report;
mod report_text;
mod shortage;

pub use adapter::AdapterInfo;
pub use health::HealthCounts;
pub use memory_left::{address_space_left, available_memory_bytes};
pub use rate::per_second;
pub use recorder::{Cause, CauseCounts, Counts, LayerRecorder, Outcome};
pub use report::Report;
pub use shortage::BudgetShortage;
