//! The document: what a person arranges, saves and opens again.
//!
//! ```text
//! EditCommand ─► apply (validates) ─► Project ─► History (snapshots) ─► file (RON, atomic)
//! ```
//!
//! * [`model`]: plain data, `Clone + PartialEq`.
//! * [`edit`]: every change there is; the only way a project is changed.
//! * `apply`, `room`, `validate`: how edits are carried out, where there is room, what always holds.
//! * [`history`]: undo and redo by whole-project snapshots, one step for a gesture.
//! * [`mod@file`]: reading and writing RON, with versions; `replace`: a new file in an old one's place, whole or not at
//!   all; [`fingerprint`]: knowing a media file again.
//! * [`recovery`]: what is not saved yet, kept for after a crash; [`difference`]: what it has that the file has not;
//!   [`lock`]: two programs on one file.
//! * [`collect`]: project and media in one folder; [`relink`]: media found again elsewhere; [`progress`]: how far they
//!   are.
//!
//! Invariants: what [`Project::validate`] states holds before and after each edit; a refused edit changes nothing.
//! Selection, zoom and playhead belong to the view, not to the document, and are not undone.

mod apply;
pub mod collect;
pub mod difference;
pub mod edit;
pub mod file;
pub mod fingerprint;
pub mod history;
pub mod lock;
pub mod model;
mod paths;
pub mod progress;
pub mod recovery;
pub mod relink;
mod replace;
mod room;
mod validate;

pub use edit::{EditCommand, EditError};
pub use file::ProjectFileError;
pub use history::History;
pub use model::*;
pub use progress::Progress;
pub use replace::backup_path;
pub use validate::{MAX_CANVAS_PX, MAX_ITEMS, MAX_NAME_BYTES, MAX_SPEED, MAX_TIME, ProjectError};
