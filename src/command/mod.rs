//! Commands: everything that can be asked of the program.
//!
//! * [`Command`]: the families, matched in full by the controller.
//! * [`Action`]: one row for everything in menus and shortcuts; [`operation`]: how each is carried out.
//! * [`tree`]: a path for every parameter that may be set live, with type, unit, range, default and value.
//! * [`remote`]: the contract with what sends commands from outside.
//! * `words`: commands as text, `/transport/play` or `/layer/2/opacity 0.5`, and back.
//!
//! ```text
//! menus, keys, palette ──────────────────┐
//! remotes, command line ─► words ─► Command ─► controller ─► tree::resolve (Set) ─► Command of another family
//! ```
//!
//! Invariant: text that parses to a command is what another text that it prints as parses to.

mod action;
#[expect(
    clippy::module_inception,
    reason = "a file is named after its main type"
)]
mod command;
pub mod operation;
pub mod remote;
pub mod tree;
mod words;

pub use action::{Action, MENUS, Menu, Need};
pub use command::*;
pub use tree::{Assignment, TreeContext};
pub(crate) use words::argument;
pub use words::{MAX_COMMAND_BYTES, ParseCommandError};
