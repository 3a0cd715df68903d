//! Control: the program without a window.
//!
//! ```text
//! window, remote, headless driver ─ Command ─► Controller ─► Session (document, history), Engine
//!                                   tick ───►     │  ▲
//!                                   Status ◄──────┘  └─ replies ─ project-io, recovery, media-files, doctor
//!                                   ShellRequest ◄┘
//! ```
//!
//! * `controller`: [`Controller`], its options, its tick. `commands`: each command, executed. `status_builder`: the
//!   status, with the verdict of `verdict_tracker`. `shell_request`: what needs a window. `headless`: a driver without one.
//! * `document`, `session`: the open document, its file and history; `document_flow`: how it is loaded and saved.
//! * `media_import`, `import_batch`, `import_plan`: media on its way into the project. `media_monitor`, `file_watcher`,
//!   `media_mismatch`: files that change on disk; `media_files`: what follows, and relinking and collecting.
//! * `program_state`: settings (`settings_file`, `playback_settings`, `settings_flow`), `recents`, `templates`,
//!   `output_state`, in the folders of the user (`app_dirs`). `messages` and `prompts`, with `prompt_answers`.
//! * `remotes`: what comes from outside, and what goes there.
//! * `autosave`, `unsaved_changes`: changes kept for after a crash. `closing`: the end; `window_restart`: the next
//!   window.
//! * `background_io` (`project_io`, `recovery_io`), `tasks`, `doctor_thread`: work on threads of its own (`worker`),
//!   whose replies `background_results` receives; `stall_detector`: one of them does not answer.
//!
//! Invariants: the document changes only while a command is executed or a reply received; the thread that drives the
//! controller waits on no disk and on no other thread; each error is reported once.

mod app_dirs;
mod autosave;
mod background_io;
mod background_results;
mod closing;
mod commands;
mod controller;
mod doctor_thread;
mod document;
mod document_flow;
mod examination;
mod file_watcher;
pub(crate) mod headless;
mod import_batch;
mod import_plan;
mod media_files;
mod media_import;
mod media_mismatch;
mod media_monitor;
mod messages;
mod output_state;
mod playback_settings;
mod program_state;
mod project_io;
mod prompt_answers;
mod prompts;
pub(crate) mod random;
mod recents;
mod recovery_io;
mod remotes;
mod session;
pub(crate) mod settings_file;
mod settings_flow;
pub(crate) mod shell_request;
mod stall_detector;
mod status_builder;
mod tasks;
mod templates;
mod unsaved_changes;
mod verdict_tracker;
mod window_restart;
mod worker;

pub use app_dirs::AppDirs;
pub use controller::{Controller, ControllerError, ControllerOptions};
pub use project_io::SaveBackend;
pub use shell_request::{DialogError, DialogKind, DialogRequest, ShellRequest};
pub use verdict_tracker::VerdictTracker;
pub use window_restart::WindowRestart;
pub use worker::Waker;
