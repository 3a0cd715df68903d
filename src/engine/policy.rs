//! What a layer shows when the frame that is due is not ready.
//!
//! * *Nearest*: of the frames that became due meanwhile the last one that has come is shown, late; what a reader has begun
//!   is therefore kept when its time is over. Where frames take longer than one is due, reading aims at those that can
//!   still be in time.
//! * *Hold*: the picture on screen stays until the frame due is there, and whatever comes too late is never shown.
//! * *Never skip*: the layer's own playhead stands still while its frame is missing, and so falls behind; its frames are
//!   late from then on. Where one frame is due for several pictures it catches up by showing it for fewer. A jump, a
//!   change of speed, a pause and a cut bring it level, and so does falling more than [`MAX_LAG`] behind: what lies
//!   between is dropped.

use super::Engine;
use super::tick::Now;
use crate::playback::FrameKey;
use crate::project::{FramePolicy, Layer};
use crate::stats::{Cause, Outcome};
use crate::time::Time;

/// How far a layer that skips nothing may fall behind.
const MAX_LAG: Time = Time::from_seconds(2);

impl Engine {
    /// The playhead of a lane that is behind by this much.
    fn playhead_behind(&self, lag: Time, now: &Now) -> Time {
        if lag == Time::ZERO {
            return now.playhead;
        }
        let playhead = self.transport.playhead_at(now.moment - lag, &now.bounds);
        now.bounds.snap(playhead)
    }

    /// The playhead of a lane: the transport's, or earlier for one that is behind.
    pub(super) fn playhead_of(&self, index: usize, now: &Now) -> Time {
        self.playhead_behind(self.lanes[index].lag, now)
    }

    fn key_behind(&self, index: usize, layer: &Layer, lag: Time, now: &Now) -> Option<FrameKey> {
        let playhead = self.playhead_behind(lag, now);
        self.due_at(index, layer, playhead).map(|due| due.key)
    }

    /// Lets a layer that skips nothing fall behind, or catch up.
    pub(super) fn follow_lag(&mut self, index: usize, layer: &Layer, now: &Now) {
        let lane = &self.lanes[index];
        let follows = layer.frame_policy == FramePolicy::NeverSkip
            && now.is_counted
            && !now.is_jump
            && lane.awaiting.is_none();
        let Some(before) = lane.due.filter(|_| follows) else {
            self.lanes[index].lag = Time::ZERO;
            return;
        };
        let interval = self.project.canvas.frame_rate.frame_duration();
        // A frame that cannot be had at all is not waited for.
        let is_missing =
            lane.shown != Some(before.key) && !self.player.has_failed(index, before.key);
        let advance = if is_missing {
            Time::ZERO
        } else {
            now.elapsed.min(interval)
        };
        let mut lag = lane.lag + now.elapsed - advance;
        if !is_missing && lag > lane.lag {
            self.lanes[index].lag_cause = Cause::Present;
        }
        // One picture more where this one would but repeat what is on screen.
        if advance > Time::ZERO
            && lag > Time::ZERO
            && self.key_behind(index, layer, lag, now) == Some(before.key)
        {
            lag -= interval.min(lag);
        }
        let on_time = self.due_at(index, layer, now.playhead);
        if lag > MAX_LAG || on_time.is_none_or(|due| due.clip != before.clip) {
            self.drop_lag(index, layer, lag, now);
            lag = Time::ZERO;
        }
        self.lanes[index].lag = lag;
    }

    /// Counts the frames that are never shown because a lane is not behind by this much any more.
    fn drop_lag(&mut self, index: usize, layer: &Layer, lag: Time, now: &Now) {
        let interval = self.project.canvas.frame_rate.frame_duration();
        let pictures = (lag.seconds() / interval.seconds()).round() as i64;
        let due_now = self.key_behind(index, layer, Time::ZERO, now);
        let mut last = self.lanes[index].account.current();
        for picture in (1..=pictures).rev() {
            let key = self.key_behind(index, layer, interval.scaled(picture as f64), now);
            if key.is_some() && key != last && key != due_now {
                let lane = &self.lanes[index];
                self.recorders[lane.home].lost(Outcome::Dropped, lane.lag_cause);
            }
            last = key;
        }
    }
}
