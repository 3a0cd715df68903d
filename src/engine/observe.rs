//! The engine's own view of itself: the snapshot for the window, and moving figures over the last second.

use std::collections::VecDeque;

use crate::stats::process::ProcessUsage;
use crate::stats::snapshot::{HISTORY, LOG_LINES, LayerSnapshot, LogLine, Snapshot};
use crate::stats::{Counts, LayerRecorder};
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
    last_counts: Vec<Counts>,
    afterthoughts_left: u8,
}

impl Observer {
    /// Notes a picture that was shown while playing, and whether any due frame was lost since the last.
    pub fn ticked(&mut self, now: Time, totals: Counts) {
        if let Some(last) = self.last_tick {
            push_bounded(&mut self.snapshot.frame_ms, (now - last).millis() as f32);
            push_bounded(
                &mut self.snapshot.frame_dropped,
                totals.lost() > self.last_lost,
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
    pub fn log(&mut self, time: Time, is_error: bool, text: String) {
        if self
            .snapshot
            .log
            .back()
            .is_some_and(|line| line.text == text)
        {
            return;
        }
        if self.snapshot.log.len() >= LOG_LINES {
            self.snapshot.log.pop_front();
        }
        self.snapshot.log.push_back(LogLine {
            time,
            is_error,
            text,
        });
    }

    /// Follows a change in the number of layers.
    pub fn set_layers(&mut self, layers: Vec<LayerSnapshot>) {
        self.snapshot.layers = layers;
        // Plots have their length from the start, so that none grows between two pictures.
        for layer in &mut self.snapshot.layers {
            layer.read_ms.reserve(HISTORY);
            layer.hit_rates.reserve(HISTORY);
            layer.misses.reserve(HISTORY);
        }
        let (intervals, drops) = (
            &mut self.snapshot.frame_ms,
            &mut self.snapshot.frame_dropped,
        );
        intervals.reserve(HISTORY.saturating_sub(intervals.len()));
        drops.reserve(HISTORY.saturating_sub(drops.len()));
        self.last_counts.clear();
    }

    /// Begins plots and rates anew; the log stays.
    pub fn reset(&mut self) {
        for layer in &mut self.snapshot.layers {
            layer.read_ms.clear();
            layer.hit_rates.clear();
            layer.misses.clear();
        }
        self.snapshot.frame_ms.clear();
        self.snapshot.frame_dropped.clear();
        self.last_counts.clear();
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
        recorders: impl Iterator<Item = &'a LayerRecorder> + Clone,
        is_playing: bool,
    ) {
        let since = self.last_refresh.map_or(0.0, |last| (now - last).seconds());
        self.last_refresh = Some(now);
        self.afterthoughts_left = self.afterthoughts_left.saturating_sub(1);
        let usage = ProcessUsage::now();
        let read_bytes: u64 = recorders.clone().map(|recorder| recorder.read_bytes).sum();
        if since > 0.0 {
            let snapshot = &mut self.snapshot;
            snapshot.fps = (f64::from(self.ticks_since_refresh) / since) as f32;
            let read = read_bytes.saturating_sub(self.last_read_bytes);
            snapshot.disk_mb_per_s = (read as f64 / 1e6 / since) as f32;
            snapshot.cpu_cores = ((usage.cpu_seconds - self.last_cpu_seconds) / since) as f32;
        }
        self.ticks_since_refresh = 0;
        self.last_read_bytes = read_bytes;
        self.last_cpu_seconds = usage.cpu_seconds;
        self.snapshot.rss_bytes = usage.rss_bytes;
        self.last_counts
            .resize(self.snapshot.layers.len(), Counts::default());
        for ((layer, recorder), last) in self
            .snapshot
            .layers
            .iter_mut()
            .zip(recorders)
            .zip(&mut self.last_counts)
        {
            layer.read_p50_ms = recorder.read.percentile_ms(50.0) as f32;
            layer.read_p95_ms = recorder.read.percentile_ms(95.0) as f32;
            layer.read_p99_ms = recorder.read.percentile_ms(99.0) as f32;
            if is_playing {
                push_bounded(&mut layer.hit_rates, hit_rate_since(last, &recorder.counts));
            }
            *last = recorder.counts;
        }
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
            observer.log(Time::ZERO, true, "the same".to_owned());
        }
        observer.log(Time::ZERO, true, "another".to_owned());
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
            observer.ticked(Time::from_seconds(tick), Counts::default());
        }
        assert_eq!(observer.snapshot.frame_ms.len(), HISTORY);
        assert_eq!(observer.snapshot.frame_dropped.len(), HISTORY);
    }
}
