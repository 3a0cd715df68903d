//! The status: what is so, as panels, reports and remotes read it.
//!
//! * [`snapshot`]: the engine. [`document`]: the open document. [`program`]: settings, prompts and long work around it.
//! * [`diagnosis`]: the result of the doctor. [`events`]: the log.
//!
//! Plain data; nothing here measures or decides.

pub mod diagnosis;
pub mod document;
pub mod events;
pub mod program;
pub mod snapshot;

pub use diagnosis::{Diagnosis, Verdict};
pub use snapshot::{LayerSnapshot, MediaState, MediaStatus, Snapshot, Thumbnail};
