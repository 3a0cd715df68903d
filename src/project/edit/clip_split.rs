//! Splitting a clip in two, each of which shows at each time what it showed before; and a crossfade.
//!
//! ```text
//!            at                          at
//! A ═════════╪═══            A ═══════╗   ║
//!         ═══╪═════════ B    B      ══╪═══║═══════════ C
//!            └ within a crossfade     └ a frame before it
//! ```
//!
//! No part of a crossfade has a crossfade of its own: its weights go from one clip to the other, and of two clips that
//! begin or end together one would lie within the other. So the clip that is seen more at the cut is cut in two, and the
//! other one ends a canvas frame before the cut (or begins one after it), where the mix is whole: each clip shows the
//! frames that it showed at their times, there is always something to see, and only the weights of the mix are others,
//! by no more than the share of the clip that is seen less, and a frame.

use super::group_edit;
use crate::project::{Clip, ClipEdit, ClipId, EditCommand, Layer, LayerEdit, Project};
use crate::time::Time;

/// The edits that split what a layer shows at a time, so that no clip reaches over it; the new part gets the id
/// `second`. `None` where no clip does, and where the rules of a layer leave no room for the parts.
pub(crate) fn split_layer(
    project: &Project,
    layer: &Layer,
    at: Time,
    second: ClipId,
    media_length: impl Fn(&Clip) -> Option<Time>,
) -> Option<Vec<EditCommand>> {
    let frame = project.canvas.frame_rate.frame_duration();
    let reaches_over = |place: &usize| {
        let clip = &layer.clips[*place];
        clip.start < at && at < clip.end()
    };
    let mut places: Vec<usize> = (0..layer.clips.len()).filter(reaches_over).collect();
    if let [earlier, later] = places[..] {
        let (from, to) = (layer.clips[later].start, layer.clips[earlier].end());
        if at - from >= to - at {
            places.reverse();
        }
    }
    places.into_iter().find_map(|place| {
        let clip = &layer.clips[place];
        let freed = Freed::around(layer, place, at, frame);
        let mut edits = freed.edits(&media_length);
        let whole = freed.without_bare_fades(clip);
        edits.extend(split(layer, &whole, at, second, media_length(clip))?);
        let trial = EditCommand::Batch(edits.clone(), "Split".into());
        group_edit::is_possible(project, &trial).then_some(edits)
    })
}

