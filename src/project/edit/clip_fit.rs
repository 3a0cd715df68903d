//! Free ids, free places on a layer, and projects made from a list of files.
//!
//! Clips of a layer may overlap: an overlap of two is a crossfade. Of clips in the order of their starts, starts and
//! ends both rise, so that none lies within another; and each ends before the second one after it begins, so that there
//! are never three at once.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::project::validate::MAX_TIME;
use crate::project::{
    Clip, ClipId, ClipSound, Layer, LayerId, LoopMode, MAX_LAYERS, MediaId, MediaRef, Project,
};
use crate::time::Time;

impl Project {
    /// An id that no media file has: one above the highest, or the lowest free one once those are used up.
    pub fn next_media_id(&self) -> MediaId {
        MediaId(free_number(self.media.iter().map(|media| media.id.0)))
    }

    /// An id that no layer has.
    pub fn next_layer_id(&self) -> LayerId {
        LayerId(free_number(self.layers.iter().map(|layer| layer.id.0)))
    }

    /// An id that no clip has.
    pub fn next_clip_id(&self) -> ClipId {
        let clips = self.layers.iter().flat_map(|layer| &layer.clips);
        ClipId(free_number(clips.map(|clip| clip.id.0)))
    }

    /// The start, nearest to `start`, at which a clip of this length overlaps no other; of two equally near, the
    /// earlier.
    ///
    /// `ignoring` names a clip that is being moved away and takes no room. There is always a place after the last clip,
    /// which may lie past [`MAX_TIME`]; the edit that uses it is then refused. On a layer that does not exist all is
    /// free.
    pub fn free_span_near(
        &self,
        layer: LayerId,
        start: Time,
        duration: Time,
        ignoring: Option<ClipId>,
    ) -> Time {
        let start = start.clamp(Time::ZERO, MAX_TIME);
        let clips = self.layer(layer).map_or(&[][..], |layer| &layer.clips);
        let mut gap_start = Time::ZERO;
        let mut nearest: Option<Time> = None;
        let mut offer = |place: Time| {
            if nearest.is_none_or(|best| (place - start).abs() < (best - start).abs()) {
                nearest = Some(place);
            }
        };
        for clip in clips.iter().filter(|clip| Some(clip.id) != ignoring) {
            if clip.start - gap_start >= duration {
                offer(start.clamp(gap_start, clip.start - duration));
            }
            gap_start = clip.end();
        }
        offer(start.max(gap_start));
        nearest.unwrap_or(start)
    }

    /// The start, nearest to `start`, at which a clip of this length keeps the rule, overlapping its neighbours if it
    /// must. Otherwise as [`Self::free_span_near`].
    pub fn room_near(
        &self,
        layer: LayerId,
        start: Time,
        duration: Time,
        ignoring: Option<ClipId>,
    ) -> Time {
        let start = start.clamp(Time::ZERO, MAX_TIME);
        let clips = self.layer(layer).map_or(&[][..], |layer| &layer.clips);
        let others: Vec<&Clip> = clips
            .iter()
            .filter(|clip| Some(clip.id) != ignoring)
            .collect();
        let places = (0..=others.len()).filter_map(|index| {
            let room = Room::at(&others, index);
            let earliest = room.earliest_start.max(room.earliest_end - duration);
            let latest = room.latest_start.min(room.latest_end - duration);
            let has_room = earliest <= latest && !overlap_at(&others, index);
            has_room.then(|| start.clamp(earliest, latest))
        });
        let last = others.last().map_or(start, |clip| start.max(clip.end()));
        places
            .min_by_key(|place| (*place - start).abs())
            .unwrap_or(last)
    }

    /// A project that plays these files, each with its duration, over each other and in a loop.
    ///
    /// The first file is the bottom layer, like a background; each further one lies in front of those before it. Files
    /// after the sixth are left out. Every clip lasts as long as the longest file and repeats its own. A duration that
    /// is not positive (a still, a file not yet opened) counts as none; when all are, clips last ten seconds.
    pub fn with_media_layers(media: &[(PathBuf, Time)]) -> Self {
        let media = media.get(..MAX_LAYERS).unwrap_or(media);
        let longest = media.iter().map(|(_, duration)| *duration).max();
        let duration = longest
            .filter(|duration| *duration > Time::ZERO)
            .unwrap_or(Time::from_seconds(10))
            .min(MAX_TIME);
        let mut project = Self {
            is_looping: true,
            ..Self::default()
        };
        for (number, (path, _)) in (0_u8..).zip(media) {
            let id = u32::from(number) + 1;
            project.media.push(MediaRef {
                id: MediaId(id),
                path: path.clone(),
                absolute_hint: None,
                fingerprint: None,
            });
            let mut layer = Layer::new(LayerId(id), layer_name(path, id), number);
            layer
                .clips
                .push(Clip::new(ClipId(id), MediaId(id), Time::ZERO, duration));
            project.layers.insert(0, layer);
        }
        project
    }
}

