//! Starting the threads of live sources at normal priority.
//!
//! Files are opened by threads of the lowest priority, and a thread has that of the one that starts it (setpriority(2),
//! notes), which an ordinary user cannot raise again. So a thread of its own, started by who plays, starts the others.

use std::io;
use std::sync::OnceLock;
use std::thread::Builder;

use crossbeam_channel::{Sender, bounded};

/// Threads that may wait to be started: as many as files are opened at the same time.
const WAITING: usize = 16;

type Run = Box<dyn FnOnce() + Send>;

static STARTER: OnceLock<Sender<Run>> = OnceLock::new();

/// Has threads of live sources run at the priority of the calling thread from now on, whoever opens them. Only the first
/// call counts.
pub fn live_from_here() {
    if STARTER.get().is_some() {
        return;
    }
    let (sender, starts) = bounded::<Run>(WAITING);
    let started = Builder::new().name("live-start".to_owned()).spawn(move || {
        for run in starts {
            if let Err(error) = spawn(run) {
                tracing::error!("no thread for a live source: {error}");
            }
        }
    });
    match started {
        Ok(_detached) => drop(STARTER.set(sender)),
        Err(error) => tracing::warn!("live sources run at the priority of who opens them: {error}"),
    }
}

/// Runs the thread of a live source.
///
/// # Errors
/// The system's error when it has no thread to give.
pub(super) fn start(run: Run) -> io::Result<()> {
    match STARTER.get() {
        Some(starter) => starter
            .send(run)
            .map_err(|error| io::Error::new(io::ErrorKind::BrokenPipe, error.to_string())),
        None => spawn(run),
    }
}

fn spawn(run: Run) -> io::Result<()> {
    Builder::new().name("live".to_owned()).spawn(run).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_thread_of_lowest_priority_starts_one_of_normal_priority() {
        let normal = rustix::process::getpriority_process(None).expect("known");
        live_from_here();
        let (told, priority) = bounded(1);
        let background = Builder::new().spawn(move || {
            rustix::process::setpriority_process(None, 19).expect("it may always give way");
            start(Box::new(move || {
                told.send(rustix::process::getpriority_process(None)).ok();
            }))
        });
        let started = background.expect("a thread").join().expect("no panic");
        started.expect("a thread");
        let found = priority.recv().expect("it runs").expect("known");
        assert_eq!(found, normal);
    }
}
