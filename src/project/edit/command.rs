//! Every change to a project that there is, what undo calls it, and why one is refused.
//!
//! How each is carried out is in `apply`.

use crate::project::{
    AlphaMode, BlendMode, Canvas, Clip, ClipId, ColourAdjust, CornerPin, Crop, Flip, FramePolicy,
    Keyframe, LaneHeight, Layer, LayerId, LoopMode, Marker, MediaId, MediaRef, Parameter, Project,
    ProjectError, TimeRange, ToneMap, Transform,
};
use crate::time::Time;

/// One change to a project.
#[derive(Clone, Debug, PartialEq)]
pub enum EditCommand {
    /// A media file for the bin.
    AddMedia(MediaRef),
    /// A media file out of the bin, with all clips that use it; refused when one of them is on a locked layer.
    RemoveMedia(MediaId),
    /// What a media file is and where, in place of what was known.
    UpdateMedia(MediaRef),
    /// A layer at this place from the top.
    AddLayer {
        /// The layer.
        layer: Layer,
        /// Its place from the top, held to the number of layers.
        index: usize,
    },
    /// A layer and its clips away; refused while it is locked.
    RemoveLayer(LayerId),
    /// A layer to another place from the top.
    MoveLayer {
        /// The layer.
        layer: LayerId,
        /// Its new place from the top, held to the last.
        index: usize,
    },
    /// A layer's name.
    RenameLayer(LayerId, String),
    /// Whether a layer is part of the picture.
    SetLayerVisible(LayerId, bool),
    /// Whether a layer is soloed.
    SetLayerSolo(LayerId, bool),
    /// Whether a layer's clips are safe from editing.
    SetLayerLocked(LayerId, bool),
    /// Which of the six layer colours a layer has, 0 to 5.
    SetLayerColourIndex(LayerId, u8),
    /// How tall a layer's lane is.
    SetLayerHeight(LayerId, LaneHeight),
    /// What becomes of a layer's frames that are not ready when they are due.
    SetLayerFramePolicy(LayerId, FramePolicy),
    /// A layer's opacity, 0 to 1.
    SetLayerOpacity(LayerId, f32),
    /// A layer's blend mode.
    SetLayerBlend(LayerId, BlendMode),
    /// Where a layer lies on the canvas.
    SetLayerTransform(LayerId, Transform),
    /// What is cut off a layer's picture.
    SetLayerCrop(LayerId, Crop),
    /// Whether a layer's picture is mirrored.
    SetLayerFlip(LayerId, Flip),
    /// Where the corners of a layer's picture are pulled. Without a pin, the keyframes of its corners go too.
    SetLayerCornerPin(LayerId, Option<CornerPin>),
    /// How a layer's colours are changed.
    SetLayerColour(LayerId, ColourAdjust),
    /// What the alpha of a layer's media means.
    SetLayerAlpha(LayerId, AlphaMode),
    /// Stops by which a layer's scene-linear media is brightened.
    SetLayerExposure(LayerId, f32),
    /// What becomes of a layer's scene-linear light brighter than white.
    SetLayerToneMap(LayerId, ToneMap),
    /// Values of a layer's parameters as they are to be at a time: those with keyframes get a key there, the others
    /// are set for all time.
    SetLayerParameters {
        /// The layer.
        layer: LayerId,
        /// The project time, which only matters to parameters with keyframes.
        at: Time,
        /// The parameters and their values.
        values: Vec<(Parameter, f32)>,
    },
    /// A key of a parameter, in place of one at the same time; the first one makes the parameter change over time.
    SetLayerKeyframe {
        /// The layer.
        layer: LayerId,
        /// The parameter.
        parameter: Parameter,
        /// The key.
        key: Keyframe,
    },
    /// A key away. With the last one its value becomes that for all time.
    RemoveKeyframe {
        /// The layer.
        layer: LayerId,
        /// The parameter.
        parameter: Parameter,
        /// Where the key is.
        time: Time,
    },
    /// A key to another time and value, in place of one that is there.
    MoveKeyframe {
        /// The layer.
        layer: LayerId,
        /// The parameter.
        parameter: Parameter,
        /// Where the key is.
        from: Time,
        /// Where it goes.
        to: Time,
        /// Its value there.
        value: f32,
    },
    /// All keys of a parameter away; it goes back to the value that it had without them.
    ClearKeyframes {
        /// The layer.
        layer: LayerId,
        /// The parameter.
        parameter: Parameter,
    },
    /// A clip onto a layer, where there must be room for it ([`Project::free_span_near`] finds some). It may reach into
    /// the clips beside it.
    AddClip(LayerId, Clip),
    /// A clip away.
    RemoveClip(ClipId),
    /// A clip to another time, and perhaps another layer; what does not fit there moves to the nearest place that
    /// it fits. It may reach into the clips beside it.
    MoveClip {
        /// The clip.
        clip: ClipId,
        /// The layer it goes to.
        layer: LayerId,
        /// Where it begins.
        start: Time,
    },
    /// Several clips to other times, and perhaps other layers, exactly there: all of them, or, where one does not fit,
    /// none.
    MoveClips(Vec<ClipMove>),
    /// A clip's media span to begin at another position, as long as before; the clip stays where it is on the timeline.
    /// The position is held to the start of the media file.
    SlipClip {
        /// The clip.
        clip: ClipId,
        /// The position in the media file that the span begins with.
        media_in: Time,
    },
    /// A clip's span on the timeline and in its media file.
    ///
    /// The span is held to what the clips beside it leave (it may reach into them), to time zero and, where the clip plays forwards, to the start of the
    /// media file; what its start is held back by, `media_in` is too, so that pictures keep their places. Fades are
    /// shortened to fit.
    TrimClip {
        /// The clip.
        clip: ClipId,
        /// Where it begins.
        start: Time,
        /// How long it is on the timeline.
        duration: Time,
        /// The position in the media file that it begins with.
        media_in: Time,
    },
    /// A clip's speed; its length on the timeline stays.
    SetClipSpeed(ClipId, f64),
    /// What a clip shows after the end of its media span.
    SetClipLoopMode(ClipId, LoopMode),
    /// Where in the media file a clip begins and ends.
    SetClipMediaSpan {
        /// The clip.
        clip: ClipId,
        /// Where it begins.
        media_in: Time,
        /// Where it ends; the file's end when absent.
        media_out: Option<Time>,
    },
    /// The lengths of a clip's fades; the first is held to the clip's length, the second to what is left of it.
    SetClipFades {
        /// The clip.
        clip: ClipId,
        /// From transparent, at its start.
        fade_in: Time,
        /// To transparent, at its end.
        fade_out: Time,
    },
    /// The canvas.
    SetCanvas(Canvas),
    /// A marker, put in its place by time.
    AddMarker(Marker),
    /// The marker at this place in the list away.
    RemoveMarker(usize),
    /// The marker at this place in the list to another time, held to the timeline; its place in the list follows.
    MoveMarker {
        /// Its place in the list.
        index: usize,
        /// Where it goes.
        time: Time,
    },
    /// The name of the marker at this place in the list.
    RenameMarker(usize, String),
    /// Which of the six layer colours the marker at this place in the list has, 0 to 5.
    SetMarkerColour(usize, u8),
    /// What people wrote down about the project.
    SetNotes(String),
    /// The part of the timeline that a loop repeats; all of it when absent.
    SetLoopRange(Option<TimeRange>),
    /// Whether playing loops.
    SetLooping(bool),
    /// Several changes, one after the other, that undo calls by this name: all of them, or, where one is refused, none.
    ///
    /// Only what they lead to must hold the project's rules.
    Batch(Vec<Self>, &'static str),
}

/// Where a clip goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClipMove {
    /// The clip.
    pub clip: ClipId,
    /// The layer it goes to.
    pub layer: LayerId,
    /// Where it begins.
    pub start: Time,
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
    /// Carries out the change.
    ///
    /// # Errors
    /// Why it cannot be; the project is then as it was.
    pub fn apply(&self, project: &mut Project) -> Result<(), EditError> {
        *project = self.applied_to(project)?;
        Ok(())
    }

