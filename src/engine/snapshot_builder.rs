//! The engine's own view of itself: the snapshot for the window, and moving figures over the last second.

use std::collections::VecDeque;

use crate::stats::durations::Timings;
use crate::stats::process::ProcessUsage;
use crate::stats::report::DrawingReport;
use crate::stats::{Counts, LayerRecorder};
use crate::status::events;
use crate::status::events::{EventKind, LogLine};
use crate::status::snapshot::{
    DoctorStatus, HISTORY, LayerSample, LayerSnapshot, Sample, SlotState, Snapshot,
};
use crate::time::Time;

/// How often figures that cost something to compute are computed anew.
const REFRESH: Time = Time::from_flicks(crate::time::FLICKS_PER_SECOND / 4);

/// How long after the last change figures are computed once more, so that what they say of a busy moment does not stay.
const AFTERTHOUGHT: Time = Time::from_seconds(1);

/// How often that is done: the first time tells of the busy moment's end, the second of the rest after it.
const AFTERTHOUGHTS: u8 = 2;

/// Keeps the snapshot.
#[derive(Default)]
pub struct Observer {
    /// What the window shows.
    pub snapshot: Snapshot,
    last_refresh: Option<Time>,
    last_tick: Option<Time>,
    last_lost: u64,
    ticks_since_refresh: u32,
    last_read_bytes: u64,
    last_cpu_seconds: f64,
    layers: Vec<LayerRates>,
    afterthoughts_left: u8,
    /// Time to compose each picture.
    pub composite: Timings,
    /// From the moment that a picture stands for to its being handed over.
    pub present: Timings,
    /// The longest interval between pictures since the last refresh, in milliseconds.
    worst_frame_ms: f32,
}

/// What the last refreshes knew of a layer.
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

impl Observer {
    /// Notes a picture that was shown while playing, and whether any due frame was lost since the last.
    pub fn ticked(&mut self, now: Time, playhead: Time, totals: Counts) {
        if let Some(last) = self.last_tick {
            let interval_ms = (now - last).millis() as f32;
            self.worst_frame_ms = self.worst_frame_ms.max(interval_ms);
            push_bounded(&mut self.snapshot.frame_ms, interval_ms);
            let has_lost = totals.lost() > self.last_lost;
            push_bounded(
                &mut self.snapshot.frame_lost_at,
                has_lost.then_some(playhead),
            );
        }
        self.last_lost = totals.lost();
        self.last_tick = Some(now);
        self.ticks_since_refresh += 1;
    }

    /// Notes that something happened that costs time.
    pub fn stir(&mut self) {
        self.afterthoughts_left = AFTERTHOUGHTS;
    }

    /// When figures are to be computed once more though nothing moves.
    pub fn next_afterthought(&self) -> Option<Time> {
        self.last_refresh
            .filter(|_| self.afterthoughts_left > 0)
            .map(|last| last + AFTERTHOUGHT)
    }

    /// Notes that nothing plays.
    pub fn paused(&mut self) {
        self.last_tick = None;
    }

    /// Notes how long a layer's frame took to read.
    pub fn read(&mut self, layer: Option<usize>, duration: Time) {
        if let Some(layer) = layer.and_then(|index| self.snapshot.layers.get_mut(index)) {
            push_bounded(&mut layer.read_ms, duration.millis() as f32);
        }
    }

    /// Notes a due frame that was not there.
    pub fn missed(&mut self, layer: usize, playhead: Time) {
        if let Some(layer) = self.snapshot.layers.get_mut(layer) {
            push_bounded(&mut layer.misses, playhead);
        }
    }

    /// Adds a line to the log, unless it repeats the last one.
    pub fn log(&mut self, time: Time, kind: EventKind, text: String) {
        let line = LogLine {
            time,
            is_error: kind == EventKind::Error,
            kind,
            ..LogLine::default()
        };
        events::add(&mut self.snapshot.log, line, || text);
    }

    /// Adds a counted event to the log; its text is asked for only where it begins a line.
    pub fn event(&mut self, line: LogLine, text: impl FnOnce() -> String) {
        events::add(&mut self.snapshot.log, line, text);
    }

    /// Notes due frames of a layer that were not shown on time.
    pub fn lost(&mut self, layer: usize, frames: u64, playhead: Time) {
        if let Some(rates) = self.layers.get_mut(layer) {
            rates.lost += frames;
            rates.lost_at = Some(playhead);
        }
    }

