//! What a tick hands to the thread: the state, what became of settings, and questions that the state answers.

use std::sync::Arc;

use rosc::OscMessage;

use super::inbox::Request;
use super::peer::Peer;
use crate::command::TreeContext;
use crate::command::tree::{ParameterPath, TreeError};
use crate::project::Project;
use crate::settings::Settings;
use crate::status::Status;
use crate::status::document::TransportView;
use crate::status::program::{DisplayView, OutputView};

/// Most outcomes and questions that wait each; the thread takes them within milliseconds.
const MOST: usize = 16_384;

/// The state behind the tree, shared.
#[derive(Clone, Debug)]
pub(super) struct TreeState {
    pub project: Arc<Project>,
    pub settings: Arc<Settings>,
    pub displays: Arc<[DisplayView]>,
    pub transport: TransportView,
    pub output: OutputView,
}

impl TreeState {
    /// The state of a status.
    pub fn of(status: &Status) -> Self {
        let program = &status.program;
        Self {
            project: Arc::clone(&status.project),
            settings: Arc::clone(&program.settings),
            displays: Arc::clone(&program.displays),
            transport: status.transport,
            output: program.output,
        }
    }

    /// The state as the tree reads it.
    pub fn context(&self) -> TreeContext<'_> {
        TreeContext {
            project: &self.project,
            transport: self.transport,
            settings: &self.settings,
            output: self.output,
            displays: &self.displays,
        }
    }

    /// True if nothing but the playhead differs from this status.
    pub fn is_like(&self, status: &Status) -> bool {
        let program = &status.program;
        Arc::ptr_eq(&self.project, &status.project)
            && Arc::ptr_eq(&self.settings, &program.settings)
            && Arc::ptr_eq(&self.displays, &program.displays)
            && self.output == program.output
    }

    /// True if nothing but the playhead differs from the other.
    pub fn is_like_state(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.project, &other.project)
            && Arc::ptr_eq(&self.settings, &other.settings)
            && Arc::ptr_eq(&self.displays, &other.displays)
            && self.output == other.output
    }
}

/// What became of a setting.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    /// Who set it.
    pub from: Peer,
    /// The address of the message.
    pub address: String,
    /// The path.
    pub path: ParameterPath,
    /// The value as it was given.
    pub value: String,
    /// Reason that nothing was changed.
    pub error: Option<TreeError>,
}

/// What waits for the thread.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    /// The newest state.
    pub state: Option<TreeState>,
    /// What became of settings, in order.
    pub outcomes: Vec<Outcome>,
    /// Questions for the state.
    pub questions: Vec<Request>,
    /// Answers that are whole already.
    pub answers: Vec<(Peer, OscMessage)>,
}

impl Outbox {
    /// Adds what a tick hands over.
    pub fn add(
        &mut self,
        state: TreeState,
        outcomes: &mut Vec<Outcome>,
        questions: &mut Vec<Request>,
        answers: &mut Vec<(Peer, OscMessage)>,
    ) {
        self.state = Some(state);
        self.outcomes.append(outcomes);
        self.questions.append(questions);
        self.answers.append(answers);
        self.outcomes.truncate(MOST);
        self.questions.truncate(MOST);
        self.answers.truncate(MOST);
    }
}
