//! The name of a step that changed one thing: what it is, and what it is now, such as `Crop top 20 %`.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::super::{Canvas, Clip, Layer, LayerId, Marker, Parameter, Project, StepName};
use crate::time::{FrameRate, Time, timecode};

/// Letters of the name of a layer, marker or file in the name of a step.
const MOST_LETTERS: usize = 28;

/// A name of the step from `before` to `after` that says what changed to what; `name` where that is more than fits into
/// a line.
pub(super) fn described(name: StepName, before: &Project, after: &Project) -> StepName {
    let text = layer_text(before, after)
        .or_else(|| marker_text(before, after))
        .or_else(|| canvas_text(before, after))
        .or_else(|| layers_text(&name, before, after))
        .or_else(|| clips_text(&name, before, after));
    text.map_or(name, StepName::Owned)
}

/// The name of a step with what it was done to: `Remove layer Sky`, `Change layer colour · Sky`.
fn done_to(name: &str, kind: &str, what: &str) -> String {
    match name.strip_suffix(kind).filter(|verb| verb.ends_with(' ')) {
        Some(_) => format!("{name} {what}"),
        None => format!("{name} · {what}"),
    }
}

/// The one of `some` that has none like it among `others`.
fn only_new<'a, T>(some: &'a [T], others: &[T], same: impl Fn(&T, &T) -> bool) -> Option<&'a T> {
    let mut new = (some.iter()).filter(|one| !others.iter().any(|other| same(one, other)));
    let only = new.next()?;
    new.next().is_none().then_some(only)
}

/// What was done to one layer as a whole.
fn layers_text(name: &str, before: &Project, after: &Project) -> Option<String> {
    let same = |one: &Layer, other: &Layer| one.id == other.id;
    let layer = match before.layers.len().cmp(&after.layers.len()) {
        Ordering::Less => only_new(&after.layers, &before.layers, same)?,
        Ordering::Greater => only_new(&before.layers, &after.layers, same)?,
        Ordering::Equal => {
            let (old, new) = only_change(&before.layers, &after.layers)?;
            if old.id != new.id || old.clips != new.clips {
                return None;
            }
            new
        }
    };
    Some(done_to(name, "layer", &short(&layer.name)))
}

/// What was done to clips, wherever they lie: `Duplicate a.mov at 00:00:03:00`, `Remove 3 clips`.
fn clips_text(name: &str, before: &Project, after: &Project) -> Option<String> {
    let among = |some: &'_ Project, others: &Project| -> Vec<(LayerId, Clip)> {
        let clips = some.layers.iter().flat_map(|layer| {
            let here = layer.clips.iter();
            here.map(move |clip| (layer.id, clip.clone()))
        });
        let is_new = |(_, clip): &(LayerId, Clip)| others.clip(clip.id).is_none();
        clips.filter(is_new).collect()
    };
    let (added, removed) = (among(after, before), among(before, after));
    let place = |time: Time| timecode(time, after.canvas.frame_rate);
    match (&added[..], &removed[..]) {
        ([(_, clip)], []) => {
            let file = file_name(clip, after)?;
            Some(done_to_clips(
                name,
                &format!("{file} at {}", place(clip.start)),
            ))
        }
        ([], [(_, clip)]) => Some(done_to_clips(name, &file_name(clip, before)?)),
        ([], []) => changed_text(name, before, after),
        (many, []) | ([], many) => Some(done_to_clips(name, &format!("{} clips", many.len()))),
        _ => None,
    }
}

/// The name of a step with the clips that it was done to: `Move 3 clips`, `Add media · 3 clips`.
fn done_to_clips(name: &str, clips: &str) -> String {
    let verb = name.strip_suffix(" clips");
    let verb = verb.or_else(|| name.strip_suffix(" clip"));
    match verb.or_else(|| (!name.contains(' ')).then_some(name)) {
        Some(verb) => format!("{verb} {clips}"),
        None => format!("{name} · {clips}"),
    }
}

