//! Processor time by group of threads, read once a second on a thread of its own: the system's files about threads are
//! too many to be read between two pictures.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::media::fault_injection;
use crate::playback::thread::NamedThread;
use crate::stats::per_second;
use crate::stats::process::{ThreadGroup, thread_groups};
use crate::time::Clock;

/// Time from one reading to the next.
const EVERY: Duration = Duration::from_secs(1);

/// The thread `thread-monitor`.
pub struct ThreadMonitor {
    latest: Receiver<Vec<ThreadGroup>>,
    /// Closed to end the thread.
    stop: Option<Sender<()>>,
    _thread: NamedThread,
}

impl ThreadMonitor {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system's, if it has no thread to give.
    pub fn start() -> std::io::Result<Self> {
        // One waits to be taken; while nobody takes it, no newer one is needed.
        let (send, latest) = bounded(1);
        let (stop, stopped) = bounded::<()>(0);
        let thread = NamedThread::spawn("thread-monitor".to_owned(), move || {
            let clock = Clock::system();
            let mut before = (clock.now(), thread_groups());
            while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                // Unwind safe: a reading that breaks down has changed nothing, and the next one begins anew.
                let reading = catch_unwind(AssertUnwindSafe(|| {
                    fault_injection::step("thread-monitor");
                    (clock.now(), thread_groups())
                }));
                let Ok(now) = reading else {
                    tracing::error!("looking at the threads broke down; it is tried again");
                    continue;
                };
                let seconds = (now.0 - before.0).seconds().max(1e-3);
                let shares = shares(&before.1, &now.1, seconds);
                before = now;
                // Full: the last one was not taken yet.
                drop(send.try_send(shares));
            }
        })?;
        Ok(Self {
            latest,
            stop: Some(stop),
            _thread: thread,
        })
    }

    /// The result since the last call.
    pub fn take(&self) -> Option<Vec<ThreadGroup>> {
        self.latest.try_recv().ok()
    }
}

impl Drop for ThreadMonitor {
    fn drop(&mut self) {
        self.stop = None;
    }
}

/// Processor time per second between two readings.
fn shares(before: &[ThreadGroup], now: &[ThreadGroup], seconds: f64) -> Vec<ThreadGroup> {
    now.iter()
        .map(|group| {
            let last = before.iter().find(|last| last.name == group.name);
            let used = group.cpu - last.map_or(0.0, |last| last.cpu);
            ThreadGroup {
                // A thread that ended takes its time with it.
                cpu: per_second(used, seconds).max(0.0),
                ..group.clone()
            }
        })
        .collect()
}
