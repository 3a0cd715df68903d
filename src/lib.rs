//! Sextet plays and arranges up to six layers of video at 60 pictures a second, and shows in numbers that it drops none
//! of their frames.

pub mod engine;
pub mod gpu;
pub mod media;
pub mod playback;
pub mod project;
pub mod stats;
pub mod time;
pub mod transport;
pub mod ui;
