//! The view: what a pass over the window draws.

use crate::project::Project;
use crate::settings::PrebufferDepth;
use crate::status::document::{DocumentStatus, Message, TransportView};
use crate::status::program::ProgramStatus;
use crate::status::{ProgramVerdict, Snapshot, Status};

/// The state that one pass over the window reads.
pub struct View<'a> {
    /// The project.
    pub project: &'a Project,
    /// Position and speed of the playhead.
    pub transport: TransportView,
    /// State of the engine.
    pub snapshot: &'a Snapshot,
    /// The composed picture; absent before the first one and without a GPU.
    pub preview: Option<Preview>,
    /// Name and state of the document.
    pub document: &'a DocumentStatus,
    /// Messages to the user, oldest first.
    pub messages: &'a [Message],
    /// Frames that each layer prefetches.
    pub prebuffer: PrebufferDepth,
    /// The program around the document.
    pub program: &'a ProgramStatus,
    /// Whether the show holds.
    pub verdict: ProgramVerdict,
}

impl<'a> View<'a> {
    /// The view of a status and the composed picture.
    pub fn new(status: &'a Status, preview: Option<Preview>) -> Self {
        Self {
            project: &status.project,
            transport: status.transport,
            snapshot: &status.snapshot,
            preview,
            document: &status.document,
            messages: &status.messages,
            prebuffer: status.prebuffer,
            program: &status.program,
            verdict: status.verdict,
        }
    }
}

/// The composed picture as a texture that egui can draw.
#[derive(Clone, Copy, Debug)]
pub struct Preview {
    /// The texture.
    pub texture: egui::TextureId,
    /// Its size in pixels.
    pub size_px: [u32; 2],
}
