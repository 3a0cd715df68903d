//! How each edit is carried out.
//!
//! An edit changes a copy, the copy is checked as a whole, and only then it takes the project's place. Thus a refused
//! edit changes nothing, whatever it had already done, and no edit can leave a project that breaks a rule.

use super::{
    Clip, ClipId, EditCommand, EditError, Layer, LayerId, Marker, MediaId, MediaRef, Project,
};
use crate::time::Time;

impl EditCommand {
    /// The project with the change carried out.
    ///
    /// # Errors
    /// Why it cannot be.
    pub(super) fn applied_to(&self, project: &Project) -> Result<Project, EditError> {
        let mut changed = project.clone();
        self.change(&mut changed)?;
        changed.validate()?;
        Ok(changed)
    }

    fn change(&self, project: &mut Project) -> Result<(), EditError> {
        match self {
            Self::AddMedia(media) => project.media.push(media.clone()),
            Self::RemoveMedia(media) => remove_media(project, *media)?,
            Self::UpdateMedia(media) => *media_mut(project, media.id)? = media.clone(),
            Self::AddLayer { layer, index } => {
                project
                    .layers
                    .insert((*index).min(project.layers.len()), layer.clone());
            }
            Self::RemoveLayer(layer) => remove_layer(project, *layer)?,
            Self::MoveLayer { layer, index } => move_layer(project, *layer, *index)?,
            Self::RenameLayer(layer, name) => layer_mut(project, *layer)?.name.clone_from(name),
            Self::SetLayerVisible(layer, on) => layer_mut(project, *layer)?.is_visible = *on,
            Self::SetLayerSolo(layer, on) => layer_mut(project, *layer)?.is_solo = *on,
            Self::SetLayerLocked(layer, on) => layer_mut(project, *layer)?.is_locked = *on,
            Self::SetLayerOpacity(layer, opacity) => layer_mut(project, *layer)?.opacity = *opacity,
            Self::SetLayerBlend(layer, blend) => layer_mut(project, *layer)?.blend = *blend,
            Self::SetLayerTransform(layer, transform) => {
                layer_mut(project, *layer)?.transform = *transform;
            }
            Self::SetCanvas(canvas) => project.canvas = *canvas,
            Self::AddMarker(marker) => add_marker(project, marker.clone()),
            Self::RemoveMarker(index) => remove_marker(project, *index)?,
            Self::SetLoopRange(range) => project.loop_range = *range,
            Self::SetLooping(on) => project.is_looping = *on,
            _ => self.change_clips(project)?,
        }
        Ok(())
    }

    fn change_clips(&self, project: &mut Project) -> Result<(), EditError> {
        match self {
            Self::AddClip(layer, clip) => add_clip(project, *layer, clip)?,
            Self::RemoveClip(clip) => {
                take_clip(project, *clip)?;
            }
            Self::MoveClip { clip, layer, start } => move_clip(project, *clip, *layer, *start)?,
            Self::TrimClip {
                clip,
                start,
                duration,
                media_in,
            } => {
                let wanted = Trim {
                    start: *start,
                    end: *start + *duration,
                    media_in: *media_in,
                };
                trim_clip(project, *clip, wanted)?;
            }
            Self::SetClipSpeed(clip, speed) => clip_mut(project, *clip)?.speed = *speed,
            Self::SetClipLoopMode(clip, mode) => clip_mut(project, *clip)?.loop_mode = *mode,
            Self::SetClipMediaSpan {
                clip,
                media_in,
                media_out,
            } => {
                let clip = clip_mut(project, *clip)?;
                clip.media_in = *media_in;
                clip.media_out = *media_out;
            }
            Self::SetClipFades {
                clip,
                fade_in,
                fade_out,
            } => {
                let clip = clip_mut(project, *clip)?;
                clip.fade_in = *fade_in;
                clip.fade_out = *fade_out;
                hold_fades(clip);
            }
            // What is not about clips is carried out by the caller.
            _ => {}
        }
        Ok(())
    }
}

fn media_mut(project: &mut Project, id: MediaId) -> Result<&mut MediaRef, EditError> {
    project
        .media
        .iter_mut()
        .find(|media| media.id == id)
        .ok_or(EditError::UnknownMedia(id))
}

