//! Project, transport, playback and GPU tied together, without a window.
//!
//! What the window, `play --headless` and the tests all drive:
//!
//! ```text
//! set_project, play, seek … ─► Engine::tick
//!   1 take up files opened and frames finished
//!   2 where is the playhead, and which frame is due on each layer
//!   3 show what is ready; ask for what is missing and for what comes next; wait a little for what is due
//!   4 count each due frame's fate; upload; compose
//!   5 Snapshot and canvas
//! ```
//!
//! * [`Engine`]: what can be asked of it. `tick`: the order of a tick, in which `ahead` asks for frames, `policy` says
//!   what becomes of late ones, `fates` counts them and `present` shows them. `lane`, `account`: one voice of a layer;
//!   `voices`: which clips it plays. `pacer`: which picture a tick shows; `every_frame`: the next
//!   one, for measuring.
//! * `options`, `settings`: how it plays, and how that is changed while it does.
//! * [`doctor`]: whether a project will hold on this machine, measured beforehand.
//! * `library`, `opener`, `backoff`: the project's media files, opened in the background, and again after they failed.
//! * `file_proxy`, `proxy_maker`: the small movies that stand in for files that are slow to seek, made while nothing
//!   plays. `stand_in`: when they are shown.
//! * `drawing`: textures and canvas, or nothing. `observe`: what the window is told. `events`: what is
//!   worth a line in the log. `watch`: the thread that reads what the system says of threads.
//!
//! Invariants: in real time a tick never waits longer than [`EngineOptions::miss_wait`]; what is on screen on a layer is
//! exactly the frame due, or the last one shown while the exact one is on its way, never another; after a jump and in a drag
//! a proxy of the frame due, which counts as nothing.

mod account;
mod ahead;
mod backoff;
pub mod doctor;
mod drawing;
#[expect(
    clippy::module_inception,
    reason = "a file is named after its main type"
)]
mod engine;
mod events;
mod every_frame;
mod fates;
mod file_proxy;
mod lane;
mod library;
mod observe;
mod opener;
mod options;
mod pacer;
mod policy;
mod present;
mod proxy_maker;
mod report;
mod settings;
mod stand_in;
mod sync_read;
mod tick;
mod voices;
mod watch;

pub use engine::{Engine, EngineError};
pub use opener::OpenMedia;
pub use options::{
    EngineOptions, IoMode, MAX_BUDGET_BYTES, MAX_PREBUFFER, MIN_BUDGET_BYTES, MIN_PREBUFFER, Pace,
    PlaybackSettings,
};
