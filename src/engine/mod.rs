//! The engine: project, transport, playback and GPU tied together, without a window.
//!
//! The window, `play --headless`, the benches and the tests all drive it:
//!
//! ```text
//! set_project, play, seek … ─► Engine::tick
//!   1 completions             files opened and frames finished are received
//!   2 layers, policy, due     clips are assigned to decks; each deck's playhead and the frame due there
//!   3 frame_upload            what is ready goes into its texture; proxy_display: or its proxy
//!   4 prefetch                what is missing and what comes next is asked for; a short wait for what is due
//!   5 outcomes, events        each due frame is counted; what is worth a line is logged
//!   6 sound, present          what is heard is said; the canvas is composed
//!   7 snapshot_builder        the snapshot
//! ```
//!
//! A step of a tick is a function of a `Deck`, the `TickContext` and the `Parts` that decks share; only steps that wait
//! or look at all decks take all of them.
//!
//! * [`Engine`]: construction and questions. `controls`: playing and jumping. `settings`, `options`: prefetching and I/O.
//!   `waiting`: the time of the next tick. `tick`: the order of the steps.
//! * `deck`, `frame_ledger`: the state of a deck, and its due frames. `layer_state`, `deck_assignment`: what the decks of a
//!   layer have in common. `tick_state`: from tick to tick. `view`: all of these to look at.
//! * `live_follow`, `live_hold`: layers that follow a live source. `pacer`, `stride`: the times that ticks stand for.
//!   `every_frame`: each canvas frame in turn, for measuring.
//!   `sync_read`, `sync_reader`: without prefetching.
//! * `render_target`: textures and canvas, or nothing. `gpu_loss`, `gpu_memory`: a device that is gone, or has no memory.
//! * `sound`, `sound_desk`, `sound_to`: what is heard, said to who plays it.
//! * `snapshot_builder`, `report`: what the window and scripts read. `thread_monitor`: processor time by thread.
//!
//! Invariants: in real time a tick never waits longer than [`EngineOptions::miss_wait`]; what is on screen on a layer is
//! exactly the frame due, or while that is on its way the last one shown, or one that was due since and came late; after a
//! jump and in a drag a proxy of the frame due, which counts as nothing; never one that was not due since the last jump.

mod completions;
mod controls;
mod deck;
mod deck_assignment;
mod due;
#[expect(
    clippy::module_inception,
    reason = "a file is named after its main type"
)]
mod engine;
mod events;
mod every_frame;
mod frame_ledger;
mod frame_upload;
mod gpu_loss;
mod gpu_memory;
mod layer_state;
mod layers;
mod live_follow;
mod live_hold;
mod options;
mod outcomes;
mod pacer;
mod parts;
mod policy;
mod prefetch;
mod present;
mod proxy_display;
mod render_target;
mod report;
mod settings;
mod snapshot_builder;
mod sound;
mod sound_desk;
mod sound_to;
mod stride;
mod sync_read;
mod sync_reader;
mod thread_monitor;
mod tick;
mod tick_state;
mod view;
mod waiting;

pub use engine::{Engine, EngineError};
pub use options::{EngineOptions, MAX_BUDGET_BYTES, MIN_BUDGET_BYTES, Pace, PlaybackSettings};
pub use sound_to::SoundTo;
