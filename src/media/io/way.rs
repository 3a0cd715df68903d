//! The choice between the two ways of reading a disk, as a state machine without a clock or a disk of its own.
//!
//! ```text
//!                    busy for two windows, and the pause is over
//!   Settled(way) ────────────────────────────────────────────────► Probing: reads go the other way
//!        ▲                                                              │
//!        └── faster by a twentieth: that way from now on; ◄─────────────┘
//!            else the way of before; the pause doubles
//! ```
//!
//! Rates are comparable only at the same depth, so a window counts only while the disk is busy: then as many reads are in
//! flight as there are readers. A disk that is idle a quarter of the time gives what is needed, whichever way; nothing is
//! tried out on it. A change concerns new reads alone, so that none is lost or done twice.

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

/// Reads by which the other way is tried: three or four for each reader, so that the first, which find an empty queue,
/// do not decide.
const PROBE_READS: u32 = 14;

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
    /// A file was opened.
    Opening,
    /// It played.
    Playing,
}

/// Chooses the way of each read of one disk.
#[derive(Clone, Debug)]
pub struct WayChooser {
    way: Way,
    rates: WayRates,
    measured: Measured,
    is_probing: bool,
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
    /// Through the page cache until something is measured: every file can be read so.
    fn default() -> Self {
        Self {
            way: Way::Cached,
            rates: WayRates::default(),
            measured: Measured::Never,
            is_probing: false,
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

    /// Takes the rates of a measurement at depth, made while nothing played; of what it has none those of before stay.
    pub fn note_trial(&mut self, rates: WayRates) {
        let [direct, cached] = [rates.direct, rates.cached];
        self.rates = WayRates {
            direct: direct.or(self.rates.direct),
            cached: cached.or(self.rates.cached),
        };
        if let Some(way) = rates.faster() {
            (self.way, self.measured) = (way, Measured::Opening);
        }
    }

    /// The way of the next read.
    pub fn next_way(&self) -> Way {
        if self.is_probing {
            self.way.other()
        } else {
            self.way
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
            return;
        }
        self.window.bytes += bytes;
        self.window.reads += 1;
        if self.is_probing {
            self.judge_probe(now);
        } else if self.window.is_full(now) {
            self.judge_window(now);
        }
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
            self.is_probing = true;
            self.rate_then = rate;
        }
    }

    /// Ends a trial that has enough reads, or has taken so long that the other way cannot be faster any more.
    fn judge_probe(&mut self, now: Time) {
        let Window { bytes, reads, .. } = self.window;
        let to_beat = self.rate_then * FASTER;
        let expected_bytes = bytes as f64 / f64::from(reads) * f64::from(PROBE_READS);
        let is_lost = self.window.busy.seconds() * to_beat > expected_bytes;
        if reads < PROBE_READS && !is_lost {
            return;
        }
        let rate = self.window.rate();
        self.is_probing = false;
        self.rates.set(self.way.other(), rate);
        self.measured = Measured::Playing;
        if rate > to_beat && !is_lost {
            self.way = self.way.other();
            self.rate_then = rate;
            self.changes += 1;
        }
        self.probe_from = now + self.pause;
        self.pause = (self.pause + self.pause).min(LONGEST_PAUSE);
        self.busy_windows = 0;
        self.window.restart(now, self.is_busy());
    }
}

#[cfg(test)]
#[path = "way_tests.rs"]
mod tests;
