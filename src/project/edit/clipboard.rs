//! Clips on the clipboard, as text, so that they can be pasted into another project or window.
//!
//! ```text
//! copy:  clips and the files they use ─► SextetClips( … ) ─► the system's clipboard
//! paste: text ─► clips, renumbered ─► files that the project lacks, then clips: one step of undo
//! ```
//!
//! Pasted text may come from anywhere: it is parsed with a bound on its length, and the edit made from it is checked
//! like any other.

use serde::{Deserialize, Serialize};

use super::clip_edit::new_layer;
use super::group_edit::{LaneClip, editable, fitted, renumbered};
use crate::project::{
    Clip, ClipId, EditCommand, LayerId, MAX_LAYERS, MediaEdit, MediaId, MediaRef, Project,
    ProjectEdit,
};
use crate::time::Time;

/// Longest text that is parsed, in bytes: some thousand clips.
const MAX_TEXT_BYTES: usize = 4 << 20;

/// Clips to be pasted, and the media files they use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename = "SextetClips", deny_unknown_fields)]
pub(crate) struct CopiedClips {
    media: Vec<MediaRef>,
    clips: Vec<CopiedClip>,
}

/// One clip, placed relative to the first of those copied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename = "CopiedClip", deny_unknown_fields)]
struct CopiedClip {
    /// Lanes below the topmost.
    lane: usize,
    /// The clip; its start counts from the earliest.
    clip: Clip,
}

impl CopiedClips {
    /// Copies clips of a project, locked ones too; `None` if there are none.
    pub fn of(project: &Project, ids: &[ClipId]) -> Option<Self> {
        let mut open = project.clone();
        for layer in &mut open.layers {
            layer.is_locked = false;
        }
        let group = editable(&open, ids);
        let top = group.iter().map(|placed| placed.lane).min()?;
        let first = group.iter().map(|placed| placed.clip.start).min()?;
        let is_used = |media: &&MediaRef| group.iter().any(|placed| placed.clip.media == media.id);
        Some(Self {
            media: project.media.iter().filter(is_used).cloned().collect(),
            clips: group
                .iter()
                .map(|placed| CopiedClip {
                    lane: placed.lane - top,
                    clip: Clip {
                        start: placed.clip.start - first,
                        ..placed.clip.clone()
                    },
                })
                .collect(),
        })
    }

    /// The text for the clipboard.
    pub fn text(&self) -> String {
        let pretty = ron::ser::PrettyConfig::new().struct_names(true);
        ron::ser::to_string_pretty(self, pretty).unwrap_or_default()
    }

    /// The clips in a text; `None` if it holds none.
    pub fn parse(text: &str) -> Option<Self> {
        let is_ours = text.len() <= MAX_TEXT_BYTES && text.trim_start().starts_with("SextetClips");
        let copied: Self = is_ours.then(|| ron::from_str(text).ok())??;
        let has_media = |copy: &CopiedClip| {
            let is_its = |media: &MediaRef| media.id == copy.clip.media;
            copied.media.iter().any(is_its)
        };
        let fits = |copy: &CopiedClip| copy.lane < MAX_LAYERS && has_media(copy);
        let is_whole = !copied.clips.is_empty() && copied.clips.iter().all(fits);
        is_whole.then_some(copied)
    }

    /// Pastes the clips into a project: the earliest at `at`, the topmost on the layer `on` or, without one, the first.
    /// Missing layers are added below. Returns the edit and the clips' ids.
    pub fn pasted(
        &self,
        project: &Project,
        on: Option<LayerId>,
        at: Time,
    ) -> Option<(EditCommand, Vec<ClipId>)> {
        let mut grown = project.clone();
        let mut edits = self.missing_media(project);
        let height = self.clips.iter().map(|copy| copy.lane + 1).max()?;
        let wanted = on.and_then(|id| project.layers.iter().position(|layer| layer.id == id));
        let top = wanted.unwrap_or(0).min(MAX_LAYERS.saturating_sub(height));
        for index in project.layers.len()..top + height {
            let layer = new_layer(&grown);
            grown.layers.push(layer.clone());
            let layer = Box::new(layer);
            edits.push(EditCommand::Project(ProjectEdit::AddLayer { layer, index }));
        }
        for edit in &edits {
            if let EditCommand::Media(MediaEdit::Add(media)) = edit {
                grown.media.push(media.clone());
            }
        }
        let placed = renumbered(project, self.placed(&grown, top)?);
        let numbers = placed.iter().map(|placed| placed.clip.id).collect();
        match fitted("Paste", &grown, (&[], &placed), at)? {
            EditCommand::Batch(more, _) => edits.extend(more),
            only => edits.push(only),
        }
        Some((EditCommand::Batch(edits, "Paste".into()), numbers))
    }

