//! The arguments as typed.

use clap::{Parser, Subcommand};

use super::bench::BenchArgs;
use super::convert::ConvertArgs;
use super::doctor::DoctorArgs;
use super::frame::FrameArgs;
use super::listen::ListenArgs;
use super::play::PlayArgs;
use super::probe::ProbeArgs;
use super::report::ReportArgs;
use super::send::SendArgs;
use super::sound::SoundArgs;
use super::testcard::TestcardArgs;
use super::tree::TreeArgs;
use super::window::WindowArgs;

/// Plays and arranges up to six layers of video at 60 pictures a second, and shows in numbers that it drops none.
///
/// Without a command it opens the window, with the project or the media files named.
///
/// Exit codes: 0 done; 1 the work ran and fell short; 2 bad arguments or unreadable input. Results go to standard
/// output, everything else to standard error. The environment variable `SEXTET_LOG` chooses what is logged there, for
/// example `info` or `sextet=debug`.
#[derive(Debug, Parser)]
#[command(name = "sextet", version, args_conflicts_with_subcommands = true)]
pub struct Args {
    /// The subcommand; without one the window opens.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Arguments of the window.
    #[command(flatten)]
    pub window: WindowArgs,
}

/// The commands that need no window.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what a media file is, and which path will play it and why.
    Probe(ProbeArgs),
    /// Write one exact frame of a media file as a PNG, at the file's own size.
    Frame(FrameArgs),
    /// Play a project or media files without a window, and report on every frame.
    Play(PlayArgs),
    /// Convert media files to HAP.
    Convert(ConvertArgs),
    /// Measure what this machine does with media files.
    Bench(BenchArgs),
    /// Say whether a project or media files will hold on this machine, and what to mend.
    Doctor(DoctorArgs),
    /// Show a report of `play`, or two side by side.
    Report(ReportArgs),
    /// List every path that can be set, with its type, range, unit and value, and every action.
    Tree(TreeArgs),
    /// Send a message of Open Sound Control, and show what is answered.
    Send(SendArgs),
    /// Show messages of Open Sound Control as they come.
    Listen(ListenArgs),
    /// List the sound devices of this machine.
    Sound(SoundArgs),
    /// Make a HAP clip whose every frame carries its index.
    Testcard(TestcardArgs),
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_definitions_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn paths_without_a_command_are_for_the_window() {
        let args = Args::try_parse_from(["sextet", "show.ron"]).expect("a path is enough");
        assert!(args.command.is_none(), "no command");
        assert_eq!(args.window.paths, [Path::new("show.ron")]);
    }

    #[test]
    fn no_arguments_open_an_empty_window() {
        let args = Args::try_parse_from(["sextet"]).expect("nothing is needed");
        assert!(args.command.is_none(), "no command");
        assert!(args.window.paths.is_empty(), "no paths");
    }

    #[test]
    fn an_unknown_option_is_refused() {
        assert!(Args::try_parse_from(["sextet", "--frobnicate"]).is_err());
    }
}
