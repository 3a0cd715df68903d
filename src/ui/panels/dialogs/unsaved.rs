//! The prompt that is shown before changes are lost.

use egui::{Button, Frame, Id, Key, Margin, Modal, Modifiers, RichText, Ui};

use crate::command::UnsavedAnswer;
use crate::command::{Command, FileCommand};
use crate::status::document::UnsavedPrompt;
use crate::ui::pass::Pass;
use crate::ui::style;

/// Draws the prompt while the document shows it.
pub(crate) fn unsaved_ui(ui: &Ui, pass: &mut Pass<'_, '_>) {
    let document = &pass.view.document;
    let purpose = match document.unsaved_prompt {
        None => return,
        Some(UnsavedPrompt::New) => "start a new project",
        Some(UnsavedPrompt::Open) => "open another project",
        Some(UnsavedPrompt::Close) => "close",
    };
    let theme = pass.theme;
    let escape = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    let mut answer = escape.then_some(UnsavedAnswer::Cancel);
    let frame = Frame::popup(ui.style()).inner_margin(Margin::same(18));
    let modal = Modal::new(Id::unique("unsaved changes")).frame(frame);
    modal.show(ui.ctx(), |ui| {
        ui.set_width(380.0);
        ui.label(
            RichText::new(format!("Save the changes to {}?", document.name))
                .font(style::semibold(15.0))
                .color(theme.strong),
        );
        ui.add_space(4.0);
        ui.label(
            RichText::new(format!(
                "You are about to {purpose}. Without saving, the changes are lost."
            ))
            .color(theme.dim),
        );
        ui.add_space(14.0);
        ui.horizontal(|ui| {
            let width = (ui.available_width() - 12.0) / 3.0;
            let size = [width, 28.0];
            let save =
                Button::new(RichText::new("Save").color(theme.background)).fill(theme.accent);
            let buttons = [
                (
                    Button::new("Cancel"),
                    UnsavedAnswer::Cancel,
                    "Stay here  (Esc)",
                ),
                (
                    Button::new("Discard"),
                    UnsavedAnswer::Discard,
                    "Go on without saving",
                ),
                (save, UnsavedAnswer::Save, "Save, then go on"),
            ];
            for (button, meaning, tooltip) in buttons {
                if ui.add_sized(size, button).on_hover_text(tooltip).clicked() {
                    answer = Some(meaning);
                }
            }
        });
    });
    if let Some(answer) = answer {
        pass.push(Command::File(FileCommand::AnswerUnsaved(answer)));
    }
}
