//! Reading the bytes of a frame: several back ends behind one trait.
//!
//! ```text
//! open ─► choose(mode, file) ─► BackendChoice { reader, why, refused }
//!                                            │
//! io-N ─► HapSource::read ─► dyn Reader::read ┘─► PacketBuffer ─► decode-N
//!
//! auto: in the page cache? ─ yes ─► taken from there
//!                          └ no ──► Disk ─► WayChooser ─► direct or pread, from read to read
//! ```
//!
//! * [`Reader`]: the trait. [`PacketBuffer`]: the memory that a packet is read to.
//! * `pread`: positioned reads through the page cache, which every system has.
//! * `direct`: reads past the page cache (`O_DIRECT`), for files that it does not hold.
//! * `mmap`: the file mapped into memory. `uring`: one Linux ring per reading thread.
//! * [`choose`]: takes the mode asked for, or `auto`. [`cached_share`]: how much of a file the page cache holds.
//! * `auto`, [`disk`], [`way`]: the way of each read by what was measured of its disk. [`reading_threads`]: how
//!   many read at once. [`ReadReason`]: why a file is read as it is.
//! * [`slow_disk`]: any of them on a disk made slower.
//!
//! A new back end is a variant of [`IoMode`], a file here, and a line of `backend_of`.
//!
//! Invariants: all back ends give the same bytes, and the same [`ReadError`](super::file::ReadError) past the end of
//! the file, also of a file that became shorter. A back end that the system refuses is replaced by `pread`, and the
//! reason is reported. `mmap` and `uring` are the only files here with `unsafe`.

mod auto;
mod buffer;
mod choose;
mod direct;
pub mod disk;
mod mmap;
mod pread;
mod reader;
mod readers;
mod reason;
mod residency;
pub mod slow_disk;
#[cfg(test)]
mod tests;
mod uring;
pub mod way;

pub use buffer::PacketBuffer;
pub use choose::{BackendChoice, choose};
pub use pread::PreadReader;
pub use reader::{Reader, Refusal};
pub use readers::reading_threads;
pub use reason::ReadReason;
pub use residency::{cached_share, is_in_cache};

use std::path::Path;
use std::sync::Arc;

use super::file::MediaFile;
use crate::settings::IoMode;

/// Opens the back end of a mode for a file that is open already.
type OpenBackend = fn(&Path, &Arc<MediaFile>) -> Result<Box<dyn Reader>, Refusal>;

/// The back end of each mode; those that name none are read by `pread`.
fn backend_of(mode: IoMode) -> OpenBackend {
    match mode {
        IoMode::Auto | IoMode::Sync | IoMode::Pread => {
            |_, file| Ok(Box::new(PreadReader::new(Arc::clone(file))))
        }
        IoMode::Direct => |path, file| Ok(Box::new(direct::DirectReader::open(path, file)?)),
        IoMode::Mmap => |_, file| Ok(Box::new(mmap::MmapReader::open(Arc::clone(file))?)),
        IoMode::Uring => |_, file| Ok(Box::new(uring::UringReader::open(Arc::clone(file))?)),
    }
}
