//! Shortcuts and commands that come while a field is typed in, put off until its text is in the document.
//!
//! ```text
//! a field has the keyboard ── Save, Quit, Open … ──► the field is left ──► it reports its edit ──► Save, Quit, Open …
//!        ▲                                                                                              │
//!        └────────────── it has the keyboard again, unless it leads to another document ────────────────┘
//! ```
//!
//! A field reports its text when it loses focus. A user who presses Ctrl+S within one means what it shows, and goes on
//! typing in it; the next letters must not be taken for shortcuts.

use egui::{Context, Event, Id};

use super::shortcuts::Asked;
use crate::command::{Command, FileCommand, WindowCommand};

/// Shortcuts and commands that wait for a field to lose focus, and the field that gets the focus back.
#[derive(Debug, Default)]
pub(crate) struct AfterTyping {
    asked: Vec<Asked>,
    commands: Vec<Command>,
    /// Commands for the end of this pass.
    due: Vec<Command>,
    left: Option<Id>,
    /// True if a field had focus at the end of the last pass.
    was_typing: bool,
}

impl AfterTyping {
    /// Puts shortcuts off to a later pass, after the text that is being typed.
    pub fn wait_with(&mut self, asked: Vec<Asked>, ctx: &Context) {
        self.asked.extend(asked);
        ctx.request_repaint();
    }

    /// Puts commands off to the next pass that is drawn, after the text that is being typed.
    pub fn wait(&mut self, commands: impl IntoIterator<Item = Command>) {
        self.commands.extend(commands);
    }

    /// True if Escape belongs to a text field: egui takes the focus from it before the pass that brings the key.
    pub fn takes_escape(&self, ctx: &Context) -> bool {
        self.was_typing || ctx.text_edit_focused()
    }

    /// True while anything waits.
    pub fn is_waiting(&self) -> bool {
        !self.asked.is_empty() || !self.commands.is_empty()
    }

    /// Begins a pass: if something waits, the text field loses focus, so that it reports its edit in this pass. Returns
    /// the shortcuts to carry out after the panels.
    ///
    /// In a pass that brings more letters the field keeps its focus and the rest goes on waiting, so that no letter is
    /// lost.
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

    /// Ends a pass: commands that need the whole document come last, and wait for another pass while a text field still
    /// has focus, as when AccessKit asked for them.
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

/// True for an event that may change a field's text.
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

/// True for a command that needs the whole document, typed text included.
fn needs_all(command: &Command) -> bool {
    leads_elsewhere(command)
        || matches!(
            command,
            Command::File(FileCommand::Save | FileCommand::SaveAs | FileCommand::CollectDialog)
        )
}

/// True for a command that replaces the document or closes it.
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
