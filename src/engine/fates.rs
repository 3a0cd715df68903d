//! Telling the fate of each frame that became due.

use std::sync::Arc;

use super::Engine;
use super::lane::Fate;
use super::tick::Now;
use crate::playback::job::Stage;
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
            lane.account.finish(recorder);
            recorder.skipped(skipped);
            // After ticks that never came nobody could foresee what is due: that is no miss of the prebuffer.
            if lane.is_hit || between.is_empty() {
                recorder.asked(lane.is_hit);
            }
            let fate = if lane.shown == Some(due.key) {
                Fate::Shown { late }
            } else {
                let stage = self.player.stage(index, due.key);
                let cause = cause(stage, !between.is_empty());
                lane.lag_cause = cause;
                Fate::Missing(cause)
            };
            lane.became_due(due.key, fate, recorder);
        }
        self.state.between = between;
    }

    /// Notes for how long each layer's pictures stay.
    pub(super) fn note_cadence(&mut self, now: &Now) {
        let project = Arc::clone(&self.project);
        let canvas = project.canvas.frame_rate;
        let speed = self.transport.speed();
        for index in 0..self.lanes.len() {
            let lane = &self.lanes[index];
            let layer = lane.layer.and_then(|id| project.layer(id));
            let clip = lane
                .due
                .zip(layer)
                .and_then(|(due, layer)| layer.clips.iter().find(|clip| clip.id == due.clip));
            let media = lane
                .shown
                .and_then(|shown| self.library.by_source(shown.source))
                .map(|source| source.media.facts.timing.rate());
            let is_steady = now.is_counted && lane.awaiting.is_none();
            let lane = &mut self.lanes[index];
            match (lane.shown, media, clip) {
                (Some(shown), Some(media), Some(clip)) if is_steady => {
                    // Ticks that never came showed what was there before.
                    for _ in 0..self.state.between.len() {
                        lane.cadence.stay();
                    }
                    let speed = speed * clip.speed;
                    lane.cadence.push(shown.frame, media, canvas, speed);
                }
                _ => lane.cadence.interrupt(),
            }
        }
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
fn cause(stage: Option<Stage>, is_after_gap: bool) -> Cause {
    match stage {
        _ if is_after_gap => Cause::Present,
        Some(Stage::Decoding) => Cause::Decode,
        Some(Stage::Reading) | None => Cause::Read,
    }
}
