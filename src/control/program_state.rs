//! The program around the document: settings, recent projects, questions, unsaved changes kept for after a crash.

use std::collections::VecDeque;
use std::sync::Arc;

use super::media_mismatch::MediaIdentity;
use super::prompts::Prompt;
use crate::app::output::OutputWindow;
use crate::control::file_watcher::FileWatcher;
use crate::control::tasks::Tasks;
use crate::control::templates::Template;
use crate::project::{MediaId, Project, StepName};
use crate::settings::Settings;
use crate::status::program::{
    DisplayView, ProgramView, PromptView, RecentView, RelinkView, StepsView, TaskView,
};
use crate::time::Time;

/// How long settings wait for more changes before they are written.
const SETTINGS_REST: Time = Time::from_seconds(1);

/// The age of what was kept is shown in steps of this many seconds, so that a window at rest seldom repaints for it.
const AGE_STEP_S: u64 = 10;

/// The program around the document.
pub(crate) struct ProgramState {
    /// What is set.
    pub settings: Settings,
    /// When the settings were changed and not yet written.
    pub settings_changed_at: Option<Time>,
    /// Projects that were open lately.
    pub recent: Vec<RecentView>,
    /// Templates for new projects.
    pub templates: Vec<Template>,
    /// Unsaved changes kept for after a crash.
    pub kept: Autosave,
    /// Work that takes long.
    pub tasks: Tasks,
    /// What a search for missing media brought.
    pub relink: Option<RelinkView>,
    /// Media files that change on disk.
    pub watch: FileWatcher,
    /// The output window.
    pub output: OutputWindow,
    /// The displays.
    pub displays: Vec<DisplayView>,
    questions: VecDeque<(Prompt, PromptView)>,
    template_names: Vec<String>,
    task_view: Option<TaskView>,
    done: Vec<StepName>,
    undone: Vec<StepName>,
}

/// Which changes were kept, and when.
///
/// ```text
/// clean ── changed ──► waiting ── the interval is over ──► kept ── changed ──► waiting
///   ▲                                                       │
///   └──────────────── saved, or another document ───────────┘
/// ```
#[derive(Debug, Default)]
pub(crate) struct Autosave {
    due_at: Option<Time>,
    project: Option<Arc<Project>>,
    since: Option<Time>,
}

/// What is to be done about unsaved changes.
#[derive(Debug)]
pub(crate) enum AutosaveStep {
    /// Nothing until this time, if ever.
    Wait(Option<Time>),
    /// Keep this.
    Keep,
    /// Forget what was kept.
    Forget,
}

impl Autosave {
    /// What is to be done with the document as it is now.
    pub fn step(
        &mut self,
        document: &Arc<Project>,
        is_dirty: bool,
        now: Time,
        interval: Time,
    ) -> AutosaveStep {
        if !is_dirty {
            let has_any = self.project.is_some();
            *self = Self::default();
            return if has_any {
                AutosaveStep::Forget
            } else {
                AutosaveStep::Wait(None)
            };
        }
        let is_kept = |kept: &Arc<Project>| Arc::ptr_eq(kept, document) || kept == document;
        if self.project.as_ref().is_some_and(is_kept) {
            self.due_at = None;
            return AutosaveStep::Wait(None);
        }
        let due_at = *self.due_at.get_or_insert(now + interval);
        if now < due_at {
            return AutosaveStep::Wait(Some(due_at));
        }
        self.due_at = None;
        self.project = Some(Arc::clone(document));
        AutosaveStep::Keep
    }

    /// The changes were kept, or could not be; then they are tried again after the interval.
    pub fn note(&mut self, is_kept: bool, now: Time) {
        if is_kept && self.project.is_some() {
            self.since = Some(now);
        } else {
            self.project = None;
        }
    }

    /// Changes that were found after a crash stay kept where they are.
    pub fn adopt(&mut self, document: Arc<Project>, now: Time) {
        self.project = Some(document);
        self.since = Some(now);
    }

    /// Whole seconds since changes were kept, in steps.
    pub fn ago_s(&self, now: Time) -> Option<u64> {
        let seconds = u64::try_from((now - self.since?).nanos()).unwrap_or(0) / 1_000_000_000;
        Some(if seconds < 60 {
            seconds / AGE_STEP_S * AGE_STEP_S
        } else {
            seconds / 60 * 60
        })
    }

    /// When the age shown becomes another one.
    pub fn next_age(&self, now: Time) -> Option<Time> {
        let since = self.since?;
        let step = if self.ago_s(now)? < 60 {
            AGE_STEP_S
        } else {
            60
        };
        let shown = self.ago_s(now)? + step;
        Some(since + Time::from_seconds(i64::try_from(shown).unwrap_or(i64::MAX / 2)))
    }
}

