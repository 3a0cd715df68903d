//! A tick: what is due, what is ready, what is waited for.

use std::sync::Arc;

use super::Engine;
use super::deck::Due;
use super::gpu_loss::ToldError;
use super::options::Pace;
use super::stride::Stride;
use crate::library::backoff::Backoff;
use crate::playback::{FrameKey, SourceId};
use crate::project::{Layer, LayerId, LayerValues, MediaId};
use crate::time::{MediaTiming, Time};
use crate::transport::schedule::{self, Upcoming};
use crate::transport::{Bounds, opacity_at};

/// Most moments between two ticks that are looked at one by one for frames that were skipped: ten seconds at 60 per
/// second. A longer gap (a machine that slept) is taken for a jump.
const MAX_SKIPPED_TICKS: i64 = 600;

/// What one tick leaves for the next.
#[derive(Default)]
pub(super) struct TickState {
    /// The moment that the last tick while playing stood for.
    pub(super) last_moment: Option<Time>,
    /// When the last tick came.
    pub(super) last_clock: Time,
    /// The number of jumps that the last tick had seen.
    pub(super) jumps_seen: u64,
    /// Canvas frames from one tick to the next.
    pub(super) stride: Stride,
    /// Whether the picture must be composed anew though no layer has a new frame.
    pub(super) is_picture_stale: bool,
    /// Whether reading ahead was switched on, and has not caught up yet.
    pub(super) is_handing_over: bool,
    /// Time played since the counts began.
    pub(super) played: Time,
    /// Time played since the last canvas frame ended.
    pub(super) since_picture: Time,
    /// The error of the graphics device that was told last.
    pub(super) told_error: ToldError,
    /// Whether it was told that the device is gone.
    pub(super) has_told_loss: bool,
    /// When the graphics device is asked again for what it had no memory for.
    pub(super) memory_retry: Option<Backoff>,
    /// Kept to be used again.
    pub(super) upcoming: Vec<Upcoming>,
    /// Kept to be used again: the playhead at moments between the last tick and this one.
    pub(super) between: Vec<Time>,
    /// Files that were opened since the last tick.
    pub(super) opened: Vec<SourceId>,
}

/// What a tick knows before it looks at the layers.
pub(super) struct Now {
    pub(super) clock: Time,
    pub(super) moment: Time,
    pub(super) playhead: Time,
    pub(super) bounds: Bounds,
    /// Whether due frames are counted: playing on from the last tick without a jump.
    pub(super) is_counted: bool,
    /// Time played since the last tick; none after a jump.
    pub(super) elapsed: Time,
    pub(super) is_jump: bool,
    pub(super) is_playing: bool,
    pub(super) is_scrubbing: bool,
}

impl Engine {
    /// Does what is due now: takes up what workers finished, uploads, composes, counts. Never waits on a disk or a
    /// decoder longer than `EngineOptions::miss_wait`.
    pub fn tick(&mut self) {
        self.drawing.poll();
        let is_gpu_lost = self.note_lost_gpu();
        self.take_up_files();
        self.take_up_frames(None);
        let now = self.begin_tick();
        self.deal_clips(now.playhead);
        let mut has_new_picture = self.state.is_picture_stale;
        for index in 0..self.lanes.len() {
            has_new_picture |= self.find_due(index, &now);
            has_new_picture |= self.show_if_ready(index, &now);
            has_new_picture |= self.stand_in(index, &now);
        }
        self.follow_proxies(&now);
        let budget_bytes = self.options.playback.budget_bytes;
        let not_kept = budget_bytes.saturating_sub(self.player.all_kept_bytes());
        self.drawing
            .set_budget(not_kept.max(self.player.circulating_bytes()));
        for index in 0..self.lanes.len() {
            self.plan(index, &now);
        }
        has_new_picture |= match self.options.pace {
            _ if self.reads_in_place() => self.read_in_place(&now),
            Pace::EveryFrame => self.wait_for_all(&now),
            Pace::RealTime => self.wait_for_missing(&now),
        };
        self.note_hand_over();
        self.count_fates(&now);
        for index in 0..self.lanes.len() {
            if self.show_late(index, &now) {
                has_new_picture = true;
                // Its slot is for what is due.
                self.plan(index, &now);
            }
        }
        self.note_cadence(&now);
        self.note_events(&now);
        self.follow_memory(&now);
        has_new_picture |= self.state.is_picture_stale;
        if has_new_picture && !is_gpu_lost {
            self.observer.stir();
            let begin = self.clock.now();
            self.render();
            self.observer.composite.record(self.clock.now() - begin);
        }
        if now.is_counted {
            self.observer.present.record(self.clock.now() - now.moment);
        }
        self.observe(&now);
    }

