//! Rules that hold in every project, and the error that says where one does not.

use std::collections::BTreeSet;

use super::edit::clip_fit::crowded;
use super::validate_layer::check_layer;
use super::{
    Canvas, Clip, Layer, LoopMode, MAX_GAIN_DB, MAX_LAYERS, MediaRef, Parameter, Project,
    SILENT_DB, TimeRange,
};
use crate::time::Time;

/// The latest time in a project, 1000 hours: in flicks it is below 2⁵³, so that neither sums nor the exact range of
/// an `f64` are ever near their ends.
pub const MAX_TIME: Time = Time::from_seconds(1000 * 3600);

/// Most media files of a project, and most clips, markers and keyframes: far above any show, and little enough for a
/// damaged file to be refused before it costs time.
pub const MAX_ITEMS: usize = 10_000;

/// Longest name of a layer or marker, in bytes.
pub const MAX_NAME_BYTES: usize = 1024;

/// Longest note of a marker, in bytes.
pub const MAX_NOTE_BYTES: usize = 2048;

/// Longest notes, in bytes.
pub const MAX_NOTES_BYTES: usize = 1 << 20;

/// Most passes of a clip that repeats its span a number of times.
pub const MAX_LOOPS: u32 = 1_000_000;

/// Fastest speed of a clip, either way.
pub const MAX_SPEED: f64 = 10.0;

/// The greatest loop phase of a clip, 10,000 hours: what the longest clip covers at [`MAX_SPEED`].
pub const MAX_PHASE: Time = Time::from_seconds(10 * 1000 * 3600);

/// Largest width and height of a canvas.
pub const MAX_CANVAS_PX: u32 = 16_384;

/// A rule that a project breaks, in words for a user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProjectError {
    /// The canvas has no size, or one that no texture has.
    #[error(
        "the canvas is {width_px} × {height_px} pixels; each side must be 1 to {MAX_CANVAS_PX}"
    )]
    CanvasSize {
        /// Pixels across.
        width_px: u32,
        /// Pixels down.
        height_px: u32,
    },
    /// A component of the background is out of range.
    #[error("the background colour has a component outside 0 to 1")]
    Background,
    /// The gain of all sound is none.
    #[error("the master gain must be −96 to 12 decibels")]
    MasterGain,
    /// There are more of something than a project may have.
    #[error("there are {count} {what}; {limit} is the most")]
    TooMany {
        /// The things that are too many.
        what: &'static str,
        /// Number found.
        count: usize,
        /// Number allowed.
        limit: usize,
    },
    /// Two things have the same number.
    #[error("the number {id} is given to more than one {what}")]
    RepeatedId {
        /// Kind of the things.
        what: &'static str,
        /// Their number.
        id: u32,
    },
    /// A name is too long.
    #[error("the name of a {what} is longer than {MAX_NAME_BYTES} bytes")]
    NameTooLong {
        /// Owner of the name.
        what: &'static str,
    },
    /// A media file has no path.
    #[error("the media file with number {media} has no path")]
    EmptyPath {
        /// Its number.
        media: u32,
    },
    /// The note of a marker is too long.
    #[error("the note of the marker {name:?} is longer than {MAX_NOTE_BYTES} bytes")]
    NoteTooLong {
        /// The marker's name.
        name: String,
    },
    /// The notes are too long.
    #[error("the notes are longer than {MAX_NOTES_BYTES} bytes")]
    NotesTooLong,
    /// A layer's colour is none of the theme's.
    #[error("the colour of the layer {layer:?} must be 0 to 5")]
    LayerColour {
        /// The layer's name.
        layer: String,
    },
    /// A layer's parameter, or a key of it, is out of range.
    #[error("the {} of the layer {layer:?} must be {} to {}", parameter.label().to_lowercase(), parameter.range().0, parameter.range().1)]
    LayerValue {
        /// The layer's name.
        layer: String,
        /// Name of the value.
        parameter: Parameter,
    },
    /// The keyframes of a layer's parameter are out of order.
    #[error(
        "the keyframes of {} of the layer {layer:?} must be one list in order of time, between zero and 1000 hours",
        parameter.label()
    )]
    Keyframes {
        /// The layer's name.
        layer: String,
        /// The parameter.
        parameter: Parameter,
    },
    /// A value of a clip is out of range.
    #[error("the {what} of clip {clip} must be {must}")]
    ClipValue {
        /// The clip's number.
        clip: u32,
        /// Name of the value.
        what: &'static str,
        /// The range that it must be in.
        must: &'static str,
    },
    /// A clip uses a media file that the project does not know.
    #[error("clip {clip} uses the media file with number {media}, which is not in the project")]
    UnknownMedia {
        /// The clip's number.
        clip: u32,
        /// The media file's number.
        media: u32,
    },
    /// Clips of a layer are out of order, or lie within each other, or three at once.
    #[error(
        "the clips {first} and {second} of the layer {layer:?} overlap too much or are out of order; only two clips \
         next to each other may overlap, and none may lie within another"
    )]
    Overlap {
        /// The layer's name.
        layer: String,
        /// The clip that comes first in the list.
        first: u32,
        /// The clip after it.
        second: u32,
    },
    /// A marker lies outside the timeline or out of order, or its colour is none of the theme's.
    #[error(
        "the marker {name:?} must lie between zero and 1000 hours, after the one before it, and have a colour of 0 to 5"
    )]
    Marker {
        /// The marker's name.
        name: String,
    },
    /// The loop range is empty or outside the timeline.
    #[error(
        "the loop range must begin at or after zero and end after its beginning, within 1000 hours"
    )]
    LoopRange,
}

