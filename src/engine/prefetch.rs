//! Asking for frames before they are due.

use std::sync::Arc;

use super::Engine;
use super::options::Pace;
use super::tick::TickContext;
use crate::playback::DeckId;
use crate::playback::PrefetchRequest;
use crate::playback::{FrameKey, ScheduledFrame, Urgency};
use crate::project::{FramePolicy, Layer};
use crate::time::Time;
use crate::transport::schedule::{self, Lookahead};

/// How far ahead of its being due a frame is asked for at most, however slow the disk.
const MAX_LEAD: Time = Time::from_seconds(1);

impl Engine {
    /// Asks for what a deck needs next.
    pub(super) fn prefetch(&mut self, index: usize, context: &TickContext) {
        let project = Arc::clone(&self.project);
        let Some(layer) = self.decks[index].layer.and_then(|id| project.layer(id)) else {
            return;
        };
        if !self.options.playback.reads_ahead {
            return;
        }
        let mut wanted = std::mem::take(&mut self.decks[index].wanted);
        wanted.clear();
        let lead = self.lead(index, layer, context);
        if !context.is_scrubbing {
            self.look_ahead(index, layer, lead, context);
        }
        let missing = self.missing(index);
        let urgency = match missing {
            None => Urgency::Ahead,
            Some(_) if self.is_awaited_at_once(index, layer, context) => Urgency::Awaited,
            Some(_) => Urgency::Missed,
        };
        let interval = self.project.canvas.frame_rate.frame_duration();
        match (missing, urgency) {
            (Some(key), Urgency::Awaited) => {
                // Before everything that is merely due soon.
                let deadline = context.presentation_time - Time::from_seconds(1);
                wanted.push(ScheduledFrame { key, deadline });
            }
            // By the next picture, if it can be had while it is still due.
            (Some(key), _)
                if self.is_due_for(lead) || self.player.ring(DeckId(index)).is_begun(key) =>
            {
                let deadline = context.presentation_time + interval;
                wanted.push(ScheduledFrame { key, deadline });
            }
            _ => {}
        }
        let is_first_wanted = !wanted.is_empty();
        if !context.is_scrubbing {
            self.add_upcoming(index, lead, context, &mut wanted);
        }
        let request = PrefetchRequest {
            wanted: &wanted,
            urgency: if is_first_wanted {
                urgency
            } else {
                Urgency::Ahead
            },
            late: self.decks[index].ledger.overdue(),
            lead,
            is_pressed: lead > interval,
            // Where a proxy follows the drag, only the newest exact frame is worth finishing.
            is_scrubbing: context.is_scrubbing && !self.has_proxy(index),
        };
        let library = &self.library;
        self.player.prefetch(
            DeckId(index),
            request,
            &|id| library.by_source(id).cloned(),
            self.target.pool(),
        );
        self.decks[index].wanted = wanted;
    }

    /// How long before it is due a frame of a deck has to be begun. Zero where every frame is waited for.
    fn lead(&self, index: usize, layer: &Layer, context: &TickContext) -> Time {
        if self.is_awaited_at_once(index, layer, context) {
            return Time::ZERO;
        }
        self.player.lead(DeckId(index)).min(MAX_LEAD)
    }

    /// Whether a deck waits for the frame that is due, rather than going on with a later one: at rest and after a jump,
    /// where nothing is skipped, and where a tick stands for the next frame whenever it comes.
    fn is_awaited_at_once(&self, index: usize, layer: &Layer, context: &TickContext) -> bool {
        !context.is_playing
            || context.is_scrubbing
            || self.options.pace == Pace::EveryFrame
            || self.decks[index].awaiting.is_some()
            || layer.frame_policy == FramePolicy::NeverSkip
    }

    /// Whether what is due stays so for longer than this, by what was found to come next.
    fn is_due_for(&self, time: Time) -> bool {
        let next = self.state.upcoming.first();
        next.is_none_or(|next| next.due_in > time)
    }

    /// Finds the frames that a deck shows next: as many as it has slots, from where reading can be in time.
    fn look_ahead(&mut self, index: usize, layer: &Layer, lead: Time, context: &TickContext) {
        let mut upcoming = std::mem::take(&mut self.state.upcoming);
        let side = self.side(index);
        let slots = self.player.slots(DeckId(index));
        let stride = self.state.stride.steady_frames();
        let moment = context.presentation_time - self.decks[index].lag;
        let ahead = Lookahead {
            course: self.transport.course(moment, &context.bounds),
            stride,
            skipped: if stride > 1 || !context.is_playing {
                0
            } else {
                self.skipped_ahead(slots)
            },
        };
        let out_of_reach = self.project.canvas.frame_rate.frame_at(lead);
        schedule::upcoming(
            layer,
            side,
            &ahead,
            slots + usize::try_from(out_of_reach).unwrap_or(0),
            &|media| self.timing(media),
            &mut upcoming,
        );
        if self.decks[index].due.is_none() {
            // A deck whose clip is not on yet has its share of the memory from here on, one with none to come has none.
            let first = upcoming.first().map(|next| next.frame.media);
            let source = first.and_then(|media| self.library.source(media));
            let bytes = source.map_or(0, |source| source.media.layout.bytes);
            self.player.set_frame_bytes(DeckId(index), bytes);
        }
        self.state.upcoming = upcoming;
    }

    /// Adds what was found to come next, but for what no worker has begun that can be there in time no more: its slot is
    /// for something that can.
    fn add_upcoming(
        &self,
        index: usize,
        lead: Time,
        context: &TickContext,
        wanted: &mut Vec<ScheduledFrame>,
    ) {
        let shown = self.decks[index].shown;
        let ring = self.player.ring(DeckId(index));
        for next in &self.state.upcoming {
            let Some(source) = self.library.source(next.frame.media) else {
                continue;
            };
            let key = FrameKey {
                source: source.id,
                frame: next.frame.frame,
            };
            let is_in_reach = next.due_in >= lead || ring.is_begun(key);
            // What the texture holds need not be fetched, unless something else is shown in between.
            let is_needed = shown != Some(key) || !wanted.is_empty();
            if is_in_reach && is_needed && wanted.iter().all(|wanted| wanted.key != key) {
                wanted.push(ScheduledFrame {
                    key,
                    deadline: context.presentation_time + next.due_in,
                });
            }
        }
    }

    /// How many pictures from now on need not be had: none; or, where drawing is slower than the canvas and skips frames
    /// unevenly, so many that the moment of the next tick lies in the middle of those that are.
    fn skipped_ahead(&self, count: usize) -> u32 {
        let ahead = self.state.stride.usual_frames() - 1 - count as i64 / 2;
        u32::try_from(ahead).unwrap_or(0)
    }
}