impl ProgramState {
    /// A desk with these settings and nothing on it.
    pub fn new(settings: Settings, tasks: Tasks) -> Self {
        Self {
            settings,
            settings_changed_at: None,
            recent: Vec::new(),
            templates: Vec::new(),
            kept: Autosave::default(),
            tasks,
            relink: None,
            watch: FileWatcher::default(),
            output: OutputWindow::default(),
            displays: Vec::new(),
            questions: VecDeque::new(),
            template_names: Vec::new(),
            task_view: None,
            done: Vec::new(),
            undone: Vec::new(),
        }
    }

    /// Puts a question to the person, after those that are open.
    pub fn ask(&mut self, question: Prompt) {
        let view = question.view();
        // The same thing twice is one question.
        if !self.questions.iter().any(|(_, other)| *other == view) {
            self.questions.push_back((question, view));
        }
    }

    /// Takes back the question whether a media file was replaced, which has changed again; gives what it was at first.
    pub fn withdraw_replaced(&mut self, media: MediaId) -> Option<MediaIdentity> {
        let is_it = |question: &Prompt| matches!(question, Prompt::MediaReplaced { media: other, .. } if *other == media);
        let place = self
            .questions
            .iter()
            .position(|(question, _)| is_it(question))?;
        match self.questions.remove(place)? {
            (Prompt::MediaReplaced { before, .. }, _) => Some(before),
            _ => None,
        }
    }

    /// Takes the question that was answered.
    pub fn take_question(&mut self) -> Option<Prompt> {
        self.questions.pop_front().map(|(question, _)| question)
    }

    /// Takes up the templates.
    pub fn set_templates(&mut self, templates: Vec<Template>) {
        self.template_names = templates
            .iter()
            .map(|template| template.name.clone())
            .collect();
        self.templates = templates;
    }

    /// When the settings are to be written.
    pub fn settings_due_at(&self) -> Option<Time> {
        self.settings_changed_at
            .map(|changed| changed + SETTINGS_REST)
    }

    /// Brings what is shown in line with the document's steps and with long work.
    pub fn refresh(&mut self, history: &crate::project::History) {
        self.task_view = self.tasks.view();
        self.done.clear();
        self.done.extend(history.done_names().cloned());
        self.undone.clear();
        self.undone.extend(history.undone_names().cloned());
    }

    /// What the window is told.
    pub fn view(&self, now: Time) -> ProgramView<'_> {
        ProgramView {
            settings: &self.settings,
            recent: &self.recent,
            templates: &self.template_names,
            question: self.questions.front().map(|(_, view)| view),
            task: self.task_view.as_ref(),
            relink: self.relink.as_ref(),
            steps: StepsView {
                done: &self.done,
                undone: &self.undone,
            },
            kept_ago_s: self.kept.ago_s(now),
            displays: &self.displays,
            output: self.output.view(&self.displays, &self.settings.output),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Time = Time::from_seconds(30);

    #[test]
    fn changes_are_kept_once_after_the_interval_and_forgotten_when_saved() {
        let at = Time::from_seconds;
        let mut kept = Autosave::default();
        let document = Arc::new(Project::default());
        assert!(
            matches!(
                kept.step(&document, false, at(0), INTERVAL),
                AutosaveStep::Wait(None)
            ),
            "nothing to keep"
        );
        let step = kept.step(&document, true, at(1), INTERVAL);
        assert!(
            matches!(step, AutosaveStep::Wait(Some(due)) if due == at(31)),
            "{step:?}"
        );
        assert!(
            matches!(
                kept.step(&document, true, at(31), INTERVAL),
                AutosaveStep::Keep
            ),
            "due"
        );
        kept.note(true, at(32));
        assert_eq!(kept.ago_s(at(45)), Some(10));
        assert_eq!(kept.next_age(at(45)), Some(at(52)));
        assert!(
            matches!(
                kept.step(&document, true, at(99), INTERVAL),
                AutosaveStep::Wait(None)
            ),
            "nothing new"
        );
        assert!(
            matches!(
                kept.step(&document, false, at(100), INTERVAL),
                AutosaveStep::Forget
            ),
            "saved"
        );
        assert_eq!(kept.ago_s(at(101)), None);
    }

    #[test]
    fn what_could_not_be_kept_is_tried_again() {
        let mut kept = Autosave::default();
        let document = Arc::new(Project::default());
        kept.step(&document, true, Time::ZERO, INTERVAL);
        kept.step(&document, true, INTERVAL, INTERVAL);
        kept.note(false, INTERVAL);
        assert_eq!(kept.ago_s(INTERVAL), None);
        let step = kept.step(&document, true, INTERVAL, INTERVAL);
        assert!(matches!(step, AutosaveStep::Wait(Some(_))), "{step:?}");
    }
}
