//! A batch of files on their way into the project, from the first asked for to the step of undo that adds those that opened.

use super::import_plan::{ImportPlan, ImportTarget};
use super::messages::{Messages, Notice};
use crate::project::{EditCommand, History, MediaId, MediaRef, ProjectEdit, shown, shown_name};
use crate::status::document::Remedy;
use crate::time::Time;

/// Time that the files of a batch, and batches after it, wait for one that is not open yet: long enough for a batch of
/// short files to be one step, short enough for them not to be missed behind a long one.
pub(super) const PATIENCE: Time = Time::from_seconds(2);

/// Length of a clip of a live source at first; it may be made longer.
pub(super) const LIVE_DURATION: Time = Time::from_seconds(600);

/// State of a file that the engine opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OpenState {
    /// Still being opened.
    NotYet,
    /// The same, and its disk does not answer.
    NoAnswer,
    /// Open, with this duration.
    Lasts(Time),
    /// A live source that gives nothing yet, for this reason.
    Silent(String),
    /// Impossible to open, for this reason.
    Failed(String),
}

/// Files that become one step of undo.
#[derive(Debug)]
pub(super) struct Batch {
    pub files: Vec<ImportFile>,
    pub place: ImportTarget,
    /// Time at which waiting for it began, on the engine's clock.
    pub since: Option<Time>,
    /// True once it was waited for long enough.
    pub is_late: bool,
}

/// A file that is imported, and its state in the engine.
#[derive(Debug)]
pub(super) struct ImportFile {
    pub media: MediaRef,
    pub opened: OpenState,
}

impl ImportFile {
    pub fn new(media: MediaRef) -> Self {
        Self {
            media,
            opened: OpenState::NotYet,
        }
    }

    /// True if it is open or failed.
    pub fn is_open(&self) -> bool {
        !matches!(self.opened, OpenState::NotYet | OpenState::NoAnswer)
    }
}

impl Batch {
    pub fn new(files: Vec<ImportFile>, place: ImportTarget) -> Self {
        Self {
            files,
            place,
            since: None,
            is_late: false,
        }
    }

    /// Updates the states; a file whose disk does not answer is reported, once.
    pub fn update(
        &mut self,
        opened: &impl Fn(MediaId) -> OpenState,
        now: Time,
        messages: &mut Messages,
    ) {
        for file in self.files.iter_mut().filter(|file| !file.is_open()) {
            let before = std::mem::replace(&mut file.opened, opened(file.media.id));
            if file.opened == OpenState::NoAnswer && before == OpenState::NotYet {
                messages.error_about(&file.media.path, no_answer_text(&file.media));
            } else if file.is_open() && before == OpenState::NoAnswer {
                messages.withdraw(&file.media.path);
            }
        }
        let since = *self.since.get_or_insert(now);
        self.is_late |= now - since >= PATIENCE;
    }

    /// True if all files are open or failed.
    pub fn is_open(&self) -> bool {
        self.files.iter().all(ImportFile::is_open)
    }

    /// The files that are open or failed; the others stay.
    pub fn split_off_open(&mut self) -> Self {
        let files = std::mem::take(&mut self.files);
        let (open, others) = files.into_iter().partition(ImportFile::is_open);
        self.files = others;
        Self::new(open, self.place)
    }

    pub fn add_to(self, history: &mut History, messages: &mut Messages) {
        let mut plan = ImportPlan::new(history.project().clone());
        let (name, is_list) = match self.place {
            ImportTarget::OwnLayers(_) => ("Add media", self.lasts()),
            ImportTarget::Layer(..) => ("Place clip", false),
        };
        // A list of files in an empty project plays in a loop.
        if is_list && plan.project.layers.is_empty() {
            plan.edit(
                EditCommand::Project(ProjectEdit::SetLooping(true)),
                messages,
            );
        }
        for file in self.files {
            match file.opened {
                OpenState::Failed(reason) => {
                    let notice = Notice::new(reason, Remedy::AddMedia);
                    messages.error_about(&file.media.path, notice);
                }
                OpenState::NotYet | OpenState::NoAnswer => {}
                OpenState::Silent(reason) => {
                    let text = format!("The source is added, and tried again by itself: {reason}");
                    messages.error(text);
                    plan.add(&file.media, self.place, LIVE_DURATION, messages);
                }
                OpenState::Lasts(duration) => {
                    plan.add(&file.media, self.place, duration, messages);
                }
            }
        }
        plan.tell_leftover(messages);
        history.begin(name);
        if let Err(error) = history.gesture_edits(&plan.edits) {
            messages.error(error.to_string());
        }
        history.commit();
    }

    /// True if one of its files gets a clip.
    fn lasts(&self) -> bool {
        self.files.iter().any(|file| match file.opened {
            OpenState::Lasts(_) | OpenState::Silent(_) => true,
            OpenState::NotYet | OpenState::NoAnswer | OpenState::Failed(_) => false,
        })
    }
}

fn no_answer_text(media: &MediaRef) -> String {
    format!(
        "The disk of {} does not answer; look after it. The clip is placed once the file is open: {}",
        shown_name(&media.path),
        shown(&media.path)
    )
}
