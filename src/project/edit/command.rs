//! Edits: every change to a project, its name in undo, and the reasons for refusing it.
//!
//! `apply` carries them out. Each family is matched in full, in `label` here and in one function there.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::project::{
    AlphaMode, BlendMode, Canvas, Clip, ClipId, ClipSound, CornerPin, Flip, FramePolicy, Keyframe,
    LaneHeight, Layer, LayerId, LoopMode, Marker, MediaId, MediaRef, Parameter, ProjectError,
    TimeRange, ToneMap, Transform,
};
use crate::time::Time;

/// The name of a step in undo.
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
    /// Several edits as one step with this name, carried out in order: all of them, or, if one is refused, none.
    ///
    /// Only the result must keep the project's rules.
    Batch(Vec<Self>, StepName),
}

/// A change to the media files of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MediaEdit {
    /// Adds a media file to the bin.
    Add(MediaRef),
    /// Removes a media file from the bin, with all clips that use it; refused if one of them is on a locked layer.
    Remove(MediaId),
    /// Replaces a media file's path and fingerprint.
    Update(MediaRef),
}

/// A change to one layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LayerEdit {
    /// Removes the layer and its clips; refused while it is locked.
    Remove,
    /// Moves the layer to this place from the top, clamped to the last.
    MoveTo(usize),
    /// Sets its name.
    Rename(String),
    /// Shows or hides it.
    SetVisible(bool),
    /// Turns solo on or off.
    SetSolo(bool),
    /// Mutes its sound or not.
    SetMute(bool),
    /// Turns solo of its sound on or off.
    SetSoundSolo(bool),
    /// Locks or unlocks its clips.
    SetLocked(bool),
    /// Sets its colour, one of the six layer colours, 0 to 5.
    SetColourIndex(u8),
    /// Sets the height of its lane.
    SetHeight(LaneHeight),
    /// Sets the policy for frames that are not ready when they are due.
    SetFramePolicy(FramePolicy),
    /// Sets its blend mode.
    SetBlend(BlendMode),
    /// Sets its transform.
    SetTransform(Transform),
    /// Mirrors its picture.
    SetFlip(Flip),
    /// Sets the corner pin. Without a pin, the keyframes of its corners are removed too.
    SetCornerPin(Option<CornerPin>),
    /// Sets the meaning of its media's alpha.
    SetAlpha(AlphaMode),
    /// Sets the tone map for scene-linear light brighter than white.
    SetToneMap(ToneMap),
    /// Sets values of parameters at a time: those with keyframes get a key there, the others are set for all time.
    SetParameters {
        /// The project time, which only matters to parameters with keyframes.
        at: Time,
        /// The parameters and their values.
        values: Vec<(Parameter, f32)>,
    },
    /// Sets a key of a parameter, replacing one at the same time; the first one begins its track.
    SetKeyframe {
        /// The parameter.
        parameter: Parameter,
        /// The key.
        key: Keyframe,
    },
    /// Removes a key. The value of the last one becomes that for all time.
    RemoveKeyframe {
        /// The parameter.
        parameter: Parameter,
        /// The key's time.
        time: Time,
    },
    /// Moves a key to another time and value, replacing one that is there.
    MoveKeyframe {
        /// The parameter.
        parameter: Parameter,
        /// The key's time.
        from: Time,
        /// Its new time.
        to: Time,
        /// Its new value.
        value: f32,
    },
    /// Removes all keys of a parameter; it goes back to the value that it had without them.
    ClearKeyframes(Parameter),
    /// Adds a clip to the layer, where there must be room for it
    /// ([`Project::free_span_near`](crate::project::Project::free_span_near) finds some). It may overlap its
    /// neighbours.
    AddClip(Clip),
}

