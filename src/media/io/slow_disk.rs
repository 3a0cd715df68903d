//! A disk made slower than it is: to see beforehand what a show would do on another machine, and what becomes of it
//! when a disk stalls or fails.
//!
//! A reader around the back end of a file: reads go through to the file as ever, and their answer is held back until
//! the slower disk would have given it. All files behind one [`SlowDisk`] share its bandwidth, as files on one disk do.

use std::io;
use std::sync::Arc;

use parking_lot::{Condvar, Mutex};

use super::disk::Disk;
use super::{PacketBuffer, Reader};
use crate::media::file::ReadError;
use crate::settings::IoMode;
use crate::stats::durations::Durations;
use crate::time::{Clock, FLICKS_PER_SECOND, Time};

/// Performance of a slower disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlowDiskOptions {
    /// Bytes per second, all readers together; none leaves the rate as it is.
    pub bytes_per_second: Option<u64>,
    /// The same for reads past the page cache, where that differs.
    pub direct_bytes_per_second: Option<u64>,
    /// Time from asking for bytes to the disk's beginning to give them.
    pub latency: Time,
}

/// A disk made slower than it is. Clones are the same disk.
#[derive(Clone, Debug)]
pub struct SlowDisk(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// The disk as the choice of a way sees it: another one than that which the files lie on.
    disk: Arc<Disk>,
    /// Real time, whatever clock the engine follows: a disk takes its time on its own.
    clock: Clock,
    state: Mutex<State>,
    has_changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    options: SlowDiskOptions,
    /// Time at which the bytes asked for so far have all been given.
    free_at: Time,
    /// Durations of reads from being asked for to being answered.
    answered: Durations,
    is_stalled: bool,
    is_failing: bool,
}

impl SlowDisk {
    /// A disk that gives as much as `options` say.
    pub fn new(options: SlowDiskOptions) -> Self {
        Self(Arc::new(Shared {
            disk: Arc::default(),
            clock: Clock::system(),
            state: Mutex::new(State {
                options,
                ..State::default()
            }),
            has_changed: Condvar::new(),
        }))
    }

    /// Gives as much as `options` say from now on; reads already asked for take the time that they take.
    pub fn set_options(&self, options: SlowDiskOptions) {
        let mut state = self.0.state.lock();
        state.options = options;
        state.free_at = state.free_at.min(self.0.clock.now());
    }

    /// Answers no read from now on, until set otherwise.
    pub fn set_stalled(&self, is_stalled: bool) {
        self.0.state.lock().is_stalled = is_stalled;
        self.0.has_changed.notify_all();
    }

    /// Answers every read with an error from now on, until set otherwise.
    pub fn set_failing(&self, is_failing: bool) {
        self.0.state.lock().is_failing = is_failing;
        self.0.has_changed.notify_all();
    }

    /// Durations of reads so far from being asked for to being answered, by the disk's own account: at least as long
    /// as its options say, and longer on a machine that is too busy to wake who waits.
    pub fn answered(&self) -> Durations {
        self.0.state.lock().answered.clone()
    }

    /// The back end of a file, on this disk.
    pub fn reader(&self, inner: Box<dyn Reader>) -> Box<dyn Reader> {
        let disk = self.clone();
        Box::new(SlowReader { inner, disk })
    }

    /// The disk as the choice of a way sees it.
    pub fn disk(&self) -> Arc<Disk> {
        Arc::clone(&self.0.disk)
    }

    /// The disk's own clock, for [`Self::serve`].
    fn now(&self) -> Time {
        self.0.clock.now()
    }

    /// Waits until the disk would have given `bytes` that were asked for at `asked_at` on [`Self::now`] in this mode.
    ///
    /// # Errors
    /// An error of the disk, while it is set to fail.
    fn serve(&self, mode: IoMode, bytes: u64, asked_at: Time) -> io::Result<()> {
        let Shared {
            clock,
            state,
            has_changed,
            ..
        } = &*self.0;
        let mut state = state.lock();
        while state.is_stalled {
            has_changed.wait(&mut state);
        }
        if state.is_failing {
            return Err(io::Error::other("the disk was told to fail"));
        }
        let options = state.options;
        let of_direct = (options.direct_bytes_per_second).filter(|_| mode == IoMode::Direct);
        let bytes_per_second = of_direct.or(options.bytes_per_second);
        let transfer = bytes_per_second.map_or(Time::ZERO, |rate| {
            let seconds = bytes as f64 / rate.max(1) as f64;
            Time::from_flicks((seconds * FLICKS_PER_SECOND as f64) as i64)
        });
        state.free_at = state.free_at.max(asked_at + options.latency) + transfer;
        let answered_at = clock.instant_at(state.free_at);
        // After a change, a read still takes the time that it takes.
        while !has_changed.wait_until(&mut state, answered_at).timed_out() {}
        state.answered.record(clock.now() - asked_at);
        Ok(())
    }
}

/// Disks are equal when they are the same one.
impl PartialEq for SlowDisk {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for SlowDisk {}

/// A back end on a slower disk.
#[derive(Debug)]
struct SlowReader {
    inner: Box<dyn Reader>,
    disk: SlowDisk,
}

impl Reader for SlowReader {
    fn mode(&self) -> IoMode {
        self.inner.mode()
    }

    fn read(&self, offset: u64, len: usize, packet: &mut PacketBuffer) -> Result<(), ReadError> {
        let asked_at = self.disk.now();
        self.inner.read(offset, len, packet)?;
        Ok(self.disk.serve(self.mode(), len as u64, asked_at)?)
    }

    fn read_to(&self, offset: u64, out: &mut [u8], until: u64) -> Option<Result<(), ReadError>> {
        let asked_at = self.disk.now();
        let bytes = out.len() as u64;
        let read = self.inner.read_to(offset, out, until)?;
        Some(read.and_then(|()| Ok(self.disk.serve(self.mode(), bytes, asked_at)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_share_the_bandwidth_and_wait_for_the_latency() {
        let disk = SlowDisk::new(SlowDiskOptions {
            bytes_per_second: Some(1_000_000),
            latency: Time::from_nanos(5_000_000),
            ..SlowDiskOptions::default()
        });
        let asked_at = disk.now();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    disk.serve(IoMode::Pread, 10_000, asked_at)
                        .expect("it does not fail");
                });
            }
        });
        let took = disk.now() - asked_at;
        assert!(took.millis() >= 34.9, "5 ms and three times 10: {took:?}");
    }

    #[test]
    fn a_failing_disk_fails_and_recovers() {
        let disk = SlowDisk::new(SlowDiskOptions::default());
        disk.set_failing(true);
        assert!(disk.serve(IoMode::Pread, 1, disk.now()).is_err());
        disk.set_failing(false);
        assert!(disk.serve(IoMode::Pread, 1, disk.now()).is_ok());
    }
}
