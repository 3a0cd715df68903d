//! The system's wish that the window end: at log-out, when its terminal closes, or by Ctrl+C there.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};
use signal_hook::low_level::emulate_default_handler;

use crate::control::worker::Waker;
use crate::playback::thread::NamedThread;
use crate::stats::process;

/// Whether the window is to end at once, with unsaved changes kept and no question. By itself it never is.
#[derive(Clone, Debug, Default)]
pub struct EndWish(Arc<AtomicBool>);

impl EndWish {
    /// Wishes it. Says whether that was wished before.
    pub fn come(&self) -> bool {
        // Relaxed: it orders nothing.
        self.0.swap(true, Ordering::Relaxed)
    }

    /// Whether it was wished.
    pub fn has_come(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The thread `signals`, which hears SIGHUP, SIGINT and SIGTERM, but none that the program was started to ignore. A
/// second Ctrl+C ends the program as if nobody heard; a second one of the others does not, since a terminal that goes
/// sends two.
pub(super) struct EndSignals {
    handle: Handle,
    _thread: NamedThread,
}

impl EndSignals {
    /// Tells `wish` of the first signal, then wakes the window.
    ///
    /// # Errors
    /// What the system said.
    pub(super) fn listen(wish: EndWish, wake: Waker) -> io::Result<Self> {
        let heard = [SIGHUP, SIGINT, SIGTERM].into_iter();
        let mut signals = Signals::new(heard.filter(|signal| !process::ignores(*signal)))?;
        let handle = signals.handle();
        let thread = NamedThread::spawn("signals".to_owned(), move || {
            for signal in signals.forever() {
                if wish.come()
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

impl Drop for EndSignals {
    fn drop(&mut self) {
        self.handle.close();
    }
}
