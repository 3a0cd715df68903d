//! The snapshot: the engine's own view of itself, with moving figures over the last second.

use std::collections::VecDeque;
use std::sync::Arc;

use super::render_target::RenderTarget;
use super::view::{EngineView, LayerView};
use crate::media::{ReadPath, Video};
use crate::playback::FrameKey;
use crate::stats::durations::Timings;
use crate::stats::process::{ProcessUsage, ThreadGroup};
use crate::stats::report::DrawingReport;
use crate::stats::{Counts, HealthCounts, LayerRecorder};
use crate::status::events::{self, EventKind, LogLine};
use crate::status::snapshot::{
    DoctorStatus, HISTORY, LayerSample, LayerSnapshot, Sample, SlotState, Snapshot,
};
use crate::status::{Diagnosis, MediaStatus};
use crate::time::Time;

/// Time from one computing of figures that cost something to the next.
const REFRESH: Time = Time::from_flicks(crate::time::FLICKS_PER_SECOND / 4);

/// Time after the last change at which figures are computed once more, so that what they say of a busy moment does not
/// stay.
const TRAILING_DELAY: Time = Time::from_seconds(1);

/// Times that this is done: the first shows the busy moment's end, the second of the rest after it.
const TRAILING_REFRESHES: u8 = 2;

/// Builds the snapshot. Nothing else writes to it.
///
/// It is copied only where somebody else still holds the last one: keeping a
/// snapshot from tick to tick makes every tick allocate.
#[derive(Default)]
pub(super) struct SnapshotBuilder {
    snapshot: Arc<Snapshot>,
    last_refresh: Option<Time>,
    last_tick: Option<Time>,
    last_lost: u64,
    ticks_since_refresh: u32,
    last_read_bytes: u64,
    last_cpu_seconds: f64,
    layers: Vec<LayerRates>,
    trailing_refreshes_left: u8,
    /// Time to compose each picture.
    pub(super) composite: Timings,
    /// From the time that a picture stands for to its being handed over.
    pub(super) present: Timings,
    /// The longest interval between pictures since the last refresh, in milliseconds.
    worst_frame_ms: f32,
}

/// The counts of a layer at the last refreshes.
#[derive(Clone, Copy, Default)]
struct LayerRates {
    counts: Counts,
    /// Bytes read at the last refreshes, newest first: a second's worth.
    read_bytes: [u64; REFRESHES],
    /// Due frames not shown on time since the last refresh, and the playhead at the last of them.
    lost: u64,
    lost_at: Option<Time>,
}

/// Refreshes in a second, and the one that it begins with.
const REFRESHES: usize = 5;

impl SnapshotBuilder {
    /// The snapshot as of the last call of anything here.
    pub(super) fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    fn write(&mut self) -> &mut Snapshot {
        Arc::make_mut(&mut self.snapshot)
    }

    /// Puts the file list in, which is made only when something in it changed.
    pub(super) fn set_media(&mut self, media: Vec<MediaStatus>) {
        self.write().media = media;
    }

    /// Puts in what frames are shown on, and the bytes that they may take.
    pub(super) fn set_target(&mut self, target: &RenderTarget, budget_bytes: u64) {
        let snapshot = self.write();
        snapshot.adapter = target.adapter();
        snapshot.canvas_divisor = target.divisor();
        snapshot.frame_budget_bytes = budget_bytes;
    }

    /// Notes that the doctor begins.
    pub(super) fn begin_examination(&mut self) {
        self.write().doctor_status = DoctorStatus::Running;
    }

    /// Puts the doctor's result in, none if there is none, and whether it is about the project as it is.
    pub(super) fn end_examination(&mut self, diagnosis: Option<Diagnosis>, is_current: bool) {
        let snapshot = self.write();
        if let Some(diagnosis) = diagnosis {
            snapshot.diagnosis = Some(Arc::new(diagnosis));
        }
        snapshot.doctor_status = if is_current {
            DoctorStatus::Current
        } else {
            DoctorStatus::Outdated
        };
    }

    /// Notes that the project is another than the one that the doctor saw.
    pub(super) fn outdate_diagnosis(&mut self) {
        let snapshot = self.write();
        if snapshot.doctor_status == DoctorStatus::Current && snapshot.diagnosis.is_some() {
            snapshot.doctor_status = DoctorStatus::Outdated;
        }
    }

    /// Adds a line to the log, unless it repeats the last one.
    pub(super) fn log(&mut self, time: Time, kind: EventKind, text: String) {
        let line = LogLine {
            time,
            is_error: kind == EventKind::Error,
            kind,
            ..LogLine::default()
        };
        self.event(line, || text);
    }

