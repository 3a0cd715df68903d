//! Cadence: the repeats of each media frame on a canvas of another rate, and a checker of playback that keeps to it.
//!
//! At `m` media frames and `c` canvas frames per second, canvas frame `t` shows media frame `⌊t·m/c + φ⌋` for some
//! phase `φ`. With `m/c = p/q` in lowest terms all arithmetic is in integers.

use crate::time::{FrameIndex, FrameRate};

/// The pattern in which frames of one rate are shown at another, as 3-2-3-2-2 for 25 on 60.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cadence {
    /// Media frames, `p`. Wide integers: a frame index times the product of two rates exceeds 64 bits.
    media_frames: i128,
    /// Canvas frames in which as many are shown, `q`.
    canvas_frames: i128,
}

impl Cadence {
    /// The cadence of media at `media` frames per second on a canvas at `canvas`.
    pub fn new(media: FrameRate, canvas: FrameRate) -> Self {
        let media_frames = u64::from(media.num()) * u64::from(canvas.den());
        let canvas_frames = u64::from(media.den()) * u64::from(canvas.num());
        let divisor = greatest_common_divisor(media_frames, canvas_frames).max(1);
        Self {
            media_frames: i128::from(media_frames / divisor),
            canvas_frames: i128::from(canvas_frames / divisor),
        }
    }

    /// Number of canvas frames that show media frame `frame` when both begin together; zero if the media is faster and
    /// the frame is skipped.
    pub fn repeats(&self, frame: FrameIndex) -> u64 {
        let frame = i128::from(frame.0);
        u64::try_from(self.first_shown(frame + 1) - self.first_shown(frame)).unwrap_or(0)
    }

    /// Period of the pattern, in media frames.
    pub fn period(&self) -> u64 {
        u64::try_from(self.media_frames).unwrap_or(u64::MAX)
    }

    /// The first canvas frame that shows a media frame: the ratio, rounded up.
    fn first_shown(&self, frame: i128) -> i128 {
        (frame * self.canvas_frames + self.media_frames - 1).div_euclid(self.media_frames)
    }
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Checks the media frames that were shown, one for each canvas frame, and counts those that no steady cadence would
/// have shown.
///
/// Any phase is right as long as it stays. After an error the checker takes a new phase, so that a slip is counted once
/// and not for ever after.
#[derive(Clone, Debug)]
pub struct CadenceChecker {
    cadence: Cadence,
    tick: i128,
    /// Lowest and highest `frame·q − tick·p` since the phase was taken; a phase that explains all of them exists while
    /// they lie less than `q` apart.
    spread: Option<(i128, i128)>,
    errors: u64,
}

impl CadenceChecker {
    /// A checker that has seen no frame yet.
    pub fn new(cadence: Cadence) -> Self {
        Self {
            cadence,
            tick: 0,
            spread: None,
            errors: 0,
        }
    }

    /// Adds the frame shown on the next canvas frame; false if it breaks the cadence.
    pub fn push(&mut self, frame: FrameIndex) -> bool {
        let Cadence {
            media_frames,
            canvas_frames,
        } = self.cadence;
        let offset = i128::from(frame.0) * canvas_frames - self.tick * media_frames;
        self.tick += 1;
        // Frame `f` at tick `t` is `⌊(t·p + φ·q)/q⌋`, so that `φ·q` lies in `[offset, offset + q)`. These intervals have a
        // point in common while their starts lie less than `q` apart.
        let (low, high) = self.spread.unwrap_or((offset, offset));
        let (low, high) = (low.min(offset), high.max(offset));
        let is_steady = high - low < canvas_frames;
        self.spread = Some(if is_steady {
            (low, high)
        } else {
            (offset, offset)
        });
        self.errors += u64::from(!is_steady);
        is_steady
    }

    /// Restarts after a jump: the next frame may be any, and sets a new phase. Errors stay counted.
    pub fn restart(&mut self) {
        self.tick = 0;
        self.spread = None;
    }

