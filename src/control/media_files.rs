//! Media files that are missing, replaced or changed on disk; project and media collected in one folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::controller::Controller;
use super::media_mismatch::{MediaIdentity, differences, is_sequel, text_of_sequel};
use super::media_monitor::MediaReload;
use super::messages::Notice;
use super::prompts::Prompt;
use super::tasks::{TaskJob, TaskReply};
use crate::media::VideoFacts;
use crate::project::storage::collect::CollectedFolder;
use crate::project::storage::relink::{Likeness, MissingMedia, SearchResult};
use crate::project::{EditCommand, MediaEdit, MediaId, MediaRef, is_address, shown_name};
use crate::status::document::Remedy;
use crate::status::program::{RelinkRow, RelinkView};

impl Controller {
    /// Receives the replies of `media-files`.
    pub(super) fn receive_task_replies(&mut self) {
        while let Some(outcome) = self.program.tasks.poll() {
            match outcome {
                Ok(done) => self.task_done(done),
                Err(panic) => {
                    let text = "The work on media files broke down; try it again";
                    let notice = Notice::new(text, Remedy::ShowLog);
                    self.messages
                        .error(notice.with_details(format!("media-files: {panic}")));
                }
            }
        }
    }

    fn task_done(&mut self, done: TaskReply) {
        match done {
            TaskReply::Collected(Ok(collected)) => {
                self.messages.info(text_of_collected(&collected));
            }
            TaskReply::Collected(Err(error)) => self.messages.error(error.to_string()),
            TaskReply::Searched(folder, wanted, Ok(result)) => {
                self.program.relink = Some(Arc::new(relink_view(folder, &wanted, &result)));
            }
            TaskReply::Searched(folder, _, Err(error)) => {
                let text = format!(
                    "The folder cannot be searched ({error}); choose another one: {}",
                    folder.display()
                );
                self.messages.error(Notice::new(text, Remedy::Relink));
            }
            TaskReply::Revealed(_, Ok(())) => {}
            TaskReply::Revealed(path, Err(error)) => self.messages.error(format!(
                "The folder cannot be shown: it is gone, or there is no file manager ({error}): {}",
                path.display()
            )),
        }
    }

    fn submit_task(&mut self, job: TaskJob) {
        if let Err(busy) = self.program.tasks.submit(job) {
            self.messages.error(busy.to_string());
        }
    }

    /// Copies project and media into a new folder in `parent`.
    pub(super) fn collect(&mut self, parent: PathBuf) {
        let shown_name = Path::new(self.session.name());
        let name = self.session.path().unwrap_or(shown_name).file_stem();
        let name = name.unwrap_or_else(|| "project".as_ref()).to_owned();
        let project = self.session.history.project_arc();
        let media = project.media.iter().map(|media| media.id);
        let playable = media.filter(|id| self.engine.media_facts(*id).is_some());
        self.submit_task(TaskJob::Collect {
            playable: playable.collect(),
            project: Arc::clone(&project),
            name,
            parent,
        });
    }

    /// Searches a folder for all media files that cannot be opened.
    pub(super) fn search_missing(&mut self, folder: PathBuf) {
        let project = self.session.history.project();
        let missing = project
            .media
            .iter()
            .filter(|media| !is_address(&media.path))
            .filter(|media| self.engine.media_error(media.id).is_some());
        let wanted = missing.map(MissingMedia::of).collect();
        self.submit_task(TaskJob::Search { folder, wanted });
    }

    /// Shows a media file in the system's file manager.
    pub(super) fn reveal(&mut self, media: MediaId) {
        if let Some(media) = self.engine.project().media(media) {
            let path = media.path.clone();
            self.submit_task(TaskJob::Reveal(path));
        }
    }

    /// Puts another file in the place of this one, as one step.
    pub(super) fn replace_media(&mut self, media: MediaId, path: PathBuf) {
        self.relink(vec![(media, path, false)], "Replace media");
    }

    /// Notes whether the user takes the file that was found for this one.
    pub(super) fn choose_relink(&mut self, media: MediaId, is_chosen: bool) {
        let Some(relink) = &mut self.program.relink else {
            return;
        };
        let rows = Arc::make_mut(relink).rows.iter_mut();
        for row in rows.filter(|row| row.media == media) {
            row.is_chosen = is_chosen;
        }
    }

    /// Takes the files that were found and chosen, as one step.
    pub(super) fn apply_relink(&mut self) {
        let Some(relink) = self.program.relink.take() else {
            return;
        };
        let chosen = relink.rows.iter().filter(|row| row.is_chosen);
        let links = chosen.filter_map(|row| {
            let keeps_print = row
                .likeness
                .is_some_and(|likeness| likeness >= Likeness::SameContents);
            Some((row.media, row.found.clone()?, keeps_print))
        });
        self.relink(links.collect(), "Relink media");
    }

