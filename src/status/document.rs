//! The open document as it is shown: playhead, name and state, messages.

use crate::project::StepName;
use crate::time::Time;

/// Position and speed of the playhead.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TransportView {
    /// The playhead.
    pub playhead: Time,
    /// True if it plays.
    pub is_playing: bool,
    /// True if it is being scrubbed.
    pub is_scrubbing: bool,
    /// Project time per clock time; negative plays backwards.
    pub speed: f64,
}

/// Name and state of the document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentStatus {
    /// Number of the document among those opened in this run: saving under another name keeps it.
    pub number: u64,
    /// Number of its state, which undo and redo lead back to: see [`History::state`](crate::project::History::state).
    pub state: u64,
    /// File name, or `Untitled`.
    pub name: String,
    /// True if there are unsaved changes.
    pub is_dirty: bool,
    /// Name of the step that undo takes back.
    pub undo: Option<StepName>,
    /// Name of the step that redo repeats.
    pub redo: Option<StepName>,
    /// The action that the prompt about unsaved changes is for, while it is open.
    pub unsaved_prompt: Option<UnsavedPrompt>,
}

/// An action that would lose unsaved changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnsavedPrompt {
    /// A new project.
    New,
    /// Another project.
    Open,
    /// The end of the program.
    Close,
}

/// A message to the user, shown until it is dismissed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Its number, unique within the run.
    pub id: u64,
    /// True if it is an error; otherwise it is information.
    pub is_error: bool,
    /// The text: what happened, then what to do.
    pub text: String,
    /// The help that is offered with it.
    pub remedy: Option<Remedy>,
}

/// Help that a message offers by a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Search a folder for missing media.
    Relink,
    /// Choose media files.
    AddMedia,
    /// Save the project.
    Save,
    /// Save the project under another name.
    SaveAs,
    /// Choose a place for the report.
    ExportReport,
    /// Open the doctor.
    OpenDoctor,
    /// Open the log.
    ShowLog,
    /// Take the last step back.
    Undo,
}
