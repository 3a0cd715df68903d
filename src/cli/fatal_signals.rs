//! Signals that would end the program without a word: of a file-size limit, and of memory that has run out.
//!
//! A write past the limit of a file's size (`ulimit -f`) sends SIGXFSZ; where that does not end the program, the write
//! fails, and its error is told like any other. Rust, FFmpeg and graphics drivers abort where they get no memory that they
//! cannot do without (`ulimit -v`, a control group that refuses): most say so, and none says what to do. A control
//! group that kills sends SIGKILL, of which no program hears.

/// Has the program end with a message and exit code 2 rather than by one of these signals.
#[cfg(unix)]
pub fn end_with_messages() {
    use std::sync::Arc;
    // Nobody asks whether it came: the write that it was sent for gives an error.
    if let Err(error) = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default()) {
        tracing::debug!(%error, "a file-size limit ends the program");
    }
    if let Err(error) = hear_aborts() {
        tracing::debug!(%error, "an abort ends the program");
    }
}

/// This system has no such signals.
#[cfg(not(unix))]
pub fn end_with_messages() {}

/// The last words of a program that aborts.
#[cfg(unix)]
const LAST_WORDS: &[u8] = b"error: the program had to end at once, most likely because the system gave it no more memory; \
    raise its limit, lower --budget, or use smaller pictures\n";

/// The exit code for what cannot be gone on with.
#[cfg(unix)]
const ABORTED: i32 = 2;

/// Ends the program with [`LAST_WORDS`] where it aborts.
#[cfg(unix)]
#[expect(
    unsafe_code,
    reason = "only a handler of the signal runs between an abort and the end"
)]
fn hear_aborts() -> std::io::Result<()> {
    // SAFETY: the handler makes two system calls, write(2) and _exit(2), both of which are async-signal-safe
    // (signal-safety(7)), takes no lock and allocates nothing: the handle of standard error is its number.
    let heard = unsafe {
        signal_hook::low_level::register(signal_hook::consts::SIGABRT, || {
            // Without a reader of standard error there is nobody left to tell.
            rustix::io::write(std::io::stderr(), LAST_WORDS).ok();
            signal_hook::low_level::exit(ABORTED);
        })
    };
    heard.map(|_| ())
}
