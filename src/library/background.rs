//! The priorities of threads whose work is not for the frame at hand.

use crate::media::cores;

/// Priority of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Behind playback, but soon: the user waits for the file.
    Soon,
    /// Behind everything else.
    Last,
}

impl Priority {
    /// The nice value. Under Linux's scheduler five steps are a third of the weight of a thread that plays, nineteen a
    /// seventieth (sched(7)).
    fn nice(self) -> i32 {
        match self {
            Self::Soon => 5,
            Self::Last => 19,
        }
    }
}

/// Has the calling thread work in the background, with decoders of one thread.
pub(super) fn work_in_background(priority: Priority) {
    give_way(priority);
    cores::work_in_background();
}

/// Gives the calling thread, and those that it starts, a priority. On Linux that is a thread's own (setpriority(2), notes).
pub fn give_way(priority: Priority) {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, priority.nice()) {
        tracing::debug!("background work runs at normal priority: {error}");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = priority.nice();
}
