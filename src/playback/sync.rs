//! The locks, flags, channels and threads of this folder, by one name each.
//!
//! In the program they are those of `parking_lot`, `std` and `crossbeam_channel` themselves. In the unit tests they are
//! those or their models, as the thread that makes them says: within [`models`](super::models) a scheduler decides at
//! every lock, flag, condition and channel which thread goes on, and tries thousands of orders of the very code that
//! plays.

#[cfg(not(test))]
pub use crossbeam_channel::{Receiver, Sender, bounded};
#[cfg(not(test))]
pub use parking_lot::{Condvar, Mutex, RwLock};
#[cfg(not(test))]
pub use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize};
#[cfg(not(test))]
pub use std::thread::{Builder, JoinHandle};

#[cfg(test)]
pub use super::sync_model::{
    AtomicBool, AtomicU8, AtomicUsize, Builder, Condvar, JoinHandle, Mutex, Receiver, RwLock,
    Sender, bounded,
};
