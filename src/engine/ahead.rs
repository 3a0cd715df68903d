//! Asking for frames before they are due.

use std::sync::Arc;

use super::Engine;
use super::tick::Now;
use crate::playback::player::Plan;
use crate::playback::{FrameKey, Wanted};
use crate::project::Layer;
use crate::time::Time;
use crate::transport::schedule::{self, Lookahead};

impl Engine {
    /// Asks for what a lane needs next.
    pub(super) fn plan(&mut self, index: usize, now: &Now) {
        let project = Arc::clone(&self.project);
        let Some(layer) = self.lanes[index].layer.and_then(|id| project.layer(id)) else {
            return;
        };
        if !self.options.playback.reads_ahead {
            return;
        }
        let mut wanted = std::mem::take(&mut self.lanes[index].wanted);
        wanted.clear();
        let missing = self.missing(index);
        if let Some(key) = missing {
            // Before everything that is merely due soon.
            let deadline = now.moment - Time::from_seconds(1);
            wanted.push(Wanted { key, deadline });
        }
        if !now.is_scrubbing {
            self.add_upcoming(index, layer, now, &mut wanted);
        }
        let plan = Plan {
            wanted: &wanted,
            is_urgent: missing.is_some(),
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

    pub(super) fn add_upcoming(
        &mut self,
        index: usize,
        layer: &Layer,
        now: &Now,
        wanted: &mut Vec<Wanted>,
    ) {
        let mut upcoming = std::mem::take(&mut self.state.upcoming);
        let voice = self.voice(index);
        let count = self.player.slots(index);
        let stride = self.state.stride.steady_frames();
        let moment = now.moment - self.lanes[index].lag;
        let ahead = Lookahead {
            course: self.transport.course(moment, &now.bounds),
            stride,
            skipped: if stride > 1 || !now.is_playing {
                0
            } else {
                self.skipped_ahead(count)
            },
        };
        schedule::upcoming(
            layer,
            voice,
            &ahead,
            count,
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
        let shown = self.lanes[index].shown;
        for next in &upcoming {
            if let Some(source) = self.library.source(next.frame.media) {
                let key = FrameKey {
                    source: source.id,
                    frame: next.frame.frame,
                };
                // What the texture holds need not be fetched, unless something else is shown in between.
                let is_needed = shown != Some(key) || !wanted.is_empty();
                if is_needed && wanted.iter().all(|wanted| wanted.key != key) {
                    wanted.push(Wanted {
                        key,
                        deadline: now.moment + next.due_in,
                    });
                }
            }
        }
        self.state.upcoming = upcoming;
    }

    /// How many pictures from now on need not be had: none; or, where drawing is slower than the canvas and skips frames
    /// unevenly, so many that the moment of the next tick lies in the middle of those that are.
    fn skipped_ahead(&self, count: usize) -> u32 {
        let ahead = self.state.stride.usual_frames() - 1 - count as i64 / 2;
        u32::try_from(ahead).unwrap_or(0)
    }
}
