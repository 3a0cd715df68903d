//! Windows, prompts and popups that open over the panels.
//!
//! * Windows of the table of panels: [`settings`] with [`shortcut_editor`] and [`remote_settings`],
//!   [`project_settings`], [`shortcut_list`], [`about`].
//! * Popups of the table: [`palette`], [`address`].
//! * Shown while the program has them: [`prompt`] and [`unsaved`] hold the window until they are answered, [`relink`]
//!   lists what a search found, [`task`] shows progress.

mod about;
mod address;
mod palette;
mod project_settings;
mod prompt;
mod relink;
mod remote_settings;
mod settings;
mod shortcut_editor;
mod shortcut_list;
mod task;
mod unsaved;

pub(crate) use about::about_ui;
pub(crate) use address::{AddressPrompt, ID as ADDRESS};
pub(crate) use palette::{ID as PALETTE, Palette};
pub(crate) use project_settings::ProjectSettingsWindow;
pub(crate) use prompt::prompt_ui;
pub(crate) use relink::relink_ui;
pub(crate) use settings::SettingsWindow;
pub(crate) use shortcut_list::ShortcutList;
pub(crate) use task::task_ui;
pub(crate) use unsaved::unsaved_ui;
