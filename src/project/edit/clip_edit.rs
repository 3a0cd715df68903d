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
    media_length: Option<Time>,
) -> EditCommand {
    let frame = project.canvas.frame_rate.frame_duration();
    let earliest = clip
        .earliest_start(media_length)
        .max(neighbours(layer, clip).0);
    let start = to.min(clip.end() - frame).max(earliest);
    trim(clip, start, clip.end(), media_length)
}

/// Trims the end of a clip to a time. A clip whose runs come to an end is made no longer than they are, if
/// `media_length` is known.
pub(crate) fn trimmed_end(
    project: &Project,
    layer: &Layer,
    clip: &Clip,
    to: Time,
    media_length: Option<Time>,
) -> EditCommand {
    let frame = project.canvas.frame_rate.frame_duration();
    let mut latest = neighbours(layer, clip).1;
    if let Some(end) = media_length.and_then(|length| clip.latest_end(length)) {
        latest = latest.min(end.max(clip.start + frame));
    }
    let end = to.min(latest).max(clip.start + frame);
    trim(clip, clip.start, end, media_length)
}

fn trim(clip: &Clip, start: Time, end: Time, media_length: Option<Time>) -> EditCommand {
    EditCommand::Clip(
        clip.id,
        ClipEdit::Trim {
            start,
            duration: end - start,
            media_length,
        },
    )
}

/// Slips a clip: it shows at each time what it showed `by` later. One that repeats turns its phase; another one moves
/// its media span, clamped to the file. `None` where nothing changes.
pub(crate) fn slipped(clip: &Clip, by: Time, media_length: Option<Time>) -> Option<EditCommand> {
    let edit = match clip.loop_mode {
        LoopMode::Loop | LoopMode::Times(_) | LoopMode::PingPong => {
            let phase = turned_phase(clip, by, media_length);
            (phase != clip.phase).then_some(ClipEdit::SetPhase(phase))
        }
        LoopMode::Once | LoopMode::HoldLast => {
            let (media_in, media_out) = moved_span(clip, by, media_length);
            let is_other = (media_in, media_out) != (clip.media_in, clip.media_out);
            is_other.then_some(ClipEdit::SetMediaSpan {
                media_in,
                media_out,
            })
        }
    };
    edit.map(|edit| EditCommand::Clip(clip.id, edit))
}

/// The phase after a slip: turned about where the course begins anew, else clamped to its runs.
fn turned_phase(clip: &Clip, by: Time, media_length: Option<Time>) -> Time {
    let phase = clip.phase + clip.way_to(clip.start + by);
    let Some(length) = media_length else {
        return phase.max(Time::ZERO);
    };
    if let Some(period) = clip.period(length) {
        return phase.rem_euclid(period);
    }
    let latest = clip
        .whole_way(length)
        .map_or(Time::MAX, |whole| whole - clip.nearest_way(clip.duration));
    phase.min(latest.max(clip.phase)).max(Time::ZERO)
}

/// The media span after a slip. Backwards, what comes later lies earlier in the file.
fn moved_span(clip: &Clip, by: Time, media_length: Option<Time>) -> (Time, Option<Time>) {
    let way = clip.way_to(clip.start + by);
    let used = clip.phase + clip.nearest_way(clip.duration);
    let end = media_length.unwrap_or(Time::MAX);
    let is_forward = clip.speed > 0.0;
    match clip.media_out {
        Some(out) => {
            let by = if is_forward { way } else { -way };
            let by = by.clamp(-clip.media_in, (end - out).max(Time::ZERO));
            (clip.media_in + by, Some(out + by))
        }
        None if is_forward => {
            let latest = (end - used).max(clip.media_in).max(Time::ZERO);
            (
                (clip.media_in + way).clamp(Time::ZERO, latest),
                clip.media_out,
            )
        }
        None => {
            let least = (clip.media_in + used).min(end);
            let out = (end - way).clamp(least, end);
            // The end of a file that is not known is that of the file.
            (clip.media_in, Some(out).filter(|out| *out < end))
        }
    }
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
            loop_mode: LoopMode::HoldLast,
            phase: Time::ZERO,
            fade_in: Time::ZERO,
            fade_out: Time::ZERO,
            sound: Default::default(),
        }
    }

    fn project(clips: Vec<Clip>) -> Project {
        let mut project = Project {
            media: Project::with_media_layers(&[("/m/a.mov".into(), Time::ZERO)]).media,
            ..Project::default()
        };
        let layer = Layer {
            clips,
            ..new_layer(&project)
        };
        project.layers.push(layer);
        project
    }

    fn span(project: &Project, edit: &EditCommand) -> (Time, Time, Time) {
        let EditCommand::Clip(id, ClipEdit::Trim { .. }) = edit else {
            panic!("no trim: {edit:?}");
        };
        let after = edit.applied_to(project).expect("can be done");
        let (_, clip) = after.clip(*id).expect("exists");
        (clip.start, clip.end(), clip.media_in)
    }

    #[test]
    fn trimming_the_start_keeps_the_picture_in_place_and_stops_at_the_files_beginning() {
        let project = project(vec![clip(1, 4, 4)]);
        let layer = &project.layers[0];
        let s = Time::from_seconds;
        let later = trimmed_start(&project, layer, &layer.clips[0], s(6), Some(s(10)));
        assert_eq!(span(&project, &later), (s(6), s(8), s(3)));
        let earliest = trimmed_start(&project, layer, &layer.clips[0], s(-9), Some(s(10)));
        assert_eq!(span(&project, &earliest), (s(3), s(8), s(0)));
    }

    #[test]
    fn trimming_stops_at_the_neighbours_and_leaves_a_frame() {
        let project = project(vec![clip(1, 0, 4), clip(2, 4, 2), clip(3, 8, 2)]);
        let layer = &project.layers[0];
        let s = Time::from_seconds;
        let wide = trimmed_end(&project, layer, &layer.clips[1], s(99), None);
        assert_eq!(span(&project, &wide).1, s(8));
        let left = trimmed_start(&project, layer, &layer.clips[1], s(0), None);
        assert_eq!(span(&project, &left).0, s(4));
        let narrow = trimmed_end(&project, layer, &layer.clips[1], s(0), None);
        let frame = project.canvas.frame_rate.frame_duration();
        assert_eq!(span(&project, &narrow).1, s(4) + frame);
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
        let earlier = Some((s(1), Some(s(8))));
        assert_eq!(slip(&clip, 2), earlier, "backwards, later lies earlier");
    }
}
