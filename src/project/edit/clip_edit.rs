//! Edits of one clip by hand: trimmed at either edge, slipped.
//!
//! Positions are clamped before they become an [`EditCommand`]: a clip does not begin before zero or before its media
//! file does, keeps at least one canvas frame, and does not run into its neighbours.

use crate::project::{Clip, ClipEdit, EditCommand, Layer, LayerId, LoopMode, MAX_LAYERS, Project};
use crate::time::Time;

/// The beginning of the canvas frame nearest to a time, at or after zero.
pub(crate) fn on_frame(project: &Project, time: Time) -> Time {
    let rate = project.canvas.frame_rate;
    let half = Time::from_flicks(rate.frame_duration().flicks() / 2);
    rate.time_of(rate.frame_at(time + half).max(0))
}

/// Trims the start of a clip to a time; its end stays, and so does the place of each frame on the timeline.
pub(crate) fn trimmed_start(
    project: &Project,
    layer: &Layer,
    clip: &Clip,
    to: Time,
) -> EditCommand {
    let frame = project.canvas.frame_rate.frame_duration();
    let before = neighbours(layer, clip).0;
    let earliest = if clip.speed > 0.0 {
        before.max(clip.start - clip.media_in.scaled(1.0 / clip.speed))
    } else {
        before
    };
    let start = to.min(clip.end() - frame).max(earliest);
    let media_in = if clip.speed > 0.0 {
        (clip.media_in + (start - clip.start).scaled(clip.speed)).max(Time::ZERO)
    } else {
        clip.media_in
    };
    EditCommand::Clip(
        clip.id,
        ClipEdit::Trim {
            start,
            duration: clip.end() - start,
            media_in,
        },
    )
}

/// Trims the end of a clip to a time. A clip that plays once ends with its media file at the latest, if
/// `media_duration` is known.
pub(crate) fn trimmed_end(
    project: &Project,
    layer: &Layer,
    clip: &Clip,
    to: Time,
    media_duration: Option<Time>,
) -> EditCommand {
    let frame = project.canvas.frame_rate.frame_duration();
    let mut latest = neighbours(layer, clip).1;
    if clip.loop_mode == LoopMode::Once
        && let Some(end) = clip.media_out.or(media_duration)
    {
        let span = (end - clip.media_in).scaled(1.0 / clip.speed.abs());
        latest = latest.min(clip.start + span.max(frame));
    }
    let end = to.min(latest).max(clip.start + frame);
    EditCommand::Clip(
        clip.id,
        ClipEdit::Trim {
            start: clip.start,
            duration: end - clip.start,
            media_in: clip.media_in,
        },
    )
}

/// Slips a clip: shows frames that come `by` later on the timeline's scale, clamped to the media file. `None` where
/// nothing changes.
pub(crate) fn slipped(clip: &Clip, by: Time, media_duration: Option<Time>) -> Option<EditCommand> {
    let media_by = by.scaled(clip.speed.abs());
    let used = clip.duration.scaled(clip.speed.abs());
    let end = media_duration.unwrap_or(Time::MAX);
    let (media_in, media_out) = match clip.media_out {
        Some(out) => {
            let by = media_by.clamp(-clip.media_in, (end - out).max(Time::ZERO));
            (clip.media_in + by, Some(out + by))
        }
        None if clip.speed < 0.0 => {
            let least = (clip.media_in + used).min(end);
            let out = (end + media_by).clamp(least, end);
            (clip.media_in, Some(out))
        }
        None => {
            let latest = (end - used).max(clip.media_in).max(Time::ZERO);
            let media_in = (clip.media_in + media_by).clamp(Time::ZERO, latest);
            (media_in, None)
        }
    };
    let is_other = (media_in, media_out) != (clip.media_in, clip.media_out);
    is_other.then_some(EditCommand::Clip(
        clip.id,
        ClipEdit::SetMediaSpan {
            media_in,
            media_out,
        },
    ))
}

/// An empty layer with a name, an id and a colour that no other has.
pub(crate) fn new_layer(project: &Project) -> Layer {
    let id = project.layers.iter().map(|layer| layer.id.0).max();
    let colour = (0..=u8::MAX)
        .find(|colour| project.layers.iter().all(|layer| layer.colour != *colour))
        .unwrap_or(0);
    let number = (1..=MAX_LAYERS + 1)
        .find(|number| {
            let name = format!("Layer {number}");
            project.layers.iter().all(|layer| layer.name != name)
        })
        .unwrap_or(1);
    let id = LayerId(id.map_or(1, |id| id.saturating_add(1)));
    Layer::new(id, format!("Layer {number}"), colour)
}

