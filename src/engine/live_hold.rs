//! The state of a layer that waits for its source; [`live_follow`](super::live_follow) has its course.

use crate::stats::Cause;
use crate::time::Time;

/// A layer that waits for its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveHold {
    /// The lag before: what would be due by it is what is missed.
    pub lag_before: Time,
    /// The cause of what is missed; none after a jump or at the beginning, where nothing is.
    pub cause: Option<Cause>,
    /// Frames counted as missed.
    pub counted: u64,
    /// Time since the frame due is there, while more is waited for.
    pub filling: Time,
}

impl LiveHold {
    /// A layer that begins to wait.
    pub fn new(lag_before: Time, cause: Option<Cause>) -> Self {
        Self {
            lag_before,
            cause,
            counted: 0,
            filling: Time::ZERO,
        }
    }

    /// The cause of the frame's coming late, where that is all that happened.
    pub fn late(&self) -> Option<Cause> {
        self.cause.filter(|_| self.counted == 0)
    }
}
