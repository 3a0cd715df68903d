//! Editing: the commands that change a project, their execution, and undo.
//!
//! ```text
//! user's edit ─► clip_edit, clip_split, group_edit, clipboard ─► EditCommand ─► History ─► applied_to ─► new Project
//! ```
//!
//! * `command`: the commands by family. `apply`, `apply_layers`, `apply_clips`: [`EditCommand::applied_to`], the only
//!   function that carries one out: it changes a copy, and refuses one that breaks a rule.
//! * `clip_edit`, `clip_split`, `group_edit`, `clipboard`: commands for edits by hand, clamped to what is
//!   possible.
//! * `clip_fit`: the room between clips, and free numbers.
//! * `history`: [`History`], the steps of undo as snapshots; a gesture is one step. `step_name`: what a step changed to
//!   what.

mod apply;
mod apply_clips;
mod apply_layers;
mod apply_markers;
pub(crate) mod clip_edit;
pub(super) mod clip_fit;
pub(crate) mod clip_split;
pub(crate) mod clipboard;
mod command;
pub(crate) mod group_edit;
mod history;
mod step_name;

pub use command::{
    ClipEdit, EditCommand, EditError, LayerEdit, MarkerEdit, MediaEdit, ProjectEdit, StepName,
};
pub use history::History;
pub(crate) use history::MAX_STEPS;
