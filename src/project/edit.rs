//! Every change to a project that there is, what undo calls it, and why one is refused.
//!
//! How each is carried out is in `apply`.

use crate::project::{
    BlendMode, Canvas, Clip, ClipId, Layer, LayerId, LoopMode, Marker, MediaId, MediaRef, Project,
    ProjectError, TimeRange, Transform,
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
    /// A layer's opacity, 0 to 1.
    SetLayerOpacity(LayerId, f32),
    /// A layer's blend mode.
    SetLayerBlend(LayerId, BlendMode),
    /// Where a layer lies on the canvas.
    SetLayerTransform(LayerId, Transform),
    /// A clip onto a layer, where there must be room for it ([`Project::free_span_near`] finds some).
    AddClip(LayerId, Clip),
    /// A clip away.
    RemoveClip(ClipId),
    /// A clip to another time, and perhaps another layer; what does not fit there moves to the nearest place that
    /// it fits.
    MoveClip {
        /// The clip.
        clip: ClipId,
        /// The layer it goes to.
        layer: LayerId,
        /// Where it begins.
        start: Time,
    },
    /// A clip's span on the timeline and in its media file.
    ///
    /// The span is held to the clips beside it, to time zero and, where the clip plays forwards, to the start of the
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
    /// A clip would lie over another one.
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
            Self::SetLayerOpacity(..) => "Change opacity",
            Self::SetLayerBlend(..) => "Change blend mode",
            Self::SetLayerTransform(..) => "Transform layer",
            Self::AddClip(..) => "Add clip",
            Self::RemoveClip(_) => "Remove clip",
            Self::MoveClip { .. } => "Move clip",
            Self::TrimClip { .. } => "Trim clip",
            Self::SetClipSpeed(..) => "Change clip speed",
            Self::SetClipLoopMode(..) => "Change loop mode",
            Self::SetClipMediaSpan { .. } => "Change in and out points",
            Self::SetClipFades { .. } => "Change fades",
            Self::SetCanvas(_) => "Change canvas",
            Self::AddMarker(_) => "Add marker",
            Self::RemoveMarker(_) => "Remove marker",
            Self::SetLoopRange(Some(_)) => "Set loop range",
            Self::SetLoopRange(None) => "Clear loop range",
            Self::SetLooping(true) => "Turn on looping",
            Self::SetLooping(false) => "Turn off looping",
        }
    }
}
