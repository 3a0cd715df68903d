//! Positioned reads from a media file: the one layer between the system's files and everything that decodes.
//!
//! Reads carry their own offset and share no cursor, so that any number of workers may read one open file at once.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

use super::MediaError;
use super::fault_injection::Faults;
use crate::time::numbered;

/// An open media file, read by offset.
#[derive(Debug)]
pub struct MediaFile {
    file: File,
    len: u64,
    faults: Faults,
}

/// Error of a positioned read that did not give all its bytes.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The span reaches past the end of the file.
    #[error("{wanted} bytes at offset {offset} reach past the end of the file")]
    PastEnd {
        /// Start of the span, in bytes.
        offset: u64,
        /// Its length in bytes.
        wanted: u64,
    },
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl MediaFile {
    /// Opens a file for reading.
    ///
    /// # Errors
    /// [`MediaError::NotFound`], [`MediaError::IsDirectory`], [`MediaError::NotAFile`], [`MediaError::Empty`],
    /// [`MediaError::TooManyFiles`], or [`MediaError::Io`] with what the system said.
    pub fn open(path: &Path) -> Result<Self, MediaError> {
        let io_error = |source| open_error(path, source);
        let check = |metadata: &Metadata| {
            let path = path.to_owned();
            match metadata.len() {
                _ if metadata.is_dir() => Err(MediaError::IsDirectory { path }),
                _ if !metadata.is_file() => Err(MediaError::NotAFile { path }),
                0 => Err(MediaError::Empty { path }),
                len => Ok(len),
            }
        };
        // Asked before opening too: some systems refuse a folder without saying so, opening a named pipe would wait for
        // a writer, and opening some devices does something.
        check(&std::fs::metadata(path).map_err(io_error)?)?;
        let faults = Faults::of(path);
        let file = faults.open(|| File::open(path)).map_err(io_error)?;
        let len = check(&file.metadata().map_err(io_error)?)?;
        Ok(Self { file, len, faults })
    }

    /// The file's length in bytes when it was opened; never zero.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Always false: an empty file is refused by [`Self::open`].
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Faults injected into it.
    pub(super) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The open file, for readers that need the system's handle.
    pub fn as_file(&self) -> &File {
        &self.file
    }

    /// Fills `buffer` with the bytes at `offset`; goes on after interruptions and short reads.
    ///
    /// # Errors
    /// [`ReadError::PastEnd`] if the file ends first, [`ReadError::Io`] with what the system said.
    pub fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), ReadError> {
        fill(offset, buffer, |offset, rest| {
            self.faults
                .read(rest, |rest| read_at(&self.file, offset, rest))
        })
    }
}

/// What the page cache holds. Only Linux says, and lets itself be told what comes next; elsewhere nothing is held.
impl MediaFile {
    /// Fills as much of the start of `buffer` with the bytes at `offset` as the page cache holds, and says how much that
    /// is. Never waits for the disk (`RWF_NOWAIT`, preadv2(2)), though the system may begin to fetch the rest.
    pub(super) fn read_cached_at(&self, offset: u64, buffer: &mut [u8]) -> usize {
        // An offset past the range of files stands for the file's own position there (preadv2(2)).
        #[cfg(target_os = "linux")]
        if !self.faults.is_planned() && i64::try_from(offset).is_ok() {
            use rustix::io::{ReadWriteFlags, preadv2};
            let mut slices = [io::IoSliceMut::new(buffer)];
            // Whatever is wrong comes out when it is read in earnest.
            return preadv2(&self.file, &mut slices, offset, ReadWriteFlags::NOWAIT).unwrap_or(0);
        }
        let _ = (offset, buffer);
        0
    }

    /// Has the page cache forget the file, but for what is still to be written.
    pub fn forget_cached(&self) {
        #[cfg(target_os = "linux")]
        if let Err(error) = rustix::fs::fadvise(&self.file, 0, None, rustix::fs::Advice::DontNeed) {
            tracing::debug!("the page cache keeps a file: {error}");
        }
    }

    /// Tells the system that these bytes are read next (`POSIX_FADV_WILLNEED`, fadvise(2)): all of them then wait
    /// in the disk's queue at once.
    pub(super) fn will_need(&self, offset: u64, len: u64) {
        #[cfg(target_os = "linux")]
        if let Some(len) = std::num::NonZeroU64::new(len)
            && let Err(error) =
                rustix::fs::fadvise(&self.file, offset, Some(len), rustix::fs::Advice::WillNeed)
        {
            tracing::trace!("the system takes no advice: {error}");
        }
        #[cfg(not(target_os = "linux"))]
        let _ = (offset, len);
    }
}

