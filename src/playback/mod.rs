//! Reading and decoding ahead: what fills each layer's ring of frames before the playhead gets there.
//!
//! ```text
//! wanted frames ─► FrameRing ─► ReadQueue (earliest deadline first, all layers; what cannot be in time last)
//!                     ▲             │
//!                     │        io-N: positioned read ─► bounded hand-over ─► decode-N: into the slot's memory,
//!                     │                                                      spare ones help with its chunks
//!                     │        ffmpeg-LAYER: one decoder, frame after frame
//!                     └──────── Completion (bounded channel) ◄──┘
//! ```
//!
//! * [`player`]: [`Player`] owns the workers and one ring per layer; the only part the engine talks to.
//! * [`ring`]: the slots of a layer and which frames they hold; a plain state machine on the drawing thread.
//! * [`read_queue`], [`queue`], [`job`], [`workers`]: the shared pool. `split_frame`: one frame on several decode
//!   workers. [`lead`]: how early a deck's frames have to be begun.
//! * [`sequential`]: the thread of a layer whose frames depend on each other.
//! * `proxy_slot`: a frame beside each ring, that of a proxy.
//! * [`budget`]: how many slots each layer may have. [`heap`]: frame memory without a GPU.
//! * [`thread`]: named threads that are stopped and joined by their owner.
//! * `sync`: the locks, flags, channels and threads that all of this is made of. `models`: the same code under a scheduler
//!   that tries the orders in which its threads can go on.
//!
//! Invariants: a slot is known by the source and frame that it holds, so that work of an older seek can never be
//! taken for what is due now; work that is no longer wanted is dropped when it is taken from the queue or finished;
//! every slot and buffer goes back to where it came from.

pub mod budget;
pub mod channel;
mod guard;
pub mod heap;
pub mod job;
pub mod lead;
#[cfg(test)]
mod models;
pub mod player;
mod prebuffer;
pub mod prefetch;
mod proxy_slot;
pub mod queue;
pub mod read_queue;
pub mod ring;
pub mod sequential;
pub mod slot;
pub mod source;
mod split_frame;
mod sync;
#[cfg(test)]
mod sync_model;
pub mod thread;
pub mod workers;

pub use channel::{Channel, DeckId, MAX_DECKS};
pub use guard::guarded;
pub use player::{Player, PlayerOptions};
pub use prebuffer::FrameEvent;
pub use prefetch::{PrefetchRequest, ScheduledFrame, Urgency};
pub use source::{FrameKey, Source, SourceId};
