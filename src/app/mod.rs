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
//! * `session`: the document, its file, and the question about unsaved changes.
//! * `intake`: media on its way into the project.
//! * `dialogs`, `project_io`: what takes long, each on its own thread (`worker`).
//! * `preview`: the engine's canvas as a texture of egui.
//! * `messages`: what the person is told.
//! * `window`: opens the window.
//!
//! Invariants: the document changes only while commands are carried out or answers taken up, never while it is drawn;
//! this thread waits on no disk and on no other thread; what went wrong is told once.

mod answers;
#[expect(clippy::module_inception, reason = "the file is named after its type")]
mod app;
mod dialogs;
mod dispatch;
mod intake;
mod messages;
mod preview;
mod project_io;
mod session;
mod window;
mod worker;

pub use app::{AppError, AppOptions, SextetApp};
pub use dialogs::{DialogBackend, DialogRequest, system_dialogs};
pub use window::{WindowError, run};