    /// Adds a counted event to the log; its text is asked for only where it begins a line.
    pub(super) fn event(&mut self, line: LogLine, text: impl FnOnce() -> String) {
        events::add(&mut self.write().log, line, text);
    }

    /// Adds the time that a layer's frame took to read.
    pub(super) fn add_read(&mut self, layer: usize, duration: Time) {
        if let Some(layer) = self.write().layers.get_mut(layer) {
            push_bounded(&mut layer.read_ms, duration.millis() as f32);
        }
    }

    /// Adds a due frame of a layer that was not there.
    pub(super) fn add_miss(&mut self, layer: usize, playhead: Time) {
        if let Some(layer) = self.write().layers.get_mut(layer) {
            push_bounded(&mut layer.misses, playhead);
        }
    }

    /// Adds due frames of a layer that were not shown on time.
    pub(super) fn add_losses(&mut self, layer: usize, frames: u64, playhead: Time) {
        if let Some(rates) = self.layers.get_mut(layer) {
            rates.lost += frames;
            rates.lost_at = Some(playhead);
        }
    }

    /// Notes that something happened that costs time.
    pub(super) fn mark_active(&mut self) {
        self.trailing_refreshes_left = TRAILING_REFRESHES;
    }

    /// Time at which figures are to be computed once more though nothing moves.
    pub(super) fn next_trailing_refresh(&self) -> Option<Time> {
        self.last_refresh
            .filter(|_| self.trailing_refreshes_left > 0)
            .map(|last| last + TRAILING_DELAY)
    }

    /// The work of the drawing thread over the run.
    pub(super) fn drawing_report(&self) -> DrawingReport {
        DrawingReport {
            composite_ms: (&self.composite).into(),
            present_ms: (&self.present).into(),
        }
    }

    /// Follows a change in the number of layers, of which nothing is known then.
    pub(super) fn set_layer_count(&mut self, count: usize) {
        if self.snapshot.layers.len() == count {
            return;
        }
        let snapshot = self.write();
        snapshot.layers = vec![LayerSnapshot::default(); count];
        // Plots have their length from the start, so that none grows between two pictures.
        for layer in &mut snapshot.layers {
            layer.read_ms.reserve(HISTORY);
            layer.hit_rates.reserve(HISTORY);
            layer.misses.reserve(HISTORY);
            layer.history.reserve(HISTORY);
        }
        reserve_history(&mut snapshot.history);
        reserve_history(&mut snapshot.frame_ms);
        reserve_history(&mut snapshot.frame_lost_at);
        self.layers.clear();
        self.layers.resize(count, LayerRates::default());
    }

    /// Begins plots and rates anew; the log stays.
    pub(super) fn reset(&mut self) {
        let snapshot = self.write();
        for layer in &mut snapshot.layers {
            layer.read_ms.clear();
            layer.hit_rates.clear();
            layer.misses.clear();
            layer.history.clear();
        }
        snapshot.frame_ms.clear();
        snapshot.frame_lost_at.clear();
        snapshot.history.clear();
        self.layers.fill(LayerRates::default());
        (self.composite, self.present) = <(Timings, Timings)>::default();
        self.last_lost = 0;
        self.last_read_bytes = 0;
    }

    /// Notes the end of a tick, whether it shows a picture while playing, and whether any due frame was lost since the
    /// last.
    pub(super) fn end_tick(&mut self, now: Time, playing_at: Option<Time>, totals: Counts) {
        let Some(playhead) = playing_at else {
            // The next picture has none before it.
            self.last_tick = None;
            return;
        };
        let has_lost = totals.lost() > self.last_lost;
        self.last_lost = totals.lost();
        if let Some(last) = self.last_tick.replace(now) {
            let interval_ms = (now - last).millis() as f32;
            self.worst_frame_ms = self.worst_frame_ms.max(interval_ms);
            let snapshot = self.write();
            push_bounded(&mut snapshot.frame_ms, interval_ms);
            push_bounded(&mut snapshot.frame_lost_at, has_lost.then_some(playhead));
        }
        self.ticks_since_refresh += 1;
    }

    /// Fills in what changes with every tick.
    pub(super) fn fill(&mut self, view: &EngineView<'_>, totals: Counts, gpu_ms: Option<f32>) {
        let snapshot = self.write();
        snapshot.totals = totals;
        snapshot.refresh_ms = view.project.canvas.frame_rate.frame_duration().millis() as f32;
        snapshot.frame_memory_bytes = view.target.held_bytes() + view.player.all_cached_bytes();
        snapshot.gpu_ms = gpu_ms;
        snapshot.canvas_divisor = view.target.divisor();
        for (of_project, layer) in view.layers().zip(&mut snapshot.layers) {
            fill_layer(layer, &of_project, view);
        }
    }

