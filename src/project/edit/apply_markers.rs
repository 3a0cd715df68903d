//! Execution of edits of markers, of which no two come to lie in one canvas frame.
//!
//! Those of a project made before, or at another frame rate, may lie so, and stay where they are.

use crate::project::{EditError, MAX_TIME, Marker, MarkerEdit, Project};
use crate::time::Time;

impl MarkerEdit {
    pub(super) fn change(&self, project: &mut Project) -> Result<(), EditError> {
        match self {
            Self::Add(marker) => add_marker(project, marker.clone())?,
            Self::Remove(index) => {
                take_marker(project, *index)?;
            }
            Self::Move { index, time } => {
                let mut marker = take_marker(project, *index)?;
                let wanted = (*time).clamp(Time::ZERO, MAX_TIME);
                marker.time = project.free_marker_time(wanted, marker.time);
                insert_by_time(project, marker);
            }
            Self::Rename(index, name) => marker_mut(project, *index)?.name.clone_from(name),
            Self::SetColour(index, colour) => marker_mut(project, *index)?.colour = *colour,
            Self::SetNote(index, note) => marker_mut(project, *index)?.note.clone_from(note),
        }
        Ok(())
    }
}

impl Project {
    /// The wanted time, or the start of the nearest canvas frame in which no marker lies; of two equally near, the one
    /// that is farther on the way from `from`, so that a step onto a marker leads past it.
    pub(crate) fn free_marker_time(&self, wanted: Time, from: Time) -> Time {
        if self.marker_at(wanted).is_none() {
            return wanted;
        }
        let rate = self.canvas.frame_rate;
        let frames: Vec<i64> = self
            .markers
            .iter()
            .map(|marker| rate.frame_at(marker.time))
            .collect();
        let frame = rate.frame_at(wanted);
        let is_free = |frame: &i64| frames.binary_search(frame).is_err();
        let last = rate.frame_at(MAX_TIME);
        let earlier = (0..frame).rev().find(is_free);
        let later = (frame + 1..=last).find(is_free);
        let nearest = match (earlier, later) {
            (Some(earlier), Some(later)) => {
                let (before, after) = (frame - earlier, later - frame);
                let is_earlier = before < after || (before == after && wanted < from);
                if is_earlier { earlier } else { later }
            }
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => frame,
        };
        rate.time_of(nearest)
    }
}

fn add_marker(project: &mut Project, marker: Marker) -> Result<(), EditError> {
    if let Some(there) = project.marker_at(marker.time) {
        let name = project.markers[there].name.clone();
        return Err(EditError::MarkerThere { name });
    }
    insert_by_time(project, marker);
    Ok(())
}

fn insert_by_time(project: &mut Project, marker: Marker) {
    let index = project
        .markers
        .partition_point(|other| other.time <= marker.time);
    project.markers.insert(index, marker);
}

fn take_marker(project: &mut Project, index: usize) -> Result<Marker, EditError> {
    marker_mut(project, index)?;
    Ok(project.markers.remove(index))
}

fn marker_mut(project: &mut Project, index: usize) -> Result<&mut Marker, EditError> {
    project
        .markers
        .get_mut(index)
        .ok_or(EditError::UnknownMarker(index))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::EditCommand;
    use crate::time::FrameRate;

    fn at(frame: i64) -> Time {
        FrameRate::FPS_60.time_of(frame)
    }

    fn project(frames: &[i64]) -> Project {
        let marker = |frame: &i64| Marker {
            time: at(*frame),
            name: format!("at {frame}"),
            colour: 0,
            note: String::new(),
        };
        Project {
            markers: frames.iter().map(marker).collect(),
            ..Project::default()
        }
    }

    fn moved(frames: &[i64], index: usize, to: i64) -> Vec<i64> {
        let time = at(to);
        let edit = EditCommand::Marker(MarkerEdit::Move { index, time });
        let after = edit.applied_to(&project(frames)).expect("there is room");
        let times = after.markers.iter().map(|marker| marker.time);
        times.map(|time| FrameRate::FPS_60.frame_at(time)).collect()
    }

    #[test]
    fn a_marker_moved_onto_others_comes_to_lie_beside_them() {
        assert_eq!(moved(&[5, 20], 0, 20), [20, 21], "past it");
        assert_eq!(moved(&[20, 35], 1, 20), [19, 20], "past it, the other way");
        assert_eq!(moved(&[5, 20, 21, 22], 0, 20), [19, 20, 21, 22], "nearest");
        assert_eq!(moved(&[0, 1, 9], 2, 0), [0, 1, 2], "nothing before zero");
        assert_eq!(moved(&[5, 20], 0, 5), [5, 20], "its own place is free");
    }

    #[test]
    fn a_marker_is_not_added_where_one_is_and_its_name_is_told() {
        let mut marker = project(&[20]).markers[0].clone();
        marker.time = at(20) + Time::from_flicks(7);
        let edit = EditCommand::Marker(MarkerEdit::Add(marker));
        let refused = edit.applied_to(&project(&[20]));
        let name = "at 20".to_owned();
        assert_eq!(refused, Err(EditError::MarkerThere { name }));
        assert!(edit.applied_to(&project(&[19, 21])).is_ok());
    }
}
