//! A disk, which all files on it are read from, and the way of reading that suits it.

use std::fs::File;
use std::sync::Arc;

use parking_lot::Mutex;

use super::reason::ReadReason;
use super::way::{Way, WayChooser, WayRates};
use crate::time::Clock;

/// Most disks that are remembered: more than a system has mounted, as a bound on what comes and goes.
const MOST_DISKS: usize = 256;

/// The disks of this process by the system's number of them (`st_dev`, stat(2)). They are kept while the program runs:
/// what was measured of one holds for the next project too. The lock protects the list alone.
static DISKS: Mutex<Vec<(u64, Arc<Disk>)>> = Mutex::new(Vec::new());

/// A disk, or whatever a file system lies on.
#[derive(Debug)]
pub struct Disk {
    /// Real time, whatever clock the engine follows: a disk takes its time on its own.
    clock: Clock,
    /// The lock protects this alone, and is held for no longer than a few sums.
    chooser: Mutex<WayChooser>,
}

impl Default for Disk {
    /// A disk of which nothing is known.
    fn default() -> Self {
        Self {
            clock: Clock::system(),
            chooser: Mutex::default(),
        }
    }
}

impl Disk {
    /// The disk that a file lies on.
    pub fn of(file: &File) -> Arc<Self> {
        let number = number_of(file);
        let mut disks = DISKS.lock();
        if let Some((_, disk)) = disks.iter().find(|(known, _)| *known == number) {
            return Arc::clone(disk);
        }
        if disks.len() >= MOST_DISKS {
            disks.remove(0);
        }
        let disk = Arc::<Self>::default();
        disks.push((number, Arc::clone(&disk)));
        disk
    }

    /// Takes the rates of a measurement at the depth of playing; one way alone says little.
    pub fn note_trial(&self, rates: WayRates) {
        self.chooser.lock().note_trial(rates);
    }

    /// Notes that a read begins, and gives its way.
    pub(super) fn begin(&self) -> Way {
        let now = self.clock.now();
        self.chooser.lock().begin(now)
    }

    /// Notes that a read begins in this way, if it is the one for it.
    pub(super) fn begin_if(&self, way: Way) -> bool {
        let now = self.clock.now();
        let mut chooser = self.chooser.lock();
        let is_it = chooser.next_way() == way;
        if is_it {
            chooser.begin(now);
        }
        is_it
    }

    /// Notes the end of a read that gave so many bytes, none if it failed.
    pub(super) fn end(&self, way: Way, bytes: usize) {
        let now = self.clock.now();
        self.chooser.lock().end(way, bytes as u64, now);
    }

    /// The way in use, and the reason for it.
    pub fn choice(&self) -> (Way, ReadReason) {
        let chooser = self.chooser.lock();
        let way = chooser.way();
        let reason = ReadReason::of_disk(way, chooser.rates(), chooser.measured());
        (way, reason)
    }
}

#[cfg(unix)]
fn number_of(file: &File) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    file.metadata().map_or(0, |metadata| metadata.dev())
}

#[cfg(not(unix))]
fn number_of(_file: &File) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_on_one_disk_share_what_was_measured_of_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name| File::create(folder.path().join(name)).expect("a file");
        let (one, other) = (Disk::of(&file("a")), Disk::of(&file("b")));
        assert!(Arc::ptr_eq(&one, &other));
    }

    #[test]
    fn a_measurement_from_elsewhere_is_taken() {
        let disk = Disk::default();
        assert_eq!(disk.choice(), (Way::Direct, ReadReason::NotMeasured));
        disk.note_trial(WayRates {
            direct: Some(1e9),
            cached: Some(2e9),
        });
        assert_eq!(disk.choice().0, Way::Cached);
    }
}
