//! Live sources: connections and cameras, without an end and without seeking.
//!
//! ```text
//! address ─► LiveOpener ─► Connection (thread `live`): LiveInput ─► the newest pictures ─► one reader per layer
//! ```
//!
//! * `live_source`: what a layer plays. `connection`: the thread, which connects again by itself; `pacing`: its clock for
//!   sources that are fetched; `jitter`: how unevenly pictures come.
//! * `starter`: its thread, at normal priority. `live_input`: one connection, broken off when it takes too long. `camera`: a device of this machine.
//!
//! Invariants: no call waits longer than the time-out; the delay is bounded by the pictures kept.

pub(super) mod camera;
pub(super) mod connection;
pub(super) mod jitter;
pub(super) mod live_input;
pub(super) mod live_source;
pub(super) mod pacing;
pub(super) mod starter;
