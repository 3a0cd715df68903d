//! Any text as arguments, one a line: refused or taken, never a panic. Nothing is carried out.

#![no_main]

use clap::Parser as _;
use libfuzzer_sys::fuzz_target;
use sextet::cli::args::Args;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    drop(Args::try_parse_from(std::iter::once("sextet").chain(text.lines())));
});
