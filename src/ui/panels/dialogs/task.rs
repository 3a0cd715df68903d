//! The progress of a long task, and a button to cancel it.

use egui::{Align2, Area, Frame, Id, Margin, Order, ProgressBar, RichText, Ui, vec2};

use crate::command::{Command, FileCommand};
use crate::ui::pass::Pass;

const WIDTH: f32 = 320.0;

/// Draws a box above the status bar while a task runs.
pub(crate) fn task_ui(ui: &Ui, pass: &mut Pass<'_, '_>) {
    let Some(task) = &pass.view.program.task else {
        return;
    };
    let theme = pass.theme;
    Area::new(Id::unique("task"))
        .order(Order::Foreground)
        .anchor(Align2::RIGHT_BOTTOM, vec2(-14.0, -38.0))
        .show(ui.ctx(), |ui| {
            Frame::popup(ui.style())
                .inner_margin(Margin::same(12))
                .show(ui, |ui| {
                    ui.set_width(WIDTH);
                    ui.horizontal(|ui| {
                        ui.label(RichText::new(task.title).color(theme.strong));
                        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                            let button = ui
                                .button("Cancel")
                                .on_hover_text("End it; nothing is left half done");
                            if button.clicked() {
                                pass.push(Command::File(FileCommand::CancelTask));
                            }
                        });
                    });
                    match task.share {
                        Some(share) => {
                            let percent = format!("{:.0} %", share * 100.0);
                            let bar = ProgressBar::new(share).fill(pass.theme.accent);
                            ui.add(bar.text(percent).desired_width(WIDTH))
                                .accessible_name(task.title);
                        }
                        None => _ = ui.spinner(),
                    }
                    let subject = RichText::new(&task.subject).small().color(theme.dim);
                    ui.add(egui::Label::new(subject).truncate());
                });
        });
}
