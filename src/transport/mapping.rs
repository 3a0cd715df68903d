//! The mapping from project time to the frame of a clip's media file.

use crate::project::{Clip, LoopMode};
use crate::time::{FrameIndex, MediaTiming, Time};

/// The media frame that `clip` shows at project time `time`; `None` outside the clip, after the end of a media span
/// that plays once, and for media without frames.
///
/// In and out points past the end of the file are clamped to it. At speed 1 and −1 all is exact; at others the distance
/// in the file is rounded to the nearest flick. Played backwards, the span is mirrored: the clip begins with its last
/// frame. So at the turns of a ping-pong the outermost frame is shown twice as long.
pub fn media_frame_at(clip: &Clip, timing: &MediaTiming, time: Time) -> Option<FrameIndex> {
    if time < clip.start || time >= clip.end() || timing.frames() == 0 {
        return None;
    }
    let (begin, length) = media_span(clip, timing);
    let elapsed = time - clip.start;
    let is_exact = clip.speed.abs() == 1.0;
    let travelled = if is_exact {
        elapsed
    } else {
        elapsed.scaled(clip.speed.abs())
    };
    let into = folded(travelled, length, clip.loop_mode)?;
    // The span is half open: the mirror of its first flick is the last one, and not its end.
    let position = if clip.speed > 0.0 {
        into
    } else {
        length - Time::from_flicks(1) - into
    };
    Some(timing.frame_at(begin + position))
}

/// Start and length of the clip's media span, at least one flick, within the file.
fn media_span(clip: &Clip, timing: &MediaTiming) -> (Time, Time) {
    let last = FrameIndex(timing.frames().saturating_sub(1));
    let file_end = timing.duration();
    // An in point past the end shows the last frame rather than nothing.
    let begin = clip.media_in.min(timing.time_of(last));
    let out = clip.media_out.map_or(file_end, |out| out.min(file_end));
    (begin, (out - begin).max(Time::from_flicks(1)))
}

/// The distance, folded into a span of this length: from zero to below the length.
fn folded(travelled: Time, length: Time, mode: LoopMode) -> Option<Time> {
    let last = length - Time::from_flicks(1);
    match mode {
        LoopMode::Once => (travelled < length).then_some(travelled),
        LoopMode::HoldLast => Some(travelled.min(last)),
        LoopMode::Loop => Some(travelled.rem_euclid(length)),
        LoopMode::Times(times) => {
            (travelled.div_euclid(length) < i64::from(times)).then(|| travelled.rem_euclid(length))
        }
        LoopMode::PingPong => {
            let phase = travelled.rem_euclid(length + length);
            let is_way_back = phase >= length;
            Some(if is_way_back {
                length + last - phase
            } else {
                phase
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{ClipId, MediaId};
    use crate::time::FrameRate;

    /// Frames shown on a 60 fps canvas by a clip of 12 canvas frames of a 60 fps file with four frames.
    fn shown(change: impl FnOnce(&mut Clip)) -> Vec<Option<u64>> {
        let rate = FrameRate::FPS_60;
        let timing = MediaTiming::constant(rate, 4);
        let mut clip = Clip::new(ClipId(1), MediaId(1), rate.time_of(10), rate.time_of(12));
        change(&mut clip);
        (10..22)
            .map(|frame| Some(media_frame_at(&clip, &timing, rate.time_of(frame))?.0))
            .collect()
    }

    fn frames(frames: &[u64]) -> Vec<Option<u64>> {
        frames.iter().copied().map(Some).collect()
    }

    #[test]
    fn each_loop_mode_goes_on_in_its_own_way() {
        let mode = |mode| shown(|clip| clip.loop_mode = mode);
        assert_eq!(
            mode(LoopMode::Loop),
            frames(&[0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3])
        );
        assert_eq!(
            mode(LoopMode::HoldLast),
            frames(&[0, 1, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3])
        );
        assert_eq!(
            mode(LoopMode::PingPong),
            frames(&[0, 1, 2, 3, 3, 2, 1, 0, 0, 1, 2, 3])
        );
        assert_eq!(mode(LoopMode::Once)[3..5], [Some(3), None]);
        assert_eq!(mode(LoopMode::Times(2))[6..9], [Some(2), Some(3), None]);
    }

    #[test]
    fn backwards_begins_with_the_last_frame_of_the_span() {
        let backwards = shown(|clip| clip.speed = -1.0);
        assert_eq!(backwards, frames(&[3, 2, 1, 0, 3, 2, 1, 0, 3, 2, 1, 0]));
        let part = shown(|clip| {
            clip.speed = -1.0;
            clip.media_in = FrameRate::FPS_60.time_of(1);
            clip.media_out = Some(FrameRate::FPS_60.time_of(3));
        });
        assert_eq!(part[..4], frames(&[2, 1, 2, 1]));
    }

    #[test]
    fn speed_scales_the_way_travelled() {
        let double = shown(|clip| clip.speed = 2.0);
        assert_eq!(double[..4], frames(&[0, 2, 0, 2]));
        let half = shown(|clip| clip.speed = 0.5);
        assert_eq!(half[..9], frames(&[0, 0, 1, 1, 2, 2, 3, 3, 0]));
    }

    #[test]
    fn a_span_past_the_end_of_the_file_shows_its_last_frame() {
        let past = shown(|clip| clip.media_in = Time::from_seconds(9));
        assert_eq!(past, frames(&[3; 12]));
    }

    #[test]
    fn media_without_frames_and_times_beside_the_clip_show_nothing() {
        let clip = Clip::new(
            ClipId(1),
            MediaId(1),
            Time::from_seconds(1),
            Time::from_seconds(1),
        );
        let empty = MediaTiming::constant(FrameRate::FPS_60, 0);
        assert_eq!(media_frame_at(&clip, &empty, clip.start), None);
        let timing = MediaTiming::constant(FrameRate::FPS_60, 60);
        assert_eq!(media_frame_at(&clip, &timing, clip.end()), None);
        assert_eq!(
            media_frame_at(&clip, &timing, clip.start - Time::from_flicks(1)),
            None
        );
    }
}
