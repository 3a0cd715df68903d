//! Undo and redo by snapshots of the whole project.
//!
//! ```text
//!            begin                     gesture_edit            commit: one step
//! no gesture ─────► gesture (before) ◄──────────────┐ ───────────────────────────► no gesture
//!                        └──────────────────────────┘ ───────────────────────────► no gesture
//!                          keep: edits on top of this  cancel: back to before
//! ```
//!
//! A project is a few kilobytes, so that a snapshot costs less than a list of inverse edits and cannot go wrong.

use std::collections::VecDeque;
use std::sync::Arc;

use super::step_name::described;
use crate::project::{EditCommand, EditError, Project, StepName};

/// Most steps that can be undone; the oldest is dropped first.
pub const MAX_STEPS: usize = 100;

/// A project and its steps of undo and redo.
#[derive(Clone, Debug)]
pub struct History {
    current: Arc<Project>,
    /// Number of the state that the document is in, and of the last that there was.
    state: u64,
    last_state: u64,
    saved: Arc<Project>,
    is_dirty: bool,
    undo: VecDeque<Step>,
    redo: Vec<Step>,
    gesture: Option<Gesture>,
}

/// A step that is not over.
#[derive(Clone, Debug)]
struct Gesture {
    step: Step,
    /// The project that its edits are carried out on.
    base: Arc<Project>,
}

/// A step: its name, and the project to go back or forward to, with the number of its state.
#[derive(Clone, Debug)]
struct Step {
    name: StepName,
    project: Arc<Project>,
    state: u64,
}

impl Default for History {
    fn default() -> Self {
        Self::new(Project::default())
    }
}

impl History {
    /// A history without steps. The project counts as saved.
    pub fn new(project: Project) -> Self {
        let current = Arc::new(project);
        Self {
            saved: Arc::clone(&current),
            current,
            state: 0,
            last_state: 0,
            is_dirty: false,
            undo: VecDeque::new(),
            redo: Vec::new(),
            gesture: None,
        }
    }

    /// The current project, a gesture's edits included.
    pub fn project(&self) -> &Project {
        &self.current
    }

    /// The current project as a snapshot that later edits leave as it is.
    pub fn project_arc(&self) -> Arc<Project> {
        Arc::clone(&self.current)
    }

    /// The number of the document's state: each step leads to a new one, undo and redo back to one that was there. A
    /// gesture in progress has that of the state before it.
    pub fn state(&self) -> u64 {
        self.state
    }

    /// Carries out an edit as a step of its own. An open gesture is committed before.
    ///
    /// # Errors
    /// The reason for refusing the edit; only the gesture was committed then.
    pub fn apply(&mut self, command: &EditCommand) -> Result<(), EditError> {
        self.commit();
        let changed = command.applied_to(&self.current)?;
        let before = self.show(Arc::new(changed));
        self.record(Step {
            name: command.label(),
            project: before,
            state: self.state,
        });
        Ok(())
    }

    /// Begins a gesture with this name. An open one is committed before.
    pub fn begin(&mut self, name: impl Into<StepName>) {
        self.commit();
        let step = Step {
            name: name.into(),
            project: self.project_arc(),
            state: self.state,
        };
        self.gesture = Some(Gesture {
            step,
            base: self.project_arc(),
        });
    }

    /// Keeps what the gesture shows: its edits from here on are carried out on top of that, and are the same step. Without
    /// a gesture nothing happens.
    pub fn keep_gesture(&mut self) {
        if let Some(gesture) = &mut self.gesture {
            gesture.base = Arc::clone(&self.current);
        }
    }

    /// Shows an edit within the gesture: the project as it was when the gesture began, or was kept last, with `command`
    /// carried out.
    ///
    /// Each edit replaces the one before, so that a drag that returns to its start ends exactly there, and a neighbour
    /// that clamped it on the way does so no more. Without a gesture it is [`Self::apply`].
    ///
    /// # Errors
    /// The reason for refusing the edit; the last accepted one stays.
    pub fn gesture_edit(&mut self, command: &EditCommand) -> Result<(), EditError> {
        if self.gesture.is_none() {
            return self.apply(command);
        }
        self.gesture_edits(std::slice::from_ref(command))
    }

