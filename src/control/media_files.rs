//! Media files that are missing, replaced or changed on disk; project and media collected in one folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::media_mismatch;
use super::media_mismatch::{MediaIdentity, differences};
use crate::app::SextetApp;
use crate::app::dialogs::DialogRequest;
use crate::control::tasks::{TaskJob, TaskReply};
use crate::media::MediaFacts;
use crate::project::storage::collect::Collected;
use crate::project::storage::relink::{Likeness, SearchResult, Wanted};
use crate::project::{EditCommand, MediaEdit, MediaId, MediaRef, is_address};
use crate::status::program::{RelinkRow, RelinkView};
use crate::time::Time;

/// A media file that is being opened anew.
#[derive(Debug)]
pub(crate) struct MediaReload {
    media: MediaId,
    path: PathBuf,
    /// What it was, if it could be opened.
    before: Option<Arc<MediaFacts>>,
}

impl SextetApp {
    /// Takes up what was done on `media-files`.
    pub(crate) fn take_up_tasks(&mut self) {
        while let Some(outcome) = self.state.tasks.poll() {
            match outcome {
                Ok(done) => self.task_done(done),
                Err(panic) => {
                    tracing::error!(panic, "media-files broke down");
                    self.messages.error(format!(
                        "work on media files broke down ({panic}); try again"
                    ));
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
                self.state.relink = Some(relink_view(folder, &wanted, &result));
            }
            TaskReply::Searched(folder, _, Err(error)) => self.messages.error(format!(
                "the folder cannot be searched ({error}); choose another one: {}",
                folder.display()
            )),
            TaskReply::Revealed(_, Ok(())) => {}
            TaskReply::Revealed(path, Err(error)) => self.messages.error(format!(
                "there is no folder, or no file manager to show it ({error}): {}",
                path.display()
            )),
        }
    }

    fn submit_task(&mut self, job: TaskJob) {
        if let Err(busy) = self.state.tasks.submit(job) {
            self.messages.error(busy.to_string());
        }
    }

    /// Copies project and media into a new folder in `parent`.
    pub(crate) fn collect(&mut self, parent: PathBuf) {
        let name = Path::new(self.session.name()).file_stem();
        let name = name.map_or_else(
            || "project".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        );
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
    pub(crate) fn search_missing(&mut self, folder: PathBuf) {
        let project = self.session.history.project();
        let missing = project
            .media
            .iter()
            .filter(|media| !is_address(&media.path))
            .filter(|media| self.engine.media_error(media.id).is_some());
        let wanted = missing.map(Wanted::of).collect();
        self.submit_task(TaskJob::Search { folder, wanted });
    }

    /// Shows a media file in the system's file manager.
    pub(crate) fn reveal(&mut self, media: MediaId) {
        if let Some(media) = self.engine.project().media(media) {
            let path = media.path.clone();
            self.submit_task(TaskJob::Reveal(path));
        }
    }

    /// Asks for a file to take the place of this one.
    pub(crate) fn ask_for_replacement(&mut self, media: MediaId) {
        self.open_dialog(DialogRequest::ReplaceMedia(media));
    }

    /// Puts another file in the place of this one, as one step.
    pub(crate) fn replace_media(&mut self, media: MediaId, path: PathBuf) {
        self.relink(vec![(media, path, false)], "Replace media");
    }

    /// Whether the file that was found is to be taken for this one.
    pub(crate) fn choose_relink(&mut self, media: MediaId, is_chosen: bool) {
        let rows = self
            .state
            .relink
            .iter_mut()
            .flat_map(|relink| &mut relink.rows);
        for row in rows.filter(|row| row.media == media) {
            row.is_chosen = is_chosen;
        }
    }

    /// Takes the files that were found and chosen, as one step.
    pub(crate) fn apply_relink(&mut self) {
        let Some(relink) = self.state.relink.take() else {
            return;
        };
        let chosen = relink.rows.into_iter().filter(|row| row.is_chosen);
        let links = chosen.filter_map(|row| {
            let keeps_print = row.likeness == text_of(Likeness::Same)
                || row.likeness == text_of(Likeness::SameContents);
            Some((row.media, row.found?, keeps_print))
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

    /// Watches the folders of the media files, and opens those anew that changed.
    pub(crate) fn follow_disk(&mut self) -> Option<Time> {
        let now = self.engine_now();
        let changed = self.state.watch.settled(now);
        if let Some(breakdown) = self.state.watch.take_breakdown() {
            self.messages.error(breakdown);
        }
        let project = Arc::clone(self.engine.project());
        for media in &project.media {
            if !changed.contains(&media.path) {
                continue;
            }
            self.reloads.retain(|other| other.media != media.id);
            self.reloads.push(MediaReload {
                media: media.id,
                path: media.path.clone(),
                before: self.engine.media_facts(media.id).map(Arc::clone),
            });
            self.engine.reload_media(media.id);
        }
        self.tell_reloaded();
        self.state.watch.next_look()
    }

    /// Watches the folders of the document's media from now on.
    pub(crate) fn watch_media(&mut self) {
        let paths = self.engine.project().media.iter().map(|media| &media.path);
        let files = paths.filter(|path| !is_address(path));
        self.state.watch.set_files(files);
    }

    fn tell_reloaded(&mut self) {
        let mut left = Vec::new();
        for reloads in std::mem::take(&mut self.reloads) {
            let facts = self.engine.media_facts(reloads.media).map(Arc::clone);
            match (facts, self.engine.media_error(reloads.media)) {
                (Some(facts), _) => {
                    self.messages.withdraw(&reloads.path);
                    self.refresh_fingerprint(reloads.media);
                    self.tell_change(&reloads, &facts);
                }
                (None, Some(error)) => {
                    let text =
                        format!("a media file changed on disk and cannot be opened: {error}");
                    self.messages.error_about(&reloads.path, text);
                }
                (None, None) => left.push(reloads),
            }
        }
        self.reloads = left;
    }

    /// Tells what is other than before; asks where clips depend on it.
    fn tell_change(&mut self, reloads: &MediaReload, facts: &MediaFacts) {
        let path = &reloads.path;
        let name = path.file_name().unwrap_or(path.as_os_str());
        let name = name.to_string_lossy();
        // A question that is still open is about the file that the project knew: it may be that one again.
        let asked = self.state.withdraw_replaced(reloads.media);
        let Some(before) = asked.clone().or_else(|| {
            let before = reloads.before.as_ref()?;
            Some(MediaIdentity::from(&**before))
        }) else {
            self.messages.info(format!("{name} is there now and plays"));
            return;
        };
        let now = MediaIdentity::from(facts);
        let differs = differences(&before, &now);
        if differs.is_empty() {
            let what = if asked.is_some() {
                "is the file again that it was"
            } else {
                "changed on disk and was opened anew"
            };
            self.messages.info(format!("{name} {what}"));
        } else if media_mismatch::is_sequel(path, &before, &now) {
            self.messages
                .info(media_mismatch::text_of_sequel(path, &before, &now));
        } else {
            let question = media_mismatch::question(reloads.media, path, before, differs);
            self.state.ask(question);
        }
    }

    /// Has the fingerprint of a file found anew.
    fn refresh_fingerprint(&mut self, media: MediaId) {
        self.fingerprinted.retain(|(other, _)| *other != media);
        self.session.learn(|project| {
            for known in project.media.iter_mut().filter(|known| known.id == media) {
                known.fingerprint = None;
            }
        });
    }
}

fn text_of_collected(collected: &Collected) -> String {
    let missing = match collected.missing.len() {
        0 => String::new(),
        count => format!("; {count} that are missing or cannot be played are not among them"),
    };
    let strays = match collected.strays {
        0 => String::new(),
        count => format!("; {count} with the name of a picture are none and were left out"),
    };
    format!(
        "project and {} media files are collected{missing}{strays}: {}",
        collected.files,
        collected.project.display()
    )
}

fn text_of(likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::Same => "the same file",
        Likeness::SameContents => "same contents, other name",
        Likeness::SameName => "same name",
        Likeness::OtherContents => "same name, other contents",
    }
}

fn relink_view(folder: PathBuf, wanted: &[Wanted], result: &SearchResult) -> RelinkView {
    let rows = wanted.iter().map(|wanted| {
        let found = result
            .matches
            .iter()
            .find(|found| found.media == wanted.media);
        RelinkRow {
            media: wanted.media,
            name: wanted.name.to_string_lossy().into_owned(),
            found: found.map(|found| found.path.clone()),
            likeness: found.map_or("not found", |found| text_of(found.likeness)),
            // Another film of the same name is only taken if a person says so.
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
