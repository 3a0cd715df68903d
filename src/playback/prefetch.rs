//! Requests for the frames that a deck shows next.

use super::source::FrameKey;
use crate::time::Time;

/// A frame that will be shown, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduledFrame {
    /// The frame.
    pub key: FrameKey,
    /// Time at which it becomes due, on the player's clock.
    pub deadline: Time,
}

/// The frames that a deck shows next.
#[derive(Clone, Copy, Debug, Default)]
pub struct PrefetchRequest<'a> {
    /// The frames to have, soonest first.
    pub wanted: &'a [ScheduledFrame],
    /// Urgency of the first of them.
    pub urgency: Urgency,
    /// Frames whose time is over, but that are to be shown if they come.
    pub late: &'a [FrameKey],
    /// Time before its deadline at which a frame has to be begun to be there in time.
    pub lead: Time,
    /// True if each slot is to be filled as soon as it is free: frames take longer than one of them is due.
    pub is_pressed: bool,
    /// True if the playhead is being dragged: then what is on its way is finished first, and only then the newest
    /// frame asked for, so that a drag never starves.
    pub is_scrubbing: bool,
}

/// Urgency of the first frame of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Urgency {
    /// It is not due yet.
    #[default]
    Ahead,
    /// It is due, and playing goes on without it: it comes after what can still be in time.
    Missed,
    /// It is waited for: it comes before everything else.
    Awaited,
}
