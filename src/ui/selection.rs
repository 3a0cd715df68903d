//! The selection: one item of one kind, or several clips or layers.

use std::collections::BTreeMap;

use crate::project::edit::MAX_STEPS;
use crate::project::{ClipId, LayerId, MediaId, Project};

/// The selection. It belongs to the window and not to the document; undo gives back the one that was there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Selection {
    /// Nothing: the inspector shows the canvas.
    #[default]
    Nothing,
    /// A media file in the bin.
    Media(MediaId),
    /// Layers, chosen by their heads or by key; at least one, none twice.
    Layers(Vec<LayerId>),
    /// The layer that a click fell into, on its lane or its picture: it is shown and edited as a chosen one, but
    /// Delete, which may have been meant for a clip there, leaves it alone.
    Within(LayerId),
    /// Clips, and with the last of them its layer; at least one, none twice.
    Clips(Vec<ClipId>),
    /// A marker, by its index in the list.
    Marker(usize),
}

impl Selection {
    /// These clips, or nothing where there are none.
    pub fn of_clips(clips: Vec<ClipId>) -> Self {
        if clips.is_empty() {
            Self::Nothing
        } else {
            Self::Clips(clips)
        }
    }

    /// This layer alone.
    pub fn of_layer(layer: LayerId) -> Self {
        Self::Layers(vec![layer])
    }

    /// The selected clips, in the order in which they were selected.
    pub fn clips(&self) -> &[ClipId] {
        match self {
            Self::Clips(clips) => clips,
            Self::Nothing
            | Self::Media(_)
            | Self::Layers(_)
            | Self::Within(_)
            | Self::Marker(_) => &[],
        }
    }

    /// The selected layers, in the order in which they were selected.
    pub fn layers(&self) -> &[LayerId] {
        match self {
            Self::Layers(layers) => layers,
            Self::Within(layer) => std::slice::from_ref(layer),
            Self::Nothing | Self::Media(_) | Self::Clips(_) | Self::Marker(_) => &[],
        }
    }

    /// True if this layer itself is selected.
    pub fn has_layer(&self, layer: LayerId) -> bool {
        self.layers().contains(&layer)
    }

    /// Adds a layer, or takes it out if it is in.
    pub fn toggle_layer(&mut self, layer: LayerId) {
        let mut layers = self.layers().to_vec();
        match layers.iter().position(|other| *other == layer) {
            Some(place) => _ = layers.remove(place),
            None => layers.push(layer),
        }
        *self = if layers.is_empty() {
            Self::Nothing
        } else {
            Self::Layers(layers)
        };
    }

    /// Adds the layers from the one that was selected last to this one, in the order of the project.
    pub fn extend_to_layer(&mut self, layer: LayerId, project: &Project) {
        let place = |id: LayerId| project.layers.iter().position(|other| other.id == id);
        let from = self.layers().last().copied().unwrap_or(layer);
        let (Some(from), Some(to)) = (place(from), place(layer)) else {
            return;
        };
        let mut layers = self.layers().to_vec();
        let between = project.layers.get(from.min(to)..=from.max(to));
        layers.extend(between.unwrap_or(&[]).iter().map(|other| other.id));
        // The one that was clicked comes last, whichever way the others lie; none is there twice.
        let mut added = Vec::new();
        for id in layers {
            if id != layer && !added.contains(&id) {
                added.push(id);
            }
        }
        added.push(layer);
        *self = Self::Layers(added);
    }

    /// The clip that was selected last, which the inspector shows.
    pub fn clip(&self) -> Option<ClipId> {
        self.clips().last().copied()
    }

    /// True if this clip is selected.
    pub fn has_clip(&self, clip: ClipId) -> bool {
        self.clips().contains(&clip)
    }

    /// Adds a clip, or takes it out if it is in.
    pub fn toggle_clip(&mut self, clip: ClipId) {
        let mut clips = self.clips().to_vec();
        match clips.iter().position(|other| *other == clip) {
            Some(place) => _ = clips.remove(place),
            None => clips.push(clip),
        }
        *self = Self::of_clips(clips);
    }

    /// Adds clips that are not in yet.
    pub fn add_clips(&mut self, more: impl IntoIterator<Item = ClipId>) {
        let mut clips = self.clips().to_vec();
        for clip in more {
            if !clips.contains(&clip) {
                clips.push(clip);
            }
        }
        *self = Self::of_clips(clips);
    }

