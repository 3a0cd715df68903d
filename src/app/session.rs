//! The open document: its file, its history, and the question about unsaved changes.
//!
//! ```text
//!                 request, dirty             Save
//!  ┌─► Editing ──────────────────► Asking ──────────► SavingFirst
//!  │      │                         │  │                │    │
//!  │      │ request, clean   Discard│  │Cancel          │    │ no file chosen,
//!  │      ▼                         │  │                │    │ or it cannot be written
//!  │  carry out ◄───────────────────┘  │                │    │
//!  │      ▲ ▲                          │                │    │
//!  │      │ └────── written, and still the same ────────┘    │
//!  └──────┴─────────────────────────── ┴ ────────────────────┘
//! ```
//!
//! What can lose changes (a new project, another one, closing) is requested first and carried out when nothing is lost
//! by it. Saving is done elsewhere, on its own thread; a request made meanwhile waits for it. If the project is changed
//! while it is being saved, the question is asked again.
//!
//! This is a pure state machine: each method gives the [`Step`] that the caller takes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::document::{Document, Rights, UNTITLED, file_name};
use crate::project::lock::FileLock;
use crate::project::{History, Project};
use crate::ui::command::UnsavedAnswer;
use crate::ui::view::DocumentView;

/// The open document.
pub(crate) struct Session {
    /// The project and its undo steps.
    pub history: History,
    /// Which of the documents opened in this run it is.
    number: u64,
    path: Option<PathBuf>,
    name: String,
    rights: Rights,
    lock: Option<Arc<FileLock>>,
    stage: Stage,
    /// What was handed over to be written, oldest first.
    in_flight: Vec<InFlight>,
}

/// A snapshot on its way into a file.
struct InFlight {
    /// As it was handed over.
    handed_over: Arc<Project>,
    /// The same with what was learned since, to be compared with the document.
    learned: Arc<Project>,
}

/// Something that would lose unsaved changes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Pending {
    /// An empty project.
    New,
    /// Another document.
    Replace(Box<Document>),
    /// The end of the program.
    Close,
}

#[derive(Debug, PartialEq)]
enum Stage {
    Editing,
    Asking(Pending),
    SavingFirst(Pending),
}

/// What the caller does next.
#[derive(Debug, PartialEq)]
pub(crate) enum Step {
    /// Nothing.
    None,
    /// Write this snapshot to this file, and tell [`Session::written`].
    Write(Arc<Project>, PathBuf),
    /// Ask for a file to save to, and tell [`Session::file_chosen`].
    AskForFile,
    /// Hand this to [`Session::carry_out`].
    CarryOut(Pending),
}

/// What carrying out led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CarriedOut {
    /// The document is another one.
    OtherDocument,
    /// The program ends.
    Close,
}

impl Session {
    /// An empty document without a file.
    pub fn new() -> Self {
        Self {
            history: History::default(),
            number: 0,
            path: None,
            name: UNTITLED.to_owned(),
            rights: Rights::Full,
            lock: None,
            stage: Stage::Editing,
            in_flight: Vec::new(),
        }
    }

    /// Whether the document is this window's to be saved to this file.
    pub fn owns(&self, path: &Path) -> bool {
        self.rights == Rights::Full && self.path.as_deref() == Some(path)
    }

    /// What keeps other windows from the document's file.
    pub fn lock(&self) -> Option<Arc<FileLock>> {
        self.lock.clone()
    }

    /// Keeps other windows from the document's file from now on.
    pub fn hold(&mut self, lock: FileLock) {
        self.lock = Some(Arc::new(lock));
    }

