//! The import plan: the edits that place open media in the document.

use std::path::Path;

use super::messages::Messages;
use crate::command::PlaceOn;
use crate::media::host_in;
use crate::project::{
    Clip, EditCommand, Layer, LayerEdit, LayerId, MAX_LAYERS, MAX_NAME_BYTES, MediaEdit, MediaRef,
    Project, ProjectEdit, shown_name,
};
use crate::time::Time;

/// Number of colours that the theme has for layers.
const LAYER_COLOURS: u8 = 6;

/// Target of the clips of a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ImportTarget {
    /// Each onto a layer of its own while there are free ones, beginning here.
    OwnLayers(Time),
    /// Onto this layer, as near as there is room to here.
    Layer(PlaceOn, Time),
}

/// Edits that follow from each other, tried on a copy of the project as they are added.
pub(crate) struct ImportPlan {
    pub(crate) project: Project,
    pub(crate) edits: Vec<EditCommand>,
    leftover: usize,
}

impl ImportPlan {
    pub(crate) fn new(project: Project) -> Self {
        Self {
            project,
            edits: Vec::new(),
            leftover: 0,
        }
    }

    /// Adds an edit if it is allowed, otherwise reports the reason; true if it is.
    pub(crate) fn edit(&mut self, edit: EditCommand, messages: &mut Messages) -> bool {
        match edit.applied_to(&self.project) {
            Ok(project) => {
                self.project = project;
                self.edits.push(edit);
                true
            }
            Err(error) => {
                messages.error(error.to_string());
                false
            }
        }
    }

    pub(crate) fn add(
        &mut self,
        media: &MediaRef,
        place: ImportTarget,
        duration: Time,
        messages: &mut Messages,
    ) {
        let is_in_bin = self.project.media(media.id).is_some()
            || self.edit(EditCommand::Media(MediaEdit::Add(media.clone())), messages);
        if !is_in_bin {
            return;
        }
        let (layer, start) = match place {
            ImportTarget::OwnLayers(start) => (self.free_layer(media, messages), start),
            ImportTarget::Layer(PlaceOn::Layer(layer), start) => (Some(layer), start),
            ImportTarget::Layer(PlaceOn::NewOnTop, start) => {
                (self.new_layer(0, media, messages), start)
            }
            ImportTarget::Layer(PlaceOn::NewBelow, start) => {
                let below = self.project.layers.len();
                (self.new_layer(below, media, messages), start)
            }
        };
        let Some(layer) = layer else {
            self.leftover += 1;
            return;
        };
        let start = self.project.free_span_near(layer, start, duration, None);
        let clip = Clip::new(self.project.next_clip_id(), media.id, start, duration);
        self.edit(
            EditCommand::Layer(layer, LayerEdit::AddClip(clip)),
            messages,
        );
    }

    /// A new layer while there may be more, then one without clips.
    fn free_layer(&mut self, media: &MediaRef, messages: &mut Messages) -> Option<LayerId> {
        self.new_layer(0, media, messages).or_else(|| {
            let mut layers = self.project.layers.iter().rev();
            let free = layers.find(|layer| layer.clips.is_empty() && !layer.is_locked);
            free.map(|layer| layer.id)
        })
    }

    /// A new layer at this place from the top, named after the file; none when there are as many as there may be.
    fn new_layer(
        &mut self,
        index: usize,
        media: &MediaRef,
        messages: &mut Messages,
    ) -> Option<LayerId> {
        if self.project.layers.len() >= MAX_LAYERS {
            return None;
        }
        let id = self.project.next_layer_id();
        let layer = Box::new(Layer::new(id, layer_name(media), self.free_colour()));
        let added = self.edit(
            EditCommand::Project(ProjectEdit::AddLayer { layer, index }),
            messages,
        );
        added.then_some(id)
    }

    fn free_colour(&self) -> u8 {
        let is_free = |colour: &u8| {
            self.project
                .layers
                .iter()
                .all(|layer| layer.colour != *colour)
        };
        (0..LAYER_COLOURS).find(is_free).unwrap_or(0)
    }

    pub(crate) fn tell_leftover(&self, messages: &mut Messages) {
        match self.leftover {
            0 => {}
            1 => messages.info("One file is in the media bin only: all layers are in use"),
            more => messages.info(format!(
                "{more} files are in the media bin only: all layers are in use"
            )),
        }
    }
}

fn layer_name(media: &MediaRef) -> String {
    let stem = || {
        let name = shown_name(&media.path);
        let stem = Path::new(&name).file_stem();
        stem.map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
    };
    let mut name = host_in(&media.path).map_or_else(stem, str::to_owned);
    name.truncate(name.floor_char_boundary(MAX_NAME_BYTES));
    name
}
