//! The program around the document: settings, recent projects, prompts, background tasks.

use std::path::PathBuf;
use std::sync::Arc;

use crate::project::storage::relink::Likeness;
use crate::project::{MediaId, StepName};
use crate::settings::Settings;
use crate::time::FrameRate;

/// The program around the document.
///
/// Lists and records are shared: whoever fills the status puts another one in their place only when they change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProgramStatus {
    /// Settings of the user.
    pub settings: Arc<Settings>,
    /// Recent projects, newest first.
    pub recent: Arc<[RecentView]>,
    /// The templates for new projects.
    pub templates: Arc<[TemplateView]>,
    /// The prompt that holds the window until it is answered.
    pub prompt: Option<Arc<PromptView>>,
    /// The background task that is running.
    pub task: Option<TaskView>,
    /// Result of the search for missing media.
    pub relink: Option<Arc<RelinkView>>,
    /// The undo history.
    pub steps: UndoSteps,
    /// Whole seconds since unsaved changes were last kept; absent when there is nothing kept.
    pub kept_ago_s: Option<u64>,
    /// The displays that the output can be shown on.
    pub displays: Arc<[DisplayView]>,
    /// The output window.
    pub output: OutputView,
}

/// A template for new projects.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateView {
    /// Its name.
    pub name: String,
    /// Width and height of its canvas, in pixels.
    pub size_px: [u32; 2],
    /// Pictures per second.
    pub frame_rate: FrameRate,
    /// Its layers, from top to bottom.
    pub layers: Vec<TemplateLayer>,
}

/// A layer of a template.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TemplateLayer {
    /// Index of its colour.
    pub colour: u8,
    /// Centre, width and height of its picture, as shares of the canvas.
    pub share: [f32; 4],
}

/// A recent project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentView {
    /// Its file.
    pub path: PathBuf,
    /// True if there is nothing at that path now.
    pub is_missing: bool,
}

/// A prompt with its answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptView {
    /// The subject, in a few words.
    pub title: String,
    /// The event, and the consequences of the answers.
    pub text: String,
    /// Facts that help to decide, as names and values.
    pub facts: Vec<(String, String)>,
    /// The answers, from left to right; the last one is what Enter chooses.
    pub answers: Vec<AnswerView>,
}

/// One answer to a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerView {
    /// Text of its button.
    pub label: &'static str,
    /// Its effect, as a tooltip.
    pub tooltip: &'static str,
    /// The answer it stands for.
    pub answer: Answer,
}

/// An answer.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Answer {
    /// Leave everything as it is; Escape chooses it.
    Cancel,
    /// Open what was recovered, with its changes unsaved.
    Restore,
    /// Forget what was recovered.
    Discard,
    /// Keep what was recovered in a file of its own beside the other.
    KeepBoth,
    /// Open the project so that it cannot be saved in its place.
    ReadOnly,
    /// Open the project as a new one without a file.
    Copy,
    /// Save under another name.
    SaveAs,
    /// Try the same again.
    TryAgain,
    /// Open the file as it was before the last save.
    OpenBackup,
    /// Choose another media file in the place of this one.
    Replace,
    /// Write in the place of the file that is there.
    Overwrite,
}

/// A background task.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskView {
    /// The kind of work.
    pub title: &'static str,
    /// The file or folder at hand.
    pub subject: String,
    /// The share that is done, 0 to 1; absent when unknown.
    pub share: Option<f32>,
}

/// Result of a search for missing media.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelinkView {
    /// The folder that was searched.
    pub folder: PathBuf,
    /// Number of files examined.
    pub files: u64,
    /// True if the search was cancelled.
    pub was_cancelled: bool,
    /// One row for each missing file.
    pub rows: Vec<RelinkRow>,
}

/// One missing file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelinkRow {
    /// The media file.
    pub media: MediaId,
    /// Its name.
    pub name: String,
    /// The path at which it was found.
    pub found: Option<PathBuf>,
    /// Likeness of the file found to the one missed.
    pub likeness: Option<Likeness>,
    /// True if the user takes the file found.
    pub is_chosen: bool,
}

/// The undo history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UndoSteps {
    /// Steps that undo takes back, oldest first.
    pub done: Vec<StepName>,
    /// Steps that redo repeats, next first.
    pub undone: Vec<StepName>,
}

/// A display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayView {
    /// Its name, as the system has it.
    pub name: String,
    /// Its size in pixels.
    pub size_px: [u32; 2],
    /// Position of its upper left corner among all displays, in pixels.
    pub origin_px: [i32; 2],
}

/// The output window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutputView {
    /// True if it is open.
    pub is_open: bool,
    /// Index of its display in the list.
    pub display: usize,
    /// True if it is a window rather than full screen.
    pub is_windowed: bool,
    /// Its picture.
    pub picture: OutputPicture,
    /// True if figures lie over it.
    pub has_figures: bool,
}

/// The picture on the output.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[strum(serialize_all = "kebab-case")]
pub enum OutputPicture {
    /// The canvas.
    #[default]
    Canvas,
    /// Nothing.
    Black,
    /// A test pattern.
    Pattern,
}
