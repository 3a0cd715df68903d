//! The trait that every back end implements, and why one cannot be used.

use std::fmt;
use std::io;

use super::{PacketBuffer, ReadReason};
use crate::media::file::ReadError;
use crate::settings::IoMode;

/// Reads parts of one open file, from any number of threads at once.
pub trait Reader: fmt::Debug + Send + Sync {
    /// The mode that it is the back end of.
    fn mode(&self) -> IoMode;

    /// Makes `packet` the `len` bytes at `offset` of the file.
    ///
    /// # Errors
    /// [`ReadError::PastEnd`] if the file ends first, [`ReadError::Io`] with what the system said; the packet then
    /// holds anything.
    fn read(&self, offset: u64, len: usize, packet: &mut PacketBuffer) -> Result<(), ReadError>;

    /// Fills `out` with the bytes at `offset` of the file, wherever it lies in memory; `None` where this back end can
    /// only read to memory of its own choice. What lies between them and the offset `until` is read next, and may be
    /// fetched meanwhile.
    fn read_to(&self, offset: u64, out: &mut [u8], until: u64) -> Option<Result<(), ReadError>>;

    /// The reason for the mode, where both may change from read to read.
    fn reason(&self) -> Option<ReadReason> {
        None
    }
}

/// The reason why a back end cannot read a file.
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
