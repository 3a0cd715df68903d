//! Reads through a Linux ring (`io_uring`), one per reading thread.
//!
//! Each thread has one read in flight and waits for it: the reading threads together keep the disk busy, and no
//! completion needs to find its way to another thread.

use std::sync::Arc;

use super::{PacketBuffer, Reader, Refusal};
use crate::media::file::{MediaFile, ReadError};
use crate::settings::IoMode;

/// Reads through the calling thread's ring.
#[derive(Debug)]
pub struct UringReader(Arc<MediaFile>);

impl UringReader {
    /// Reads this file, if the kernel offers rings to this program.
    ///
    /// # Errors
    /// The system's error: kernels before 5.6 and many containers have no rings.
    pub fn open(file: Arc<MediaFile>) -> Result<Self, Refusal> {
        let reader = Self(file);
        // A ring is one thing, the read operation another: both are tried.
        match reader.read(0, 1, &mut PacketBuffer::default()) {
            Ok(()) => Ok(reader),
            Err(ReadError::Io(error)) if error.kind() == std::io::ErrorKind::Unsupported => {
                Err(Refusal::NotOnThisSystem)
            }
            Err(ReadError::Io(error)) => Err(error.into()),
            Err(ReadError::PastEnd { .. }) => {
                Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into())
            }
        }
    }
}

impl UringReader {
    fn fill(&self, offset: u64, out: &mut [u8]) -> Result<(), ReadError> {
        crate::media::file::fill(offset, out, |offset, buffer| {
            ring::read_at(self.0.as_file(), offset, buffer)
        })
    }
}

impl Reader for UringReader {
    fn mode(&self) -> IoMode {
        IoMode::Uring
    }

    fn read(&self, offset: u64, len: usize, packet: &mut PacketBuffer) -> Result<(), ReadError> {
        self.fill(offset, packet.resize(len))
    }

    fn read_to(&self, offset: u64, out: &mut [u8], _until: u64) -> Option<Result<(), ReadError>> {
        Some(self.fill(offset, out))
    }
}

#[cfg(target_os = "linux")]
mod ring {
    use std::cell::RefCell;
    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd as _;

    use io_uring::{IoUring, opcode, types};

    /// Entries of a ring: one read is in flight at a time, and 1 is too few for some kernels' rounding.
    const ENTRIES: u32 = 2;

    /// Longest single read; the kernel gives no more than about 2 GiB at once, and lengths have 32 bits.
    const LONGEST_READ: usize = 1 << 30;

    thread_local! {
        /// The thread's ring, made at its first read and closed when the thread ends.
        static RING: RefCell<Option<IoUring>> = const { RefCell::new(None) };
    }

    /// Reads once, as `pread` does: gives how many bytes there were.
    pub fn read_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        RING.with_borrow_mut(|slot| {
            let ring = match slot {
                Some(ring) => ring,
                None => slot.insert(IoUring::new(ENTRIES)?),
            };
            let result = read_with(ring, file, offset, buffer);
            if matches!(result, Err(Failure::Ring(_))) {
                // An entry may still lie in the ring, not taken by the kernel; it goes with the ring.
                *slot = None;
            }
            result.map_err(|(Failure::Ring(error) | Failure::Read(error))| error)
        })
    }

    enum Failure {
        /// The ring does not work; the kernel never took the read.
        Ring(io::Error),
        /// The read was done, and failed.
        Read(io::Error),
    }

    #[expect(
        unsafe_code,
        reason = "the kernel writes to the buffer behind the borrow checker's back"
    )]
    fn read_with(
        ring: &mut IoUring,
        file: &File,
        offset: u64,
        buffer: &mut [u8],
    ) -> Result<usize, Failure> {
        let len = u32::try_from(buffer.len().min(LONGEST_READ)).unwrap_or(0);
        let entry = opcode::Read::new(types::Fd(file.as_raw_fd()), buffer.as_mut_ptr(), len)
            .offset(offset)
            .build();
        // SAFETY: the kernel may write to `buffer` from the moment it takes the entry until it completes it. The file
        // and the exclusive borrow of `buffer` outlive this function, and below it returns only once the entry is
        // complete, or while the kernel has not taken it and then never will, because the ring is closed. Nothing in
        // between can panic.
        let pushed = unsafe { ring.submission().push(&entry) };
        if pushed.is_err() {
            return Err(Failure::Ring(io::ErrorKind::WouldBlock.into()));
        }
        loop {
            if let Some(completion) = ring.completion().next() {
                let result = completion.result();
                return usize::try_from(result)
                    .map_err(|_negative| Failure::Read(io::Error::from_raw_os_error(-result)));
            }
            // An interruption, or a passing lack of memory, is tried again: once the entry is taken, there is no way
            // back but its completion.
            if let Err(error) = ring.submit_and_wait(1)
                && error.kind() != io::ErrorKind::Interrupted
                && !ring.submission().is_empty()
            {
                return Err(Failure::Ring(error));
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod ring {
    use std::fs::File;
    use std::io;

    /// There is no such thing here.
    pub fn read_at(_file: &File, _offset: u64, _buffer: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
