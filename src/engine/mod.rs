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
//! * [`Engine`]: what can be asked of it; `controls`: playing and jumping; `waiting`: when the next tick is due.
//! * `tick`: the order of a tick, in which `arrivals` takes up what came, `ahead` asks for frames, `showing` puts them
//!   into textures, `policy` says what becomes of late ones, `fates` counts them and `present` composes the picture.
//!   `lane`, `account`: one voice of a layer; `voices`: which clips it plays. `pacer`, `stride`: which picture a tick
//!   shows, and which the next one will; `every_frame`: each in turn, for measuring; `sync_read`: without reading ahead.
//! * `options`, `settings`: how it plays, and how that is changed while it does.
//! * [`doctor`]: whether a project will hold on this machine, measured beforehand.
//! * `library`, `entry`, `opener`, `index_thread`, `backoff`: the project's media files, opened in the background, and
//!   again after they failed; `thumbnails`: small pictures of them.
//! * `file_proxy`, `proxy_maker`: the small movies that stand in for files that are slow to seek, made while nothing
//!   plays. `stand_in`: when they are shown.
//! * `drawing`: textures and canvas, or nothing; `gpu_loss`: when their device is gone; `gpu_memory`: when it has none
//!   left. `observe`: what the window is told. `events`: what is worth a line in the log. `watch`: the thread that reads what the system says of threads.
//!
//! Invariants: in real time a tick never waits longer than [`EngineOptions::miss_wait`]; what is on screen on a layer is
//! exactly the frame due, or while that is on its way the last one shown, or one that was due since and came late; after a
//! jump and in a drag a proxy of the frame due, which counts as nothing; never one that was not due since the last jump.

pub(crate) mod completions;
mod controls;
pub(crate) mod deck;
pub(crate) mod deck_assignment;
#[expect(
    clippy::module_inception,
    reason = "a file is named after its main type"
)]
mod engine;
mod events;
mod every_frame;
pub(crate) mod frame_ledger;
pub(crate) mod frame_upload;
mod gpu_loss;
mod gpu_memory;
mod options;
pub(crate) mod outcomes;
mod pacer;
mod policy;
pub(crate) mod prefetch;
mod present;
pub(crate) mod proxy_display;
pub(crate) mod render_target;
mod report;
mod settings;
pub(crate) mod snapshot_builder;
mod stride;
mod sync_read;
pub(crate) mod thread_monitor;
mod tick;
mod waiting;

pub use engine::{Engine, EngineError};
pub use options::{
    EngineOptions, MAX_BUDGET_BYTES, MAX_PREBUFFER, MIN_BUDGET_BYTES, MIN_PREBUFFER, Pace,
    PlaybackSettings,
};
