//! The panels of the window, one file each; each reads a [`Pass`](super::state::Pass) and pushes commands into it.
//!
//! ```text
//! ┌──────────────────────── top_bar ────────────────────────┐
//! │ media_bin │ messages                     │  inspector   │
//! │           │ preview                      │              │
//! │           │                              ├──────────────┤
//! ├───────────┴──────────────────────────────┤  performance │
//! │ timeline/ (transport, ruler, lanes)      │              │
//! └────────────────────── status_bar ────────┴──────────────┘
//! ```
//!
//! The inspector is `inspector`, `inspector_layer`, `inspector_clip`, of rows from `fields` and
//! `parameter_row`, whose edits are in `key_edits`.
//!
//! [`windows`] float above, [`log`], [`history`] and [`doctor`] among them, and so do [`relink`], [`palette`] and
//! [`task`]; [`overlay`] lies on the picture; [`unsaved`] asks before changes are lost, [`question`] whatever else must
//! be answered.

pub(crate) mod address;
pub(crate) mod doctor;
pub(crate) mod fields;
pub(crate) mod frame_plot;
pub(crate) mod history;
pub(crate) mod inspector;
pub(crate) mod inspector_clip;
pub(crate) mod inspector_layer;
pub(crate) mod key_edits;
pub(crate) mod log;
pub(crate) mod media_bin;
pub(crate) mod media_row;
pub(crate) mod messages;
pub(crate) mod output_button;
pub(crate) mod overlay;
pub(crate) mod palette;
pub(crate) mod parameter_row;
pub(crate) mod performance;
pub(crate) mod performance_detail;
pub(crate) mod performance_rows;
pub(crate) mod preview;
pub(crate) mod preview_box;
pub(crate) mod preview_math;
pub(crate) mod project_settings;
pub(crate) mod question;
pub(crate) mod relink;
pub(crate) mod settings_window;
pub(crate) mod shortcut_editor;
pub(crate) mod status_bar;
pub(crate) mod task;
pub(crate) mod timeline;
pub(crate) mod top_bar;
pub(crate) mod undo_history;
pub(crate) mod unsaved;
pub(crate) mod windows;
