//! What of a tick is worth a line in the log.

use super::Engine;
use super::tick::Now;
use crate::playback::FrameKey;
use crate::stats::{CauseCounts, Counts};
use crate::status::events::{EventKind, LogLine};
use crate::time::{FLICKS_PER_SECOND, Time};

/// Misses in a row from which on they are told of as such.
const MISSES_IN_A_ROW: u64 = 3;

/// Ticks that never came from which on drawing stalled.
const STALL_TICKS: usize = 4;

/// For how long a layer must have shown nothing new of what is due to count as stalled.
const STALL: Time = Time::from_flicks(FLICKS_PER_SECOND / 4);

/// What the last tick knew of a lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    counts: Counts,
    misses_in_a_row: u64,
    /// What was on screen, and for how long it was not what is due.
    shown: Option<FrameKey>,
    stands_for: Time,
}

impl Engine {
    /// Tells of drops, misses in a row, jumps and stalls.
    pub(super) fn note_events(&mut self, now: &Now) {
        let at = |kind| LogLine {
            time: now.clock,
            kind,
            playhead: Some(now.playhead),
            count: 1,
            ..LogLine::default()
        };
        if now.is_jump && !now.is_scrubbing {
            let target = now.playhead.seconds();
            self.observer
                .event(at(EventKind::Seek), || format!("To {target:.2} s"));
        }
        if self.state.between.len() >= STALL_TICKS {
            let pictures = self.state.between.len();
            self.observer.event(at(EventKind::Stall), || {
                format!("Nothing was drawn for {pictures} pictures")
            });
        }
        for index in 0..self.lanes.len() {
            if let Some(line) = self.stalled(index, now) {
                self.observer.event(line, || {
                    "Shows nothing new: what is due does not come".to_owned()
                });
            }
            // A layer's first voice has the counts of all.
            let Some(layer) = self
                .layer_index(self.lanes[index].layer)
                .filter(|_| self.lanes[index].home == index)
            else {
                continue;
            };
            let counts = self.recorders[index].counts;
            let lane = &mut self.lanes[index];
            // After a reset there is less than was told of.
            let before = if counts.due < lane.told.counts.due {
                Counts::default()
            } else {
                lane.told.counts
            };
            lane.told.counts = counts;
            if counts.hits > before.hits {
                lane.told.misses_in_a_row = 0;
            } else {
                lane.told.misses_in_a_row += counts.asked.saturating_sub(before.asked);
            }
            let has_missed = counts.asked > before.asked;
            let is_row = has_missed && lane.told.misses_in_a_row == MISSES_IN_A_ROW;
            let lost = counts.lost().saturating_sub(before.lost());
            if is_row {
                let line = LogLine {
                    layer: Some(layer),
                    ..at(EventKind::Miss)
                };
                self.observer.event(line, || {
                    format!(
                        "{MISSES_IN_A_ROW} or more due frames in a row were not in the prebuffer"
                    )
                });
            }
            if lost > 0 {
                self.observer.lost(layer, lost, now.playhead);
                let line = LogLine {
                    layer: Some(layer),
                    count: lost,
                    ..at(EventKind::Drop)
                };
                let cause = main_cause(counts.causes, before.causes);
                self.observer
                    .event(line, || format!("Not shown on time, because of {cause}"));
            }
        }
    }
}

impl Engine {
    /// The line about a lane that stands still since [`STALL`], once.
    fn stalled(&mut self, index: usize, now: &Now) -> Option<LogLine> {
        let is_missing = now.is_playing && self.missing(index).is_some();
        let layer = self.layer_index(self.lanes[index].layer);
        let lane = &mut self.lanes[index];
        let told = &mut lane.told;
        if !is_missing || told.shown != lane.shown {
            told.shown = lane.shown;
            told.stands_for = Time::ZERO;
            return None;
        }
        let before = told.stands_for;
        told.stands_for = before + now.elapsed;
        (before < STALL && told.stands_for >= STALL).then(|| LogLine {
            time: now.clock,
            kind: EventKind::Stall,
            layer,
            playhead: Some(now.playhead),
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
