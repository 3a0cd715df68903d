//! The worker: a thread that does slow jobs one after the other, so that its owner never waits on a disk.
//!
//! ```text
//! owner ─ submit ─► [jobs, bounded] ─► thread: work(job) ─► [results, bounded] ─ poll ─► owner
//!                                         └─ wake
//! ```
//!
//! A network share may keep a job for ever, and the program must end all the same: whoever drops a worker waits for the
//! job at hand, but not longer than [`PATIENCE`].

use std::cell::Cell;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use crate::media::fault_injection;
use crate::playback::thread::{NamedThread, panic_text};
use crate::time::Time;

/// A function that is called from other threads when a tick has something to do.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// Most jobs that wait and most results that wait. A user does not start so many, and adding a folder of files
/// that is larger loses no more than a fingerprint, which the next opening makes up for.
const CAPACITY: usize = 64;

/// Longest wait for a job at hand as the program ends: longer than a healthy disk takes to wake up and write a project,
/// short enough for a user who waits for a window to close.
const PATIENCE: Time = Time::from_seconds(10);

/// A job's result, or the message of the panic that it ended with.
pub(crate) type Outcome<T> = Result<T, String>;

/// Owns the thread: dropping it lets the job at hand finish, forgets the others, and joins.
pub(crate) struct Worker<Job, Done> {
    jobs: Option<Sender<Job>>,
    results: Option<Receiver<Outcome<Done>>>,
    thread: Option<NamedThread>,
    /// Jobs handed over, and of them those that were answered.
    counts: Cell<(u64, u64)>,
}

/// A job that was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SubmitError {
    /// There are too many jobs already, or the thread has ended.
    #[error("too much is waiting for the disk; try again in a moment")]
    Busy,
    /// There is no thread.
    #[error("this program plays and does nothing else")]
    Off,
}

impl<Job: Send + 'static, Done: Send + 'static> Worker<Job, Done> {
    /// A thread of this name that answers each job with `work`, and calls `wake` after each.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn new(
        name: &str,
        wake: Waker,
        mut work: impl FnMut(Job) -> Done + Send + 'static,
    ) -> io::Result<Self> {
        let (jobs, incoming) = bounded(CAPACITY);
        let (outgoing, results) = bounded(CAPACITY);
        let owned_name = name.to_owned();
        let thread = NamedThread::spawn(name.to_owned(), move || {
            let work = |job| {
                fault_injection::step(&owned_name);
                work(job)
            };
            run(&incoming, &outgoing, &wake, work);
        })?;
        Ok(Self {
            jobs: Some(jobs),
            results: Some(results),
            thread: Some(thread),
            counts: Cell::default(),
        })
    }

    /// A worker without a thread, which takes no job.
    pub fn off() -> Self {
        Self {
            jobs: None,
            results: None,
            thread: None,
            counts: Cell::default(),
        }
    }

    /// True if it has no thread.
    pub fn is_off(&self) -> bool {
        self.jobs.is_none()
    }

    /// Hands over a job without waiting.
    ///
    /// # Errors
    /// The reason why it is not taken.
    pub fn submit(&self, job: Job) -> Result<(), SubmitError> {
        let jobs = self.jobs.as_ref().ok_or(SubmitError::Off)?;
        jobs.try_send(job).map_err(|refused| match refused {
            TrySendError::Full(_) | TrySendError::Disconnected(_) => SubmitError::Busy,
        })?;
        let (handed_over, answered) = self.counts.get();
        self.counts.set((handed_over + 1, answered));
        Ok(())
    }

    /// Number of jobs answered so far, if any still waits.
    pub fn answered_while_busy(&self) -> Option<u64> {
        let (handed_over, answered) = self.counts.get();
        (answered < handed_over).then_some(answered)
    }

    fn note_answer(&self, outcome: Outcome<Done>) -> Outcome<Done> {
        let (handed_over, answered) = self.counts.get();
        self.counts.set((handed_over, answered + 1));
        outcome
    }

    /// The next result that is ready, oldest first.
    pub fn poll(&self) -> Option<Outcome<Done>> {
        let outcome = self.results.as_ref()?.try_recv().ok()?;
        Some(self.note_answer(outcome))
    }

    /// The next result; waits for it, at most [`PATIENCE`]. For the end of the program only.
    pub fn wait(&self) -> Option<Outcome<Done>> {
        let results = self.results.as_ref()?;
        let outcome = results.recv_timeout(PATIENCE.to_duration()).ok()?;
        Some(self.note_answer(outcome))
    }
}

