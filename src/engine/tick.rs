//! A tick: the order of its steps.

use std::sync::Arc;

use super::completions::{receive_files, receive_frames};
use super::due::find_due;
use super::engine::Engine;
use super::events::{note_events, note_reading};
use super::every_frame::{next_presentation_time, wait_for_all};
use super::frame_upload::{show_if_ready, show_late, wait_for_missing};
use super::gpu_loss::note_lost_gpu;
use super::gpu_memory::{follow_memory, note_budget};
use super::layers::assign_clips;
use super::options::Pace;
use super::outcomes::{count_outcomes, note_cadence};
use super::parts::Parts;
use super::policy::follow_lag;
use super::prefetch::prefetch;
use super::present::compose;
use super::proxy_display::{follow_proxies, show_proxy};
use super::settings::note_hand_over;
use super::sound::follow_sound;
use super::sync_read::read_in_place;
use super::tick_state::TickContext;
use crate::stats::Counts;
use crate::time::Time;
use crate::transport::Bounds;

/// Most canvas frames between two ticks that are looked at one by one for frames that were skipped: ten seconds at 60 per
/// second. A longer gap (a machine that slept) is taken for a jump.
const MAX_SKIPPED_TICKS: i64 = 600;

impl Engine {
    /// Does what is due now: receives what workers finished, uploads, composes, counts. Never waits on a disk or a
    /// decoder longer than `EngineOptions::miss_wait`.
    pub fn tick(&mut self) {
        self.parts.target.poll();
        let is_gpu_lost = note_lost_gpu(&mut self.parts);
        receive_files(&self.decks, &mut self.parts);
        receive_frames(&mut self.decks, &mut self.parts, None);
        let context = self.begin_tick();
        let (decks, parts) = (&mut *self.decks, &mut self.parts);
        assign_clips(decks, parts, context.playhead);
        let mut has_new_picture = parts.state.is_picture_stale;
        for deck in &mut *decks {
            follow_lag(deck, &context, parts);
            has_new_picture |= find_due(deck, &context, parts);
            has_new_picture |= show_if_ready(deck, &context, parts);
            has_new_picture |= show_proxy(deck, &context, parts);
        }
        follow_proxies(decks, &context, parts);
        // What decoders keep around the playhead is taken off what frames may take, but every slot can be filled.
        let budget_bytes = parts.options.playback.budget_bytes;
        let not_cached = budget_bytes.saturating_sub(parts.player.all_cached_bytes());
        parts
            .target
            .set_budget(not_cached.max(parts.player.circulating_bytes()));
        for deck in &mut *decks {
            prefetch(deck, &context, parts);
        }
        has_new_picture |= match parts.options.pace {
            _ if parts.reads_in_place() => read_in_place(decks, &context, parts),
            Pace::EveryFrame => wait_for_all(decks, &context, parts),
            Pace::RealTime => wait_for_missing(decks, &context, parts),
        };
        note_hand_over(decks, parts);
        // What is due is counted first: a late frame is shown only where that is missing.
        for deck in &mut *decks {
            count_outcomes(deck, &context, parts);
        }
        for deck in &mut *decks {
            if show_late(deck, &context, parts) {
                has_new_picture = true;
                // Its slot is for what is due.
                prefetch(deck, &context, parts);
            }
        }
        note_cadence(decks, &context, parts);
        note_events(decks, &context, parts);
        follow_sound(&context, parts);
        follow_memory(&context, parts);
        note_budget(&context, parts);
        has_new_picture |= parts.state.is_picture_stale;
        if has_new_picture && !is_gpu_lost {
            parts.snapshot.mark_active();
            let begin = parts.clock.now();
            compose(decks, parts);
            let took = parts.clock.now() - begin;
            parts.snapshot.composite.record(took);
        }
        if context.is_counted {
            let since = parts.clock.now() - context.presentation_time;
            parts.snapshot.present.record(since);
        }
        self.update_snapshot(&context);
    }

    /// Brings the snapshot up to date; a few times a second also what costs something to compute.
    fn update_snapshot(&mut self, context: &TickContext) {
        let (decks, parts) = (&mut self.decks, &mut self.parts);
        let (now, is_playing) = (context.clock, context.is_playing);
        let mut totals = Counts::default();
        for state in &parts.layers {
            totals.add(&state.recorder.counts);
        }
        let playing_at = is_playing.then_some(context.playhead);
        parts.snapshot.end_tick(now, playing_at, totals);
        if parts.snapshot.is_refresh_due(now) {
            let recorders = parts.layers.iter_mut().map(|state| &mut state.recorder);
            parts.snapshot.refresh(now, recorders, is_playing);
            note_reading(decks, now, parts);
            if let Some(groups) = self.thread_monitor.take() {
                parts.snapshot.set_thread_groups(groups);
            }
        }
        let gpu_ms = parts.target.gpu_ms();
        let (snapshot, view) = parts.split_view(decks);
        snapshot.fill(&view, totals, gpu_ms);
    }

    fn begin_tick(&mut self) -> TickContext {
        let parts = &mut self.parts;
        let clock = parts.clock.now();
        let bounds = parts.bounds();
        let presentation_time = match parts.options.pace {
            _ if !parts.transport.is_playing() => clock,
            Pace::RealTime => self.pacer.tick(clock),
            Pace::EveryFrame => next_presentation_time(clock, parts),
        };
        parts.transport.settle(presentation_time, &bounds);
        let is_jump = parts.transport.seek_count() != parts.state.jumps_seen;
        parts.state.jumps_seen = parts.transport.seek_count();
        let is_playing = parts.transport.is_playing();
        let elapsed = parts
            .state
            .last_presentation
            .filter(|_| is_playing && !is_jump)
            .map(|last| presentation_time - last);
        let interval = parts.interval();
        let ticks = elapsed.map_or(0, |elapsed| {
            (elapsed.seconds() / interval.seconds()).round() as i64
        });
        let is_counted = is_playing && ticks <= MAX_SKIPPED_TICKS;
        let elapsed = elapsed.filter(|_| is_counted);
        parts.state.between.clear();
        if let Some(elapsed) = elapsed {
            parts.state.played += match parts.options.pace {
                Pace::RealTime => elapsed,
                Pace::EveryFrame => clock - parts.state.last_clock,
            };
            parts.state.stride.note(ticks);
            note_between(presentation_time - elapsed, ticks, &bounds, parts);
        } else if is_counted && parts.options.pace == Pace::RealTime {
            // The picture shown first stays as long as any other.
            parts.state.played += interval;
        }
        parts.state.last_presentation = is_playing.then_some(presentation_time);
        parts.state.last_clock = clock;
        let playhead = parts.transport.playhead_at(presentation_time, &bounds);
        TickContext {
            project: Arc::clone(&parts.project),
            clock,
            presentation_time,
            playhead: bounds.snap(playhead),
            bounds,
            interval,
            is_counted,
            elapsed: elapsed.unwrap_or_default(),
            is_jump,
            is_playing,
            is_scrubbing: parts.transport.is_scrubbing(),
        }
    }
}

/// Notes the playheads of the canvas frames between the last tick and this one, for which no tick came.
fn note_between(last: Time, ticks: i64, bounds: &Bounds, parts: &mut Parts) {
    let interval = parts.interval();
    for tick in 1..ticks {
        let playhead = parts
            .transport
            .playhead_at(last + interval.scaled(tick as f64), bounds);
        parts.state.between.push(bounds.snap(playhead));
    }
}
