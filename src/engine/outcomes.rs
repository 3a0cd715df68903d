//! Counting the outcome of each frame that became due.

use super::deck::{CadenceSample, Deck};
use super::due::due_at;
use super::frame_ledger::DueOutcome;
use super::live_follow::count_missed;
use super::parts::Parts;
use super::tick_state::TickContext;
use crate::playback::slot::Stage;
use crate::playback::{DeckId, FrameKey, Player};
use crate::project::{FramePolicy, Layer};
use crate::stats::Cause;
use crate::stats::cadence::CadencePicture;
use crate::time::Time;

/// Counts the outcome of each frame of a deck that became due since the last tick.
pub(super) fn count_outcomes(deck: &mut Deck, context: &TickContext, parts: &mut Parts) {
    let Some(layer) = context.layer(deck).filter(|_| context.is_counted) else {
        return;
    };
    if deck.due.is_some() {
        deck.fill.0 += parts.player.ring(deck.id).ready_keys().count() as u64;
        deck.fill.1 += 1;
        let slots = parts.player.slots(deck.id);
        let (fewest, most) = deck.depth.unwrap_or((slots, slots));
        deck.depth = Some((fewest.min(slots), most.max(slots)));
    }
    deck.even_reading.pass(context.elapsed);
    // What was not foreseen is waited for without blame.
    if deck.awaiting.is_some() {
        deck.even_reading.interrupt();
        return;
    }
    let (skipped, late) = skipped(deck, layer, context, parts);
    if count_missed(deck, context, parts) {
        // What went by while nothing was drawn does not come back, whatever the source does from here on.
        if let Some(recorder) = parts.recorder(deck) {
            recorder.skipped(skipped);
        }
        return;
    }
    let outcome = deck
        .due
        .filter(|due| deck.ledger.current() != Some(due.key))
        .map(|due| (due.key, outcome(deck, due.key, late, layer, parts)));
    // After ticks that never came nobody could foresee what is due: that is no miss of the prebuffer.
    let is_asked = deck.is_hit || parts.state.between.is_empty();
    let is_due_as_before = deck.due.is_some() && outcome.is_none();
    if is_due_as_before {
        return;
    }
    let became_due = skipped + u64::from(outcome.is_some());
    let due_evenly = due_evenly(deck, became_due, context, parts);
    let Some(recorder) = parts.recorder(deck) else {
        return;
    };
    recorder.counts.due_evenly += due_evenly;
    recorder.skipped(skipped);
    if let Some((key, outcome)) = outcome {
        if is_asked {
            // Of a live source's frame that came late it is known only now that it is this one.
            let is_hit = deck.is_hit && !(deck.is_live && late.is_some());
            recorder.asked(is_hit);
        }
        if let DueOutcome::Missing { cause, .. } = outcome {
            deck.lag_cause = cause;
        }
        deck.ledger.became_due(key, outcome, recorder);
    }
}

/// Number of frames that would have become due since the last one did if the file were read at an even rate; at least
/// those that did.
fn due_evenly(deck: &mut Deck, became_due: u64, context: &TickContext, parts: &Parts) -> u64 {
    let Some(due) = deck.due else {
        return became_due;
    };
    let before = deck.ledger.current();
    let is_same_clip = deck.counted_clip.replace(due.clip) == Some(due.clip);
    let source = parts.library.by_source(due.key.source);
    // Frames of a live source come when they come.
    let is_live = source.is_some_and(|source| source.video.facts.is_live());
    let before = before.filter(|before| before.source == due.key.source);
    let Some(before) = before.filter(|_| is_same_clip && !is_live) else {
        deck.even_reading.interrupt();
        return became_due;
    };
    let (reading, interval) = (&mut deck.even_reading, context.interval);
    reading
        .step(before.frame, due.key.frame, interval)
        .max(became_due)
}

/// The outcome of a frame that is due anew.
fn outcome(
    deck: &Deck,
    due: FrameKey,
    late: Option<Cause>,
    layer: &Layer,
    parts: &Parts,
) -> DueOutcome {
    if deck.shown == Some(due) {
        return DueOutcome::Shown { late };
    }
    let is_refused = deck.refusal_of(due.source).is_some();
    let cause = if is_refused {
        Cause::Upload
    } else if deck.is_live {
        Cause::Source
    } else {
        cause(&parts.player, deck.id, due, !parts.state.between.is_empty())
    };
    DueOutcome::Missing {
        cause,
        // What failed does not come any more; what the device refuses would only keep slots from those that are due when
        // it takes frames again.
        stays_overdue: layer.frame_policy == FramePolicy::Nearest
            && !is_refused
            && !parts.player.has_failed(deck.id, due),
    }
}

