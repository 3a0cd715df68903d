//! The time of the next tick, and waiting for it or for what it shows.

use std::time::Duration;

use super::completions::receive_frames;
use super::deck::Deck;
use super::engine::Engine;
use super::gpu_memory::is_hopeless;
use super::options::Pace;
use super::parts::Parts;
use crate::library::backoff::Backoff;
use crate::playback::FrameKey;
use crate::project::LayerId;
use crate::time::Time;

/// Time after which what failed is tried again.
const RETRY: Time = Time::from_seconds(1);

/// Longest time that [`Engine::wait_a_moment`] waits.
const MOMENT: Time = Time::from_flicks(crate::time::FLICKS_PER_SECOND / 200);

impl Engine {
    /// Time at which the next tick has something to do: while playing that of the next picture, `None` when nothing moves
    /// (then the waker is called).
    pub fn next_tick(&self) -> Option<Time> {
        let parts = &self.parts;
        let now = parts.clock.now();
        let is_something_here =
            parts.library.has_finished() || !parts.player.wake_me() || parts.state.is_picture_stale;
        if is_something_here {
            return Some(now);
        }
        if parts.transport.is_playing() {
            return Some(self.next_picture().unwrap_or(now));
        }
        let is_waiting = self.decks.iter().any(|deck| !deck.is_exact());
        let retry = is_waiting.then(|| now + RETRY);
        let reopen = parts.library.next_retry(now);
        let memory = parts.state.memory_retry.map(Backoff::at);
        let refresh = parts.snapshot.next_trailing_refresh();
        [retry, reopen, memory, refresh].into_iter().flatten().min()
    }

    /// Time of the next picture, while playing at the pace of the clock.
    fn next_picture(&self) -> Option<Time> {
        let parts = &self.parts;
        let is_paced = parts.transport.is_playing() && parts.options.pace == Pace::RealTime;
        let last = parts.state.last_presentation.filter(|_| is_paced)?;
        Some(last + parts.interval())
    }

    /// Time until then, on the clock; zero when it is due.
    pub fn time_to_next_tick(&self) -> Option<Duration> {
        let left = self.next_tick()? - self.parts.clock.now();
        Some(left.to_duration())
    }

    /// True if every file is open or failed, every layer shows exactly the frame that belongs to the playhead, or cannot,
    /// or plays on without it, and every prebuffer is full.
    pub fn is_settled(&self) -> bool {
        let parts = &self.parts;
        !parts.library.is_opening()
            && self.decks.iter().all(|deck| {
                let is_there = deck.missing().is_none_or(|key| {
                    is_hopeless(deck, key, parts) || is_left_out(deck, key, parts)
                });
                is_there && parts.player.ring(deck.id).filling_keys().next().is_none()
            })
    }

    /// True if a layer shows exactly the frame that is due, or nothing is due on it.
    pub fn is_exact(&self, layer: LayerId) -> bool {
        let mut states = self.parts.layers.iter();
        let state = states.find(|state| state.id == layer);
        state.is_none_or(|state| state.decks().all(|id| self.decks[id.0].is_exact()))
    }

    /// Waits, at most until `deadline` on the clock, for a frame to arrive. For callers without a window.
    pub fn wait(&mut self, deadline: Time) {
        receive_frames(&mut self.decks, &mut self.parts, Some(deadline));
    }

    /// Waits until the next tick is due, or for so long; true if it is due. For callers without a window.
    ///
    /// While playing that is the time of the next picture and no earlier, whatever arrives meanwhile: a display takes
    /// none in between, and a playhead quicker than the canvas would stand where nothing was foreseen.
    pub fn wait_for_next_tick(&mut self, at_most: Time) -> bool {
        let until = self.parts.clock.now() + at_most;
        while let Some(next) = self.next_picture().or_else(|| self.next_tick()) {
            let now = self.parts.clock.now();
            if next <= now {
                return true;
            }
            if until <= now {
                return false;
            }
            self.wait(next.min(until));
        }
        true
    }

    /// Waits for a frame, but not for long, so that files being opened are noticed too. For callers without a window.
    pub fn wait_a_moment(&mut self) {
        self.wait(self.parts.clock.now() + MOMENT);
    }
}

/// True if a frame is not asked for, since by what the last ones took it cannot come while it is still due.
fn is_left_out(deck: &Deck, key: FrameKey, parts: &Parts) -> bool {
    parts.options.playback.io.reads_ahead() && deck.wanted.iter().all(|wanted| wanted.key != key)
}
