//! The ways in which actions are carried out.
//!
//! ```text
//! Action ─► Operation ─┬─ Command            as it stands
//!                      ├─ ContextOperation   a command made of playhead, project and outputs; no window is needed
//!                      └─ WindowOperation    by the window alone: selection, zoom, panels
//! ```

use super::{Command, TransportCommand, TreeContext};
use crate::command::OutputCommand;
use crate::project::edit::clip_edit;
use crate::project::{
    Clip, EditCommand, MAX_LAYERS, Marker, MarkerEdit, Project, ProjectEdit, TimeRange,
};
use crate::time::{FrameRate, Time};
use crate::transport::Direction;

/// Colour of a new marker: orange.
const MARKER_COLOUR: u8 = 1;

/// The operation of an action.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// By this command.
    Command(Command),
    /// By a command that follows from the context.
    Context(ContextOperation),
    /// By the window.
    Window(WindowOperation),
}

/// An operation that depends on playhead, project and outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContextOperation {
    /// Moves the playhead by this many seconds.
    Skip(i64),
    /// Moves the playhead to the last frame.
    ToEnd,
    /// Moves the playhead to the nearest edge of a clip on this side.
    ToEdit(Direction),
    /// Moves the playhead to the nearest marker on this side.
    ToMarker(Direction),
    /// Turns looping on or off.
    ToggleLoop,
    /// Begins the loop at the playhead.
    LoopFrom,
    /// Ends the loop at the playhead.
    LoopTo,
    /// Loops all of the timeline.
    ClearLoop,
    /// Adds a marker at the playhead.
    AddMarker,
    /// Adds a layer on top.
    AddLayer,
    /// Shows the output in a window of its own, or full screen again.
    ToggleOutputWindowed,
}

/// An operation of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowOperation {
    /// Shows or hides the panel that belongs to the action.
    Panel,
    /// Shows figures over the preview, or none.
    ToggleOverlay,
    /// Asks for a time to go to.
    GoToTime,
    /// Writes times in the next format.
    NextTimeFormat,
    /// Shows the picture alone, or the panels again.
    PreviewOnly,
    /// Shows handles that crop the selected layer on its picture, or those that move it.
    CropHandles,
    /// Turns snapping on or off.
    ToggleSnap,
    /// Changes the part of time that the timeline shows.
    Zoom(Zoom),
    /// Changes the selection.
    Select(SelectOperation),
    /// Renames the selected layer or marker.
    Rename,
    /// Removes the selection from the document.
    Delete,
    /// Changes the selected layers.
    Layers(LayerOperation),
    /// Changes or copies the selected clips.
    Clips(ClipOperation),
}

/// A change of the part of time that the timeline shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zoom {
    /// A shorter part.
    In,
    /// A longer part.
    Out,
    /// All of the project.
    Fit,
    /// The selected clips.
    Selection,
}

/// A change of the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectOperation {
    /// Selects every clip.
    AllClips,
    /// Selects nothing.
    Nothing,
    /// Selects the clip before, on the same lane.
    PreviousClip,
    /// Selects the clip behind, on the same lane.
    NextClip,
    /// Selects the layer above.
    LayerAbove,
    /// Selects the layer below.
    LayerBelow,
}

/// A change of the selected layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerOperation {
    /// Turns a switch on or off; where some are off, on for all.
    Toggle(LayerSwitch),
    /// Makes lanes taller by this many steps.
    LaneHeight(isize),
}

/// A switch of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerSwitch {
    /// Visible.
    Visible,
    /// Soloed.
    Solo,
    /// Locked.
    Locked,
}

/// A change of the selected clips, or their way over the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClipOperation {
    /// Copies the clips and removes them.
    Cut,
    /// Copies the clips.
    Copy,
    /// Puts the copied clips in at the playhead.
    Paste,
    /// Puts copies behind the clips.
    Duplicate,
    /// Removes the clips and closes the gaps.
    RippleDelete,
    /// Cuts the clips, or all under the playhead, in two there.
    Split,
    /// Moves an edge to the playhead.
    Trim(Edge),
    /// Moves an edge to the playhead, and closes the gap.
    RippleTrim(Edge),
    /// Moves clips or marker by this many frames.
    Nudge(i64),
    /// Moves clips by this many lanes down.
    MoveLanes(isize),
    /// Moves the media under the clips by this many frames.
    Slip(i64),
    /// Has the fade in end, or the fade out begin, at the playhead.
    FadeHere(Edge),
    /// Fade in and out for the usual time.
    AddFades,
    /// Loops the span of the clips.
    Loop,
}

/// An edge of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Its start.
    Start,
    /// Its end.
    End,
}

impl<C: Into<Command>> From<C> for Operation {
    fn from(command: C) -> Self {
        Self::Command(command.into())
    }
}

impl From<ContextOperation> for Operation {
    fn from(operation: ContextOperation) -> Self {
        Self::Context(operation)
    }
}

impl From<WindowOperation> for Operation {
    fn from(operation: WindowOperation) -> Self {
        Self::Window(operation)
    }
}

impl From<Zoom> for Operation {
    fn from(zoom: Zoom) -> Self {
        Self::Window(WindowOperation::Zoom(zoom))
    }
}

impl From<SelectOperation> for Operation {
    fn from(operation: SelectOperation) -> Self {
        Self::Window(WindowOperation::Select(operation))
    }
}

impl From<LayerOperation> for Operation {
    fn from(operation: LayerOperation) -> Self {
        Self::Window(WindowOperation::Layers(operation))
    }
}