/// The error for a file at `path` that the system refuses to open, or to give one more handle of.
pub(super) fn open_error(path: &Path, source: io::Error) -> MediaError {
    let path = path.to_owned();
    match source.kind() {
        _ if is_out_of_files(&source) => MediaError::TooManyFiles { path },
        io::ErrorKind::NotFound => match numbered::rate_error(&path) {
            Some(source) => MediaError::Rate { path, source },
            None => MediaError::NotFound { path },
        },
        io::ErrorKind::IsADirectory => MediaError::IsDirectory { path },
        _ => MediaError::Io { path, source },
    }
}

/// True if the system refuses to open more files, for this program or for all.
fn is_out_of_files(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        matches!(
            Errno::from_io_error(error),
            Some(Errno::MFILE | Errno::NFILE)
        )
    }
    #[cfg(not(unix))]
    {
        let _ = error;
        false
    }
}

/// Fills `buffer` with what `read_at` reads from `offset` on; goes on after interruptions and short reads.
///
/// # Errors
/// [`ReadError::PastEnd`] if there is nothing more to read, [`ReadError::Io`] with what the system said.
pub(super) fn fill(
    offset: u64,
    buffer: &mut [u8],
    mut read_at: impl FnMut(u64, &mut [u8]) -> io::Result<usize>,
) -> Result<(), ReadError> {
    let past_end = ReadError::PastEnd {
        offset,
        wanted: buffer.len() as u64,
    };
    let mut rest = buffer;
    let mut at = offset;
    // A span past the range of offsets is no file's, and systems disagree on how to say so.
    if i64::try_from(offset.saturating_add(rest.len() as u64)).is_err() {
        return Err(past_end);
    }
    while !rest.is_empty() {
        match read_at(at, rest) {
            Ok(0) => return Err(past_end),
            Ok(count) => {
                at += count as u64;
                rest = rest.get_mut(count..).unwrap_or_default();
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// One positioned read, which may give fewer bytes than asked for.
#[cfg(unix)]
pub(super) fn read_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

/// One positioned read, which may give fewer bytes than asked for.
#[cfg(windows)]
pub(super) fn read_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn reads_by_offset_and_stops_at_the_end() {
        let mut temporary = tempfile::NamedTempFile::new().expect("temporary file");
        temporary.write_all(b"0123456789").expect("written");
        let file = MediaFile::open(temporary.path()).expect("opens");
        assert_eq!(file.len(), 10);
        let mut buffer = [0; 4];
        file.read_exact_at(6, &mut buffer).expect("inside");
        assert_eq!(&buffer, b"6789");
        let error = file
            .read_exact_at(7, &mut buffer)
            .expect_err("one byte short");
        assert!(matches!(
            error,
            ReadError::PastEnd {
                offset: 7,
                wanted: 4
            }
        ));
        assert!(file.read_exact_at(u64::MAX, &mut buffer).is_err());
        file.read_exact_at(99, &mut []).expect("nothing asked for");
    }

    #[test]
    fn interruptions_and_short_reads_are_gone_on_after() {
        let stored = b"0123456789";
        let mut calls = 0;
        let mut buffer = [0; 7];
        fill(2, &mut buffer, |offset, rest| {
            calls += 1;
            if calls % 2 == 1 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let from = usize::try_from(offset).expect("small");
            let count = rest.len().min(3);
            rest[..count].copy_from_slice(&stored[from..from + count]);
            Ok(count)
        })
        .expect("all there");
        assert_eq!(&buffer, b"2345678");
        assert_eq!(calls, 6, "three short reads, each interrupted once");
    }

    #[cfg(unix)]
    #[test]
    fn a_full_table_of_open_files_is_named() {
        let full = rustix::io::Errno::MFILE.into();
        assert!(is_out_of_files(&full));
        assert!(!is_out_of_files(&io::ErrorKind::NotFound.into()));
    }

    #[test]
    fn what_is_no_readable_file_is_named() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let missing = MediaFile::open(&folder.path().join("none.mov"));
        assert!(matches!(missing, Err(MediaError::NotFound { .. })));
        let directory = MediaFile::open(folder.path());
        assert!(matches!(directory, Err(MediaError::IsDirectory { .. })));
        let empty = tempfile::NamedTempFile::new().expect("temporary file");
        assert!(matches!(
            MediaFile::open(empty.path()),
            Err(MediaError::Empty { .. })
        ));
    }
}
