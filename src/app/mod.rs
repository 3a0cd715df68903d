//! The app: the shell that runs the controller in a window.
//!
//! ```text
//!              ┌─────────────────────────── one frame ───────────────────────────┐
//!  events ───► │ logic: dialogs answered, Controller::tick ─► ui: View ─► Commands │ ─► Controller::execute
//!              └──────────────── ShellRequests ◄─────────────────────────────────┘
//! ```
//!
//! * `app`: [`SextetApp`], which eframe drives. `window`: opens it.
//! * `dialogs`: file dialogs. `output`: the canvas on a display of its own. `preview`: the canvas as a texture of egui.
//! * `pointer_steps`: quick movements, in steps that egui can follow.
//! * `panic_guard`: panics of the thread that draws. `shutdown_signal`: the system ends the window.
//!
//! Invariants: nothing is decided here that the program could decide without a window; this thread waits on no disk and
//! on no other thread.

#[expect(clippy::module_inception, reason = "the file is named after its type")]
mod app;
mod dialogs;
mod output;
mod panic_guard;
mod pointer_steps;
mod preview;
mod shutdown_signal;
mod window;

pub use app::{AppOptions, SextetApp};
pub use dialogs::{DialogBackend, system_dialogs};
pub use shutdown_signal::ShutdownSignal;
pub use window::{WindowError, run};
