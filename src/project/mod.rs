//! The document: what a person arranges, saves and opens again.
//!
//! ```text
//! EditCommand ─► apply (validates) ─► Project ─► History (snapshots) ─► file (RON, atomic)
//! ```
//!
//! * [`model`], [`layer`], `layer_style`, `clip`, `ids`, [`blend`]: plain data, `Clone + PartialEq`.
//! * [`placement`]: where a layer's picture lies on the canvas.
//! * [`parameter`], [`keyframes`]: the numbers of a layer by name, and how they change over time.
//! * [`edit`]: every change there is; the only way a project is changed.
//! * `apply`, `apply_layers`, `apply_clips`, `room`, `validate`: how edits are carried out, where there is room, what
//!   always holds.
//! * [`history`]: undo and redo by whole-project snapshots, one step for a gesture.
//! * [`mod@file`], `migrate`: reading and writing RON, with versions; `replace`: a new file in an old one's place, whole or not at
//!   all; [`fingerprint`]: knowing a media file again.
//! * [`recovery`]: what is not saved yet, kept for after a crash; [`difference`]: what it has that the file has not;
//!   [`lock`]: two programs on one file; `stamp`: whether another one changed it.
//! * [`collect`]: project and media in one folder, as `collect_plan` says; [`relink`]: media found again elsewhere;
//!   [`progress`]: how far they are.
//!
//! Invariants: what [`Project::validate`] states holds before and after each edit; a refused edit changes nothing.
//! Selection, zoom and playhead belong to the view, not to the document, and are not undone.

pub mod blend;
mod clip;
pub mod edit;
mod ids;
pub mod keyframes;
pub mod layer;
mod layer_style;
pub mod model;
pub mod parameter;
mod paths;
pub mod placement;
pub mod storage;
mod validate;
mod validate_layer;

pub use blend::BlendMode;
pub use clip::{Clip, LoopMode};
pub use edit::{
    ClipEdit, EditCommand, EditError, History, LayerEdit, MarkerEdit, MediaEdit, ProjectEdit,
    StepName,
};
pub use ids::{ClipId, LayerId, MediaId};
pub use keyframes::{Interpolation, Keyframe, Track};
pub use layer::*;
pub use layer_style::*;
pub use model::*;
pub use parameter::{LayerValues, Parameter};
pub use paths::{is_address, normalised};
pub use placement::Placement;
pub use storage::{FileStamp, Progress, ProjectFileError, backup_path, replace_small_file};
pub use validate::{
    MAX_CANVAS_PX, MAX_ITEMS, MAX_LOOPS, MAX_NAME_BYTES, MAX_NOTES_BYTES, MAX_SPEED, MAX_TIME,
    ProjectError,
};