    /// Points media files elsewhere; what is known of the contents stays where they are the same.
    fn relink(&mut self, links: Vec<(MediaId, PathBuf, bool)>, name: &'static str) {
        let project = self.session.history.project();
        let edits: Vec<_> = links
            .into_iter()
            .filter_map(|(media, path, keeps_print)| {
                let known = project.media(media)?;
                Some(EditCommand::Media(MediaEdit::Update(MediaRef {
                    path,
                    absolute_hint: None,
                    fingerprint: known.fingerprint.clone().filter(|_| keeps_print),
                    ..known.clone()
                })))
            })
            .collect();
        self.session.history.begin(name);
        if let Err(error) = self.session.history.gesture_edits(&edits) {
            self.messages.error(error.to_string());
        }
        self.session.history.commit();
    }

    /// Opens those media files anew that changed on disk.
    pub(super) fn follow_media_changes(&mut self) {
        let changed = self.media.settled(self.now());
        if let Some(failure) = self.media.take_failure() {
            self.messages.error(failure);
        }
        if !changed.is_empty() {
            self.reload(&changed);
        }
        self.report_reloads();
        if let Some(next) = self.media.next_check() {
            self.tick_at(next);
        }
    }

    fn reload(&mut self, changed: &[PathBuf]) {
        let project = Arc::clone(self.engine.project());
        for media in &project.media {
            if !changed.contains(&media.path) {
                continue;
            }
            self.media.reloads.retain(|other| other.media != media.id);
            self.media.reloads.push(MediaReload {
                media: media.id,
                path: media.path.clone(),
                before: self.engine.media_facts(media.id).map(Arc::clone),
            });
            self.engine.reload_media(media.id);
        }
    }

    fn report_reloads(&mut self) {
        let mut left = Vec::new();
        for reload in std::mem::take(&mut self.media.reloads) {
            let facts = self.engine.media_facts(reload.media).map(Arc::clone);
            match (facts, self.engine.media_error(reload.media)) {
                (Some(facts), _) => {
                    self.messages.withdraw(&reload.path);
                    self.refresh_fingerprint(reload.media);
                    self.report_change(&reload, &facts);
                }
                (None, Some(error)) => {
                    let name = shown_name(&reload.path);
                    let text = format!("{name} changed on disk and cannot be opened: {error}");
                    let notice = Notice::new(text, Remedy::Relink);
                    self.messages.error_about(&reload.path, notice);
                }
                (None, None) => left.push(reload),
            }
        }
        self.media.reloads = left;
    }

    /// Reports the differences to the file before; brings up a prompt where clips depend on them.
    fn report_change(&mut self, reload: &MediaReload, facts: &VideoFacts) {
        let path = &reload.path;
        let name = shown_name(path);
        // A prompt that is still open is about the file that the project knew: it may be that one again.
        let asked = self.prompts.withdraw_replaced(reload.media);
        let Some(before) = asked.clone().or_else(|| {
            let before = reload.before.as_ref()?;
            Some(MediaIdentity::from(&**before))
        }) else {
            self.messages.info(format!("{name} is there now and plays"));
            return;
        };
        let now = MediaIdentity::from(facts);
        let differences = differences(&before, &now);
        if differences.is_empty() {
            let what = if asked.is_some() {
                "is the file again that it was"
            } else {
                "changed on disk and was opened anew"
            };
            self.messages.info(format!("{name} {what}"));
        } else if is_sequel(path, &before, &now) {
            self.messages.info(text_of_sequel(path, &before, &now));
        } else {
            let prompt = Prompt::media_replaced(reload.media, path, before, differences);
            self.prompts.push(prompt);
        }
    }

    fn refresh_fingerprint(&mut self, media: MediaId) {
        self.media.forget_fingerprint(media);
        self.session.learn(|project| {
            for known in project.media.iter_mut().filter(|known| known.id == media) {
                known.fingerprint = None;
            }
        });
    }
}

fn text_of_collected(collected: &CollectedFolder) -> String {
    let missing = match collected.missing.len() {
        0 => String::new(),
        count => format!("; {count} that are missing or cannot be played are not among them"),
    };
    let strays = match collected.strays {
        0 => String::new(),
        count => format!("; {count} with the name of a picture are none and were left out"),
    };
    format!(
        "The project and {} media files are collected{missing}{strays}: {}",
        collected.files,
        collected.project.display()
    )
}

fn relink_view(folder: PathBuf, wanted: &[MissingMedia], result: &SearchResult) -> RelinkView {
    let rows = wanted.iter().map(|wanted| {
        let found = result
            .matches
            .iter()
            .find(|found| found.media == wanted.media);
        RelinkRow {
            media: wanted.media,
            name: wanted.name.to_string_lossy().into_owned(),
            found: found.map(|found| found.path.clone()),
            likeness: found.map(|found| found.likeness),
            // Another film of the same name is taken only if the user chooses it.
            is_chosen: found.is_some_and(|found| found.likeness > Likeness::OtherContents),
        }
    });
    RelinkView {
        folder,
        files: result.files,
        was_cancelled: result.was_cancelled,
        rows: rows.collect(),
    }
}
