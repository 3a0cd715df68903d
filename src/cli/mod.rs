//! The command line: a contract that scripts depend on.
//!
//! ```text
//! arguments ─► args (as typed) ─► dispatch ─► window, probe, frame, play, bench, doctor, …  ─► exit code
//! ```
//!
//! * [`args`]: what can be typed; the arguments of a command stand in the command's own file.
//! * `dispatch`: runs the command, shows its error once, and gives the exit code.
//! * `settings_args`, `osc_args`: what the commands that play share. `values`: numbers and sizes from text. `project_input`,
//!   `cold`: what several commands do with their files.
//! * `target`: where files are to be written, looked at before any work. `interrupt`: Ctrl+C ends a run with its results. `fatal_signals`: limits of memory and of file sizes end in a
//!   message. `graphics`: a device without a window.
//! * `soak`: what a long run of `play` watches.
//! * `output`: results to standard output, which may be closed at any time.
//! * One file for each command.
//!
//! Invariants: results go to standard output, everything else to standard error. Exit codes: 0 done; 1 the work ran
//! and fell short; 2 bad arguments or unreadable input. With `--json` a command prints one JSON value and nothing
//! else.

pub mod args;
pub mod bench;
mod cold;
pub mod convert;
mod dispatch;
pub mod doctor;
mod fatal_signals;
pub mod frame;
mod graphics;
mod interrupt;
pub mod listen;
mod open_files;
mod osc_args;
mod output;
pub mod play;
pub mod probe;
mod project_input;
pub mod report;
pub mod send;
mod settings_args;
mod soak;
pub mod sound;
mod target;
pub mod testcard;
pub mod tree;
mod values;
pub mod window;

pub use dispatch::main;
