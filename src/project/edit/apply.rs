//! Execution of edits; those of clips are in `apply_clips`, those of layers in `apply_layers`, those of
//! markers in `apply_markers`.
//!
//! An edit changes a copy, and the copy is checked as a whole before it is returned. Thus a refused edit changes
//! nothing, whatever it had already done, and no edit can leave a project that breaks a rule.

use crate::project::{
    EditCommand, EditError, Layer, LayerId, MediaEdit, MediaId, MediaRef, Project, ProjectEdit,
};

impl EditCommand {
    /// The project after the edit.
    ///
    /// # Errors
    /// The reason for refusing the edit.
    pub fn applied_to(&self, project: &Project) -> Result<Project, EditError> {
        let mut changed = project.clone();
        self.change(&mut changed)?;
        changed.validate()?;
        Ok(changed)
    }

    fn change(&self, project: &mut Project) -> Result<(), EditError> {
        match self {
            Self::Media(edit) => edit.change(project),
            Self::Layer(layer, edit) => edit.change(*layer, project),
            Self::Clip(clip, edit) => edit.change(*clip, project),
            Self::Marker(edit) => edit.change(project),
            Self::Project(edit) => {
                edit.change(project);
                Ok(())
            }
            Self::Batch(commands, _) => commands
                .iter()
                .try_for_each(|command| command.change(project)),
        }
    }
}

impl MediaEdit {
    fn change(&self, project: &mut Project) -> Result<(), EditError> {
        match self {
            Self::Add(media) => project.media.push(media.clone()),
            Self::Remove(media) => remove_media(project, *media)?,
            Self::Update(media) => *media_mut(project, media.id)? = media.clone(),
        }
        Ok(())
    }
}

impl ProjectEdit {
    fn change(&self, project: &mut Project) {
        match self {
            Self::AddLayer { layer, index } => {
                project
                    .layers
                    .insert((*index).min(project.layers.len()), Layer::clone(layer));
            }
            Self::SetCanvas(canvas) => project.canvas = *canvas,
            Self::SetMasterGain(gain_db) => project.master_gain_db = *gain_db,
            Self::SetNotes(notes) => project.notes.clone_from(notes),
            Self::SetLoopRange(range) => project.loop_range = *range,
            Self::SetLooping(on) => project.is_looping = *on,
        }
    }
}

fn media_mut(project: &mut Project, id: MediaId) -> Result<&mut MediaRef, EditError> {
    project
        .media
        .iter_mut()
        .find(|media| media.id == id)
        .ok_or(EditError::UnknownMedia(id))
}

pub(super) fn layer_mut(project: &mut Project, id: LayerId) -> Result<&mut Layer, EditError> {
    project
        .layers
        .iter_mut()
        .find(|layer| layer.id == id)
        .ok_or(EditError::UnknownLayer(id))
}

/// The layer, unless it is locked.
pub(super) fn unlocked_layer_mut(
    project: &mut Project,
    id: LayerId,
) -> Result<&mut Layer, EditError> {
    let layer = layer_mut(project, id)?;
    refuse_locked(layer)?;
    Ok(layer)
}

pub(super) fn refuse_locked(layer: &Layer) -> Result<(), EditError> {
    if layer.is_locked {
        return Err(EditError::Locked {
            name: layer.name.clone(),
        });
    }
    Ok(())
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

pub(super) fn remove_layer(project: &mut Project, id: LayerId) -> Result<(), EditError> {
    unlocked_layer_mut(project, id)?;
    project.layers.retain(|layer| layer.id != id);
    Ok(())
}

pub(super) fn move_layer(
    project: &mut Project,
    id: LayerId,
    index: usize,
) -> Result<(), EditError> {
    let from = project.layers.iter().position(|layer| layer.id == id);
    let layer = project
        .layers
        .remove(from.ok_or(EditError::UnknownLayer(id))?);
    project
        .layers
        .insert(index.min(project.layers.len()), layer);
    Ok(())
}
