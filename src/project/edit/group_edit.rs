//! Edits of several clips at once: moved, removed, duplicated, pasted. Each is one [`EditCommand`] and so one step of
//! undo.
//!
//! Clips that change places are all removed and then all added again, so that none is in the way of another of the
//! group. A group that does not fit goes to the nearest place that takes all of it; the project itself decides on a
//! trial.

use crate::project::{Clip, ClipEdit, ClipId, EditCommand, Layer, LayerEdit, LayerId, Project};
use crate::time::Time;

/// Places tried for a group that does not fit where it was dropped.
const MOST_PLACES: usize = 24;

/// A clip and its lane, counted from the top.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LaneClip {
    /// The lane.
    pub lane: usize,
    /// The clip.
    pub clip: Clip,
}

/// The clips that are not locked, from top to bottom and by time.
pub(crate) fn editable(project: &Project, ids: &[ClipId]) -> Vec<LaneClip> {
    let lanes = project.layers.iter().enumerate();
    lanes
        .filter(|(_, layer)| !layer.is_locked)
        .flat_map(|(lane, layer)| layer.clips.iter().map(move |clip| (lane, clip)))
        .filter(|(_, clip)| ids.contains(&clip.id))
        .map(|(lane, clip)| LaneClip {
            lane,
            clip: clip.clone(),
        })
        .collect()
}

/// Moves clips together by a length of time and a number of lanes down, or to the nearest place that takes all of them;
/// `None` if there is none.
pub(crate) fn moved(
    project: &Project,
    ids: &[ClipId],
    by: Time,
    lanes: isize,
) -> Option<EditCommand> {
    let group = editable(project, ids);
    if let [only] = &group[..] {
        let lane = only.lane.checked_add_signed(lanes)?;
        return Some(EditCommand::Clip(
            only.clip.id,
            ClipEdit::Move {
                layer: project.layers.get(lane)?.id,
                start: (only.clip.start + by).max(Time::ZERO),
            },
        ));
    }
    let taken: Vec<_> = group.iter().map(|placed| placed.clip.id).collect();
    let lanes = clamped_lanes(project, &group, lanes);
    let moved: Option<Vec<_>> = group
        .into_iter()
        .map(|placed| {
            let lane = placed.lane.checked_add_signed(lanes)?;
            Some(LaneClip { lane, ..placed })
        })
        .collect();
    fitted("Move clips", project, (&taken, &moved?), by)
}

/// Removes clips.
pub(crate) fn removed(project: &Project, ids: &[ClipId]) -> Option<EditCommand> {
    let ids = editable(project, ids);
    let edits: Vec<_> = ids
        .iter()
        .map(|placed| EditCommand::Clip(placed.clip.id, ClipEdit::Remove))
        .collect();
    batch(
        if edits.len() > 1 {
            "Remove clips"
        } else {
            "Remove clip"
        },
        edits,
    )
}

/// Removes clips and closes the gaps: on each of their lanes, later clips move up by the length removed before them.
pub(crate) fn ripple_removed(project: &Project, ids: &[ClipId]) -> Option<EditCommand> {
    let group = editable(project, ids);
    let mut taken: Vec<ClipId> = group.iter().map(|placed| placed.clip.id).collect();
    let mut added = Vec::new();
    for (lane, layer) in project.layers.iter().enumerate() {
        let gone: Vec<_> = group.iter().filter(|placed| placed.lane == lane).collect();
        let kept = layer.clips.iter().filter(|clip| !ids.contains(&clip.id));
        for clip in kept.filter(|_| !gone.is_empty()) {
            let before = gone.iter().filter(|placed| placed.clip.start < clip.start);
            let by = before.fold(Time::ZERO, |sum, placed| {
                sum + (placed.clip.end().min(clip.start) - placed.clip.start)
            });
            if by > Time::ZERO {
                taken.push(clip.id);
                added.push(shifted(lane, clip, -by));
            }
        }
    }
    rewritten("Ripple delete", project, &taken, &added)
}

/// Duplicates clips after the group that they form; returns the edit and the copies' ids.
pub(crate) fn duplicated(project: &Project, ids: &[ClipId]) -> Option<(EditCommand, Vec<ClipId>)> {
    let group = editable(project, ids);
    let first = group.iter().map(|placed| placed.clip.start).min()?;
    let end = group.iter().map(|placed| placed.clip.end()).max()?;
    let copies = renumbered(project, group);
    let numbers = copies.iter().map(|placed| placed.clip.id).collect();
    let name = "Duplicate";
    let edit = match fitted(name, project, (&[], &copies), end - first)? {
        several @ EditCommand::Batch(..) => several,
        only => EditCommand::Batch(vec![only], name.into()),
    };
    Some((edit, numbers))
}

