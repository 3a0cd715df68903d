//! The contract between the program and its remotes: OSC, and whatever else sends commands from outside.
//!
//! ```text
//! tick:  Remote::follow ─ try_execute ─► RemoteHost (the controller)     what has come is carried out
//!        engine
//!        Remote::publish ◄─ context, status ─ RemoteHost                 what is so goes out
//! ```

use std::sync::Arc;

use super::Command;
use super::tree::{TreeContext, TreeError};
use crate::status::Status;

/// A function that remotes call, from any thread, when a tick has something to do for them.
pub type RemoteWaker = Arc<dyn Fn() + Send + Sync>;

/// Starts a remote of a program that is woken by this.
pub type RemoteStart = Arc<dyn Fn(RemoteWaker) -> Box<dyn Remote> + Send + Sync>;

/// A way in from outside, driven by the controller. It does its own waiting on a thread of its own: neither function
/// waits, and with nothing to do neither allocates.
pub trait Remote {
    /// Carries out what has come, before the tick.
    fn follow(&mut self, host: &mut dyn RemoteHost);

    /// Hands out what is so after the tick.
    fn publish(&mut self, host: &dyn RemoteHost);
}

/// The program as a remote sees it.
pub trait RemoteHost {
    /// The state of this moment, with all in it that was carried out before.
    fn context(&self) -> TreeContext<'_>;

    /// The state after the last tick.
    fn status(&self) -> &Status;

    /// Executes a command as by hand. What is refused by the tree is told to the sender and not to the user.
    ///
    /// # Errors
    /// The tree's, for a setting; nothing was changed.
    fn try_execute(&mut self, command: Command) -> Result<(), TreeError>;

    /// Shows the user a message.
    fn tell(&mut self, is_error: bool, text: String);
}