    /// True if it is time for [`Self::refresh`].
    pub(super) fn is_refresh_due(&self, now: Time) -> bool {
        self.last_refresh.is_none_or(|last| now - last >= REFRESH)
    }

    /// Computes percentiles and rates from each layer's recorder, and asks the system for its figures.
    pub(super) fn refresh<'a>(
        &mut self,
        now: Time,
        recorders: impl Iterator<Item = &'a mut LayerRecorder>,
        is_playing: bool,
    ) {
        let since = self.last_refresh.map_or(0.0, |last| (now - last).seconds());
        self.last_refresh = Some(now);
        self.trailing_refreshes_left = self.trailing_refreshes_left.saturating_sub(1);
        let mut read_bytes = 0;
        let snapshot = Arc::make_mut(&mut self.snapshot);
        self.layers
            .resize(snapshot.layers.len(), LayerRates::default());
        let layers = snapshot.layers.iter_mut().zip(&mut self.layers);
        for ((layer, rates), recorder) in layers.zip(recorders) {
            recorder.refresh(now);
            read_bytes += recorder.read_bytes;
            show_figures(layer, rates, recorder, since);
            if is_playing {
                push_bounded(
                    &mut layer.hit_rates,
                    hit_rate_since(&rates.counts, &recorder.counts),
                );
                let sample = layer_sample(now, layer, rates, recorder);
                push_bounded(&mut layer.history, sample);
            }
            rates.counts = recorder.counts;
            (rates.lost, rates.lost_at) = (0, None);
        }
        self.refresh_machine(now, since, read_bytes, is_playing);
    }

    /// The same for what belongs to no layer.
    fn refresh_machine(&mut self, now: Time, since: f64, read_bytes: u64, is_playing: bool) {
        let usage = ProcessUsage::now();
        self.composite.refresh(now);
        self.present.refresh(now);
        let snapshot = Arc::make_mut(&mut self.snapshot);
        snapshot.composite_p99_ms = self.composite.recent_ms(99.0) as f32;
        snapshot.present_p99_ms = self.present.recent_ms(99.0) as f32;
        if since > 0.0 {
            snapshot.fps = (f64::from(self.ticks_since_refresh) / since) as f32;
            let read = read_bytes.saturating_sub(self.last_read_bytes);
            snapshot.disk_mb_per_s = (read as f64 / 1e6 / since) as f32;
            snapshot.cpu_cores = ((usage.cpu_seconds - self.last_cpu_seconds) / since) as f32;
        }
        if is_playing && self.ticks_since_refresh > 0 {
            let sample = Sample {
                time: now,
                frame_ms: (since * 1e3 / f64::from(self.ticks_since_refresh)) as f32,
                worst_frame_ms: self.worst_frame_ms,
                disk_mb_per_s: snapshot.disk_mb_per_s,
                cpu_cores: snapshot.cpu_cores,
            };
            push_bounded(&mut snapshot.history, sample);
        }
        snapshot.rss_bytes = usage.rss_bytes;
        self.worst_frame_ms = 0.0;
        self.ticks_since_refresh = 0;
        self.last_read_bytes = read_bytes;
        self.last_cpu_seconds = usage.cpu_seconds;
    }

    /// Puts in the processor time of each group of threads.
    pub(super) fn set_thread_groups(&mut self, groups: Vec<ThreadGroup>) {
        self.write().thread_groups = groups;
    }
}

/// Fills in what changes with every tick of a layer.
fn fill_layer(layer: &mut LayerSnapshot, of: &LayerView<'_>, view: &EngineView<'_>) {
    let deck = of.main;
    let ring = view.player.ring(deck.id);
    layer.counts = of.state.recorder.counts;
    layer.cadence = of.first.cadence.snapshot();
    layer.slots.clear();
    layer.slots.extend(ring.states());
    layer.clip = deck.due.map(|due| due.clip);
    let source = deck.due.map(|due| due.key.source);
    let of_clip = |key: &FrameKey| Some(key.source) == source;
    let in_memory = ring.ready_keys().chain(deck.shown).filter(of_clip);
    layer.in_memory.clear();
    layer.in_memory.extend(in_memory.map(|key| key.frame));
    let in_flight = ring.filling_keys().filter(of_clip);
    layer.in_flight.clear();
    layer.in_flight.extend(in_flight.map(|key| key.frame));
    layer.shown = deck.exact_shown().map(|key| key.frame);
    layer.proxy = deck.proxy.map(|key| key.frame);
    layer.kept_bytes = view.player.cached_bytes(deck.id);
    fill_media(
        layer,
        view.source_of(deck).map(|source| &source.video),
        view,
    );
    let shortage = view.player.budget_shortage();
    layer.over_budget = shortage.filter(|_| layer.frame_bytes > 0);
    layer.error = view
        .error_of(of.state)
        .map(str::to_owned)
        .or_else(|| view.starvation(deck));
}

