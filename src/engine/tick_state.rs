//! The context of a tick, and the state from one tick to the next.

use std::sync::Arc;

use super::deck::Deck;
use super::stride::Stride;
use crate::library::backoff::Backoff;
use crate::playback::SourceId;
use crate::project::{Layer, Project};
use crate::time::Time;
use crate::transport::Bounds;
use crate::transport::schedule::UpcomingFrame;

/// Time for which the same error of the device is not logged again: it may come with every frame.
const QUIET: Time = Time::from_seconds(10);

/// The context of a tick, which its steps take.
pub(super) struct TickContext {
    pub(super) project: Arc<Project>,
    /// Its time on the clock.
    pub(super) clock: Time,
    /// The time that its picture stands for; a whole number of canvas frames after that of the last one, where ticks
    /// come at the canvas's rate.
    pub(super) presentation_time: Time,
    pub(super) playhead: Time,
    pub(super) bounds: Bounds,
    /// A canvas frame.
    pub(super) interval: Time,
    /// True if due frames are counted: playing on from the last tick without a jump.
    pub(super) is_counted: bool,
    /// Time played since the last tick; none after a jump.
    pub(super) elapsed: Time,
    pub(super) is_jump: bool,
    pub(super) is_playing: bool,
    pub(super) is_scrubbing: bool,
}

impl TickContext {
    /// The layer of a deck.
    pub(super) fn layer(&self, deck: &Deck) -> Option<&Layer> {
        self.project.layers.get(deck.layer?)
    }
}

/// The state from one tick to the next.
#[derive(Default)]
pub(super) struct TickState {
    /// The time that the picture of the last tick while playing stood for.
    pub(super) last_presentation: Option<Time>,
    /// Time of the last tick on the clock.
    pub(super) last_clock: Time,
    /// The number of jumps that the last tick had seen.
    pub(super) jumps_seen: u64,
    /// Canvas frames from one tick to the next.
    pub(super) stride: Stride,
    /// True if the picture must be composed anew though no layer has a new frame.
    pub(super) is_picture_stale: bool,
    /// True if prefetching was switched on, and has not caught up yet.
    pub(super) is_handing_over: bool,
    /// Time played since the counts began.
    pub(super) played: Time,
    /// Time played since the last canvas frame ended.
    pub(super) since_picture: Time,
    /// Errors of the graphics device that were logged lately.
    pub(super) error_throttle: ErrorThrottle,
    /// True if it was logged that the device is gone.
    pub(super) is_loss_logged: bool,
    /// Backoff after which the graphics device is asked again for what it had no memory for.
    pub(super) memory_retry: Option<Backoff>,
    /// True if it was logged that the memory budget is too small.
    pub(super) is_shortage_logged: bool,
    /// Reused from deck to deck.
    pub(super) upcoming: Vec<UpcomingFrame>,
    /// The playhead at canvas frames between the last tick and this one; reused from tick to tick.
    pub(super) between: Vec<Time>,
    /// Files that were opened since the last tick.
    pub(super) opened: Vec<SourceId>,
}

/// Errors that were logged lately, each with the time.
#[derive(Default)]
pub(super) struct ErrorThrottle(Vec<(String, Time)>);

impl ErrorThrottle {
    /// True if this error is to be logged now, which is then noted.
    pub(super) fn admits(&mut self, text: &str, now: Time) -> bool {
        self.0.retain(|(_, at)| now - *at < QUIET);
        let is_new = self.0.iter().all(|(logged, _)| logged != text);
        if is_new {
            self.0.push((text.to_owned(), now));
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_that_comes_with_every_frame_is_logged_now_and_then() {
        let mut throttle = ErrorThrottle::default();
        let at = Time::from_seconds;
        assert!(throttle.admits("no room", at(0)));
        assert!(!throttle.admits("no room", at(9)));
        assert!(throttle.admits("something else", at(9)));
        assert!(
            !throttle.admits("no room", at(9)),
            "though there are others"
        );
        assert!(throttle.admits("no room", at(10)), "still so");
    }
}
