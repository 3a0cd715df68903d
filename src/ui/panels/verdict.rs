//! The verdict of the program, the same wherever it is shown: as a pill in the top bar, as a line in the panels.

use egui::{Color32, Label, RichText, Sense, Stroke, Ui};

use super::doctor;
use crate::command::{Command, ReportCommand};
use crate::status::Verdict;
use crate::ui::pass::Pass;
use crate::ui::shortcuts::Action;
use crate::ui::style;

/// The colour of the verdict.
pub(crate) fn verdict_colour(pass: &Pass<'_, '_>) -> Color32 {
    let (verdict, theme) = (&pass.view.verdict, pass.theme);
    if verdict.is_examining {
        return theme.range;
    }
    match verdict.verdict() {
        None => theme.dim,
        Some(_) if verdict.is_outdated() => theme.dim,
        Some(Verdict::Holds) => theme.accent,
        Some(Verdict::AtRisk) => theme.warning,
        Some(Verdict::WillDrop) => theme.error,
    }
}

/// The verdict as a pill in the top bar; opens the doctor.
pub(crate) fn verdict_pill_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let colour = verdict_colour(pass);
    let label = RichText::new(pass.view.verdict.headline())
        .font(style::medium(style::SMALL))
        .color(colour);
    let button = egui::Button::new(label)
        .fill(Color32::TRANSPARENT)
        .stroke(Stroke::new(1.0, colour.gamma_multiply(0.75)))
        .corner_radius(10)
        .min_size(egui::vec2(0.0, 20.0));
    let pill = ui.scope(|ui| {
        // A menu bar gives its buttons no padding at the sides.
        ui.spacing_mut().button_padding = egui::vec2(10.0, 2.0);
        ui.add(button)
    });
    let tooltip = tooltip(ui, pass);
    if pill.inner.on_hover_text(tooltip).clicked() {
        open_doctor(pass);
    }
}

/// The verdict as a line of text, truncated to the room that there is; a click opens the doctor.
pub(crate) fn verdict_line_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let text = RichText::new(pass.view.verdict.headline()).font(style::medium(style::SMALL));
    let text = text.color(verdict_colour(pass));
    let response = ui.add(Label::new(text).truncate().sense(Sense::click()));
    let tooltip = tooltip(ui, pass);
    if response.on_hover_text(tooltip).clicked() {
        open_doctor(pass);
    }
}

fn tooltip(ui: &Ui, pass: &Pass<'_, '_>) -> String {
    let keys = Action::ShowDoctor.tooltip(ui.ctx(), "Click for the doctor");
    format!("{}\n{keys}", pass.view.verdict.explanation())
}

/// Opens the doctor, and has it examine what was never examined.
fn open_doctor(pass: &mut Pass<'_, '_>) {
    pass.state.panels.set_shown(doctor::ID, true);
    let verdict = &pass.view.verdict;
    if verdict.prediction.is_none() && !verdict.is_examining {
        pass.push(Command::Report(ReportCommand::Examine));
    }
}
