//! Positions in time as users read and write them: timecode, frames, seconds.
//!
//! Timecode counts frames at the nearest whole rate, as in SMPTE ST 12-1. At 30000/1001 and 60000/1001 frames per
//! second, where such a count would fall behind the clock by 3.6 seconds an hour, it is drop-frame: the first 2 (or 4)
//! frame numbers of each minute are left out, except in every tenth, and `;` stands before the frames.

use super::{FrameRate, Time};

/// A format in which positions are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeFormat {
    /// `HH:MM:SS:FF`, or `HH:MM:SS;FF` where it is drop-frame.
    #[default]
    Timecode,
    /// The number of the frame, from 0.
    Frames,
    /// Seconds with milliseconds.
    Seconds,
}

impl TimeFormat {
    /// Writes a position at a frame rate.
    pub fn text(self, time: Time, rate: FrameRate) -> String {
        match self {
            Self::Timecode => timecode(time, rate),
            Self::Frames => rate.frame_at(time).to_string(),
            Self::Seconds => format!("{:.3} s", time.seconds()),
        }
    }

    /// Reads a position: a timecode, or a bare number in this format's unit (seconds where it is timecode), or a
    /// number with `f` or `s` after it. With a sign before it, it is a distance. `None` for anything else.
    pub fn parse(self, text: &str, rate: FrameRate) -> Option<Time> {
        let text = text.trim();
        if text.contains([':', ';']) {
            return parse_timecode(text, rate);
        }
        let frames = |text: &str| text.trim().parse().ok().map(|frame| rate.time_of(frame));
        let seconds = |text: &str| {
            let seconds: f64 = text.trim().parse().ok()?;
            seconds.is_finite().then(|| Time::from_seconds_f64(seconds))
        };
        if let Some(number) = text.strip_suffix(['f', 'F']) {
            return frames(number);
        }
        if let Some(number) = text.strip_suffix(['s', 'S']) {
            return seconds(number);
        }
        match self {
            Self::Frames => frames(text),
            Self::Timecode | Self::Seconds => seconds(text),
        }
    }

    /// The next one, round and round.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Timecode => Self::Frames,
            Self::Frames => Self::Seconds,
            Self::Seconds => Self::Timecode,
        }
    }
}

/// Timecode of a position at a frame rate, with a leading minus before the origin.
pub fn timecode(time: Time, rate: FrameRate) -> String {
    let frame = rate.frame_at(time);
    let sign = if frame < 0 { "-" } else { "" };
    let nominal = nominal(rate);
    let dropped = dropped_per_minute(rate);
    let frame = counted(frame.unsigned_abs(), nominal, dropped);
    let separator = if dropped > 0 { ';' } else { ':' };
    let (seconds, frames) = (frame / nominal, frame % nominal);
    let (minutes, hours) = (seconds / 60 % 60, seconds / 3600);
    let width = if nominal > 100 { 3 } else { 2 };
    format!(
        "{sign}{hours:02}:{minutes:02}:{:02}{separator}{frames:0width$}",
        seconds % 60
    )
}

/// The position of a timecode `[[HH:]MM:]SS:FF`, perhaps with a sign; `None` for anything else. A frame number that is
/// left out counts as the first that is not.
pub fn parse_timecode(text: &str, rate: FrameRate) -> Option<Time> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let parts: Option<Vec<u32>> = digits
        .split([':', ';', '.'])
        .map(|part| part.trim().parse().ok())
        .collect();
    let parts = parts.filter(|parts| (2..=4).contains(&parts.len()))?;
    let (frames, clock) = parts.split_last()?;
    let seconds = clock.iter().fold(0_i64, |sum, part| {
        sum.saturating_mul(60).saturating_add(i64::from(*part))
    });
    let nominal = nominal(rate) as i64;
    let dropped = dropped_per_minute(rate) as i64;
    let minutes = seconds / 60;
    let left_out = dropped * (minutes - minutes / 10);
    let mut frames = i64::from(*frames);
    let is_first_second = seconds % 60 == 0 && minutes % 10 != 0;
    if is_first_second && frames < dropped {
        frames = dropped;
    }
    let frame = seconds.saturating_mul(nominal).saturating_add(frames) - left_out;
    Some(rate.time_of(sign * frame))
}

