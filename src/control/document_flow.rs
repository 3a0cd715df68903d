//! The way of a document: loaded, saved, replaced by another one, exported.

use std::path::{self, Path, PathBuf};
use std::sync::Arc;

use super::controller::Controller;
use super::document::{Document, file_name};
use super::messages::Notice;
use super::project_io::{Access, IoJob, LoadedProject, SaveError, SavedProject};
use super::prompts::Prompt;
use super::session::{FollowUp, PendingAction, Step};
use super::shell_request::{
    DialogError, DialogKind, DialogRequest, PROJECT_EXTENSION, ShellRequest,
};
use crate::command::{Command, FileCommand, PlaceOn};
use crate::media::sequence::grouped;
use crate::project::{MediaId, Project, names_address};
use crate::status::document::Remedy;
use crate::status::events;
use crate::time::Time;

impl Controller {
    /// Requests an action that would lose unsaved changes.
    pub(super) fn request(&mut self, action: PendingAction) {
        let step = self.session.request(action);
        self.follow(step);
    }

    /// Takes the step that the session asks for.
    pub(super) fn follow(&mut self, step: Step) {
        match step {
            Step::None => {}
            Step::Write(project, path, expected) => {
                let job = IoJob::Save {
                    project: Arc::clone(&project),
                    path: path.clone(),
                    expected,
                    lock: self.session.lock(),
                };
                if !self.submit(job, "save the project") {
                    let step = self.session.written(&project, path, None);
                    debug_assert_eq!(step, Step::None, "nothing follows a failed save");
                }
            }
            Step::AskForFile => self.ask_where_to_save(),
            Step::CarryOut(action) => match self.session.carry_out(action) {
                FollowUp::OtherDocument => self.begin_document(),
                FollowUp::Close => self.ask_for_layout(),
            },
        }
    }

    fn begin_document(&mut self) {
        self.import.clear();
        self.engine.pause();
        self.media.forget();
        self.give_project();
        self.engine.seek(Time::ZERO);
        self.engine.reset_stats();
        self.program.relink = None;
        if let Some(path) = self.session.path().map(ToOwned::to_owned) {
            self.submit(IoJob::NoteRecent(Some(path)), "note the project as recent");
        }
    }

    /// Has a project read.
    pub(super) fn load(&mut self, path: PathBuf) {
        let job = IoJob::Load(path, self.session.lock());
        self.submit(job, "open the project");
    }

    /// Opens a project that was read.
    pub(super) fn loaded(&mut self, path: PathBuf, loaded: LoadedProject) {
        if let Some(document) = self.own_document(path, loaded) {
            self.request(PendingAction::Replace(Box::new(document)));
        }
    }

    /// Opens a project that was read from the backup of its file.
    pub(super) fn backup_loaded(&mut self, path: PathBuf, loaded: LoadedProject) {
        if let Some(document) = self.own_document(path, loaded) {
            // It differs from the file, which is therefore not overwritten without being asked for.
            self.request(PendingAction::Replace(Box::new(Document {
                saved: Some(Box::default()),
                ..document
            })));
        }
    }

    /// A project with its file as this window's own; a prompt if another window has it open.
    fn own_document(&mut self, path: PathBuf, loaded: LoadedProject) -> Option<Document> {
        let LoadedProject {
            project,
            access,
            stamp,
        } = loaded;
        match access {
            Access::Own(hold) => Some(Document::own(project, path, hold, stamp)),
            Access::Elsewhere(process) => {
                self.prompts.push(Prompt::OpenElsewhere {
                    project,
                    path,
                    process,
                });
                None
            }
        }
    }

    /// Follows a save that succeeded or failed.
    pub(super) fn saved(
        &mut self,
        project: &Arc<Project>,
        path: PathBuf,
        result: Result<SavedProject, SaveError>,
    ) {
        let (saved, error) = match result {
            Ok(saved) => (Some(saved), None),
            Err(error) => (None, Some(error)),
        };
        let step = self.session.written(project, path.clone(), saved);
        match error {
            None => {
                self.submit(IoJob::NoteRecent(Some(path)), "note the project as recent");
            }
            Some(SaveError::Changed(path)) => self.prompts.push(Prompt::FileChanged { path }),
            Some(SaveError::Taken(path)) => {
                self.prompts.push(Prompt::FileTaken { path, report: None });
            }
            Some(error @ (SaveError::OpenElsewhere(_) | SaveError::File(_))) => {
                self.prompts.push(Prompt::SaveFailed {
                    reason: error.to_string(),
                });
            }
        }
        self.follow(step);
    }

    /// Begins a new document made from a template.
    pub(super) fn begin_from_template(&mut self, index: usize) {
        if let Some(template) = self.program.template(index) {
            let project = Box::new(template.project.clone());
            self.request(PendingAction::Replace(Box::new(Document::untitled(
                project,
            ))));
        }
    }

    /// Opens the first project among the files, or else imports them all as media.
    pub(super) fn add_files(&mut self, paths: Vec<PathBuf>) {
        let mut paths: Vec<_> = grouped(paths)
            .into_iter()
            .map(|path| {
                if names_address(&path) {
                    path
                } else {
                    path::absolute(&path).unwrap_or(path)
                }
            })
            .collect();
        let is_project = |path: &PathBuf| {
            path.extension()
                .is_some_and(|extension| extension == PROJECT_EXTENSION)
        };
        if let Some(place) = paths.iter().position(is_project) {
            let project = paths.swap_remove(place);
            if !paths.is_empty() {
                self.messages.info(format!(
                    "The project is opened, and no other file with it: {}",
                    project.display()
                ));
            }
            self.load(project);
            return;
        }
        let known = self.engine.project();
        let start = if known.layers.is_empty() {
            Time::ZERO
        } else {
            self.engine.playhead()
        };
        self.import.add_files(paths, start, known);
        self.give_project();
    }

