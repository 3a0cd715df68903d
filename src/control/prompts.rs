//! Prompts: decisions of the user that hold the window, one after the other.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::document::file_name;
use super::media_mismatch::MediaIdentity;
use super::project_io::Retry;
use crate::project::storage::recovery::RecoveredProject;
use crate::project::{MediaId, Project, backup_path};
use crate::status::program::{Answer, AnswerView, PromptView};
use crate::time::calendar;

/// A decision of the user.
#[derive(Debug)]
pub(crate) enum Prompt {
    /// Unsaved changes that a crash left behind.
    Recovered(Box<RecoveredProject>),
    /// A project that another window has open.
    OpenElsewhere {
        /// The project as it is in the file.
        project: Box<Project>,
        /// The file.
        path: PathBuf,
        /// The process id of the other window, if it is known.
        process: Option<u32>,
    },
    /// A project that could not be saved.
    SaveFailed {
        /// The reason.
        reason: String,
    },
    /// A project whose file another program changed since it was opened or saved here.
    FileChanged {
        /// The file.
        path: PathBuf,
    },
    /// A name whose extension was added after the dialog had checked that there is no such file.
    FileTaken {
        /// The file.
        path: PathBuf,
        /// The text to be written there; the project when absent.
        report: Option<String>,
    },
    /// A save that takes so long that the user wants to close without it.
    StillSaving,
    /// A project that could not be opened.
    LoadFailed {
        /// The reason.
        reason: String,
        /// The file.
        path: PathBuf,
        /// True if there is a backup of the file before the last save.
        has_backup: bool,
        /// True if reading it once more may succeed.
        retry: Retry,
    },
    /// A media file of another size, rate, length or codec than the project knew.
    MediaReplaced {
        /// The media file.
        media: MediaId,
        /// Its identity before.
        before: MediaIdentity,
        /// Its name.
        name: String,
        /// The differences.
        facts: Vec<(String, String)>,
    },
}

/// The prompts that wait for an answer; the first one is shown.
#[derive(Debug, Default)]
pub(crate) struct Prompts(VecDeque<(Prompt, Arc<PromptView>)>);

impl Prompts {
    /// Adds a prompt behind those that wait, unless it is among them.
    pub fn push(&mut self, prompt: Prompt) {
        let view = prompt.view();
        if !self.0.iter().any(|(_, other)| **other == view) {
            self.0.push_back((prompt, Arc::new(view)));
        }
    }

    /// Takes back the prompt about a media file that has changed once more; gives its identity at first.
    pub fn withdraw_replaced(&mut self, media: MediaId) -> Option<MediaIdentity> {
        let is_it = |prompt: &Prompt| matches!(prompt, Prompt::MediaReplaced { media: other, .. } if *other == media);
        let place = self.0.iter().position(|(prompt, _)| is_it(prompt))?;
        match self.0.remove(place)? {
            (Prompt::MediaReplaced { before, .. }, _) => Some(before),
            _ => None,
        }
    }

    /// Takes the prompt that was answered.
    pub fn take(&mut self) -> Option<Prompt> {
        self.0.pop_front().map(|(prompt, _)| prompt)
    }

    /// The prompt that is shown.
    pub fn view(&self) -> Option<&Arc<PromptView>> {
        self.0.front().map(|(_, view)| view)
    }
}

fn answer(label: &'static str, tooltip: &'static str, answer: Answer) -> AnswerView {
    AnswerView {
        label,
        tooltip,
        answer,
    }
}

impl Prompt {
    /// The prompt about a media file that differs so from before.
    pub fn media_replaced(
        media: MediaId,
        path: &Path,
        before: MediaIdentity,
        differences: Vec<(String, String)>,
    ) -> Self {
        Self::MediaReplaced {
            media,
            before,
            name: file_name(path),
            facts: differences,
        }
    }

    fn view(&self) -> PromptView {
        match self {
            Self::Recovered(recovered) => recovered_view(recovered),
            Self::OpenElsewhere { path, process, .. } => elsewhere_view(path, *process),
            Self::SaveFailed { reason } => PromptView {
                title: "The project is not saved".to_owned(),
                text: format!(
                    "{reason}\n\nNothing is lost: the changes are still here, and the old file is as it was."
                ),
                facts: Vec::new(),
                answers: vec![
                    answer(
                        "Close",
                        "Go on without saving for now  (Esc)",
                        Answer::Cancel,
                    ),
                    answer("Try again", "Save to the same file", Answer::TryAgain),
                    answer("Save as…", "Choose another place", Answer::SaveAs),
                ],
            },
            Self::FileChanged { path } => changed_view(path),
            Self::FileTaken { path, report } => taken_view(path, report.is_none()),
            Self::StillSaving => PromptView {
                title: "The project is still being saved".to_owned(),
                text: "The disk or the network share does not answer. The file is as it was until all of it is written. \
                       Unsaved changes are kept on this machine, and the next start offers them."
                    .to_owned(),
                facts: Vec::new(),
                answers: vec![
                    answer("Close now", "End without waiting for it", Answer::Discard),
                    answer("Wait", "Close when it is saved  (Esc)", Answer::Cancel),
                ],
            },
            Self::LoadFailed {
                reason,
                has_backup,
                retry,
                ..
            } => load_failed_view(reason, *has_backup, *retry),
            Self::MediaReplaced { name, facts, .. } => replaced_view(name, facts),
        }
    }
}

