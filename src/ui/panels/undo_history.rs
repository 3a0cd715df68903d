//! The steps of undo as a list: a click goes to the state after a step.

use egui::{Button, RichText, ScrollArea, Ui};

use crate::command::{Command, HistoryCommand};
use crate::ui::pass::Pass;

/// Draws the list, oldest first, with the state before all steps on top.
pub(crate) fn undo_history_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let steps = &pass.view.program.steps;
    let current = steps.done.len();
    let mut wanted = None;
    let row = ui.spacing().interact_size.y;
    let count = current + steps.undone.len() + 1;
    ScrollArea::vertical()
        .auto_shrink(false)
        .stick_to_bottom(steps.undone.is_empty())
        .show_rows(ui, row, count, |ui, range| {
            for index in range {
                let name = name_of(index, pass);
                let colour = if index > current {
                    pass.theme.dim
                } else {
                    pass.theme.text
                };
                let text = RichText::new(name).color(colour);
                let response = ui
                    .add(Button::selectable(index == current, text).truncate())
                    .on_hover_text("Go to the project as it was after this step");
                let label = match index.cmp(&current) {
                    std::cmp::Ordering::Less => format!("Step {index}: {name}"),
                    std::cmp::Ordering::Equal => format!("Step {index}: {name}, current"),
                    std::cmp::Ordering::Greater => format!("Step {index}: {name}, undone"),
                };
                if response.accessible_name(label).clicked() && index != current {
                    wanted = Some(index);
                }
            }
        });
    if let Some(index) = wanted {
        pass.push(Command::Edit(HistoryCommand::GoToStep(index)));
    }
}

fn name_of<'v>(index: usize, pass: &Pass<'_, 'v>) -> &'v str {
    let steps = &pass.view.program.steps;
    let Some(step) = index.checked_sub(1) else {
        return "As it was opened";
    };
    let undone = step.checked_sub(steps.done.len());
    let name = match undone {
        None => steps.done.get(step),
        Some(undone) => steps.undone.get(undone),
    };
    name.map_or("", |name| &**name)
}
