//! What is selected: one thing of one kind, or several clips.

use crate::project::{ClipId, LayerId, MediaId, Project};

/// What is selected. It belongs to the window and not to the document, so that undo leaves it alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Selection {
    /// Nothing: the inspector shows the canvas.
    #[default]
    Nothing,
    /// A media file in the bin.
    Media(MediaId),
    /// A layer.
    Layer(LayerId),
    /// Clips, and with the last of them its layer; at least one, none twice.
    Clips(Vec<ClipId>),
    /// A marker, by its place in the list.
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

    /// The selected clips, in the order in which they were selected.
    pub fn clips(&self) -> &[ClipId] {
        match self {
            Self::Clips(clips) => clips,
            Self::Nothing | Self::Media(_) | Self::Layer(_) | Self::Marker(_) => &[],
        }
    }

    /// The clip that was selected last, which the inspector shows.
    pub fn clip(&self) -> Option<ClipId> {
        self.clips().last().copied()
    }

    /// Whether this clip is selected.
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

    /// Lets go of what is no longer there.
    pub fn hold_to(&mut self, project: &Project) {
        let is_there = match self {
            Self::Nothing => true,
            Self::Media(id) => project.media(*id).is_some(),
            Self::Layer(id) => project.layer(*id).is_some(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_toggles_in_and_out_and_the_last_one_is_shown() {
        let mut selection = Selection::Layer(LayerId(1));
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
}
