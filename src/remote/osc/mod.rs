//! Open Sound Control: every path of the parameter tree can be set, asked, listed and subscribed to.
//!
//! ```text
//! UDP, TCP ─► packet ─► schedule ─► words, aliases, pattern ─► Inbox ─ tick ─► RemoteHost (the controller)
//!                       (time tags)                        (last value per path)          │
//! UDP, TCP ◄─ packet ◄─ listeners, feedback ◄─ Outbox: state, outcomes, questions ◄─ tick ┘
//! └───────────────────────── thread `osc` ─────────────────────────┘
//! ```
//!
//! * `remote`: [`Osc`], the controller's side. `server`: the sockets and the thread; `connection`: one client of TCP.
//! * `session`: what each message asks for, without sockets; `answers`: what is answered. `inbox`, `outbox`: what goes between the two threads.
//! * `packet`: bytes as messages and back. `framing`: packets in a stream. `schedule`: messages for later.
//! * `pattern`: addresses with wildcards. `words`: arguments as words of commands, values as arguments.
//! * `aliases`: addresses that other programs have for what the tree has. `listeners`, `feedback`: who hears of what
//!   changed. `told`: each complaint is made once.
//! * [`client`]: sending and listening from the command line.
//!
//! | address | asks for |
//! |---|---|
//! | a path of the tree, a value behind it | that it is set |
//! | the same without a value, or with `?` | its value, under the same address |
//! | an action, its arguments behind it | that it is carried out; a number alone is a button, of which 0 is the release |
//! | a pattern | the same of each parameter that it matches; of an action if it is the only match |
//! | `/list [pattern]` | `/list path type value min max unit` for each, then `/list/end count` |
//! | `/subscribe [pattern] [port]` | each change from now on, for ten seconds (over TCP as long as the connection) |
//! | `/unsubscribe` | no more of that |
//!
//! What cannot be done is answered with `/error address reason`.
//!
//! Specification: Open Sound Control 1.0 (M. Wright, 2002); `//` and SLIP as in 1.1 (A. Freed, A. Schmeder, NIME 2009).
//!
//! Invariants: nothing that a packet holds is kept without a bound; a packet that is malformed anywhere changes nothing;
//! the last value of each path is carried out; who set a value is not sent that value back.

mod aliases;
mod answers;
pub mod client;
mod connection;
mod feedback;
pub mod framing;
mod inbox;
mod listeners;
mod outbox;
pub mod packet;
pub mod pattern;
mod peer;
mod remote;
mod schedule;
mod server;
mod session;
#[cfg(test)]
mod tests;
mod told;
mod words;

pub use remote::{Osc, OscOptions};
pub use session::dry_run;
