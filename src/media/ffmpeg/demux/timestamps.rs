//! From a stream's timestamps to [`MediaTiming`]: one constant rate where they keep it, else a table of times.
//!
//! ```text
//! all at one rate, to within rounding ─► constant
//! on the grid of one rate, with gaps, jitter, doubled stamps ─► Grid ─► constant, or a table of the grid's times
//! else, from gap to gap: on a grid ─► its times; a run at a rate of its own ─► its times; the rest ─► its own stamps
//! ```
//!
//! Stamps that are only rounded would put a frame a hair behind the tick that it belongs to, and the tick would show
//! the one before; so wherever a rate can be told, frames begin exactly at its times.

use super::frame_times::{Table, mean_rate};
use super::stream::TimeBase;
use super::time_grid::{Grid, usual_rates_near};
use crate::time::{FrameRate, MediaTiming};

/// The rate of a stream that says nothing about it; what FFmpeg takes for pictures without time.
const FALLBACK_RATE: (u32, u32) = (25, 1);

/// A usual rate is taken for one that differs by no more than this share, which containers round away, or by what a unit
/// of rounding at either end makes.
const SAME_RATE: f64 = 2e-4;

/// The time of each frame.
///
/// `timestamps` are presentation timestamps in ascending order, perhaps some given twice; `last_duration` is that of the
/// last frame in the same unit, zero if unknown; `claimed` are rates to try first.
pub(in crate::media) fn timing(
    timestamps: &[i64],
    last_duration: i64,
    base: TimeBase,
    claimed: &[FrameRate],
) -> MediaTiming {
    let frames = timestamps.len() as u64;
    if timestamps.len() < 2 {
        return MediaTiming::constant(nominal_rate(claimed), frames);
    }
    let mean = mean_rate(timestamps, base);
    for rate in claimed.iter().copied().chain(mean) {
        let mut candidates = same_rates(rate, timestamps);
        if let Some(kept) = candidates.find(|candidate| keeps_rate(timestamps, base, *candidate)) {
            return MediaTiming::constant(kept, frames);
        }
    }
    // Where a unit is a frame of a rate that is claimed, only frames are missing.
    let rate = claimed.iter().copied().find(|rate| is_unit(base, *rate));
    let rate = rate.or(mean).unwrap_or_else(|| nominal_rate(claimed));
    let mut table = Table::new(timestamps, base);
    let Some(grid) = Grid::under(timestamps, base, claimed) else {
        table.add_stretches(claimed);
        return table.into_timing(rate, last_duration);
    };
    if grid.is_constant() {
        return MediaTiming::constant(grid.rate, frames);
    }
    // What lies here and there on a fine grid comes at its mean rate, for whoever asks how many come in a second.
    let rate = if grid.even_share > 0.5 {
        grid.rate
    } else {
        rate
    };
    table.add_grid(&grid);
    table.into_timing(rate, last_duration)
}

/// The rate that a stream claims, or FFmpeg's for a stream that claims none.
pub(in crate::media) fn nominal_rate(claimed: &[FrameRate]) -> FrameRate {
    let (num, den) = FALLBACK_RATE;
    claimed
        .first()
        .copied()
        .or_else(|| FrameRate::new(num, den))
        .unwrap_or(FrameRate::FPS_60)
}

/// The usual rates that a rate may stand for, the nearest first, and the rate itself.
fn same_rates(rate: FrameRate, timestamps: &[i64]) -> impl Iterator<Item = FrameRate> {
    let ends = timestamps.first().zip(timestamps.last());
    let span = ends.map_or(0.0, |(first, last)| {
        (i128::from(*last) - i128::from(*first)) as f64
    });
    let same = SAME_RATE.max(1.0 / span.max(1.0));
    let distance = move |usual: &FrameRate| (usual.fps() / rate.fps() - 1.0).abs();
    let mut usual: Vec<FrameRate> = usual_rates_near(rate)
        .filter(|usual| distance(usual) <= same)
        .collect();
    usual.sort_by(|one, other| distance(one).total_cmp(&distance(other)));
    usual.into_iter().chain([rate])
}

