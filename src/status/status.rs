//! [`Status`]: all that can be read of the program, as one value.

use std::sync::Arc;

use super::document::{DocumentStatus, Message, TransportView};
use super::program::ProgramStatus;
use super::snapshot::Snapshot;
use super::verdict::ProgramVerdict;
use crate::project::Project;
use crate::settings::PrebufferDepth;

/// The state of the program after a tick or a command. Panels draw it, reports and remotes read it.
///
/// It owns its data, so that a clone can go to another thread; all that is large is shared.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// The project that plays, with the media files on their way into it.
    pub project: Arc<Project>,
    /// Position and speed of the playhead.
    pub transport: TransportView,
    /// State of the engine.
    pub snapshot: Arc<Snapshot>,
    /// Name and state of the document.
    pub document: DocumentStatus,
    /// Messages to the user, oldest first.
    pub messages: Vec<Message>,
    /// Frames that each layer prefetches.
    pub prebuffer: PrebufferDepth,
    /// The program around the document.
    pub program: ProgramStatus,
    /// Whether the show holds.
    pub verdict: ProgramVerdict,
}
