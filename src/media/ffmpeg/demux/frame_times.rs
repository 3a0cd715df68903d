//! The times of frames that are not all at one rate: from gap to gap on a grid, in steady runs, or at their own stamps.

use super::stream::TimeBase;
use super::time_grid::{
    Grid, MAX_UNIT, MIN_FRAMES, frames_per_unit, median_step, usual_rates_near,
};
use crate::time::{FrameRate, MediaTiming, Time};

/// The times of frames, from the first to the last.
pub(super) struct Table<'a> {
    stamps: &'a [i64],
    base: TimeBase,
    begins: Vec<Time>,
    /// The grid that frames were put on last: its rate, and the time of one of its slots.
    anchor: Option<(FrameRate, Time)>,
    /// What stamps are early or late by on the whole, as rounding down makes them; known of a table that begins with a
    /// grid, whose first frame begins at zero.
    bias: Time,
}

impl<'a> Table<'a> {
    pub fn new(stamps: &'a [i64], base: TimeBase) -> Self {
        Self {
            stamps,
            base,
            begins: Vec::with_capacity(stamps.len()),
            anchor: None,
            bias: Time::ZERO,
        }
    }

    /// The time of a frame by its own stamp.
    fn stamped(&self, frame: usize) -> Time {
        let units = |at: usize| self.stamps.get(at).copied().unwrap_or(0);
        Time::from_time_base(
            units(frame).saturating_sub(units(0)),
            self.base.num,
            self.base.den,
        )
    }

    /// Adds frames from gap to gap.
    pub fn add_stretches(&mut self, claimed: &[FrameRate]) {
        let stamps = self.stamps;
        // A frame that is left out, or more: the step is half as long again as most.
        let gap = median_step(stamps).map_or(i64::MAX, |median| median.saturating_add(median / 2));
        for stretch in stamps.chunk_by(|one, next| next.saturating_sub(*one) <= gap) {
            let end = self.begins.len() + stretch.len();
            // One that is all there is has been tried.
            let is_part = stretch.len() < stamps.len() && stretch.len() >= MIN_FRAMES;
            let grid = is_part
                .then(|| Grid::under(stretch, self.base, claimed))
                .flatten();
            if let Some(grid) = grid {
                self.add_grid(&grid);
                continue;
            }
            while self.begins.len() < end {
                let rest = &stamps[self.begins.len()..end];
                match steady_run(rest, self.base, claimed) {
                    Some(run) => self.add_grid(&run),
                    None => self.add_stamped(),
                }
            }
        }
    }

    /// Adds the next frame at its own stamp.
    fn add_stamped(&mut self) {
        let begin = self.stamped(self.begins.len());
        self.add(begin);
    }

    /// Adds as many frames as a grid has.
    pub fn add_grid(&mut self, grid: &Grid) {
        let rate = grid.rate;
        let in_frames = |time: Time| time.seconds() * rate.fps();
        let in_time = |frames: f64| Time::from_seconds_f64(frames / rate.fps());
        let begin = self.stamped(self.begins.len()) + in_time(grid.offset);
        if self.begins.is_empty() {
            self.bias = begin;
        }
        let mut begin = begin - self.bias;
        // Where it goes on on the grid before, as far as can be told, it is that very grid.
        if let Some((_, anchor)) = self.anchor.filter(|(before, _)| *before == rate) {
            let slots = in_frames(begin - anchor);
            if (slots - slots.round()).abs() <= grid.uncertainty {
                begin = anchor + rate.time_of(slots.round() as i64);
            }
        }
        self.anchor = Some((rate, begin));
        for frames in grid.slots.chunk_by(|one, next| one == next) {
            let slot = begin + rate.time_of(frames[0]);
            for place in 0..frames.len() {
                // Frames that share a slot share its time.
                self.add(slot + in_time(place as f64 / frames.len() as f64));
            }
        }
    }

    /// Adds a frame; never before the one before it.
    fn add(&mut self, begin: Time) {
        let last = self.begins.last().copied();
        self.begins.push(last.map_or(begin, |last| begin.max(last)));
    }

    pub fn into_timing(self, rate: FrameRate, last_duration: i64) -> MediaTiming {
        let last = self.begins.last().copied().unwrap_or(Time::ZERO);
        let stated = Time::from_time_base(last_duration, self.base.num, self.base.den);
        let frame = self.anchor.map_or(rate, |(rate, _)| rate).frame_duration();
        // A duration is as rounded as a stamp.
        let is_frame = (stated - frame).abs() < frame.scaled(0.5);
        let length = if last_duration <= 0 || self.anchor.is_some() && is_frame {
            frame
        } else {
            stated
        };
        MediaTiming::table(rate, self.begins.into(), last + length)
    }
}

/// The longest run of frames from the first on that keep one rate to within the rounding of their unit, if it is long
/// enough to tell.
fn steady_run(stamps: &[i64], base: TimeBase, claimed: &[FrameRate]) -> Option<Grid> {
    let begin = stamps.get(..MIN_FRAMES)?;
    let seen = mean_rate(begin, base)?;
    let near = |rate: &FrameRate| (rate.fps() / seen.fps() - 1.0).abs() < 0.05;
    let claimed = claimed.iter().copied().filter(near);
    claimed
        .chain(usual_rates_near(seen))
        .filter_map(|rate| {
            let unit = frames_per_unit(base, rate);
            let first = i128::from(begin[0]);
            let (mut low, mut high, mut frames) = (0.0_f64, 0.0_f64, 0);
            for (&stamp, frame) in stamps.iter().zip(0_i64..) {
                let off = (i128::from(stamp) - first) as f64 * unit - frame as f64;
                let (lower, higher) = (low.min(off), high.max(off));
                if higher - lower > unit * 1.01 {
                    break;
                }
                (low, high, frames) = (lower, higher, frame + 1);
            }
            let is_run = unit <= MAX_UNIT && frames >= MIN_FRAMES as i64;
            is_run.then(|| Grid::of_run(rate, frames, f64::midpoint(low, high), unit))
        })
        .reduce(|best, run| {
            if run.slots.len() > best.slots.len() {
                run
            } else {
                best
            }
        })
}

/// Frames between the first and the last timestamp over the time between them.
pub(super) fn mean_rate(timestamps: &[i64], base: TimeBase) -> Option<FrameRate> {
    let span = i128::from(*timestamps.last()?) - i128::from(*timestamps.first()?);
    let frames = timestamps.len().checked_sub(1)? as i128;
    let mut num = frames * i128::from(base.den);
    let mut den = span * i128::from(base.num);
    let divisor = greatest_common_divisor(num, den);
    if divisor > 1 {
        num /= divisor;
        den /= divisor;
    }
    while num > i128::from(u32::MAX) || den > i128::from(u32::MAX) {
        num /= 2;
        den /= 2;
    }
    FrameRate::new(u32::try_from(num).ok()?, u32::try_from(den).ok()?)
}

fn greatest_common_divisor(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.abs()
}
