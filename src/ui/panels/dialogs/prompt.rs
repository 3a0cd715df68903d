//! A prompt that holds the window until it is answered: text, facts, and a button for each answer.

use egui::{Button, Frame, Grid, Id, Key, Margin, Modal, Modifiers, RichText, Ui};

use crate::command::{Command, FileCommand};
use crate::status::program::{Answer, PromptView};
use crate::ui::pass::Pass;
use crate::ui::style;

const WIDTH: f32 = 470.0;

/// Draws the prompt while there is one.
pub(crate) fn prompt_ui(ui: &Ui, pass: &mut Pass<'_, '_>) {
    let Some(prompt) = &pass.view.program.prompt else {
        return;
    };
    let mut answer = answer_by_key(ui, prompt);
    let frame = Frame::popup(ui.style()).inner_margin(Margin::same(18));
    let modal = Modal::new(Id::unique("prompt")).frame(frame);
    modal.show(ui.ctx(), |ui| {
        ui.set_width(WIDTH);
        let theme = pass.theme;
        let title = RichText::new(&prompt.title).font(style::semibold(15.0));
        ui.label(title.color(theme.strong));
        ui.add_space(6.0);
        ui.label(RichText::new(&prompt.text).color(theme.text));
        if !prompt.facts.is_empty() {
            ui.add_space(10.0);
            facts_ui(ui, prompt, pass);
        }
        ui.add_space(16.0);
        let clicked = answers_ui(ui, prompt, pass);
        answer = answer.or(clicked);
    });
    if let Some(answer) = answer {
        pass.push(Command::File(FileCommand::Answer(answer)));
    }
}

fn answer_by_key(ui: &Ui, prompt: &PromptView) -> Option<Answer> {
    let has = |wanted| prompt.answers.iter().any(|view| view.answer == wanted);
    if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) && has(Answer::Cancel)
    {
        return Some(Answer::Cancel);
    }
    // A focused button takes Enter itself.
    let is_free = ui.memory(|memory| memory.focused().is_none());
    if is_free && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter)) {
        return prompt.answers.last().map(|view| view.answer);
    }
    None
}

fn facts_ui(ui: &mut Ui, prompt: &PromptView, pass: &Pass<'_, '_>) {
    Grid::new("facts")
        .num_columns(2)
        .spacing([18.0, 3.0])
        .show(ui, |ui| {
            for (name, value) in &prompt.facts {
                ui.label(RichText::new(name).color(pass.theme.dim));
                ui.add(egui::Label::new(value).wrap());
                ui.end_row();
            }
        });
}

fn answers_ui(ui: &mut Ui, prompt: &PromptView, pass: &Pass<'_, '_>) -> Option<Answer> {
    let theme = pass.theme;
    let count = prompt.answers.len().max(1);
    let mut chosen = None;
    ui.horizontal(|ui| {
        let gaps = ui.spacing().item_spacing.x * (count - 1) as f32;
        let size = [(WIDTH - gaps) / count as f32, 28.0];
        for (index, view) in prompt.answers.iter().enumerate() {
            let button = if index + 1 == count {
                let text = RichText::new(view.label).color(theme.background);
                Button::new(text).fill(theme.accent)
            } else {
                Button::new(view.label)
            };
            if ui
                .add_sized(size, button)
                .on_hover_text(view.tooltip)
                .clicked()
            {
                chosen = Some(view.answer);
            }
        }
    });
    chosen
}
