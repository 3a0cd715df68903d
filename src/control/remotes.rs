//! Remotes: what they ask for is carried out before the tick, what is so is handed to them after it.

use super::controller::Controller;
use crate::command::remote::{Remote, RemoteHost};
use crate::command::tree::TreeError;
use crate::command::{Command, TreeContext};
use crate::status::Status;

impl Controller {
    /// Carries out what remotes have asked for since the last tick.
    pub(super) fn follow_remotes(&mut self) {
        if !self.remotes.is_empty() {
            self.with_remotes(|remote, controller| remote.follow(controller));
            self.give_changed_project();
        }
    }

    /// Hands remotes the state after the tick.
    pub(super) fn publish_to_remotes(&mut self) {
        self.with_remotes(|remote, controller| remote.publish(controller));
    }

    fn with_remotes(&mut self, mut each: impl FnMut(&mut dyn Remote, &mut Self)) {
        // They are taken out, since each of them uses the whole controller.
        let mut remotes = std::mem::take(&mut self.remotes);
        for remote in &mut remotes {
            each(remote.as_mut(), self);
        }
        self.remotes = remotes;
    }
}

impl RemoteHost for Controller {
    fn context(&self) -> TreeContext<'_> {
        self.tree_context()
    }

    fn status(&self) -> &Status {
        Self::status(self)
    }

    fn try_execute(&mut self, command: Command) -> Result<(), TreeError> {
        if let Command::Set(setting) = &command {
            return self.try_set(setting);
        }
        self.dispatch(command);
        Ok(())
    }

    fn tell(&mut self, is_error: bool, text: String) {
        if is_error {
            self.messages.error(text);
        } else {
            self.messages.info(text);
        }
    }
}
