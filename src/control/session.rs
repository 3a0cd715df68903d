//! The session: the open document, its file, its history, and the prompt about unsaved changes.
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
//! An action that can lose changes (a new project, another one, closing) is requested first and carried out when
//! nothing is lost by it. Saving is done elsewhere, on its own thread; a request made meanwhile waits for it. If the
//! project is changed while it is being saved, the prompt comes up again.
//!
//! This is a pure state machine: each method gives the [`Step`] that the caller takes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::document::{Document, Hold, Rights, UNTITLED, file_name};
use super::project_io::{ExpectedContents, SavedProject};
use crate::command::UnsavedAnswer;
use crate::project::storage::lock::FileLock;
use crate::project::{FileStamp, History, Project};
use crate::status::document::UnsavedPrompt;

/// The open document.
pub(crate) struct Session {
    /// The project and its undo steps.
    pub history: History,
    /// Number of the document among those opened in this run.
    number: u64,
    path: Option<PathBuf>,
    name: String,
    rights: Rights,
    hold: Hold,
    /// Stamp of the file as it was last read or written here; absent where there was none.
    stamp: Option<FileStamp>,
    stage: SessionStage,
    /// Saves on their way, oldest first.
    in_flight: Vec<SaveInFlight>,
}

/// A snapshot on its way into a file.
struct SaveInFlight {
    /// As it was handed over.
    handed_over: Arc<Project>,
    /// The snapshot with facts learned since, to be compared with the document.
    learned: Arc<Project>,
}

/// An action that would lose unsaved changes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PendingAction {
    /// An empty project.
    New,
    /// Another document.
    Replace(Box<Document>),
    /// The end of the program.
    Close,
}

#[derive(Debug, PartialEq)]
enum SessionStage {
    Editing,
    Asking(PendingAction),
    SavingFirst(PendingAction),
}

/// The next step of the caller.
#[derive(Debug, PartialEq)]
pub(crate) enum Step {
    /// Nothing.
    None,
    /// Write this snapshot to this file if its contents are as expected, and report it to [`Session::written`].
    Write(Arc<Project>, PathBuf, ExpectedContents),
    /// Ask for a file to save to, and call [`Session::save_to`] or [`Session::no_file_chosen`].
    AskForFile,
    /// Hand this to [`Session::carry_out`].
    CarryOut(PendingAction),
}

