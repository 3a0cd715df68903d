//! The shutdown signal: the system asks the window to end at log-out, when its terminal closes, or by Ctrl+C there.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};
use signal_hook::low_level::emulate_default_handler;

use crate::control::Waker;
use crate::playback::thread::NamedThread;
use crate::stats::process;

/// A flag that ends the window at once, with unsaved changes kept and no prompt. Nothing here raises it by itself.
#[derive(Clone, Debug, Default)]
pub struct ShutdownSignal(Arc<AtomicBool>);

impl ShutdownSignal {
    /// Raises the flag; true if it was raised before.
    pub fn raise(&self) -> bool {
        // Relaxed: it orders nothing.
        self.0.swap(true, Ordering::Relaxed)
    }

    /// True once it was raised.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The thread `signals`, which listens for SIGHUP, SIGINT and SIGTERM, except those that the program was started to
/// ignore. A second Ctrl+C ends the program as if nobody listened; a second one of the others does not, since a
/// terminal that closes sends two.
pub(crate) struct SignalListener {
    handle: Handle,
    _thread: NamedThread,
}

impl SignalListener {
    /// Raises `shutdown` at the first signal, then wakes the window.
    ///
    /// # Errors
    /// The error of the system.
    pub(crate) fn listen(shutdown: ShutdownSignal, wake: Waker) -> io::Result<Self> {
        let heard = [SIGHUP, SIGINT, SIGTERM].into_iter();
        let mut signals = Signals::new(heard.filter(|signal| !process::ignores(*signal)))?;
        let handle = signals.handle();
        let thread = NamedThread::spawn("signals".to_owned(), move || {
            for signal in signals.forever() {
                if shutdown.raise()
                    && signal == SIGINT
                    && let Err(error) = emulate_default_handler(signal)
                {
                    tracing::error!("signal {signal} cannot end the program ({error})");
                }
                wake();
            }
        })?;
        Ok(Self {
            handle,
            _thread: thread,
        })
    }
}

impl Drop for SignalListener {
    fn drop(&mut self) {
        self.handle.close();
    }
}
