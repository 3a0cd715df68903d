//! Playing every frame, as fast as they come: what [`Pace::EveryFrame`](super::Pace) does in place of following the
//! clock.

use super::Engine;
use super::tick::TickContext;
use crate::time::Time;

/// The longest that a tick waits for its frames; a disk that does not answer ends the wait.
const LONGEST_WAIT: Time = Time::from_seconds(10);

impl Engine {
    /// The moment that the tick at `clock` stands for: one canvas frame after the last.
    pub(super) fn next_presentation_time(&self, clock: Time) -> Time {
        let interval = self.project.canvas.frame_rate.frame_duration();
        let last = self.state.last_presentation;
        last.map_or(clock, |last| last + interval)
    }

    /// Waits until every due frame is on screen or failed. Says whether there is a new picture.
    pub(super) fn wait_for_all(&mut self, context: &TickContext) -> bool {
        let mut has_new_picture = false;
        if !context.is_playing {
            return false;
        }
        self.note_misses(context);
        let deadline = context.clock + LONGEST_WAIT;
        while (0..self.decks.len()).any(|index| self.is_still_awaited(index)) {
            if !self.receive_frames(Some(deadline)) {
                break;
            }
            for index in 0..self.decks.len() {
                if self.is_still_awaited(index) {
                    has_new_picture |= self.show_if_ready(index, context);
                    self.prefetch(index, context);
                }
            }
        }
        has_new_picture
    }

    /// Whether a deck's due frame is neither on screen nor known not to be had.
    fn is_still_awaited(&self, index: usize) -> bool {
        self.missing(index)
            .is_some_and(|key| !self.is_hopeless(index, key))
    }
}