/// The end of the clip before and the start of the one after.
fn neighbours(layer: &Layer, clip: &Clip) -> (Time, Time) {
    let others = || layer.clips.iter().filter(|other| other.id != clip.id);
    let before = others()
        .map(Clip::end)
        .filter(|end| *end <= clip.start)
        .max()
        .unwrap_or(Time::ZERO);
    let after = others()
        .map(|other| other.start)
        .filter(|start| *start >= clip.end())
        .min()
        .unwrap_or(Time::MAX);
    (before, after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{ClipId, MediaId};

    fn clip(id: u32, start: i64, duration: i64) -> Clip {
        Clip {
            id: ClipId(id),
            media: MediaId(1),
            start: Time::from_seconds(start),
            duration: Time::from_seconds(duration),
            media_in: Time::from_seconds(1),
            media_out: None,
            speed: 1.0,
            loop_mode: LoopMode::Loop,
            fade_in: Time::ZERO,
            fade_out: Time::ZERO,
        }
    }

    fn project(clips: Vec<Clip>) -> Project {
        let mut project = Project::default();
        let layer = Layer {
            clips,
            ..new_layer(&project)
        };
        project.layers.push(layer);
        project
    }

    fn span(edit: &EditCommand) -> (Time, Time, Time) {
        match edit {
            EditCommand::Clip(
                _,
                ClipEdit::Trim {
                    start,
                    duration,
                    media_in,
                    ..
                },
            ) => (*start, *start + *duration, *media_in),
            other => panic!("no trim: {other:?}"),
        }
    }

    #[test]
    fn trimming_the_start_keeps_the_picture_in_place_and_stops_at_the_files_beginning() {
        let project = project(vec![clip(1, 4, 4)]);
        let layer = &project.layers[0];
        let s = Time::from_seconds;
        let later = trimmed_start(&project, layer, &layer.clips[0], s(6));
        assert_eq!(span(&later), (s(6), s(8), s(3)));
        let earliest = trimmed_start(&project, layer, &layer.clips[0], s(-9));
        assert_eq!(span(&earliest), (s(3), s(8), s(0)));
    }

    #[test]
    fn trimming_stops_at_the_neighbours_and_leaves_a_frame() {
        let project = project(vec![clip(1, 0, 4), clip(2, 4, 2), clip(3, 8, 2)]);
        let layer = &project.layers[0];
        let s = Time::from_seconds;
        let wide = trimmed_end(&project, layer, &layer.clips[1], s(99), None);
        assert_eq!(span(&wide).1, s(8));
        let left = trimmed_start(&project, layer, &layer.clips[1], s(0));
        assert_eq!(span(&left).0, s(4));
        let narrow = trimmed_end(&project, layer, &layer.clips[1], s(0), None);
        let frame = project.canvas.frame_rate.frame_duration();
        assert_eq!(span(&narrow).1, s(4) + frame);
    }

    #[test]
    fn slipping_stays_within_the_file() {
        let s = Time::from_seconds;
        let slip = |clip: &Clip, by: i64| match slipped(clip, s(by), Some(s(10))) {
            Some(EditCommand::Clip(
                _,
                ClipEdit::SetMediaSpan {
                    media_in,
                    media_out,
                    ..
                },
            )) => Some((media_in, media_out)),
            None => None,
            other => panic!("no slip: {other:?}"),
        };
        let mut clip = clip(1, 20, 4);
        assert_eq!(slip(&clip, 2), Some((s(3), None)));
        assert_eq!(slip(&clip, 99), Some((s(6), None)));
        assert_eq!(slip(&clip, -99), Some((s(0), None)));
        clip.media_out = Some(s(5));
        assert_eq!(slip(&clip, 99), Some((s(6), Some(s(10)))));
        assert_eq!(slip(&clip, 0), None);
        clip.media_out = None;
        clip.speed = -1.0;
        assert_eq!(slip(&clip, -2), Some((s(1), Some(s(8)))));
    }
}
