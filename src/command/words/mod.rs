//! Commands as text: a path, and behind it arguments or a value.
//!
//! ```text
//! /transport/play                     an action, or a command without arguments
//! /file/open "/a b.ron"               arguments between blanks; one with blanks in it stands in quotes
//! /edit/apply Layer(1,SetSolo(true))  what has no shorter form is the rest of the line, as RON
//! /layer/2/opacity 0.5                any other path sets a parameter: the rest of the line is its value
//! ```
//!
//! * `verbs`: the table of commands with arguments, and of those that are no [`Action`](super::Action).
//! * `print`: every command as text; each family is matched in full.
//! * `parse`: text as a command. `arguments`: blanks, quotes and escapes.
//!
//! In quotes `\"`, `\\`, `\n`, `\r`, `\t` and `\u{…}` stand for what they stand for in Rust. The path of a file that is
//! not Unicode is written as in project files, see [`path_text`](crate::time::path_text).

mod arguments;
mod parse;
mod print;
mod verbs;

pub(crate) use arguments::argument;
pub use parse::{MAX_COMMAND_BYTES, ParseCommandError};
pub(super) use verbs::VERBS;