/// What was done to clips that were there before and still are.
fn changed_text(name: &str, before: &Project, after: &Project) -> Option<String> {
    let all = after.layers.iter();
    let all = all.flat_map(|layer| layer.clips.iter().map(move |clip| (layer, clip)));
    let changed: Vec<_> = all
        .filter(|(layer, clip)| {
            let old = before.clip(clip.id);
            old.is_some_and(|(lane, old)| lane.id != layer.id || old != *clip)
        })
        .collect();
    match changed[..] {
        [] => None,
        [(layer, clip)] => {
            let file = file_name(clip, after)?;
            let (lane, _) = before.clip(clip.id)?;
            if lane.id == layer.id {
                return Some(done_to(name, "clip", &file));
            }
            let at = timecode(clip.start, after.canvas.frame_rate);
            Some(format!("Move {file} to {}, {at}", short(&layer.name)))
        }
        _ => Some(done_to_clips(name, &format!("{} clips", changed.len()))),
    }
}

/// The name of a clip's file, in a line beside other words.
fn file_name(clip: &Clip, project: &Project) -> Option<String> {
    let media = project.media(clip.media)?;
    let file = media.path.file_name().unwrap_or(media.path.as_os_str());
    Some(short(&file.to_string_lossy()).into_owned())
}

/// The pair that differs, if the lists are equally long and only one does.
fn only_change<'a, T: PartialEq>(before: &'a [T], after: &'a [T]) -> Option<(&'a T, &'a T)> {
    let mut changed = before.iter().zip(after).filter(|(one, other)| one != other);
    let pair = changed.next()?;
    (before.len() == after.len() && changed.next().is_none()).then_some(pair)
}

fn layer_text(before: &Project, after: &Project) -> Option<String> {
    let (old, new) = only_change(&before.layers, &after.layers)?;
    if old.id != new.id {
        return None;
    }
    if old.clips != new.clips {
        let (old_clip, new_clip) = only_change(&old.clips, &new.clips)?;
        let rest = Layer {
            clips: old.clips.clone(),
            ..new.clone()
        };
        return (rest == *old).then(|| clip_text(old_clip, new_clip, after))?;
    }
    number_text(old, new).or_else(|| choice_text(old, new))
}

/// A name in a line beside other words.
fn short(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(MOST_LETTERS) {
        Some((at, _)) => Cow::Owned(format!("{}…", &name[..at])),
        None => Cow::Borrowed(name),
    }
}

/// The numbers of the layer's picture that changed, if nothing else did.
fn number_text(old: &Layer, new: &Layer) -> Option<String> {
    let (before, after) = (old.base_values(), new.base_values());
    let is_other = |parameter: &&Parameter| parameter.of(&before) != parameter.of(&after);
    let changed: Vec<_> = Parameter::ALL.iter().filter(is_other).collect();
    let rest = Layer {
        opacity: old.opacity,
        transform: old.transform,
        crop: old.crop,
        corner_pin: old.corner_pin,
        adjust: old.adjust,
        exposure: old.exposure,
        ..new.clone()
    };
    if rest != *old || new.transform.fit != old.transform.fit {
        return None;
    }
    let value = |parameter: Parameter| value_text(parameter, parameter.of(&after));
    let text = match changed[..] {
        [parameter] => Some(format!("{} {}", parameter.label(), value(*parameter))),
        // The two axes of one thing.
        [x, y] => {
            let thing = x.label().strip_suffix(" X")?;
            (y.label().strip_suffix(" Y") == Some(thing))
                .then(|| format!("{thing} {}, {}", value(*x), value(*y)))
        }
        _ => None,
    };
    text.map(|text| format!("{text} · {}", short(&new.name)))
}

/// A value as the inspector shows it.
fn value_text(parameter: Parameter, value: f32) -> String {
    let value = f64::from(value);
    let rounded = |value: f64| {
        let rounded = (value * 100.0).round() / 100.0;
        // Zero has no sign.
        format!("{}", rounded + 0.0)
    };
    match parameter.unit() {
        "px" => format!("{} px", rounded(value)),
        "deg" => format!("{}°", rounded(value)),
        "stops" => format!("{} stops", rounded(value)),
        _ => match parameter {
            Parameter::Brightness
            | Parameter::Contrast
            | Parameter::Saturation
            | Parameter::Gamma => rounded(value),
            _ => format!("{} %", rounded(value * 100.0)),
        },
    }
}

