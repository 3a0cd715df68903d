//! The lowest priority, for threads whose work is not for now.

use crate::media::cores;

/// Has the calling thread give way to everything else. On Linux a thread's priority is its own (setpriority(2), notes).
pub(super) fn work_in_background() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, 19) {
        tracing::debug!("background work runs at normal priority: {error}");
    }
    cores::work_in_background();
}
