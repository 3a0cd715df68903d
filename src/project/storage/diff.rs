//! The difference between two states of a project, counted for a prompt.

use crate::project::Project;

/// Counts of differing items of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Items of the new state only.
    pub added: usize,
    /// Items of the old state only.
    pub removed: usize,
    /// Items of both that differ.
    pub changed: usize,
}

/// The difference between two states of a project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Media files.
    pub media: Changes,
    /// Layers, apart from their clips.
    pub layers: Changes,
    /// Clips, on any layer.
    pub clips: Changes,
    /// Markers.
    pub markers: Changes,
    /// True if the canvas differs.
    pub is_canvas_changed: bool,
}

impl Changes {
    /// Compares items by a key.
    fn between<T, K: PartialEq>(
        old: &[T],
        new: &[T],
        key: impl Fn(&T) -> K,
        is_same: impl Fn(&T, &T) -> bool,
    ) -> Self {
        let find = |items: &[T], wanted: &T| items.iter().position(|item| key(item) == key(wanted));
        let mut changes = Self::default();
        for item in new {
            match find(old, item).and_then(|place| old.get(place)) {
                None => changes.added += 1,
                Some(before) if !is_same(before, item) => changes.changed += 1,
                Some(_) => {}
            }
        }
        changes.removed = old.iter().filter(|item| find(new, item).is_none()).count();
        changes
    }

    /// True if there is no difference.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

impl std::fmt::Display for Changes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts = [
            (self.added, "added"),
            (self.removed, "removed"),
            (self.changed, "changed"),
        ];
        let texts: Vec<_> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        if texts.is_empty() {
            return f.write_str("the same");
        }
        f.write_str(&texts.join(", "))
    }
}

impl Difference {
    /// The difference from `old` to `new`.
    pub fn between(old: &Project, new: &Project) -> Self {
        let clips = |project: &Project| {
            let layers = project.layers.iter();
            let clips =
                layers.flat_map(|layer| layer.clips.iter().map(|clip| (layer.id, clip.clone())));
            clips.collect::<Vec<_>>()
        };
        Self {
            media: Changes::between(
                &old.media,
                &new.media,
                |media| media.id,
                // Hints and fingerprints are learned, not edited.
                |one, other| one.path == other.path,
            ),
            layers: Changes::between(
                &old.layers,
                &new.layers,
                |layer| layer.id,
                |one, other| {
                    let mut other = other.clone();
                    other.clips.clone_from(&one.clips);
                    *one == other
                },
            ),
            clips: Changes::between(
                &clips(old),
                &clips(new),
                |(_, clip)| clip.id,
                |one, other| one == other,
            ),
            markers: Changes::between(
                &old.markers,
                &new.markers,
                |marker| (marker.time, marker.name.clone()),
                |one, other| one == other,
            ),
            is_canvas_changed: old.canvas != new.canvas,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Clip, ClipId, MediaId};
    use crate::time::Time;

    #[test]
    fn what_was_added_removed_and_changed_is_counted() {
        let second = Time::from_seconds(1);
        let old =
            Project::with_media_layers(&[("/a.mov".into(), second), ("/b.mov".into(), second)]);
        let mut new = old.clone();
        new.layers[0].name = "other".to_owned();
        new.layers[0].clips[0].start = second;
        new.layers.remove(1);
        new.layers[0].clips.push(Clip::new(
            ClipId(9),
            MediaId(1),
            Time::from_seconds(4),
            second,
        ));
        new.canvas.width_px = 640;
        new.markers
            .push(ron::from_str("(time: 5, name: \"m\")").expect("a marker"));
        let difference = Difference::between(&old, &new);
        assert_eq!(difference.layers.to_string(), "1 removed, 1 changed");
        assert_eq!(
            difference.clips.to_string(),
            "1 added, 1 removed, 1 changed"
        );
        assert_eq!(difference.media.to_string(), "the same");
        assert_eq!(difference.markers.added, 1);
        assert!(difference.is_canvas_changed, "another size");
        assert_eq!(Difference::between(&old, &old), Difference::default());
    }
}
