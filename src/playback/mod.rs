//! Prefetching: reading and decoding ahead, so that each deck's ring holds its frames before the playhead gets there.
//!
//! ```text
//! PrefetchRequest ─► Prebuffer ─► FrameJob ─► ReadQueue (earliest deadline first, all decks; what cannot be in time last)
//!                       ▲                        │
//!                       │                   io-N: positioned read ─► bounded hand-over ─► decode-N: into the slot's
//!                       │                                                 memory, spare ones help with its chunks
//!                       │                   ffmpeg-DECK: one decoder, frame after frame
//!                       └──────── Completion (bounded channel) ◄──┘
//! ```
//!
//! * [`player`], [`options`]: [`Player`] owns the workers and one prebuffer per deck; the only part the engine talks to.
//! * [`channel`], [`source`], [`prefetch`]: addresses of frames, their names, and requests for them.
//! * `prebuffer`: the ring of a deck, its decoders and its failures. [`ring`], [`slot`]: plain state machines on the
//!   drawing thread. `proxy_slot`: a slot beside each ring, for the frame of a proxy. [`lead`]: the time that frames take.
//! * [`job`]: a frame on its way. [`read_queue`], [`queue`], [`workers`]: the shared pool. `split_frame`: one frame on
//!   several decode workers. [`sequential`]: the thread of a deck whose frames depend on each other. `guard`: panics.
//! * `depth`: the slots that cover the longest reads. [`budget`]: the share of each deck in the memory. [`heap`]: frame memory without a GPU.
//! * [`thread`]: named threads that are stopped and joined by their owner.
//! * `sync`: the locks, flags, channels and threads that all of this is made of. `models`: the same code under a scheduler
//!   that tries the orders in which its threads can go on.
//!
//! Invariants: a slot is known by the source and frame that it holds, so that work of an older seek can never be
//! taken for what is due now; work that is no longer wanted is dropped when it is taken from the queue or finished;
//! every slot and buffer goes back to where it came from.

pub mod budget;
pub mod channel;
mod depth;
mod guard;
pub mod heap;
pub mod job;
pub mod lead;
#[cfg(test)]
mod models;
pub mod options;
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
pub use options::PlayerOptions;
pub use player::Player;
pub use prebuffer::FrameEvent;
pub use prefetch::{PrefetchRequest, ScheduledFrame, Urgency};
pub use source::{FrameKey, Source, SourceId};
