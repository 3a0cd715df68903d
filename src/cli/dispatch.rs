//! Runs what was asked for, shows its error once, and gives the exit code.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use anyhow::{Error, Result};
use clap::Parser as _;
use tracing_subscriber::EnvFilter;

use super::args::{Args, Command};
use super::{
    bench, convert, doctor, fatal_signals, frame, listen, open_files, output, play, probe, report,
    send, sound, testcard, tree, window,
};

/// The exit code for bad arguments and unreadable input, the same that clap gives.
const REFUSED: u8 = 2;

/// The environment variable that chooses what is logged, in the form of `tracing_subscriber::EnvFilter`.
const LOG_VARIABLE: &str = "SEXTET_LOG";

/// Runs the program with the arguments of the process.
///
/// An error is shown on standard error as `error: ` and its chain of causes, and gives exit code 2.
pub fn main() -> ExitCode {
    fatal_signals::end_with_messages();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(message) => return show_message(&message),
    };
    start_logging();
    open_files::allow_as_many_as_possible();
    run(&args).unwrap_or_else(|error| failed(&error))
}

/// Shows what clap has to say: help and version on standard output, what is wrong with the arguments on standard error.
fn show_message(message: &clap::Error) -> ExitCode {
    let written = message.print().and_then(|()| io::stdout().flush());
    match written {
        Err(error) if !message.use_stderr() => failed(&output::unprinted(error)),
        // Without a reader of standard error there is nobody left to tell.
        Ok(()) | Err(_) if message.use_stderr() => ExitCode::from(REFUSED),
        Ok(()) | Err(_) => ExitCode::SUCCESS,
    }
}

/// Shows an error; the exit code that goes with it.
fn failed(error: &Error) -> ExitCode {
    // Whoever read the results has had enough of them, as `head` has; nothing went wrong here.
    if output::is_closed(error) {
        return ExitCode::SUCCESS;
    }
    output::show_error(error);
    ExitCode::from(REFUSED)
}

fn run(args: &Args) -> Result<ExitCode> {
    match &args.command {
        None => window::run(&args.window),
        Some(Command::Probe(args)) => probe::run(args),
        Some(Command::Frame(args)) => frame::run(args),
        Some(Command::Play(args)) => play::run(args),
        Some(Command::Convert(args)) => convert::run(args),
        Some(Command::Bench(args)) => bench::run(args),
        Some(Command::Doctor(args)) => doctor::run(args),
        Some(Command::Report(args)) => report::run(args),
        Some(Command::Sound(args)) => sound::run(*args),
        Some(Command::Testcard(args)) => testcard::run(args),
        Some(Command::Tree(args)) => tree::run(args),
        Some(Command::Send(args)) => send::run(args),
        Some(Command::Listen(args)) => listen::run(args),
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