fn layer_mut(project: &mut Project, id: LayerId) -> Result<&mut Layer, EditError> {
    project
        .layers
        .iter_mut()
        .find(|layer| layer.id == id)
        .ok_or(EditError::UnknownLayer(id))
}

/// The layer, if its clips may be edited.
fn unlocked_layer_mut(project: &mut Project, id: LayerId) -> Result<&mut Layer, EditError> {
    let layer = layer_mut(project, id)?;
    refuse_locked(layer)?;
    Ok(layer)
}

fn refuse_locked(layer: &Layer) -> Result<(), EditError> {
    if layer.is_locked {
        return Err(EditError::Locked {
            name: layer.name.clone(),
        });
    }
    Ok(())
}

/// The clip's layer, if its clips may be edited, and the clip's place on it.
fn place_of(project: &mut Project, id: ClipId) -> Result<(&mut Layer, usize), EditError> {
    for layer in &mut project.layers {
        if let Some(index) = layer.clips.iter().position(|clip| clip.id == id) {
            refuse_locked(layer)?;
            return Ok((layer, index));
        }
    }
    Err(EditError::UnknownClip(id))
}

fn clip_mut(project: &mut Project, id: ClipId) -> Result<&mut Clip, EditError> {
    let (layer, index) = place_of(project, id)?;
    layer.clips.get_mut(index).ok_or(EditError::UnknownClip(id))
}

fn take_clip(project: &mut Project, id: ClipId) -> Result<Clip, EditError> {
    let (layer, index) = place_of(project, id)?;
    Ok(layer.clips.remove(index))
}

fn remove_media(project: &mut Project, id: MediaId) -> Result<(), EditError> {
    media_mut(project, id)?;
    project.media.retain(|media| media.id != id);
    for layer in &mut project.layers {
        if layer.clips.iter().any(|clip| clip.media == id) {
            refuse_locked(layer)?;
            layer.clips.retain(|clip| clip.media != id);
        }
    }
    Ok(())
}

fn remove_layer(project: &mut Project, id: LayerId) -> Result<(), EditError> {
    unlocked_layer_mut(project, id)?;
    project.layers.retain(|layer| layer.id != id);
    Ok(())
}

fn move_layer(project: &mut Project, id: LayerId, index: usize) -> Result<(), EditError> {
    let from = project.layers.iter().position(|layer| layer.id == id);
    let layer = project
        .layers
        .remove(from.ok_or(EditError::UnknownLayer(id))?);
    project
        .layers
        .insert(index.min(project.layers.len()), layer);
    Ok(())
}

fn add_clip(project: &mut Project, id: LayerId, clip: &Clip) -> Result<(), EditError> {
    let layer = unlocked_layer_mut(project, id)?;
    if layer
        .clips
        .iter()
        .any(|other| other.start < clip.end() && clip.start < other.end())
    {
        return Err(EditError::NoRoom {
            name: layer.name.clone(),
        });
    }
    insert_by_start(layer, clip.clone());
    Ok(())
}

fn move_clip(project: &mut Project, id: ClipId, to: LayerId, start: Time) -> Result<(), EditError> {
    let mut clip = take_clip(project, id)?;
    clip.start = project.free_span_near(to, start, clip.duration, None);
    insert_by_start(unlocked_layer_mut(project, to)?, clip);
    Ok(())
}

fn insert_by_start(layer: &mut Layer, clip: Clip) {
    let index = layer
        .clips
        .partition_point(|other| other.start < clip.start);
    layer.clips.insert(index, clip);
}

/// A clip's wanted span on the timeline, and where its media span is to begin.
#[derive(Clone, Copy)]
struct Trim {
    start: Time,
    end: Time,
    media_in: Time,
}

