//! What is asked for while something is being typed, carried out once that is in the document.
//!
//! ```text
//! a field has the keyboard ── Save, Quit, Open … ──► the field is left ──► it reports its edit ──► Save, Quit, Open …
//!        ▲                                                                                              │
//!        └────────────── it has the keyboard again, unless it leads to another document ────────────────┘
//! ```
//!
//! A field reports what was typed when it is left. Whoever presses Ctrl+S within one means what it shows, and goes on
//! typing in it; the next letters must not be taken for shortcuts.

use egui::{Context, Event, Id};

use super::shortcuts::Asked;
use crate::command::{Command, FileCommand, WindowCommand};

/// What waits for a field to be left, and the field that gets the keyboard back.
#[derive(Debug, Default)]
pub(crate) struct AfterTyping {
    asked: Vec<Asked>,
    commands: Vec<Command>,
    /// What is carried out at the end of this pass.
    due: Vec<Command>,
    left: Option<Id>,
    /// Whether a field had the keyboard at the end of the last pass.
    was_typing: bool,
}

impl AfterTyping {
    /// Has this carried out in a pass to come, after what is being typed.
    pub fn wait_with(&mut self, asked: Vec<Asked>, ctx: &Context) {
        self.asked.extend(asked);
        ctx.request_repaint();
    }

    /// Has commands carried out in the next pass that is drawn, after what is being typed.
    pub fn wait(&mut self, commands: impl IntoIterator<Item = Command>) {
        self.commands.extend(commands);
    }

    /// Whether Escape is for a field that is typed in: egui takes the keyboard from it before the pass that brings the key.
    pub fn takes_escape(&self, ctx: &Context) -> bool {
        self.was_typing || ctx.text_edit_focused()
    }

    /// Whether anything waits.
    pub fn is_waiting(&self) -> bool {
        !self.asked.is_empty() || !self.commands.is_empty()
    }

    /// Before the panels are drawn: if something waits, the field that is typed in loses the keyboard, so that it reports
    /// its edit in this pass. Gives what was asked for by key, to be carried out after the panels.
    ///
    /// In a pass that brings more letters the field keeps the keyboard, and what waits goes on waiting: none is lost.
    pub fn begin_pass(&mut self, ctx: &Context) -> Vec<Asked> {
        if !self.is_waiting() {
            return Vec::new();
        }
        if ctx.text_edit_focused() {
            if ctx.input(|input| input.events.iter().any(is_typing)) {
                ctx.request_repaint();
                return Vec::new();
            }
            ctx.memory_mut(|memory| {
                self.left = memory.focused();
                memory.stop_text_input();
            });
        }
        self.due.append(&mut self.commands);
        std::mem::take(&mut self.asked)
    }

    /// After the panels are drawn: what needs the whole document comes last, and waits for another pass while a field
    /// is still typed in, as when it was asked for by other means than mouse and keys.
    pub fn end_pass(&mut self, ctx: &Context, commands: &mut Vec<Command>) {
        let (last, first): (Vec<_>, Vec<_>) =
            std::mem::take(commands).into_iter().partition(needs_all);
        *commands = first;
        if ctx.text_edit_focused() && !last.is_empty() {
            self.commands.extend(last);
            ctx.request_repaint();
        } else {
            commands.extend(last);
        }
        commands.append(&mut self.due);
        let field = self.left.take();
        let is_free = ctx.memory(|memory| memory.focused().is_none());
        if let Some(field) = field.filter(|_| is_free && !commands.iter().any(leads_elsewhere)) {
            ctx.memory_mut(|memory| memory.request_focus(field));
        }
        self.was_typing = ctx.text_edit_focused();
    }
}

/// Whether an event may change what a field holds.
fn is_typing(event: &Event) -> bool {
    matches!(
        event,
        Event::Text(_)
            | Event::Paste(_)
            | Event::Cut
            | Event::Ime(_)
            | Event::Key { pressed: true, .. }
    )
}

/// Whether a command is about the document as a whole, with all that was typed.
fn needs_all(command: &Command) -> bool {
    leads_elsewhere(command)
        || matches!(
            command,
            Command::File(FileCommand::Save | FileCommand::SaveAs | FileCommand::CollectDialog)
        )
}

/// Whether a command puts another document in the place of this one, or ends it.
fn leads_elsewhere(command: &Command) -> bool {
    matches!(
        command,
        Command::File(
            FileCommand::New
                | FileCommand::NewFromTemplate(_)
                | FileCommand::OpenDialog
                | FileCommand::Open(_)
                | FileCommand::AddFiles(_)
        ) | Command::Window(WindowCommand::Quit)
    )
}
