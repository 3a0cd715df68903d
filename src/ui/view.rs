//! What the window is given to draw.

use super::program::ProgramView;
use crate::project::Project;
use crate::stats::Snapshot;
use crate::time::Time;

/// Everything that a pass over the window reads.
pub struct View<'a> {
    /// The project.
    pub project: &'a Project,
    /// Where and how it plays.
    pub transport: TransportView,
    /// What the engine does.
    pub snapshot: &'a Snapshot,
    /// The composed picture; absent before the first one and without a GPU.
    pub preview: Option<Preview>,
    /// The document's name and state.
    pub document: DocumentView<'a>,
    /// Messages to the person, oldest first.
    pub messages: &'a [Message],
    /// Frames that each layer reads ahead.
    pub prebuffer: usize,
    /// The program around the document.
    pub program: ProgramView<'a>,
}

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

/// The composed picture as a texture that egui can draw.
#[derive(Clone, Copy, Debug)]
pub struct Preview {
    /// The texture.
    pub texture: egui::TextureId,
    /// Its size in pixels.
    pub size_px: [u32; 2],
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
