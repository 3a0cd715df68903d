//! The playhead, and the media frames that belong to it.
//!
//! ```text
//! clock ─► Transport ─ playhead_at ─► due (per layer) ─► the frame to show
//!              └────── course ──────► upcoming ────────► the frames to prefetch, each with the time left
//! ```
//!
//! * [`Transport`]: playing at any speed, pausing, scrubbing; the playhead as a function of the clock.
//! * [`Course`]: the playhead at times to come.
//! * [`Bounds`]: the ends of the timeline, the loop and the grid of canvas frames.
//! * [`schedule`]: from project time to media frames, now and next.
//! * `fading`: the opacity of each clip's picture then.
//! * [`cadence`]: the repeats of media frames on a canvas of another rate.
//!
//! Invariants: the playhead is computed from the clock, never by adding up frames; the frames given as upcoming are
//! those that will be due, because both go through [`Bounds::position`] and [`media_frame_at`].

mod bounds;
pub mod cadence;
mod course;
mod fading;
mod mapping;
mod playhead;
pub mod schedule;

pub use bounds::{Bounds, Direction, TimelinePosition};
pub use cadence::{Cadence, CadenceChecker};
pub use course::Course;
pub use fading::opacity_at;
pub use mapping::media_frame_at;
pub use playhead::{PlayState, SettleOutcome, Transport};
pub use schedule::{DeckSide, DueFrame, Lookahead, UpcomingFrame, due, upcoming};