/// The neighbours of a clip that is cut, where they reach to the cut, with the spans that are left of them.
struct Freed<'a> {
    before: Option<(&'a Clip, Time)>,
    after: Option<(&'a Clip, Time)>,
}

impl<'a> Freed<'a> {
    /// The neighbours end a frame before the cut, or begin one after it, but within the clip.
    fn around(layer: &'a Layer, place: usize, at: Time, frame: Time) -> Self {
        let cut = &layer.clips[place];
        let before = place.checked_sub(1).map(|before| &layer.clips[before]);
        let before = before.filter(|before| before.end() >= at);
        let after = layer.clips.get(place + 1);
        let after = after.filter(|after| after.start <= at);
        Self {
            before: before.map(|before| (before, (at - frame).max(cut.start))),
            after: after.map(|after| (after, (at + frame).min(cut.end()))),
        }
    }

    fn edits(&self, media_length: impl Fn(&Clip) -> Option<Time>) -> Vec<EditCommand> {
        let trimmed = |clip: &Clip, (start, end): (Time, Time), (fade_in, fade_out)| {
            let fades = ClipEdit::SetFades { fade_in, fade_out };
            let trim = ClipEdit::Trim {
                start,
                duration: end - start,
                media_length: media_length(clip),
            };
            [fades, trim].map(|edit| EditCommand::Clip(clip.id, edit))
        };
        let before = self.before.map(|(clip, end)| {
            let fades = (clip.fade_in, Time::ZERO);
            trimmed(clip, (clip.start, end), fades)
        });
        let after = self.after.map(|(clip, start)| {
            let fades = (Time::ZERO, clip.fade_out);
            trimmed(clip, (start, clip.end()), fades)
        });
        before.into_iter().chain(after).flatten().collect()
    }

    /// The clip that is cut, without the fades that crossfades took the place of, where nothing is left of those.
    fn without_bare_fades(&self, cut: &Clip) -> Clip {
        let mut cut = cut.clone();
        if self.before.is_some_and(|(_, end)| end == cut.start) {
            cut.fade_in = Time::ZERO;
        }
        if self.after.is_some_and(|(_, start)| start == cut.end()) {
            cut.fade_out = Time::ZERO;
        }
        cut
    }
}

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
    use crate::transport::{DeckSide, media_frame_at, opacity_at};
    use proptest::prelude::*;

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
            sound: Default::default(),
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

    /// A picture of a mix: its file, its frame, its weight.
    type Part = (MediaId, Option<FrameIndex>, f32);

    /// The mix at each canvas frame. Each clip has a file of its own, so that a part is known by it.
    fn mixes(project: &Project, frames: i64) -> Vec<Vec<Part>> {
        let layer = &project.layers[0];
        let part = |(place, clip): (usize, &Clip), time| {
            let weight = opacity_at(layer, DeckSide::of_place(place), time);
            (clip.media, media_frame_at(clip, &timing(), time), weight)
        };
        let mix = |time| {
            let clips = layer.clips.iter().enumerate();
            let seen = clips.filter(|(_, clip)| clip.start <= time && time < clip.end());
            seen.map(|clip| part(clip, time)).collect()
        };
        (0..frames)
            .map(|frame| mix(FrameRate::FPS_60.time_of(frame)))
            .collect()
    }

    fn weight_of(mix: &[Part], media: MediaId) -> f32 {
        mix.iter()
            .filter(|part| part.0 == media)
            .map(|part| part.2)
            .sum()
    }

    /// Three clips of one lane with a crossfade, or a plain edit, at each of the two joints; and a frame to cut at.
    fn any_joints() -> impl Strategy<Value = (Project, i64)> {
        let mode =
            || prop::sample::select(vec![LoopMode::Loop, LoopMode::PingPong, LoopMode::HoldLast]);
        let speed = || prop::sample::select(vec![1.0, -1.0, 0.5]);
        let overlaps = (0_i64..25, 0_i64..25);
        let rests = (5_i64..20, 0_i64..12, 5_i64..20);
        let looks = ((mode(), speed()), (mode(), speed()), (mode(), speed()));
        (overlaps, rests, looks, any::<bool>()).prop_flat_map(
            |((one, two), rests, looks, is_off)| {
                let rate = FrameRate::FPS_60;
                // The middle clip may be all crossfade, but neither of the others lies within it or it within them.
                let alone = rests.1.max(i64::from(one == 0 || two == 0));
                let lengths = [rests.0 + one, one + alone + two, two + rests.2];
                let starts = [3, 3 + rests.0, 3 + rests.0 + one + alone];
                let solo = [rests.0, alone, rests.2];
                let off = Time::from_flicks(if is_off { 4321 } else { 0 });
                let files =
                    [1, 2, 3].map(|id| (format!("/m/{id}.mov").into(), Time::from_seconds(1)));
                let mut project = Project::with_media_layers(&files);
                let looks = [looks.0, looks.1, looks.2];
                let clips = (0..3).map(|index| {
                    let id = index as u32 + 1;
                    let (start, length) = (
                        rate.time_of(starts[index]) + off,
                        rate.time_of(lengths[index]),
                    );
                    let mut clip = Clip::new(ClipId(id), MediaId(id), start, length);
                    (clip.loop_mode, clip.speed) = looks[index];
                    // No fade of its own reaches into the crossfade at the other end.
                    let fade = |most: i64| rate.time_of(most.min(solo[index] / 2));
                    (clip.fade_in, clip.fade_out) = (fade(3), fade(2));
                    clip
                });
                project.layers.truncate(1);
                project.layers[0].clips = clips.collect();
                assert_eq!(project.validate(), Ok(()));
                (Just(project), 3..starts[2] + lengths[2] + 3)
            },
        )
    }

    proptest! {
        #[test]
        fn a_cut_through_a_crossfade_keeps_its_pictures_and_their_times((project, frame) in any_joints()) {
            let rate = FrameRate::FPS_60;
            let at = rate.time_of(frame);
            let layer = &project.layers[0];
            let length = |_: &Clip| Some(timing().duration());
            let edits = split_layer(&project, layer, at, ClipId(9), length);
            let is_over = layer.clips.iter().any(|clip| clip.start < at && at < clip.end());
            let joints: Vec<_> = layer.clips.windows(2).map(|pair| (pair[1].start, pair[0].end())).collect();
            let Some(edits) = edits else {
                let is_short = joints.iter().any(|(from, to)| *to - *from <= rate.time_of(2));
                prop_assert!(!is_over || is_short, "nothing is cut at {} of {:?}", frame, layer.clips);
                return Ok(());
            };
            let batch = EditCommand::Batch(edits, "Split".into());
            let after = batch.applied_to(&project).expect("it was tried");
            let clips = &after.layers[0].clips;
            prop_assert_eq!(clips.len(), 4);
            prop_assert!(clips.iter().all(|clip| clip.end() <= at || clip.start >= at), "{:?}", clips);
            prop_assert!(clips.iter().any(|clip| clip.end() == at));
            prop_assert!(clips.iter().any(|clip| clip.start == at));
            let reached = |clip: &&Clip| at - clip.start >= clip.fade_in;
            let first = layer.clips.first().filter(reached).map(|clip| clip.fade_in);
            prop_assert!(first.is_none_or(|fade| clips[0].fade_in == fade));
            let (before, now) = (mixes(&project, 120), mixes(&after, 120));
            for (index, (was, is)) in (0_i64..).zip(before.iter().zip(&now)) {
                let time = rate.time_of(index);
                let cut = joints.iter().find(|(from, to)| {
                    (*from..=*to).contains(&at) && from < to && (*from..*to).contains(&time)
                });
                let Some((from, to)) = cut else {
                    // An own fade that is cut into is shortened to its part.
                    let files = |mix: &[Part]| mix.iter().map(|part| (part.0, part.1)).collect::<Vec<_>>();
                    prop_assert_eq!(files(was), files(is), "at {}, cut at {}", index, frame);
                    continue;
                };
                for part in is {
                    prop_assert!(was.iter().any(|old| (old.0, old.1) == (part.0, part.1)), "{:?} of {:?}", is, was);
                }
                let sum = |mix: &[Part]| mix.iter().map(|part| part.2).sum::<f32>();
                prop_assert!((sum(is) - 1.0).abs() < 1e-4, "{:?} at {} of {:?}", is, index, clips);
                let whole = (*to - *from).seconds();
                let share = |until: Time, since: Time| ((until - since).seconds() / whole) as f32;
                let least = share(at, *from).min(share(*to, at));
                let most = least + share(rate.time_of(1), Time::ZERO) + 1e-3;
                for part in was {
                    let by = (weight_of(is, part.0) - part.2).abs();
                    prop_assert!(by <= most, "{} by {} of {} at {}, cut at {}", part.0.0, by, most, index, frame);
                }
            }
        }
    }
}
