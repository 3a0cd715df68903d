//! Evicting files from the page cache, so that a measurement begins cold.

use std::path::Path;

use super::output;
use crate::media::io::cached_share;

/// The share of a file that may stay cached for a start to be called cold: what opening it reads.
const NEARLY_NOTHING: f64 = 0.05;

/// Asks the system to forget the cached pages of a file, looks whether it did, and says so if it did not.
pub fn evict(path: &Path) {
    if let Some(problem) = try_evict(path) {
        output::complain(&format!(
            "{problem}, so the start is not cold: {}",
            path.display()
        ));
    }
}

/// Evicts; gives what went wrong, if anything did.
fn try_evict(path: &Path) -> Option<String> {
    if let Err(error) = forget(path) {
        return Some(format!(
            "could not be evicted from the page cache ({error})"
        ));
    }
    match cached_share(path) {
        // Pages stay that another program has mapped, and all of them on file systems that live in memory.
        Ok(share) if share > NEARLY_NOTHING => Some(format!(
            "{:.0} % of the file stayed in the page cache",
            share * 100.0
        )),
        // Looking may have had single pages fetched.
        Ok(_) => forget(path)
            .err()
            .map(|error| format!("could not be evicted from the page cache ({error})")),
        Err(error) => Some(format!(
            "the system does not tell what stayed in the page cache ({error})"
        )),
    }
}

#[cfg(target_os = "linux")]
fn forget(path: &Path) -> std::io::Result<()> {
    let file = std::fs::File::open(path)?;
    // Pages that are still to be written cannot be dropped.
    file.sync_data()?;
    rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn forget(_path: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
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
            (None, share) => {
                let share = share.expect("it was asked before");
                assert!(share <= NEARLY_NOTHING, "{share}");
            }
            (Some(problem), Ok(_)) => assert!(problem.contains("stayed"), "{problem}"),
            (Some(problem), Err(_)) => assert!(problem.contains("does not tell"), "{problem}"),
        }
    }

    #[test]
    fn what_is_not_there_cannot_be_evicted() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let problem = try_evict(&folder.path().join("none"));
        assert!(problem.is_some_and(|problem| problem.contains("could not be evicted")));
    }
}
