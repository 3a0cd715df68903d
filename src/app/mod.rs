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
//!   in the person's own folders (`places`); `questions` that hold the window.
//! * `intake`, `intake_plan`: media on its way into the project; `media_files`: what becomes of it there; `watch`: when
//!   it changes; `replaced`: when it is another one.
//! * `dialogs`, `project_io`, `recovery_io`, `tasks`: what takes long, each on its own thread (`worker`); `silence`: when
//!   one of them does not answer.
//! * `playback`: settings of playing, given to the engine.
//! * `output`: the canvas on a display of its own.
//! * `examine`: the doctor, on a thread of its own.
//! * `preview`: the engine's canvas as a texture of egui. `pointer_steps`: quick movements, in steps that egui can follow.
//! * `messages`: what the person is told. `closing`: how the window closes; `end_wish`: at once, when the system wishes it.
//! * `breakdown`: what becomes of a panic here. `handover`: what one window leaves for the next when its device is gone.
//! * `window`: opens the window.
//!
//! Invariants: the document changes only while commands are carried out or answers taken up, never while it is drawn;
//! this thread waits on no disk and on no other thread; what went wrong is told once.

mod answers;
#[expect(clippy::module_inception, reason = "the file is named after its type")]
mod app;
mod breakdown;
mod closing;
mod desk;
mod dialogs;
mod dispatch;
mod document;
mod end_wish;
mod examine;
mod handover;
mod intake;
mod intake_plan;
mod media_files;
mod messages;
mod output;
mod places;
mod playback;
mod pointer_steps;
mod preview;
mod project_io;
mod questions;
mod recents;
mod recovery_io;
mod replaced;
mod session;
mod settings_file;
mod silence;
mod tasks;
mod templates;
mod watch;
mod window;
mod worker;

pub use app::{AppError, AppOptions, SextetApp};
pub use dialogs::{DialogBackend, DialogRequest, system_dialogs};
pub use end_wish::EndWish;
pub use handover::Handover;
pub use places::Places;
pub use project_io::SaveBackend;
pub use window::{WindowError, run};