fn trim_clip(project: &mut Project, id: ClipId, wanted: Trim) -> Result<(), EditError> {
    let (layer, index) = place_of(project, id)?;
    let before = index
        .checked_sub(1)
        .and_then(|before| layer.clips.get(before));
    let earliest = before.map_or(Time::ZERO, Clip::end);
    let latest = layer
        .clips
        .get(index + 1)
        .map_or(super::MAX_TIME, |after| after.start);
    let name = layer.name.clone();
    let clip = layer
        .clips
        .get_mut(index)
        .ok_or(EditError::UnknownClip(id))?;
    let held = held_to_media(held_to(wanted, earliest, clip.speed), clip.speed);
    let end = held.end.min(latest);
    if end <= held.start {
        return Err(EditError::NoRoom { name });
    }
    clip.start = held.start;
    clip.duration = end - held.start;
    clip.media_in = held.media_in;
    hold_fades(clip);
    Ok(())
}

/// Moves the start, not the end, of `trim` to `earliest` if it is before, and with it the media span of a clip that
/// plays forwards.
fn held_to(trim: Trim, earliest: Time, speed: f64) -> Trim {
    let held_by = (earliest - trim.start).max(Time::ZERO);
    let media_by = if speed > 0.0 {
        held_by.scaled(speed)
    } else {
        Time::ZERO
    };
    Trim {
        start: trim.start + held_by,
        end: trim.end,
        media_in: trim.media_in + media_by,
    }
}

/// Moves the start of `trim` to where the media file begins if it reaches before it.
fn held_to_media(trim: Trim, speed: f64) -> Trim {
    let missing = (-trim.media_in).max(Time::ZERO);
    let start = if speed > 0.0 {
        trim.start + missing.scaled(speed.recip())
    } else {
        trim.start
    };
    Trim {
        start,
        end: trim.end,
        media_in: trim.media_in + missing,
    }
}

/// Shortens the fades to the clip's length, the second one first. Negative ones stay, and are refused.
fn hold_fades(clip: &mut Clip) {
    clip.fade_in = clip.fade_in.min(clip.duration);
    clip.fade_out = clip
        .fade_out
        .min(clip.duration - clip.fade_in.max(Time::ZERO));
}

fn add_marker(project: &mut Project, marker: Marker) {
    let index = project
        .markers
        .partition_point(|other| other.time <= marker.time);
    project.markers.insert(index, marker);
}

