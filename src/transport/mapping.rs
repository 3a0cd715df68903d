//! The mapping from project time to the frame of a clip's media file.

use crate::project::Clip;
use crate::time::{FrameIndex, MediaTiming, Time};

/// The media frame that `clip` shows at project time `time`: see [`Clip::media_position`]. `None` outside the clip,
/// after the end of runs that are counted, and for media without frames.
///
/// At the turns of a ping-pong the outermost frame is shown twice as long.
pub fn media_frame_at(clip: &Clip, timing: &MediaTiming, time: Time) -> Option<FrameIndex> {
    if timing.frames() == 0 {
        return None;
    }
    let position = clip.media_position(time, timing.duration())?;
    Some(timing.frame_at(position))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{ClipId, LoopMode, MediaId};
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
    fn the_phase_is_where_the_course_begins() {
        let from = |phase, mode| {
            shown(|clip| {
                clip.phase = FrameRate::FPS_60.time_of(phase);
                clip.loop_mode = mode;
            })
        };
        assert_eq!(from(3, LoopMode::Loop)[..6], frames(&[3, 0, 1, 2, 3, 0]));
        assert_eq!(
            from(5, LoopMode::PingPong)[..6],
            frames(&[2, 1, 0, 0, 1, 2])
        );
        assert_eq!(from(3, LoopMode::HoldLast), frames(&[3; 12]));
        assert_eq!(from(6, LoopMode::Times(2))[..3], [Some(2), Some(3), None]);
        assert_eq!(from(2, LoopMode::Once)[..3], [Some(2), Some(3), None]);
        let backwards = shown(|clip| {
            clip.phase = FrameRate::FPS_60.time_of(1);
            clip.speed = -1.0;
        });
        assert_eq!(backwards[..4], frames(&[2, 1, 0, 3]));
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
