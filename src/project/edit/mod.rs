//! Editing: every change to a project that there is, how each is carried out, and undo.

mod apply;
mod apply_clips;
mod apply_layers;
pub(crate) mod clip_edit;
pub(super) mod clip_fit;
pub(crate) mod clip_split;
pub(crate) mod clipboard;
mod command;
pub(crate) mod group_edit;
mod history;

pub use command::{
    ClipEdit, EditCommand, EditError, LayerEdit, MarkerEdit, MediaEdit, ProjectEdit, StepName,
};
pub use history::History;
