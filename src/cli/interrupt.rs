//! Ctrl+C, and the system's wish that the program end.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::stats::process;

/// What shells add to the number of a signal for the exit code of a program that it ended.
const EXIT_BY_SIGNAL: i32 = 128;

/// Whether a run is to end early. It then ends as it would have later, with its results; a second signal ends the
/// program at once. By itself it never comes.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From now on SIGINT and SIGTERM no longer end the program, but are told here; so is SIGHUP, that the terminal has
    /// gone, unless the program was started to outlive it, as `nohup` does.
    ///
    /// # Errors
    /// What the system said.
    pub fn listen() -> io::Result<Self> {
        let interrupt = Self::default();
        for signal in [SIGINT, SIGTERM].into_iter().chain(hangup()) {
            // Handlers run in this order: the first signal finds the flag not set yet.
            let code = EXIT_BY_SIGNAL + signal;
            flag::register_conditional_shutdown(signal, code, Arc::clone(&interrupt.0))?;
            flag::register(signal, Arc::clone(&interrupt.0))?;
        }
        Ok(interrupt)
    }

    /// Whether a signal has come.
    pub fn has_come(&self) -> bool {
        // Relaxed: it orders nothing.
        self.0.load(Ordering::Relaxed)
    }
}

/// SIGHUP, if it would end the program.
#[cfg(unix)]
fn hangup() -> Option<i32> {
    let hangup = signal_hook::consts::SIGHUP;
    (!process::ignores(hangup)).then_some(hangup)
}

/// This system tells it otherwise.
#[cfg(not(unix))]
fn hangup() -> Option<i32> {
    None
}
