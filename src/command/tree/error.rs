//! The reasons for which a path cannot be read or set.

use super::path::ParameterPath;
use super::value::Kind;
use crate::project::EditError;

/// Reason that a path cannot be read or set. Nothing was changed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TreeError {
    /// The tree has no such path.
    #[error("there is no {path}; `sextet tree` lists all paths")]
    Unknown {
        /// The path.
        path: ParameterPath,
    },
    /// There are fewer of what it numbers.
    #[error("there is no {path}: the number must be 1 to {count}")]
    NoSuchNumber {
        /// The path.
        path: ParameterPath,
        /// Number of them, at least one.
        count: usize,
    },
    /// There are none of what it names.
    #[error("there is no {path}: there is no {what} at all")]
    NoneAtAll {
        /// The path.
        path: ParameterPath,
        /// Kind of the things that are missing.
        what: &'static str,
    },
    /// None has this name.
    #[error("there is no {path}: no {what} is called {name:?}")]
    NoSuchName {
        /// The path.
        path: ParameterPath,
        /// Kind of the things with names.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// More than one has this name.
    #[error("{path} is ambiguous: {what}s {numbers} are called {name:?}; take a number instead")]
    Ambiguous {
        /// The path.
        path: ParameterPath,
        /// Kind of the things with names.
        what: &'static str,
        /// The name.
        name: String,
        /// The numbers of all that have it.
        numbers: String,
    },
    /// The value is of another type, or out of range.
    #[error("{path} takes {kind}{or_none}, not {given:?}", or_none = if *is_optional { ", or none" } else { "" })]
    Takes {
        /// The path.
        path: ParameterPath,
        /// Type and range that it takes.
        kind: Kind,
        /// True if it may be without a value.
        is_optional: bool,
        /// The value as it was given.
        given: String,
    },
    /// It can be read only.
    #[error("{path} can be read but not set")]
    ReadOnly {
        /// The path.
        path: ParameterPath,
    },
    /// It is an action, which has no value.
    #[error("{path} is an action, and has no value")]
    NoValue {
        /// The path.
        path: ParameterPath,
    },
    /// The project's rules, or a lock, are against it.
    #[error("{path}: {error}")]
    Refused {
        /// The path.
        path: ParameterPath,
        /// Reason.
        #[source]
        error: EditError,
    },
}
