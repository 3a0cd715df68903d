//! HAP frames: written, read back, held against FFmpeg, and damaged on purpose.

mod ffmpeg;
mod hostile;
mod parts;
mod round_trip;
mod straight;