impl From<ClipOperation> for Operation {
    fn from(operation: ClipOperation) -> Self {
        Self::Window(WindowOperation::Clips(operation))
    }
}

impl ContextOperation {
    /// The command that it comes to now; none where there is nothing to do.
    pub fn command(self, context: &TreeContext<'_>) -> Option<Command> {
        let project = context.project;
        let here = clip_edit::on_frame(project, context.transport.playhead);
        let edit = match self {
            Self::Skip(_) | Self::ToEnd | Self::ToEdit(_) | Self::ToMarker(_) => {
                return Some(TransportCommand::SeekTo(self.target(context)?).into());
            }
            Self::ToggleOutputWindowed => {
                return Some(OutputCommand::SetWindowed(!context.output.is_windowed).into());
            }
            Self::ToggleLoop => ProjectEdit::SetLooping(!project.is_looping),
            Self::ClearLoop => ProjectEdit::SetLoopRange(None),
            Self::LoopFrom => ProjectEdit::SetLoopRange(Some(loop_from(project, here))),
            Self::LoopTo => ProjectEdit::SetLoopRange(Some(loop_to(project, here))),
            Self::AddMarker => return Some(new_marker(project, here).into()),
            Self::AddLayer => ProjectEdit::AddLayer {
                layer: Box::new(clip_edit::new_layer(project)),
                index: 0,
            },
        };
        Some(EditCommand::Project(edit).into())
    }

    /// The time that it moves the playhead to; none where there is no such time, and for what is no such move.
    pub fn target(self, context: &TreeContext<'_>) -> Option<Time> {
        let project = context.project;
        let playhead = context.transport.playhead;
        match self {
            Self::Skip(seconds) => Some((playhead + Time::from_seconds(seconds)).max(Time::ZERO)),
            Self::ToEnd => {
                let rate = project.canvas.frame_rate;
                let last = rate.frame_at(project.duration() - Time::from_flicks(1));
                Some(rate.time_of(last).max(Time::ZERO))
            }
            Self::ToEdit(direction) => {
                let rate = project.canvas.frame_rate;
                // The first canvas frame that shows what the edit leads to.
                let seen = edit_points(project).map(|time| rate.time_of(frame_from(time, rate)));
                nearest(seen, playhead, direction, rate)
            }
            Self::ToMarker(direction) => {
                let times = project.markers.iter().map(|marker| marker.time);
                nearest(times, playhead, direction, project.canvas.frame_rate)
            }
            Self::ToggleLoop
            | Self::LoopFrom
            | Self::LoopTo
            | Self::ClearLoop
            | Self::AddMarker
            | Self::AddLayer
            | Self::ToggleOutputWindowed => None,
        }
    }

    /// True if it can be carried out now.
    pub fn is_enabled(self, context: &TreeContext<'_>) -> bool {
        let project = context.project;
        match self {
            Self::ToMarker(_) => !project.markers.is_empty(),
            Self::ClearLoop => project.loop_range.is_some(),
            Self::AddLayer => project.layers.len() < MAX_LAYERS,
            Self::Skip(_)
            | Self::ToEnd
            | Self::ToEdit(_)
            | Self::ToggleLoop
            | Self::LoopFrom
            | Self::LoopTo
            | Self::AddMarker
            | Self::ToggleOutputWindowed => true,
        }
    }
}

/// Adds a marker with a name of its own.
pub fn new_marker(project: &Project, time: Time) -> EditCommand {
    let is_free = |name: &String| project.markers.iter().all(|other| other.name != *name);
    let mut names = (project.markers.len() + 1..).map(|number| format!("Marker {number}"));
    EditCommand::Marker(MarkerEdit::Add(Marker {
        time,
        name: names.find(is_free).unwrap_or_default(),
        colour: MARKER_COLOUR,
        note: String::new(),
    }))
}

fn loop_from(project: &Project, start: Time) -> TimeRange {
    let frame = project.canvas.frame_rate.frame_duration();
    let end = project.loop_range.map(|range| range.end);
    let end = end.unwrap_or_else(|| project.duration());
    TimeRange {
        start,
        end: end.max(start + frame),
    }
}

fn loop_to(project: &Project, end: Time) -> TimeRange {
    let frame = project.canvas.frame_rate.frame_duration();
    let start = project.loop_range.map_or(Time::ZERO, |range| range.start);
    let end = end.max(frame);
    TimeRange {
        start: start.min(end - frame),
        end,
    }
}

/// Times at which clips begin and end.
fn edit_points(project: &Project) -> impl Iterator<Item = Time> {
    let clips = project.layers.iter().flat_map(|layer| &layer.clips);
    let edges = clips.flat_map(|clip: &Clip| [clip.start, clip.end()]);
    edges.chain([Time::ZERO])
}

/// The first canvas frame that begins at or after a time.
fn frame_from(time: Time, rate: FrameRate) -> i64 {
    rate.frame_at(time - Time::from_flicks(1)) + 1
}

/// The time nearest to the playhead on one side of it, in another canvas frame: one in the same frame is where the
/// playhead is, wherever within the frame it lies.
fn nearest(
    times: impl Iterator<Item = Time>,
    playhead: Time,
    direction: Direction,
    rate: FrameRate,
) -> Option<Time> {
    let at = rate.frame_at(playhead);
    match direction {
        Direction::Backwards => times.filter(|time| rate.frame_at(*time) < at).max(),
        Direction::Forwards => times.filter(|time| rate.frame_at(*time) > at).min(),
    }
}
