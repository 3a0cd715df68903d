//! Results of other threads: files read and written, changes kept, media opened, the doctor's diagnosis.

use std::path::Path;
use std::sync::Arc;

use super::controller::Controller;
use super::media_import;
use super::media_mismatch::{MediaIdentity, differences, is_sequel, picture_facts, text_of_sequel};
use super::messages::Notice;
use super::project_io::{AppDirsContents, FingerprintJob, IoJob, IoReply};
use super::prompts::Prompt;
use super::recovery_io::RecoveryReply;
use crate::project::{Fingerprint, MediaId, is_address, shown_name};
use crate::status::document::Remedy;

impl Controller {
    /// Receives what came from other threads since the last tick.
    pub(super) fn receive_results(&mut self) {
        self.receive_io_replies();
        self.receive_recovery_replies();
        self.receive_diagnosis();
        self.settle_import();
        self.request_fingerprints();
        self.give_changed_project();
        self.receive_task_replies();
    }

    fn receive_io_replies(&mut self) {
        while let Some(outcome) = self.io.poll() {
            match outcome {
                Ok(reply) => self.receive_io_reply(reply),
                Err(panic) => {
                    // Settings that break down must not hold the window.
                    self.finished();
                    self.session.give_up_saving();
                    let text = "A file could not be read or written: the work on it broke down. Save the project under \
                                another name";
                    let notice = Notice::new(text, Remedy::SaveAs);
                    self.messages
                        .error(notice.with_details(format!("project-io: {panic}")));
                }
            }
        }
    }

    fn receive_io_reply(&mut self, reply: IoReply) {
        match reply {
            IoReply::AppDirsScanned(contents) => self.app_dirs_scanned(contents),
            IoReply::Loaded(path, Ok(loaded)) => self.loaded(path, loaded),
            // The errors of a project file name the file and what to do.
            IoReply::Loaded(path, Err(failure)) => self.prompts.push(Prompt::LoadFailed {
                retry: failure.retry(),
                reason: failure.error.to_string(),
                path,
                has_backup: failure.has_backup,
            }),
            IoReply::BackupLoaded(path, Ok(loaded)) => self.backup_loaded(path, loaded),
            IoReply::BackupLoaded(_, Err(error)) => self.messages.error(error.to_string()),
            IoReply::Reclaimed(recovered, path, access, stamp) => {
                self.reclaimed(*recovered, path, access, stamp);
            }
            IoReply::Saved(project, path, result) => self.saved(&project, path, result),
            IoReply::SavedBeside(path) => self.recovered_copy_saved(path),
            IoReply::SettingsSaved(Err(error)) => self.messages.error(format!(
                "The settings cannot be saved ({error}); they count until the program ends"
            )),
            IoReply::Recent(recent) => self.program.recent = recent.into(),
            IoReply::Finished => self.finished(),
            IoReply::ReportWritten(path, Ok(())) => {
                let path = path.display();
                self.messages.info(format!("The file is written: {path}"));
            }
            IoReply::ReportWritten(path, Err(error)) => self.messages.error(format!(
                "The file cannot be written ({error}); choose another place: {}",
                path.display()
            )),
            IoReply::ReportTaken(text, path) => self.prompts.push(Prompt::FileTaken {
                path,
                report: Some(text),
            }),
            IoReply::Fingerprinted(media, path, Some(fingerprint)) => {
                self.fingerprinted(media, &path, &fingerprint);
            }
            // Playing a file without a fingerprint reports why it cannot be read.
            IoReply::SettingsSaved(Ok(())) | IoReply::Fingerprinted(_, _, None) => {}
        }
    }

    /// Receives the outcome of keeping unsaved changes.
    pub(super) fn receive_recovery_replies(&mut self) {
        while let Some(outcome) = self.io.poll_recovery() {
            match outcome {
                Ok(RecoveryReply::Kept(result)) => {
                    self.autosave.note(result.is_ok(), self.now());
                    if let Err(error) = result {
                        let notice = Notice::new(error.to_string(), Remedy::Save);
                        self.messages.error(notice);
                    }
                }
                Ok(RecoveryReply::Finished) => self.finished(),
                Ok(RecoveryReply::Nothing | RecoveryReply::GivenUp(_)) => {}
                Err(panic) => {
                    self.autosave.note(false, self.now());
                    self.finished();
                    let text = "Unsaved changes could not be kept for after a crash. It is tried again, but save the \
                                project";
                    let notice = Notice::new(text, Remedy::Save);
                    self.messages
                        .error(notice.with_details(format!("recovery: {panic}")));
                }
            }
        }
    }

