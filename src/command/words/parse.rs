//! Text as a command.

use std::str::FromStr;

use super::arguments::Arguments;
use super::verbs::{VERBS, Verb};
use crate::command::tree::{ParameterPath, PathError};
use crate::command::{Action, Assignment, Command};

/// Longest text of a command, in bytes: notes as long as they may be, most of their letters escaped.
pub const MAX_COMMAND_BYTES: usize = 4 << 20;

/// Reason that a text is no command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseCommandError {
    /// It is too long.
    #[error("a command has at most {MAX_COMMAND_BYTES} bytes")]
    TooLong,
    /// It does not begin with a path.
    #[error(transparent)]
    Path(#[from] PathError),
    /// It takes other arguments.
    #[error("{path} takes {takes}")]
    Takes {
        /// The path.
        path: ParameterPath,
        /// Its arguments, in words.
        takes: &'static str,
    },
    /// It is no action, and there is no value to set it to; or the value's quotes are wrong.
    #[error(
        "{path} is no action; to set it, write a value behind it, in quotes if it begins with a quote"
    )]
    NoValue {
        /// The path.
        path: ParameterPath,
    },
}

impl FromStr for Command {
    type Err = ParseCommandError;

    fn from_str(text: &str) -> Result<Self, ParseCommandError> {
        if text.len() > MAX_COMMAND_BYTES {
            return Err(ParseCommandError::TooLong);
        }
        let text = text.trim();
        let (path, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let path: ParameterPath = path.parse()?;
        let word = path.to_string();
        let mut arguments = Arguments::of(rest);
        let action = Action::of_path(&word);
        if let Some(action) = action.filter(|_| arguments.is_empty()) {
            return Ok(action.command());
        }
        let verb = VERBS.iter().find(|verb| verb.path == word);
        match (verb, action) {
            (Some(verb), _) => with_arguments(verb, &mut arguments, path),
            (None, Some(_)) => Err(ParseCommandError::Takes {
                path,
                takes: NOTHING,
            }),
            (None, None) => match arguments.line() {
                Some(value) => Ok(Assignment { path, value }.into()),
                None => Err(ParseCommandError::NoValue { path }),
            },
        }
    }
}

const NOTHING: &str = "no arguments";

fn with_arguments(
    verb: &Verb,
    arguments: &mut Arguments<'_>,
    path: ParameterPath,
) -> Result<Command, ParseCommandError> {
    let command = (verb.parse)(arguments).filter(|_| arguments.is_empty());
    command.ok_or(ParseCommandError::Takes {
        path,
        takes: if verb.takes.is_empty() {
            NOTHING
        } else {
            verb.takes
        },
    })
}
