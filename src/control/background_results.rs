//! What came from other threads: chosen files, files read and written, media opened.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::media_mismatch;
use super::media_mismatch::{MediaIdentity, differences, picture_facts};
use super::prompts::Prompt;
use crate::app::SextetApp;
use crate::app::dialogs::{DialogPanic, DialogRequest};
use crate::command::{Command, FileCommand};
use crate::control::document::Document;
use crate::control::media_import;
use crate::control::project_io::{
    Access, AppDirsContents, FingerprintJob, IoJob, IoReply, LoadedProject, SaveError, SavedProject,
};
use crate::control::recovery_io::RecoveryReply;
use crate::control::session::PendingAction;
use crate::project::{Fingerprint, MediaId, Project, is_address};
use crate::status::events;

impl SextetApp {
    /// Takes up what came from other threads since the last frame.
    pub(crate) fn take_up_answers(&mut self, ctx: &egui::Context) {
        if let Some((request, paths)) = self.dialogs.poll() {
            let paths = paths.unwrap_or_else(|DialogPanic| {
                self.messages.error(
                    "the system's file dialog broke down, and nothing was chosen; try again, or drop the file onto the window",
                );
                Vec::new()
            });
            self.dialog_answered(request, paths, ctx);
        }
        while let Some(outcome) = self.io.poll() {
            self.jobs = self.jobs.saturating_sub(1);
            match outcome {
                Ok(done) => self.io_done(done, ctx),
                Err(panic) => {
                    tracing::error!(panic, "project-io broke down");
                    // Settings that break down must not hold the window.
                    self.finished(ctx);
                    self.session.give_up_saving();
                    self.messages.error(format!(
                        "reading or writing a file broke down ({panic}); save under another name"
                    ));
                }
            }
        }
        self.take_up_kept(ctx);
        self.take_up_diagnosis();
        self.settle_import();
        self.ask_for_fingerprints();
        self.give_changed_project();
    }

    /// Takes up what became of unsaved changes.
    pub(crate) fn take_up_kept(&mut self, ctx: &egui::Context) {
        while let Some(outcome) = self.recovery.poll() {
            self.jobs = self.jobs.saturating_sub(1);
            match outcome {
                Ok(RecoveryReply::Kept(result)) => {
                    self.state.kept.note(result.is_ok(), self.engine_now());
                    if let Err(error) = result {
                        self.messages.error(error.to_string());
                    }
                }
                Ok(RecoveryReply::Finished) => self.finished(ctx),
                Ok(RecoveryReply::Nothing | RecoveryReply::GivenUp(_)) => {}
                Err(panic) => {
                    tracing::error!(panic, "recovery broke down");
                    self.state.kept.note(false, self.engine_now());
                    self.finished(ctx);
                    self.messages.error(format!(
                        "keeping unsaved changes broke down ({panic}); it is tried again, but save the project"
                    ));
                }
            }
        }
    }

    /// Tells of a disk that keeps projects from being opened and saved.
    pub(crate) fn follow_stall(&mut self) {
        let now = self.engine_now();
        if self.stall.follow(self.io.answered_while_busy(), now) {
            self.messages.error(
                "a disk does not answer; until it does, no project is opened or saved; unsaved changes are kept on this \
                 machine, and the window can be closed",
            );
        }
    }

    /// Adds to the document what is open by now, and tells what failed.
    pub(crate) fn settle_import(&mut self) {
        let now = self.engine_now();
        let engine = &self.engine;
        let opened = |media| media_import::opened(engine, media);
        let history = &mut self.session.history;
        let messages = &mut self.messages;
        if self.import.settle(history, opened, now, messages) {
            self.give_project();
        }
    }