    /// What undo calls the change.
    pub fn label(&self) -> &'static str {
        match self {
            Self::AddMedia(_) => "Add media",
            Self::RemoveMedia(_) => "Remove media",
            Self::UpdateMedia(_) => "Relink media",
            Self::AddLayer { .. } => "Add layer",
            Self::RemoveLayer(_) => "Remove layer",
            Self::MoveLayer { .. } => "Move layer",
            Self::RenameLayer(..) => "Rename layer",
            Self::SetLayerVisible(_, true) => "Show layer",
            Self::SetLayerVisible(_, false) => "Hide layer",
            Self::SetLayerSolo(_, true) => "Solo layer",
            Self::SetLayerSolo(_, false) => "End solo",
            Self::SetLayerLocked(_, true) => "Lock layer",
            Self::SetLayerLocked(_, false) => "Unlock layer",
            Self::SetLayerColourIndex(..) => "Change layer colour",
            Self::SetLayerHeight(..) => "Change lane height",
            Self::SetLayerFramePolicy(..) => "Change frame policy",
            Self::SetLayerOpacity(..) => "Change opacity",
            Self::SetLayerBlend(..) => "Change blend mode",
            Self::SetLayerTransform(..) => "Transform layer",
            Self::SetLayerCrop(..) => "Crop layer",
            Self::SetLayerFlip(..) => "Flip layer",
            Self::SetLayerCornerPin(..) => "Change corner pin",
            Self::SetLayerColour(..) => "Change colours",
            Self::SetLayerAlpha(..) => "Change alpha",
            Self::SetLayerExposure(..) => "Change exposure",
            Self::SetLayerToneMap(..) => "Change tone map",
            Self::SetLayerParameters { .. } => "Change layer",
            Self::SetLayerKeyframe { .. } => "Set keyframe",
            Self::RemoveKeyframe { .. } => "Remove keyframe",
            Self::MoveKeyframe { .. } => "Move keyframe",
            Self::ClearKeyframes { .. } => "Clear keyframes",
            _ => self.label_of_the_rest(),
        }
    }

    fn label_of_the_rest(&self) -> &'static str {
        match self {
            Self::AddClip(..) => "Add clip",
            Self::RemoveClip(_) => "Remove clip",
            Self::MoveClip { .. } => "Move clip",
            Self::MoveClips(_) => "Move clips",
            Self::SlipClip { .. } => "Slip clip",
            Self::TrimClip { .. } => "Trim clip",
            Self::SetClipSpeed(..) => "Change clip speed",
            Self::SetClipLoopMode(..) => "Change loop mode",
            Self::SetClipMediaSpan { .. } => "Change in and out points",
            Self::SetClipFades { .. } => "Change fades",
            Self::SetCanvas(_) => "Change canvas",
            Self::AddMarker(_) => "Add marker",
            Self::RemoveMarker(_) => "Remove marker",
            Self::MoveMarker { .. } => "Move marker",
            Self::RenameMarker(..) => "Rename marker",
            Self::SetMarkerColour(..) => "Change marker colour",
            Self::SetNotes(_) => "Change notes",
            Self::SetLoopRange(Some(_)) => "Set loop range",
            Self::SetLoopRange(None) => "Clear loop range",
            Self::SetLooping(true) => "Turn on looping",
            Self::SetLooping(false) => "Turn off looping",
            Self::Batch(_, label) => label,
            // What is about layers and media is named by the caller.
            _ => "Change",
        }
    }
}
