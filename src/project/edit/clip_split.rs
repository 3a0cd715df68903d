//! Splitting a clip in two, each of which shows at each time what it showed before.

use crate::project::{Clip, ClipEdit, ClipId, EditCommand, Layer, LayerEdit};
use crate::time::Time;

/// The edits that split a clip at a time; the second part gets the id `second`. `None` outside the clip.
///
/// The first part keeps the fade at the start, the second that at the end, each shortened to its part.
pub(crate) fn split(
    layer: &Layer,
    clip: &Clip,
    at: Time,
    second: ClipId,
    media_length: Option<Time>,
) -> Option<[EditCommand; 3]> {
    if at <= clip.start || at >= clip.end() {
        return None;
    }
    let first = at - clip.start;
    // Before the end is trimmed, since a fade at the end would be kept in part.
    let fades = ClipEdit::SetFades {
        fade_in: clip.fade_in.min(first),
        fade_out: Time::ZERO,
    };
    let shorter = ClipEdit::Trim {
        start: clip.start,
        duration: first,
        media_length,
    };
    let rest = Clip {
        id: second,
        fade_in: Time::ZERO,
        ..clip.trimmed_to(at, clip.end(), media_length)
    };
    Some([
        EditCommand::Clip(clip.id, fades),
        EditCommand::Clip(clip.id, shorter),
        EditCommand::Layer(layer.id, LayerEdit::AddClip(rest)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{LayerId, LoopMode, MediaId, Project};
    use crate::time::{FrameIndex, FrameRate, MediaTiming};
    use crate::transport::media_frame_at;

    const FILE_FRAMES: u64 = 40;

    fn clip(loop_mode: LoopMode, speed: f64, media_out: Option<i64>) -> Clip {
        let frame = |index| FrameRate::FPS_60.time_of(index);
        Clip {
            id: ClipId(1),
            media: MediaId(1),
            start: frame(30),
            duration: frame(150),
            media_in: frame(6),
            media_out: media_out.map(frame),
            speed,
            loop_mode,
            phase: Time::ZERO,
            fade_in: Time::ZERO,
            fade_out: frame(4),
        }
    }

    fn project(clip: Clip) -> Project {
        let mut project = Project::with_media_layers(&[("/m/a.mov".into(), Time::from_seconds(1))]);
        project.layers[0].clips = vec![clip];
        project
    }

    fn timing() -> MediaTiming {
        MediaTiming::constant(FrameRate::FPS_60, FILE_FRAMES)
    }

    /// The media frame shown in each canvas frame.
    fn shown(project: &Project) -> Vec<Option<FrameIndex>> {
        let at = |frame| FrameRate::FPS_60.time_of(frame);
        let show = |time| {
            let mut clips = project.layers[0].clips.iter();
            clips.find_map(|clip| media_frame_at(clip, &timing(), time))
        };
        (0..200).map(|frame| show(at(frame))).collect()
    }

    fn cut(project: &mut Project, frame: i64) -> bool {
        let layer = &project.layers[0];
        let at = FrameRate::FPS_60.time_of(frame);
        let length = Some(timing().duration());
        let Some(edits) = split(layer, &layer.clips[0], at, ClipId(2), length) else {
            return false;
        };
        for edit in edits {
            *project = edit.applied_to(project).expect("a part fits in its place");
        }
        true
    }

    #[test]
    fn a_cut_anywhere_changes_no_frame_that_is_shown() {
        let modes = [
            LoopMode::Once,
            LoopMode::Loop,
            LoopMode::PingPong,
            LoopMode::HoldLast,
            LoopMode::Times(3),
        ];
        for loop_mode in modes {
            for speed in [1.0, -1.0, 2.0, -0.5] {
                for media_out in [None, Some(25)] {
                    for frame in 31..180 {
                        let clip = clip(loop_mode, speed, media_out);
                        let mut project = project(clip);
                        let before = shown(&project);
                        let is_cut = cut(&mut project, frame);
                        let what = format!("{loop_mode:?} × {speed} to {media_out:?} at {frame}");
                        assert_eq!(shown(&project), before, "{what}");
                        assert!(is_cut, "{what}");
                        let clips = &project.layers[0].clips;
                        assert_eq!(clips.len(), 2, "{what}");
                        assert!(clips[1].fade_out > Time::ZERO, "{what}");
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_is_cut_outside_a_clip() {
        let project = project(clip(LoopMode::Loop, 1.0, None));
        let layer = &project.layers[0];
        assert_eq!(layer.id, LayerId(1));
        let second = Some(Time::from_seconds(1));
        let parts = |at, length| split(layer, &layer.clips[0], at, ClipId(2), length);
        assert_eq!(parts(layer.clips[0].start, second), None);
        assert_eq!(parts(layer.clips[0].end(), second), None);
        assert!(parts(Time::from_seconds(1), second).is_some());
        let unknown = parts(Time::from_seconds(1), None);
        assert!(unknown.is_some(), "whether its file is known or not");
    }
}
