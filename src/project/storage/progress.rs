//! How far a long piece of work on files is, and the wish to end it, shared between the thread that does it and the one
//! that shows it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;

/// How far it is.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
    is_cancelled: AtomicBool,
    /// What is being worked on; set once per file and read once per picture.
    subject: Mutex<String>,
}

// Relaxed throughout: each value is looked at on its own, and nothing else is published by it.
impl Progress {
    /// The share that is done, 0 to 1; 0 while it is not known how much there is.
    pub fn share(&self) -> f32 {
        let total = self.total.load(Ordering::Relaxed);
        if total == 0 {
            return 0.0;
        }
        let done = self.done.load(Ordering::Relaxed).min(total);
        (done as f64 / total as f64) as f32
    }

    /// How much is done, in the unit of the work: bytes or files.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// What is being worked on.
    pub fn subject(&self) -> String {
        self.subject.lock().clone()
    }

    /// Asks for the work to end soon.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to end.
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
