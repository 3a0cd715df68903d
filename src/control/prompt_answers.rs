//! Answers to prompts, carried out.

use std::path::PathBuf;

use super::controller::Controller;
use super::document::Document;
use super::project_io::{Access, ExpectedContents, IoJob};
use super::prompts::Prompt;
use super::recovery_io::RecoveryJob;
use super::session::PendingAction;
use super::shell_request::DialogKind;
use crate::project::storage::recovery::RecoveredProject;
use crate::project::{FileStamp, ProjectFileError};
use crate::status::program::Answer;

impl Controller {
    /// Carries out the answer to the prompt that is shown.
    pub(super) fn answer_prompt(&mut self, answer: Answer) {
        match self.prompts.take() {
            Some(Prompt::Recovered(recovered)) => self.settle_recovered(*recovered, answer),
            Some(Prompt::OpenElsewhere { project, path, .. }) => {
                let document = match answer {
                    Answer::ReadOnly => Document::read_only(project, path),
                    Answer::Copy => Document::copy(project, &path),
                    Answer::Cancel
                    | Answer::Restore
                    | Answer::Discard
                    | Answer::KeepBoth
                    | Answer::SaveAs
                    | Answer::TryAgain
                    | Answer::OpenBackup
                    | Answer::Replace
                    | Answer::Overwrite => return,
                };
                self.request(PendingAction::Replace(Box::new(document)));
            }
            Some(Prompt::StillSaving) if answer == Answer::Discard => self.close_now(),
            Some(Prompt::SaveFailed { .. }) => match answer {
                Answer::SaveAs => self.ask_where_to_save(),
                Answer::TryAgain => {
                    let step = self.session.save();
                    self.follow(step);
                }
                Answer::Cancel
                | Answer::Restore
                | Answer::Discard
                | Answer::KeepBoth
                | Answer::ReadOnly
                | Answer::Copy
                | Answer::OpenBackup
                | Answer::Replace
                | Answer::Overwrite => {}
            },
            Some(Prompt::LoadFailed { path, .. }) => match answer {
                Answer::TryAgain => self.load(path),
                Answer::OpenBackup => {
                    let job = IoJob::LoadBackup(path, self.session.lock());
                    self.submit(job, "open the project");
                }
                Answer::Cancel
                | Answer::Restore
                | Answer::Discard
                | Answer::KeepBoth
                | Answer::ReadOnly
                | Answer::Copy
                | Answer::SaveAs
                | Answer::Replace
                | Answer::Overwrite => {}
            },
            Some(Prompt::MediaReplaced { media, .. }) => match answer {
                Answer::SaveAs => self.ask_where_to_save(),
                Answer::Replace => self.open_dialog(DialogKind::ReplaceMedia(media)),
                Answer::Cancel
                | Answer::Restore
                | Answer::Discard
                | Answer::KeepBoth
                | Answer::ReadOnly
                | Answer::Copy
                | Answer::TryAgain
                | Answer::OpenBackup
                | Answer::Overwrite => {}
            },
            Some(Prompt::FileChanged { path }) => self.settle_taken(path, None, answer),
            Some(Prompt::FileTaken { path, report }) => {
                self.settle_taken(path, report, answer);
            }
            Some(Prompt::StillSaving) | None => {}
        }
    }

    fn settle_taken(&mut self, path: PathBuf, report: Option<String>, answer: Answer) {
        match (answer, report) {
            (Answer::Overwrite, Some(text)) => {
                let job = IoJob::WriteReport(text, path, ExpectedContents::Anything);
                self.submit(job, "write the file");
            }
            (Answer::Overwrite, None) => {
                let step = self.session.save_to(path, ExpectedContents::Anything);
                self.follow(step);
            }
            (Answer::SaveAs, _) => self.ask_where_to_save(),
            (
                Answer::Cancel
                | Answer::Restore
                | Answer::Discard
                | Answer::KeepBoth
                | Answer::ReadOnly
                | Answer::Copy
                | Answer::TryAgain
                | Answer::OpenBackup
                | Answer::Replace,
                _,
            ) => {}
        }
    }

    fn settle_recovered(&mut self, recovered: RecoveredProject, answer: Answer) {
        match (answer, &recovered.origin) {
            (Answer::Restore, Some(origin)) => {
                let (origin, held) = (origin.clone(), self.session.lock());
                let job = IoJob::Reclaim(Box::new(recovered), origin, held);
                self.submit(job, "open the project");
            }
            (Answer::Restore, None) => {
                let document = Document::untitled(Box::default());
                self.restore(recovered, document);
            }
            (Answer::Discard, _) => {
                self.io
                    .submit_recovery(RecoveryJob::Discard(recovered.place));
            }
            (Answer::KeepBoth, Some(origin)) => {
                let job = IoJob::SaveBeside(Box::new(recovered.project), origin.clone());
                if self.submit(job, "save the recovered changes") {
                    self.recovered_copy = Some(recovered.place);
                }
            }
            // Its lock is given back with it, and the next start offers it again.
            (
                Answer::Cancel
                | Answer::KeepBoth
                | Answer::ReadOnly
                | Answer::Copy
                | Answer::SaveAs
                | Answer::TryAgain
                | Answer::OpenBackup
                | Answer::Replace
                | Answer::Overwrite,
                _,
            ) => drop(recovered.place),
        }
    }

    /// Restores recovered changes into their file, or as a copy if another window has that open.
    pub(super) fn reclaimed(
        &mut self,
        recovered: RecoveredProject,
        path: PathBuf,
        access: Access,
        stamp: Option<FileStamp>,
    ) {
        let document = match access {
            Access::Own(hold) => Document::own(Box::default(), path, hold, stamp),
            Access::Elsewhere(_) => {
                self.messages.info(format!(
                    "The recovered changes are a copy without a file: another window has this project open: {}",
                    path.display()
                ));
                Document::copy(Box::default(), &path)
            }
        };
        self.restore(recovered, document);
    }

    /// Opens recovered changes as the document, unsaved.
    fn restore(&mut self, recovered: RecoveredProject, document: Document) {
        if self.session.history.is_dirty() {
            self.messages.info(
                "The open project has unsaved changes, so what was found is offered again at the next start",
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
        self.request(PendingAction::Replace(Box::new(document)));
        let document = self.session.history.project_arc();
        self.autosave.adopt(document, self.now());
        self.io.submit_recovery(RecoveryJob::Adopt(recovered.place));
    }

    /// Opens the copy that recovered changes were saved to; if that failed, they stay kept for the next start.
    pub(super) fn recovered_copy_saved(&mut self, path: Result<PathBuf, ProjectFileError>) {
        let place = self.recovered_copy.take();
        match path {
            Ok(path) => {
                if let Some(place) = place {
                    self.io.submit_recovery(RecoveryJob::Discard(place));
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
}