/// Replaces a clip by `trimmed`, and moves the clips of its lane from `follow_from` on by a length.
pub(crate) fn ripple_trimmed(
    project: &Project,
    layer: &Layer,
    trimmed: &Clip,
    follow_from: Time,
    by: Time,
) -> Option<EditCommand> {
    let lane = project
        .layers
        .iter()
        .position(|other| other.id == layer.id)?;
    let mut taken = vec![trimmed.id];
    let mut added = vec![LaneClip {
        lane,
        clip: trimmed.clone(),
    }];
    let later = layer.clips.iter().filter(|clip| clip.id != trimmed.id);
    for clip in later.filter(|clip| clip.start >= follow_from) {
        taken.push(clip.id);
        added.push(shifted(lane, clip, by));
    }
    rewritten("Ripple trim", project, &taken, &added)
}

/// Gives clips ids that no other has.
pub(crate) fn renumbered(project: &Project, clips: Vec<LaneClip>) -> Vec<LaneClip> {
    let first = project.next_clip_id().0;
    let numbers = (0_u32..).map(|more| ClipId(first.saturating_add(more)));
    let renumber = |(mut placed, id): (LaneClip, ClipId)| {
        placed.clip.id = id;
        placed
    };
    clips.into_iter().zip(numbers).map(renumber).collect()
}

/// Removes clips and adds others, all of these moved by `by` or as near to that as they fit together.
///
/// Clips that were there before may overlap those that stay, which makes a crossfade; new ones overlap none.
pub(crate) fn fitted(
    name: &'static str,
    project: &Project,
    (removed, added): (&[ClipId], &[LaneClip]),
    by: Time,
) -> Option<EditCommand> {
    let first = added.iter().map(|placed| placed.clip.start).min()?;
    let by = by.max(-first);
    let may_overlap = !removed.is_empty();
    let at = |by: Time| {
        let moved: Vec<_> = added
            .iter()
            .map(|placed| shifted(placed.lane, &placed.clip, by))
            .collect();
        if !may_overlap && moved.iter().any(|placed| lies_over(project, placed)) {
            return None;
        }
        rewritten(name, project, removed, &moved).filter(|edit| is_possible(project, edit))
    };
    at(by).or_else(|| {
        let mut places = places(project, removed, added, -first);
        places.sort_by_key(|place| (*place - by).abs());
        places.dedup();
        places.into_iter().take(MOST_PLACES).find_map(at)
    })
}

/// True if a clip would overlap another one.
fn lies_over(project: &Project, placed: &LaneClip) -> bool {
    let clip = &placed.clip;
    let others = project.layers.get(placed.lane).into_iter();
    others
        .flat_map(|layer| &layer.clips)
        .any(|other| other.start < clip.end() && clip.start < other.end())
}

/// True if the project accepts an edit.
pub(crate) fn is_possible(project: &Project, edit: &EditCommand) -> bool {
    edit.applied_to(project).is_ok()
}

/// Joins several edits into one step; a single one stays itself.
pub(crate) fn batch(name: &'static str, mut edits: Vec<EditCommand>) -> Option<EditCommand> {
    match edits.len() {
        0 => None,
        1 => edits.pop(),
        _ => Some(EditCommand::Batch(edits, name.into())),
    }
}

fn rewritten(
    name: &'static str,
    project: &Project,
    removed: &[ClipId],
    added: &[LaneClip],
) -> Option<EditCommand> {
    let layer = |lane: usize| -> Option<LayerId> { Some(project.layers.get(lane)?.id) };
    let mut edits: Vec<_> = removed
        .iter()
        .copied()
        .map(|id| EditCommand::Clip(id, ClipEdit::Remove))
        .collect();
    for placed in added {
        edits.push(EditCommand::Layer(
            layer(placed.lane)?,
            LayerEdit::AddClip(placed.clip.clone()),
        ));
    }
    batch(name, edits)
}

fn shifted(lane: usize, clip: &Clip, by: Time) -> LaneClip {
    let start = clip.start + by;
    LaneClip {
        lane,
        clip: Clip {
            start,
            ..clip.clone()
        },
    }
}

