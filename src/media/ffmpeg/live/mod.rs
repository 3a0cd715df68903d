//! Live sources: connections and cameras, without an end and without seeking.

pub(in crate::media) mod camera;
pub(in crate::media) mod connection;
pub(in crate::media) mod live_input;
pub(in crate::media) mod live_source;
pub(in crate::media) mod pacing;