impl Project {
    /// Checks everything that the data types state: limits, numbers, order, references.
    ///
    /// # Errors
    /// The first thing found wrong.
    pub fn validate(&self) -> Result<(), ProjectError> {
        check_canvas(&self.canvas)?;
        check_counts(self)?;
        check_ids("media file", self.media.iter().map(|media| media.id.0))?;
        check_ids("layer", self.layers.iter().map(|layer| layer.id.0))?;
        let clips = self.layers.iter().flat_map(|layer| &layer.clips);
        check_ids("clip", clips.map(|clip| clip.id.0))?;
        self.media.iter().try_for_each(check_media)?;
        let known: BTreeSet<u32> = self.media.iter().map(|media| media.id.0).collect();
        for layer in &self.layers {
            check_layer(layer)?;
            for clip in &layer.clips {
                check_clip(clip, &known)?;
            }
            check_order(layer)?;
        }
        check_markers(self)?;
        if !is_gain(self.master_gain_db) {
            return Err(ProjectError::MasterGain);
        }
        self.loop_range.map_or(Ok(()), check_loop_range)
    }
}

fn check_canvas(canvas: &Canvas) -> Result<(), ProjectError> {
    let (width_px, height_px) = (canvas.width_px, canvas.height_px);
    if ![width_px, height_px]
        .iter()
        .all(|side| (1..=MAX_CANVAS_PX).contains(side))
    {
        return Err(ProjectError::CanvasSize {
            width_px,
            height_px,
        });
    }
    let is_colour = canvas
        .background
        .iter()
        .all(|component| (0.0..=1.0).contains(component));
    if is_colour {
        Ok(())
    } else {
        Err(ProjectError::Background)
    }
}

fn check_counts(project: &Project) -> Result<(), ProjectError> {
    let clips = project.layers.iter().map(|layer| layer.clips.len()).sum();
    let tracks = project.layers.iter().flat_map(|layer| &layer.keyframes);
    let keys = tracks.map(|track| track.keys.len()).sum();
    for (what, count, limit) in [
        ("layers", project.layers.len(), MAX_LAYERS),
        ("media files", project.media.len(), MAX_ITEMS),
        ("clips", clips, MAX_ITEMS),
        ("markers", project.markers.len(), MAX_ITEMS),
        ("keyframes", keys, MAX_ITEMS),
    ] {
        if count > limit {
            return Err(ProjectError::TooMany { what, count, limit });
        }
    }
    if project.notes.len() > MAX_NOTES_BYTES {
        return Err(ProjectError::NotesTooLong);
    }
    Ok(())
}

fn check_ids(what: &'static str, ids: impl Iterator<Item = u32>) -> Result<(), ProjectError> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(ProjectError::RepeatedId { what, id });
        }
    }
    Ok(())
}

fn check_media(media: &MediaRef) -> Result<(), ProjectError> {
    if media.path.as_os_str().is_empty() {
        return Err(ProjectError::EmptyPath { media: media.id.0 });
    }
    Ok(())
}