/// The number of lanes to move by, clamped so that no clip of the group leaves the lanes.
fn clamped_lanes(project: &Project, group: &[LaneClip], lanes: isize) -> isize {
    let top = group.iter().map(|placed| placed.lane).min().unwrap_or(0);
    let bottom = group.iter().map(|placed| placed.lane).max().unwrap_or(0);
    let last = project.layers.len().saturating_sub(1);
    lanes.clamp(-(top as isize), last.saturating_sub(bottom) as isize)
}

/// Distances at which an edge of the group meets an edge of a clip that stays, none less than `least`.
fn places(project: &Project, removed: &[ClipId], added: &[LaneClip], least: Time) -> Vec<Time> {
    let mut places = vec![least];
    for placed in added {
        let stays = project.layers.get(placed.lane);
        let stays = stays.iter().flat_map(|layer| &layer.clips);
        for other in stays.filter(|clip| !removed.contains(&clip.id)) {
            places.push(other.end() - placed.clip.start);
            places.push(other.start - placed.clip.end());
        }
    }
    places.retain(|place| *place >= least);
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::MediaId;

    fn s(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    /// Lane 0: clip 1 at 0..2 and 2 at 2..4; lane 1: clip 3 at 1..3 and 4 at 8..10.
    fn sample() -> Project {
        let mut project = Project::with_media_layers(&[("/m/a.mov".into(), s(2))]);
        let below = Layer::new(LayerId(2), "below".to_owned(), 1);
        project.layers.push(below);
        let clip = |id, start| Clip::new(ClipId(id), MediaId(1), s(start), s(2));
        project.layers[0].clips.push(clip(2, 2));
        project.layers[1].clips.extend([clip(3, 1), clip(4, 8)]);
        assert_eq!(project.validate(), Ok(()));
        project
    }

    fn starts(project: &Project) -> Vec<(u32, usize, f64)> {
        let lanes = project.layers.iter().enumerate();
        lanes
            .flat_map(|(lane, layer)| layer.clips.iter().map(move |clip| (lane, clip)))
            .map(|(lane, clip)| (clip.id.0, lane, clip.start.seconds()))
            .collect()
    }

    fn after(project: &Project, edit: Option<EditCommand>) -> Vec<(u32, usize, f64)> {
        let edit = edit.expect("there is something to do");
        starts(&edit.applied_to(project).expect("it can be done"))
    }

    const BOTH: [ClipId; 2] = [ClipId(1), ClipId(2)];

    #[test]
    fn clips_move_together_over_their_own_old_places() {
        let moved = moved(&sample(), &BOTH, s(1), 0);
        let expected = [(1, 0, 1.0), (2, 0, 3.0), (3, 1, 1.0), (4, 1, 8.0)];
        assert_eq!(after(&sample(), moved), expected);
    }

    #[test]
    fn a_group_that_does_not_fit_goes_to_the_nearest_place_that_takes_all_of_it() {
        let moved = moved(&sample(), &BOTH, s(20), 1);
        assert_eq!(after(&sample(), moved)[2..], [(1, 1, 20.0), (2, 1, 22.0)]);
        // One second in, the first would lie just over another.
        let moved = self::moved(&sample(), &BOTH, s(1), 1);
        let placed = after(&sample(), moved);
        assert!(placed.contains(&(1, 1, 0.0)), "{placed:?}");
    }

    #[test]
    fn the_clips_of_locked_lanes_stay() {
        let mut project = sample();
        project.layers[0].is_locked = true;
        assert_eq!(removed(&project, &BOTH), None);
        let moved = moved(&project, &[ClipId(1), ClipId(4)], s(1), 0);
        assert!(after(&project, moved).contains(&(1, 0, 0.0)), "locked");
    }

    #[test]
    fn ripple_delete_closes_the_gap_on_its_lane_only() {
        let rippled = ripple_removed(&sample(), &[ClipId(1)]);
        let expected = [(2, 0, 0.0), (3, 1, 1.0), (4, 1, 8.0)];
        assert_eq!(after(&sample(), rippled), expected);
    }

    #[test]
    fn copies_follow_the_group_and_have_numbers_of_their_own() {
        let (edit, numbers) = duplicated(&sample(), &BOTH).expect("two clips");
        assert_eq!(numbers, [ClipId(5), ClipId(6)]);
        let placed = after(&sample(), Some(edit));
        assert!(
            placed.contains(&(5, 0, 4.0)) && placed.contains(&(6, 0, 6.0)),
            "{placed:?}"
        );
    }
}