    /// Number of frames that broke the cadence.
    pub fn errors(&self) -> u64 {
        self.errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::MediaTiming;

    fn rate(num: u32, den: u32) -> FrameRate {
        FrameRate::new(num, den).expect("a rate")
    }

    /// The frames that a file shows on a canvas, by the program's own mapping of time.
    fn shown(media: FrameRate, canvas: FrameRate, ticks: i64) -> Vec<FrameIndex> {
        let timing = MediaTiming::constant(media, u64::MAX);
        (0..ticks)
            .map(|tick| timing.frame_at(canvas.time_of(tick)))
            .collect()
    }

    fn runs(frames: &[FrameIndex]) -> Vec<usize> {
        let mut runs: Vec<_> = frames
            .chunk_by(|one, next| one == next)
            .map(<[_]>::len)
            .collect();
        runs.pop();
        runs
    }

    fn errors(media: FrameRate, canvas: FrameRate, frames: &[FrameIndex]) -> u64 {
        let mut checker = CadenceChecker::new(Cadence::new(media, canvas));
        for frame in frames {
            checker.push(*frame);
        }
        checker.errors()
    }

    #[test]
    fn frames_at_25_on_60_are_shown_twice_and_thrice_in_turn_for_ever() {
        let (media, canvas) = (rate(25, 1), rate(60, 1));
        let cadence = Cadence::new(media, canvas);
        let frames = shown(media, canvas, 24_000);
        let runs = runs(&frames);
        assert!(runs.len() >= 9_999, "about 10,000 media frames");
        for (frame, run) in (0..).zip(&runs) {
            assert_eq!(
                cadence.repeats(FrameIndex(frame)),
                *run as u64,
                "frame {frame}"
            );
        }
        assert_eq!(runs[..5], [3, 2, 3, 2, 2]);
        assert!(
            runs.windows(5).all(|five| five.iter().sum::<usize>() == 12),
            "always five in twelve"
        );
        assert_eq!(cadence.period(), 5);
        assert_eq!(errors(media, canvas, &frames), 0);
    }

    #[test]
    fn film_at_24000_by_1001_on_60_is_steady_over_its_long_period() {
        let (media, canvas) = (rate(24_000, 1001), rate(60, 1));
        let frames = shown(media, canvas, 50_000);
        let runs = runs(&frames);
        assert!(
            runs.iter().all(|run| [2, 3].contains(run)),
            "only twos and threes"
        );
        assert_eq!(runs[..400].iter().sum::<usize>(), 1001);
        assert_eq!(runs[..400], runs[400..800]);
        assert_eq!(errors(media, canvas, &frames), 0);
    }

    #[test]
    fn equal_rates_show_every_frame_once_and_double_rate_passes_over_every_other() {
        let frames = shown(rate(60, 1), rate(60, 1), 10_000);
        assert!(runs(&frames).iter().all(|run| *run == 1), "each once");
        let fast = Cadence::new(rate(120, 1), rate(60, 1));
        assert_eq!(
            [0, 1, 2, 3].map(|frame| fast.repeats(FrameIndex(frame))),
            [1, 0, 1, 0]
        );
    }

    #[test]
    fn the_checker_finds_a_single_slip_and_accepts_any_phase() {
        let (media, canvas) = (rate(25, 1), rate(60, 1));
        let mut frames = shown(media, canvas, 1000);
        assert_eq!(errors(media, canvas, &frames[7..]), 0, "another phase");
        frames[500] = FrameIndex(frames[500].0 + 1);
        assert!(errors(media, canvas, &frames) >= 1, "one frame too early");
        let mut late = shown(media, canvas, 1000);
        late.insert(500, late[499]);
        late.insert(500, late[499]);
        let slips = errors(media, canvas, &late);
        assert!(
            (1..=2).contains(&slips),
            "a stall of two canvas frames, counted {slips} times"
        );
    }

    #[test]
    fn three_of_twos_and_a_three_is_not_the_cadence_of_25_on_60() {
        // 2-2-2-3 is 26.67 frames per second on 60.
        let frames: Vec<_> = (0..100)
            .flat_map(|four| [0, 0, 1, 1, 2, 2, 3, 3, 3].map(|frame| FrameIndex(four * 4 + frame)))
            .collect();
        assert!(errors(rate(25, 1), rate(60, 1), &frames) > 0, "too fast");
    }
}
