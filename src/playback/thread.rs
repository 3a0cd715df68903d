//! Named threads with an owner.

use super::sync::{Builder, JoinHandle};

/// A running thread that its owner joins by dropping this.
///
/// The owner first makes the thread's loop end (by closing its channel or queue); dropping then waits for it.
#[derive(Debug)]
pub struct NamedThread(Option<JoinHandle<()>>);

impl NamedThread {
    /// Runs `body` on a thread with this name.
    ///
    /// # Errors
    /// What the system says when it has no thread to give.
    pub fn spawn(name: String, body: impl FnOnce() + Send + 'static) -> std::io::Result<Self> {
        Builder::new()
            .name(name)
            .spawn(body)
            .map(|handle| Self(Some(handle)))
    }
}

impl NamedThread {
    /// Whether it has ended, so that joining it takes no time.
    pub fn is_finished(&self) -> bool {
        self.0.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Drop for NamedThread {
    fn drop(&mut self) {
        if let Some(handle) = self.0.take()
            && handle.join().is_err()
        {
            tracing::error!("a thread ended in a panic");
        }
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
