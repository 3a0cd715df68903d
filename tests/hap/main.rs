//! HAP frames: written, read back, held against FFmpeg, and damaged on purpose.

#[path = "../support/cards.rs"]
#[expect(dead_code, reason = "other binaries use the rest")]
mod cards;
mod ffmpeg;
mod flaws;
mod hostile;
#[path = "../support/own_process.rs"]
mod own_process;
mod parts;
mod round_trip;
mod straight;
