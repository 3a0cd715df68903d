//! What a person can ask for.

use std::path::PathBuf;

use crate::project::{EditCommand, LayerId, MediaId};
use crate::settings::Settings;
use crate::status::program::{Answer, OutputPicture};
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
    /// Show this message: what was asked for cannot be done, and why.
    Tell(String),
    /// Put away the message with this number.
    DismissMessage(u64),
    /// A new project made from the template at this place in the list.
    NewFromTemplate(usize),
    /// Forget which projects were open lately.
    ForgetRecent,
    /// Answer to the question that is shown.
    Answer(Answer),
    /// Set this from now on.
    SetSettings(Box<Settings>),
    /// Ask for a folder, and copy project and media into a new one there.
    CollectDialog,
    /// End the work that takes long.
    CancelTask,
    /// Show a media file in the system's file manager.
    RevealMedia(MediaId),
    /// Ask for another file in the place of this one.
    ReplaceMediaDialog(MediaId),
    /// Ask for a folder, and search it for all missing media.
    RelinkDialog,
    /// Whether the file that was found is to be taken for this one.
    ChooseRelink(MediaId, bool),
    /// Take the files that were found and chosen.
    ApplyRelink,
    /// Put the list of what was found away.
    CloseRelink,
    /// Open or close the output window.
    ToggleOutput,
    /// Show the output full screen on the display at this place in the list.
    SetOutputDisplay(usize),
    /// Show the output in a window of its own, or full screen again.
    SetOutputWindowed(bool),
    /// Show figures on the output, or not any more.
    ToggleOutputFigures,
    /// Show this on the output, or the canvas if this is shown already.
    ShowOnOutput(OutputPicture),

    /// One step back.
    Undo,
    /// One step forward again.
    Redo,
    /// To the state after this many steps, counted from the oldest that is known.
    GoToStep(usize),
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
        /// The layer.
        layer: PlaceOn,
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
    /// Have a small picture made of what a media file shows at a position in it.
    PreviewMedia(MediaId, Time),

    /// Begin the counts anew.
    ResetStats,
    /// Put the numbers on the clipboard as text.
    CopyReport,
    /// Put this text on the clipboard.
    CopyText(String),
    /// Ask for a file, and write the report there as JSON.
    ExportReport,
    /// Ask for a file, and write the log there as comma-separated values.
    ExportLog,
    /// Have the doctor say whether the project will hold here.
    Examine,
    /// Set how many frames each layer reads ahead, 3 to 16.
    SetPrebuffer(usize),
    /// Show or leave full screen.
    ToggleFullscreen,
}

/// The layer that a clip is placed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceOn {
    /// This one.
    Layer(LayerId),
    /// A new one above all others.
    NewOnTop,
    /// A new one below all others.
    NewBelow,
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
