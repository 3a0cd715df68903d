//! Ctrl+C, and the system's wish that the program end.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::stats::process;

/// Offset that shells add to a signal's number for the exit code of a program that it ended.
const EXIT_BY_SIGNAL: i32 = 128;

/// A request to end a run early. The run then ends as it would have later, with its results. By itself it never comes.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// As [`Self::listen_to_the_end`]; a second Ctrl+C ends the program at once. Only of a user's SIGINT is a second one
    /// a wish of its own: `timeout` sends SIGTERM twice, and a terminal that goes SIGHUP.
    ///
    /// # Errors
    /// The system's error.
    pub fn listen() -> io::Result<Self> {
        let interrupt = Self::default();
        // Handlers run in this order: the first signal finds the flag not set yet.
        let code = EXIT_BY_SIGNAL + SIGINT;
        flag::register_conditional_shutdown(SIGINT, code, Arc::clone(&interrupt.0))?;
        interrupt.hear()?;
        Ok(interrupt)
    }

    /// From now on SIGINT and SIGTERM no longer end the program, however often they come, but are told here; so is SIGHUP,
    /// that the terminal has gone, unless the program was started to outlive it, as `nohup` does.
    ///
    /// # Errors
    /// The system's error.
    pub fn listen_to_the_end() -> io::Result<Self> {
        let interrupt = Self::default();
        interrupt.hear()?;
        Ok(interrupt)
    }

    fn hear(&self) -> io::Result<()> {
        for signal in [SIGINT, SIGTERM].into_iter().chain(hangup()) {
            flag::register(signal, Arc::clone(&self.0))?;
        }
        Ok(())
    }

    /// True once a signal has come.
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
