//! Every change to a project that there is, what undo calls it, and why one is refused.
//!
//! How each is carried out is in `apply`. Each family is matched in full, in `label` here and in one function there.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::project::{
    AlphaMode, BlendMode, Canvas, Clip, ClipId, CornerPin, Flip, FramePolicy, Keyframe, LaneHeight,
    Layer, LayerId, LoopMode, Marker, MediaId, MediaRef, Parameter, ProjectError, TimeRange,
    ToneMap, Transform,
};
use crate::time::Time;

/// What undo calls a step.
pub type StepName = Cow<'static, str>;

/// One change to a project, by what it is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum EditCommand {
    /// A media file.
    Media(MediaEdit),
    /// A layer.
    Layer(LayerId, LayerEdit),
    /// A clip, wherever it lies.
    Clip(ClipId, ClipEdit),
    /// A marker.
    Marker(MarkerEdit),
    /// The project as a whole.
    Project(ProjectEdit),
    /// Several changes, one after the other, that undo calls by this name: all of them, or, where one is refused, none.
    ///
    /// Only what they lead to must hold the project's rules.
    Batch(Vec<Self>, StepName),
}

/// A change to the media files of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MediaEdit {
    /// A media file for the bin.
    Add(MediaRef),
    /// A media file out of the bin, with all clips that use it; refused when one of them is on a locked layer.
    Remove(MediaId),
    /// A media file's path and fingerprint, in place of those that were known.
    Update(MediaRef),
}

/// A change to one layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LayerEdit {
    /// Removes the layer and its clips; refused while it is locked.
    Remove,
    /// Moves the layer to this place from the top, clamped to the last.
    MoveTo(usize),
    /// Its name.
    Rename(String),
    /// Whether it is part of the picture.
    SetVisible(bool),
    /// Whether it is soloed.
    SetSolo(bool),
    /// Whether its clips are safe from editing.
    SetLocked(bool),
    /// Which of the six layer colours it has, 0 to 5.
    SetColourIndex(u8),
    /// How tall its lane is.
    SetHeight(LaneHeight),
    /// What becomes of its frames that are not ready when they are due.
    SetFramePolicy(FramePolicy),
    /// Its blend mode.
    SetBlend(BlendMode),
    /// Where it lies on the canvas.
    SetTransform(Transform),
    /// Whether its picture is mirrored.
    SetFlip(Flip),
    /// Where the corners of its picture are pulled. Without a pin, the keyframes of its corners go too.
    SetCornerPin(Option<CornerPin>),
    /// What the alpha of its media means.
    SetAlpha(AlphaMode),
    /// What becomes of its scene-linear light brighter than white.
    SetToneMap(ToneMap),
    /// Values of parameters as they are to be at a time: those with keyframes get a key there, the others are set for
    /// all time.
    SetParameters {
        /// The project time, which only matters to parameters with keyframes.
        at: Time,
        /// The parameters and their values.
        values: Vec<(Parameter, f32)>,
    },
    /// A key of a parameter, in place of one at the same time; the first one makes the parameter change over time.
    SetKeyframe {
        /// The parameter.
        parameter: Parameter,
        /// The key.
        key: Keyframe,
    },
    /// Removes a key. With the last one its value becomes that for all time.
    RemoveKeyframe {
        /// The parameter.
        parameter: Parameter,
        /// Where the key is.
        time: Time,
    },
    /// A key to another time and value, in place of one that is there.
    MoveKeyframe {
        /// The parameter.
        parameter: Parameter,
        /// Where the key is.
        from: Time,
        /// Where it goes.
        to: Time,
        /// Its value there.
        value: f32,
    },
    /// Removes all keys of a parameter; it goes back to the value that it had without them.
    ClearKeyframes(Parameter),
    /// A clip onto the layer, where there must be room for it ([`Project::free_span_near`] finds some). It may reach into
    /// the clips beside it.
    AddClip(Clip),
}

/// A change to one clip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ClipEdit {
    /// Removes the clip.
    Remove,
    /// Moves the clip to another time, and perhaps another layer; what does not fit there moves to the nearest place that
    /// it fits. It may reach into the clips beside it.
    Move {
        /// The layer it goes to.
        layer: LayerId,
        /// Where it begins.
        start: Time,
    },
    /// Its span on the timeline and in its media file.
    ///
    /// The span is clamped to what the clips beside it leave (it may reach into them), to time zero and, where the clip
    /// plays forwards, to the start of the media file; what its start is held back by, `media_in` is too, so that
    /// pictures keep their places. Fades are shortened to fit.
    Trim {
        /// Where it begins.
        start: Time,
        /// How long it is on the timeline.
        duration: Time,
        /// The position in the media file that it begins with.
        media_in: Time,
    },
    /// Its speed; its length on the timeline stays.
    SetSpeed(f64),
    /// What it shows after the end of its media span.
    SetLoopMode(LoopMode),
    /// Where in the media file it begins and ends.
    SetMediaSpan {
        /// Where it begins.
        media_in: Time,
        /// Where it ends; the file's end when absent.
        media_out: Option<Time>,
    },
    /// The lengths of its fades; the first is clamped to the clip's length, the second to what is left of it.
    SetFades {
        /// From transparent, at its start.
        fade_in: Time,
        /// To transparent, at its end.
        fade_out: Time,
    },
}