    /// Shows several edits within the gesture, such as all clips of a selection being dragged, carried out in order on
    /// the same project. Without a gesture each is a step of its own.
    ///
    /// # Errors
    /// The reason for refusing the first one that was; within a gesture the last accepted edits stay.
    pub fn gesture_edits(&mut self, commands: &[EditCommand]) -> Result<(), EditError> {
        let Some(gesture) = &self.gesture else {
            return commands.iter().try_for_each(|command| self.apply(command));
        };
        let before = Project::clone(&gesture.base);
        let changed = commands
            .iter()
            .try_fold(before, |project, command| command.applied_to(&project))?;
        self.show(Arc::new(changed));
        Ok(())
    }

    /// Ends the gesture as one step, or as none if nothing changed. Without a gesture nothing happens.
    pub fn commit(&mut self) {
        if let Some(Gesture { step, .. }) = self.gesture.take() {
            self.record(step);
        }
    }

    /// Ends the gesture and discards its edits. Without a gesture nothing happens.
    pub fn cancel(&mut self) {
        if let Some(Gesture { step, .. }) = self.gesture.take() {
            self.show(step.project);
        }
    }

    /// Undoes a step; false if there is none. An open gesture is committed before, so that it is the step undone.
    pub fn undo(&mut self) -> bool {
        self.commit();
        let Some(step) = self.undo.pop_back() else {
            return false;
        };
        let project = self.show(step.project);
        let state = std::mem::replace(&mut self.state, step.state);
        self.redo.push(Step {
            name: step.name,
            project,
            state,
        });
        true
    }

    /// Redoes a step; false if there is none.
    pub fn redo(&mut self) -> bool {
        self.commit();
        let Some(step) = self.redo.pop() else {
            return false;
        };
        let project = self.show(step.project);
        let state = std::mem::replace(&mut self.state, step.state);
        self.undo.push_back(Step {
            name: step.name,
            project,
            state,
        });
        true
    }

    /// The name of the step that undo would take back.
    pub fn undo_name(&self) -> Option<&str> {
        self.gesture
            .as_ref()
            .map(|gesture| &gesture.step)
            .or_else(|| self.undo.back())
            .map(|step| &*step.name)
    }

    /// The name of the step that redo would repeat.
    pub fn redo_name(&self) -> Option<&str> {
        self.redo.last().map(|step| &*step.name)
    }

    /// The names of the steps that can be undone, oldest first.
    pub fn done_names(&self) -> impl Iterator<Item = &StepName> {
        self.undo.iter().map(|step| &step.name)
    }

    /// The names of the steps that can be redone, next first.
    pub fn undone_names(&self) -> impl Iterator<Item = &StepName> {
        self.redo.iter().rev().map(|step| &step.name)
    }

    /// Goes to the state after this many of all steps, undone ones included, clamped to their number. An open gesture
    /// is committed before.
    pub fn go_to(&mut self, steps: usize) {
        self.commit();
        while self.undo.len() > steps && self.undo() {}
        while self.undo.len() < steps && self.redo() {}
    }

    /// True while a gesture is open.
    pub fn has_gesture(&self) -> bool {
        self.gesture.is_some()
    }

    /// True if the project differs from the saved one. Undoing back to the saved state makes it clean again.
    pub fn is_dirty(&self) -> bool {
        self.is_dirty
    }

    /// Marks the current project as saved.
    pub fn mark_saved(&mut self) {
        self.mark_saved_as(self.project_arc());
    }

    /// Marks a snapshot as saved; the project may have changed since.
    pub fn mark_saved_as(&mut self, project: Arc<Project>) {
        self.saved = project;
        self.update_dirty();
    }

    /// Replaces the document by a saved one without steps.
    pub fn reset(&mut self, project: Project) {
        *self = Self::new(project);
    }

    /// Replaces the document by one without steps whose file holds `saved`.
    pub fn reset_unsaved(&mut self, project: Project, saved: Project) {
        self.reset(project);
        self.mark_saved_as(Arc::new(saved));
    }

