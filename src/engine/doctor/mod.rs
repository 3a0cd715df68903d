//! Will a project hold on this machine? Measured before the show, in a few seconds.
//!
//! ```text
//! project ─► patients: open files, their packets, their disks
//!              ├─► decoding: what a frame of each file costs          (measured)
//!              ├─► demand: bytes and work for each quarter second     (summed along the timeline)
//!              └─► disk: what each disk gives, in the order of playing (measured)
//!         demand ÷ what the machine gave ─► worst moments ─► verdict
//!         patients, demand ─► checks: what to mend
//! ```
//!
//! * [`diagnose`]: the order of it. The result is plain data: [`crate::stats::diagnosis`].
//! * `patients`, `decoding`, `demand`, `disk`, `checks`: one step each.
//!
//! Nothing is guessed: what the system does not tell becomes a note of the result.

mod checks;
mod decoding;
mod demand;
mod disk;
#[expect(
    clippy::module_inception,
    reason = "the file is named for what it does, as all are"
)]
mod doctor;
mod patients;

pub use doctor::{DoctorOptions, diagnose};
