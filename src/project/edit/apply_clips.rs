//! Execution of edits of clips.

use super::apply::{refuse_locked, unlocked_layer_mut};
use super::clip_fit::{Room, fits};
use crate::project::{Clip, ClipEdit, ClipId, EditError, Layer, LayerId, Project};
use crate::time::Time;

impl ClipEdit {
    pub(super) fn change(&self, id: ClipId, project: &mut Project) -> Result<(), EditError> {
        match self {
            Self::Remove => {
                take_clip(project, id)?;
            }
            Self::Move { layer, start } => move_clip(project, id, *layer, *start)?,
            Self::Trim {
                start,
                duration,
                media_length,
            } => trim_clip(project, id, (*start, *start + *duration), *media_length)?,
            Self::SetSpeed(speed) => clip_mut(project, id)?.speed = *speed,
            Self::SetLoopMode(mode) => clip_mut(project, id)?.loop_mode = *mode,
            Self::SetPhase(phase) => clip_mut(project, id)?.phase = *phase,
            Self::SetMediaSpan {
                media_in,
                media_out,
            } => {
                let clip = clip_mut(project, id)?;
                clip.media_in = *media_in;
                clip.media_out = *media_out;
            }
            Self::SetFades { fade_in, fade_out } => {
                let clip = clip_mut(project, id)?;
                clip.fade_in = *fade_in;
                clip.fade_out = *fade_out;
                clip.clamp_fades();
            }
            Self::SetSound(sound) => clip_mut(project, id)?.sound = *sound,
        }
        Ok(())
    }
}

/// The clip's layer, unless it is locked, and the clip's index on it.
fn find_clip(project: &mut Project, id: ClipId) -> Result<(&mut Layer, usize), EditError> {
    for layer in &mut project.layers {
        if let Some(index) = layer.clips.iter().position(|clip| clip.id == id) {
            refuse_locked(layer)?;
            return Ok((layer, index));
        }
    }
    Err(EditError::UnknownClip(id))
}

fn clip_mut(project: &mut Project, id: ClipId) -> Result<&mut Clip, EditError> {
    let (layer, index) = find_clip(project, id)?;
    layer.clips.get_mut(index).ok_or(EditError::UnknownClip(id))
}

fn take_clip(project: &mut Project, id: ClipId) -> Result<Clip, EditError> {
    let (layer, index) = find_clip(project, id)?;
    Ok(layer.clips.remove(index))
}

pub(super) fn add_clip(project: &mut Project, id: LayerId, clip: &Clip) -> Result<(), EditError> {
    insert_where_it_fits(unlocked_layer_mut(project, id)?, clip.clone())
}

fn move_clip(project: &mut Project, id: ClipId, to: LayerId, start: Time) -> Result<(), EditError> {
    let mut clip = take_clip(project, id)?;
    clip.start = project.room_near(to, start, clip.duration, None);
    insert_by_start(unlocked_layer_mut(project, to)?, clip);
    Ok(())
}

fn refuse_crowded(layer: &Layer) -> Result<(), EditError> {
    if fits(&layer.clips) {
        return Ok(());
    }
    Err(EditError::NoRoom {
        name: layer.name.clone(),
    })
}

fn insert_where_it_fits(layer: &mut Layer, clip: Clip) -> Result<(), EditError> {
    insert_by_start(layer, clip);
    refuse_crowded(layer)
}

fn insert_by_start(layer: &mut Layer, clip: Clip) {
    let index = layer
        .clips
        .partition_point(|other| other.start < clip.start);
    layer.clips.insert(index, clip);
}