    /// Records a fact that was learned and not edited, such as a media file's fingerprint.
    ///
    /// The change is made in every snapshot, the saved one included: it is no step, undo does not take it back, and it
    /// makes no document dirty; the file gets it with the next save. A snapshot that it would make invalid is left as
    /// it is.
    pub fn replace_quietly(&mut self, mut change: impl FnMut(&mut Project)) {
        let steps = self.undo.iter_mut().chain(&mut self.redo);
        let gesture = self.gesture.iter_mut();
        let snapshots = steps
            .map(|step| &mut step.project)
            .chain(gesture.flat_map(|gesture| [&mut gesture.step.project, &mut gesture.base]))
            .chain([&mut self.current, &mut self.saved]);
        for snapshot in snapshots {
            let mut changed = Project::clone(snapshot);
            change(&mut changed);
            if changed != **snapshot && changed.validate().is_ok() {
                *snapshot = Arc::new(changed);
            }
        }
        self.update_dirty();
    }

    /// Makes `project` the current one, and returns the one before.
    fn show(&mut self, project: Arc<Project>) -> Arc<Project> {
        let before = std::mem::replace(&mut self.current, project);
        self.update_dirty();
        before
    }

    /// Records a step from `step.project` to the current one, unless they are equal.
    fn record(&mut self, step: Step) {
        if *step.project == *self.current {
            return;
        }
        self.redo.clear();
        self.last_state += 1;
        self.state = self.last_state;
        let name = described(step.name, &step.project, &self.current);
        self.undo.push_back(Step { name, ..step });
        while self.undo.len() > MAX_STEPS {
            self.undo.pop_front();
        }
    }