/// True if a gain in decibels is one.
fn is_gain(gain_db: f32) -> bool {
    (SILENT_DB..=MAX_GAIN_DB).contains(&gain_db)
}

fn check_clip(clip: &Clip, known_media: &BTreeSet<u32>) -> Result<(), ProjectError> {
    if !known_media.contains(&clip.media.0) {
        return Err(ProjectError::UnknownMedia {
            clip: clip.id.0,
            media: clip.media.0,
        });
    }
    let is_time = |time: Time| (Time::ZERO..=MAX_TIME).contains(&time);
    // Each fade is compared by itself first, so that their sum cannot saturate.
    let fades_fit = is_time(clip.fade_in)
        && is_time(clip.fade_out)
        && clip.fade_in + clip.fade_out <= clip.duration;
    let is_span = clip
        .media_out
        .is_none_or(|out| is_time(out) && out > clip.media_in);
    let is_loop = match clip.loop_mode {
        LoopMode::Times(times) => (1..=MAX_LOOPS).contains(&times),
        _ => true,
    };
    let is_speed = clip.speed != 0.0 && (-MAX_SPEED..=MAX_SPEED).contains(&clip.speed);
    for (is_right, what, must) in [
        (is_time(clip.start), "start", "between zero and 1000 hours"),
        (clip.duration > Time::ZERO, "duration", "more than zero"),
        (
            is_time(clip.duration) && is_time(clip.end()),
            "end",
            "within 1000 hours",
        ),
        (
            is_time(clip.media_in),
            "in point",
            "between zero and 1000 hours",
        ),
        (
            is_span,
            "out point",
            "after its in point and within 1000 hours",
        ),
        (is_speed, "speed", "−10 to 10 and not zero"),
        (is_loop, "number of loops", "1 to 1,000,000"),
        (
            (Time::ZERO..=MAX_PHASE).contains(&clip.phase),
            "loop phase",
            "between zero and 10,000 hours",
        ),
        (
            fades_fit,
            "fades",
            "at least zero and together no longer than the clip",
        ),
        (is_gain(clip.sound.gain_db), "gain", "−96 to 12 decibels"),
        ((-1.0..=1.0).contains(&clip.sound.pan), "pan", "−1 to 1"),
    ] {
        if !is_right {
            return Err(ProjectError::ClipValue {
                clip: clip.id.0,
                what,
                must,
            });
        }
    }
    Ok(())
}

fn check_order(layer: &Layer) -> Result<(), ProjectError> {
    let Some((first, second)) = crowded(&layer.clips) else {
        return Ok(());
    };
    Err(ProjectError::Overlap {
        layer: layer.name.clone(),
        first: first.id.0,
        second: second.id.0,
    })
}

fn check_markers(project: &Project) -> Result<(), ProjectError> {
    let mut earliest = Time::ZERO;
    for marker in &project.markers {
        if marker.name.len() > MAX_NAME_BYTES {
            return Err(ProjectError::NameTooLong { what: "marker" });
        }
        if marker.note.len() > MAX_NOTE_BYTES {
            return Err(ProjectError::NoteTooLong {
                name: marker.name.clone(),
            });
        }
        let is_coloured = usize::from(marker.colour) < MAX_LAYERS;
        if marker.time < earliest || marker.time > MAX_TIME || !is_coloured {
            return Err(ProjectError::Marker {
                name: marker.name.clone(),
            });
        }
        earliest = marker.time;
    }
    Ok(())
}