fn trim_clip(
    project: &mut Project,
    id: ClipId,
    (start, end): (Time, Time),
    media_length: Option<Time>,
) -> Result<(), EditError> {
    let (layer, index) = find_clip(project, id)?;
    let room = Room::around(&layer.clips, index);
    let name = layer.name.clone();
    let clip = layer
        .clips
        .get_mut(index)
        .ok_or(EditError::UnknownClip(id))?;
    let start = start
        .clamp(room.earliest_start, room.latest_start)
        .max(clip.earliest_start(media_length));
    let end = end.clamp(room.earliest_end, room.latest_end);
    if end <= start || start > room.latest_start {
        return Err(EditError::NoRoom { name });
    }
    *clip = clip.trimmed_to(start, end, media_length);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{EditCommand, LayerEdit, MediaEdit, Parameter};
    use crate::project::{LoopMode, MediaId, ProjectError};

    fn seconds(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    /// Two layers; the first (front) has clips 2 at 0..4 and 3 at 6..10, the second has clip 1 at 0..4 seconds.
    fn sample() -> Project {
        let mut project = Project::with_media_layers(&[
            ("/m/back.mov".into(), seconds(4)),
            ("/m/front.mov".into(), seconds(4)),
        ]);
        let third = Clip::new(ClipId(3), MediaId(1), seconds(6), seconds(4));
        project = EditCommand::Layer(LayerId(2), LayerEdit::AddClip(third))
            .applied_to(&project)
            .expect("there is room");
        project
    }

    fn span(project: &Project, clip: u32) -> (LayerId, Time, Time) {
        let (layer, clip) = project.clip(ClipId(clip)).expect("exists");
        (layer.id, clip.start, clip.end())
    }

    #[test]
    fn a_clip_moves_to_where_it_is_wanted_or_to_the_nearest_place_that_fits() {
        let mut project = sample();
        let to = |clip, layer, start| {
            EditCommand::Clip(
                ClipId(clip),
                ClipEdit::Move {
                    layer: LayerId(layer),
                    start: seconds(start),
                },
            )
        };
        project = to(3, 2, 3).applied_to(&project).expect("moves");
        assert_eq!(
            span(&project, 3),
            (LayerId(2), seconds(3), seconds(7)),
            "into its neighbour"
        );
        project = to(1, 2, 4).applied_to(&project).expect("moves");
        assert_eq!(
            span(&project, 1),
            (LayerId(2), seconds(4), seconds(8)),
            "from where the first of the two has ended"
        );
        project = to(2, 2, 4).applied_to(&project).expect("moves");
        assert_eq!(
            span(&project, 2),
            (LayerId(2), seconds(7), seconds(11)),
            "not within another, and never three at once"
        );
    }

    fn opacity(layer: u32, value: f32) -> EditCommand {
        let values = vec![(Parameter::Opacity, value)];
        let at = Time::ZERO;
        EditCommand::Layer(LayerId(layer), LayerEdit::SetParameters { at, values })
    }

    #[test]
    fn a_batch_is_carried_out_as_a_whole_or_not_at_all() {
        let project = sample();
        let rename = EditCommand::Layer(LayerId(1), LayerEdit::Rename("new".to_owned()));
        let wrong = opacity(1, 3.0);
        let batch = EditCommand::Batch(vec![rename.clone(), wrong.clone()], "Both".into());
        batch.applied_to(&project).expect_err("one is out of range");
        let mended = opacity(1, 0.5);
        let batch = EditCommand::Batch(vec![rename, wrong, mended], "All".into());
        let project = batch
            .applied_to(&project)
            .expect("what it leads to is right");
        let layer = project.layer(LayerId(1)).expect("is there");
        assert_eq!((layer.name.as_str(), layer.opacity), ("new", 0.5));
    }

    #[test]
    fn an_edit_is_refused_for_what_lacks_or_breaks_a_rule() {
        let project = sample();
        let clip = Clip::new(ClipId(9), MediaId(1), seconds(1), seconds(2));
        let refused = EditCommand::Layer(LayerId(2), LayerEdit::AddClip(clip)).applied_to(&project);
        assert_eq!(
            refused,
            Err(EditError::NoRoom {
                name: "front".to_owned()
            })
        );
        // The clip is taken from its layer before the target is found missing.
        let refused = EditCommand::Clip(
            ClipId(1),
            ClipEdit::Move {
                layer: LayerId(77),
                start: Time::ZERO,
            },
        );
        assert_eq!(
            refused.applied_to(&project),
            Err(EditError::UnknownLayer(LayerId(77)))
        );
        let refused = opacity(1, 2.0).applied_to(&project);
        assert!(
            matches!(
                refused,
                Err(EditError::Rule(ProjectError::LayerValue { .. }))
            ),
            "{refused:?}"
        );
    }

    #[test]
    fn a_locked_layer_refuses_edits_of_its_clips_from_all_sides() {
        let mut project = sample();
        project = EditCommand::Layer(LayerId(2), LayerEdit::SetLocked(true))
            .applied_to(&project)
            .expect("locks");
        let locked = Err(EditError::Locked {
            name: "front".to_owned(),
        });
        let clip = Clip::new(ClipId(9), MediaId(1), seconds(30), seconds(1));
        for command in [
            EditCommand::Layer(LayerId(2), LayerEdit::AddClip(clip)),
            EditCommand::Clip(ClipId(3), ClipEdit::Remove),
            EditCommand::Clip(
                ClipId(3),
                ClipEdit::Move {
                    layer: LayerId(1),
                    start: seconds(50),
                },
            ),
            EditCommand::Clip(
                ClipId(1),
                ClipEdit::Move {
                    layer: LayerId(2),
                    start: seconds(50),
                },
            ),
            EditCommand::Clip(ClipId(3), ClipEdit::SetSpeed(2.0)),
            EditCommand::Clip(ClipId(3), ClipEdit::SetLoopMode(LoopMode::Once)),
            EditCommand::Media(MediaEdit::Remove(MediaId(1))),
            EditCommand::Layer(LayerId(2), LayerEdit::Remove),
        ] {
            assert_eq!(command.applied_to(&project), locked, "{command:?}");
        }
        opacity(2, 0.5)
            .applied_to(&project)
            .expect("is no edit of clips");
    }

    #[test]
    fn a_trim_is_held_to_its_neighbours_and_to_the_start_of_the_media() {
        let mut project = sample();
        project.layers[0].clips[1].loop_mode = LoopMode::HoldLast;
        project.layers[0].clips[1].media_in = seconds(1);
        let trim = |start, end| {
            EditCommand::Clip(
                ClipId(3),
                ClipEdit::Trim {
                    start: seconds(start),
                    duration: seconds(end - start),
                    media_length: Some(seconds(20)),
                },
            )
        };
        project = trim(3, 12).applied_to(&project).expect("is clamped");
        assert_eq!(span(&project, 3), (LayerId(2), seconds(5), seconds(12)));
        let (_, clip) = project.clip(ClipId(3)).expect("exists");
        assert_eq!(clip.media_in, Time::ZERO, "the file has no more");
        project.layers[0].clips[1].media_in = seconds(9);
        project = trim(-1, 12).applied_to(&project).expect("is clamped");
        let flick = Time::from_flicks(1);
        assert_eq!(span(&project, 3), (LayerId(2), flick, seconds(12)));
        let (_, clip) = project.clip(ClipId(3)).expect("exists");
        assert_eq!(
            clip.media_in,
            seconds(4) + flick,
            "clamped by as much as the start"
        );
        project = trim(2, 3).applied_to(&project).expect("is clamped");
        let end = span(&project, 3).2;
        assert_eq!(end, seconds(4) + flick, "not within the clip before");
        let refused = trim(9, 8).applied_to(&project);
        assert!(
            matches!(refused, Err(EditError::NoRoom { .. })),
            "nothing is left of it: {refused:?}"
        );
    }

    #[test]
    fn a_shorter_clip_has_shorter_fades() {
        let mut project = sample();
        let fades = |fade_in, fade_out| {
            EditCommand::Clip(
                ClipId(3),
                ClipEdit::SetFades {
                    fade_in: seconds(fade_in),
                    fade_out: seconds(fade_out),
                },
            )
        };
        project = fades(3, 3).applied_to(&project).expect("is clamped");
        let (_, clip) = project.clip(ClipId(3)).expect("exists");
        assert_eq!((clip.fade_in, clip.fade_out), (seconds(3), seconds(1)));
        fades(-1, 1).applied_to(&project).expect_err("negative");
        let trim = EditCommand::Clip(
            ClipId(3),
            ClipEdit::Trim {
                start: seconds(6),
                duration: seconds(2),
                media_length: None,
            },
        );
        project = trim.applied_to(&project).expect("trims");
        let (_, clip) = project.clip(ClipId(3)).expect("exists");
        assert_eq!((clip.fade_in, clip.fade_out), (seconds(2), Time::ZERO));
    }

    #[test]
    fn removing_media_removes_its_clips_and_layers_move_within_the_list() {
        let mut project = sample();
        project = EditCommand::Media(MediaEdit::Remove(MediaId(1)))
            .applied_to(&project)
            .expect("removes");
        assert!(
            project.clip(ClipId(1)).is_none() && project.clip(ClipId(3)).is_none(),
            "both used it"
        );
        assert!(project.clip(ClipId(2)).is_some(), "used the other one");
        project = EditCommand::Layer(LayerId(2), LayerEdit::MoveTo(99))
            .applied_to(&project)
            .expect("is clamped");
        assert_eq!(project.layers[1].id, LayerId(2));
    }
}
