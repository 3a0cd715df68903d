//! How the bytes of a frame come out of a file: several ways behind one trait, chosen per file.
//!
//! ```text
//! open ─► choose(asked for, file, packets) ─► Chosen { reader, why }
//!                                                 │
//! io-N ─► HapSource::read ─► dyn Reader::read ────┘─► PacketBuffer ─► decode-N
//! ```
//!
//! * [`Reader`], [`Backend`]: the trait, and the names of the ways. [`PacketBuffer`]: where a packet is read to.
//! * `pread`: positioned reads through the page cache, which every system has.
//! * `direct`: reads past the page cache (`O_DIRECT`), for files that it does not hold.
//! * `mmap`: the file mapped into memory. `uring`: one Linux ring per reading thread.
//! * [`choose`]: takes what was asked for, or measures; [`cached_share`]: how much of a file the page cache holds.
//!
//! Invariants: all ways give the same bytes, and the same [`ReadError`](super::file::ReadError) past the end of the
//! file, also of a file that became shorter. A way that the system refuses is replaced by `pread`, and the reason is
//! told. `mmap` and `uring` are the only files here with `unsafe`.

mod buffer;
mod choose;
mod direct;
mod mmap;
mod pread;
mod reader;
mod residency;
pub mod slow_disk;
#[cfg(test)]
mod tests;
mod uring;

pub use buffer::PacketBuffer;
pub use choose::{Chosen, ReadBy, choose};
pub use pread::PreadReader;
pub use reader::{Backend, Reader, Refusal};
pub use residency::cached_share;
