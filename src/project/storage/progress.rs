//! Progress and cancellation of long work on files, shared by the thread that does it and the one that shows it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;

/// The progress of one piece of work.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
    is_cancelled: AtomicBool,
    /// The file being worked on; set once per file and read once per picture.
    subject: Mutex<String>,
}

// Relaxed throughout: each value is read on its own, and publishes nothing else.
impl Progress {
    /// The share done, 0 to 1; 0 while the total is unknown.
    pub fn share(&self) -> f32 {
        let total = self.total.load(Ordering::Relaxed);
        if total == 0 {
            return 0.0;
        }
        let done = self.done.load(Ordering::Relaxed).min(total);
        (done as f64 / total as f64) as f32
    }

    /// The amount done, in the unit of the work: bytes or files.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// The file being worked on.
    pub fn subject(&self) -> String {
        self.subject.lock().clone()
    }

    /// Asks the work to end soon.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    /// True once the work was asked to end.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    pub(super) fn set_total(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
    }

    pub(super) fn add(&self, done: u64) {
        self.done.fetch_add(done, Ordering::Relaxed);
    }

    pub(super) fn set_subject(&self, subject: &str) {
        subject.clone_into(&mut self.subject.lock());
    }
}