    fn dialog_answered(
        &mut self,
        request: DialogRequest,
        paths: Vec<PathBuf>,
        ctx: &egui::Context,
    ) {
        let first = paths.first().cloned();
        match (request, first) {
            (request @ DialogRequest::SaveProject { .. }, Some(path)) => {
                let (path, expected) = request.target(path);
                let step = self.session.save_to(path, expected);
                self.take(step, ctx);
            }
            (DialogRequest::SaveProject { .. }, None) => self.session.no_file_chosen(),
            (DialogRequest::OpenProject, Some(path)) => {
                self.asked.push(Command::File(FileCommand::Open(path)))
            }
            (DialogRequest::AddMedia, Some(_)) => {
                self.asked.push(Command::File(FileCommand::AddFiles(paths)))
            }
            (request @ DialogRequest::ExportReport, Some(path)) => {
                let (path, expected) = request.target(path);
                match self.report_for(&path) {
                    Ok(text) => {
                        let job = IoJob::WriteReport(text, path, expected);
                        self.submit(job, "write the report");
                    }
                    Err(error) => self.messages.error(error),
                }
            }
            (DialogRequest::CollectInto, Some(folder)) => self.collect(folder),
            (DialogRequest::SearchFolder, Some(folder)) => self.search_missing(folder),
            (DialogRequest::ReplaceMedia(media), Some(path)) => self.replace_media(media, path),
            (request @ DialogRequest::ExportLog, Some(path)) => {
                let (path, expected) = request.target(path);
                let text = events::to_csv(self.engine.snapshot().log.iter());
                self.submit(IoJob::WriteReport(text, path, expected), "write the log");
            }
            (_, None) => {}
        }
    }

    /// The numbers so far in the form that the file's ending asks for.
    fn report_for(&self, path: &Path) -> Result<String, String> {
        let is_csv = path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        if is_csv {
            Ok(self.engine.report().to_csv())
        } else {
            self.report_json()
        }
    }

    /// The numbers so far as JSON, or a message why there is none.
    fn report_json(&self) -> Result<String, String> {
        serde_json::to_string_pretty(&self.engine.report())
            .map_err(|error| format!("the report cannot be written as JSON ({error})"))
    }

    fn io_done(&mut self, done: IoReply, ctx: &egui::Context) {
        match done {
            IoReply::Loaded(path, Ok(loaded)) => self.loaded(path, loaded, ctx),
            // The errors of a project file name the file and what to do.
            IoReply::Loaded(path, Err(failure)) => self.state.ask(Prompt::LoadFailed {
                retry: failure.retry(),
                reason: failure.error.to_string(),
                path,
                has_backup: failure.has_backup,
            }),
            IoReply::BackupLoaded(path, Ok(loaded)) => self.backup_loaded(path, loaded, ctx),
            IoReply::BackupLoaded(_, Err(error)) => self.messages.error(error.to_string()),
            IoReply::Reclaimed(recovered, path, access, stamp) => {
                self.reclaimed(*recovered, path, access, stamp, ctx);
            }
            IoReply::Saved(project, path, result) => self.saved(&project, path, result, ctx),
            IoReply::Fingerprinted(media, path, Some(fingerprint)) => {
                self.fingerprinted(media, &path, &fingerprint);
            }
            other => self.kept_for_the_person(other, ctx),
        }
    }

