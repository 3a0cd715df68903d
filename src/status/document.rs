//! The open document as it is shown: where it plays, its name and state, and what the person is told.

use crate::time::Time;

/// Where and how the project plays.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TransportView {
    /// The playhead.
    pub playhead: Time,
    /// Whether it plays.
    pub is_playing: bool,
    /// Whether it is being scrubbed.
    pub is_scrubbing: bool,
    /// Project time per clock time; negative plays backwards.
    pub speed: f64,
}

/// The document's name and state.
#[derive(Clone, Copy, Debug, Default)]
pub struct DocumentView<'a> {
    /// Which of the documents opened in this run it is: saving under another name does not make it another one.
    pub number: u64,
    /// File name, or `Untitled`.
    pub name: &'a str,
    /// Whether there are unsaved changes.
    pub is_dirty: bool,
    /// What undo would take back.
    pub undo: Option<&'a str>,
    /// What redo would do again.
    pub redo: Option<&'a str>,
    /// Whether the question about unsaved changes is open, and for what: `close`, `open another project` and so on.
    pub unsaved_question: Option<&'a str>,
}

/// A message to the person, shown until it is put away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its number, unique within the run.
    pub id: u64,
    /// Whether it is an error; otherwise it is information.
    pub is_error: bool,
    /// The text.
    pub text: String,
}
