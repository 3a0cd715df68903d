//! The constant rate under time stamps that are rounded, tremble, are given twice, or leave frames out.
//!
//! ```text
//! stamps × rate ─► positions in frames ─► their fractions gather where frames begin ─► a slot for each frame
//!                                      ─► is that evidence of the rate, or would any stamps do so? ─► Grid, or none
//! ```
//!
//! Any stamp lies within half a frame of some slot of any rate, so that alone says nothing. A rate is believed where its
//! slots explain the stamps:
//!
//! * to within the rounding of the unit, where a unit is no more than a quarter of a frame; or
//! * with most frames one slot after the other, no two of them crowded into one, what is off coming and going from
//!   frame to frame as jitter does, and frames left out only where the stamps leap. Where the rate is another one, or
//!   drifts, what is off grows little by little, until a slot is left out or taken twice without a leap.

use super::stream::TimeBase;
use crate::time::FrameRate;

/// Rates that cameras, captures and programs use, as fractions: those that a stream of about this rate is most likely of.
const USUAL_RATES: [(u32, u32); 22] = [
    (24_000, 1001),
    (24, 1),
    (25, 1),
    (30_000, 1001),
    (30, 1),
    (48_000, 1001),
    (48, 1),
    (50, 1),
    (60_000, 1001),
    (60, 1),
    (72, 1),
    (75, 1),
    (90, 1),
    (100, 1),
    (120_000, 1001),
    (120, 1),
    (144, 1),
    (200, 1),
    (240_000, 1001),
    (240, 1),
    (480, 1),
    (960, 1),
];

/// A usual rate is tried for stamps of a rate that differs by less than this share: rounding to milliseconds makes
/// 1,000 of 960.
const NEAR: f64 = 0.06;

/// Least number of frames from which jitter can be told from a rate that varies.
pub(super) const MIN_FRAMES: usize = 16;

/// Frames within which a slot is free for one of two that would take the same.
const MOST_MOVED: usize = 8;

/// Coarsest unit of stamps, in frames, of which it says something that they lie on a grid to within a unit.
pub(super) const MAX_UNIT: f64 = 0.25;

/// Parts of a frame in which fractions of positions are counted.
const PARTS: usize = 128;

/// Positions up to which slots are counted, in frames: more than an hour at any rate for a thousand years, and exact in
/// `f64`.
const MOST_SLOTS: f64 = 4e15;

/// Frames in slots of one rate.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grid {
    /// The rate.
    pub rate: FrameRate,
    /// The slot of each frame, ascending, the first zero. Two frames have one slot where no other is free.
    pub slots: Vec<i64>,
    /// Middle between the earliest stamp, measured from its slot, and the latest; in frames after the first stamp.
    pub offset: f64,
    /// The uncertainty of that, in frames.
    pub uncertainty: f64,
    /// Share of frames that come one slot after the one before, 0 to 1.
    pub even_share: f64,
    /// True if all stamps are where the rate puts them, to within the rounding of their unit.
    is_rounding: bool,
    /// True if that unit is fine enough for it to be evidence.
    is_fine: bool,
    /// Variance of the stamps about their slots, in frames².
    variance: f64,
}

impl Grid {
    /// The grid that explains stamps in ascending order best; `None` where they vary.
    ///
    /// `claimed` are rates to try first.
    pub(super) fn under(stamps: &[i64], base: TimeBase, claimed: &[FrameRate]) -> Option<Self> {
        let seen = step_rate(stamps, base);
        let mut likely: Vec<FrameRate> = Vec::new();
        for rate in claimed.iter().copied().chain(seen) {
            let claim = Some(rate).filter(|rate| claimed.contains(rate));
            for candidate in usual_rates_near(rate).chain(claim) {
                if !likely.contains(&candidate) {
                    likely.push(candidate);
                }
            }
        }
        let best = |rates: &[FrameRate]| {
            let grids = rates.iter().filter_map(|&rate| {
                let is_claimed = claimed.contains(&rate);
                Self::fit(stamps, base, rate, is_claimed)
            });
            grids.max_by(|one, other| {
                one.rank()
                    .partial_cmp(&other.rank())
                    .unwrap_or(std::cmp::Ordering::Equal)
            })
        };
        best(&likely).or_else(|| best(seen.as_slice()))
    }

    /// Frames one slot after the other, whose stamps are later than their slots by `offset` frames on the whole.
    pub(super) fn of_run(rate: FrameRate, frames: i64, offset: f64, uncertainty: f64) -> Self {
        Self {
            rate,
            slots: (0..frames).collect(),
            offset,
            uncertainty,
            even_share: 1.0,
            is_rounding: true,
            is_fine: true,
            variance: 0.0,
        }
    }

    /// True if each frame has the slot of its number.
    pub(super) fn is_constant(&self) -> bool {
        self.slots
            .iter()
            .zip(0..)
            .all(|(&slot, frame)| slot == frame)
    }