fn remove_marker(project: &mut Project, index: usize) -> Result<(), EditError> {
    if index >= project.markers.len() {
        return Err(EditError::UnknownMarker(index));
    }
    project.markers.remove(index);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{LoopMode, ProjectError};

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
        EditCommand::AddClip(LayerId(2), third)
            .apply(&mut project)
            .expect("there is room");
        project
    }

    fn span(project: &Project, clip: u32) -> (LayerId, Time, Time) {
        let (layer, clip) = project.clip(ClipId(clip)).expect("exists");
        (layer.id, clip.start, clip.end())
    }

    #[test]
    fn a_clip_moves_to_the_nearest_place_that_fits() {
        let mut project = sample();
        let to = |clip, layer, start| EditCommand::MoveClip {
            clip: ClipId(clip),
            layer: LayerId(layer),
            start: seconds(start),
        };
        to(1, 2, 5).apply(&mut project).expect("moves");
        assert_eq!(
            span(&project, 1),
            (LayerId(2), seconds(10), seconds(14)),
            "the gap of two seconds is too short"
        );
        to(3, 2, 5).apply(&mut project).expect("moves");
        assert_eq!(
            span(&project, 3),
            (LayerId(2), seconds(5), seconds(9)),
            "its own old place is free"
        );
    }

    #[test]
    fn a_refused_edit_changes_nothing() {
        let mut project = sample();
        let before = project.clone();
        let clip = Clip::new(ClipId(9), MediaId(1), seconds(3), seconds(2));
        let refused = EditCommand::AddClip(LayerId(2), clip).apply(&mut project);
        assert_eq!(
            refused,
            Err(EditError::NoRoom {
                name: "front".to_owned()
            })
        );
        // The clip is taken from its layer before the target is found missing.
        let refused = EditCommand::MoveClip {
            clip: ClipId(1),
            layer: LayerId(77),
            start: Time::ZERO,
        };
        assert_eq!(
            refused.apply(&mut project),
            Err(EditError::UnknownLayer(LayerId(77)))
        );
        let refused = EditCommand::SetLayerOpacity(LayerId(1), 2.0).apply(&mut project);
        assert!(
            matches!(
                refused,
                Err(EditError::Rule(ProjectError::LayerValue { .. }))
            ),
            "{refused:?}"
        );
        assert_eq!(project, before);
    }

    #[test]
    fn a_locked_layer_refuses_edits_of_its_clips_from_all_sides() {
        let mut project = sample();
        EditCommand::SetLayerLocked(LayerId(2), true)
            .apply(&mut project)
            .expect("locks");
        let locked = Err(EditError::Locked {
            name: "front".to_owned(),
        });
        let clip = Clip::new(ClipId(9), MediaId(1), seconds(30), seconds(1));
        for command in [
            EditCommand::AddClip(LayerId(2), clip),
            EditCommand::RemoveClip(ClipId(3)),
            EditCommand::MoveClip {
                clip: ClipId(3),
                layer: LayerId(1),
                start: seconds(50),
            },
            EditCommand::MoveClip {
                clip: ClipId(1),
                layer: LayerId(2),
                start: seconds(50),
            },
            EditCommand::SetClipSpeed(ClipId(3), 2.0),
            EditCommand::SetClipLoopMode(ClipId(3), LoopMode::Once),
            EditCommand::RemoveMedia(MediaId(1)),
            EditCommand::RemoveLayer(LayerId(2)),
        ] {
            assert_eq!(command.apply(&mut project), locked, "{command:?}");
        }
        EditCommand::SetLayerOpacity(LayerId(2), 0.5)
            .apply(&mut project)
            .expect("is no edit of clips");
    }

    #[test]
    fn a_trim_is_held_to_its_neighbours_and_to_the_start_of_the_media() {
        let mut project = sample();
        let trim = |start, end, media_in| EditCommand::TrimClip {
            clip: ClipId(3),
            start: seconds(start),
            duration: seconds(end - start),
            media_in: seconds(media_in),
        };
        trim(3, 12, 1).apply(&mut project).expect("is held");
        assert_eq!(span(&project, 3), (LayerId(2), seconds(4), seconds(12)));
        let (_, clip) = project.clip(ClipId(3)).expect("exists");
        assert_eq!(
            clip.media_in,
            seconds(2),
            "held back by as much as the start"
        );
        trim(5, 12, -1).apply(&mut project).expect("is held");
        let (_, clip) = project.clip(ClipId(3)).expect("exists");
        assert_eq!((clip.start, clip.media_in), (seconds(6), Time::ZERO));
        let refused = trim(1, 3, 0).apply(&mut project);
        assert!(
            matches!(refused, Err(EditError::NoRoom { .. })),
            "nothing is left of it: {refused:?}"
        );
    }

    #[test]
    fn a_shorter_clip_has_shorter_fades() {
        let mut project = sample();
        let fades = |fade_in, fade_out| EditCommand::SetClipFades {
            clip: ClipId(3),
            fade_in: seconds(fade_in),
            fade_out: seconds(fade_out),
        };
        fades(3, 3).apply(&mut project).expect("is held");
        let (_, clip) = project.clip(ClipId(3)).expect("exists");
        assert_eq!((clip.fade_in, clip.fade_out), (seconds(3), seconds(1)));
        fades(-1, 1).apply(&mut project).expect_err("negative");
        let trim = EditCommand::TrimClip {
            clip: ClipId(3),
            start: seconds(6),
            duration: seconds(2),
            media_in: Time::ZERO,
        };
        trim.apply(&mut project).expect("trims");
        let (_, clip) = project.clip(ClipId(3)).expect("exists");
        assert_eq!((clip.fade_in, clip.fade_out), (seconds(2), Time::ZERO));
    }

    #[test]
    fn removing_media_removes_its_clips_and_layers_move_within_the_list() {
        let mut project = sample();
        EditCommand::RemoveMedia(MediaId(1))
            .apply(&mut project)
            .expect("removes");
        assert!(
            project.clip(ClipId(1)).is_none() && project.clip(ClipId(3)).is_none(),
            "both used it"
        );
        assert!(project.clip(ClipId(2)).is_some(), "used the other one");
        EditCommand::MoveLayer {
            layer: LayerId(2),
            index: 99,
        }
        .apply(&mut project)
        .expect("is held");
        assert_eq!(project.layers[1].id, LayerId(2));
    }
}