    fn update_dirty(&mut self) {
        self.is_dirty = !Arc::ptr_eq(&self.current, &self.saved) && self.current != self.saved;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{ClipEdit, LayerEdit, Parameter};
    use crate::project::{ClipId, LayerId};
    use crate::time::Time;

    fn history() -> History {
        let second = Time::from_seconds(1);
        History::new(Project::with_media_layers(&[("/m/a.mov".into(), second)]))
    }

    fn opacity(opacity: f32) -> EditCommand {
        let values = vec![(Parameter::Opacity, opacity)];
        let at = Time::ZERO;
        EditCommand::Layer(LayerId(1), LayerEdit::SetParameters { at, values })
    }

    fn drag_to(seconds: i64) -> EditCommand {
        EditCommand::Clip(
            ClipId(1),
            ClipEdit::Move {
                layer: LayerId(1),
                start: Time::from_seconds(seconds),
            },
        )
    }

    #[test]
    fn a_gesture_is_one_step() {
        let mut history = history();
        history.begin("Drag");
        for seconds in 1..20 {
            history.gesture_edit(&drag_to(seconds)).expect("moves");
        }
        history.commit();
        let name = "Move a.mov to 00:00:19:00";
        assert_eq!(history.undo_name(), Some(name));
        assert!(history.undo(), "one step");
        assert!(!history.undo(), "and no more");
        assert_eq!(history.redo_name(), Some(name));
        assert!(!history.is_dirty(), "back at the start");
    }

    #[test]
    fn what_a_gesture_keeps_stays_and_is_the_same_step() {
        let mut history = history();
        let before = history.project().clone();
        history.begin("Two faders");
        history.gesture_edit(&opacity(0.5)).expect("fits");
        history.keep_gesture();
        history.gesture_edit(&drag_to(3)).expect("moves");
        history.gesture_edit(&drag_to(4)).expect("moves");
        let expected = [opacity(0.5), drag_to(4)]
            .iter()
            .try_fold(before.clone(), |project, edit| edit.applied_to(&project));
        assert_eq!(Ok(history.project()), expected.as_ref());
        let both = history.project().clone();
        history.commit();
        assert!(history.undo(), "one step");
        assert_eq!(*history.project(), before);
        history.redo();
        assert_eq!(*history.project(), both);
        history.begin("Another");
        history.gesture_edit(&opacity(0.1)).expect("fits");
        history.keep_gesture();
        history.cancel();
        assert_eq!(*history.project(), both, "cancelled as a whole");
    }

    #[test]
    fn a_gesture_that_returns_is_no_step_and_a_cancelled_one_leaves_nothing() {
        let mut history = history();
        history.apply(&opacity(0.5)).expect("changes");
        history.undo();
        let before = history.project_arc();
        history.begin("Drag");
        history.gesture_edit(&drag_to(3)).expect("moves");
        history.gesture_edit(&drag_to(0)).expect("moves back");
        history.commit();
        assert_eq!(
            (history.undo_name(), history.redo_name()),
            (None, Some("Opacity 50 % · a"))
        );
        history.begin("Drag");
        history.gesture_edit(&drag_to(3)).expect("moves");
        history.cancel();
        assert_eq!(*history.project(), *before);
    }

    #[test]
    fn a_refused_change_within_a_gesture_leaves_the_last_good_one() {
        let mut history = history();
        history.begin("Opacity");
        history.gesture_edit(&opacity(0.25)).expect("changes");
        history
            .gesture_edit(&opacity(7.0))
            .expect_err("out of range");
        history.commit();
        assert_eq!(history.project().layers[0].opacity, 0.25);
    }

    #[test]
    fn the_document_is_clean_exactly_when_it_equals_the_saved_one() {
        let mut history = history();
        history.apply(&opacity(0.5)).expect("changes");
        assert!(history.is_dirty(), "changed");
        history.mark_saved();
        history.apply(&opacity(0.6)).expect("changes");
        history.undo();
        assert!(!history.is_dirty(), "undone back to what was saved");
        history.undo();
        assert!(history.is_dirty(), "undone to before what was saved");
        let snapshot = history.project_arc();
        history.redo();
        history.mark_saved_as(snapshot);
        assert!(
            history.is_dirty(),
            "edited while an older snapshot was being saved"
        );
    }

    #[test]
    fn every_step_can_be_gone_to_by_its_place() {
        let mut history = history();
        for value in [0.2, 0.4, 0.6] {
            history.apply(&opacity(value)).expect("changes");
        }
        history.go_to(1);
        assert_eq!(history.project().layers[0].opacity, 0.2);
        assert_eq!(
            (history.done_names().count(), history.undone_names().count()),
            (1, 2)
        );
        history.go_to(0);
        assert_eq!(history.project().layers[0].opacity, 1.0);
        history.go_to(99);
        assert_eq!(history.project().layers[0].opacity, 0.6);
        assert_eq!(history.undone_names().count(), 0);
    }

    #[test]
    fn what_was_recovered_is_unsaved_until_it_equals_the_file() {
        let mut history = history();
        let saved = history.project().clone();
        let mut recovered = saved.clone();
        recovered.layers[0].opacity = 0.5;
        history.reset_unsaved(recovered, saved.clone());
        assert!(history.is_dirty(), "not in the file");
        history.apply(&opacity(1.0)).expect("changes");
        assert!(!history.is_dirty(), "as in the file");
        assert_eq!(*history.project(), saved);
    }

    #[test]
    fn the_oldest_steps_are_forgotten() {
        let mut history = history();
        for step in 0..MAX_STEPS + 20 {
            history
                .apply(&opacity(if step % 2 == 0 { 0.5 } else { 1.0 }))
                .expect("changes");
        }
        let steps = std::iter::from_fn(|| history.undo().then_some(())).count();
        assert_eq!(steps, MAX_STEPS);
    }

    #[test]
    fn undo_and_redo_lead_to_states_that_were_there() {
        let mut history = history();
        let mut states = vec![history.state()];
        for step in 1..4 {
            history.apply(&drag_to(step)).expect("moves");
            states.push(history.state());
        }
        history.apply(&drag_to(3)).expect("changes nothing");
        assert_eq!(history.state(), states[3]);
        for state in [states[2], states[1]] {
            history.undo();
            assert_eq!(history.state(), state);
        }
        history.redo();
        assert_eq!(history.state(), states[2]);
        history.apply(&opacity(0.5)).expect("changes");
        assert!(!states.contains(&history.state()), "another one");
        history.undo();
        assert_eq!(history.state(), states[2]);
    }

    #[test]
    fn what_is_learned_is_neither_a_step_nor_a_change_to_save() {
        let mut history = history();
        history.apply(&opacity(0.5)).expect("changes");
        history.mark_saved();
        history.replace_quietly(|project| project.layers[0].name = "learned".to_owned());
        assert!(!history.is_dirty(), "nothing to save");
        history.undo();
        assert_eq!(history.project().layers[0].name, "learned");
        history.replace_quietly(|project| project.layers[0].opacity = f32::NAN);
        assert_eq!(
            history.project().layers[0].opacity,
            1.0,
            "invalid, so left out"
        );
    }
}
