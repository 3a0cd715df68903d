//! When the next tick is due, and waiting for it or for what it shows.

use std::time::Duration;

use super::Engine;
use super::deck::Lane;
use super::options::Pace;
use crate::library::backoff::Backoff;
use crate::playback::FrameKey;
use crate::project::LayerId;
use crate::time::Time;

impl Engine {
    /// When the next tick has something to do: while playing the next picture's time, `None` when nothing moves (then
    /// the waker tells).
    pub fn next_tick(&self) -> Option<Time> {
        if self.library.has_news() || !self.player.wake_me() || self.state.is_picture_stale {
            return Some(self.clock.now());
        }
        if self.transport.is_playing() && self.options.pace == Pace::EveryFrame {
            return Some(self.clock.now());
        }
        let interval = self.project.canvas.frame_rate.frame_duration();
        if self.transport.is_playing() {
            return Some(
                self.state
                    .last_moment
                    .map_or_else(|| self.clock.now(), |last| last + interval),
            );
        }
        // What failed is tried again after a while.
        let is_waiting = self.lanes.iter().any(|lane| !lane.is_exact());
        let retry = is_waiting.then(|| self.clock.now() + Time::from_seconds(1));
        let reopen = self.library.next_retry(self.clock.now());
        let memory = self.state.memory_retry.map(Backoff::at);
        [retry, reopen, memory, self.observer.next_afterthought()]
            .into_iter()
            .flatten()
            .min()
    }

    /// When the next picture is due, while playing at the pace of the clock.
    fn next_picture(&self) -> Option<Time> {
        let is_paced = self.transport.is_playing() && self.options.pace == Pace::RealTime;
        let interval = self.project.canvas.frame_rate.frame_duration();
        let last = self.state.last_moment.filter(|_| is_paced)?;
        Some(last + interval)
    }

    /// How long it is until then, on the clock; zero when it is due.
    pub fn time_to_next_tick(&self) -> Option<Duration> {
        let left = self.next_tick()? - self.clock.now();
        Some(left.to_duration())
    }

    /// Whether every file is open or failed, every layer shows exactly the frame that belongs to the playhead, or cannot,
    /// or plays on without it, and every prebuffer is full.
    pub fn is_settled(&self) -> bool {
        !self.library.is_opening()
            && (0..self.lanes.len()).all(|index| {
                let lane = &self.lanes[index];
                let ring = self.player.ring(index);
                let is_there = lane.due.is_none_or(|due| {
                    lane.shown == Some(due.key)
                        || self.is_hopeless(index, due.key)
                        || self.is_left_out(index, due.key)
                });
                is_there && ring.filling_keys().next().is_none()
            })
    }

    /// Whether a frame is not asked for, since by what the last ones took it cannot come while it is still due.
    fn is_left_out(&self, index: usize, key: FrameKey) -> bool {
        let wanted = &self.lanes[index].wanted;
        self.options.playback.io.reads_ahead() && wanted.iter().all(|wanted| wanted.key != key)
    }

    /// Whether a layer shows exactly the frame that is due, or nothing is due on it.
    pub fn is_exact(&self, layer: LayerId) -> bool {
        let mut lanes = self.lanes.iter().filter(|lane| lane.layer == Some(layer));
        lanes.all(Lane::is_exact)
    }

    /// Waits, at most until `deadline` on the clock, for a frame to arrive. For callers without a window.
    pub fn wait(&mut self, deadline: Time) {
        self.take_up_frames(Some(deadline));
    }

    /// Waits until the next tick is due, or for so long; whether it is due. For callers without a window.
    ///
    /// While playing that is the time of the next picture and no earlier, whatever arrives meanwhile: a display takes
    /// none in between, and a playhead quicker than the canvas would stand where nothing was foreseen.
    pub fn wait_for_next_tick(&mut self, at_most: Time) -> bool {
        let until = self.clock.now() + at_most;
        while let Some(next) = self.next_picture().or_else(|| self.next_tick()) {
            let now = self.clock.now();
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
        let soon = self.clock.now() + Time::from_nanos(5_000_000);
        self.wait(soon);
    }
}
