//! Questions that hold the window, what their answers do, and what brings them up.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::media_mismatch;
use super::media_mismatch::MediaIdentity;
use crate::app::SextetApp;
use crate::control::document::{Document, file_name};
use crate::control::project_io::{Access, ExpectedContents, IoJob, Retry};
use crate::control::recovery_io::RecoveryJob;
use crate::control::session::PendingAction;
use crate::project::storage::recovery::Recovered;
use crate::project::{FileStamp, MediaId, Project, backup_path};
use crate::status::program::{Answer, AnswerView, PromptView};
use crate::time::calendar;

/// A question.
#[derive(Debug)]
pub(crate) enum Prompt {
    /// What a crash left behind.
    Recovered(Box<Recovered>),
    /// A project that another window has open.
    OpenElsewhere {
        /// The project as it is in the file.
        project: Box<Project>,
        /// The file.
        path: PathBuf,
        /// The number of the other window's process, if it is known.
        process: Option<u32>,
    },
    /// A project that could not be saved.
    SaveFailed {
        /// Why.
        reason: String,
    },
    /// A project whose file another program changed since it was opened or saved here.
    FileChanged {
        /// The file.
        path: PathBuf,
    },
    /// A name whose ending was added after the dialog had looked whether there is such a file.
    FileTaken {
        /// The file.
        path: PathBuf,
        /// What is to be written there; the project when absent.
        report: Option<String>,
    },
    /// A project that is being saved for so long that the person wants to close without it.
    StillSaving,
    /// A project that could not be opened.
    LoadFailed {
        /// Why.
        reason: String,
        /// The file.
        path: PathBuf,
        /// Whether there is the file as it was before the last save.
        has_backup: bool,
        /// Whether reading it once more may go otherwise.
        retry: Retry,
    },
    /// A media file of another size, rate, length or codec than the project knew.
    MediaReplaced {
        /// The media file.
        media: MediaId,
        /// What it was.
        before: MediaIdentity,
        /// Its name.
        name: String,
        /// What is other than before.
        facts: Vec<(String, String)>,
    },
}

/// An answer as it is shown.
pub(crate) fn answer(label: &'static str, tooltip: &'static str, answer: Answer) -> AnswerView {
    AnswerView {
        label,
        tooltip,
        answer,
    }
}

impl Prompt {
    /// The question as it is shown.
    pub fn view(&self) -> PromptView {
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
            Self::MediaReplaced { name, facts, .. } => media_mismatch::view(name, facts),
        }
    }
}

/// The last answer is the one that helps most: with a file that no second look makes readable, that is none of them.
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

