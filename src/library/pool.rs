//! A pool of threads that work on media files, which grows while disks do not answer.

use crossbeam_channel::{Sender, bounded};

use super::background::Priority;
use super::events::Outbox;
use super::index_thread::{IndexThread, Stay, Worker};
use super::options::OpenerOptions;
use super::tasks::Task;
use crate::playback::SourceId;
use crate::playback::thread::NamedThread;

/// Tasks that wait; more files than a project is likely to add at once. Those beyond are refused.
pub(super) const CAPACITY: usize = 4096;

/// Threads of a pool: two, so that one slow disk does not hold up the rest.
const THREADS: usize = 2;

/// Most threads of a pool while disks do not answer: as many files of such disks as a show is likely to have.
const MAX_THREADS: usize = 16;

/// The threads `NAME-N`.
pub(super) struct Pool {
    name: &'static str,
    tasks: Option<Sender<Task>>,
    threads: Vec<IndexThread>,
    /// Threads begun so far, for their names.
    threads_begun: usize,
    /// Parts that one more thread needs.
    worker: Worker,
}

impl Pool {
    /// Starts the threads.
    ///
    /// # Errors
    /// The system's error when it has no threads to give.
    pub(super) fn start(
        name: &'static str,
        priority: Priority,
        outbox: Outbox,
        options: &OpenerOptions,
    ) -> std::io::Result<Self> {
        let (tasks, inbox) = bounded(CAPACITY);
        let worker = Worker::new(inbox, outbox, options.clone(), priority);
        // Whole before its threads start: if the system has not enough of them, dropping it ends those that run.
        let mut pool = Self {
            name,
            tasks: Some(tasks),
            threads: Vec::with_capacity(THREADS),
            threads_begun: 0,
            worker,
        };
        for _ in 0..THREADS {
            pool.add_thread(Stay::Always)?;
        }
        Ok(pool)
    }

    /// Hands a task over; false if too many wait.
    pub(super) fn submit(&self, task: Task) -> bool {
        let tasks = self.tasks.as_ref();
        tasks.is_some_and(|tasks| tasks.try_send(task).is_ok())
    }

    /// True if a task waits to begin.
    pub(super) fn has_waiting(&self) -> bool {
        !self.worker.inbox.is_empty()
    }

    /// The files whose opening has come to no end and made no progress for so long that their disks do not answer.
    pub(super) fn silent(&self) -> impl Iterator<Item = SourceId> {
        let now = self.worker.clock.now();
        let threads = self.threads.iter();
        threads.filter_map(move |thread| thread.silent_on(now))
    }

    /// Adds a thread if all there are wait for disks that do not answer while another task waits, up to sixteen. Those
    /// added go again once nothing waits. To be called now and then.
    pub(super) fn relieve_stuck(&mut self) {
        self.threads.retain(|thread| !thread.is_finished());
        if !self.has_waiting() || self.threads.len() >= MAX_THREADS {
            return;
        }
        let now = self.worker.clock.now();
        if self.threads.iter().all(|thread| thread.is_stuck(now)) {
            let (name, threads) = (self.name, self.threads.len());
            tracing::warn!("{threads} threads {name} wait for their disks; another one goes on");
            if let Err(error) = self.add_thread(Stay::WhileNeeded) {
                tracing::error!("no thread for another file: {error}");
            }
        }
    }

    /// Ends what is at hand, and takes no more; gives the threads, to be joined.
    pub(super) fn stop(&mut self) -> impl Iterator<Item = NamedThread> {
        self.worker.stop();
        self.tasks = None;
        self.threads.drain(..).map(IndexThread::into_thread)
    }

    fn add_thread(&mut self, stay: Stay) -> std::io::Result<()> {
        let name = format!("{}-{}", self.name, self.threads_begun);
        self.threads.push(self.worker.spawn(name, stay)?);
        self.threads_begun += 1;
        Ok(())
    }
}
