//! Threads of a decoder: the cores, shared by all that decode at the same time.
//!
//! FFmpeg gives each decoder threads of its own when it is opened and keeps them. Were every decoder given as many as
//! there are cores, six layers on 16 cores would be served by 96 threads, and the HAP workers beside them would come
//! late. So the first decoder gets all cores, the second half of them, the third a third; all HAP files together count
//! as one more. Work in the background never counts, and gets half the cores at its low priority.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::available_parallelism;

/// Most threads of one decoder: FFmpeg itself goes no higher by itself, since more frames in flight only cost memory.
const MAX_THREADS: usize = 16;

/// Decoders that play. A count alone, which orders nothing: relaxed ordering is enough, here and for the other.
static DECODERS: AtomicUsize = AtomicUsize::new(0);

/// Open files whose frames the shared pool decodes.
static POOLED_FILES: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static IS_BACKGROUND: Cell<bool> = const { Cell::new(false) };
}

/// Declares that what the calling thread decodes is not for now: previews, indexes, thumbnails.
pub fn work_in_background() {
    IS_BACKGROUND.set(true);
}

/// A claim on the cores, given back when it is dropped.
#[derive(Debug)]
pub(super) struct CoreShare(Option<&'static AtomicUsize>);

impl CoreShare {
    /// For a decoder opened on the calling thread; with the number of threads that it should have.
    pub(super) fn for_decoder() -> (Self, usize) {
        let cores = available_parallelism().map_or(1, std::num::NonZero::get);
        if IS_BACKGROUND.get() {
            return (Self(None), threads(cores, 2));
        }
        let others = DECODERS.fetch_add(1, Ordering::Relaxed);
        let pool = POOLED_FILES.load(Ordering::Relaxed).min(1);
        (Self(Some(&DECODERS)), threads(cores, others + 1 + pool))
    }

    /// For a decoder that is measured: as many threads as if nothing else decoded, whatever does. It is not counted.
    pub(super) fn alone() -> (Self, usize) {
        let cores = available_parallelism().map_or(1, std::num::NonZero::get);
        (Self(None), threads(cores, 1))
    }

    /// For a file whose frames the shared pool decodes.
    pub(super) fn for_pooled_file() -> Self {
        POOLED_FILES.fetch_add(1, Ordering::Relaxed);
        Self(Some(&POOLED_FILES))
    }
}

impl Drop for CoreShare {
    fn drop(&mut self) {
        if let Some(count) = self.0 {
            count.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// The share of each of `users` in `cores`, rounded up, at least one and at most [`MAX_THREADS`].
fn threads(cores: usize, users: usize) -> usize {
    cores.div_ceil(users.max(1)).clamp(1, MAX_THREADS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_are_shared_and_nobody_goes_without() {
        assert_eq!(threads(16, 1), 16);
        assert_eq!(threads(16, 3), 6);
        assert_eq!(threads(64, 1), MAX_THREADS);
        assert_eq!(threads(2, 6), 1);
        assert_eq!(threads(0, 0), 1);
    }

    #[test]
    fn work_in_the_background_takes_no_share_of_what_plays() {
        let worker = std::thread::Builder::new().spawn(|| {
            work_in_background();
            CoreShare::for_decoder().0.0.is_none()
        });
        let is_free = worker.expect("a thread").join().expect("no panic");
        assert!(is_free, "it is not counted");
    }
}
