//! The command families: what can be asked of the program.

use std::num::ParseIntError;
use std::path::PathBuf;
use std::str::FromStr;

use strum::{EnumString, IntoStaticStr};

use super::{Action, Assignment};
use crate::project::{EditCommand, LayerId, MediaId, StepName};
use crate::settings::{PrebufferDepth, Settings};
use crate::status::program::{Answer, OutputPicture};
use crate::time::Time;
use crate::transport::Direction;

/// One request, by what it is about. Each family is matched in full in one place of the controller.
///
/// Words stand for every command (`Display`, `FromStr`): `/transport/play`, `/file/open "/a b.ron"`,
/// `/layer/2/opacity 0.5`.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Projects and media files.
    File(FileCommand),
    /// The document and its history.
    Edit(HistoryCommand),
    /// The playhead.
    Transport(TransportCommand),
    /// The output window.
    Output(OutputCommand),
    /// The program around the document: settings, messages, the clipboard.
    Window(WindowCommand),
    /// Counts, the report, the log, the doctor.
    Report(ReportCommand),
    /// Sets a parameter of the tree; [`tree::resolve`](super::tree::resolve) gives the command of another family that
    /// it comes to when it is carried out.
    Set(Assignment),
}

/// A request about projects and media files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileCommand {
    /// Begins an empty project, after asking about unsaved changes.
    New,
    /// Asks for a project file, and opens it.
    OpenDialog,
    /// Opens this project file, after asking about unsaved changes.
    Open(PathBuf),
    /// Begins a new project made from the template at this place in the list.
    NewFromTemplate(usize),
    /// Saves to the file that the project has; asks for one if it has none.
    Save,
    /// Asks for a file, and saves there.
    SaveAs,
    /// Asks for media files, and adds them.
    AddMediaDialog,
    /// Adds these files: media to the bin and each to a layer of its own while there are free ones; a project opens.
    AddFiles(Vec<PathBuf>),
    /// Answers the question about unsaved changes.
    AnswerUnsaved(UnsavedAnswer),
    /// Answers the prompt that is shown.
    Answer(Answer),
    /// Clears the list of projects that were open lately.
    ForgetRecent,
    /// Asks for a folder, and copies project and media into a new one there.
    CollectDialog,
    /// Cancels the task that is running.
    CancelTask,
    /// Shows a media file in the system's file manager.
    RevealMedia(MediaId),
    /// Asks for another file in the place of this one.
    ReplaceMediaDialog(MediaId),
    /// Asks for a folder, and searches it for all missing media.
    RelinkDialog,
    /// Chooses whether the file that was found is taken for this one.
    ChooseRelink(MediaId, bool),
    /// Takes the files that were found and chosen.
    ApplyRelink,
    /// Puts the list of what was found away.
    CloseRelink,
}

/// A request about the document and its history.
#[derive(Clone, Debug, PartialEq)]
pub enum HistoryCommand {
    /// One step back.
    Undo,
    /// One step forward again.
    Redo,
    /// To the state after this many steps, counted from the oldest that is known.
    GoToStep(usize),
    /// One change that is one step of its own.
    Apply(EditCommand),
    /// Begins a gesture, such as a drag: until it is committed, its changes are one step with this name.
    BeginGesture(StepName),
    /// A change within the gesture, in the place of the one before.
    GestureEdit(EditCommand),
    /// Keeps the change that the gesture shows; the next one comes on top of it.
    KeepGesture,
    /// Ends the gesture as one step.
    CommitGesture,
    /// Ends the gesture and takes its changes back.
    CancelGesture,
    /// A clip of this media file, at this time of this layer, as long as the file.
    PlaceMedia {
        /// The media file.
        media: MediaId,
        /// The layer.
        layer: PlaceOn,
        /// Start of the clip on the timeline.
        start: Time,
    },
}

/// A request about the playhead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TransportCommand {
    /// Plays; nothing changes while it plays.
    Play,
    /// Plays if paused, pauses if playing.
    TogglePlay,
    /// Pauses, and goes back to where playing began.
    Stop,
    /// Pauses.
    Pause,
    /// Plays from the in point.
    PlayFromIn,
    /// Plays in a direction, faster each time it is asked for again; the other direction turns round at normal speed.
    Shuttle(Direction),
    /// Pauses, and moves this many canvas frames.
    StepFrames(i64),
    /// Moves the playhead as part of a drag: the newest position wins.
    Scrub(Time),
    /// Ends the drag: this position lands exactly.
    ScrubEnd(Time),
    /// Moves the playhead.
    SeekTo(Time),
    /// Sets project time per clock time, −10 to 10 and not zero; negative plays backwards.
    SetSpeed(f64),
}

/// A request about the output window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputCommand {
    /// Opens or closes it.
    Toggle,
    /// Opens it, or closes it.
    SetOpen(bool),
    /// Opens it full screen on the display at this place in the list.
    SetDisplay(usize),
    /// Opens it in a window of its own; or has it full screen again, which leaves it closed if it is.
    SetWindowed(bool),
    /// Shows figures on it, or not any more.
    ToggleFigures,
    /// Shows figures on it, or none.
    SetFigures(bool),
    /// Shows this, or the canvas if this is shown already.
    Show(OutputPicture),
    /// Shows this.
    SetPicture(OutputPicture),
}

/// A request about the program around the document.
#[derive(Clone, Debug, PartialEq)]
pub enum WindowCommand {
    /// Closes the program, after asking about unsaved changes.
    Quit,
    /// Shows this message: what was asked for cannot be done, and why.
    Tell(String),
    /// Shows this message of what was done, with a button that takes it back.
    TellUndoable(String),
    /// Puts away the message with this number.
    DismissMessage(u64),
    /// Sets all settings from now on.
    SetSettings(Box<Settings>),
    /// Sets how many frames each layer prefetches, 3 to 16.
    SetPrebuffer(PrebufferDepth),
    /// Puts this text on the clipboard.
    CopyText(String),
    /// Shows or leaves full screen.
    ToggleFullscreen,
    /// Has a small picture made of what a media file shows at a position in it.
    PreviewMedia(MediaId, Time),
    /// Carries out an action as its menu item does.
    Perform(Action),
}

/// A request about counts, the report, the log and the doctor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportCommand {
    /// Begins the counts anew.
    ResetStats,
    /// Puts the numbers on the clipboard as text.
    CopyReport,
    /// Asks for a file, and writes the report there as JSON.
    ExportReport,
    /// Asks for a file, and writes the log there as comma-separated values.
    ExportLog,
    /// Has the doctor say whether the project will hold here.
    Examine,
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

impl FromStr for PlaceOn {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        Ok(match text {
            "top" => Self::NewOnTop,
            "bottom" => Self::NewBelow,
            id => Self::Layer(LayerId(id.parse()?)),
        })
    }
}

/// An answer to "save the changes?".
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum UnsavedAnswer {
    /// Save, then go on.
    Save,
    /// Go on without saving.
    Discard,
    /// Stay.
    Cancel,
}

macro_rules! families {
    ($($family:ident($content:ty),)+) => {
        $(impl From<$content> for Command {
            fn from(command: $content) -> Self {
                Self::$family(command)
            }
        })+
    };
}

families! {
    File(FileCommand),
    Edit(HistoryCommand),
    Transport(TransportCommand),
    Output(OutputCommand),
    Window(WindowCommand),
    Report(ReportCommand),
    Set(Assignment),
}

impl From<EditCommand> for Command {
    fn from(edit: EditCommand) -> Self {
        Self::Edit(HistoryCommand::Apply(edit))
    }
}