/// The nearest whole number of frames per second.
fn nominal(rate: FrameRate) -> u64 {
    (rate.fps().round() as u64).max(1)
}

/// Frame numbers left out of a minute: 2 at 30000/1001, 4 at 60000/1001, none else.
fn dropped_per_minute(rate: FrameRate) -> u64 {
    match (rate.num(), rate.den()) {
        (30_000, 1001) => 2,
        (60_000, 1001) => 4,
        _ => 0,
    }
}

/// The number that a frame has in a count that leaves numbers out.
fn counted(frame: u64, nominal: u64, dropped: u64) -> u64 {
    let minute = nominal * 60 - dropped;
    let ten_minutes = minute * 10 + dropped;
    let (tens, rest) = (frame / ten_minutes, frame % ten_minutes);
    let minutes = rest.saturating_sub(dropped) / minute;
    frame + dropped * (9 * tens + minutes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rate(num: u32, den: u32) -> FrameRate {
        FrameRate::new(num, den).expect("a common rate")
    }

    #[test]
    fn timecode_counts_frames_below_the_second() {
        let at = |frame| timecode(FrameRate::FPS_60.time_of(frame), FrameRate::FPS_60);
        assert_eq!(at(0), "00:00:00:00");
        assert_eq!(at(492), "00:00:08:12");
        assert_eq!(at(3600 * 60 + 61), "01:00:01:01");
        assert_eq!(at(-1), "-00:00:00:01");
    }

    #[test]
    fn drop_frame_timecode_leaves_numbers_out_and_keeps_to_the_clock() {
        let ntsc = rate(30_000, 1001);
        let at = |frame| timecode(ntsc.time_of(frame), ntsc);
        assert_eq!(at(1799), "00:00:59;29");
        assert_eq!(at(1800), "00:01:00;02");
        assert_eq!(at(17_981), "00:09:59;29");
        assert_eq!(at(17_982), "00:10:00;00");
        assert_eq!(at(107_892), "01:00:00;00", "an hour by the clock");
        let double = rate(60_000, 1001);
        assert_eq!(timecode(double.time_of(3600), double), "00:01:00;04");
        let film = rate(24_000, 1001);
        assert_eq!(timecode(film.time_of(1440), film), "00:01:00:00");
    }

    #[test]
    fn positions_are_typed_in_any_format() {
        let rate = FrameRate::FPS_60;
        let timecode = TimeFormat::Timecode;
        let s = Time::from_seconds_f64;
        assert_eq!(timecode.parse("2.5", rate), Some(s(2.5)));
        assert_eq!(timecode.parse(" 2.5 s", rate), Some(s(2.5)));
        assert_eq!(timecode.parse("00:00:02:30", rate), Some(s(2.5)));
        assert_eq!(timecode.parse("1:00:00", rate), Some(s(60.0)));
        assert_eq!(timecode.parse("150f", rate), Some(s(2.5)));
        assert_eq!(TimeFormat::Frames.parse("150", rate), Some(s(2.5)));
        assert_eq!(TimeFormat::Seconds.parse("-1", rate), Some(s(-1.0)));
        for nonsense in ["soon", "1:2:3:4:5", "", "1:x", "inf", "::"] {
            assert_eq!(timecode.parse(nonsense, rate), None, "{nonsense}");
        }
    }

    proptest! {
        #[test]
        fn timecode_reads_back_as_the_frame_that_wrote_it(
            frame in -3_000_000_i64..3_000_000, which in 0_usize..5,
        ) {
            let (num, den) = [(30_000, 1001), (60_000, 1001), (24_000, 1001), (25, 1), (120, 1)][which];
            let rate = rate(num, den);
            let text = timecode(rate.time_of(frame), rate);
            let back = parse_timecode(&text, rate).map(|time| rate.frame_at(time));
            prop_assert_eq!(back, Some(frame), "{}", text);
        }
    }
}
