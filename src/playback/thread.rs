//! Named threads with an owner.

use crossbeam_channel::RecvTimeoutError;

use super::sync::{Builder, JoinHandle, Receiver, Sender, bounded};
use crate::time::{Clock, Time};

/// Longest time that an owner waits for its thread: longer than a disk in order takes for a frame and a core for decoding it. A
/// disk that does not answer at all may keep a thread for ever, and the program must end all the same.
const PATIENCE: Time = Time::from_seconds(3);

/// A running thread that its owner joins by dropping this.
///
/// The owner first makes the thread's loop end (by closing its channel or queue); dropping then waits for it, but if a
/// disk keeps it, for three seconds and no longer.
pub struct NamedThread {
    handle: Option<JoinHandle<()>>,
    /// Closed by the thread at its end.
    end: Receiver<()>,
    name: String,
}

impl NamedThread {
    /// Runs `body` on a thread with this name.
    ///
    /// # Errors
    /// The system's, if it has no thread to give.
    pub fn spawn(name: String, body: impl FnOnce() + Send + 'static) -> std::io::Result<Self> {
        let (ending, end) = bounded(0);
        let handle = Builder::new().name(name.clone()).spawn(move || {
            let _ending: Sender<()> = ending;
            body();
        })?;
        Ok(Self {
            handle: Some(handle),
            end,
            name,
        })
    }

    /// True if it has ended, so that joining it takes no time.
    pub fn is_finished(&self) -> bool {
        self.handle.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits for its end, however long that takes: where what it does must not happen later.
    pub fn join(mut self) {
        self.join_now();
    }

    /// Waits for its end, but for so long at most. Then it is left, and goes on by itself.
    pub fn join_within(mut self, limit: Time) {
        self.join_or_leave(limit);
    }

    fn join_or_leave(&mut self, limit: Time) {
        if self.handle.is_none() {
            return;
        }
        let clock = Clock::system();
        let until = clock.instant_at(clock.now() + limit);
        if self.end.recv_deadline(until) == Err(RecvTimeoutError::Timeout) {
            let name = &self.name;
            tracing::error!("{name} does not come to an end, and is not waited for any longer");
            self.handle = None;
        } else {
            self.join_now();
        }
    }

    fn join_now(&mut self) {
        if let Some(handle) = self.handle.take()
            && handle.join().is_err()
        {
            tracing::error!("{} ended in a panic", self.name);
        }
    }
}

impl Drop for NamedThread {
    fn drop(&mut self) {
        self.join_or_leave(PATIENCE);
    }
}

/// Waits for the ends of threads that were all told to end, for as long together as for one that is dropped.
pub fn join_together(threads: impl IntoIterator<Item = NamedThread>) {
    let clock = Clock::system();
    let until = clock.now() + PATIENCE;
    for thread in threads {
        thread.join_within((until - clock.now()).max(Time::ZERO));
    }
}

/// The text of a panic's payload.
pub fn panic_text(payload: &(dyn std::any::Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_does_not_come_to_an_end_is_left_after_a_while() {
        let (end, kept) = crossbeam_channel::bounded::<()>(1);
        let (going, gone) = crossbeam_channel::bounded::<()>(1);
        let thread = NamedThread::spawn("kept".to_owned(), move || {
            // As a disk does that does not answer.
            kept.recv().ok();
            going.send(()).ok();
        });
        drop(thread.expect("a thread"));
        assert!(gone.try_recv().is_err(), "it still waits");
        drop(end);
        gone.recv().expect("it was left, not ended");
    }
}
