//! Timecode for people to read.

use super::{FrameRate, Time};

/// `HH:MM:SS:FF` of a position at a frame rate, with a leading minus before the origin.
///
/// The count is non-drop-frame at the nearest whole rate, as in SMPTE ST 12-1.
pub fn timecode(time: Time, rate: FrameRate) -> String {
    let frame = rate.frame_at(time);
    let sign = if frame < 0 { "-" } else { "" };
    let frame = frame.unsigned_abs();
    let nominal = (rate.fps().round() as u64).max(1);
    let (seconds, frames) = (frame / nominal, frame % nominal);
    let (minutes, hours) = (seconds / 60 % 60, seconds / 3600);
    let width = if nominal > 100 { 3 } else { 2 };
    format!(
        "{sign}{hours:02}:{minutes:02}:{:02}:{frames:0width$}",
        seconds % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timecode_counts_frames_below_the_second() {
        let at = |frame| timecode(FrameRate::FPS_60.time_of(frame), FrameRate::FPS_60);
        assert_eq!(at(0), "00:00:00:00");
        assert_eq!(at(492), "00:00:08:12");
        assert_eq!(at(3600 * 60 + 61), "01:00:01:01");
        assert_eq!(at(-1), "-00:00:00:01");
    }
}
