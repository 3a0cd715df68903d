//! Settings of one path that follow each other closely, as from a fader: one step of undo.
//!
//! ```text
//! idle ── setting ──► open (path) ── setting of the same path within REST ──► open
//!                        ├── setting of another path ──► committed, and open with that
//!                        └── REST is over, or any other edit ──► committed: idle
//! ```
//!
//! The controller keeps one. It gives it every edit that a [`Set`](crate::command::Command::Set) comes to, carries out
//! what it gives back, asks for the end when [`Self::due_at`](Stream::due_at) has come, and ends it before any other
//! command of the history.

use super::path::ParameterPath;
use crate::command::HistoryCommand;
use crate::project::EditCommand;
use crate::time::Time;

/// The pause after which a setting of the same path is a step of its own.
pub const REST: Time = Time::from_seconds(1);

/// Settings of one path in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stream {
    open: Option<(ParameterPath, Time)>,
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
        let goes_on = self.open.as_ref().is_some_and(|(open, _)| open == path);
        if !goes_on {
            // Beginning commits what is open.
            commands.push(HistoryCommand::BeginGesture(edit.label()));
        }
        self.open = Some((path.clone(), now));
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
        self.open.take().map(|_| HistoryCommand::CommitGesture)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{LayerEdit, LayerId};

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
}
