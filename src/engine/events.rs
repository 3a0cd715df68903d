//! What of a tick is worth a line in the log.

use super::Engine;
use super::tick::TickContext;
use crate::playback::FrameKey;
use crate::stats::{CauseCounts, Counts};
use crate::status::events::{EventKind, LogLine};
use crate::time::{FLICKS_PER_SECOND, Time};

/// Misses in a row from which on they are reported of as such.
const MISSES_IN_A_ROW: u64 = 3;

/// Ticks that never came from which on drawing stalled.
const STALL_TICKS: usize = 4;

/// For how long a layer must have shown nothing new of what is due to count as stalled.
const STALL: Time = Time::from_flicks(FLICKS_PER_SECOND / 4);

/// What the last tick knew of a deck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogState {
    counts: Counts,
    misses_in_a_row: u64,
    /// What was on screen, and for how long it was not what is due.
    shown: Option<FrameKey>,
    stands_for: Time,
}

impl Engine {
    /// Tells of drops, misses in a row, jumps and stalls.
    pub(super) fn note_events(&mut self, context: &TickContext) {
        let at = |kind| LogLine {
            time: context.clock,
            kind,
            playhead: Some(context.playhead),
            count: 1,
            ..LogLine::default()
        };
        if context.is_jump && !context.is_scrubbing {
            let target = context.playhead.seconds();
            self.snapshot_builder
                .event(at(EventKind::Seek), || format!("To {target:.2} s"));
        }
        if self.state.between.len() >= STALL_TICKS {
            let pictures = self.state.between.len();
            self.snapshot_builder.event(at(EventKind::Stall), || {
                format!("Nothing was drawn for {pictures} pictures")
            });
        }
        for index in 0..self.decks.len() {
            if let Some(line) = self.stalled(index, context) {
                self.snapshot_builder.event(line, || {
                    "Shows nothing new: what is due does not come".to_owned()
                });
            }
            // A layer's first deck has the counts of all.
            let Some(layer) = self
                .layer_index(self.decks[index].layer)
                .filter(|_| self.decks[index].first_deck == index)
            else {
                continue;
            };
            let counts = self.recorders[index].counts;
            let deck = &mut self.decks[index];
            // After a reset there is less than was reported of.
            let before = if counts.due < deck.log_state.counts.due {
                Counts::default()
            } else {
                deck.log_state.counts
            };
            deck.log_state.counts = counts;
            if counts.hits > before.hits {
                deck.log_state.misses_in_a_row = 0;
            } else {
                deck.log_state.misses_in_a_row += counts.asked.saturating_sub(before.asked);
            }
            let has_missed = counts.asked > before.asked;
            let is_row = has_missed && deck.log_state.misses_in_a_row == MISSES_IN_A_ROW;
            let lost = counts.lost().saturating_sub(before.lost());
            if is_row {
                let line = LogLine {
                    layer: Some(layer),
                    ..at(EventKind::Miss)
                };
                self.snapshot_builder.event(line, || {
                    format!(
                        "{MISSES_IN_A_ROW} or more due frames in a row were not in the prebuffer"
                    )
                });
            }
            if lost > 0 {
                self.snapshot_builder.lost(layer, lost, context.playhead);
                let line = LogLine {
                    layer: Some(layer),
                    count: lost,
                    ..at(EventKind::Drop)
                };
                let cause = main_cause(counts.causes, before.causes);
                self.snapshot_builder
                    .event(line, || format!("Not shown on time, because of {cause}"));
            }
        }
    }
}

impl Engine {
    /// The line about a deck that stands still since [`STALL`], once.
    fn stalled(&mut self, index: usize, context: &TickContext) -> Option<LogLine> {
        let is_missing = context.is_playing && self.missing(index).is_some();
        let layer = self.layer_index(self.decks[index].layer);
        let deck = &mut self.decks[index];
        let log_state = &mut deck.log_state;
        if !is_missing || log_state.shown != deck.shown {
            log_state.shown = deck.shown;
            log_state.stands_for = Time::ZERO;
            return None;
        }
        let before = log_state.stands_for;
        log_state.stands_for = before + context.elapsed;
        (before < STALL && log_state.stands_for >= STALL).then(|| LogLine {
            time: context.clock,
            kind: EventKind::Stall,
            layer,
            playhead: Some(context.playhead),
            count: 1,
            ..LogLine::default()
        })
    }
}

/// What most of the frames lost since were lost to.
fn main_cause(now: CauseCounts, before: CauseCounts) -> &'static str {
    [
        (now.read.saturating_sub(before.read), "reading"),
        (now.decode.saturating_sub(before.decode), "decoding"),
        (now.upload.saturating_sub(before.upload), "uploading"),
        (now.present.saturating_sub(before.present), "drawing"),
    ]
    .into_iter()
    .max_by_key(|(count, _)| *count)
    .map_or("nothing known", |(_, name)| name)
}