/// The room that the clips beside a place leave to the clip in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// The earliest start.
    pub(super) earliest_start: Time,
    /// The latest start.
    pub(super) latest_start: Time,
    /// The earliest end.
    pub(super) earliest_end: Time,
    /// The latest end.
    pub(super) latest_end: Time,
}

impl Room {
    /// Room for the clip at this index.
    pub(super) fn around(clips: &[Clip], index: usize) -> Self {
        let place = |index: Option<usize>| index.and_then(|index| clips.get(index));
        Self::between(
            [place(index.checked_sub(2)), place(index.checked_sub(1))],
            [place(index.checked_add(1)), place(index.checked_add(2))],
        )
    }

    /// Room for a clip inserted at this index.
    fn at(clips: &[&Clip], index: usize) -> Self {
        let place = |index: Option<usize>| index.and_then(|index| clips.get(index).copied());
        Self::between(
            [place(index.checked_sub(2)), place(index.checked_sub(1))],
            [place(Some(index)), place(index.checked_add(1))],
        )
    }

    fn between(before: [Option<&Clip>; 2], after: [Option<&Clip>; 2]) -> Self {
        let flick = Time::from_flicks(1);
        let [second_before, before] = before;
        let [after, second_after] = after;
        Self {
            earliest_start: before
                .map_or(Time::ZERO, |clip| clip.start + flick)
                .max(second_before.map_or(Time::ZERO, Clip::end)),
            latest_start: after.map_or(MAX_TIME, |clip| clip.start - flick),
            earliest_end: before.map_or(flick, |clip| clip.end() + flick),
            latest_end: after
                .map_or(MAX_TIME, |clip| clip.end() - flick)
                .min(second_after.map_or(MAX_TIME, |clip| clip.start)),
        }
    }
}

/// True if the clips before and at this index overlap, so that nothing can come between them.
fn overlap_at(clips: &[&Clip], index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|index| clips.get(index));
    let overlap = before
        .zip(clips.get(index))
        .map(|(before, after)| before.end() > after.start);
    overlap.unwrap_or(false)
}

/// The first two clips that break the rule: two neighbours of which one lies within the other, or the outer two of
/// three at once.
pub(in crate::project) fn crowded(clips: &[Clip]) -> Option<(&Clip, &Clip)> {
    let neighbours = clips.iter().zip(clips.iter().skip(1));
    let mut within =
        neighbours.filter(|(one, next)| one.start >= next.start || one.end() >= next.end());
    let outer = clips.iter().zip(clips.iter().skip(2));
    let mut three = outer.filter(|(one, third)| one.end() > third.start);
    within.next().or_else(|| three.next())
}

/// True if clips keep the rule.
pub(super) fn fits(clips: &[Clip]) -> bool {
    crowded(clips).is_none()
}

impl Clip {
    /// A clip of the whole media file at normal speed, repeated when it is longer than the file.
    pub fn new(id: ClipId, media: MediaId, start: Time, duration: Time) -> Self {
        Self {
            id,
            media,
            start,
            duration,
            media_in: Time::ZERO,
            media_out: None,
            speed: 1.0,
            loop_mode: LoopMode::Loop,
            phase: Time::ZERO,
            fade_in: Time::ZERO,
            fade_out: Time::ZERO,
            sound: ClipSound::default(),
        }
    }
}

/// One above the highest number; without one, the lowest that is free.
fn free_number(used: impl Iterator<Item = u32>) -> u32 {
    let used: BTreeSet<u32> = used.collect();
    let above = used
        .last()
        .map_or(Some(1), |highest| highest.checked_add(1));
    above.unwrap_or_else(|| {
        (1..u32::MAX)
            .find(|number| !used.contains(number))
            .unwrap_or(0)
    })
}

