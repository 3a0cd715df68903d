//! Remotes: what sends commands from outside, and hears what is so.
//!
//! * [`osc`]: Open Sound Control over UDP and TCP.
//!
//! A remote is a [`Remote`](crate::command::remote::Remote) that the controller drives. Invariant: a remote waits on a
//! thread of its own; what comes from outside is bounded before it is kept, and is carried out through commands alone.

pub mod osc;
