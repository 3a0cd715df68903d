//! The mapping from project time to the frame of a clip, for drawing.

use crate::project::Clip;
use crate::status::snapshot::MediaSummary;
use crate::time::Time;

/// The frame that a clip shows at a project time, by the file's mean rate; `None` where it shows nothing.
pub(crate) fn media_frame(clip: &Clip, media: &MediaSummary, at: Time) -> Option<u64> {
    let position = clip.media_position(at, media.duration)?;
    let frame = u64::try_from(media.frame_rate.frame_at(position)).unwrap_or(0);
    Some(frame.min(media.frames.saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{ClipId, ClipSound, LoopMode, MediaId};
    use crate::status::snapshot::PlayedBy;
    use crate::time::FrameRate;

    fn shown(loop_mode: LoopMode, speed: f64, at_s: f64) -> Option<u64> {
        let clip = Clip {
            id: ClipId(1),
            media: MediaId(1),
            start: Time::from_seconds(10),
            duration: Time::from_seconds(30),
            media_in: Time::from_seconds(1),
            media_out: None,
            speed,
            loop_mode,
            phase: Time::ZERO,
            fade_in: Time::ZERO,
            fade_out: Time::ZERO,
            sound: ClipSound::default(),
        };
        let media = MediaSummary {
            codec: "HapY".to_owned(),
            width_px: 16,
            height_px: 16,
            frame_rate: FrameRate::FPS_60,
            frames: 300,
            duration: Time::from_seconds(5),
            mean_mb_per_s: 1.0,
            played_by: PlayedBy::Hap,
            why: String::new(),
        };
        media_frame(&clip, &media, Time::from_seconds_f64(at_s))
    }

    #[test]
    fn each_loop_mode_shows_its_frame() {
        assert_eq!(shown(LoopMode::Loop, 1.0, 9.9), None, "before the clip");
        assert_eq!(shown(LoopMode::Loop, 1.0, 10.0), Some(60));
        assert_eq!(shown(LoopMode::Loop, 1.0, 14.5), Some(90));
        assert_eq!(shown(LoopMode::Once, 1.0, 14.5), None, "past the end");
        assert_eq!(shown(LoopMode::HoldLast, 1.0, 20.0), Some(299));
        assert_eq!(shown(LoopMode::PingPong, 1.0, 14.5), Some(269));
        assert_eq!(shown(LoopMode::Loop, 2.0, 10.5), Some(120));
        assert_eq!(shown(LoopMode::Loop, -1.0, 10.0), Some(299));
    }
}
