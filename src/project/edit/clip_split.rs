//! Splitting a clip, also where its media span has already been repeated.
//!
//! ```text
//! cut within the first run of the span    [ first ][ the rest ]
//! cut within a later one                  [ first ][ the rest of this run ][ further runs ]
//! ```
//!
//! A clip always begins at one end of its span, so a cut in the middle of a later run needs a clip of its own for the
//! rest of that run. Every canvas frame shows the same media frame as before.

use crate::project::{Clip, ClipEdit, ClipId, EditCommand, Layer, LayerEdit, LoopMode};
use crate::time::Time;

/// The edits that split a clip at a time; the clips that they add get ids from `next` on. `None` where nothing can be
/// split: outside the clip, after all its runs, and while its media duration is not known.
pub(crate) fn split(
    layer: &Layer,
    clip: &Clip,
    at: Time,
    next: ClipId,
    media_duration: Option<Time>,
) -> Option<Vec<EditCommand>> {
    if at <= clip.start || at >= clip.end() {
        return None;
    }
    let mut parts = Runs::new(clip, media_duration)?.after(at)?;
    let last = parts.last_mut()?;
    if last.end() == clip.end() {
        last.fade_out = clip.fade_out.min(last.duration);
    }
    let first = at - clip.start;
    let fades = EditCommand::Clip(
        clip.id,
        ClipEdit::SetFades {
            fade_in: clip.fade_in.min(first),
            fade_out: Time::ZERO,
        },
    );
    let shorter = EditCommand::Clip(
        clip.id,
        ClipEdit::Trim {
            start: clip.start,
            duration: first,
            media_in: clip.media_in,
        },
    );
    let added = (next.0..).zip(parts).map(|(id, part)| {
        let id = ClipId(id);
        EditCommand::Layer(layer.id, LayerEdit::AddClip(Clip { id, ..part }))
    });
    Some([fades, shorter].into_iter().chain(added).collect())
}

/// A clip as runs of its media span, one after another.
struct Runs<'c> {
    clip: &'c Clip,
    media_end: Time,
    /// Length of the span within the file, more than zero.
    span: Time,
}

impl<'c> Runs<'c> {
    fn new(clip: &'c Clip, media_duration: Option<Time>) -> Option<Self> {
        let known = media_duration.unwrap_or(Time::MAX);
        let media_end = clip.media_out.or(media_duration)?.min(known);
        let span = media_end - clip.media_in;
        (span > Time::ZERO).then_some(Self {
            clip,
            media_end,
            span,
        })
    }

    /// The clips that replace `clip` from a time within it on.
    fn after(&self, at: Time) -> Option<Vec<Clip>> {
        let clip = self.clip;
        let travelled = (at - clip.start).scaled(clip.speed.abs());
        let run = travelled.flicks() / self.span.flicks();
        let into = travelled - Time::from_flicks(self.span.flicks() * run);
        match clip.loop_mode {
            LoopMode::Once if run > 0 => None,
            LoopMode::Times(times) if run >= i64::from(times) => None,
            LoopMode::HoldLast if run > 0 => {
                let last = self.span - Time::from_flicks(1);
                Some(vec![self.rest_of_run(at, clip.end(), last, 0)])
            }
            LoopMode::Once | LoopMode::HoldLast => {
                Some(vec![self.rest_of_run(at, clip.end(), into, 0)])
            }
            LoopMode::Loop | LoopMode::Times(_) | LoopMode::PingPong => {
                Some(self.repeated(at, run, into))
            }
        }
    }

    /// The rest of this run, if it has begun, and the runs after it.
    fn repeated(&self, at: Time, run: i64, into: Time) -> Vec<Clip> {
        let clip = self.clip;
        if into == Time::ZERO {
            return self.whole_runs(at, run).into_iter().collect();
        }
        let way = Time::from_flicks(self.span.flicks().saturating_mul(run + 1));
        let run_end = clip.start + way.scaled(1.0 / clip.speed.abs());
        let rest = self.rest_of_run(at, run_end.min(clip.end()), into, run);
        let more = self.whole_runs(run_end, run + 1);
        match more {
            Some(more) if rest.duration > Time::ZERO => {
                // The rest ends with its span. Holding its last frame keeps a rounded length from showing a gap.
                let loop_mode = LoopMode::HoldLast;
                vec![Clip { loop_mode, ..rest }, more]
            }
            Some(more) => vec![more],
            None => vec![rest],
        }
    }

    /// From `into` the span to the end of the run with this number.
    fn rest_of_run(&self, at: Time, end: Time, into: Time, run: i64) -> Clip {
        let speed = self.speed_of(run);
        let (media_in, media_out) = if speed > 0.0 {
            (self.clip.media_in + into, self.clip.media_out)
        } else {
            (self.clip.media_in, Some(self.media_end - into))
        };
        Clip {
            start: at,
            duration: end - at,
            media_in,
            media_out,
            speed,
            fade_in: Time::ZERO,
            fade_out: Time::ZERO,
            ..self.clip.clone()
        }
    }

    /// The runs from this one on, which begins at `start`; none after the last.
    fn whole_runs(&self, start: Time, run: i64) -> Option<Clip> {
        let clip = self.clip;
        let loop_mode = match clip.loop_mode {
            LoopMode::Times(times) => {
                let left = u32::try_from(i64::from(times) - run).ok()?;
                (left > 0).then_some(LoopMode::Times(left))?
            }
            other => other,
        };
        (start < clip.end()).then(|| Clip {
            start,
            duration: clip.end() - start,
            speed: self.speed_of(run),
            loop_mode,
            fade_in: Time::ZERO,
            fade_out: Time::ZERO,
            ..clip.clone()
        })
    }

    /// The speed of the run with this number: every second one of a ping-pong goes the other way.
    fn speed_of(&self, run: i64) -> f64 {
        if self.clip.loop_mode == LoopMode::PingPong && run % 2 == 1 {
            -self.clip.speed
        } else {
            self.clip.speed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{LayerId, MediaId, Project};
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
                        let may_end = matches!(loop_mode, LoopMode::Times(_));
                        assert!(is_cut || may_end, "{what}");
                        let fade = project.layers[0].clips.last().map(|clip| clip.fade_out);
                        assert!(may_end || fade > Some(Time::ZERO), "{what}");
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_is_cut_outside_a_clip_or_while_its_file_is_not_known() {
        let project = project(clip(LoopMode::Loop, 1.0, None));
        let layer = &project.layers[0];
        assert_eq!(layer.id, LayerId(1));
        let second = Some(Time::from_seconds(1));
        let parts = |at, length| split(layer, &layer.clips[0], at, ClipId(2), length);
        assert_eq!(parts(layer.clips[0].start, second), None);
        assert_eq!(parts(layer.clips[0].end(), second), None);
        assert_eq!(parts(Time::from_seconds(1), None), None);
        assert!(parts(Time::from_seconds(1), second).is_some());
    }
}
