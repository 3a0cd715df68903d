//! Numbers as users type them into fields: arithmetic, units, changes of what is there.
//!
//! ```text
//! text ─► Unit::read ─┬─ `+10` `*2` `/=3` ─► Entry::Add, Multiply, Divide
//!                     └─ `1920/3` `50 %` `12f` ─► Entry::Set
//!           parser: sum ─► product ─► sign ─► number, timecode or brackets, each perhaps with a unit
//! ```
//!
//! * [`Unit`] says how a field's numbers are written, what may stand after a typed one, and what one without a unit is.
//! * [`Entry`] is what a text asks for; [`FormulaError`] says in the user's words why it asks for nothing.
//!
//! Invariants: every number that comes out is finite; the time taken grows with the text's length, which is limited, as
//! is the depth of brackets.

mod entry;
mod parser;
mod unit;

pub use entry::Entry;
pub use unit::Unit;

/// Bytes of a text that is read; far more than a field takes.
const MAX_LENGTH: usize = 256;
/// Brackets within one another.
const MAX_DEPTH: u32 = 24;

/// Why a text is no number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormulaError {
    /// More than 256 bytes.
    #[error("The text is too long for a number")]
    TooLong,
    /// More than 24 brackets within one another.
    #[error("There are too many brackets within one another")]
    TooDeep,
    /// Nothing, or spaces alone.
    #[error("A number is missing")]
    Empty,
    /// An operator or a bracket is the last thing in the text, or another one follows.
    #[error("A number is missing after “{0}”")]
    NumberMissing(char),
    /// A bracket that is not closed.
    #[error("A closing bracket is missing")]
    BracketMissing,
    /// A closing bracket that closes nothing.
    #[error("There is one closing bracket too many")]
    BracketTooMany,
    /// Two numbers in a row.
    #[error("Between two numbers + − * or / is missing")]
    OperatorMissing,
    /// Text that is no number.
    #[error("“{0}” is not a number")]
    NotANumber(String),
    /// A comma that may divide thousands or stand before decimals.
    #[error("The comma in “{0}” may stand for thousands or for decimals: write 1.5 or 1500")]
    Comma(String),
    /// A unit that the field does not have.
    #[error("“{0}” is not a unit of this field")]
    OtherUnit(String),
    /// A product or quotient of two numbers with units that has none of the field's.
    #[error("Only one of two numbers that are multiplied has a unit")]
    TwoUnits,
    /// A division by zero.
    #[error("Nothing can be divided by zero")]
    DivisionByZero,
    /// A number, or one on the way to it, beyond all that can be counted with.
    #[error("The number is too large")]
    TooLarge,
}
