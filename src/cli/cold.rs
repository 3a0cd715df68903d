//! Evicting files from the page cache, so that a measurement begins cold.

use std::io;
use std::path::Path;

use super::output;
use crate::media::io::cached_share;

/// The share of a file that may stay cached for a start to be called cold: what opening it reads.
const NEARLY_NOTHING: f64 = 0.05;

/// Asks the system to forget the cached pages of a file, looks whether it did, and says so if it did not.
pub fn evict(path: &Path) {
    if let Err(problem) = try_evict(path) {
        output::complain(&format!(
            "{problem}, so the start is not cold: {}",
            path.display()
        ));
    }
}

/// Reason that a file may still be in the page cache.
#[derive(Debug, thiserror::Error)]
enum NotEvicted {
    /// The system does not evict it.
    #[error("could not be evicted from the page cache ({0})")]
    Refused(io::Error),
    /// Part of it stayed: pages that another program has mapped, or all of a file system that lives in memory.
    #[error("{:.0} % of the file stayed in the page cache", .0 * 100.0)]
    Stayed(f64),
    /// What stayed is not known.
    #[error("the system does not tell what stayed in the page cache ({0})")]
    Unknown(io::Error),
}

fn try_evict(path: &Path) -> Result<(), NotEvicted> {
    forget(path).map_err(NotEvicted::Refused)?;
    let share = cached_share(path).map_err(NotEvicted::Unknown)?;
    if share > NEARLY_NOTHING {
        return Err(NotEvicted::Stayed(share));
    }
    // Looking may have had single pages fetched.
    forget(path).map_err(NotEvicted::Refused)
}

#[cfg(target_os = "linux")]
fn forget(path: &Path) -> io::Result<()> {
    let file = std::fs::File::open(path)?;
    // Pages that are still to be written cannot be dropped.
    file.sync_data()?;
    rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn forget(_path: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_file_that_was_evicted_is_no_longer_cached_or_it_is_said() {
        let mut file = tempfile::NamedTempFile::new().expect("temporary file");
        file.write_all(&vec![7; 8 << 20]).expect("written");
        let problem = try_evict(file.path());
        let share = cached_share(file.path());
        match (problem, share) {
            (Ok(()), share) => {
                let share = share.expect("it was asked before");
                assert!(share <= NEARLY_NOTHING, "{share}");
            }
            (Err(NotEvicted::Stayed(_)), Ok(_)) | (Err(NotEvicted::Unknown(_)), Err(_)) => {}
            (Err(problem), share) => panic!("{problem}, and {share:?}"),
        }
    }

    #[test]
    fn what_is_not_there_cannot_be_evicted() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let problem = try_evict(&folder.path().join("none"));
        assert!(
            matches!(problem, Err(NotEvicted::Refused(_))),
            "{problem:?}"
        );
    }
}