/// The consequence of an action that was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FollowUp {
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
            hold: Hold::Loose,
            stamp: None,
            stage: SessionStage::Editing,
            in_flight: Vec::new(),
        }
    }

    /// The lock of the document's file, if this window has it.
    pub fn lock(&self) -> Option<Arc<FileLock>> {
        match &self.hold {
            Hold::Locked(lock) => Some(Arc::clone(lock)),
            Hold::Loose | Hold::Unlockable => None,
        }
    }

    /// The file's name, or `Untitled`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The document's file, once it has one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Number of the document among those opened in this run.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Requests an action that would lose unsaved changes. One that was requested before and not carried out is
    /// forgotten.
    pub fn request(&mut self, pending: PendingAction) -> Step {
        // A drag that is still held is a change like any other.
        self.history.commit();
        let is_being_saved = match self.in_flight.last() {
            Some(newest) => *newest.learned == *self.history.project(),
            None => false,
        };
        if is_being_saved || (!self.history.is_dirty() && !self.in_flight.is_empty()) {
            self.stage = SessionStage::SavingFirst(pending);
            Step::None
        } else if self.history.is_dirty() {
            self.stage = SessionStage::Asking(pending);
            Step::None
        } else {
            self.stage = SessionStage::Editing;
            Step::CarryOut(pending)
        }
    }

    /// True if the program ends as soon as the document is saved.
    pub fn is_saving_to_close(&self) -> bool {
        self.stage == SessionStage::SavingFirst(PendingAction::Close)
    }

    /// Takes the answer to the prompt; without a prompt nothing happens.
    pub fn answer(&mut self, answer: UnsavedAnswer) -> Step {
        let SessionStage::Asking(pending) =
            std::mem::replace(&mut self.stage, SessionStage::Editing)
        else {
            return Step::None;
        };
        match answer {
            UnsavedAnswer::Cancel => Step::None,
            UnsavedAnswer::Discard => Step::CarryOut(pending),
            UnsavedAnswer::Save => {
                self.stage = SessionStage::SavingFirst(pending);
                self.save()
            }
        }
    }

    /// Saves to the document's file, or asks for one.
    pub fn save(&mut self) -> Step {
        match self.path.clone() {
            Some(path) if self.rights == Rights::Full => {
                let expected = self
                    .stamp
                    .map_or(ExpectedContents::Nothing, ExpectedContents::Same);
                self.save_to(path, expected)
            }
            _ => Step::AskForFile,
        }
    }

    /// Saves to a file that the user chose.
    pub fn save_to(&mut self, path: PathBuf, expected: ExpectedContents) -> Step {
        self.history.commit();
        let project = self.history.project_arc();
        self.in_flight.push(SaveInFlight {
            handed_over: Arc::clone(&project),
            learned: Arc::clone(&project),
        });
        Step::Write(project, path, expected)
    }

    /// The user cancelled the choice of a file to save to.
    pub fn no_file_chosen(&mut self) {
        self.stage = SessionStage::Editing;
    }

    /// A snapshot was written to this file, or could not be. One of a document that is not open any more changes
    /// nothing.
    pub fn written(
        &mut self,
        project: &Arc<Project>,
        path: PathBuf,
        saved: Option<SavedProject>,
    ) -> Step {
        let is_this = |other: &SaveInFlight| Arc::ptr_eq(&other.handed_over, project);
        let Some(place) = self.in_flight.iter().position(is_this) else {
            return Step::None;
        };
        let in_flight = self.in_flight.remove(place);
        let Some(saved) = saved else {
            self.stage = SessionStage::Editing;
            return Step::None;
        };
        self.hold = saved.hold;
        self.stamp = Some(saved.stamp);
        self.rights = Rights::Full;
        self.name = file_name(&path);
        self.path = Some(path);
        self.history.mark_saved_as(in_flight.learned);
        match std::mem::replace(&mut self.stage, SessionStage::Editing) {
            SessionStage::SavingFirst(pending) => self.request(pending),
            other => {
                self.stage = other;
                Step::None
            }
        }
    }

    /// No save on its way will be reported any more.
    pub fn give_up_saving(&mut self) {
        self.in_flight.clear();
        self.stage = SessionStage::Editing;
    }

    /// Notes a fact that was learned and not edited: no step of undo, and nothing that has to be saved.
    pub fn learn(&mut self, change: impl Fn(&mut Project)) {
        for in_flight in &mut self.in_flight {
            change(Arc::make_mut(&mut in_flight.learned));
        }
        self.history.replace_quietly(change);
    }

    /// Carries out the action of [`Step::CarryOut`].
    pub fn carry_out(&mut self, pending: PendingAction) -> FollowUp {
        match pending {
            PendingAction::Close => return FollowUp::Close,
            PendingAction::New => self.open(Document::untitled(Box::default())),
            PendingAction::Replace(document) => self.open(*document),
        }
        FollowUp::OtherDocument
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
        self.hold = document.hold;
        self.stamp = document.stamp;
        // Saves on their way are of the document before.
        self.in_flight.clear();
    }

    /// The action that the prompt about unsaved changes is for, while it is open.
    pub fn unsaved_prompt(&self) -> Option<UnsavedPrompt> {
        match &self.stage {
            SessionStage::Asking(PendingAction::New) => Some(UnsavedPrompt::New),
            SessionStage::Asking(PendingAction::Replace(_)) => Some(UnsavedPrompt::Open),
            SessionStage::Asking(PendingAction::Close) => Some(UnsavedPrompt::Close),
            SessionStage::Editing | SessionStage::SavingFirst(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{EditCommand, ProjectEdit};

    fn edited() -> Session {
        let mut session = Session::new();
        edit(&mut session, true);
        session
    }

    fn edit(session: &mut Session, is_looping: bool) {
        let command = EditCommand::Project(ProjectEdit::SetLooping(is_looping));
        session
            .history
            .apply(&command)
            .expect("looping may always be set");
    }

    /// Result of a save to a file that nobody else has open.
    fn saved() -> SavedProject {
        SavedProject {
            hold: Hold::Unlockable,
            stamp: FileStamp::of(b"saved"),
        }
    }

    fn choose(session: &mut Session, path: &str) -> Step {
        session.save_to(path.into(), ExpectedContents::Anything)
    }

    /// Takes the step to be a write, and gives what is written.
    fn expect_write(step: Step) -> (Arc<Project>, PathBuf) {
        match step {
            Step::Write(project, path, _) => (project, path),
            other => panic!("expected a write, not {other:?}"),
        }
    }

    #[test]
    fn a_clean_document_is_left_without_a_question() {
        let mut session = Session::new();
        assert_eq!(
            session.request(PendingAction::Close),
            Step::CarryOut(PendingAction::Close)
        );
        assert_eq!(session.unsaved_prompt(), None);
    }

    #[test]
    fn unsaved_changes_bring_up_the_question_and_cancel_keeps_them() {
        let mut session = edited();
        assert_eq!(session.request(PendingAction::New), Step::None);
        assert_eq!(session.unsaved_prompt(), Some(UnsavedPrompt::New));
        assert_eq!(session.answer(UnsavedAnswer::Cancel), Step::None);
        assert_eq!(session.unsaved_prompt(), None);
        assert!(
            session.history.project().is_looping,
            "the change is still there"
        );
    }

    #[test]
    fn discard_carries_out_what_was_asked_for() {
        let mut session = edited();
        session.request(PendingAction::New);
        let step = session.answer(UnsavedAnswer::Discard);
        assert_eq!(step, Step::CarryOut(PendingAction::New));
        assert_eq!(
            session.carry_out(PendingAction::New),
            FollowUp::OtherDocument
        );
        assert!(!session.history.is_dirty(), "a new document");
    }

    #[test]
    fn save_asks_for_a_file_writes_and_then_closes() {
        let mut session = edited();
        session.request(PendingAction::Close);
        assert_eq!(session.answer(UnsavedAnswer::Save), Step::AskForFile);
        let chosen = choose(&mut session, "/shows/a.ron");
        let (project, path) = expect_write(chosen);
        assert_eq!(
            session.written(&project, path, Some(saved())),
            Step::CarryOut(PendingAction::Close)
        );
        assert_eq!(session.name(), "a.ron");
        assert_eq!(session.number(), 0, "still the same document");
    }

    #[test]
    fn choosing_no_file_or_failing_to_write_keeps_the_document_open() {
        let mut session = edited();
        session.request(PendingAction::Close);
        session.answer(UnsavedAnswer::Save);
        session.no_file_chosen();
        assert_eq!(session.unsaved_prompt(), None);

        session.request(PendingAction::Close);
        session.answer(UnsavedAnswer::Save);
        let (project, path) = expect_write(choose(&mut session, "/full/a.ron"));
        assert_eq!(session.written(&project, path, None), Step::None);
        assert!(session.history.is_dirty(), "nothing was saved");
        assert_eq!(session.path(), None);
    }

    #[test]
    fn closing_waits_for_a_save_that_is_running() {
        let mut session = edited();
        let (project, path) = expect_write(choose(&mut session, "/shows/a.ron"));
        assert_eq!(session.request(PendingAction::Close), Step::None);
        assert_eq!(session.unsaved_prompt(), None, "there is nothing to ask");
        assert_eq!(
            session.written(&project, path, Some(saved())),
            Step::CarryOut(PendingAction::Close)
        );
    }

    #[test]
    fn a_change_made_while_saving_is_asked_about() {
        let mut session = edited();
        let (project, path) = expect_write(choose(&mut session, "/shows/a.ron"));
        session.request(PendingAction::Close);
        edit(&mut session, false);
        assert_eq!(session.written(&project, path, Some(saved())), Step::None);
        assert_eq!(session.unsaved_prompt(), Some(UnsavedPrompt::Close));
    }

    #[test]
    fn what_is_learned_while_saving_leaves_the_saved_document_clean() {
        let mut session = edited();
        let (project, path) = expect_write(choose(&mut session, "/shows/a.ron"));
        session.learn(|project| project.canvas.background = [0.5; 3]);
        session.written(&project, path, Some(saved()));
        assert!(!session.history.is_dirty(), "nothing was edited since");
    }

    #[test]
    fn an_opened_project_has_its_name_and_is_clean() {
        let mut session = edited();
        let document = Document::own(
            Box::default(),
            "/shows/b.ron".into(),
            Hold::Unlockable,
            Some(FileStamp::of(b"b")),
        );
        session.carry_out(PendingAction::Replace(Box::new(document)));
        assert_eq!(session.name(), "b.ron");
        assert_eq!(session.number(), 1, "another document");
        assert!(!session.history.is_dirty(), "as it is in the file");
        let Step::Write(_, path, expected) = session.save() else {
            panic!("it has a file");
        };
        assert_eq!(path, Path::new("/shows/b.ron"));
        let held = ExpectedContents::Same(FileStamp::of(b"b"));
        assert_eq!(expected, held, "as it was opened");
    }

    #[test]
    fn what_is_written_of_the_document_before_gives_the_next_one_neither_name_nor_file() {
        let mut session = edited();
        let (project, path) = expect_write(choose(&mut session, "/shows/a.ron"));
        edit(&mut session, false);
        edit(&mut session, true);
        session
            .history
            .apply(&EditCommand::Project(ProjectEdit::SetNotes(
                "more".to_owned(),
            )))
            .expect("a note");
        session.request(PendingAction::New);
        let Step::CarryOut(pending) = session.answer(UnsavedAnswer::Discard) else {
            panic!("nothing stands in the way");
        };
        session.carry_out(pending);
        assert_eq!(session.written(&project, path, Some(saved())), Step::None);
        assert_eq!((session.name(), session.path()), (UNTITLED, None));
    }

    #[test]
    fn a_read_only_document_asks_for_another_file_and_is_its_own_there() {
        let mut session = Session::new();
        let document = Document::read_only(Box::default(), "/shows/a.ron".into());
        session.carry_out(PendingAction::Replace(Box::new(document)));
        assert_eq!(session.name(), "a.ron (read only)");
        edit(&mut session, true);
        assert_eq!(session.save(), Step::AskForFile);
        let (project, path) = expect_write(choose(&mut session, "/shows/b.ron"));
        assert_eq!(session.save(), Step::AskForFile, "not before it is written");
        session.written(&project, path, Some(saved()));
        let (_, path) = expect_write(session.save());
        assert_eq!(path, Path::new("/shows/b.ron"), "its own file");
    }

    #[test]
    fn a_copy_has_no_file_and_is_not_left_without_a_question() {
        let project = Project {
            is_looping: true,
            ..Project::default()
        };
        let mut session = Session::new();
        let document = Document::copy(Box::new(project), Path::new("/shows/a.ron"));
        session.carry_out(PendingAction::Replace(Box::new(document)));
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