    /// Drops items that are gone from the project.
    pub fn retain_existing(&mut self, project: &Project) {
        let is_there = match self {
            Self::Nothing => true,
            Self::Media(id) => project.media(*id).is_some(),
            Self::Within(id) => project.layer(*id).is_some(),
            Self::Layers(layers) => {
                layers.retain(|id| project.layer(*id).is_some());
                !layers.is_empty()
            }
            Self::Marker(index) => *index < project.markers.len(),
            Self::Clips(clips) => {
                clips.retain(|id| project.clip(*id).is_some());
                !clips.is_empty()
            }
        };
        if !is_there {
            *self = Self::Nothing;
        }
    }
}

/// Most states of a document whose selections are remembered: twice what can be undone.
const MOST_STATES: usize = 2 * MAX_STEPS;

/// The selections in the states of a document, for undo and redo.
#[derive(Debug, Default)]
pub(crate) struct RememberedSelections {
    by_state: BTreeMap<u64, Selection>,
    current: u64,
}

impl RememberedSelections {
    /// Remembers the selection in the state that the document was in last.
    pub fn note(&mut self, selection: &Selection) {
        if self.by_state.get(&self.current) != Some(selection) {
            self.by_state.insert(self.current, selection.clone());
        }
        while self.by_state.len() > MOST_STATES {
            self.by_state.pop_first();
        }
    }

    /// Follows the document to a state: where it was in it before, the selection is as it was then.
    pub fn follow(&mut self, state: u64, selection: &mut Selection) {
        if std::mem::replace(&mut self.current, state) != state
            && let Some(before) = self.by_state.get(&state)
        {
            selection.clone_from(before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undo_gives_back_the_selection_that_was_there() {
        let mut remembered = RememberedSelections::default();
        let mut selection = Selection::Clips(vec![ClipId(1), ClipId(2)]);
        remembered.note(&selection);
        selection = Selection::Nothing;
        remembered.follow(1, &mut selection);
        assert_eq!(selection, Selection::Nothing, "a new state");
        remembered.note(&selection);
        remembered.follow(0, &mut selection);
        assert_eq!(selection.clips(), [ClipId(1), ClipId(2)]);
        selection = Selection::of_layer(LayerId(1));
        remembered.follow(0, &mut selection);
        assert_eq!(selection.layers(), [LayerId(1)], "no other state");
        remembered.follow(1, &mut selection);
        assert_eq!(selection, Selection::Nothing, "redo");
    }

    #[test]
    fn a_clip_toggles_in_and_out_and_the_last_one_is_shown() {
        let mut selection = Selection::of_layer(LayerId(1));
        selection.toggle_clip(ClipId(1));
        selection.add_clips([ClipId(2), ClipId(1), ClipId(3)]);
        assert_eq!(selection.clips(), [ClipId(1), ClipId(2), ClipId(3)]);
        assert_eq!(selection.clip(), Some(ClipId(3)));
        selection.toggle_clip(ClipId(3));
        assert_eq!(selection.clip(), Some(ClipId(2)));
        selection.toggle_clip(ClipId(1));
        selection.toggle_clip(ClipId(2));
        assert_eq!(selection, Selection::Nothing);
    }

    #[test]
    fn a_layer_toggles_in_and_out_and_a_range_ends_with_the_one_clicked() {
        let mut project = Project::default();
        for id in 1..=5 {
            let layer = crate::project::Layer::new(LayerId(id), String::new(), 0);
            project.layers.push(layer);
        }
        let mut selection = Selection::of_layer(LayerId(4));
        selection.extend_to_layer(LayerId(2), &project);
        assert_eq!(selection.layers(), [LayerId(4), LayerId(3), LayerId(2)]);
        selection.toggle_layer(LayerId(3));
        selection.toggle_layer(LayerId(5));
        assert_eq!(selection.layers(), [LayerId(4), LayerId(2), LayerId(5)]);
        project.layers.truncate(3);
        selection.retain_existing(&project);
        assert_eq!(selection.layers(), [LayerId(2)]);
        selection.toggle_layer(LayerId(2));
        assert_eq!(selection, Selection::Nothing);
    }
}
