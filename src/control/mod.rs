//! Control: what the program does, whatever it is driven by.

pub(crate) mod app_dirs;
pub(crate) mod background_results;
pub(crate) mod closing;
pub(crate) mod commands;
pub(crate) mod document;
pub(crate) mod examination;
pub(crate) mod file_watcher;
pub(crate) mod import_plan;
pub(crate) mod media_files;
pub(crate) mod media_import;
pub(crate) mod media_mismatch;
pub(crate) mod messages;
pub(crate) mod playback_settings;
pub(crate) mod program_state;
pub(crate) mod project_io;
pub(crate) mod prompts;
pub(crate) mod random;
pub(crate) mod recents;
pub(crate) mod recovery_io;
pub(crate) mod session;
pub(crate) mod settings_file;
pub(crate) mod stall_detector;
pub(crate) mod tasks;
pub(crate) mod templates;
pub(crate) mod window_restart;
pub(crate) mod worker;

pub use app_dirs::AppDirs;
pub use project_io::SaveBackend;
