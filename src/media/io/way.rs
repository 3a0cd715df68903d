//! The choice between the two ways of reading a disk, as a state machine without a clock or a disk of its own.
//!
//! ```text
//!   FirstDirect ─► FirstCached ─► Settled(the faster)
//!     the first reads, those that fill the prebuffers
//!
//!             busy for two windows, and the pause is over
//!   Settled ──────────────────────────────────────────────► Probing: reads go the other way
//!      ▲                                                        │
//!      └── faster by a twentieth: that way from now on; ◄───────┘
//!          else the way of before; the pause doubles
//! ```
//!
//! What is measured are the reads of playing, by its own readers. Rates are comparable only at the same depth, so a window
//! counts only while the disk is busy: then as many reads are in flight as there are readers. A disk that is idle a quarter
//! of the time gives what is needed, whichever way; nothing is tried out on it. A change concerns new reads alone, so that
//! none is lost or done twice.

use crate::settings::IoMode;
use crate::time::{FLICKS_PER_SECOND, Time};

/// Reads of a window, at least; of four readers each has done two then.
const WINDOW_READS: u32 = 8;

/// Time for which the disk is busy in a window, at least: three pictures at 60 per second.
const WINDOW_BUSY: Time = Time::from_flicks(FLICKS_PER_SECOND / 20);

/// Longest window, however little is read.
const WINDOW_WALL: Time = Time::from_seconds(1);

/// Share of a window from which on a disk counts as busy. Rings are refilled in runs, with pauses in between: less
/// means that each run ends well before the next one begins.
const BUSY_SHARE: f64 = 0.75;

/// Busy windows in a row after which the other way is tried.
const BUSY_WINDOWS: u32 = 2;

/// Reads by which a way is measured: two for each reader. Twice that and what is skipped is what fills the prebuffers of
/// six layers.
const PROBE_READS: u32 = 8;

/// Reads before those that do not count, one for each reader: they find an empty queue, or reads of the other way in it.
const SKIPPED_READS: u32 = 4;

/// Factor by which the other way must be faster: above the scatter of two measurements of one disk.
const FASTER: f64 = 1.05;

/// Factor by which direct reads may be slower at the opening and are taken all the same: they copy nothing, and leave the
/// page cache to files that need it.
const DIRECT_AT_LEAST: f64 = 0.97;

/// Pause after the first trial while playing; each doubles it.
const FIRST_PAUSE: Time = Time::from_seconds(5);

/// Longest pause between two trials.
const LONGEST_PAUSE: Time = Time::from_seconds(60);

/// Share of the rate at the last trial below which the disk has changed, so that no pause counts.
const CHANGED_SHARE: f64 = 0.7;

/// A way of reading a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// Past the page cache.
    Direct,
    /// Through the page cache.
    Cached,
}

impl Way {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Direct => Self::Cached,
            Self::Cached => Self::Direct,
        }
    }

    /// The mode that reads in this way.
    pub fn mode(self) -> IoMode {
        match self {
            Self::Direct => IoMode::Direct,
            Self::Cached => IoMode::Pread,
        }
    }
}

/// Rates of both ways, in bytes per second; none where it is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WayRates {
    /// Past the page cache.
    pub direct: Option<f64>,
    /// Through it, of what it does not hold.
    pub cached: Option<f64>,
}

impl WayRates {
    /// The rate of a way.
    pub fn of(&self, way: Way) -> Option<f64> {
        match way {
            Way::Direct => self.direct,
            Way::Cached => self.cached,
        }
    }

    fn set(&mut self, way: Way, rate: f64) {
        match way {
            Way::Direct => self.direct = Some(rate),
            Way::Cached => self.cached = Some(rate),
        }
    }

    /// The way that these rates speak for; none unless both are known.
    pub fn faster(&self) -> Option<Way> {
        let (direct, cached) = self.direct.zip(self.cached)?;
        Some(if direct >= cached * DIRECT_AT_LEAST {
            Way::Direct
        } else {
            Way::Cached
        })
    }
}

