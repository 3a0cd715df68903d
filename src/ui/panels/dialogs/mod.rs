//! Dialogs and windows: settings, prompts and lists that open over the panels.

pub(crate) mod address;
pub(crate) mod palette;
pub(crate) mod project_settings;
pub(crate) mod prompt;
pub(crate) mod relink;
pub(crate) mod settings;
pub(crate) mod shortcut_editor;
pub(crate) mod task;
pub(crate) mod unsaved;
pub(crate) mod windows;
