//! `sextet bench`: what this machine does with these files, measured.
//!
//! ```text
//! bench decode    no engine: frames decoded from memory, and read and decoded, as many as possible
//! bench encode    pictures in memory to HAP packets, and what that loses
//! bench playback  the engine in real time, or as fast as it goes, without drawing ─► the report of `play`
//! bench seek      the engine: from a jump to the exact frame, from rest or `beside` layers that play, and against
//!                 `bare` decoding from the key frame before it
//! ```
//!
//! Each prints a table, or with `--json` one object.

pub(crate) mod baseline;
pub(crate) mod concurrent_load;
mod decode;
mod each_file;
mod encode;
mod playback;
mod seek;

use std::process::ExitCode;

use clap::{Args, Subcommand};

/// Arguments of `bench`.
#[derive(Args, Clone, Debug)]
pub struct BenchArgs {
    #[command(subcommand)]
    what: Bench,
}

#[derive(Clone, Debug, Subcommand)]
enum Bench {
    /// Measure how fast files decode, without the engine: from memory, and read from the file.
    Decode(decode::DecodeArgs),
    /// Measure how fast files encode as HAP, and what that loses.
    Encode(encode::EncodeArgs),
    /// Play files in real time without drawing them, and report on every frame.
    Playback(playback::PlaybackArgs),
    /// Measure the time from a jump of the playhead to the exact frame.
    Seek(seek::SeekArgs),
}

/// Runs the measurement asked for.
///
/// # Errors
/// If nothing can be measured, or the result cannot be written.
pub fn run(args: &BenchArgs) -> anyhow::Result<ExitCode> {
    match &args.what {
        Bench::Decode(args) => decode::run(args),
        Bench::Encode(args) => encode::run(args),
        Bench::Playback(args) => playback::run(args),
        Bench::Seek(args) => seek::run(args),
    }
}