    /// Edits that add the media files that a project lacks.
    fn missing_media(&self, project: &Project) -> Vec<EditCommand> {
        let first = project.next_media_id().0;
        let is_missing =
            |media: &&MediaRef| project.media.iter().all(|known| known.path != media.path);
        self.media
            .iter()
            .filter(is_missing)
            .zip(first..)
            .map(|(media, id)| {
                EditCommand::Media(MediaEdit::Add(MediaRef {
                    id: MediaId(id),
                    ..media.clone()
                }))
            })
            .collect()
    }

    /// The clips on their lanes, with the ids that their media files have in `project`.
    fn placed(&self, project: &Project, top: usize) -> Option<Vec<LaneClip>> {
        let media_of = |clip: &Clip| {
            let own = self.media.iter().find(|media| media.id == clip.media)?;
            let known = project.media.iter().find(|known| known.path == own.path)?;
            Some(known.id)
        };
        self.clips
            .iter()
            .map(|copy| {
                Some(LaneClip {
                    lane: top + copy.lane,
                    clip: Clip {
                        media: media_of(&copy.clip)?,
                        ..copy.clip.clone()
                    },
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Project {
        let s = Time::from_seconds;
        Project::with_media_layers(&[("/m/a.mov".into(), s(2)), ("/m/b.mov".into(), s(2))])
    }

    #[test]
    fn clips_survive_the_way_over_the_clipboard_into_another_project() {
        let copied = CopiedClips::of(&sample(), &[ClipId(1), ClipId(2)]).expect("two clips");
        let text = copied.text();
        assert!(text.starts_with("SextetClips("), "{text}");
        let parsed = CopiedClips::parse(&text).expect("it is ours");
        assert_eq!(parsed, copied);
        let empty = Project::default();
        let (edit, numbers) = parsed
            .pasted(&empty, None, Time::from_seconds(3))
            .expect("there is room");
        let pasted = edit.applied_to(&empty).expect("it is whole");
        assert_eq!(numbers.len(), 2);
        assert_eq!((pasted.media.len(), pasted.layers.len()), (2, 2));
        let starts = pasted.layers.iter().flat_map(|layer| &layer.clips);
        assert!(
            starts
                .into_iter()
                .all(|clip| clip.start == Time::from_seconds(3)),
            "{pasted:?}"
        );
    }

    #[test]
    fn pasting_over_a_clip_finds_room_beside_it() {
        let project = sample();
        let copied = CopiedClips::of(&project, &[ClipId(2)]).expect("a clip");
        let (edit, numbers) = copied
            .pasted(&project, Some(LayerId(2)), Time::ZERO)
            .expect("there is room");
        let project = edit.applied_to(&project).expect("it fits");
        let (layer, clip) = project.clip(numbers[0]).expect("there");
        assert_eq!((layer.id, clip.start), (LayerId(2), Time::from_seconds(2)));
        assert_eq!(project.media.len(), 2, "the file is known");
    }

    #[test]
    fn other_text_is_left_alone() {
        assert_eq!(CopiedClips::parse("hello"), None);
        assert_eq!(
            CopiedClips::parse("SextetClips(media: [], clips: [])"),
            None
        );
        let text = CopiedClips::of(&sample(), &[ClipId(1)])
            .expect("a clip")
            .text();
        assert_eq!(
            CopiedClips::parse(&text.replace("lane: 0", "lane: 77")),
            None
        );
        assert_eq!(CopiedClips::parse(&text[..text.len() / 2]), None);
    }
}