    /// Reports a disk that keeps projects from being opened and saved.
    pub(super) fn report_stall(&mut self) {
        let now = self.now();
        if self.io.has_stalled(now) {
            let text = "A disk does not answer. Until it does, no project is opened or saved; unsaved changes are kept on \
                        this machine, and the window can be closed";
            self.messages.error(Notice::new(text, Remedy::ShowLog));
        }
    }

    /// Adds imported files that are open by now to the document, and reports those that failed.
    pub(super) fn settle_import(&mut self) {
        let now = self.now();
        let engine = &self.engine;
        let opened = |media| media_import::opened(engine, media);
        let history = &mut self.session.history;
        let messages = &mut self.messages;
        if self.import.settle(history, opened, now, messages) {
            self.give_project();
        }
    }

    fn app_dirs_scanned(&mut self, contents: AppDirsContents) {
        self.program.recent = contents.recent.into();
        self.program.set_templates(contents.templates);
        for recovered in contents.recovered.recovered {
            self.prompts.push(Prompt::Recovered(Box::new(recovered)));
        }
        for error in contents.recovered.errors {
            self.messages.error(format!(
                "Unsaved changes were found and cannot be read: {error}"
            ));
        }
    }

    /// Notes the fingerprint of a media file; reports a file that is another one than the project knew.
    fn fingerprinted(&mut self, media: MediaId, path: &Path, fingerprint: &Fingerprint) {
        let known = self.session.history.project().media(media);
        let known = known.filter(|known| known.path == path);
        let before = known.and_then(|known| known.fingerprint.as_ref());
        if before == Some(fingerprint) {
            return;
        }
        if let Some(before) = before.filter(|before| !before.is_same_file(fingerprint)) {
            let before = MediaIdentity::from(before);
            self.report_other_contents(media, path, before, fingerprint);
        }
        self.session.learn(|project| {
            let known = project.media.iter_mut();
            let mut same = known.filter(|known| known.id == media && known.path == path);
            if let Some(known) = same.next() {
                known.fingerprint = Some(fingerprint.clone());
            }
        });
    }

    fn report_other_contents(
        &mut self,
        media: MediaId,
        path: &Path,
        before: MediaIdentity,
        fingerprint: &Fingerprint,
    ) {
        let now = MediaIdentity::from(fingerprint);
        let differences = differences(&before, &now);
        if is_sequel(path, &before, &now) && !differences.is_empty() {
            self.messages.info(text_of_sequel(path, &before, &now));
        } else if differences.is_empty() {
            let name = shown_name(path);
            self.messages.info(format!(
                "{name} holds other pictures than when the project was last saved; its clips stay where they are"
            ));
        } else {
            let prompt = Prompt::media_replaced(media, path, before, differences);
            self.prompts.push(prompt);
        }
    }

    /// Has the fingerprint found of each media file that is open, once.
    fn request_fingerprints(&mut self) {
        let project = self.session.history.project_arc();
        let files = project.media.iter();
        for media in files.filter(|media| !is_address(&media.path)) {
            let Some(facts) = self.engine.media_facts(media.id).map(Arc::clone) else {
                continue;
            };
            if !self.media.begin_fingerprint(media) {
                continue;
            }
            let job = FingerprintJob {
                media: media.id,
                path: media.path.clone(),
                codec: facts.codec.clone(),
                frames: facts.timing.frames(),
                picture: picture_facts(&facts),
            };
            // Without a fingerprint all works but finding the file again after it was moved.
            if let Err(busy) = self.io.submit(IoJob::Fingerprint(job)) {
                tracing::debug!(%busy, "no fingerprint for now");
            }
        }
    }
}
