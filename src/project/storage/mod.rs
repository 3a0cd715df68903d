//! Storage: projects in files, recovery after a crash, and media files collected and found again.
//!
//! ```text
//! save: Project ─► file ─► atomic_write ─► NAME.ron, NAME.ron.bak          load: NAME.ron ─► file ─► migrate ─► Project
//! every few seconds while unsaved: Project ─► recovery/N.ron               after a crash: recovery/N.ron ─► diff ─► prompt
//! ```
//!
//! * [`mod@file`], `migrate`: RON with a version, and conversions from older versions. `atomic_write`: a new file in an
//!   old one's place, whole or not at all, which `power_cut` tests.
//! * [`lock`]: one program per file. `file_stamp`: changes by another program.
//! * [`recovery`]: unsaved changes kept for after a crash; [`diff`]: what they change in the file.
//! * [`collect`], `collect_plan`: project and media copied into one folder. [`fingerprint`], [`relink`]: media
//!   recognised and found again. [`progress`]: the progress of these, and their cancellation.
//!
//! Invariants: a project's path names a whole project at every moment; nothing that is read is trusted.

mod atomic_write;
pub mod collect;
mod collect_plan;
pub mod diff;
mod disk_room;
pub mod file;
mod file_stamp;
pub mod fingerprint;
pub mod lock;
mod migrate;
pub mod progress;
pub mod recovery;
pub mod relink;

pub use atomic_write::{backup_path, replace_small_file};
pub use disk_room::free_bytes;
pub use file::{ProjectFileError, backup_of};
pub use file_stamp::FileStamp;
pub use progress::Progress;
