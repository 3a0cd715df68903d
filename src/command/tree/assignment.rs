//! A value for a path, both as they were given.

use super::path::ParameterPath;

/// A value for a path. What it comes to is only known together with the project, by
/// [`resolve`](super::resolve).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The path.
    pub path: ParameterPath,
    /// The value as text: `0.5`, `on`, `00:00:01:00`, `multiply`, a name. `toggle` turns a switch over.
    pub value: String,
}
