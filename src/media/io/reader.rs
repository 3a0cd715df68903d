//! The trait behind which the ways of reading stand, and their names.

use std::fmt;
use std::io;

use super::PacketBuffer;
use crate::media::file::ReadError;

/// Reads parts of one open file, from any number of threads at once.
pub trait Reader: fmt::Debug + Send + Sync {
    /// Which way it is.
    fn backend(&self) -> Backend;

    /// Makes `packet` the `len` bytes at `offset` of the file.
    ///
    /// # Errors
    /// [`ReadError::PastEnd`] if the file ends first, [`ReadError::Io`] with what the system said; the packet then
    /// holds anything.
    fn read(&self, offset: u64, len: usize, packet: &mut PacketBuffer) -> Result<(), ReadError>;

    /// Fills `out` with the bytes at `offset` of the file, wherever it lies in memory; `None` where this way can only read
    /// to memory of its own choice.
    fn read_to(&self, offset: u64, out: &mut [u8]) -> Option<Result<(), ReadError>>;
}

/// A way of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Positioned reads through the page cache.
    Pread,
    /// Reads past the page cache.
    Direct,
    /// The file mapped into memory.
    Mmap,
    /// A Linux ring per reading thread.
    Uring,
}

impl Backend {
    /// What the command line, the panel and the report call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pread => "pread",
            Self::Direct => "direct",
            Self::Mmap => "mmap",
            Self::Uring => "uring",
        }
    }
}

/// Why a way of reading is not to be had for a file.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The operating system has no such thing.
    #[error("this operating system does not offer it")]
    NotOnThisSystem,
    /// The file system says that it does not do it.
    #[error("the file system does not offer it")]
    FileSystem,
    /// The path names another file than the one that is open.
    #[error("the file was replaced while it was being opened")]
    Replaced,
    /// The system refused.
    #[error("the system refused it ({0})")]
    System(#[from] io::Error),
}