    fn saved(
        &mut self,
        project: &Arc<Project>,
        path: PathBuf,
        result: Result<SavedProject, SaveError>,
        ctx: &egui::Context,
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
            Some(SaveError::Changed(path)) => self.state.ask(Prompt::FileChanged { path }),
            Some(SaveError::Taken(path)) => {
                self.state.ask(Prompt::FileTaken { path, report: None });
            }
            Some(error) => self.state.ask(Prompt::SaveFailed {
                reason: error.to_string(),
            }),
        }
        self.take(step, ctx);
    }

    fn kept_for_the_person(&mut self, done: IoReply, ctx: &egui::Context) {
        match done {
            IoReply::AppDirsScanned(surroundings) => self.app_dirs_scanned(surroundings),
            IoReply::SavedBeside(path) => self.saved_beside(path),
            IoReply::SettingsSaved(Err(error)) => self.messages.error(format!(
                "the settings cannot be saved ({error}); they count until the program ends"
            )),
            IoReply::Recent(recent) => self.state.recent = recent,
            IoReply::Finished => self.finished(ctx),
            IoReply::ReportWritten(path, Ok(())) => {
                self.messages
                    .info(format!("it is written: {}", path.display()));
            }
            IoReply::ReportTaken(text, path) => self.state.ask(Prompt::FileTaken {
                path,
                report: Some(text),
            }),
            IoReply::ReportWritten(path, Err(error)) => self.messages.error(format!(
                "cannot write ({error}); choose another place: {}",
                path.display()
            )),
            _ => {}
        }
    }

    fn app_dirs_scanned(&mut self, surroundings: AppDirsContents) {
        self.state.recent = surroundings.recent;
        self.state.set_templates(surroundings.templates);
        for recovered in surroundings.recovered.recovered {
            self.state.ask(Prompt::Recovered(Box::new(recovered)));
        }
        for error in surroundings.recovered.errors {
            self.messages.error(format!(
                "unsaved changes were found and cannot be read: {error}"
            ));
        }
    }

    fn loaded(&mut self, path: PathBuf, loaded: LoadedProject, ctx: &egui::Context) {
        if let Some(document) = self.own_document(path, loaded) {
            let step = self
                .session
                .request(PendingAction::Replace(Box::new(document)));
            self.take(step, ctx);
        }
    }

    fn backup_loaded(&mut self, path: PathBuf, loaded: LoadedProject, ctx: &egui::Context) {
        if let Some(document) = self.own_document(path, loaded) {
            // It differs from the file, which is therefore not overwritten without being asked for.
            let document = Document {
                saved: Some(Box::default()),
                ..document
            };
            let step = self
                .session
                .request(PendingAction::Replace(Box::new(document)));
            self.take(step, ctx);
        }
    }

    /// A project with its file as this window's own; asked about if another window has it open.
    fn own_document(&mut self, path: PathBuf, loaded: LoadedProject) -> Option<Document> {
        let LoadedProject {
            project,
            access,
            stamp,
        } = loaded;
        match access {
            Access::Own(hold) => Some(Document::own(project, path, hold, stamp)),
            Access::Elsewhere(process) => {
                self.state.ask(Prompt::OpenElsewhere {
                    project,
                    path,
                    process,
                });
                None
            }
        }
    }

    /// Notes what a media file is, and tells if it is another one than the project knew.
    fn fingerprinted(&mut self, media: MediaId, path: &Path, fingerprint: &Fingerprint) {
        let known = self.session.history.project().media(media);
        let known = known.filter(|known| known.path == path);
        let before = known.and_then(|known| known.fingerprint.as_ref());
        if before == Some(fingerprint) {
            return;
        }
        if let Some(before) = before.filter(|before| !before.is_same_file(fingerprint)) {
            let (before, now) = (
                MediaIdentity::from(before),
                MediaIdentity::from(fingerprint),
            );
            let differs = differences(&before, &now);
            if media_mismatch::is_sequel(path, &before, &now) && !differs.is_empty() {
                self.messages
                    .info(media_mismatch::text_of_sequel(path, &before, &now));
            } else if differs.is_empty() {
                let name = path.file_name().unwrap_or(path.as_os_str());
                self.messages.info(format!(
                    "{} holds other pictures than when the project was last saved; its clips stay where they are",
                    name.to_string_lossy()
                ));
            } else {
                self.state
                    .ask(media_mismatch::question(media, path, before, differs));
            }
        }
        self.session.learn(|project| {
            let known = project.media.iter_mut();
            let mut same = known.filter(|known| known.id == media && known.path == path);
            if let Some(known) = same.next() {
                known.fingerprint = Some(fingerprint.clone());
            }
        });
    }

    /// Has the fingerprint found of each media file that is open, once.
    fn ask_for_fingerprints(&mut self) {
        let project = self.session.history.project();
        let files = project.media.iter();
        for media in files.filter(|media| !is_address(&media.path)) {
            let Some(facts) = self.engine.media_facts(media.id) else {
                continue;
            };
            if !self.fingerprinted.insert((media.id, media.path.clone())) {
                continue;
            }
            let job = FingerprintJob {
                media: media.id,
                path: media.path.clone(),
                codec: facts.codec.clone(),
                frames: facts.timing.frames(),
                picture: picture_facts(facts),
            };
            // Without a fingerprint all works but finding the file again after it was moved.
            match self.io.submit(IoJob::Fingerprint(job)) {
                Ok(()) => self.jobs += 1,
                Err(busy) => tracing::debug!(%busy, "no fingerprint for now"),
            }
        }
    }
}