/// Fills in what a layer's file is, and in which way it is played.
fn fill_media(layer: &mut LayerSnapshot, media: Option<&Video>, view: &EngineView<'_>) {
    layer.decoding = media.and_then(|media| media.health.decoding());
    layer.health = media.map_or_else(HealthCounts::default, |media| media.health.counts());
    layer.frame_bytes = media.map_or(0, |media| media.layout.bytes);
    layer.read_path = media.map(|media| {
        let reading = media.reading();
        ReadPath {
            backend: view.playback.backend(reading.backend),
            ..reading
        }
    });
    layer.played_by = media.map(|media| media.facts.played_by);
}

fn show_figures(
    layer: &mut LayerSnapshot,
    rates: &mut LayerRates,
    recorder: &LayerRecorder,
    since: f64,
) {
    layer.read_p50_ms = recorder.read.percentile_ms(50.0) as f32;
    layer.read_p95_ms = recorder.read.percentile_ms(95.0) as f32;
    layer.read_p99_ms = recorder.read.percentile_ms(99.0) as f32;
    layer.read_max_ms = recorder.read.max_ms() as f32;
    layer.decode_p99_ms = recorder.decode.percentile_ms(99.0) as f32;
    layer.upload_p99_ms = recorder.upload.percentile_ms(99.0) as f32;
    layer.wait_p99_ms = recorder.wait.percentile_ms(99.0) as f32;
    rates.read_bytes.rotate_right(1);
    rates.read_bytes[0] = recorder.read_bytes;
    let read = recorder
        .read_bytes
        .saturating_sub(rates.read_bytes[REFRESHES - 1]);
    let seconds = since * (REFRESHES - 1) as f64;
    layer.read_mb_per_s = if seconds > 0.0 {
        (read as f64 / 1e6 / seconds) as f32
    } else {
        0.0
    };
}

fn layer_sample(
    now: Time,
    layer: &LayerSnapshot,
    rates: &LayerRates,
    recorder: &LayerRecorder,
) -> LayerSample {
    let ready = layer.slots.iter().filter(|slot| **slot == SlotState::Ready);
    LayerSample {
        time: now,
        hit_rate: hit_rate_since(&rates.counts, &recorder.counts),
        read_ms: [50.0, 95.0, 99.0].map(|share| recorder.read.recent_ms(share) as f32),
        fill: ready.count() as f32 / layer.slots.len().max(1) as f32,
        lost: u32::try_from(rates.lost).unwrap_or(u32::MAX),
        lost_at: rates.lost_at,
    }
}

fn hit_rate_since(last: &Counts, now: &Counts) -> f32 {
    let asked = now.asked.saturating_sub(last.asked);
    if asked == 0 {
        1.0
    } else {
        now.hits.saturating_sub(last.hits) as f32 / asked as f32
    }
}

fn reserve_history<T>(list: &mut VecDeque<T>) {
    list.reserve(HISTORY.saturating_sub(list.len()));
}

fn push_bounded<T>(list: &mut VecDeque<T>, value: T) {
    if list.len() >= HISTORY {
        list.pop_front();
    }
    list.push_back(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_error_is_logged_once() {
        let mut builder = SnapshotBuilder::default();
        for _ in 0..3 {
            builder.log(Time::ZERO, EventKind::Error, "the same".to_owned());
        }
        builder.log(Time::ZERO, EventKind::Error, "another".to_owned());
        assert_eq!(builder.snapshot.log.len(), 2);
    }

    #[test]
    fn figures_of_a_busy_moment_are_looked_at_again_and_then_left_alone() {
        let mut builder = SnapshotBuilder::default();
        builder.mark_active();
        for second in 1..=2 {
            builder.refresh(Time::from_seconds(second), std::iter::empty(), false);
        }
        assert_eq!(builder.next_trailing_refresh(), None);
        builder.mark_active();
        assert_eq!(builder.next_trailing_refresh(), Some(Time::from_seconds(3)));
    }

    #[test]
    fn plots_keep_no_more_than_they_show() {
        let mut builder = SnapshotBuilder::default();
        for tick in 0..1000 {
            let now = Time::from_seconds(tick);
            builder.end_tick(now, Some(now), Counts::default());
        }
        assert_eq!(builder.snapshot.frame_ms.len(), HISTORY);
        assert_eq!(builder.snapshot.frame_lost_at.len(), HISTORY);
    }
}