    /// The order of preference: rounding alone explains it, with most frames one after the other; then whatever has most
    /// frames so; a rate in use; what is off least.
    fn rank(&self) -> (bool, i64, bool, bool, f64) {
        let is_plain = self.is_rounding && self.is_fine && self.even_share > 0.5;
        let is_usual = usual_rates_near(self.rate).any(|usual| usual == self.rate);
        let twentieths = (self.even_share * 20.0).round() as i64;
        (
            is_plain,
            twentieths,
            self.is_rounding,
            is_usual,
            -self.variance,
        )
    }

    /// The grid of a rate, if the stamps are evidence of it.
    fn fit(stamps: &[i64], base: TimeBase, rate: FrameRate, is_claimed: bool) -> Option<Self> {
        let unit = frames_per_unit(base, rate);
        let first = *stamps.first()?;
        let positions: Vec<f64> = stamps
            .iter()
            .map(|&stamp| (i128::from(stamp) - i128::from(first)) as f64 * unit)
            .collect();
        if positions.len() < 2 || positions.last().is_none_or(|last| *last > MOST_SLOTS) {
            return None;
        }
        let border = emptiest_fraction(&positions);
        let own: Vec<i64> = positions
            .iter()
            .map(|position| (position - border).floor() as i64)
            .collect();
        let off: Vec<f64> = positions
            .iter()
            .zip(&own)
            .map(|(position, &slot)| position - border - slot as f64)
            .collect();
        let signs = Signs::of(&off, &own, &positions);
        let (mut slots, shared) = spread_out(own);
        let origin = slots[0];
        for slot in &mut slots {
            *slot -= origin;
        }
        let even = slots
            .windows(2)
            .filter(|pair| pair[1] - pair[0] == 1)
            .count();
        let even_share = even as f64 / (slots.len() - 1) as f64;
        let is_within_unit = signs.spread <= unit * 1.01;
        // A unit that is a frame puts all stamps on the grid, whatever they are: only the container can know that it is.
        let is_rounding = is_within_unit && (unit <= MAX_UNIT || is_claimed && signs.spread < 1e-6);
        let is_jitter = || {
            let is_restless = signs.restlessness >= 0.25 || is_within_unit && unit < 1.0;
            let is_enough = slots.len() >= MIN_FRAMES && even_share > 0.5;
            is_enough && is_restless && signs.crowded * 100 <= slots.len() && signs.gain.abs() < 0.2
        };
        let is_evidence = shared * MIN_FRAMES <= slots.len() && (is_rounding || is_jitter());
        is_evidence.then(|| Self {
            rate,
            slots,
            offset: border + signs.middle + origin as f64,
            uncertainty: unit.max(signs.spread / 4.0),
            even_share,
            is_rounding,
            is_fine: unit <= MAX_UNIT,
            variance: signs.variance,
        })
    }
}

/// Units of stamps in frames.
pub(super) fn frames_per_unit(base: TimeBase, rate: FrameRate) -> f64 {
    base.num as f64 * f64::from(rate.num()) / (base.den as f64 * f64::from(rate.den()))
}

/// The usual rates about a rate.
pub(super) fn usual_rates_near(rate: FrameRate) -> impl Iterator<Item = FrameRate> {
    let fps = rate.fps();
    USUAL_RATES
        .into_iter()
        .filter_map(|(num, den)| FrameRate::new(num, den))
        .filter(move |usual| (usual.fps() / fps - 1.0).abs() < NEAR)
}

/// The rate of most steps: the mean of those within half of the median.
fn step_rate(stamps: &[i64], base: TimeBase) -> Option<FrameRate> {
    let median = median_step(stamps)?;
    let steps = stamps
        .windows(2)
        .map(|pair| pair[1].saturating_sub(pair[0]));
    let (count, sum) = steps
        .filter(|step| {
            step.saturating_mul(2) >= median && step.saturating_sub(median) <= median / 2
        })
        .fold((0_u64, 0.0), |(count, sum), step| {
            (count + 1, sum + step as f64)
        });
    let seconds = sum / count as f64 * base.num as f64 / base.den as f64;
    // To a millionth of a picture per second.
    FrameRate::new((1e6 / seconds).round() as u32, 1_000_000)
}

/// The median of the steps from one stamp to the next that are not zero.
pub(super) fn median_step(stamps: &[i64]) -> Option<i64> {
    let steps = stamps
        .windows(2)
        .map(|pair| pair[1].saturating_sub(pair[0]));
    let mut steps: Vec<i64> = steps.filter(|step| *step > 0).collect();
    let middle = steps.len() / 2;
    (!steps.is_empty()).then(|| *steps.select_nth_unstable(middle).1)
}