fn check_loop_range(range: TimeRange) -> Result<(), ProjectError> {
    if range.start < Time::ZERO || range.end <= range.start || range.end > MAX_TIME {
        return Err(ProjectError::LoopRange);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{CornerPin, Marker, MediaId};

    fn two_clips() -> Project {
        let second = Time::from_seconds(1);
        let mut project =
            Project::with_media_layers(&[("/m/a.mov".into(), second), ("/m/b.mov".into(), second)]);
        let mut clip = project.layers[0].clips[0].clone();
        clip.id = project.next_clip_id();
        clip.start = second;
        project.layers[0].clips.push(clip);
        project
    }

    fn error_after(change: impl FnOnce(&mut Project)) -> ProjectError {
        let mut project = two_clips();
        assert_eq!(project.validate(), Ok(()));
        change(&mut project);
        project.validate().expect_err("the change made it wrong")
    }

    #[test]
    fn clips_within_each_other_and_three_at_once_are_found() {
        let flick = Time::from_flicks(1);
        let second = Time::from_seconds(1);
        let overlaps = |change: &dyn Fn(&mut Project)| {
            let error = error_after(change);
            assert!(matches!(error, ProjectError::Overlap { .. }), "{error}");
        };
        overlaps(&|project| project.layers[0].clips[1].start = Time::ZERO);
        overlaps(&|project| project.layers[0].clips[0].duration = second + second);
        overlaps(&|project| project.layers[0].clips.swap(0, 1));
        let third = |project: &mut Project, start| {
            let mut clip = project.layers[0].clips[1].clone();
            clip.id = project.next_clip_id();
            clip.start = start;
            project.layers[0].clips[0].duration = second + flick;
            project.layers[0].clips.push(clip);
        };
        overlaps(&|project| third(project, second + Time::from_flicks(0)));
        let mut project = two_clips();
        third(&mut project, second + flick);
        assert_eq!(
            project.validate(),
            Ok(()),
            "two overlaps, one after the other"
        );
        project.layers[0].clips[0].duration += flick;
        assert!(project.validate().is_err(), "by one flick");
    }

    #[test]
    fn numbers_that_are_none_are_found_everywhere() {
        for change in [
            (|project| project.layers[0].opacity = f32::NAN) as fn(&mut Project),
            |project| project.layers[0].transform.rotation_deg = f32::INFINITY,
            |project| project.layers[0].transform.scale[1] = f32::NAN,
            |project| project.layers[0].transform.position_px[0] = 1e30,
            |project| project.canvas.background[2] = f32::NAN,
            |project| project.layers[0].clips[0].speed = f64::NAN,
            |project| project.layers[0].clips[0].speed = 0.0,
            |project| project.layers[0].clips[0].loop_mode = LoopMode::Times(0),
            |project| project.layers[0].crop.left = f32::NAN,
            |project| project.layers[0].adjust.gamma = 0.0,
            |project| project.layers[0].exposure = f32::NEG_INFINITY,
            |project| {
                project.layers[0].corner_pin = Some(CornerPin {
                    offsets_px: [[f32::NAN; 2]; 4],
                });
            },
            |project| {
                project.markers = vec![Marker {
                    time: Time::ZERO,
                    name: String::new(),
                    colour: 6,
                    note: String::new(),
                }];
            },
        ] {
            error_after(change);
        }
    }

    #[test]
    fn times_at_the_ends_of_the_integer_are_refused_and_do_not_overflow() {
        for time in [
            Time::MAX,
            Time::from_flicks(i64::MIN),
            MAX_TIME + Time::from_flicks(1),
        ] {
            error_after(|project| project.layers[0].clips[0].start = time);
            error_after(|project| project.layers[0].clips[1].duration = time);
            error_after(|project| project.layers[0].clips[0].media_in = time);
            error_after(|project| project.layers[0].clips[0].media_out = Some(time));
            error_after(|project| project.layers[0].clips[0].fade_in = time);
            if time != MAX_TIME + Time::from_flicks(1) {
                error_after(|project| project.layers[0].clips[0].phase = time);
            }
            error_after(|project| {
                project.loop_range = Some(TimeRange {
                    start: Time::ZERO,
                    end: time,
                });
            });
        }
    }

    #[test]
    fn references_and_ids_are_checked() {
        let error = error_after(|project| project.layers[0].clips[0].media = MediaId(99));
        assert!(
            matches!(error, ProjectError::UnknownMedia { media: 99, .. }),
            "{error}"
        );
        let error = error_after(|project| project.layers[1].id = project.layers[0].id);
        assert!(
            matches!(error, ProjectError::RepeatedId { what: "layer", .. }),
            "{error}"
        );
        // The same clip number on two layers.
        error_after(|project| {
            project.layers[1].clips[0].id = project.layers[0].clips[0].id;
        });
    }

    #[test]
    fn a_seventh_layer_is_too_many() {
        let error = error_after(|project| {
            for id in 10..15 {
                let mut layer = project.layers[0].clone();
                layer.id.0 = id;
                layer.clips.clear();
                project.layers.push(layer);
            }
        });
        assert_eq!(
            error,
            ProjectError::TooMany {
                what: "layers",
                count: 7,
                limit: 6
            }
        );
    }
}