/// The name or the blend mode of the layer, if nothing else changed.
fn choice_text(old: &Layer, new: &Layer) -> Option<String> {
    let is_only = |rest: Layer| rest == *old;
    if new.name != old.name {
        let name = old.name.clone();
        let rest = Layer {
            name,
            ..new.clone()
        };
        let (before, after) = (short(&old.name), short(&new.name));
        return is_only(rest).then(|| format!("Rename layer {before} to {after}"));
    }
    let rest = Layer {
        blend: old.blend,
        ..new.clone()
    };
    (new.blend != old.blend && is_only(rest))
        .then(|| format!("Blend mode {} · {}", new.blend.label(), short(&new.name)))
}

/// The one property of a clip that changed.
fn clip_text(old: &Clip, new: &Clip, project: &Project) -> Option<String> {
    let rate = project.canvas.frame_rate;
    let file = file_name(new, project)?;
    let rest = |clip: Clip| clip == *old;
    let seconds = |time: Time| format!("{:.2} s", time.seconds());
    if rest(Clip {
        start: old.start,
        ..new.clone()
    }) {
        return Some(format!("Move {file} to {}", timecode(new.start, rate)));
    }
    if rest(Clip {
        duration: old.duration,
        ..new.clone()
    }) {
        return Some(format!(
            "Trim {file} to end at {}",
            timecode(new.end(), rate)
        ));
    }
    let fades = [
        ("Fade in", old.fade_in, new.fade_in),
        ("Fade out", old.fade_out, new.fade_out),
    ];
    let (name, _, length) = *only_change_of(&fades)?;
    let faded = Clip {
        fade_in: old.fade_in,
        fade_out: old.fade_out,
        ..new.clone()
    };
    rest(faded).then(|| format!("{name} {} · {file}", seconds(length)))
}

/// The one of several values that differs from what it was.
fn only_change_of<'a, T: PartialEq>(
    values: &'a [(&'static str, T, T)],
) -> Option<&'a (&'static str, T, T)> {
    let mut changed = values.iter().filter(|(_, old, new)| old != new);
    let only = changed.next()?;
    changed.next().is_none().then_some(only)
}

fn marker_text(before: &Project, after: &Project) -> Option<String> {
    let rate: FrameRate = after.canvas.frame_rate;
    let same = |one: &Marker, other: &Marker| one == other;
    match before.markers.len().cmp(&after.markers.len()) {
        Ordering::Less => {
            let new = only_new(&after.markers, &before.markers, same)?;
            let at = timecode(new.time, rate);
            return Some(format!("Add marker {} at {at}", short(&new.name)));
        }
        Ordering::Greater => {
            let old = only_new(&before.markers, &after.markers, same)?;
            return Some(format!("Remove marker {}", short(&old.name)));
        }
        Ordering::Equal => {}
    }
    let (old, new) = only_change(&before.markers, &after.markers)?;
    if old.name != new.name {
        let (before, after) = (short(&old.name), short(&new.name));
        return Some(format!("Rename marker {before} to {after}"));
    }
    if old.note != new.note {
        return Some(format!("Change note of marker {}", short(&new.name)));
    }
    if old.time == new.time {
        return Some(format!("Change colour of marker {}", short(&new.name)));
    }
    Some({
        format!(
            "Move marker {} to {}",
            short(&new.name),
            timecode(new.time, rate)
        )
    })
}

fn canvas_text(before: &Project, after: &Project) -> Option<String> {
    let is_canvas = before.layers == after.layers && before.canvas != after.canvas;
    let Canvas {
        width_px,
        height_px,
        frame_rate,
        ..
    } = after.canvas;
    let fps = (frame_rate.fps() * 1000.0).round() / 1000.0;
    is_canvas.then(|| format!("Canvas {width_px} × {height_px}, {fps} fps"))
}

#[cfg(test)]
mod tests {
    use super::super::group_edit;
    use super::*;
    use crate::project::{
        BlendMode, ClipEdit, ClipId, EditCommand, History, LayerEdit, MarkerEdit,
    };

