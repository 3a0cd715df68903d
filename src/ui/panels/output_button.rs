//! The output's switch and the choice of its display, in the strip below the picture.

use egui::Ui;

use crate::command::{Command, OutputCommand};
use crate::ui::pass::Pass;
use crate::ui::shortcuts::Action;
use crate::ui::widgets::{quiet_button, quiet_toggle, quiet_width};

/// Draws both, for a layout from right to left; parts that do not fit are left out, the switch last.
pub(crate) fn output_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let program = pass.view.program;
    let output = program.output;
    let text = if output.is_windowed {
        "Window".to_owned()
    } else {
        format!("Display {}", output.display + 1)
    };
    let switch = quiet_width(ui, "Output");
    if switch + quiet_width(ui, &text) <= ui.available_width() {
        display_ui(ui, &text, pass);
    }
    if switch > ui.available_width() {
        return;
    }
    let tooltip =
        Action::Output.tooltip(ui.ctx(), "The canvas full screen on a display of its own");
    if quiet_toggle(ui, pass.theme, ("Output", output.is_open), tooltip).clicked() {
        pass.push(Command::Output(OutputCommand::Toggle));
    }
}

/// Draws the name of the output's display, and the menu that chooses another.
fn display_ui(ui: &mut Ui, text: &str, pass: &mut Pass<'_, '_>) {
    let program = pass.view.program;
    let output = program.output;
    let tooltip = "The display that the output is shown on, or a window of its own".to_owned();
    let button = quiet_button(ui, pass.theme, text, tooltip);
    egui::Popup::menu(&button).show(|ui| {
        for (index, display) in program.displays.iter().enumerate() {
            let [width, height] = display.size_px;
            let text = format!("{}  {}  {width} × {height}", index + 1, display.name);
            let is_chosen = index == output.display && !output.is_windowed;
            if ui.selectable_label(is_chosen, text).clicked() {
                pass.push(Command::Output(OutputCommand::SetDisplay(index)));
                ui.close();
            }
        }
        ui.separator();
        let in_window = ui.selectable_label(output.is_windowed, "In a window of its own");
        if in_window.clicked() {
            pass.push(Command::Output(OutputCommand::SetWindowed(true)));
            ui.close();
        }
    });
}
