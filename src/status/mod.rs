//! The status: what is so, as panels, reports and remotes read it.
//!
//! * [`Status`]: all of it as one value.
//! * [`snapshot`]: the engine. [`document`]: the open document. [`program`]: settings, prompts and tasks around it.
//! * [`diagnosis`]: the result of the doctor. [`verdict`]: the program's verdict, of that and of what was measured.
//!   [`events`]: the log.
//!
//! Plain data; nothing here measures or decides.

pub mod diagnosis;
pub mod document;
pub mod events;
pub mod program;
pub mod snapshot;
#[expect(
    clippy::module_inception,
    reason = "a file is named after its main type"
)]
mod status;
pub mod verdict;

pub use diagnosis::{Diagnosis, Verdict};
pub use snapshot::{LayerSnapshot, MediaState, MediaStatus, Snapshot, Thumbnail};
pub use status::Status;
pub use verdict::ProgramVerdict;
