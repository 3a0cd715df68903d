//! The restart of a window: what one that has to close hands to the next.
//!
//! A graphics device that is gone takes the whole window with it, since egui draws with the same one. The document, its
//! undo steps and the playhead go over as they are; nothing is written and nothing is asked.

use std::sync::Arc;

use parking_lot::Mutex;

use super::session::Session;
use crate::project::storage::recovery::RecoveryPlace;
use crate::time::Time;

/// The slot in which one window leaves its state and the next finds it. Clones are the same slot.
#[derive(Clone, Default)]
pub struct WindowRestart(Arc<Mutex<Option<RestartState>>>);

/// State handed from one window to the next.
pub(crate) struct RestartState {
    /// The document.
    pub session: Session,
    /// The playhead.
    pub playhead: Time,
    /// True if it played.
    pub is_playing: bool,
    /// Place of the unsaved changes that are kept meanwhile.
    pub place: Option<RecoveryPlace>,
}

impl WindowRestart {
    /// True while a state waits for the next window.
    pub fn is_waiting(&self) -> bool {
        self.0.lock().is_some()
    }

    /// Leaves a state for the next window.
    pub(crate) fn leave(&self, state: RestartState) {
        *self.0.lock() = Some(state);
    }

    /// Takes the state of the window before.
    pub(crate) fn take(&self) -> Option<RestartState> {
        self.0.lock().take()
    }
}