/// A change to one clip.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ClipEdit {
    /// Removes the clip.
    Remove,
    /// Moves the clip to another time, and perhaps another layer, or to the nearest place that it fits. It may overlap
    /// its neighbours.
    Move {
        /// The new layer.
        layer: LayerId,
        /// The new start.
        start: Time,
    },
    /// Sets its span on the timeline. Each frame keeps its time: a clip that repeats changes its phase for that, another
    /// one its in point, or backwards its out point.
    ///
    /// The span is clamped to the room between its neighbours (which it may overlap), to time zero and to what the media
    /// file has. A fade that is cut into keeps the time at which it ends or begins.
    Trim {
        /// The new start.
        start: Time,
        /// Its length on the timeline.
        duration: Time,
        /// The length of its media file, if known. While it is not, the clip begins no earlier than its media span.
        media_length: Option<Time>,
    },
    /// Sets its speed; its length on the timeline stays.
    SetSpeed(f64),
    /// Sets what it shows after the end of its media span.
    SetLoopMode(LoopMode),
    /// Sets its loop phase.
    SetPhase(Time),
    /// Sets its in and out points.
    SetMediaSpan {
        /// The in point.
        media_in: Time,
        /// The out point; the file's end when absent.
        media_out: Option<Time>,
    },
    /// Sets the lengths of its fades; the first is clamped to the clip's length, the second to the rest of it.
    SetFades {
        /// From transparent, at its start.
        fade_in: Time,
        /// To transparent, at its end.
        fade_out: Time,
    },
    /// Sets how it is heard.
    SetSound(ClipSound),
}

/// A change to the markers, which are named by their index in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MarkerEdit {
    /// Adds a marker, sorted in by time; refused where one lies in that canvas frame.
    Add(Marker),
    /// Removes a marker.
    Remove(usize),
    /// Moves a marker to another time, clamped to the timeline, or to the nearest canvas frame without one; its index
    /// follows.
    Move {
        /// Its index.
        index: usize,
        /// Its new time.
        time: Time,
    },
    /// Renames a marker.
    Rename(usize, String),
    /// Sets the colour of a marker, one of the six layer colours, 0 to 5.
    SetColour(usize, u8),
    /// Sets the note of a marker.
    SetNote(usize, String),
}

/// A change to the project as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ProjectEdit {
    /// Adds a layer.
    AddLayer {
        /// The layer.
        layer: Box<Layer>,
        /// Its index from the top, clamped to the number of layers.
        index: usize,
    },
    /// Sets the canvas.
    SetCanvas(Canvas),
    /// Sets the notes.
    SetNotes(String),
    /// Sets the gain of all sound together, in decibels.
    SetMasterGain(f32),
    /// Sets the loop range; the whole timeline when absent.
    SetLoopRange(Option<TimeRange>),
    /// Turns looping on or off.
    SetLooping(bool),
}

/// The reason for refusing an edit.
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
    /// There is a marker in the canvas frame.
    #[error("the marker {name:?} is there already; move it, or choose another frame")]
    MarkerThere {
        /// Its name.
        name: String,
    },
    /// The layer is locked.
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
    /// The name of the edit in undo.
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
            Self::SetMute(true) => "Mute layer",
            Self::SetMute(false) => "Unmute layer",
            Self::SetSoundSolo(true) => "Solo sound",
            Self::SetSoundSolo(false) => "End solo of sound",
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
            Self::SetPhase(_) => "Change loop phase",
            Self::SetMediaSpan { .. } => "Change in and out points",
            Self::SetFades { .. } => "Change fades",
            Self::SetSound(_) => "Change clip sound",
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
            Self::SetNote(..) => "Change marker note",
        }
    }
}

impl ProjectEdit {
    fn label(&self) -> &'static str {
        match self {
            Self::AddLayer { .. } => "Add layer",
            Self::SetCanvas(_) => "Change canvas",
            Self::SetNotes(_) => "Change notes",
            Self::SetMasterGain(_) => "Change master gain",
            Self::SetLoopRange(Some(_)) => "Set loop range",
            Self::SetLoopRange(None) => "Clear loop range",
            Self::SetLooping(true) => "Turn on looping",
            Self::SetLooping(false) => "Turn off looping",
        }
    }
}
