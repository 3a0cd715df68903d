//! The input of the window.

use crate::project::Project;
use crate::status::Snapshot;
use crate::status::document::{DocumentView, Message, TransportView};
use crate::status::program::ProgramView;

/// The state that one pass over the window reads.
pub struct View<'a> {
    /// The project.
    pub project: &'a Project,
    /// The playhead and the play state.
    pub transport: TransportView,
    /// The state of the engine.
    pub snapshot: &'a Snapshot,
    /// The composed picture; absent before the first one and without a GPU.
    pub preview: Option<Preview>,
    /// The document's name and state.
    pub document: DocumentView<'a>,
    /// Messages to the user, oldest first.
    pub messages: &'a [Message],
    /// Frames that each layer prefetches.
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
