//! Settings that follow each other closely, as from a fader: one step of undo.
//!
//! ```text
//! idle ── setting ──► open ── setting of a path that was set within REST ──► open
//!                      ├── setting of another path ──► committed, and open with that too
//!                      └── REST is over, or any other edit ──► committed: idle
//! ```
//!
//! Two faders that are moved at once set two paths in turn. Each begins a step when it is first moved; from then on both
//! go on in the step that is open.
//!
//! The controller keeps one. It gives it every edit that a [`Set`](crate::command::Command::Set) comes to, carries out
//! what it gives back, asks for the end when [`Self::due_at`](Stream::due_at) has come, and ends it before any other
//! command of the history.

use std::collections::BTreeMap;

use super::path::ParameterPath;
use crate::command::HistoryCommand;
use crate::project::EditCommand;
use crate::time::Time;

/// The pause after which a setting of the same path is a step of its own.
pub const REST: Time = Time::from_seconds(1);

/// Settings in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stream {
    /// The last setting, while a step is open.
    open: Option<(ParameterPath, Time)>,
    /// The paths set since it was idle, each with the time of its last setting.
    paths: BTreeMap<ParameterPath, Time>,
}

impl Stream {
    /// The commands of an edit that a setting of this path comes to at this time.
    pub fn edit(
        &mut self,
        path: &ParameterPath,
        edit: EditCommand,
        now: Time,
    ) -> Vec<HistoryCommand> {
        let mut commands: Vec<_> = self.end_when_due(now).into_iter().collect();
        let is_open = |last: &Time| *last + REST > now;
        if !self.paths.get(path).is_some_and(is_open) {
            self.paths.retain(|_, last| is_open(last));
            // Beginning commits what is open.
            commands.push(HistoryCommand::BeginGesture(edit.label()));
        } else if self.open.as_ref().is_some_and(|(last, _)| last != path) {
            // A change takes the place of the one before, which was of another path and is to stay.
            commands.push(HistoryCommand::KeepGesture);
        }
        self.open = Some((path.clone(), now));
        self.paths.insert(path.clone(), now);
        commands.push(HistoryCommand::GestureEdit(edit));
        commands
    }

    /// The time at which it is to be ended, if it is open.
    pub fn due_at(&self) -> Option<Time> {
        self.open.as_ref().map(|(_, last)| *last + REST)
    }

    /// Ends it if its rest is over.
    pub fn end_when_due(&mut self, now: Time) -> Option<HistoryCommand> {
        self.due_at().filter(|due| *due <= now)?;
        self.end()
    }

    /// Ends it.
    pub fn end(&mut self) -> Option<HistoryCommand> {
        self.paths.clear();
        self.open.take().map(|_| HistoryCommand::CommitGesture)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{History, Layer, LayerEdit, LayerId, Parameter, Project};

    #[test]
    fn settings_of_one_path_are_one_step_until_another_comes_or_it_rests() {
        let mut stream = Stream::default();
        let opacity = ParameterPath::of("layer/opacity");
        let edit = EditCommand::Layer(LayerId(1), LayerEdit::SetSolo(true));
        let at = Time::from_seconds_f64;
        let begin = HistoryCommand::BeginGesture(edit.label());
        let change = HistoryCommand::GestureEdit(edit.clone());
        let commit = HistoryCommand::CommitGesture;
        let mut set = |path: &ParameterPath, seconds| stream.edit(path, edit.clone(), at(seconds));
        assert_eq!(set(&opacity, 0.0), [begin.clone(), change.clone()]);
        assert_eq!(set(&opacity, 0.9), std::slice::from_ref(&change));
        assert_eq!(
            set(&opacity, 1.9),
            [commit.clone(), begin.clone(), change.clone()]
        );
        let hue = ParameterPath::of("layer/hue");
        assert_eq!(set(&hue, 2.0), [begin, change]);
        assert_eq!(stream.due_at(), Some(at(3.0)));
        assert_eq!(stream.end_when_due(at(2.9)), None);
        assert_eq!(stream.end_when_due(at(3.0)), Some(commit));
        assert_eq!(stream.end(), None);
    }

    #[test]
    fn paths_that_are_set_in_turn_go_on_in_one_step() {
        let mut project = Project::default();
        for id in [1, 2] {
            let layer = Layer::new(LayerId(id), format!("Layer {id}"), 0);
            project.layers.push(layer);
        }
        let mut history = History::new(project.clone());
        let mut stream = Stream::default();
        for tick in 0..600 {
            let now = Time::from_seconds_f64(f64::from(tick) / 60.0);
            let id = tick % 2 + 1;
            let values = vec![(Parameter::Opacity, tick as f32 / 600.0)];
            let at = Time::ZERO;
            let edit = EditCommand::Layer(LayerId(id), LayerEdit::SetParameters { at, values });
            let path = ParameterPath::of(if id == 1 { "layer/one" } else { "layer/two" });
            for command in stream.edit(&path, edit, now) {
                match command {
                    HistoryCommand::BeginGesture(name) => history.begin(name),
                    HistoryCommand::KeepGesture => history.keep_gesture(),
                    HistoryCommand::GestureEdit(edit) => history.gesture_edit(&edit).expect("fits"),
                    other => panic!("{other:?}"),
                }
            }
        }
        history.commit();
        let opacities: Vec<f32> = (history.project().layers.iter())
            .map(|layer| layer.opacity)
            .collect();
        assert_eq!(opacities, [598.0 / 600.0, 599.0 / 600.0]);
        assert_eq!(history.done_names().count(), 2, "one step for each path");
        history.go_to(0);
        assert_eq!(*history.project(), project);
    }
}