fn run<Job, Done>(
    incoming: &Receiver<Job>,
    outgoing: &Sender<Outcome<Done>>,
    wake: &Waker,
    mut work: impl FnMut(Job) -> Done,
) {
    // Ends when the owner has dropped its side of either channel.
    while let Ok(job) = incoming.recv() {
        // What the closure keeps between jobs are files and folders, which a panic does not leave half changed.
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| work(job)))
            .map_err(|payload| panic_text(payload.as_ref()));
        if outgoing.send(outcome).is_err() {
            return;
        }
        wake();
    }
}

impl<Job, Done> Drop for Worker<Job, Done> {
    fn drop(&mut self) {
        self.jobs = None;
        // Without a receiver a thread that is about to send goes on to see that it should end.
        self.results = None;
        // What it writes is whole before it has its name, so that leaving it at the end of the program spoils nothing.
        if let Some(thread) = self.thread.take() {
            thread.join_within(PATIENCE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A worker and a channel that receives a message per wake.
    fn worker<Done: Send + 'static>(
        work: impl Fn(u32) -> Done + Send + 'static,
    ) -> (Worker<u32, Done>, Receiver<()>) {
        let (woken, wakes) = bounded(CAPACITY);
        let wake: Waker = Arc::new(move || woken.send(()).expect("the test listens"));
        let worker = Worker::new("test-worker", wake, work).expect("a thread");
        (worker, wakes)
    }

    #[test]
    fn jobs_are_answered_in_order_and_each_wakes_the_owner() {
        let (worker, wakes) = worker(|job| job * 2);
        for job in 0..10 {
            worker.submit(job).expect("room for ten");
        }
        for job in 0..10 {
            wakes.recv().expect("a wake per job");
            assert_eq!(worker.poll(), Some(Ok(job * 2)));
        }
        assert_eq!(worker.poll(), None);
    }

    #[test]
    fn a_panic_is_a_result_and_the_next_job_is_done() {
        let (worker, wakes) = worker(|job| {
            assert_ne!(job, 1, "one is not liked");
            job
        });
        worker.submit(1).expect("room");
        worker.submit(2).expect("room");
        wakes.recv().expect("woken");
        wakes.recv().expect("woken");
        let failure = worker.poll().expect("a result").expect_err("a panic");
        assert!(failure.contains("one is not liked"), "{failure}");
        assert_eq!(worker.poll(), Some(Ok(2)));
    }

    #[test]
    fn submitting_to_a_stalled_worker_says_busy_and_never_waits() {
        let (release, held) = bounded::<()>(0);
        let (worker, _wakes) = worker(move |job| {
            held.recv().ok();
            job
        });
        let accepted = (0..1000)
            .take_while(|job| worker.submit(*job).is_ok())
            .count();
        assert!((CAPACITY..=CAPACITY + 1).contains(&accepted), "{accepted}");
        drop(release);
    }

    #[test]
    fn dropping_waits_for_the_job_at_hand() {
        let (started, starts) = bounded(1);
        let (finished, finishes) = bounded(1);
        let (worker, _wakes) = worker(move |_job| {
            started.send(()).ok();
            finished.send(()).ok();
        });
        worker.submit(0).expect("room");
        starts.recv().expect("begun");
        drop(worker);
        assert_eq!(
            finishes.try_recv(),
            Ok(()),
            "finished before drop came back"
        );
    }
}
