//! The mapping from project time to the media position of a clip, for drawing.

use crate::project::{Clip, LoopMode};
use crate::status::snapshot::MediaSummary;
use crate::time::Time;

/// The media position that a clip shows at a project time; `None` where it shows nothing.
pub(crate) fn media_position(clip: &Clip, media: &MediaSummary, at: Time) -> Option<Time> {
    if at < clip.start || at >= clip.end() {
        return None;
    }
    let out = clip.media_out.unwrap_or(media.duration).min(media.duration);
    let span = out - clip.media_in;
    if span <= Time::ZERO {
        return None;
    }
    let last = span - Time::from_flicks(1);
    let run = (at - clip.start).scaled(clip.speed.abs());
    let within = match clip.loop_mode {
        LoopMode::Once if run > last => return None,
        LoopMode::Once | LoopMode::HoldLast => run.min(last),
        LoopMode::Times(times) if run.div_euclid(span) >= i64::from(times) => return None,
        LoopMode::Loop | LoopMode::Times(_) => run.rem_euclid(span),
        LoopMode::PingPong => {
            let turned = run.rem_euclid(span + span);
            if turned < span {
                turned
            } else {
                span + last - turned
            }
        }
    };
    let forward = if clip.speed < 0.0 {
        last - within
    } else {
        within
    };
    Some(clip.media_in + forward)
}

/// The frame at that position, by the file's mean rate.
pub(crate) fn media_frame(clip: &Clip, media: &MediaSummary, at: Time) -> Option<u64> {
    let position = media_position(clip, media, at)?;
    let frame = u64::try_from(media.frame_rate.frame_at(position)).unwrap_or(0);
    Some(frame.min(media.frames.saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{ClipId, MediaId};
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
            fade_in: Time::ZERO,
            fade_out: Time::ZERO,
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