/// A change to the markers, which are named by their place in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MarkerEdit {
    /// A marker, put in its place by time.
    Add(Marker),
    /// Removes a marker.
    Remove(usize),
    /// A marker to another time, clamped to the timeline; its place in the list follows.
    Move {
        /// Its place in the list.
        index: usize,
        /// Where it goes.
        time: Time,
    },
    /// The name of a marker.
    Rename(usize, String),
    /// Which of the six layer colours a marker has, 0 to 5.
    SetColour(usize, u8),
}

/// A change to the project as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ProjectEdit {
    /// A layer at this place from the top.
    AddLayer {
        /// The layer.
        layer: Layer,
        /// Its place from the top, clamped to the number of layers.
        index: usize,
    },
    /// The canvas.
    SetCanvas(Canvas),
    /// What people wrote down about the project.
    SetNotes(String),
    /// The part of the timeline that a loop repeats; all of it when absent.
    SetLoopRange(Option<TimeRange>),
    /// Whether playing loops.
    SetLooping(bool),
}

/// Why an edit was refused. The project is then as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The media file is not in the project.
    #[error("there is no media file with number {}; it may have been removed", .0.0)]
    UnknownMedia(MediaId),
    /// The layer is not in the project.
    #[error("there is no layer with number {}; it may have been removed", .0.0)]
    UnknownLayer(LayerId),
    /// The clip is not in the project.
    #[error("there is no clip with number {}; it may have been removed", .0.0)]
    UnknownClip(ClipId),
    /// There are fewer markers.
    #[error("there is no marker with number {0}; it may have been removed")]
    UnknownMarker(usize),
    /// The layer's clips are safe from editing.
    #[error("the layer {name:?} is locked; unlock it to edit its clips")]
    Locked {
        /// The layer's name.
        name: String,
    },
    /// There is no key of this parameter at this time.
    #[error("there is no keyframe of {} at this time; it may have been removed", parameter.label())]
    UnknownKeyframe {
        /// The parameter.
        parameter: Parameter,
    },
    /// A clip would lie within another one, or over two of them.
    #[error(
        "there is no room on the layer {name:?} at this time; choose a free place or a shorter clip"
    )]
    NoRoom {
        /// The layer's name.
        name: String,
    },
    /// The project would break one of its rules.
    #[error(transparent)]
    Rule(#[from] ProjectError),
}

impl EditCommand {
    /// What undo calls the change.
    pub fn label(&self) -> StepName {
        match self {
            Self::Media(edit) => edit.label().into(),
            Self::Layer(_, edit) => edit.label().into(),
            Self::Clip(_, edit) => edit.label().into(),
            Self::Marker(edit) => edit.label().into(),
            Self::Project(edit) => edit.label().into(),
            Self::Batch(_, label) => label.clone(),
        }
    }
}

impl MediaEdit {
    fn label(&self) -> &'static str {
        match self {
            Self::Add(_) => "Add media",
            Self::Remove(_) => "Remove media",
            Self::Update(_) => "Relink media",
        }
    }
}

impl LayerEdit {
    fn label(&self) -> &'static str {
        match self {
            Self::Remove => "Remove layer",
            Self::MoveTo(_) => "Move layer",
            Self::Rename(_) => "Rename layer",
            Self::SetVisible(true) => "Show layer",
            Self::SetVisible(false) => "Hide layer",
            Self::SetSolo(true) => "Solo layer",
            Self::SetSolo(false) => "End solo",
            Self::SetLocked(true) => "Lock layer",
            Self::SetLocked(false) => "Unlock layer",
            Self::SetColourIndex(_) => "Change layer colour",
            Self::SetHeight(_) => "Change lane height",
            Self::SetFramePolicy(_) => "Change frame policy",
            Self::SetBlend(_) => "Change blend mode",
            Self::SetTransform(_) => "Transform layer",
            Self::SetFlip(_) => "Flip layer",
            Self::SetCornerPin(_) => "Change corner pin",
            Self::SetAlpha(_) => "Change alpha",
            Self::SetToneMap(_) => "Change tone map",
            Self::SetParameters { .. } => "Change layer",
            Self::SetKeyframe { .. } => "Set keyframe",
            Self::RemoveKeyframe { .. } => "Remove keyframe",
            Self::MoveKeyframe { .. } => "Move keyframe",
            Self::ClearKeyframes(_) => "Clear keyframes",
            Self::AddClip(_) => "Add clip",
        }
    }
}

impl ClipEdit {
    fn label(&self) -> &'static str {
        match self {
            Self::Remove => "Remove clip",
            Self::Move { .. } => "Move clip",
            Self::Trim { .. } => "Trim clip",
            Self::SetSpeed(_) => "Change clip speed",
            Self::SetLoopMode(_) => "Change loop mode",
            Self::SetMediaSpan { .. } => "Change in and out points",
            Self::SetFades { .. } => "Change fades",
        }
    }
}

impl MarkerEdit {
    fn label(&self) -> &'static str {
        match self {
            Self::Add(_) => "Add marker",
            Self::Remove(_) => "Remove marker",
            Self::Move { .. } => "Move marker",
            Self::Rename(..) => "Rename marker",
            Self::SetColour(..) => "Change marker colour",
        }
    }
}

impl ProjectEdit {
    fn label(&self) -> &'static str {
        match self {
            Self::AddLayer { .. } => "Add layer",
            Self::SetCanvas(_) => "Change canvas",
            Self::SetNotes(_) => "Change notes",
            Self::SetLoopRange(Some(_)) => "Set loop range",
            Self::SetLoopRange(None) => "Clear loop range",
            Self::SetLooping(true) => "Turn on looping",
            Self::SetLooping(false) => "Turn off looping",
        }
    }
}
