//! What a person can ask for.

use std::path::PathBuf;

use crate::project::{EditCommand, LayerId, MediaId};
use crate::time::Time;
use crate::transport::Direction;

/// One request from the window, carried out after the pass that made it.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// An empty project, after asking about unsaved changes.
    NewProject,
    /// Ask for a project file, and open it.
    OpenProjectDialog,
    /// Open this project file, after asking about unsaved changes.
    OpenProject(PathBuf),
    /// Save to the file that the project has; ask for one if it has none.
    Save,
    /// Ask for a file, and save there.
    SaveAs,
    /// Ask for media files, and add them.
    AddMediaDialog,
    /// Add these files: media to the bin and each to a layer of its own while there are free ones; a project opens.
    AddFiles(Vec<PathBuf>),
    /// Close the window, after asking about unsaved changes.
    Quit,
    /// Answer to the question about unsaved changes.
    AnswerUnsaved(UnsavedAnswer),
    /// Put away the message with this number.
    DismissMessage(u64),

    /// One step back.
    Undo,
    /// One step forward again.
    Redo,
    /// One change that is one step of its own.
    Edit(EditCommand),
    /// A gesture begins, such as a drag: until it is committed, its changes are one step with this name.
    BeginGesture(&'static str),
    /// A change within the gesture.
    GestureEdit(EditCommand),
    /// The gesture is done.
    CommitGesture,
    /// The gesture is taken back.
    CancelGesture,
    /// A clip of this media file, at this time of this layer, as long as the file.
    PlaceMedia {
        /// The media file.
        media: MediaId,
        /// The layer; a new one on top when absent.
        layer: Option<LayerId>,
        /// Where the clip begins.
        start: Time,
    },

    /// Play if paused, pause if playing.
    TogglePlay,
    /// Pause, and go back to where playing began.
    Stop,
    /// Pause.
    Pause,
    /// Play from the in point.
    PlayFromIn,
    /// Play in a direction, faster each time it is asked for again; the other direction turns round at normal speed.
    Shuttle(Direction),
    /// Pause, and move this many canvas frames.
    StepFrames(i64),
    /// Move the playhead as part of a drag: the newest position wins.
    Scrub(Time),
    /// The drag ended here: this position lands exactly.
    ScrubEnd(Time),
    /// Move the playhead.
    SeekTo(Time),

    /// Begin the counts anew.
    ResetStats,
    /// Put the numbers on the clipboard as text.
    CopyReport,
    /// Put this text on the clipboard.
    CopyText(String),
    /// Ask for a file, and write the report there as JSON.
    ExportReport,
    /// Set how many frames each layer reads ahead, 3 to 16.
    SetPrebuffer(usize),
    /// Show or leave full screen.
    ToggleFullscreen,
}

/// An answer to "save the changes?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnsavedAnswer {
    /// Save, then go on.
    Save,
    /// Go on without saving.
    Discard,
    /// Stay.
    Cancel,
}
