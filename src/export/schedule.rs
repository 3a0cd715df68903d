//! Which frame of the source is shown when.

use crate::time::{FLICKS_PER_SECOND, FrameIndex, FrameRate, MediaTiming, Time};

/// Units per second where the times of a source have none in common (MPEG-2 systems, ISO/IEC 13818-1, 2.4.3.6).
const USUAL_UNITS: u32 = 90_000;

/// The frames to be written, in order.
#[derive(Clone, Debug)]
pub struct Schedule {
    timing: MediaTiming,
    /// The rate to write; none for the source's own times.
    constant: Option<FrameRate>,
    frames: u64,
    units_per_second: Option<u32>,
}

/// A frame to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The frame of the source.
    pub source: FrameIndex,
    /// When it begins, in units of the movie.
    pub begin: i64,
    /// How long it is shown.
    pub duration: i64,
}

impl Schedule {
    /// The frames of a source at its own times, or at a constant rate.
    pub fn new(timing: &MediaTiming, rate: Option<FrameRate>) -> Self {
        let asked = rate.filter(|rate| timing.is_variable() || *rate != timing.rate());
        let frames = match asked {
            None => timing.frames(),
            Some(rate) => {
                let frames = timing.duration().seconds() * rate.fps();
                (frames.round() as u64).max(1)
            }
        };
        let units_per_second = (asked.is_none() && timing.is_variable()).then(|| units_of(timing));
        Self {
            timing: timing.clone(),
            constant: asked,
            frames,
            units_per_second,
        }
    }

    /// Number of frames to be written.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// The rate; the mean one where frames have lengths of their own.
    pub fn rate(&self) -> FrameRate {
        self.constant.unwrap_or_else(|| self.timing.rate())
    }

    /// Units in a second of [`Step`]; none if they are frames.
    pub fn units_per_second(&self) -> Option<u32> {
        self.units_per_second
    }

    /// True if the frames are those of the source one by one.
    pub fn is_as_it_is(&self) -> bool {
        self.constant.is_none()
    }

    /// The frame at a place.
    pub fn step(&self, place: u64) -> Step {
        let frame = i64::try_from(place).unwrap_or(i64::MAX);
        if let Some(rate) = self.constant {
            // By the middle of the frame, so that times rounded to milliseconds fall where they were meant to.
            let half = Time::from_flicks(rate.frame_duration().flicks() / 2);
            return Step {
                source: self.timing.frame_at(rate.time_of(frame) + half),
                begin: frame,
                duration: 1,
            };
        }
        let source = FrameIndex(place);
        let Some(units) = self.units_per_second else {
            return Step {
                source,
                begin: frame,
                duration: 1,
            };
        };
        let at = |time: Time| {
            let units = i128::from(time.flicks()) * i128::from(units);
            let half = i128::from(FLICKS_PER_SECOND / 2);
            i64::try_from((units + half) / i128::from(FLICKS_PER_SECOND)).unwrap_or(i64::MAX)
        };
        let begin = at(self.timing.time_of(source));
        let end = at(self.timing.time_of(FrameIndex(place + 1)));
        Step {
            source,
            begin,
            duration: (end - begin).max(1),
        }
    }

    /// Frames of the source that are left out, and frames written that repeat the one before.
    pub fn dropped_and_doubled(&self) -> (u64, u64) {
        if self.constant.is_none() {
            return (0, 0);
        }
        let (mut shown, mut doubled, mut last) = (0, 0, None);
        for place in 0..self.frames {
            let source = self.step(place).source;
            if last == Some(source) {
                doubled += 1;
            } else {
                shown += 1;
            }
            last = Some(source);
        }
        (self.timing.frames().saturating_sub(shown), doubled)
    }
}

/// The fewest units per second in which every frame begins at a whole number.
fn units_of(timing: &MediaTiming) -> u32 {
    let mut common = FLICKS_PER_SECOND;
    let mut longest = 0;
    let mut last = 0;
    for frame in 0..=timing.frames() {
        let at = timing.time_of(FrameIndex(frame)).flicks();
        common = greatest_common_divisor(common, at);
        longest = longest.max(at - last);
        last = at;
    }
    let units = u32::try_from(FLICKS_PER_SECOND / common.max(1)).unwrap_or(USUAL_UNITS);
    // Lengths of frames are stored in 32 bits (ISO/IEC 14496-12, 8.6.1.2), and the muxer counts in signed ones.
    let is_storable = longest / common.max(1) < i64::from(i32::MAX) && units < 10_000_000;
    if is_storable { units } else { USUAL_UNITS }
}

fn greatest_common_divisor(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(num: u32) -> FrameRate {
        FrameRate::new(num, 1).expect("a rate")
    }

    fn variable(millis: &[i64], end: i64) -> MediaTiming {
        let time = |millis: i64| Time::from_time_base(millis, 1, 1000);
        let begins: Vec<_> = millis.iter().copied().map(time).collect();
        MediaTiming::table(rate(30), begins.into(), time(end))
    }

    #[test]
    fn times_of_a_variable_source_are_kept_exactly() {
        let schedule = Schedule::new(&variable(&[0, 40, 90, 100], 125), None);
        assert_eq!(schedule.units_per_second(), Some(200));
        let steps: Vec<_> = (0..4).map(|place| schedule.step(place)).collect();
        let times: Vec<_> = steps
            .iter()
            .map(|step| (step.begin, step.duration))
            .collect();
        assert_eq!(times, [(0, 8), (8, 10), (18, 2), (20, 5)]);
    }

    #[test]
    fn milliseconds_of_thirty_frames_a_second_become_thirty_with_none_lost() {
        let schedule = Schedule::new(&variable(&[0, 33, 67, 100, 133], 167), Some(rate(30)));
        let sources = (0..schedule.frames()).map(|place| schedule.step(place).source.0);
        assert_eq!(sources.collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        assert_eq!(schedule.dropped_and_doubled(), (0, 0));
    }

    #[test]
    fn what_is_dropped_and_doubled_is_counted() {
        let slow = Schedule::new(&MediaTiming::constant(rate(60), 60), Some(rate(30)));
        assert_eq!((slow.frames(), slow.dropped_and_doubled()), (30, (30, 0)));
        let fast = Schedule::new(&MediaTiming::constant(rate(25), 25), Some(rate(50)));
        assert_eq!((fast.frames(), fast.dropped_and_doubled()), (50, (0, 25)));
        let same = Schedule::new(&MediaTiming::constant(rate(25), 25), Some(rate(25)));
        assert!(same.is_as_it_is(), "the rate that it has");
    }
}
