//! One continuous change, such as a drag: many edits, one step of undo.
//!
//! ```text
//! idle ── edit ──► active ── edit* ──► active ── button released ──► idle (committed)
//!                                            └── Escape ───────────► idle (cancelled)
//! ```
//!
//! Widgets only report edits; the end of a gesture is found in one place, so that a widget that disappears meanwhile
//! cannot leave it open.

use crate::command::{Command, HistoryCommand};
use crate::project::EditCommand;

/// The gesture in progress, if any.
#[derive(Debug, Default)]
pub(crate) struct Gesture {
    last: Option<EditCommand>,
}

impl Gesture {
    /// Pushes an edit, which begins the gesture if none is active; the same edit twice in a row is pushed once.
    pub fn edit(&mut self, name: &'static str, edit: EditCommand, commands: &mut Vec<Command>) {
        if self.last.as_ref() == Some(&edit) {
            return;
        }
        if self.last.is_none() {
            commands.push(Command::Edit(HistoryCommand::BeginGesture(name.into())));
        }
        self.last = Some(edit.clone());
        commands.push(Command::Edit(HistoryCommand::GestureEdit(edit)));
    }

    /// True while a gesture is in progress.
    pub fn is_active(&self) -> bool {
        self.last.is_some()
    }

    /// Begins a pass: Escape cancels the gesture.
    pub fn begin_pass(&mut self, ctx: &egui::Context, commands: &mut Vec<Command>) {
        if !self.is_active() {
            return;
        }
        if ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape)) {
            self.last = None;
            ctx.stop_dragging();
            commands.push(Command::Edit(HistoryCommand::CancelGesture));
        }
    }

    /// Ends a pass: releasing the button commits the gesture.
    pub fn end_pass(&mut self, ctx: &egui::Context, commands: &mut Vec<Command>) {
        if self.is_active() && !ctx.input(|input| input.pointer.primary_down()) {
            self.last = None;
            commands.push(Command::Edit(HistoryCommand::CommitGesture));
        }
    }
}

/// Leads a drag that a panel keeps: `follow` gets the pointer, until the button is up, or Escape ended the drag before.
pub(crate) fn lead_drag<D>(
    drag: &mut Option<D>,
    ui: &egui::Ui,
    follow: impl FnOnce(&D, egui::Pos2),
) {
    let Some(dragged) = drag else {
        return;
    };
    let (is_down, pointer) =
        ui.input(|input| (input.pointer.primary_down(), input.pointer.latest_pos()));
    if !is_down || ui.ctx().dragged_id().is_none() {
        *drag = None;
    } else if let Some(pointer) = pointer {
        follow(dragged, pointer);
    }
}