/// Occasion of the measurement that a way was chosen by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Measured {
    /// None yet.
    #[default]
    Never,
    /// The first reads.
    Opening,
    /// Later ones, of a disk that was busy.
    Playing,
}

/// State of the choice; see the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    FirstDirect,
    FirstCached,
    Settled,
    Probing,
}

/// Chooses the way of each read of one disk.
#[derive(Clone, Debug)]
pub struct WayChooser {
    way: Way,
    rates: WayRates,
    measured: Measured,
    phase: Phase,
    /// Reads of the phase that are not to count any more.
    to_skip: u32,
    /// Time at which all reads in flight went the way of the phase.
    phase_at: Time,
    /// Reads in flight past the page cache, and through it.
    in_flight: [u32; 2],
    window: Window,
    busy_windows: u32,
    /// Earliest time of the next trial.
    probe_from: Time,
    pause: Time,
    /// Rate of the way in use at the last trial.
    rate_then: f64,
    changes: u32,
}

/// What was read since a moment at which all reads in flight went one way.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    begun_at: Time,
    /// Time with a read in flight, up to `busy_since`.
    busy: Time,
    busy_since: Option<Time>,
    bytes: u64,
    reads: u32,
}

impl Window {
    fn restart(&mut self, now: Time, is_busy: bool) {
        *self = Self {
            begun_at: now,
            busy_since: is_busy.then_some(now),
            ..Self::default()
        };
    }

    fn note_busy_until(&mut self, now: Time) {
        if let Some(since) = self.busy_since.replace(now) {
            self.busy += (now - since).max(Time::ZERO);
        }
    }

    /// Bytes per second of the time with a read in flight.
    fn rate(&self) -> f64 {
        self.bytes as f64 / self.busy.seconds().max(1e-9)
    }

    fn is_full(&self, now: Time) -> bool {
        let is_measured = self.reads >= WINDOW_READS && self.busy >= WINDOW_BUSY;
        is_measured || now - self.begun_at >= WINDOW_WALL
    }

    fn is_busy(&self, now: Time) -> bool {
        self.busy.seconds() >= (now - self.begun_at).seconds() * BUSY_SHARE
    }
}

impl Default for WayChooser {
    /// A disk of which nothing is known.
    fn default() -> Self {
        Self {
            way: Way::Direct,
            rates: WayRates::default(),
            measured: Measured::Never,
            phase: Phase::FirstDirect,
            to_skip: SKIPPED_READS,
            phase_at: Time::ZERO,
            in_flight: [0; 2],
            window: Window::default(),
            busy_windows: 0,
            probe_from: Time::ZERO,
            pause: FIRST_PAUSE,
            rate_then: 0.0,
            changes: 0,
        }
    }
}

impl WayChooser {
    /// The way in use, whatever is tried out.
    pub fn way(&self) -> Way {
        self.way
    }

    /// The rates measured last.
    pub fn rates(&self) -> WayRates {
        self.rates
    }

    /// Occasion of the measurement that decided.
    pub fn measured(&self) -> Measured {
        self.measured
    }

    /// Times that playing went over to the other way.
    pub fn changes(&self) -> u32 {
        self.changes
    }

    /// Takes the rates of a measurement at depth, made while nothing played, unless it is of one way alone.
    pub fn note_trial(&mut self, rates: WayRates) {
        if let Some(way) = rates.faster() {
            self.rates = rates;
            (self.way, self.measured) = (way, Measured::Opening);
            self.phase = Phase::Settled;
            self.to_skip = 0;
        }
    }

    /// The way of the next read.
    pub fn next_way(&self) -> Way {
        match self.phase {
            Phase::FirstDirect => Way::Direct,
            Phase::FirstCached => Way::Cached,
            Phase::Settled => self.way,
            Phase::Probing => self.way.other(),
        }
    }

    /// Notes that a read begins, and gives its way.
    pub fn begin(&mut self, now: Time) -> Way {
        let way = self.next_way();
        if !self.is_busy() {
            self.window.busy_since = Some(now);
        }
        self.in_flight[way as usize] += 1;
        way
    }

