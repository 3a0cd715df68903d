//! A tick: what is due, what is ready, what is waited for.

use std::sync::Arc;

use super::Engine;
use super::deck::Due;
use super::gpu_loss::ErrorThrottle;
use super::options::Pace;
use super::stride::Stride;
use crate::library::backoff::Backoff;
use crate::playback::DeckId;
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
    pub(super) last_presentation: Option<Time>,
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
    /// The error of the graphics device that was reported last.
    pub(super) error_throttle: ErrorThrottle,
    /// Whether it was reported that the device is gone.
    pub(super) is_loss_logged: bool,
    /// When the graphics device is asked again for what it had no memory for.
    pub(super) memory_retry: Option<Backoff>,
    /// Reused from tick to tick.
    pub(super) upcoming: Vec<Upcoming>,
    /// Reused from tick to tick: the playhead at moments between the last tick and this one.
    pub(super) between: Vec<Time>,
    /// Files that were opened since the last tick.
    pub(super) opened: Vec<SourceId>,
}

/// What a tick knows before it looks at the layers.
pub(super) struct TickContext {
    pub(super) clock: Time,
    pub(super) presentation_time: Time,
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
        self.target.poll();
        let is_gpu_lost = self.note_lost_gpu();
        self.receive_files();
        self.receive_frames(None);
        let context = self.begin_tick();
        self.assign_clips(context.playhead);
        let mut has_new_picture = self.state.is_picture_stale;
        for index in 0..self.decks.len() {
            has_new_picture |= self.find_due(index, &context);
            has_new_picture |= self.show_if_ready(index, &context);
            has_new_picture |= self.show_proxy(index, &context);
        }
        self.follow_proxies(&context);
        let budget_bytes = self.options.playback.budget_bytes;
        let not_kept = budget_bytes.saturating_sub(self.player.all_cached_bytes());
        self.target
            .set_budget(not_kept.max(self.player.circulating_bytes()));
        for index in 0..self.decks.len() {
            self.prefetch(index, &context);
        }
        has_new_picture |= match self.options.pace {
            _ if self.reads_in_place() => self.read_in_place(&context),
            Pace::EveryFrame => self.wait_for_all(&context),
            Pace::RealTime => self.wait_for_missing(&context),
        };
        self.note_hand_over();
        self.count_outcomes(&context);
        for index in 0..self.decks.len() {
            if self.show_late(index, &context) {
                has_new_picture = true;
                // Its slot is for what is due.
                self.prefetch(index, &context);
            }
        }
        self.note_cadence(&context);
        self.note_events(&context);
        self.follow_memory(&context);
        has_new_picture |= self.state.is_picture_stale;
        if has_new_picture && !is_gpu_lost {
            self.snapshot_builder.mark_active();
            let begin = self.clock.now();
            self.render();
            self.snapshot_builder
                .composite
                .record(self.clock.now() - begin);
        }
        if context.is_counted {
            self.snapshot_builder
                .present
                .record(self.clock.now() - context.presentation_time);
        }
        self.observe(&context);
    }

    pub(super) fn begin_tick(&mut self) -> TickContext {
        let clock = self.clock.now();
        let bounds = self.bounds();
        let presentation_time = match self.options.pace {
            _ if !self.transport.is_playing() => clock,
            Pace::RealTime => self.pacer.tick(clock),
            Pace::EveryFrame => self.next_presentation_time(clock),
        };
        self.transport.settle(presentation_time, &bounds);
        let is_jump = self.transport.seek_count() != self.state.jumps_seen;
        self.state.jumps_seen = self.transport.seek_count();
        let is_playing = self.transport.is_playing();
        let elapsed = self
            .state
            .last_presentation
            .filter(|_| is_playing && !is_jump)
            .map(|last| presentation_time - last);
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
            let last = presentation_time - elapsed;
            for tick in 1..ticks {
                let between = last + interval.scaled(tick as f64);
                self.state
                    .between
                    .push(bounds.snap(self.transport.playhead_at(between, &bounds)));
            }
        }
        self.state.last_presentation = is_playing.then_some(presentation_time);
        self.state.last_clock = clock;
        TickContext {
            clock,
            presentation_time,
            playhead: bounds.snap(self.transport.playhead_at(presentation_time, &bounds)),
            bounds,
            is_counted,
            elapsed: elapsed.filter(|_| is_counted).unwrap_or_default(),
            is_jump,
            is_playing,
            is_scrubbing: self.transport.is_scrubbing(),
        }
    }

    /// Finds what is due on a deck, and how opaque it is. Says whether the picture changes by that alone: something comes
    /// on or goes off, or fades.
    pub(super) fn find_due(&mut self, index: usize, context: &TickContext) -> bool {
        let project = Arc::clone(&self.project);
        let layer = self.decks[index].layer.and_then(|id| project.layer(id));
        if let Some(layer) = layer {
            self.follow_lag(index, layer, context);
        }
        let playhead = self.playhead_of(index, context);
        let due = layer.and_then(|layer| self.due_at(index, layer, playhead));
        if let Some(due) = due
            && let Some(source) = self.library.by_source(due.key.source)
        {
            let bytes = source.media.layout.bytes;
            self.player.set_frame_bytes(DeckId(index), bytes);
        }
        let side = self.side(index);
        let deck = &mut self.decks[index];
        let recorder = &mut self.recorders[deck.first_deck];
        if context.is_jump {
            deck.jump(context.clock, recorder);
        } else if let Some(due) = due
            && deck.due.is_none()
            && self.state.opened.contains(&due.key.source)
        {
            deck.turn(recorder);
        }
        let opacity = layer.map_or(0.0, |layer| opacity_at(layer, side, context.playhead));
        let values = layer.map_or_else(LayerValues::default, |layer| layer.at(context.playhead));
        let clip = |due: Option<Due>| due.map(|due| due.clip);
        if clip(deck.due) != clip(due) {
            // What was due of another clip does not come back.
            deck.ledger.give_up_overdue(recorder);
        }
        let has_changed =
            clip(deck.due) != clip(due) || deck.opacity != opacity || deck.values != values;
        deck.opacity = opacity;
        deck.values = values;
        deck.due = due;
        if let Some(due) = due {
            deck.last_source = Some(due.key.source);
        } else {
            deck.ledger.finish(recorder);
            deck.shown_clip = None;
            // A jump into a gap has nothing to wait for.
            deck.awaiting = None;
        }
        has_changed
    }

    pub(super) fn due_at(&self, index: usize, layer: &Layer, playhead: Time) -> Option<Due> {
        let side = self.side(index);
        let due = schedule::due(layer, side, playhead, &|media| self.timing(media))?;
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