    /// The file's name, or `Untitled`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The document's file, once it has one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The document's name and state, to show.
    pub fn view(&self) -> DocumentView<'_> {
        DocumentView {
            number: self.number,
            name: &self.name,
            is_dirty: self.history.is_dirty(),
            undo: self.history.undo_name(),
            redo: self.history.redo_name(),
            unsaved_question: self.question(),
        }
    }

    /// Asks for something that would lose unsaved changes. What was asked for before and not carried out is forgotten.
    pub fn request(&mut self, pending: Pending) -> Step {
        // A drag that is still held is a change like any other.
        self.history.commit();
        let is_being_saved = match self.in_flight.last() {
            Some(newest) => *newest.learned == *self.history.project(),
            None => false,
        };
        if is_being_saved || (!self.history.is_dirty() && !self.in_flight.is_empty()) {
            self.stage = Stage::SavingFirst(pending);
            Step::None
        } else if self.history.is_dirty() {
            self.stage = Stage::Asking(pending);
            Step::None
        } else {
            self.stage = Stage::Editing;
            Step::CarryOut(pending)
        }
    }

    /// Whether the program ends as soon as the document is saved.
    pub fn is_saving_to_close(&self) -> bool {
        self.stage == Stage::SavingFirst(Pending::Close)
    }

    /// The person's answer to the question; without a question nothing happens.
    pub fn answer(&mut self, answer: UnsavedAnswer) -> Step {
        let Stage::Asking(pending) = std::mem::replace(&mut self.stage, Stage::Editing) else {
            return Step::None;
        };
        match answer {
            UnsavedAnswer::Cancel => Step::None,
            UnsavedAnswer::Discard => Step::CarryOut(pending),
            UnsavedAnswer::Save => {
                self.stage = Stage::SavingFirst(pending);
                self.save()
            }
        }
    }

    /// Saves to the document's file, or has one asked for.
    pub fn save(&mut self) -> Step {
        match self.path.clone() {
            Some(path) if self.rights == Rights::Full => self.write(path),
            _ => Step::AskForFile,
        }
    }

    /// The file that was chosen to save to; none if the person thought better of it.
    pub fn file_chosen(&mut self, path: Option<PathBuf>) -> Step {
        let Some(path) = path else {
            self.stage = Stage::Editing;
            return Step::None;
        };
        self.write(path)
    }

    /// A snapshot was written to this file, or could not be.
    pub fn written(&mut self, project: &Arc<Project>, path: PathBuf, is_written: bool) -> Step {
        let is_this = |other: &InFlight| Arc::ptr_eq(&other.handed_over, project);
        let place = self.in_flight.iter().position(is_this);
        let in_flight = place.map(|place| self.in_flight.remove(place));
        let Some(saved) = in_flight.filter(|_| is_written) else {
            self.stage = Stage::Editing;
            return Step::None;
        };
        if !self.owns(&path) {
            self.lock = None;
            self.rights = Rights::Full;
        }
        self.name = file_name(&path);
        self.path = Some(path);
        self.history.mark_saved_as(saved.learned);
        match std::mem::replace(&mut self.stage, Stage::Editing) {
            Stage::SavingFirst(pending) => self.request(pending),
            other => {
                self.stage = other;
                Step::None
            }
        }
    }

    /// Nothing that was handed over to be written will be told of any more.
    pub fn give_up_saving(&mut self) {
        self.in_flight.clear();
        self.stage = Stage::Editing;
    }

    /// Notes something that was learned and not edited: no step of undo, and nothing that has to be saved.
    pub fn learn(&mut self, change: impl Fn(&mut Project)) {
        for in_flight in &mut self.in_flight {
            change(Arc::make_mut(&mut in_flight.learned));
        }
        self.history.replace_quietly(change);
    }

    /// Carries out what [`Step::CarryOut`] named.
    pub fn carry_out(&mut self, pending: Pending) -> CarriedOut {
        match pending {
            Pending::Close => return CarriedOut::Close,
            Pending::New => self.open(Document::of(Box::default(), None)),
            Pending::Replace(document) => self.open(*document),
        }
        CarriedOut::OtherDocument
    }

    fn open(&mut self, document: Document) {
        match document.saved {
            Some(saved) => self.history.reset_unsaved(*document.project, *saved),
            None => self.history.reset(*document.project),
        }
        self.number += 1;
        self.path = document.path;
        self.name = document.name;
        self.rights = document.rights;
        self.lock = document.lock;
    }

    fn write(&mut self, path: PathBuf) -> Step {
        self.history.commit();
        let project = self.history.project_arc();
        self.in_flight.push(InFlight {
            handed_over: Arc::clone(&project),
            learned: Arc::clone(&project),
        });
        Step::Write(project, path)
    }

    /// What the question about unsaved changes is for, while it is open.
    fn question(&self) -> Option<&'static str> {
        match &self.stage {
            Stage::Asking(Pending::New) => Some("start a new project"),
            Stage::Asking(Pending::Replace(_)) => Some("open another project"),
            Stage::Asking(Pending::Close) => Some("close"),
            Stage::Editing | Stage::SavingFirst(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::EditCommand;

    fn edited() -> Session {
        let mut session = Session::new();
        edit(&mut session, true);
        session
    }

    fn edit(session: &mut Session, is_looping: bool) {
        let command = EditCommand::SetLooping(is_looping);
        session
            .history
            .apply(&command)
            .expect("looping may always be set");
    }

    /// Takes the step to be a write, and gives what is written.
    fn expect_write(step: Step) -> (Arc<Project>, PathBuf) {
        match step {
            Step::Write(project, path) => (project, path),
            other => panic!("expected a write, not {other:?}"),
        }
    }

    #[test]
    fn a_clean_document_is_left_without_a_question() {
        let mut session = Session::new();
        assert_eq!(
            session.request(Pending::Close),
            Step::CarryOut(Pending::Close)
        );
        assert_eq!(session.view().unsaved_question, None);
    }

    #[test]
    fn unsaved_changes_bring_up_the_question_and_cancel_keeps_them() {
        let mut session = edited();
        assert_eq!(session.request(Pending::New), Step::None);
        assert_eq!(session.view().unsaved_question, Some("start a new project"));
        assert_eq!(session.answer(UnsavedAnswer::Cancel), Step::None);
        assert_eq!(session.view().unsaved_question, None);
        assert!(
            session.history.project().is_looping,
            "the change is still there"
        );
    }

    #[test]
    fn discard_carries_out_what_was_asked_for() {
        let mut session = edited();
        session.request(Pending::New);
        let step = session.answer(UnsavedAnswer::Discard);
        assert_eq!(step, Step::CarryOut(Pending::New));
        assert_eq!(session.carry_out(Pending::New), CarriedOut::OtherDocument);
        assert!(!session.history.is_dirty(), "a new document");
    }

    #[test]
    fn save_asks_for_a_file_writes_and_then_closes() {
        let mut session = edited();
        session.request(Pending::Close);
        assert_eq!(session.answer(UnsavedAnswer::Save), Step::AskForFile);
        let chosen = session.file_chosen(Some("/shows/a.ron".into()));
        let (project, path) = expect_write(chosen);
        assert_eq!(
            session.written(&project, path, true),
            Step::CarryOut(Pending::Close)
        );
        assert_eq!(session.name(), "a.ron");
    }

    #[test]
    fn choosing_no_file_or_failing_to_write_keeps_the_document_open() {
        let mut session = edited();
        session.request(Pending::Close);
        session.answer(UnsavedAnswer::Save);
        assert_eq!(session.file_chosen(None), Step::None);

        session.request(Pending::Close);
        session.answer(UnsavedAnswer::Save);
        let (project, path) = expect_write(session.file_chosen(Some("/full/a.ron".into())));
        assert_eq!(session.written(&project, path, false), Step::None);
        assert!(session.history.is_dirty(), "nothing was saved");
        assert_eq!(session.path(), None);
    }

    #[test]
    fn closing_waits_for_a_save_that_is_running() {
        let mut session = edited();
        let (project, path) = expect_write(session.file_chosen(Some("/shows/a.ron".into())));
        assert_eq!(session.request(Pending::Close), Step::None);
        assert_eq!(
            session.view().unsaved_question,
            None,
            "there is nothing to ask"
        );
        assert_eq!(
            session.written(&project, path, true),
            Step::CarryOut(Pending::Close)
        );
    }

    #[test]
    fn a_change_made_while_saving_is_asked_about() {
        let mut session = edited();
        let (project, path) = expect_write(session.file_chosen(Some("/shows/a.ron".into())));
        session.request(Pending::Close);
        edit(&mut session, false);
        assert_eq!(session.written(&project, path, true), Step::None);
        assert_eq!(session.view().unsaved_question, Some("close"));
    }

    #[test]
    fn what_is_learned_while_saving_leaves_the_saved_document_clean() {
        let mut session = edited();
        let (project, path) = expect_write(session.file_chosen(Some("/shows/a.ron".into())));
        session.learn(|project| project.canvas.background = [0.5; 3]);
        session.written(&project, path, true);
        assert!(!session.history.is_dirty(), "nothing was edited since");
    }

    #[test]
    fn an_opened_project_has_its_name_and_is_clean() {
        let mut session = edited();
        let document = Document::own(Box::default(), "/shows/b.ron".into(), None);
        session.carry_out(Pending::Replace(Box::new(document)));
        assert_eq!(session.name(), "b.ron");
        assert!(!session.history.is_dirty(), "as it is in the file");
        let (_, path) = expect_write(session.save());
        assert_eq!(path, Path::new("/shows/b.ron"));
    }

    #[test]
    fn a_read_only_document_asks_for_another_file_and_is_its_own_there() {
        let mut session = Session::new();
        let document = Document::read_only(Box::default(), "/shows/a.ron".into());
        session.carry_out(Pending::Replace(Box::new(document)));
        assert_eq!(session.name(), "a.ron (read only)");
        edit(&mut session, true);
        assert_eq!(session.save(), Step::AskForFile);
        let (project, path) = expect_write(session.file_chosen(Some("/shows/b.ron".into())));
        assert!(!session.owns(&path), "not before it is written");
        session.written(&project, path, true);
        assert!(session.owns(Path::new("/shows/b.ron")), "its own file");
        expect_write(session.save());
    }

    #[test]
    fn a_copy_has_no_file_and_is_not_left_without_a_question() {
        let project = Project {
            is_looping: true,
            ..Project::default()
        };
        let mut session = Session::new();
        let document = Document::copy(Box::new(project), Path::new("/shows/a.ron"));
        session.carry_out(Pending::Replace(Box::new(document)));
        assert_eq!((session.name(), session.path()), ("a copy", None));
        assert!(session.history.is_dirty(), "it is saved nowhere");
    }

    #[test]
    fn an_answer_without_a_question_does_nothing() {
        let mut session = edited();
        assert_eq!(session.answer(UnsavedAnswer::Discard), Step::None);
        assert!(session.history.is_dirty(), "nothing was discarded");
    }
}
