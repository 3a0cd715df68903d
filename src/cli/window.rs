//! The window: what happens without a command.

use std::path::{self, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::CommandFactory as _;

use super::args::Args;
use super::graphics::leave_room_for_driver;
use super::osc_args::OscArgs;
use crate::app;
use crate::media::detached_call::call_detached;
use crate::media::sequence::is_sequence;
use crate::project::{names_address, shown};
use crate::time::{Clock, Time, numbered};

/// Time limit for checking that the files exist; after it the window opens in any case.
const PATIENCE: Time = Time::from_seconds(2);

/// Paths that the window opens.
#[derive(Debug, clap::Args)]
pub struct WindowArgs {
    /// A project (.ron), or media files, each of which gets a layer of its own.
    #[arg(value_name = "PROJECT.ron | MEDIA")]
    pub paths: Vec<PathBuf>,
    /// Open Sound Control.
    #[command(flatten)]
    pub osc: OscArgs,
}

/// Opens the window, and comes back when it was closed.
///
/// # Errors
/// A path does not exist, or no window can be opened here.
pub fn run(args: &WindowArgs) -> Result<ExitCode> {
    let mut paths = Vec::with_capacity(args.paths.len());
    let clock = Clock::system();
    let until = clock.instant_at(clock.now() + PATIENCE);
    for path in &args.paths {
        if names_address(path) {
            paths.push(path.clone());
            continue;
        }
        // The working folder means nothing to a project that is saved elsewhere, so paths become absolute at once.
        let absolute = path::absolute(path)
            .with_context(|| format!("cannot make the path absolute: {}", path.display()))?;
        let asked = absolute.clone();
        let answer = call_detached("path-probe", move || asked.exists() || is_sequence(&asked))
            .context("no thread to look for the files with")?;
        // What does not answer is opened once it does.
        if answer.recv_deadline(until) == Ok(false) {
            if let Some(error) = numbered::rate_error(path) {
                bail!("{error}: {}", path.display());
            }
            let is_first = paths.is_empty();
            match path.to_str().filter(|_| is_first).and_then(command_like) {
                Some(command) => bail!(
                    "neither a file nor a command; did you mean `sextet {command}`? {}",
                    shown(path)
                ),
                None => bail!("file not found; check the name: {}", shown(path)),
            }
        }
        paths.push(absolute);
    }
    leave_room_for_driver()?;
    app::run(paths, &args.osc.remotes())?;
    Ok(ExitCode::SUCCESS)
}

/// Most letters that may be wrong in a word that is meant as a command.
const MOST_SLIPS: usize = 2;

/// Fewest letters of a word that is taken for a command: of shorter ones too much may be meant.
const FEWEST_LETTERS: usize = 3;

/// The command that a word is nearly, or is the beginning of.
fn command_like(word: &str) -> Option<String> {
    let commands = Args::command();
    let names = commands.get_subcommands().map(clap::Command::get_name);
    let near = names.filter_map(|name| {
        let slips = slips_between(word, name);
        let is_near = slips <= MOST_SLIPS || name.starts_with(word);
        (is_near && word.len() >= FEWEST_LETTERS).then(|| (slips, name.to_owned()))
    });
    near.min().map(|(_, name)| name)
}

/// Levenshtein distance: letters to insert, delete or substitute to make one word of the other.
fn slips_between(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (count, letter) in (1..).zip(one.chars()) {
        let mut corner = std::mem::replace(&mut row[0], count);
        for (index, another) in (1..).zip(other.chars()) {
            let changed = corner + usize::from(letter != another);
            corner = row[index];
            row[index] = changed.min(row[index] + 1).min(row[index - 1] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_differ_are_counted() {
        for (one, other, slips) in [
            ("probe", "probe", 0),
            ("prob", "probe", 1),
            ("plya", "play", 2),
            ("", "play", 4),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(slips_between(one, other), slips, "{one}, {other}");
            assert_eq!(slips_between(other, one), slips, "{other}, {one}");
        }
    }

    #[test]
    fn a_mistyped_command_is_known_and_a_file_is_not_taken_for_one() {
        for (word, command) in [
            ("prob", "probe"),
            ("plya", "play"),
            ("docter", "doctor"),
            ("test", "testcard"),
            ("reprot", "report"),
        ] {
            assert_eq!(command_like(word).as_deref(), Some(command), "{word}");
        }
        for word in ["a.mov", "show.ron", "clip", "pl", "/x/probe"] {
            assert_eq!(command_like(word), None, "{word}");
        }
    }
}
