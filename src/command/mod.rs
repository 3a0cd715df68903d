//! Commands: everything that can be asked of the program.

mod action;
#[expect(
    clippy::module_inception,
    reason = "a file is named after its main type"
)]
mod command;

pub(crate) use action::*;
pub use command::*;