    /// Notes that the project is another than the one that the doctor saw.
    pub fn outdate_diagnosis(&mut self) {
        if self.snapshot.doctor_status == DoctorStatus::Current && self.snapshot.diagnosis.is_some()
        {
            self.snapshot.doctor_status = DoctorStatus::Outdated;
        }
    }

    /// What the drawing thread did over the run.
    pub fn drawing(&self) -> DrawingReport {
        DrawingReport {
            composite_ms: (&self.composite).into(),
            present_ms: (&self.present).into(),
        }
    }

    /// Follows a change in the number of layers.
    pub fn set_layers(&mut self, layers: Vec<LayerSnapshot>) {
        self.snapshot.layers = layers;
        // Plots have their length from the start, so that none grows between two pictures.
        for layer in &mut self.snapshot.layers {
            layer.read_ms.reserve(HISTORY);
            layer.hit_rates.reserve(HISTORY);
            layer.misses.reserve(HISTORY);
            layer.history.reserve(HISTORY);
        }
        let length = self.snapshot.history.len();
        self.snapshot
            .history
            .reserve(HISTORY.saturating_sub(length));
        let (intervals, drops) = (
            &mut self.snapshot.frame_ms,
            &mut self.snapshot.frame_lost_at,
        );
        intervals.reserve(HISTORY.saturating_sub(intervals.len()));
        drops.reserve(HISTORY.saturating_sub(drops.len()));
        self.layers.clear();
        self.layers
            .resize(self.snapshot.layers.len(), LayerRates::default());
    }

    /// Begins plots and rates anew; the log stays.
    pub fn reset(&mut self) {
        for layer in &mut self.snapshot.layers {
            layer.read_ms.clear();
            layer.hit_rates.clear();
            layer.misses.clear();
            layer.history.clear();
        }
        self.snapshot.frame_ms.clear();
        self.snapshot.frame_lost_at.clear();
        self.snapshot.history.clear();
        self.layers.fill(LayerRates::default());
        (self.composite, self.present) = <(Timings, Timings)>::default();
        self.last_lost = 0;
        self.last_read_bytes = 0;
    }

    /// Whether it is time for [`Self::refresh`].
    pub fn is_refresh_due(&self, now: Time) -> bool {
        self.last_refresh.is_none_or(|last| now - last >= REFRESH)
    }

    /// Computes percentiles, rates and what the system tells, from each layer's recorder.
    pub fn refresh<'a>(
        &mut self,
        now: Time,
        recorders: impl Iterator<Item = &'a mut LayerRecorder>,
        is_playing: bool,
    ) {
        let since = self.last_refresh.map_or(0.0, |last| (now - last).seconds());
        self.last_refresh = Some(now);
        self.afterthoughts_left = self.afterthoughts_left.saturating_sub(1);
        let mut read_bytes = 0;
        self.layers
            .resize(self.snapshot.layers.len(), LayerRates::default());
        let layers = self.snapshot.layers.iter_mut().zip(&mut self.layers);
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
        let snapshot = &mut self.snapshot;
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
        self.worst_frame_ms = 0.0;
        self.ticks_since_refresh = 0;
        self.last_read_bytes = read_bytes;
        self.last_cpu_seconds = usage.cpu_seconds;
        self.snapshot.rss_bytes = usage.rss_bytes;
    }
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
        let mut observer = Observer::default();
        for _ in 0..3 {
            observer.log(Time::ZERO, EventKind::Error, "the same".to_owned());
        }
        observer.log(Time::ZERO, EventKind::Error, "another".to_owned());
        assert_eq!(observer.snapshot.log.len(), 2);
    }

    #[test]
    fn figures_of_a_busy_moment_are_looked_at_again_and_then_left_alone() {
        let mut observer = Observer::default();
        observer.stir();
        for second in 1..=2 {
            observer.refresh(Time::from_seconds(second), std::iter::empty(), false);
        }
        assert_eq!(observer.next_afterthought(), None);
        observer.stir();
        assert_eq!(observer.next_afterthought(), Some(Time::from_seconds(3)));
    }

    #[test]
    fn plots_keep_no_more_than_they_show() {
        let mut observer = Observer::default();
        for tick in 0..1000 {
            let now = Time::from_seconds(tick);
            observer.ticked(now, now, Counts::default());
        }
        assert_eq!(observer.snapshot.frame_ms.len(), HISTORY);
        assert_eq!(observer.snapshot.frame_lost_at.len(), HISTORY);
    }
}
