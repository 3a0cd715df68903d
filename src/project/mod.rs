//! The document: the project that a user edits, saves and opens again.
//!
//! ```text
//! EditCommand ─ applied_to (validates) ─► Project ─► History (snapshots) ─► file (RON, atomic write)
//! ```
//!
//! * [`model`], [`layer`], `layer_style`, `clip`, `ids`, [`blend`]: plain data, `Clone + PartialEq`.
//! * `course`: what a clip shows at each time. `trim`: the same begun or ended elsewhere.
//! * [`placement`]: the geometry of a layer's picture on the canvas.
//! * [`parameter`], [`keyframes`]: the numbers of a layer by name, and their tracks over time.
//! * `validate`, `validate_layer`: the rules of a project.
//! * [`edit`]: edits, the only way in which a project is changed, and undo.
//! * [`storage`]: files of projects, recovery after a crash, collecting and relinking media. `paths`: media paths;
//!   `shown_path`: how they are shown.
//!
//! Invariants: what [`Project::validate`] states holds before and after each edit; a refused edit changes nothing.
//! Selection, zoom and playhead belong to the view, not to the document, and are not undone.

pub mod blend;
mod clip;
mod course;
pub mod edit;
mod ids;
pub mod keyframes;
pub mod layer;
mod layer_style;
pub mod model;
pub mod parameter;
mod paths;
pub mod placement;
mod shown_path;
pub mod storage;
mod trim;
mod validate;
mod validate_layer;

pub use blend::BlendMode;
pub use clip::{Clip, ClipSound, LoopMode};
pub use course::Leg;
pub use edit::{
    ClipEdit, EditCommand, EditError, History, LayerEdit, MarkerEdit, MediaEdit, ProjectEdit,
    StepName,
};
pub use ids::{ClipId, LayerId, MediaId};
pub use keyframes::{Interpolation, Keyframe, Track};
pub use layer::*;
pub use layer_style::*;
pub use model::*;
pub use parameter::{LayerValues, MAX_GAIN_DB, Parameter, SILENT_DB};
pub use paths::{as_given, is_address, names_address, without_dots};
pub use placement::Placement;
pub use shown_path::{ShownPath, shown, shown_name};
pub use storage::{
    FileStamp, Progress, ProjectFileError, backup_of, backup_path, replace_small_file,
};
pub use validate::{
    MAX_CANVAS_PX, MAX_ITEMS, MAX_LOOPS, MAX_NAME_BYTES, MAX_NOTE_BYTES, MAX_NOTES_BYTES,
    MAX_PHASE, MAX_SPEED, MAX_TIME, ProjectError,
};
