//! What the window is told of the program around the document: settings, recent projects, questions, long work.

use std::path::PathBuf;
use std::sync::LazyLock;

use strum::{EnumString, IntoStaticStr, VariantNames};

use crate::project::{MediaId, StepName};
use crate::settings::Settings;

static USUAL: LazyLock<Settings> = LazyLock::new(Settings::default);

/// The program around the document.
#[derive(Clone, Copy, Debug)]
pub struct ProgramView<'a> {
    /// What a person has set.
    pub settings: &'a Settings,
    /// Projects opened lately, newest first.
    pub recent: &'a [RecentView],
    /// Names of the templates for new projects.
    pub templates: &'a [String],
    /// A question that holds the window until it is answered.
    pub question: Option<&'a QuestionView>,
    /// Work that takes long.
    pub task: Option<&'a TaskView>,
    /// What a search for missing media brought.
    pub relink: Option<&'a RelinkView>,
    /// The undo history.
    pub steps: StepsView<'a>,
    /// Whole seconds since unsaved changes were last kept; absent when there is nothing kept.
    pub kept_ago_s: Option<u64>,
    /// The displays that the output can be shown on.
    pub displays: &'a [DisplayView],
    /// The output window.
    pub output: OutputView,
}

impl Default for ProgramView<'_> {
    fn default() -> Self {
        Self {
            settings: &USUAL,
            recent: &[],
            templates: &[],
            question: None,
            task: None,
            relink: None,
            steps: StepsView::default(),
            kept_ago_s: None,
            displays: &[],
            output: OutputView::default(),
        }
    }
}

/// A project that was open lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentView {
    /// Its file.
    pub path: PathBuf,
    /// Whether there is nothing at that path now.
    pub is_missing: bool,
}

/// A question with its answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionView {
    /// What it is about, in a few words.
    pub title: String,
    /// What happened, and what the answers lead to.
    pub text: String,
    /// Facts that help to decide: a name and a value each.
    pub facts: Vec<(String, String)>,
    /// The answers, from left to right; the last one is what Enter chooses.
    pub answers: Vec<AnswerView>,
}

/// One answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerView {
    /// What it says.
    pub label: &'static str,
    /// What it does.
    pub tooltip: &'static str,
    /// What is asked for by it.
    pub answer: Answer,
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Answer {
    /// Leave everything as it is. What Escape chooses.
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
    /// Choose another media file in the place of the one asked about.
    Replace,
    /// Write in the place of the file that is there.
    Overwrite,
}

/// Work that takes long.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskView {
    /// What is being done.
    pub title: &'static str,
    /// What it is working on.
    pub subject: String,
    /// The share that is done, 0 to 1; absent when that is not known.
    pub share: Option<f32>,
}

/// What a search for missing media brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelinkView {
    /// The folder that was searched.
    pub folder: PathBuf,
    /// How many files were looked at.
    pub files: u64,
    /// Whether the search was ended early.
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
    /// Where it was found, if it was.
    pub found: Option<PathBuf>,
    /// How sure that is, in words.
    pub likeness: &'static str,
    /// Whether the place found is to be taken.
    pub is_chosen: bool,
}

/// The undo history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepsView<'a> {
    /// Steps that can be undone, oldest first.
    pub done: &'a [StepName],
    /// Steps that can be done again, next first.
    pub undone: &'a [StepName],
}

/// A display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayView {
    /// Its name, as the system has it.
    pub name: String,
    /// Its size in pixels.
    pub size_px: [u32; 2],
    /// Where its upper left corner lies among all displays, in pixels.
    pub origin_px: [i32; 2],
}

/// The output window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutputView {
    /// Whether it is open.
    pub is_open: bool,
    /// The place of its display in the list.
    pub display: usize,
    /// Whether it is in a window of its own rather than full screen.
    pub is_windowed: bool,
    /// What it shows.
    pub picture: OutputPicture,
    /// Whether figures lie over it.
    pub has_figures: bool,
}

/// What the output shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
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
