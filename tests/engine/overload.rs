//! More than the disk can give: frames are shown as many as there can be, alike on all layers, and all of them again as
//! soon as the disk is quick enough.

use std::sync::Arc;

use crate::cards::{CARD_PX, Cards, clip};
use crate::holds_once::holds_once;
use sextet::engine::{Engine, EngineOptions, PlaybackSettings};
use sextet::media::io::slow_disk::{SlowDisk, SlowDiskOptions};
use sextet::project::FramePolicy;
use sextet::stats::Counts;
use sextet::time::{Clock, Time};

/// Bytes of a frame of a card as it is stored, without its header.
const FRAME_BYTES: u64 = CARD_PX.0 as u64 * CARD_PX.1 as u64 / 2;

fn millis(millis: i64) -> Time {
    Time::from_nanos(millis * 1_000_000)
}

/// A show in real time from a disk of which the test decides how quick it is.
struct Show {
    engine: Engine,
    clock: Clock,
    disk: SlowDisk,
    /// How long the ticks took that were made since the counts began, in milliseconds, without what they waited for a
    /// core that other programs kept busy.
    ticks_ms: Vec<f64>,
}

/// How long this thread has waited for a core, in milliseconds: the second of the numbers that Linux counts, see its
/// `Documentation/scheduler/sched-stats.rst`. Zero on other systems.
fn kept_waiting_ms() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = told.split(' ').nth(1).and_then(|nanos| nanos.parse().ok());
    nanos.map_or(0.0, |nanos: f64| nanos / 1e6)
}

impl Show {
    /// Layers of one card, all settled, playing.
    fn new(layers: usize, policy: FramePolicy, options: SlowDiskOptions) -> (Cards, Self) {
        let mut cards = Cards::new();
        let card = cards.add(60, 240);
        let clips = (0..layers).map(|_| vec![clip(card, 0, 600)]);
        let mut project = cards.project(clips.collect());
        for layer in &mut project.layers {
            layer.frame_policy = policy;
        }
        let disk = SlowDisk::new(options);
        let clock = Clock::system();
        let engine_options = EngineOptions {
            playback: PlaybackSettings {
                prebuffer: 5,
                ..PlaybackSettings::default()
            },
            slow_disk: Some(disk.clone()),
            ..EngineOptions::default()
        };
        let mut engine = Engine::new(engine_options, clock.clone(), None).expect("an engine");
        engine.set_project(Arc::new(project));
        engine.tick();
        while !engine.is_settled() {
            engine.wait_a_moment();
            engine.tick();
        }
        engine.play();
        let ticks_ms = Vec::new();
        let show = Self {
            engine,
            clock,
            disk,
            ticks_ms,
        };
        (cards, show)
    }

    fn play(&mut self, span: Time) {
        let end = self.clock.now() + span;
        while self.clock.now() < end {
            let (begin, waited) = (self.clock.now(), kept_waiting_ms());
            self.engine.tick();
            let taken = (self.clock.now() - begin).millis();
            self.ticks_ms.push(taken - (kept_waiting_ms() - waited));
            self.engine.wait_for_next_tick(span);
        }
    }

    /// Plays on with counts that begin anew; what is due and unsettled at the end is settled.
    fn count(&mut self, span: Time) -> Vec<Counts> {
        self.engine.reset_stats();
        self.ticks_ms.clear();
        self.play(span);
        let report = self.engine.report();
        report
            .layers
            .iter()
            .map(|layer| layer.counts.counts)
            .collect()
    }
}

fn shown(counts: &Counts) -> u64 {
    counts.presented + counts.late
}

/// How often to try what a busy machine may spoil.
const TRIES: usize = 10;

#[test]
fn a_disk_too_slow_for_each_frame_shows_as_many_on_time_as_it_can_give() {
    // At least two reads at once: 40 frames a second, of 60 that are due.
    let options = SlowDiskOptions {
        bytes_per_second: None,
        latency: millis(50),
    };
    for policy in [FramePolicy::Nearest, FramePolicy::Hold] {
        holds_once(
            TRIES,
            || {
                let (_cards, mut show) = Show::new(1, policy, options);
                show.play(millis(500));
                show.count(millis(2000))[0]
            },
            |counts| {
                // What a busy machine fails to draw in time is no fault of the disk. What it delays is late where late
                // frames are shown, else it is lost.
                let possible = (counts.due * 2 / 3).saturating_sub(counts.causes.present);
                let least = if policy == FramePolicy::Nearest { 7 } else { 5 };
                counts.due >= 100 && counts.presented * 10 >= possible * least
            },
        );
    }
}

#[test]
fn layers_beyond_what_the_disk_gives_repeat_alike_and_recover_at_once() {
    const LAYERS: usize = 24;
    let needed = LAYERS as u64 * 60 * FRAME_BYTES;
    let half = SlowDiskOptions {
        bytes_per_second: Some(needed / 2),
        latency: Time::ZERO,
    };
    holds_once(
        TRIES,
        || {
            let (_cards, mut show) = Show::new(LAYERS, FramePolicy::Nearest, half);
            show.play(millis(300));
            let counts = show.count(millis(2000));
            let mut ticks_ms = std::mem::take(&mut show.ticks_ms);
            ticks_ms.sort_by(f64::total_cmp);
            show.disk.set_options(SlowDiskOptions::default());
            show.play(millis(200));
            let after = show.count(millis(500));
            let slowest = ticks_ms[ticks_ms.len() * 95 / 100];
            (counts, slowest, after)
        },
        |(counts, slowest_ms, after)| {
            let (least, most) = (
                counts.iter().map(shown).min(),
                counts.iter().map(shown).max(),
            );
            let (least, most) = (least.unwrap_or(0), most.unwrap_or(0));
            // What a busy machine fails to draw in time is another matter.
            let not_drawn: u64 = counts.iter().map(|counts| counts.causes.present).sum();
            let due: u64 = counts.iter().map(|counts| counts.due).sum();
            let drawn = due - not_drawn;
            let all: u64 = counts.iter().map(shown).sum();
            let causes = after.iter().map(|counts| counts.causes);
            let lost: u64 = causes.map(|causes| causes.read + causes.decode).sum();
            let due_after: u64 = after.iter().map(|counts| counts.due).sum();
            let presented: u64 = counts.iter().map(|counts| counts.presented).sum();
            // Half of what is due, with what a busy machine and headers cost, and the same for each layer.
            all * 10 >= drawn * 4
                && all * 10 <= due * 6
                && presented * 10 >= drawn * 3
                && (least + 2) * 10 >= most * 9
                && *slowest_ms < 33.0
                && lost * 100 <= due_after * 3
        },
    );
}
