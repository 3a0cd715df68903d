//! What came from other threads: chosen files, files read and written, media opened.

use std::path::PathBuf;

use super::SextetApp;
use super::dialogs::DialogRequest;
use super::intake;
use super::project_io::{FingerprintJob, IoDone, IoJob};
use super::session::Pending;
use crate::project::is_address;
use crate::ui::Command;

impl SextetApp {
    /// Takes up what came from other threads since the last frame.
    pub(super) fn take_up_answers(&mut self, ctx: &egui::Context) {
        if let Some((request, paths)) = self.dialogs.poll() {
            self.dialog_answered(request, paths, ctx);
        }
        while let Some(outcome) = self.io.poll() {
            self.jobs = self.jobs.saturating_sub(1);
            match outcome {
                Ok(done) => self.io_done(done, ctx),
                Err(panic) => {
                    tracing::error!(panic, "project-io broke down");
                    self.session.give_up_saving();
                    self.messages.error(format!(
                        "reading or writing a file broke down ({panic}); save under another name"
                    ));
                }
            }
        }
        self.settle_intake();
        self.ask_for_fingerprints();
        self.give_changed_project();
    }

    /// Adds to the document what is open by now, and tells what failed.
    pub(super) fn settle_intake(&mut self) {
        let engine = &self.engine;
        let opened = |media| intake::opened(engine, media);
        let history = &mut self.session.history;
        if self.intake.settle(history, opened, &mut self.messages) {
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
            (DialogRequest::SaveProject { .. }, first) => {
                let step = self.session.file_chosen(first);
                self.take(step, ctx);
            }
            (DialogRequest::OpenProject, Some(path)) => self.asked.push(Command::OpenProject(path)),
            (DialogRequest::AddMedia, Some(_)) => self.asked.push(Command::AddFiles(paths)),
            (DialogRequest::ExportReport, Some(path)) => match self.report_text() {
                Ok(text) => _ = self.submit(IoJob::WriteReport(text, path), "write the report"),
                Err(error) => self.messages.error(error),
            },
            (_, None) => {}
        }
    }

    /// The numbers so far as JSON, or a message why there is none.
    pub(super) fn report_text(&self) -> Result<String, String> {
        serde_json::to_string_pretty(&self.engine.report())
            .map_err(|error| format!("the report cannot be written as JSON ({error})"))
    }

    fn io_done(&mut self, done: IoDone, ctx: &egui::Context) {
        match done {
            IoDone::Loaded(path, Ok(project)) => {
                let step = self.session.request(Pending::Replace(project, path));
                self.take(step, ctx);
            }
            // The errors of a project file name the file and what to do.
            IoDone::Loaded(_, Err(error)) => self.messages.error(error.to_string()),
            IoDone::Saved(project, path, result) => {
                let is_written = result.is_ok();
                if let Err(error) = result {
                    self.messages.error(error.to_string());
                }
                let step = self.session.written(&project, path, is_written);
                self.take(step, ctx);
            }
            IoDone::ReportWritten(path, Ok(())) => {
                self.messages
                    .info(format!("the report is written: {}", path.display()));
            }
            IoDone::ReportWritten(path, Err(error)) => self.messages.error(format!(
                "cannot write the report ({error}); choose another place: {}",
                path.display()
            )),
            IoDone::Fingerprinted(media, path, Some(fingerprint)) => {
                self.session.learn(|project| {
                    let known = project.media.iter_mut();
                    let mut same = known.filter(|known| known.id == media && known.path == path);
                    if let Some(known) = same.next() {
                        known.fingerprint = Some(fingerprint.clone());
                    }
                });
            }
            IoDone::Fingerprinted(_, _, None) => {}
        }
    }

    /// Has the fingerprint found of each media file that is open and has none yet.
    fn ask_for_fingerprints(&mut self) {
        let project = self.session.history.project();
        let missing = project
            .media
            .iter()
            .filter(|media| media.fingerprint.is_none() && !is_address(&media.path));
        for media in missing {
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
            };
            // Without a fingerprint all works but finding the file again after it was moved.
            match self.io.submit(IoJob::Fingerprint(job)) {
                Ok(()) => self.jobs += 1,
                Err(busy) => tracing::debug!(%busy, "no fingerprint for now"),
            }
        }
    }
}
