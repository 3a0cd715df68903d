//! The output's tally and the choice of its display, in the strip below the picture.

use egui::{
    Align2, Color32, Popup, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2,
};

use super::top_bar::menu_item_ui;
use crate::command::{Command, OutputCommand};
use crate::status::program::{OutputPicture, OutputView};
use crate::ui::pass::Pass;
use crate::ui::shortcuts::Action;
use crate::ui::style;
use crate::ui::theme::Theme;
use crate::ui::widgets::{Icon, IconButton, elided};

/// Width of the tally without its text, in points: the lamp and the padding.
const LAMP_WIDTH: f32 = 28.0;
/// Greatest width of its text, in points; names of displays may be long.
const TEXT_WIDTH: f32 = 190.0;
/// Height of the tally, in points.
const HEIGHT: f32 = 20.0;

/// Draws both, for a layout from right to left. Where there is no room for the text, the lamp is left.
pub(crate) fn output_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let tooltip = "Display of the output, or a window of its own".to_owned();
    let choice = IconButton::new(Icon::Down, "Choose the output's display").quiet();
    if ui.available_width() < LAMP_WIDTH {
        return;
    }
    if ui.available_width() > LAMP_WIDTH + 18.0 + ui.spacing().item_spacing.x {
        let button = choice.ui(ui, pass.theme, tooltip);
        ui.add_space(-4.0);
        Popup::menu(&button).show(|ui| displays_ui(ui, pass));
    }
    let display = display_name(pass);
    let output = pass.view.program.output;
    if tally_ui(ui, pass.theme, output, &display).clicked() {
        pass.push(Command::Output(OutputCommand::Toggle));
    }
}

/// The display's name as the system has it, or its number.
fn display_name(pass: &Pass<'_, '_>) -> String {
    let program = pass.view.program;
    let output = program.output;
    if output.is_windowed {
        return "Window".to_owned();
    }
    program.displays.get(output.display).map_or_else(
        || format!("Display {}", output.display + 1),
        |display| display.name.clone(),
    )
}

/// Draws the lamp and what it stands for: hollow while the output is closed, lit in the accent while it shows the canvas,
/// and in the colour of warnings while it shows something else.
fn tally_ui(ui: &mut Ui, theme: &Theme, output: OutputView, display: &str) -> Response {
    let (state, lit) = match (output.is_open, output.picture) {
        (false, _) => ("closed", None),
        (true, OutputPicture::Canvas) => ("open", Some(theme.accent)),
        (true, OutputPicture::Black) => ("black", Some(theme.warning)),
        (true, OutputPicture::Pattern) => ("pattern", Some(theme.warning)),
    };
    let text = match (output.is_open, output.picture) {
        (false, _) => format!("Output · {display}"),
        (true, OutputPicture::Canvas) => format!("On · {display}"),
        (true, OutputPicture::Black) => format!("Black · {display}"),
        (true, OutputPicture::Pattern) => format!("Pattern · {display}"),
    };
    let colour = lit.map_or(theme.dim, |_| theme.background);
    let room = (ui.available_width() - LAMP_WIDTH).clamp(0.0, TEXT_WIDTH);
    let font = if lit.is_some() {
        style::medium(style::SMALL)
    } else {
        style::regular(style::SMALL)
    };
    let galley = elided(ui.painter(), &text, font, colour, room);
    // An ellipsis alone says nothing.
    let has_text = room > 40.0;
    let width = if has_text { galley.size().x } else { -6.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(LAMP_WIDTH + width, HEIGHT), Sense::click());
    let name = format!("Output {display}, {state}");
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, output.is_open, &name));
    let is_hot = response.hovered() || response.has_focus();
    let fill = match (lit, is_hot) {
        (Some(lit), false) => lit,
        (Some(lit), true) => lit.lerp_to_gamma(theme.strong, 0.15),
        (None, true) => theme.hovered,
        (None, false) => Color32::TRANSPARENT,
    };
    let painter = ui.painter();
    painter.rect_filled(rect, f32::from(style::RADIUS), fill);
    if response.has_focus() {
        let stroke = Stroke::new(1.0, theme.strong);
        painter.rect_stroke(rect, f32::from(style::RADIUS), stroke, StrokeKind::Outside);
    }
    let lamp = rect.left_center() + vec2(11.0, 0.0);
    if lit.is_some() && output.picture == OutputPicture::Canvas {
        painter.circle_filled(lamp, 4.0, colour);
    } else {
        painter.circle_stroke(lamp, 3.5, Stroke::new(1.4, colour));
    }
    if has_text {
        let place = rect.left_center() + vec2(LAMP_WIDTH - 8.0, 0.0);
        let place = Align2::LEFT_CENTER.anchor_size(place, galley.size());
        painter.galley(place.min, galley, colour);
    }
    let what = format!("{}. Click to switch it", tally_text(output, display));
    response.on_hover_text(Action::Output.tooltip(ui.ctx(), &what))
}

/// The state of the output in a sentence.
fn tally_text(output: OutputView, display: &str) -> String {
    let place = if output.is_windowed {
        "in a window of its own".to_owned()
    } else {
        format!("full screen on {display}")
    };
    match (output.is_open, output.picture) {
        (false, _) => format!("The output is closed; it opens {place}"),
        (true, OutputPicture::Canvas) => format!("The output shows the canvas {place}"),
        (true, OutputPicture::Black) => format!("The output is black {place}"),
        (true, OutputPicture::Pattern) => format!("The output shows a test pattern {place}"),
    }
}

/// Draws the menu that chooses another display, and what the output shows there.
fn displays_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let program = pass.view.program;
    let output = program.output;
    ui.set_min_width(230.0);
    for (index, display) in program.displays.iter().enumerate() {
        let [width, height] = display.size_px;
        let text = format!("{}  {}  {width} × {height}", index + 1, display.name);
        let is_chosen = index == output.display && !output.is_windowed;
        if ui.selectable_label(is_chosen, text).clicked() {
            pass.push(Command::Output(OutputCommand::SetDisplay(index)));
            ui.close();
        }
    }
    let in_window = ui.selectable_label(output.is_windowed, "In a window of its own");
    if in_window.clicked() {
        pass.push(Command::Output(OutputCommand::SetWindowed(true)));
        ui.close();
    }
    ui.separator();
    for action in [
        Action::Output,
        Action::Blackout,
        Action::TestPattern,
        Action::OutputFigures,
    ] {
        menu_item_ui(ui, action, pass);
    }
}