/// True if every timestamp is where `rate` puts it, to within the rounding of the time base.
///
/// One unit of rounding is granted where a frame lasts four units or more; a coarser unit must fit exactly, so that
/// a frame left out is not taken for rounding.
fn keeps_rate(timestamps: &[i64], base: TimeBase, rate: FrameRate) -> bool {
    let Some(&first) = timestamps.first() else {
        return false;
    };
    // In units of 1/(base.den · rate.num) seconds, so that all is whole.
    let per_unit = i128::from(base.num) * i128::from(rate.num());
    let per_frame = i128::from(base.den) * i128::from(rate.den());
    let granted = if per_frame >= 4 * per_unit {
        per_unit
    } else {
        0
    };
    timestamps.iter().zip(0_i128..).all(|(&timestamp, frame)| {
        let elapsed = (i128::from(timestamp) - i128::from(first)) * per_unit;
        (elapsed - frame * per_frame).abs() <= granted
    })
}

/// True if a frame of a rate lasts one unit of timestamps.
fn is_unit(base: TimeBase, rate: FrameRate) -> bool {
    let unit = i128::from(base.num) * i128::from(rate.num());
    unit == i128::from(base.den) * i128::from(rate.den())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{FrameIndex, Time};

    const MILLISECOND: TimeBase = TimeBase { num: 1, den: 1000 };

    #[test]
    fn stamps_rounded_to_milliseconds_are_still_a_constant_rate() {
        let rate = FrameRate::new(30000, 1001).expect("valid");
        let timestamps: Vec<i64> = (0..500_i64)
            .map(|frame| 80 + (frame * 1_001_000 + 15_000) / 30_000)
            .collect();
        let timing = timing(&timestamps, 0, MILLISECOND, &[rate]);
        assert_eq!((timing.rate(), timing.is_variable()), (rate, false));
    }

    #[test]
    fn a_frame_left_out_makes_the_rate_variable_even_in_a_coarse_unit() {
        let base = TimeBase { num: 1, den: 25 };
        let claimed = FrameRate::new(25, 1).expect("valid");
        let timing = timing(&[0, 1, 2, 4, 5], 1, base, &[claimed]);
        assert!(timing.is_variable(), "a gap of two units is not rounding");
        assert_eq!(timing.time_of(FrameIndex(3)), Time::from_seconds_f64(0.16));
        assert_eq!(timing.duration(), Time::from_seconds_f64(0.24));
    }

    #[test]
    fn a_wrong_claim_is_replaced_by_what_the_stamps_keep() {
        let timing = timing(&[0, 20, 40, 60], 20, MILLISECOND, &[FrameRate::FPS_60]);
        assert_eq!(timing.rate(), FrameRate::new(50, 1).expect("valid"));
        assert!(!timing.is_variable(), "every frame lasts 20 ms");
    }

    #[test]
    fn extreme_stamps_do_not_overflow() {
        let timing = timing(&[i64::MIN, 0, i64::MAX], i64::MAX, MILLISECOND, &[]);
        assert_eq!(timing.frames(), 3);
    }

    const UNIT_90K: TimeBase = TimeBase {
        num: 1,
        den: 90_000,
    };

    fn rate(num: u32, den: u32) -> FrameRate {
        FrameRate::new(num, den).expect("valid")
    }

    /// Numbers from -1 to 1 that look random and are the same each time.
    fn noise() -> impl FnMut() -> f64 {
        let mut state = 1_u64;
        move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1 << 30) - 1.0
        }
    }

    fn units(seconds: f64, base: TimeBase) -> i64 {
        (seconds * base.den as f64 / base.num as f64).round() as i64
    }

    /// The frames that are due on a canvas of this rate from the beginning to the end.
    fn due(timing: &MediaTiming, canvas: FrameRate) -> Vec<u64> {
        let ticks = canvas.frame_at(timing.duration() - Time::from_flicks(1)) + 1;
        (0..ticks)
            .map(|tick| timing.frame_at(canvas.time_of(tick)).0)
            .collect()
    }

    /// Every frame once and in its turn, but for those that stay on in a gap.
    #[track_caller]
    fn assert_all_due_once(timing: &MediaTiming, canvas: FrameRate, slots: &[i64], what: &str) {
        let due = due(timing, canvas);
        let expected = |slot: i64| slots.partition_point(|&kept| kept <= slot) as u64 - 1;
        let wrong = (0..)
            .zip(&due)
            .find(|&(slot, frame)| *frame != expected(slot));
        assert_eq!(wrong, None, "{what}: the tick, and the frame due");
        assert_eq!(due.len() as i64, slots[slots.len() - 1] + 1, "{what}");
    }

    fn without(frames: i64, gaps: &[i64]) -> Vec<i64> {
        (0..frames).filter(|frame| !gaps.contains(frame)).collect()
    }

    #[test]
    fn every_frame_of_a_usual_rate_is_due_once_in_any_unit_and_beside_any_gaps() {
        let rates = [
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
            (90, 1),
            (100, 1),
            (120_000, 1001),
            (120, 1),
            (240, 1),
            (960, 1),
        ];
        let bases = [1000, 90_000, 15_360, 600, 10_000_000].map(|den| TimeBase { num: 1, den });
        let gaps = [
            &[][..],
            &[30],
            &[299],
            &[30, 31, 32, 100, 200, 201, 202, 203, 399],
        ];
        for rate in rates.map(|(num, den)| rate(num, den)) {
            for base in bases.iter().filter(|base| base.den as f64 > rate.fps()) {
                for gaps in gaps {
                    check_gaps(rate, *base, gaps, 0.5);
                    check_gaps(rate, *base, gaps, 0.0);
                }
            }
        }
    }

    /// Every frame of a rate is due once if these are left out, and stamps are rounded from this part of a unit on.
    fn check_gaps(rate: FrameRate, base: TimeBase, gaps: &[i64], bias: f64) {
        let slots = without(600, gaps);
        let stamp = |slot: &i64| {
            let units = *slot as f64 / rate.fps() * base.den as f64;
            (units + bias + 1e-6).floor() as i64
        };
        let stamps: Vec<i64> = slots.iter().map(stamp).collect();
        // As the container says it, and as it gets it wrong for want of those that are missing.
        let mean = mean_rate(&stamps, base).expect("there are frames");
        for claimed in [&[rate, mean][..], &[mean, rate]] {
            let timing = timing(&stamps, 0, base, claimed);
            let what = format!("{rate} in 1/{} from {bias}, without {gaps:?}", base.den);
            assert_all_due_once(&timing, rate, &slots, &what);
            assert_eq!(timing.rate(), rate, "{what}");
            assert_eq!(timing.is_variable(), !gaps.is_empty(), "{what}");
        }
    }

    #[test]
    fn stamps_that_tremble_within_half_a_frame_lose_no_frame() {
        let mut noise = noise();
        for jitter in [0.03, 0.12, 0.3, 0.42] {
            for rate in [rate(60, 1), rate(60_000, 1001), rate(25, 1)] {
                for gaps in [&[][..], &[150], &[40, 41, 42, 100, 200, 250, 251]] {
                    let slots = without(400, gaps);
                    let mut stamp = |slot: &i64| {
                        units((*slot as f64 + noise() * jitter) / rate.fps(), UNIT_90K)
                    };
                    let stamps: Vec<i64> = slots.iter().map(&mut stamp).collect();
                    let timing = timing(&stamps, 0, UNIT_90K, &[rate]);
                    let what = format!("{rate} ± {jitter} without {gaps:?}");
                    assert_all_due_once(&timing, rate, &slots, &what);
                }
            }
        }
    }

    #[test]
    fn a_stamp_given_twice_takes_no_frame_its_turn() {
        let slots = without(300, &[]);
        for base in [MILLISECOND, UNIT_90K] {
            let mut stamps: Vec<i64> = slots
                .iter()
                .map(|slot| units(*slot as f64 / 60.0, base))
                .collect();
            stamps[100] = stamps[99];
            stamps[201] = stamps[202];
            (stamps[250], stamps[251]) = (stamps[249], stamps[249]);
            let timing = timing(&stamps, 0, base, &[FrameRate::FPS_60]);
            assert_all_due_once(&timing, FrameRate::FPS_60, &slots, "each in its own slot");
            assert!(!timing.is_variable(), "no frame is missing");
        }
        // One frame too many has no slot of its own, but is there.
        let mut stamps: Vec<i64> = slots
            .iter()
            .map(|slot| units(*slot as f64 / 60.0, MILLISECOND))
            .collect();
        stamps.insert(100, stamps[100]);
        let timing = timing(&stamps, 0, MILLISECOND, &[FrameRate::FPS_60]);
        let all: Vec<u64> = due(&timing, FrameRate::new(240, 1).expect("valid"))
            .into_iter()
            .collect();
        let mut found = all.clone();
        found.dedup();
        assert_eq!(found, (0..301).collect::<Vec<_>>());
        assert_eq!(
            timing.time_of(FrameIndex(200)),
            FrameRate::FPS_60.time_of(199)
        );
    }

    #[test]
    fn frames_that_truly_vary_stay_at_their_stamps() {
        let mut noise = noise();
        let mut steps = |from: f64, to: f64| -> Vec<f64> {
            let mut time = 0.0;
            let mut next = || {
                let now = time;
                time += from + (to - from) * f64::midpoint(noise(), 1.0);
                now
            };
            (0..300).map(|_| next()).collect()
        };
        let seconds = |time: &dyn Fn(f64) -> f64| -> Vec<f64> {
            (0..300).map(|frame| time(f64::from(frame))).collect()
        };
        for (what, times) in [
            ("a screen recording", steps(0.005, 0.1)),
            ("a screen recording in bursts", steps(0.001, 0.5)),
            ("a rate that wanders", steps(0.9 / 30.0, 1.1 / 30.0)),
            (
                "a rate that wanders a little",
                steps(0.97 / 30.0, 1.03 / 30.0),
            ),
            (
                "a rate that comes and goes",
                seconds(&|frame| frame / 30.0 + 0.02 * (frame / 20.0).sin()),
            ),
            (
                "a rate that drifts slowly",
                seconds(&|frame| frame / 30.0 + 0.1 * (frame / 100.0).sin()),
            ),
            (
                "a rate that falls",
                seconds(&|frame| frame / 30.0 + (frame / 30.0).powi(2) * 0.01),
            ),
            (
                "less light",
                seconds(&|frame| frame.min(150.0) / 30.0 + (frame - 150.0).max(0.0) / 24.0),
            ),
            (
                "more light",
                seconds(&|frame| frame.min(150.0) / 24.0 + (frame - 150.0).max(0.0) / 30.0),
            ),
            (
                "slow motion",
                seconds(&|frame| frame.min(150.0) / 30.0 + (frame - 150.0).max(0.0) / 240.0),
            ),
        ] {
            for base in [MILLISECOND, UNIT_90K] {
                let stamps: Vec<i64> = times.iter().map(|time| units(*time, base)).collect();
                for claimed in [&[rate(30, 1)][..], &[rate(60, 1), rate(25, 1)], &[]] {
                    let timing = timing(&stamps, 0, base, claimed);
                    assert!(timing.is_variable(), "{what}");
                    for (frame, stamp) in (0..).zip(&stamps) {
                        let own = Time::from_time_base(*stamp, 1, base.den);
                        let off = (timing.time_of(FrameIndex(frame)) - own).abs();
                        let unit = Time::from_time_base(1, 1, base.den);
                        assert!(
                            off <= unit,
                            "{what}: frame {frame} of {claimed:?} is {} ms off",
                            off.millis()
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn each_run_between_pauses_of_any_length_has_its_rate() {
        // A pause of any length, then another rate in the same file.
        for pause in [0.3, 0.507, 7.0021] {
            for second in [60.0, 30.0] {
                let time = |frame: i64| match frame {
                    0..150 => frame as f64 / 60.0,
                    _ => 2.5 + pause + (frame - 150) as f64 / second,
                };
                let stamps: Vec<i64> = (0..300)
                    .map(|frame| units(time(frame), MILLISECOND))
                    .collect();
                let timing = timing(&stamps, 0, MILLISECOND, &[FrameRate::FPS_60]);
                let mut frames = due(&timing, FrameRate::FPS_60);
                frames.dedup();
                assert_eq!(
                    frames,
                    (0..300).collect::<Vec<_>>(),
                    "a pause of {pause} s, then {second}"
                );
                for frame in [150, 151, 200, 299] {
                    let off = timing.time_of(FrameIndex(frame as u64))
                        - Time::from_seconds_f64(time(frame));
                    assert!(
                        off.abs().millis() <= 1.0,
                        "frame {frame} is {} ms off",
                        off.millis()
                    );
                }
            }
        }
    }

    #[test]
    fn soft_telecine_is_film_and_frames_left_out_of_30_are_no_24() {
        let film = rate(24_000, 1001);
        let mut stamp = 0.0;
        let fields = (0..200).map(|frame| {
            let now = stamp;
            stamp += if frame % 2 == 0 { 3.0 } else { 2.0 } * 1501.5;
            now as i64
        });
        let timing_of_film = timing(
            &fields.collect::<Vec<_>>(),
            0,
            UNIT_90K,
            &[rate(60_000, 1001), film],
        );
        assert_eq!(
            (timing_of_film.rate(), timing_of_film.is_variable()),
            (film, false)
        );
        let kept: Vec<i64> = (0..300)
            .filter(|frame| frame % 5 != 0 || *frame == 0)
            .collect();
        let stamps: Vec<i64> = kept.iter().map(|frame| frame * 3000).collect();
        let timing = timing(&stamps, 0, UNIT_90K, &[rate(24, 1), rate(30, 1)]);
        assert_eq!(timing.rate(), rate(30, 1));
        assert_all_due_once(&timing, rate(30, 1), &kept, "gaps stay");
    }
}
