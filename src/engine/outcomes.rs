//! Telling the fate of each frame that became due.

use std::sync::Arc;

use super::Engine;
use super::deck::{Fate, Seen};
use super::tick::Now;
use crate::playback::job::Stage;
use crate::playback::{FrameKey, Player};
use crate::project::{FramePolicy, Layer};
use crate::stats::Cause;
use crate::time::Time;

impl Engine {
    /// Tells the fate of each frame that became due since the last tick.
    pub(super) fn count_fates(&mut self, now: &Now) {
        if !now.is_counted {
            return;
        }
        let project = Arc::clone(&self.project);
        let between = std::mem::take(&mut self.state.between);
        for index in 0..self.lanes.len() {
            let Some(layer) = self.lanes[index].layer.and_then(|id| project.layer(id)) else {
                continue;
            };
            let ready = self.player.ring(index).ready_keys().count() as u64;
            if self.lanes[index].due.is_some() {
                self.lanes[index].fill.0 += ready;
                self.lanes[index].fill.1 += 1;
            }
            if self.lanes[index].awaiting.is_some() {
                continue;
            }
            let (skipped, late) = self.skipped(index, layer, &between);
            let lane = &mut self.lanes[index];
            let recorder = &mut self.recorders[lane.home];
            let Some(due) = lane.due else {
                recorder.skipped(skipped);
                continue;
            };
            if lane.account.current() == Some(due.key) {
                continue;
            }
            recorder.skipped(skipped);
            // After ticks that never came nobody could foresee what is due: that is no miss of the prebuffer.
            if lane.is_hit || between.is_empty() {
                recorder.asked(lane.is_hit);
            }
            let fate = if lane.shown == Some(due.key) {
                Fate::Shown { late }
            } else {
                let is_refused = lane.refused().is_some();
                let cause = if is_refused {
                    Cause::Upload
                } else {
                    cause(&self.player, index, due.key, !between.is_empty())
                };
                lane.lag_cause = cause;
                Fate::Missing {
                    cause,
                    // What failed does not come any more; what the device refuses would only keep slots from those that
                    // are due when it takes frames again.
                    stays_owed: layer.frame_policy == FramePolicy::Nearest
                        && !is_refused
                        && !self.player.has_failed(index, due.key),
                }
            };
            lane.became_due(due.key, fate, recorder);
        }
        self.state.between = between;
    }

    /// Notes for how long each layer's pictures stay: once for each canvas frame, what was on screen at its end. Ticks may
    /// come more often, as on a quicker display or when a frame arrives.
    pub(super) fn note_cadence(&mut self, now: &Now) {
        let project = Arc::clone(&self.project);
        let canvas = project.canvas.frame_rate;
        let interval = canvas.frame_duration();
        // Ticks stand for moments that are a hair less than a canvas frame apart where rates are no whole flicks.
        let tolerance = interval.scaled(0.125);
        let since = self.state.since_picture + now.elapsed;
        let ended = (since + tolerance).div_euclid(interval).max(0);
        self.state.since_picture = if now.is_counted {
            since - interval.scaled(ended as f64)
        } else {
            Time::ZERO
        };
        let speed = self.transport.speed();
        for index in 0..self.lanes.len() {
            let seen = self.seen(index, now, speed);
            let lane = &mut self.lanes[index];
            let before = std::mem::replace(&mut lane.seen, seen);
            if let Some(Seen {
                frame,
                media,
                speed,
            }) = before.filter(|_| ended > 0)
            {
                lane.cadence.push(frame, media, canvas, speed);
                // Ticks that never came showed what was there before.
                for _ in 1..ended {
                    lane.cadence.stay();
                }
            }
            if lane.seen.is_none() {
                lane.cadence.interrupt();
            }
        }
    }

    /// What a lane has on screen while it plays steadily.
    fn seen(&self, index: usize, now: &Now, speed: f64) -> Option<Seen> {
        let lane = &self.lanes[index];
        if !now.is_counted || lane.awaiting.is_some() {
            return None;
        }
        let (due, shown) = (lane.due?, lane.shown?);
        let layer = self.project.layer(lane.layer?)?;
        let clip = layer.clips.iter().find(|clip| clip.id == due.clip)?;
        let source = self.library.by_source(shown.source)?;
        Some(Seen {
            frame: shown.frame,
            media: source.media.facts.timing.rate(),
            speed: speed * clip.speed,
        })
    }

    /// How many frames of a lane became due and were over between two ticks, and why the one due now is late if it is:
    /// because it became due there, or because the layer is behind.
    pub(super) fn skipped(
        &self,
        index: usize,
        layer: &Layer,
        between: &[Time],
    ) -> (u64, Option<Cause>) {
        let lane = &self.lanes[index];
        let due_now = lane.due.map(|due| due.key);
        if layer.frame_policy == FramePolicy::NeverSkip && lane.account.current().is_some() {
            // It falls behind instead.
            return (0, (lane.lag > Time::ZERO).then_some(lane.lag_cause));
        }
        let mut last = lane.account.current();
        let mut skipped = 0;
        for playhead in between {
            let key = self.due_at(index, layer, *playhead).map(|due| due.key);
            if key != last && key.is_some() && key != due_now {
                skipped += 1;
            }
            last = key;
        }
        let is_overdue = due_now.is_some() && last == due_now && lane.account.current() != due_now;
        let is_overdue = is_overdue && !between.is_empty();
        (skipped, is_overdue.then_some(Cause::Present))
    }
}

/// What a due frame that is not there is blamed on. One that nobody asked for after ticks that never came could not
/// have been foreseen: drawing is to blame.
fn cause(player: &Player, lane: usize, key: FrameKey, is_after_gap: bool) -> Cause {
    match player.stage(lane, key) {
        _ if is_after_gap => Cause::Present,
        Some(Stage::Decoding) => Cause::Decode,
        Some(Stage::Waiting) | None if player.is_decoding_behind(lane) => Cause::Decode,
        Some(Stage::Waiting | Stage::Reading) | None => Cause::Read,
    }
}
