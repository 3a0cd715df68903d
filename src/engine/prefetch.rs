//! Asking for frames before they are due.

use std::sync::Arc;

use super::Engine;
use super::options::Pace;
use super::tick::Now;
use crate::playback::player::Plan;
use crate::playback::{First, FrameKey, Wanted};
use crate::project::{FramePolicy, Layer};
use crate::time::Time;
use crate::transport::schedule::{self, Lookahead};

/// How far ahead of its being due a frame is asked for at most, however slow the disk.
const MAX_LEAD: Time = Time::from_seconds(1);

impl Engine {
    /// Asks for what a lane needs next.
    pub(super) fn plan(&mut self, index: usize, now: &Now) {
        let project = Arc::clone(&self.project);
        let Some(layer) = self.lanes[index].layer.and_then(|id| project.layer(id)) else {
            return;
        };
        if !self.options.playback.io.reads_ahead() {
            return;
        }
        let mut wanted = std::mem::take(&mut self.lanes[index].wanted);
        wanted.clear();
        let lead = self.lead(index, layer, now);
        if !now.is_scrubbing {
            self.look_ahead(index, layer, lead, now);
        }
        let missing = self.missing(index);
        let first = match missing {
            None => First::Ahead,
            Some(_) if self.is_awaited_at_once(index, layer, now) => First::Awaited,
            Some(_) => First::Missed,
        };
        let interval = self.project.canvas.frame_rate.frame_duration();
        match (missing, first) {
            (Some(key), First::Awaited) => {
                // Before everything that is merely due soon.
                let deadline = now.moment - Time::from_seconds(1);
                wanted.push(Wanted { key, deadline });
            }
            // By the next picture, if it can be had while it is still due.
            (Some(key), _) if self.is_due_for(lead) || self.player.ring(index).is_begun(key) => {
                let deadline = now.moment + interval;
                wanted.push(Wanted { key, deadline });
            }
            _ => {}
        }
        let is_first_wanted = !wanted.is_empty();
        if !now.is_scrubbing {
            self.add_upcoming(index, lead, now, &mut wanted);
        }
        let plan = Plan {
            wanted: &wanted,
            first: if is_first_wanted { first } else { First::Ahead },
            late: self.lanes[index].account.owed(),
            lead,
            is_pressed: lead > interval,
            // Where a proxy follows the drag, only the newest exact frame is worth finishing.
            is_scrubbing: now.is_scrubbing && !self.has_stand_in(index),
        };
        let library = &self.library;
        self.player.plan(
            index,
            plan,
            &|id| library.by_source(id).cloned(),
            self.drawing.pool(),
        );
        self.lanes[index].wanted = wanted;
    }

    /// How long before it is due a frame of a lane has to be begun. Zero where every frame is waited for.
    fn lead(&self, index: usize, layer: &Layer, now: &Now) -> Time {
        if self.is_awaited_at_once(index, layer, now) {
            return Time::ZERO;
        }
        self.player.lead(index).min(MAX_LEAD)
    }

    /// Whether a lane waits for the frame that is due, rather than going on with a later one: at rest and after a jump,
    /// where nothing is skipped, and where a tick stands for the next frame whenever it comes.
    fn is_awaited_at_once(&self, index: usize, layer: &Layer, now: &Now) -> bool {
        !now.is_playing
            || now.is_scrubbing
            || self.options.pace == Pace::EveryFrame
            || self.lanes[index].awaiting.is_some()
            || layer.frame_policy == FramePolicy::NeverSkip
    }

    /// Whether what is due stays so for longer than this, by what was found to come next.
    fn is_due_for(&self, time: Time) -> bool {
        let next = self.state.upcoming.first();
        next.is_none_or(|next| next.due_in > time)
    }

    /// Finds the frames that a lane shows next: as many as it has slots, from where reading can be in time.
    fn look_ahead(&mut self, index: usize, layer: &Layer, lead: Time, now: &Now) {
        let mut upcoming = std::mem::take(&mut self.state.upcoming);
        let voice = self.voice(index);
        let slots = self.player.slots(index);
        let stride = self.state.stride.steady_frames();
        let moment = now.moment - self.lanes[index].lag;
        let ahead = Lookahead {
            course: self.transport.course(moment, &now.bounds),
            stride,
            skipped: if stride > 1 || !now.is_playing {
                0
            } else {
                self.skipped_ahead(slots)
            },
        };
        let out_of_reach = self.project.canvas.frame_rate.frame_at(lead);
        schedule::upcoming(
            layer,
            voice,
            &ahead,
            slots + usize::try_from(out_of_reach).unwrap_or(0),
            &|media| self.timing(media),
            &mut upcoming,
        );
        if self.lanes[index].due.is_none() {
            // A voice whose clip is not on yet has its share of the memory from here on, one with none to come has none.
            let first = upcoming.first().map(|next| next.frame.media);
            let source = first.and_then(|media| self.library.source(media));
            let bytes = source.map_or(0, |source| source.media.layout.bytes);
            self.player.set_frame_bytes(index, bytes);
        }
        self.state.upcoming = upcoming;
    }

    /// Adds what was found to come next, but for what no worker has begun that can be there in time no more: its slot is
    /// for something that can.
    fn add_upcoming(&self, index: usize, lead: Time, now: &Now, wanted: &mut Vec<Wanted>) {
        let shown = self.lanes[index].shown;
        let ring = self.player.ring(index);
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
                wanted.push(Wanted {
                    key,
                    deadline: now.moment + next.due_in,
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
