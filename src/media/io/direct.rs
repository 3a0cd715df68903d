//! Reads past the page cache.
//!
//! For a file that the page cache does not hold, the cache only costs: pages are allocated, filled and copied from, and
//! others that are needed are thrown out. A direct read has the disk write into the program's own memory. Its price:
//! offset, length and memory must be multiples of the disk's block, so a little more than the packet is read.
//!
//! How quick that is depends on the memory: one disk gave 1.2 GB/s to packets in ordinary pages and 3.1 GB/s to the
//! same in huge ones (see [`PacketBuffer::resize_for_direct`]).

use std::fs::File;
use std::io;
use std::path::Path;

use super::{PacketBuffer, Reader, Refusal};
use crate::media::file::{MediaFile, ReadError, read_at};
use crate::settings::IoMode;

/// The alignment taken where the system does not say: a page, which is a multiple of every common disk block.
const DEFAULT_ALIGN: u32 = 4096;

/// Reads with `O_DIRECT`.
#[derive(Debug)]
pub struct DirectReader {
    file: File,
    /// Of offsets and lengths, in bytes; a power of two.
    offset_align: u64,
    /// Of addresses, in bytes; a power of two.
    memory_align: usize,
}

impl DirectReader {
    /// Opens the file once more for direct reads, and tries one: some file systems refuse only then.
    ///
    /// # Errors
    /// The reason why there are no direct reads of this file.
    pub fn open(path: &Path, same_as: &MediaFile) -> Result<Self, Refusal> {
        let file = open_direct(path)?;
        if !is_same_file(&file, same_as.as_file())? {
            return Err(Refusal::Replaced);
        }
        let (memory_align, offset_align) = alignments(&file)?;
        let reader = Self {
            file,
            offset_align: u64::from(offset_align),
            memory_align: memory_align as usize,
        };
        match reader.read(0, 1, &mut PacketBuffer::default()) {
            Ok(()) => Ok(reader),
            Err(ReadError::Io(error)) => Err(error.into()),
            Err(ReadError::PastEnd { .. }) => {
                Err(io::Error::from(io::ErrorKind::UnexpectedEof).into())
            }
        }
    }
}

impl Reader for DirectReader {
    fn mode(&self) -> IoMode {
        IoMode::Direct
    }

    fn read(&self, offset: u64, len: usize, packet: &mut PacketBuffer) -> Result<(), ReadError> {
        let past_end = || ReadError::PastEnd {
            offset,
            wanted: len as u64,
        };
        let begin = offset - offset % self.offset_align;
        let whole = offset
            .checked_add(len as u64)
            .and_then(|end| end.checked_next_multiple_of(self.offset_align))
            .and_then(|end| usize::try_from(end - begin).ok())
            .ok_or_else(past_end)?;
        // Less than one block, so it fits.
        let lead = (offset - begin) as usize;
        let needed = lead + len;
        let blocks = packet.resize_for_direct(whole, self.memory_align);
        let mut done = 0;
        while done < needed {
            match read_at(&self.file, begin + done as u64, &mut blocks[done..]) {
                Ok(0) => return Err(past_end()),
                Ok(count) => {
                    done += count;
                    // Only the end of the file gives part of a block; what follows could not be asked for.
                    if done < needed && !(done as u64).is_multiple_of(self.offset_align) {
                        return Err(past_end());
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        packet.narrow(lead..needed);
        Ok(())
    }

    fn read_to(&self, _offset: u64, _out: &mut [u8], _until: u64) -> Option<Result<(), ReadError>> {
        // The memory must be aligned as the file's offset is.
        None
    }
}

#[cfg(target_os = "linux")]
fn open_direct(path: &Path) -> Result<File, Refusal> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = i32::try_from(rustix::fs::OFlags::DIRECT.bits()).unwrap_or(0);
    Ok(File::options().read(true).custom_flags(flags).open(path)?)
}

#[cfg(not(target_os = "linux"))]
fn open_direct(_path: &Path) -> Result<File, Refusal> {
    Err(Refusal::NotOnThisSystem)
}

#[cfg(unix)]
fn is_same_file(one: &File, other: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let (one, other) = (one.metadata()?, other.metadata()?);
    Ok((one.dev(), one.ino()) == (other.dev(), other.ino()))
}

#[cfg(not(unix))]
fn is_same_file(_one: &File, _other: &File) -> io::Result<bool> {
    Ok(false)
}

/// The alignments of memory and of offsets, in bytes: as statx(2) gives them since Linux 6.1, else [`DEFAULT_ALIGN`].
#[cfg(target_os = "linux")]
fn alignments(file: &File) -> Result<(u32, u32), Refusal> {
    use rustix::fs::{AtFlags, StatxFlags, statx};
    let told = statx(file, "", AtFlags::EMPTY_PATH, StatxFlags::DIOALIGN).ok();
    let Some(told) = told.filter(|told| told.stx_mask & StatxFlags::DIOALIGN.bits() != 0) else {
        return Ok((DEFAULT_ALIGN, DEFAULT_ALIGN));
    };
    let (memory, offset) = (told.stx_dio_mem_align, told.stx_dio_offset_align);
    if memory == 0 || offset == 0 {
        return Err(Refusal::FileSystem);
    }
    let or_default = |align: u32| {
        if align.is_power_of_two() {
            align
        } else {
            DEFAULT_ALIGN
        }
    };
    Ok((or_default(memory), or_default(offset)))
}

#[cfg(not(target_os = "linux"))]
fn alignments(_file: &File) -> Result<(u32, u32), Refusal> {
    Ok((DEFAULT_ALIGN, DEFAULT_ALIGN))
}
