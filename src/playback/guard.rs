//! Panics of work on untrusted input.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use super::thread::panic_text;
use crate::media::MediaError;

/// Runs work on untrusted input; a panic becomes an error of the layer.
pub fn guarded<T>(work: impl FnOnce() -> Result<T, MediaError>) -> Result<T, MediaError> {
    // Unwind safe: on a panic the caller throws the frame away, and buffers are overwritten before they are read.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        Err(MediaError::Panicked {
            path: PathBuf::new(),
            reason: panic_text(&*payload),
        })
    })
}
