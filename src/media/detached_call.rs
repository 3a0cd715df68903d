//! Asking a disk that may never answer: a share whose server is gone keeps who asks it, for ever and whatever the
//! question.

use std::io;
use std::thread::Builder;

use crossbeam_channel::{Receiver, bounded};

/// Asks on a thread of this name, which is not waited for. Gives where the answer comes.
///
/// # Errors
/// The system's error when it has no thread to give.
pub fn call_detached<T: Send + 'static>(
    name: &str,
    ask: impl FnOnce() -> T + Send + 'static,
) -> io::Result<Receiver<T>> {
    let (sender, answer) = bounded(1);
    Builder::new().name(name.to_owned()).spawn(move || {
        // Nobody waits any more for what comes too late.
        drop(sender.send(ask()));
    })?;
    Ok(answer)
}
