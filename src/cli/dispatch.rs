//! Runs what was asked for, shows its error once, and gives the exit code.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser as _;
use tracing_subscriber::EnvFilter;

use super::args::{Args, Command};
use super::{
    bench, doctor, frame, open_files, output, play, probe, report, testcard, tree, window,
};

/// The exit code for bad arguments and unreadable input, the same that clap gives.
const REFUSED: u8 = 2;

/// The environment variable that chooses what is logged, in the form of `tracing_subscriber::EnvFilter`.
const LOG_VARIABLE: &str = "SEXTET_LOG";

/// Runs the program with the arguments of the process.
///
/// An error is shown on standard error as `error: ` and its chain of causes, and gives exit code 2.
pub fn main() -> ExitCode {
    let args = Args::parse();
    start_logging();
    open_files::allow_as_many_as_possible();
    match run(&args) {
        Ok(code) => code,
        // Whoever read the results has had enough of them, as `head` has; nothing went wrong here.
        Err(error) if output::is_closed(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::show_error(&error);
            ExitCode::from(REFUSED)
        }
    }
}

fn run(args: &Args) -> Result<ExitCode> {
    match &args.command {
        None => window::run(&args.window),
        Some(Command::Probe(args)) => probe::run(args),
        Some(Command::Frame(args)) => frame::run(args),
        Some(Command::Play(args)) => play::run(args),
        Some(Command::Bench(args)) => bench::run(args),
        Some(Command::Doctor(args)) => doctor::run(args),
        Some(Command::Report(args)) => report::run(args),
        Some(Command::Testcard(args)) => testcard::run(args),
        Some(Command::Tree(args)) => tree::run(args),
    }
}

/// Sends log lines to standard error: warnings and errors unless [`LOG_VARIABLE`] says otherwise.
fn start_logging() {
    let filter = EnvFilter::try_from_env(LOG_VARIABLE).unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
}