/// The file's name without extension, truncated to the longest name allowed.
fn layer_name(path: &std::path::Path, number: u32) -> String {
    let name = crate::project::shown_name(path);
    let stem = std::path::Path::new(&name)
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned());
    let mut name = stem.unwrap_or_else(|| format!("Layer {number}"));
    name.truncate(name.floor_char_boundary(crate::project::validate::MAX_NAME_BYTES));
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    /// One layer with clips at 2..4 and 6..9 seconds.
    fn with_gaps() -> Project {
        let mut project = Project::with_media_layers(&[("a.mov".into(), seconds(2))]);
        project.layers[0].clips[0].start = seconds(2);
        project.layers[0]
            .clips
            .push(Clip::new(ClipId(2), MediaId(1), seconds(6), seconds(3)));
        assert_eq!(project.validate(), Ok(()));
        project
    }

    #[test]
    fn the_nearest_gap_that_is_long_enough_is_found() {
        let project = with_gaps();
        let near = |start, duration, ignoring| {
            project.free_span_near(LayerId(1), seconds(start), seconds(duration), ignoring)
        };
        assert_eq!(near(0, 2, None), seconds(0), "fits exactly");
        assert_eq!(near(1, 2, None), seconds(0), "pushed to the left");
        assert_eq!(
            near(3, 2, None),
            seconds(4),
            "both sides are one second away, and only one fits"
        );
        assert_eq!(
            near(3, 1, None),
            seconds(4),
            "one to the right, two to the left"
        );
        assert_eq!(near(5, 4, None), seconds(9), "no gap is long enough");
        assert_eq!(
            near(3, 4, Some(ClipId(1))),
            seconds(2),
            "its own place is free"
        );
        assert_eq!(near(-5, 1, None), seconds(0), "held to zero");
    }

    #[test]
    fn a_clip_may_reach_into_its_neighbours_but_not_lie_within_one() {
        let project = with_gaps();
        let flick = Time::from_flicks(1);
        let near = |start, duration| {
            project.room_near(LayerId(1), seconds(start), seconds(duration), None)
        };
        assert_eq!(near(3, 4), seconds(3), "into both");
        assert_eq!(near(1, 2), seconds(1), "into the one after");
        assert_eq!(
            near(8, 1),
            seconds(8) + flick,
            "as near as it is not within"
        );
        assert_eq!(
            near(2, 2),
            seconds(2) - flick,
            "the same span is within, and the earlier of two places equally near is taken"
        );
    }

    #[test]
    fn nothing_comes_between_two_clips_that_overlap() {
        let mut project = with_gaps();
        project.layers[0].clips[0].duration = seconds(5);
        assert_eq!(project.validate(), Ok(()), "a crossfade from 6 to 7");
        let flick = Time::from_flicks(1);
        let place = project.room_near(LayerId(1), seconds(5), seconds(3), None);
        assert_eq!(place, seconds(7), "after the first of the two has ended");
        assert_eq!(
            project.room_near(LayerId(1), seconds(3), seconds(4), None),
            seconds(2) - flick,
            "before the first one, and ending before the second begins"
        );
    }

    #[test]
    fn the_first_file_is_the_bottom_layer_and_all_clips_last_as_long_as_the_longest() {
        let media: Vec<_> = (1..=7)
            .map(|number| {
                (
                    PathBuf::from(format!("/m/card {number}.mov")),
                    seconds(number),
                )
            })
            .collect();
        let project = Project::with_media_layers(&media);
        assert_eq!(project.validate(), Ok(()));
        let names: Vec<_> = project
            .layers
            .iter()
            .map(|layer| layer.name.as_str())
            .collect();
        assert_eq!(
            names,
            ["card 6", "card 5", "card 4", "card 3", "card 2", "card 1"]
        );
        assert!(
            project
                .layers
                .iter()
                .all(|layer| layer.clips[0].duration == seconds(6)),
            "six files are used"
        );
        assert!(project.is_looping, "a list of files plays in a loop");
        assert_eq!(Project::with_media_layers(&[]).validate(), Ok(()));
    }

    #[test]
    fn a_free_number_is_found_even_when_the_highest_is_taken() {
        assert_eq!(free_number([].into_iter()), 1);
        assert_eq!(free_number([4, 2].into_iter()), 5);
        assert_eq!(free_number([1, 2, u32::MAX].into_iter()), 3);
    }
}
