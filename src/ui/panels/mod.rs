//! The panels of the window, one file each; each reads a [`Pass`](crate::ui::pass::Pass) and pushes commands into it.
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

pub(crate) mod dialogs;
pub(crate) mod doctor;
pub(crate) mod inspector;
pub(crate) mod log;
pub(crate) mod media_bin;
pub(crate) mod media_row;
pub(crate) mod messages;
pub(crate) mod output_button;
pub(crate) mod performance;
pub(crate) mod preview;
pub(crate) mod status_bar;
pub(crate) mod timeline;
pub(crate) mod top_bar;
pub(crate) mod undo_history;