    pub(super) fn begin_tick(&mut self) -> Now {
        let clock = self.clock.now();
        let bounds = self.bounds();
        let moment = match self.options.pace {
            _ if !self.transport.is_playing() => clock,
            Pace::RealTime => self.pacer.tick(clock),
            Pace::EveryFrame => self.next_moment(clock),
        };
        self.transport.settle(moment, &bounds);
        let is_jump = self.transport.seek_count() != self.state.jumps_seen;
        self.state.jumps_seen = self.transport.seek_count();
        let is_playing = self.transport.is_playing();
        let elapsed = self
            .state
            .last_moment
            .filter(|_| is_playing && !is_jump)
            .map(|last| moment - last);
        let interval = self.project.canvas.frame_rate.frame_duration();
        let ticks = elapsed.map_or(0, |elapsed| {
            (elapsed.seconds() / interval.seconds()).round() as i64
        });
        let is_counted = is_playing && ticks <= MAX_SKIPPED_TICKS;
        self.state.between.clear();
        if let Some(elapsed) = elapsed.filter(|_| is_counted) {
            self.state.played += match self.options.pace {
                Pace::RealTime => elapsed,
                Pace::EveryFrame => clock - self.state.last_clock,
            };
            self.state.stride.note(ticks);
            let last = moment - elapsed;
            for tick in 1..ticks {
                let between = last + interval.scaled(tick as f64);
                self.state
                    .between
                    .push(bounds.snap(self.transport.playhead_at(between, &bounds)));
            }
        }
        self.state.last_moment = is_playing.then_some(moment);
        self.state.last_clock = clock;
        Now {
            clock,
            moment,
            playhead: bounds.snap(self.transport.playhead_at(moment, &bounds)),
            bounds,
            is_counted,
            elapsed: elapsed.filter(|_| is_counted).unwrap_or_default(),
            is_jump,
            is_playing,
            is_scrubbing: self.transport.is_scrubbing(),
        }
    }

    /// Finds what is due on a lane, and how opaque it is. Says whether the picture changes by that alone: something comes
    /// on or goes off, or fades.
    pub(super) fn find_due(&mut self, index: usize, now: &Now) -> bool {
        let project = Arc::clone(&self.project);
        let layer = self.lanes[index].layer.and_then(|id| project.layer(id));
        if let Some(layer) = layer {
            self.follow_lag(index, layer, now);
        }
        let playhead = self.playhead_of(index, now);
        let due = layer.and_then(|layer| self.due_at(index, layer, playhead));
        if let Some(due) = due
            && let Some(source) = self.library.by_source(due.key.source)
        {
            let bytes = source.media.layout.bytes;
            self.player.set_frame_bytes(index, bytes);
        }
        let voice = self.voice(index);
        let lane = &mut self.lanes[index];
        let recorder = &mut self.recorders[lane.home];
        if now.is_jump {
            lane.jump(now.clock, recorder);
        } else if let Some(due) = due
            && lane.due.is_none()
            && self.state.opened.contains(&due.key.source)
        {
            lane.turn(recorder);
        }
        let opacity = layer.map_or(0.0, |layer| opacity_at(layer, voice, now.playhead));
        let values = layer.map_or_else(LayerValues::default, |layer| layer.at(now.playhead));
        let clip = |due: Option<Due>| due.map(|due| due.clip);
        if clip(lane.due) != clip(due) {
            // What was due of another clip does not come back.
            lane.account.give_up_owed(recorder);
        }
        let has_changed =
            clip(lane.due) != clip(due) || lane.opacity != opacity || lane.values != values;
        lane.opacity = opacity;
        lane.values = values;
        lane.due = due;
        if let Some(due) = due {
            lane.last_source = Some(due.key.source);
        } else {
            lane.account.finish(recorder);
            lane.shown_clip = None;
            // A jump into a gap has nothing to wait for.
            lane.awaiting = None;
        }
        has_changed
    }

    pub(super) fn due_at(&self, index: usize, layer: &Layer, playhead: Time) -> Option<Due> {
        let voice = self.voice(index);
        let due = schedule::due(layer, voice, playhead, &|media| self.timing(media))?;
        let source = self.library.source(due.media)?.id;
        Some(Due {
            clip: due.clip,
            start: due.start,
            key: FrameKey {
                source,
                frame: due.frame,
            },
        })
    }

    pub(super) fn timing(&self, media: MediaId) -> Option<&MediaTiming> {
        self.library
            .source(media)
            .map(|source| &source.media.facts.timing)
    }

    pub(super) fn layer_index(&self, layer: Option<LayerId>) -> Option<usize> {
        self.project
            .layers
            .iter()
            .position(|candidate| Some(candidate.id) == layer)
    }
}