/// The last answer is the one that helps most: with a file that reading again does not mend, that is none of them.
fn load_failed_view(reason: &str, has_backup: bool, retry: Retry) -> PromptView {
    let close = answer("Close", "Leave everything as it is  (Esc)", Answer::Cancel);
    let before = answer(
        "Open the one before",
        "Open the file as it was before it was last saved",
        Answer::OpenBackup,
    );
    let again = answer("Try again", "Read the file once more", Answer::TryAgain);
    let before = has_backup.then_some(before);
    let answers = match retry {
        Retry::MayHelp => [Some(close), before, Some(again)],
        Retry::IsFutile => [before, Some(close), None],
    };
    PromptView {
        title: "The project cannot be opened".to_owned(),
        text: reason.to_owned(),
        facts: Vec::new(),
        answers: answers.into_iter().flatten().collect(),
    }
}

fn changed_view(path: &Path) -> PromptView {
    let name = file_name(path);
    let kept = file_name(&backup_path(path));
    PromptView {
        title: format!("{name} was changed by another program"),
        text: format!(
            "It is not as it was when it was opened or saved here. Overwriting it would undo what was saved there; what \
             is there now would stay as {kept}."
        ),
        facts: vec![("File".to_owned(), path.display().to_string())],
        answers: vec![
            answer("Cancel", "Save nothing for now  (Esc)", Answer::Cancel),
            answer(
                "Overwrite",
                "Save in its place all the same",
                Answer::Overwrite,
            ),
            answer("Save as…", "Choose another place", Answer::SaveAs),
        ],
    }
}

fn taken_view(path: &Path, is_project: bool) -> PromptView {
    let mut answers = vec![
        answer("Cancel", "Write nothing  (Esc)", Answer::Cancel),
        answer(
            "Overwrite",
            "Write in the place of the file that is there",
            Answer::Overwrite,
        ),
    ];
    if is_project {
        answers.push(answer("Save as…", "Choose another name", Answer::SaveAs));
    } else {
        answers.reverse();
    }
    PromptView {
        title: format!("{} is there already", file_name(path)),
        text: "There is a file of the name that was chosen, with the ending that belongs to it."
            .to_owned(),
        facts: vec![("File".to_owned(), path.display().to_string())],
        answers,
    }
}

fn recovered_view(recovered: &RecoveredProject) -> PromptView {
    let origin = recovered.origin.as_deref();
    let name = origin.map_or_else(|| "an untitled project".to_owned(), file_name);
    let what = match origin {
        Some(_) => "Compared with the saved file they are:",
        None => "The project was not saved in a file yet. Compared with an empty one it has:",
    };
    let difference = &recovered.difference;
    let mut facts = vec![("Kept".to_owned(), calendar::utc_text(recovered.kept_at))];
    if let Some(origin) = origin {
        facts.push(("File".to_owned(), origin.display().to_string()));
    }
    for (name, changes) in [
        ("Layers", difference.layers),
        ("Clips", difference.clips),
        ("Media", difference.media),
        ("Markers", difference.markers),
    ] {
        facts.push((name.to_owned(), changes.to_string()));
    }
    if difference.is_canvas_changed {
        facts.push(("Canvas".to_owned(), "changed".to_owned()));
    }
    let mut answers = vec![
        answer(
            "Later",
            "Ask again at the next start  (Esc)",
            Answer::Cancel,
        ),
        answer("Discard", "Forget these changes for good", Answer::Discard),
    ];
    if origin.is_some() {
        let tooltip = "Save them in a file of their own beside the project, and open that";
        answers.push(answer("Keep both", tooltip, Answer::KeepBoth));
    }
    answers.push(answer(
        "Restore",
        "Open the project with these changes, not yet saved",
        Answer::Restore,
    ));
    PromptView {
        title: format!("Unsaved changes to {name} were found"),
        text: format!("Sextet ended unexpectedly. {what}"),
        facts,
        answers,
    }
}

fn elsewhere_view(path: &Path, process: Option<u32>) -> PromptView {
    let process = process.map_or_else(String::new, |number| format!(" (process {number})"));
    PromptView {
        title: format!("{} is open in another window", file_name(path)),
        text: format!(
            "Another window of Sextet{process} has this project open. Two windows that save to one file would undo each \
             other's work."
        ),
        facts: vec![("File".to_owned(), path.display().to_string())],
        answers: vec![
            answer("Cancel", "Open nothing  (Esc)", Answer::Cancel),
            answer(
                "Read only",
                "Open it to look and to play; saving asks for another file",
                Answer::ReadOnly,
            ),
            answer(
                "Open a copy",
                "Open it as a new project without a file",
                Answer::Copy,
            ),
        ],
    }
}

fn replaced_view(name: &str, facts: &[(String, String)]) -> PromptView {
    PromptView {
        title: format!("{name} is another file now"),
        text: "A file of another kind lies in its place. Its clips stay where they are and show the new one; the saved \
               project is as it was."
            .to_owned(),
        facts: facts.to_vec(),
        answers: vec![
            answer(
                "Save as…",
                "Keep the saved project as it is, and go on in another file",
                Answer::SaveAs,
            ),
            answer(
                "Another file…",
                "Choose the file that belongs in its place",
                Answer::Replace,
            ),
            answer("Use it", "Go on with the new file  (Esc)", Answer::Cancel),
        ],
    }
}
