//! Storage: projects in files, and media files found again.

mod atomic_write;
pub mod collect;
mod collect_plan;
pub mod diff;
pub mod file;
mod file_stamp;
pub mod fingerprint;
pub mod lock;
mod migrate;
pub mod progress;
pub mod recovery;
pub mod relink;

pub use atomic_write::{backup_path, replace_small_file};
pub use file::ProjectFileError;
pub use file_stamp::FileStamp;
pub use progress::Progress;
