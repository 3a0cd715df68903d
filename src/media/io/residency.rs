//! Share of a file that the page cache holds.

use std::io;
use std::path::Path;

/// Places of a file that are looked at: enough to distinguish a tenth from a fifth, few enough to take well under a
/// millisecond.
const PLACES: u64 = 128;

/// The share of a file in the page cache from which on it is read from there.
const CACHED_ENOUGH: f64 = 0.9;

/// True if the page cache holds a file, but for a tenth at most.
pub fn is_in_cache(path: &Path) -> bool {
    cached_share(path).is_ok_and(is_enough)
}

/// True if this share is so much that the file is read from the page cache.
pub(super) fn is_enough(share: f64) -> bool {
    share >= CACHED_ENOUGH
}

/// The share of a file that the page cache holds, 0 to 1, from looking at places spread evenly over it.
///
/// Looking is a read that the kernel answers from the cache or not at all (`RWF_NOWAIT`). It may have the page at such
/// a place fetched afterwards, so a second look may find more than the first.
///
/// # Errors
/// The system's error; [`io::ErrorKind::Unsupported`] where it does not know.
#[cfg(target_os = "linux")]
pub fn cached_share(path: &Path) -> io::Result<f64> {
    use std::fs::File;
    use std::io::IoSliceMut;

    use rustix::fs::{Advice, fadvise};
    use rustix::io::{Errno, ReadWriteFlags, preadv2};

    // A file of its own, whose access pattern can be declared without changing how others are read ahead.
    let file = File::open(path)?;
    fadvise(&file, 0, None, Advice::Random)?;
    let len = file.metadata()?.len();
    let mut cached = 0_u32;
    let places = PLACES.min(len);
    for place in 0..places {
        let offset = u128::from(len) * u128::from(2 * place + 1) / u128::from(2 * places);
        let mut byte = [0];
        let mut slices = [IoSliceMut::new(&mut byte)];
        let offset = u64::try_from(offset).unwrap_or(0);
        loop {
            match preadv2(&file, &mut slices, offset, ReadWriteFlags::NOWAIT) {
                Ok(count) => cached += u32::from(count > 0),
                Err(Errno::INTR) => continue,
                Err(Errno::AGAIN) => {}
                Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => {
                    return Err(io::ErrorKind::Unsupported.into());
                }
                Err(error) => return Err(error.into()),
            }
            break;
        }
    }
    Ok(f64::from(cached) / places.max(1) as f64)
}

/// The share of a file that the page cache holds.
///
/// # Errors
/// Always [`io::ErrorKind::Unsupported`]: this system does not say.
#[cfg(not(target_os = "linux"))]
pub fn cached_share(_path: &Path) -> io::Result<f64> {
    Err(io::ErrorKind::Unsupported.into())
}
