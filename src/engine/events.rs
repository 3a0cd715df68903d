//! Events of a tick that are worth a line in the log.

use super::deck::Deck;
use super::layer_state::LayerState;
use super::parts::Parts;
use super::snapshot_builder::SnapshotBuilder;
use super::tick_state::TickContext;
use crate::stats::{CauseCounts, Counts};
use crate::status::events::{EventKind, LogLine};
use crate::time::{FLICKS_PER_SECOND, Time};

/// Misses in a row from which on they are logged as such.
const MISSES_IN_A_ROW: u64 = 3;

/// Ticks that never came from which on drawing stalled.
const STALL_TICKS: usize = 4;

/// Time for which a layer must have shown nothing new of what is due to count as stalled.
const STALL: Time = Time::from_flicks(FLICKS_PER_SECOND / 4);

/// Logs drops, misses in a row, jumps and stalls.
pub(super) fn note_events(decks: &mut [Deck], context: &TickContext, parts: &mut Parts) {
    if context.is_jump && !context.is_scrubbing {
        let line = line(EventKind::Seek, context);
        parts
            .snapshot
            .event(line, || "The playhead jumped".to_owned());
    }
    if parts.state.between.len() >= STALL_TICKS {
        let pictures = parts.state.between.len();
        parts.snapshot.event(line(EventKind::Stall, context), || {
            format!("No picture was drawn while {pictures} were due")
        });
    }
    for deck in decks {
        let Some(layer) = deck.layer else {
            continue;
        };
        if has_stalled(deck, context) {
            let line = LogLine {
                layer: Some(layer),
                ..line(EventKind::Stall, context)
            };
            parts.snapshot.event(line, || {
                "The picture stands still: the frames that are due do not come".to_owned()
            });
        }
        let state = parts.layers.get_mut(layer);
        if let Some(state) = state.filter(|state| state.first_deck == deck.id) {
            note_losses(layer, state, context, &mut parts.snapshot);
        }
    }
}

/// Logs where files are read in another way than before.
pub(super) fn note_reading(decks: &mut [Deck], now: Time, parts: &mut Parts) {
    for deck in decks {
        let source = deck.last_source.and_then(|id| parts.library.by_source(id));
        let Some(source) = source else {
            continue;
        };
        let reading = source.video.reading();
        let before = deck.reading.replace((source.id, reading.backend));
        if before.is_some_and(|(id, backend)| id == source.id && backend != reading.backend) {
            // All files on a disk change over together, with the same words: they make one line.
            let text = reading.why.to_string();
            parts.snapshot.log(now, EventKind::Note, text);
        }
    }
}

/// An event of this tick.
fn line(kind: EventKind, context: &TickContext) -> LogLine {
    LogLine {
        time: context.clock,
        kind,
        playhead: Some(context.playhead),
        count: 1,
        ..LogLine::default()
    }
}

/// Logs what a layer lost since the last tick.
fn note_losses(
    layer: usize,
    state: &mut LayerState,
    context: &TickContext,
    snapshot: &mut SnapshotBuilder,
) {
    let (counts, log) = (state.recorder.counts, &mut state.loss_log);
    // After a reset there is less than was logged.
    let before = if counts.due < log.counts.due {
        Counts::default()
    } else {
        log.counts
    };
    log.counts = counts;
    if counts.hits > before.hits {
        log.misses_in_a_row = 0;
    } else {
        log.misses_in_a_row += counts.asked.saturating_sub(before.asked);
    }
    let of_layer = |kind| LogLine {
        layer: Some(layer),
        ..line(kind, context)
    };
    let has_missed = counts.asked > before.asked;
    // Once for each row, when it becomes one.
    if has_missed && log.misses_in_a_row == MISSES_IN_A_ROW {
        snapshot.event(of_layer(EventKind::Miss), || {
            format!("The prebuffer ran empty: {MISSES_IN_A_ROW} or more due frames in a row were missing")
        });
    }
    let lost = counts.lost().saturating_sub(before.lost());
    if lost > 0 {
        snapshot.add_losses(layer, lost, context.playhead);
        let line = LogLine {
            count: lost,
            ..of_layer(EventKind::Drop)
        };
        let cause = main_cause(counts.causes, before.causes);
        snapshot.event(line, || {
            format!("Frames were not shown on time, because of {cause}")
        });
    }
}

/// True if a deck has stood still for [`STALL`] as of this tick; said once.
fn has_stalled(deck: &mut Deck, context: &TickContext) -> bool {
    let is_missing = context.is_playing && deck.missing().is_some();
    let stall = &mut deck.stall;
    if !is_missing || stall.shown != deck.shown {
        (stall.shown, stall.lasted) = (deck.shown, Time::ZERO);
        return false;
    }
    let before = stall.lasted;
    stall.lasted = before + context.elapsed;
    before < STALL && stall.lasted >= STALL
}

/// The cause of most of the frames lost since.
fn main_cause(now: CauseCounts, before: CauseCounts) -> &'static str {
    [
        (now.read.saturating_sub(before.read), "reading"),
        (now.decode.saturating_sub(before.decode), "decoding"),
        (now.upload.saturating_sub(before.upload), "uploading"),
        (now.present.saturating_sub(before.present), "drawing"),
        (now.source.saturating_sub(before.source), "the source"),
    ]
    .into_iter()
    .max_by_key(|(count, _)| *count)
    .map_or("nothing known", |(_, name)| name)
}