    fn history() -> History {
        let second = Time::from_seconds(10);
        History::new(Project::with_media_layers(&[("/m/a.mov".into(), second)]))
    }

    fn named(history: &mut History, edit: &EditCommand) -> String {
        history.apply(edit).expect("changes");
        history.undo_name().expect("a step").to_owned()
    }

    fn values(values: &[(Parameter, f32)]) -> EditCommand {
        let values = values.to_vec();
        let at = Time::ZERO;
        EditCommand::Layer(LayerId(1), LayerEdit::SetParameters { at, values })
    }

    #[test]
    fn a_step_says_what_changed_to_what() {
        let mut history = history();
        let layer = |edit| EditCommand::Layer(LayerId(1), edit);
        let clip = |edit| EditCommand::Clip(ClipId(1), edit);
        let position = [(Parameter::PositionX, 112.0), (Parameter::PositionY, -38.5)];
        let fades = ClipEdit::SetFades {
            fade_in: Time::from_seconds_f64(0.4),
            fade_out: Time::ZERO,
        };
        let moved = ClipEdit::Move {
            layer: LayerId(1),
            start: Time::from_seconds(3),
        };
        let marker = Marker {
            time: Time::ZERO,
            name: "Drop".to_owned(),
            colour: 1,
            note: String::new(),
        };
        for (edit, name) in [
            (values(&[(Parameter::CropTop, 0.2)]), "Crop top 20 % · a"),
            (values(&[(Parameter::Opacity, 0.655)]), "Opacity 65.5 % · a"),
            (values(&position), "Position 112 px, -38.5 px · a"),
            (values(&[(Parameter::Rotation, -4.0)]), "Rotation -4° · a"),
            (
                layer(LayerEdit::SetBlend(BlendMode::Screen)),
                "Blend mode Screen · a",
            ),
            (clip(fades), "Fade in 0.40 s · a.mov"),
            (clip(moved), "Move a.mov to 00:00:03:00"),
            (
                layer(LayerEdit::Rename("Sky".to_owned())),
                "Rename layer a to Sky",
            ),
            (layer(LayerEdit::SetVisible(false)), "Hide layer Sky"),
            (layer(LayerEdit::SetLocked(true)), "Lock layer Sky"),
            (layer(LayerEdit::SetLocked(false)), "Unlock layer Sky"),
            (
                EditCommand::Marker(MarkerEdit::Add(marker)),
                "Add marker Drop at 00:00:00:00",
            ),
            (
                EditCommand::Marker(MarkerEdit::SetColour(0, 2)),
                "Change colour of marker Drop",
            ),
            (
                EditCommand::Marker(MarkerEdit::Remove(0)),
                "Remove marker Drop",
            ),
        ] {
            assert_eq!(named(&mut history, &edit), name);
        }
    }

    #[test]
    fn clips_that_come_and_go_are_named() {
        let mut history = history();
        let (copy, ids) = group_edit::duplicated(history.project(), &[ClipId(1)]).expect("a clip");
        let name = "Duplicate a.mov at 00:00:10:00";
        assert_eq!(named(&mut history, &copy), name);
        let fades = ClipEdit::SetFades {
            fade_in: Time::from_seconds(1),
            fade_out: Time::ZERO,
        };
        let both = [ClipId(1), ids[0]].map(|id| EditCommand::Clip(id, fades.clone()));
        let both = EditCommand::Batch(both.to_vec(), "Change fades".into());
        assert_eq!(named(&mut history, &both), "Change fades · 2 clips");
        let gone = EditCommand::Clip(ids[0], ClipEdit::Remove);
        assert_eq!(named(&mut history, &gone), "Remove a.mov");
    }

    #[test]
    fn a_step_of_more_than_a_line_says_to_what_it_was_done() {
        let mut history = history();
        let several = values(&[(Parameter::Opacity, 0.5), (Parameter::Hue, 10.0)]);
        assert_eq!(named(&mut history, &several), "Change layer a");
        let gone = EditCommand::Layer(LayerId(1), LayerEdit::Remove);
        assert_eq!(named(&mut history, &gone), "Remove layer a");
    }
}