/// The middle of the widest stretch of fractions, 0 to 1, that no position has, or the fewest: there one slot ends and
/// the next begins.
fn emptiest_fraction(positions: &[f64]) -> f64 {
    let mut counts = [0_u32; PARTS];
    for position in positions {
        let part = (position.rem_euclid(1.0) * PARTS as f64) as usize;
        counts[part.min(PARTS - 1)] += 1;
    }
    let fewest = counts.iter().min().copied().unwrap_or(0);
    let (mut longest, mut end, mut run) = (0, 0, 0);
    for part in 0..2 * PARTS {
        run = if counts[part % PARTS] == fewest {
            run + 1
        } else {
            0
        };
        if run > longest && run <= PARTS {
            (longest, end) = (run, part + 1);
        }
    }
    ((end as f64 - longest as f64 / 2.0) / PARTS as f64).rem_euclid(1.0)
}

/// Moves frames that share a slot to the nearest free one, and those between with them. Gives the number of frames for
/// which there was none.
fn spread_out(mut slots: Vec<i64>) -> (Vec<i64>, usize) {
    let mut shared = 0;
    for frame in 1..slots.len() {
        let before = slots[frame - 1];
        if slots[frame] > before {
            continue;
        }
        // Those from here on each after the one before, until one is late enough; or those before each before the next.
        let later = slots[frame..]
            .iter()
            .zip(before + 1..)
            .take(MOST_MOVED + 1)
            .take_while(|&(&slot, pushed)| slot < pushed)
            .count();
        let earlier = slots[..frame]
            .iter()
            .rev()
            .zip((1..).map(|place| slots[frame] - place))
            .take(MOST_MOVED + 1)
            .take_while(|&(&slot, pushed)| slot > pushed)
            .count();
        if later <= MOST_MOVED && (later <= earlier || earlier >= frame) {
            for (slot, pushed) in slots[frame..frame + later].iter_mut().zip(before + 1..) {
                *slot = pushed;
            }
        } else if earlier <= MOST_MOVED && earlier < frame {
            let last = slots[frame];
            let moved = slots[frame - earlier..frame].iter_mut().rev();
            for (slot, pushed) in moved.zip((1..).map(|place| last - place)) {
                *slot = pushed;
            }
        } else {
            shared += 1;
            slots[frame] = before;
        }
    }
    (slots, shared)
}

/// The signs by which jitter is told from a rate that varies.
struct Signs {
    /// From the earliest stamp, measured from its slot, to the latest, in frames; and the middle between them.
    spread: f64,
    middle: f64,
    variance: f64,
    /// Mean square of the change from one frame to the next over twice the variance (von Neumann's ratio): about 1 for
    /// jitter, near 0 where it changes little by little.
    restlessness: f64,
    /// Frames with the slot of the one before though stamped a quarter of a frame later or more.
    crowded: usize,
    /// Mean over stretches without a gap of what frames of the second half are later than those of the first, measured
    /// from their slots, in frames. Where it grows until a slot must be left out, that is half a frame.
    gain: f64,
}

impl Signs {
    fn of(off: &[f64], slots: &[i64], positions: &[f64]) -> Self {
        let frames = off.len() as f64;
        let (low, high) = off.iter().fold((f64::MAX, f64::MIN), |(low, high), off| {
            (low.min(*off), high.max(*off))
        });
        let mean = off.iter().sum::<f64>() / frames;
        let variance = off.iter().map(|off| (off - mean).powi(2)).sum::<f64>() / frames;
        let is_step = |frame: usize| slots[frame] - slots[frame - 1] == 1;
        let changes = (1..off.len()).filter(|&frame| is_step(frame));
        let (count, squares) = changes.fold((0, 0.0), |(count, sum), frame| {
            (count + 1, sum + (off[frame] - off[frame - 1]).powi(2))
        });
        let crowded = (1..off.len()).filter(|&frame| {
            slots[frame] <= slots[frame - 1] && positions[frame] - positions[frame - 1] >= 0.25
        });
        Self {
            spread: high - low,
            middle: f64::midpoint(low, high),
            variance,
            restlessness: if count > 0 && variance > 0.0 {
                squares / f64::from(count) / (2.0 * variance)
            } else {
                0.0
            },
            crowded: crowded.count(),
            gain: mean_gain(off, slots),
        }
    }
}

/// See [`Signs::gain`]; 1 where there is no stretch that could tell.
fn mean_gain(off: &[f64], slots: &[i64]) -> f64 {
    let (mut sum, mut count, mut begin) = (0.0, 0, 0);
    let mean = |off: &[f64]| off.iter().sum::<f64>() / off.len() as f64;
    for end in 1..=off.len() {
        if end < off.len() && slots[end] - slots[end - 1] == 1 {
            continue;
        }
        let half = (end - begin) / 2;
        // Of fewer than four frames the halves say nothing.
        if half >= 2 {
            sum += mean(&off[end - half..end]) - mean(&off[begin..begin + half]);
            count += 1;
        }
        begin = end;
    }
    if count == 0 {
        1.0
    } else {
        sum / f64::from(count)
    }
}
