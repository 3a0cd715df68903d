//! Will a project hold on this machine? Measured before the show, in a few seconds.
//!
//! ```text
//! project ─► media_under_test: open files, their packets, their disks
//!              ├─► decoding: what a frame of each file costs          (measured)
//!              ├─► demand: bytes and work for each quarter second     (summed along the timeline)
//!              └─► disk: what each disk gives, in the order of playing (measured)
//!         demand ÷ what the machine gave ─► worst moments ─► verdict
//!         media_under_test, demand ─► checks: what to mend
//! ```
//!
//! * [`diagnose`]: the order of it. The result is plain data: [`crate::status::diagnosis`].
//! * `media_under_test`, `decoding`, `demand`, `disk`, `checks`: one step each.
//!
//! Nothing is guessed: what the system does not say becomes a note of the result.

mod checks;
mod decoding;
mod demand;
mod disk;
#[expect(
    clippy::module_inception,
    reason = "the file is named for what it does, as all are"
)]
mod doctor;
mod media_under_test;

pub use doctor::{DoctorOptions, diagnose};
