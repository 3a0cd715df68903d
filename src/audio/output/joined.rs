//! Threads that their owner waits for, but not for ever.

use std::io;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};

use crate::time::{Clock, Time};

/// Longest wait for a thread to end.
const PATIENCE: Time = Time::from_seconds(3);

/// A thread that is joined as this is dropped, but not waited for for ever.
pub(super) struct Joined {
    handle: Option<JoinHandle<()>>,
    end: Receiver<()>,
}

impl Joined {
    pub(super) fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let (ending, end) = bounded::<()>(0);
        let builder = std::thread::Builder::new().name(name.to_owned());
        let handle = builder.spawn(move || {
            let _ending = ending;
            body();
        })?;
        Ok(Self {
            handle: Some(handle),
            end,
        })
    }
}

impl Drop for Joined {
    fn drop(&mut self) {
        let clock = Clock::system();
        let until = clock.instant_at(clock.now() + PATIENCE);
        if self.end.recv_deadline(until) == Err(RecvTimeoutError::Timeout) {
            tracing::error!(
                "a thread of sound does not come to an end, and is not waited for any longer"
            );
        } else if let Some(handle) = self.handle.take()
            && handle.join().is_err()
        {
            tracing::error!("a thread of sound ended in a panic");
        }
    }
}