    /// Notes the end of a read that gave so many bytes, none if it failed.
    pub fn end(&mut self, way: Way, bytes: u64, now: Time) {
        self.window.note_busy_until(now);
        let in_flight = &mut self.in_flight[way as usize];
        *in_flight = in_flight.saturating_sub(1);
        if !self.is_busy() {
            self.window.busy_since = None;
        }
        let measured = self.next_way();
        // Reads of the other way share the disk: what is measured begins when the last of them is done.
        if way != measured || self.in_flight[measured.other() as usize] > 0 {
            self.window.restart(now, self.is_busy());
            self.phase_at = now;
            return;
        }
        if self.phase == Phase::Probing && self.is_lost(bytes, now) {
            // What is in flight beside it is as far.
            let together = f64::from(self.in_flight[way as usize] + 1) * bytes as f64;
            self.end_probe(together / (now - self.phase_at).seconds(), now);
        } else if self.to_skip > 0 {
            // From the end of a read on, with others in flight, to the end of another: no queue fills or empties between.
            self.to_skip -= 1;
            self.window.restart(now, self.is_busy());
        } else {
            self.window.bytes += bytes;
            self.window.reads += 1;
            self.judge(now);
        }
    }

    fn judge(&mut self, now: Time) {
        let is_measured = self.window.reads >= PROBE_READS;
        match self.phase {
            Phase::Settled if self.window.is_full(now) => self.judge_window(now),
            Phase::FirstDirect if is_measured => {
                self.rates.set(Way::Direct, self.window.rate());
                self.enter(Phase::FirstCached, now);
            }
            Phase::FirstCached if is_measured => {
                self.rates.set(Way::Cached, self.window.rate());
                self.way = self.rates.faster().unwrap_or(self.way);
                self.measured = Measured::Opening;
                self.enter(Phase::Settled, now);
            }
            Phase::Probing if is_measured => self.end_probe(self.window.rate(), now),
            Phase::Settled | Phase::FirstDirect | Phase::FirstCached | Phase::Probing => {}
        }
    }

    fn enter(&mut self, phase: Phase, now: Time) {
        self.phase = phase;
        self.phase_at = now;
        self.to_skip = match phase {
            Phase::Settled => 0,
            Phase::FirstDirect | Phase::FirstCached | Phase::Probing => SKIPPED_READS,
        };
        self.busy_windows = 0;
        self.window.restart(now, self.is_busy());
    }

    /// True if a trial has taken so long, by a read of so many bytes, that its way cannot be faster any more: by then the
    /// other one would have done twice all its reads.
    fn is_lost(&self, bytes: u64, now: Time) -> bool {
        let all_bytes = bytes as f64 * f64::from(SKIPPED_READS + PROBE_READS);
        (now - self.phase_at).seconds() * self.rate_then > 2.0 * all_bytes
    }

    fn is_busy(&self) -> bool {
        self.in_flight != [0; 2]
    }

    fn judge_window(&mut self, now: Time) {
        let rate = self.window.rate();
        if self.window.is_busy(now) {
            self.busy_windows += 1;
            self.rates.set(self.way, rate);
        } else {
            self.busy_windows = 0;
        }
        self.window.restart(now, self.is_busy());
        if rate < self.rate_then * CHANGED_SHARE {
            (self.probe_from, self.pause) = (now, FIRST_PAUSE);
        }
        if self.busy_windows >= BUSY_WINDOWS && now >= self.probe_from {
            self.rate_then = rate;
            self.enter(Phase::Probing, now);
        }
    }

    /// Ends a trial that found this rate.
    fn end_probe(&mut self, rate: f64, now: Time) {
        self.rates.set(self.way.other(), rate);
        self.measured = Measured::Playing;
        if rate > self.rate_then * FASTER {
            self.way = self.way.other();
            self.rate_then = rate;
            self.changes += 1;
        }
        self.probe_from = now + self.pause;
        self.pause = (self.pause + self.pause).min(LONGEST_PAUSE);
        self.enter(Phase::Settled, now);
    }
}

#[cfg(test)]
#[path = "way_tests.rs"]
mod tests;
