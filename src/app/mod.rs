//! The window's program: carries out what a person asks for.
//!
//! ```text
//!              ┌────────────────────────── one frame ──────────────────────────┐
//!  events ───► │ logic: answers taken up, Engine::tick ─► ui: View ─► Commands │ ─► dispatch ─► Session, Engine,
//!              └───────────────────────────────────────────────────────────────┘                dialogs, project-io
//! ```
//!
//! * `app`: [`SextetApp`], which eframe drives.
//! * `dispatch`: from each command to what it does.
//! * `answers`: what came from other threads.
//! * `document`, `session`: what is opened; its file, its history, and the question about unsaved changes.
//! * `desk`: the program around it: settings (`settings_file`), `recents`, `templates`, changes kept for after a crash,
//!   in the person's own folders (`app_dirs`); `questions` that hold the window.
//! * `import`, `intake_plan`: media on its way into the project; `media_files`: what becomes of it there; `watch`: when
//!   it changes; `replaced`: when it is another one.
//! * `dialogs`, `project_io`, `recovery_io`, `tasks`: what takes long, each on its own thread (`worker`); `stall`: when
//!   one of them does not answer.
//! * `playback`: settings of playing, given to the engine.
//! * `output`: the canvas on a display of its own.
//! * `examine`: the doctor, on a thread of its own.
//! * `preview`: the engine's canvas as a texture of egui. `pointer_steps`: quick movements, in steps that egui can follow.
//! * `messages`: what the person is told. `closing`: how the window closes; `shutdown`: at once, when the system wishes it.
//! * `breakdown`: what becomes of a panic here. `restart`: what one window leaves for the next when its device is gone.
//! * `window`: opens the window.
//!
//! Invariants: the document changes only while commands are carried out or answers taken up, never while it is drawn;
//! this thread waits on no disk and on no other thread; what went wrong is told once.

#[expect(clippy::module_inception, reason = "the file is named after its type")]
pub(crate) mod app;
pub(crate) mod dialogs;
pub(crate) mod output;
mod panic_guard;
mod pointer_steps;
mod preview;
mod shutdown_signal;
mod window;

pub use crate::control::window_restart::WindowRestart;
pub use app::{AppError, AppOptions, SextetApp};
pub use dialogs::{DialogBackend, DialogRequest, system_dialogs};
pub use shutdown_signal::ShutdownSignal;
pub use window::{WindowError, run};