/// The cause of a due frame's not being there. One that nobody asked for after ticks that never came could not have
/// been foreseen: drawing is to blame.
fn cause(player: &Player, deck: DeckId, key: FrameKey, is_after_gap: bool) -> Cause {
    match player.stage(deck, key) {
        _ if is_after_gap => Cause::Present,
        Some(Stage::Decoding) => Cause::Decode,
        Some(Stage::Waiting) | None if player.is_decoding_behind(deck) => Cause::Decode,
        Some(Stage::Waiting | Stage::Reading) | None => Cause::Read,
    }
}

/// Frames of a deck that became due and were over between two ticks, and why the one due now is late if it is: because it
/// became due there, or because the layer is behind.
fn skipped(
    deck: &Deck,
    layer: &Layer,
    context: &TickContext,
    parts: &Parts,
) -> (u64, Option<Cause>) {
    if let Some(hold) = deck.hold {
        // It stands still, and is on time again from there.
        return (0, hold.late());
    }
    let due_now = deck.due.map(|due| due.key);
    let current = deck.ledger.current();
    let skips_nothing = layer.frame_policy == FramePolicy::NeverSkip && !deck.is_live;
    if skips_nothing && current.is_some() {
        // It falls behind instead.
        return (0, (deck.lag > Time::ZERO).then_some(deck.lag_cause));
    }
    let mut last = current;
    let mut skipped = 0;
    let before = context.presentation_time - context.elapsed - deck.lag;
    for (tick, playhead) in (1_u32..).zip(&parts.state.between) {
        let playhead = if deck.lag == Time::ZERO {
            *playhead
        } else {
            let at = before + context.interval.scaled(f64::from(tick));
            let playhead = parts.transport.playhead_at(at, &context.bounds);
            context.bounds.snap(playhead)
        };
        let key = due_at(deck, layer, playhead, &parts.library).map(|due| due.key);
        if key != last && key.is_some() && key != due_now {
            skipped += 1;
        }
        last = key;
    }
    // Due already at a tick that never came, and not counted yet.
    let is_late = due_now.is_some()
        && last == due_now
        && current != due_now
        && !parts.state.between.is_empty();
    (skipped, is_late.then_some(Cause::Present))
}

/// Notes the time for which each deck's pictures stay: once for each canvas frame, what was on screen at its end. Ticks may
/// come more often, as on a quicker display or when a frame arrives.
pub(super) fn note_cadence(decks: &mut [Deck], context: &TickContext, parts: &mut Parts) {
    // Ticks stand for times that are a hair less than a canvas frame apart where rates are no whole flicks.
    let tolerance = context.interval.scaled(0.125);
    let since = parts.state.since_picture + context.elapsed;
    let ended = (since + tolerance).div_euclid(context.interval).max(0);
    parts.state.since_picture = if context.is_counted {
        since - context.interval.scaled(ended as f64)
    } else {
        Time::ZERO
    };
    let canvas = context.project.canvas.frame_rate;
    for deck in decks {
        let sample = cadence_sample(deck, context, parts);
        let before = std::mem::replace(&mut deck.cadence_sample, sample);
        if let Some(before) = before.filter(|_| ended > 0) {
            let CadenceSample {
                picture,
                media,
                speed,
            } = before;
            let error = deck.cadence.push(picture, media, canvas, speed);
            if let Some((error, recorder)) = error.zip(parts.recorder(deck)) {
                recorder.cadence.record_error(error);
            }
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

/// The picture that a deck has on screen while it plays steadily.
fn cadence_sample(deck: &Deck, context: &TickContext, parts: &Parts) -> Option<CadenceSample> {
    if !context.is_counted || deck.awaiting.is_some() {
        return None;
    }
    let (due, shown) = (deck.due?, deck.shown?);
    let layer = context.layer(deck)?;
    let clip = layer.clips.iter().find(|clip| clip.id == due.clip)?;
    let source = parts.library.by_source(shown.source)?;
    let timing = &source.video.facts.timing;
    Some(CadenceSample {
        picture: CadencePicture {
            frame: shown.frame,
            begin: timing.is_variable().then(|| timing.time_of(shown.frame)),
        },
        media: timing.rate(),
        speed: parts.transport.speed() * clip.speed,
    })
}
