//! A disk, which all files on it are read from, and the way of reading that suits it.

use std::fs::File;
use std::sync::Arc;

use parking_lot::{Condvar, Mutex};

use super::reason::ReadReason;
use super::way::{Way, WayChooser, WayRates};
use crate::time::{Clock, Time};

/// Longest time that the opening of a file waits while another one's measures the disk: what is read meanwhile would
/// spoil the measurement.
const PATIENCE: Time = Time::from_seconds(1);

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
    state: Mutex<State>,
    /// Signalled at the end of a trial.
    has_tried: Condvar,
}

#[derive(Debug, Default)]
struct State {
    chooser: WayChooser,
    trial: Trial,
}

/// The measurement at the first opening of a file that the page cache does not hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Trial {
    #[default]
    None,
    Running,
    Done,
}

impl Default for Disk {
    /// A disk of which nothing is known.
    fn default() -> Self {
        Self {
            clock: Clock::system(),
            state: Mutex::default(),
            has_tried: Condvar::new(),
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

    /// Has the disk measured by `measure`, unless that was done; waits while another thread does it, but not for long.
    /// Without a result the next file is asked.
    pub(super) fn measure_once(&self, measure: impl FnOnce() -> Option<WayRates>) {
        {
            let mut state = self.state.lock();
            match state.trial {
                Trial::Done => return,
                Trial::Running => {
                    let until = self.clock.instant_at(self.clock.now() + PATIENCE);
                    let is_running = |state: &mut State| state.trial == Trial::Running;
                    self.has_tried
                        .wait_while_until(&mut state, is_running, until);
                    return;
                }
                Trial::None => state.trial = Trial::Running,
            }
        }
        let rates = measure();
        self.end_trial(rates);
    }

    /// Takes the rates of a measurement at the depth of playing; one way alone says little.
    pub fn note_trial(&self, rates: WayRates) {
        self.end_trial(Some(rates));
    }

    fn end_trial(&self, rates: Option<WayRates>) {
        let mut state = self.state.lock();
        if let Some(rates) = rates {
            state.chooser.note_trial(rates);
        }
        if rates.is_some_and(|rates| rates.faster().is_some()) {
            state.trial = Trial::Done;
        } else if state.trial == Trial::Running {
            state.trial = Trial::None;
        }
        drop(state);
        self.has_tried.notify_all();
    }

    /// Notes that a read begins, and gives its way.
    pub(super) fn begin(&self) -> Way {
        let now = self.clock.now();
        self.state.lock().chooser.begin(now)
    }

    /// Notes that a read begins in this way, if it is the one for it.
    pub(super) fn begin_if(&self, way: Way) -> bool {
        let now = self.clock.now();
        let chooser = &mut self.state.lock().chooser;
        let is_it = chooser.next_way() == way;
        if is_it {
            chooser.begin(now);
        }
        is_it
    }

    /// Notes the end of a read that gave so many bytes, none if it failed.
    pub(super) fn end(&self, way: Way, bytes: usize) {
        let now = self.clock.now();
        self.state.lock().chooser.end(way, bytes as u64, now);
    }

    /// The way in use, and the reason for it.
    pub fn choice(&self) -> (Way, ReadReason) {
        let chooser = &self.state.lock().chooser;
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
    fn a_disk_is_measured_once_and_again_only_if_that_gave_nothing() {
        let disk = Disk::default();
        assert_eq!(disk.choice(), (Way::Cached, ReadReason::NotMeasured));
        disk.measure_once(|| None);
        disk.note_trial(WayRates::default());
        disk.measure_once(|| {
            Some(WayRates {
                direct: Some(2e9),
                cached: Some(1e9),
            })
        });
        disk.measure_once(|| unreachable!("it is known"));
        assert_eq!(disk.choice().0, Way::Direct);
    }

    #[test]
    fn who_opens_a_file_meanwhile_waits_for_the_measurement() {
        let disk = Disk::default();
        let (here, there) = crossbeam_channel::bounded::<()>(0);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                disk.measure_once(|| {
                    there.recv().expect("the other is there");
                    Some(WayRates {
                        direct: Some(2e9),
                        cached: Some(1e9),
                    })
                });
            });
            here.send(()).expect("it is being measured");
            disk.measure_once(|| unreachable!("one at a time"));
            assert_eq!(disk.choice().0, Way::Direct);
        });
    }
}
