//! Telling the outcome of each frame that became due.

use std::sync::Arc;

use super::Engine;
use super::deck::{CadenceSample, DueOutcome};
use super::tick::TickContext;
use crate::playback::DeckId;
use crate::playback::slot::Stage;
use crate::playback::{FrameKey, Player};
use crate::project::{FramePolicy, Layer};
use crate::stats::Cause;
use crate::time::Time;

impl Engine {
    /// Tells the outcome of each frame that became due since the last tick.
    pub(super) fn count_outcomes(&mut self, context: &TickContext) {
        if !context.is_counted {
            return;
        }
        let project = Arc::clone(&self.project);
        let between = std::mem::take(&mut self.state.between);
        for index in 0..self.decks.len() {
            let Some(layer) = self.decks[index].layer.and_then(|id| project.layer(id)) else {
                continue;
            };
            let ready = self.player.ring(DeckId(index)).ready_keys().count() as u64;
            if self.decks[index].due.is_some() {
                self.decks[index].fill.0 += ready;
                self.decks[index].fill.1 += 1;
            }
            if self.decks[index].awaiting.is_some() {
                continue;
            }
            let (skipped, late) = self.skipped(index, layer, &between);
            let deck = &mut self.decks[index];
            let recorder = &mut self.recorders[deck.first_deck];
            let Some(due) = deck.due else {
                recorder.skipped(skipped);
                continue;
            };
            if deck.ledger.current() == Some(due.key) {
                continue;
            }
            recorder.skipped(skipped);
            // After ticks that never came nobody could foresee what is due: that is no miss of the prebuffer.
            if deck.is_hit || between.is_empty() {
                recorder.asked(deck.is_hit);
            }
            let outcome = if deck.shown == Some(due.key) {
                DueOutcome::Shown { late }
            } else {
                let is_refused = deck.refused().is_some();
                let cause = if is_refused {
                    Cause::Upload
                } else {
                    cause(&self.player, index, due.key, !between.is_empty())
                };
                deck.lag_cause = cause;
                DueOutcome::Missing {
                    cause,
                    // What failed does not come any more; what the device refuses would only keep slots from those that
                    // are due when it takes frames again.
                    stays_overdue: layer.frame_policy == FramePolicy::Nearest
                        && !is_refused
                        && !self.player.has_failed(DeckId(index), due.key),
                }
            };
            deck.became_due(due.key, outcome, recorder);
        }
        self.state.between = between;
    }

    /// Notes for how long each layer's pictures stay: once for each canvas frame, what was on screen at its end. Ticks may
    /// come more often, as on a quicker display or when a frame arrives.
    pub(super) fn note_cadence(&mut self, context: &TickContext) {
        let project = Arc::clone(&self.project);
        let canvas = project.canvas.frame_rate;
        let interval = canvas.frame_duration();
        // Ticks stand for moments that are a hair less than a canvas frame apart where rates are no whole flicks.
        let tolerance = interval.scaled(0.125);
        let since = self.state.since_picture + context.elapsed;
        let ended = (since + tolerance).div_euclid(interval).max(0);
        self.state.since_picture = if context.is_counted {
            since - interval.scaled(ended as f64)
        } else {
            Time::ZERO
        };
        let speed = self.transport.speed();
        for index in 0..self.decks.len() {
            let cadence_sample = self.cadence_sample(index, context, speed);
            let deck = &mut self.decks[index];
            let before = std::mem::replace(&mut deck.cadence_sample, cadence_sample);
            if let Some(CadenceSample {
                frame,
                media,
                speed,
            }) = before.filter(|_| ended > 0)
            {
                deck.cadence.push(frame, media, canvas, speed);
                // Ticks that never came showed what was there before.
                for _ in 1..ended {
                    deck.cadence.stay();
                }
            }
            if deck.cadence_sample.is_none() {
                deck.cadence.interrupt();
            }
        }
    }

    /// What a deck has on screen while it plays steadily.
    fn cadence_sample(
        &self,
        index: usize,
        context: &TickContext,
        speed: f64,
    ) -> Option<CadenceSample> {
        let deck = &self.decks[index];
        if !context.is_counted || deck.awaiting.is_some() {
            return None;
        }
        let (due, shown) = (deck.due?, deck.shown?);
        let layer = self.project.layer(deck.layer?)?;
        let clip = layer.clips.iter().find(|clip| clip.id == due.clip)?;
        let source = self.library.by_source(shown.source)?;
        Some(CadenceSample {
            frame: shown.frame,
            media: source.media.facts.timing.rate(),
            speed: speed * clip.speed,
        })
    }

    /// How many frames of a deck became due and were over between two ticks, and why the one due now is late if it is:
    /// because it became due there, or because the layer is behind.
    pub(super) fn skipped(
        &self,
        index: usize,
        layer: &Layer,
        between: &[Time],
    ) -> (u64, Option<Cause>) {
        let deck = &self.decks[index];
        let due_now = deck.due.map(|due| due.key);
        if layer.frame_policy == FramePolicy::NeverSkip && deck.ledger.current().is_some() {
            // It falls behind instead.
            return (0, (deck.lag > Time::ZERO).then_some(deck.lag_cause));
        }
        let mut last = deck.ledger.current();
        let mut skipped = 0;
        for playhead in between {
            let key = self.due_at(index, layer, *playhead).map(|due| due.key);
            if key != last && key.is_some() && key != due_now {
                skipped += 1;
            }
            last = key;
        }
        let is_overdue = due_now.is_some() && last == due_now && deck.ledger.current() != due_now;
        let is_overdue = is_overdue && !between.is_empty();
        (skipped, is_overdue.then_some(Cause::Present))
    }
}

/// What a due frame that is not there is blamed on. One that nobody asked for after ticks that never came could not
/// have been foreseen: drawing is to blame.
fn cause(player: &Player, deck: usize, key: FrameKey, is_after_gap: bool) -> Cause {
    match player.stage(DeckId(deck), key) {
        _ if is_after_gap => Cause::Present,
        Some(Stage::Decoding) => Cause::Decode,
        Some(Stage::Waiting) | None if player.is_decoding_behind(DeckId(deck)) => Cause::Decode,
        Some(Stage::Waiting | Stage::Reading) | None => Cause::Read,
    }
}
