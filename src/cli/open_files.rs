//! The limit of files that the program may have open at once.
//!
//! A project of six layers needs a few dozen: its media files, the graphics driver's, sockets of the window system.
//! Media bins grow, though, and many systems let a program open 256 or 1024 files unless it asks for more.

/// Asks the system for as many open files as it allows this program. Where it refuses, what it allows now stays; a file
/// that then cannot be opened says so (`MediaError::TooManyFiles`).
#[cfg(unix)]
pub fn allow_as_many_as_possible() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current == maximum {
        return;
    }
    let wished = Rlimit {
        current: maximum,
        maximum,
    };
    match setrlimit(Resource::Nofile, wished) {
        Ok(()) => tracing::debug!("up to {maximum:?} files may be open now, {current:?} before"),
        Err(error) => tracing::debug!("up to {current:?} files may be open: {error}"),
    }
}

/// This system sets no such limit.
#[cfg(not(unix))]
pub fn allow_as_many_as_possible() {}