    /// Places a clip of a media file on a layer.
    pub(super) fn place_media(&mut self, media: MediaId, layer: PlaceOn, start: Time) {
        let Some(known) = self.engine.project().media(media).cloned() else {
            let text = "This file is not in the media bin any more; add it again";
            self.messages.error(Notice::new(text, Remedy::AddMedia));
            return;
        };
        self.import.place(&known, layer, start);
        // When the file is open already, the clip is there in the next frame.
        self.settle_import();
    }

    /// Requests the dialog that asks for a file to save to.
    pub(super) fn ask_where_to_save(&mut self) {
        let path = self.session.path();
        let kind = DialogKind::SaveProject {
            // A document may be called otherwise than its file, as one that is read only.
            name: path.map_or_else(|| "show.ron".to_owned(), file_name),
        };
        self.open_dialog(kind);
    }

    /// Requests a file dialog.
    pub(super) fn open_dialog(&mut self, kind: DialogKind) {
        let folder = self.dialog_folder(&kind);
        let request = DialogRequest { kind, folder };
        self.requests.push(ShellRequest::OpenDialog(request));
    }

    /// The folder in which a dialog begins: the one chosen last for the same, or else that of the project or its media.
    fn dialog_folder(&self, kind: &DialogKind) -> Option<PathBuf> {
        let parent = |path: &Path| path.parent().map(ToOwned::to_owned);
        let recent = || parent(&self.program.recent.first()?.path);
        let of_project = || self.session.path().and_then(parent);
        if kind.is_about_media() {
            let media = self.session.history.project().media.iter().rev();
            let mut files = media.filter(|media| !names_address(&media.path));
            let last = self.program.media_folder.clone();
            return last
                .or_else(|| parent(&files.next()?.path))
                .or_else(of_project);
        }
        // A project is saved beside itself, wherever another was opened from.
        of_project()
            .or_else(|| self.program.project_folder.clone())
            .or_else(recent)
    }

    /// Notes the folder that was chosen in a dialog.
    fn note_folder(&mut self, kind: &DialogKind, chosen: &Path) {
        let folder = match kind {
            DialogKind::SearchFolder | DialogKind::CollectInto => Some(chosen),
            DialogKind::OpenProject
            | DialogKind::SaveProject { .. }
            | DialogKind::AddMedia
            | DialogKind::ExportReport
            | DialogKind::ReplaceMedia(_)
            | DialogKind::ExportLog => chosen.parent(),
        };
        let noted = if kind.is_about_media() {
            &mut self.program.media_folder
        } else {
            &mut self.program.project_folder
        };
        *noted = folder.map(ToOwned::to_owned);
    }

    /// Takes the answer of a file dialog: the chosen paths, none if the user cancelled it.
    ///
    /// Where another document or other media follow from it, gives the command for that, to be executed. A window lets
    /// what is being typed come into the document first.
    pub fn dialog_answered(
        &mut self,
        request: &DialogRequest,
        answer: Result<Vec<PathBuf>, DialogError>,
    ) -> Option<Command> {
        self.release_snapshot();
        let paths = answer.unwrap_or_else(|error| {
            match error {
                DialogError::Busy => self.messages.info(error.to_string()),
                DialogError::Thread(_) | DialogError::Missing | DialogError::Panic => {
                    self.messages.error(error.to_string());
                }
            }
            Vec::new()
        });
        let command = self.follow_dialog(&request.kind, paths);
        self.build_status();
        command
    }

    fn follow_dialog(&mut self, kind: &DialogKind, paths: Vec<PathBuf>) -> Option<Command> {
        let Some(path) = paths.first().cloned() else {
            if matches!(kind, DialogKind::SaveProject { .. }) {
                self.session.no_file_chosen();
            }
            return None;
        };
        self.note_folder(kind, &path);
        match kind {
            DialogKind::SaveProject { .. } => {
                let (path, expected) = kind.target(path);
                let step = self.session.save_to(path, expected);
                self.follow(step);
            }
            DialogKind::OpenProject => return Some(Command::File(FileCommand::Open(path))),
            DialogKind::AddMedia => return Some(Command::File(FileCommand::AddFiles(paths))),
            DialogKind::ExportReport => {
                let (path, expected) = kind.target(path);
                match self.report_for(&path) {
                    Ok(text) => {
                        let job = IoJob::WriteReport(text, path, expected);
                        self.submit(job, "write the report");
                    }
                    Err(error) => {
                        let notice = Notice::new(error, Remedy::ExportReport);
                        self.messages.error(notice);
                    }
                }
            }
            DialogKind::ExportLog => {
                let (path, expected) = kind.target(path);
                let text = events::to_csv(self.engine.snapshot().log.iter());
                self.submit(IoJob::WriteReport(text, path, expected), "write the log");
            }
            DialogKind::CollectInto => self.collect(path),
            DialogKind::SearchFolder => self.search_missing(path),
            DialogKind::ReplaceMedia(media) => self.replace_media(*media, path),
        }
        None
    }

    /// The report in the format of the file's extension.
    fn report_for(&self, path: &Path) -> Result<String, String> {
        let is_csv = path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
        let report = self.report();
        if is_csv {
            return Ok(report.to_csv());
        }
        serde_json::to_string_pretty(&report).map_err(|error| {
            format!("The report cannot be written as JSON ({error}); export it as CSV")
        })
    }
}