fn recovered_view(recovered: &Recovered) -> PromptView {
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

impl SextetApp {
    /// Carries out the answer to the question that is shown.
    pub(crate) fn answer_question(&mut self, answer: Answer, ctx: &egui::Context) {
        match self.state.take_question() {
            Some(Prompt::Recovered(recovered)) => self.settle_recovered(*recovered, answer, ctx),
            Some(Prompt::OpenElsewhere { project, path, .. }) => {
                let document = match answer {
                    Answer::ReadOnly => Document::read_only(project, path),
                    Answer::Copy => Document::copy(project, &path),
                    _ => return,
                };
                let step = self
                    .session
                    .request(PendingAction::Replace(Box::new(document)));
                self.take(step, ctx);
            }
            Some(Prompt::StillSaving) if answer == Answer::Discard => self.close(ctx),
            Some(Prompt::SaveFailed { .. }) => match answer {
                Answer::SaveAs => self.ask_where_to_save(),
                Answer::TryAgain => {
                    let step = self.session.save();
                    self.take(step, ctx);
                }
                _ => {}
            },
            Some(Prompt::LoadFailed { path, .. }) => match answer {
                Answer::TryAgain => self.load(path),
                Answer::OpenBackup => {
                    let job = IoJob::LoadBackup(path, self.session.lock());
                    self.submit(job, "open the project");
                }
                _ => {}
            },
            Some(Prompt::MediaReplaced { media, .. }) => match answer {
                Answer::SaveAs => self.ask_where_to_save(),
                Answer::Replace => self.ask_for_replacement(media),
                _ => {}
            },
            Some(Prompt::FileChanged { path }) => self.settle_taken(path, None, answer, ctx),
            Some(Prompt::FileTaken { path, report }) => {
                self.settle_taken(path, report, answer, ctx);
            }
            Some(Prompt::StillSaving) | None => {}
        }
    }

    fn settle_taken(
        &mut self,
        path: PathBuf,
        report: Option<String>,
        answer: Answer,
        ctx: &egui::Context,
    ) {
        match (answer, report) {
            (Answer::Overwrite, Some(text)) => {
                let job = IoJob::WriteReport(text, path, ExpectedContents::Anything);
                self.submit(job, "write the file");
            }
            (Answer::Overwrite, None) => {
                let step = self.session.save_to(path, ExpectedContents::Anything);
                self.take(step, ctx);
            }
            (Answer::SaveAs, _) => self.ask_where_to_save(),
            _ => {}
        }
    }

    fn settle_recovered(&mut self, recovered: Recovered, answer: Answer, ctx: &egui::Context) {
        match (answer, &recovered.origin) {
            (Answer::Restore, Some(origin)) => {
                let (origin, held) = (origin.clone(), self.session.lock());
                let job = IoJob::Reclaim(Box::new(recovered), origin, held);
                self.submit(job, "open the project");
            }
            (Answer::Restore, None) => {
                let document = Document::untitled(Box::default());
                self.restore(recovered, document, ctx);
            }
            (Answer::Discard, _) => {
                self.submit_keep(RecoveryJob::Discard(recovered.place));
            }
            (Answer::KeepBoth, Some(origin)) => {
                let job = IoJob::SaveBeside(Box::new(recovered.project), origin.clone());
                if self.submit(job, "save the recovered changes") {
                    self.saving_beside = Some(recovered.place);
                }
            }
            // Its lock is given back with it, and the next start offers it again.
            _ => drop(recovered.place),
        }
    }

    /// The file that recovered changes belong to is this window's, or another's; then they become a copy.
    pub(crate) fn reclaimed(
        &mut self,
        recovered: Recovered,
        path: PathBuf,
        access: Access,
        stamp: Option<FileStamp>,
        ctx: &egui::Context,
    ) {
        let document = match access {
            Access::Own(hold) => Document::own(Box::default(), path, hold, stamp),
            Access::Elsewhere(_) => {
                self.messages.info(format!(
                    "another window has this project open, so the recovered changes are a copy without a file: {}",
                    path.display()
                ));
                Document::copy(Box::default(), &path)
            }
        };
        self.restore(recovered, document, ctx);
    }

    /// Opens recovered changes as the document, unsaved.
    fn restore(&mut self, recovered: Recovered, document: Document, ctx: &egui::Context) {
        if self.session.history.is_dirty() {
            self.messages.info(
                "the open project has unsaved changes; what was found is offered again at the next start",
            );
            return;
        }
        let saved = document.path.is_some().then_some(recovered.saved);
        let document = Document {
            project: Box::new(recovered.project),
            saved: Some(Box::new(saved.unwrap_or_default())),
            ..document
        };
        // Nothing is unsaved here, so that this is carried out at once.
        let step = self
            .session
            .request(PendingAction::Replace(Box::new(document)));
        self.take(step, ctx);
        let document = self.session.history.project_arc();
        self.state.kept.adopt(document, self.engine_now());
        self.submit_keep(RecoveryJob::Adopt(recovered.place));
    }

    /// What was recovered is saved beside its project, or could not be; then it is kept for the next start.
    pub(crate) fn saved_beside(&mut self, path: Result<PathBuf, crate::project::ProjectFileError>) {
        let place = self.saving_beside.take();
        match path {
            Ok(path) => {
                if let Some(place) = place {
                    self.submit_keep(RecoveryJob::Discard(place));
                }
                self.load(path);
            }
            Err(error) => {
                self.messages.error(format!(
                    "{error}; the recovered changes are kept and offered again at the next start"
                ));
            }
        }
    }

    /// Keeps unsaved changes when it is time, and forgets them when they are saved.
    pub(crate) fn keep_changes(&mut self, ctx: &egui::Context) {
        use super::program_state::AutosaveStep;
        let now = self.engine_now();
        let document = self.session.history.project_arc();
        let is_dirty = self.session.history.is_dirty();
        let interval = crate::time::Time::from_seconds(i64::from(self.state.settings.autosave_s));
        let next = match self.state.kept.step(&document, is_dirty, now, interval) {
            AutosaveStep::Wait(next) => next,
            AutosaveStep::Keep => {
                let origin = self.session.path().map(ToOwned::to_owned);
                let job = RecoveryJob::Keep(Arc::clone(&document), origin);
                if !self.submit_keep(job) {
                    self.state.kept.note(false, now);
                }
                None
            }
            AutosaveStep::Forget => {
                self.submit_keep(RecoveryJob::Forget);
                None
            }
        };
        let next = [
            next,
            self.state.kept.next_age(now),
            self.save_settings_when_due(),
        ];
        if let Some(next) = next.into_iter().flatten().min() {
            ctx.request_repaint_after((next - now).to_duration());
        }
    }
}
