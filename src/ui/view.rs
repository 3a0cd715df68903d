//! What the window is given to draw.

use crate::project::Project;
use crate::status::Snapshot;
use crate::status::document::{DocumentView, Message, TransportView};
use crate::status::program::ProgramView;

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

/// The composed picture as a texture that egui can draw.
#[derive(Clone, Copy, Debug)]
pub struct Preview {
    /// The texture.
    pub texture: egui::TextureId,
    /// Its size in pixels.
    pub size_px: [u32; 2],
}
