//! The inspector's section on the canvas.

use egui::Ui;

use super::fields::{Choice, choice_ui, number_ui};
use super::rows::{Section, reset_row_ui, row_ui, section_ui};
use crate::project::{Canvas, EditCommand, ProjectEdit};
use crate::time::FrameRate;
use crate::time::formula::Unit;
use crate::ui::pass::Pass;
use crate::ui::widgets::Field;

/// Rates offered for the canvas, as numerators and denominators.
const RATES: &[(u32, u32)] = &[
    (24000, 1001),
    (24, 1),
    (25, 1),
    (30000, 1001),
    (30, 1),
    (50, 1),
    (60000, 1001),
    (60, 1),
];

/// Longest side of the canvas in pixels.
const MOST_PX: f64 = 16384.0;

/// Name of the undo step of a drag.
const STEP: &str = "Change canvas";

/// Draws size, rate and background.
pub(crate) fn canvas_ui(ui: &mut Ui, pass: &mut Pass<'_, '_>) {
    let old = pass.view.project.canvas;
    let section = Section {
        name: "Canvas",
        title: "Canvas",
        // No size or rate is the usual one of every show.
        is_changed: false,
    };
    if !section_ui(ui, &section, pass, || set(old)) {
        return;
    }
    row_ui(ui, "Size", |ui, width| size_ui(ui, width, old, pass));
    row_ui(ui, "Frame rate", |ui, width| rate_ui(ui, width, old, pass));
    let black = [0.0; 3];
    reset_row_ui(
        ui,
        ("Background", old.background != black),
        pass,
        || {
            set(Canvas {
                background: black,
                ..old
            })
        },
        |ui, width, pass| background_ui(ui, width, old, pass),
    );
}

fn set(canvas: Canvas) -> EditCommand {
    EditCommand::Project(ProjectEdit::SetCanvas(canvas))
}

fn size_ui(ui: &mut Ui, width: f32, old: Canvas, pass: &mut Pass<'_, '_>) {
    let width = (width - ui.spacing().item_spacing.x) / 2.0;
    let names = ["Canvas width", "Canvas height"];
    for (axis, name) in names.into_iter().enumerate() {
        let value = f64::from([old.width_px, old.height_px][axis]);
        let field = Field {
            speed: 4.0,
            tooltip: "Pixels of the composed picture",
            ..Field::new(name, value, 1.0..=MOST_PX, Unit::Pixels)
        };
        number_ui(ui, width, (&field, STEP), pass, |change| {
            let mut new = old;
            let pixels = change(value).round() as u32;
            *[&mut new.width_px, &mut new.height_px][axis] = pixels;
            set(new)
        });
    }
}

fn rate_ui(ui: &mut Ui, width: f32, old: Canvas, pass: &mut Pass<'_, '_>) {
    let rates: Vec<(FrameRate, String)> = RATES
        .iter()
        .filter_map(|(num, den)| FrameRate::new(*num, *den))
        .map(|rate| (rate, format!("{} fps", crate::ui::format::fps(rate))))
        .collect();
    let mut choices: Vec<(FrameRate, &str)> = rates
        .iter()
        .map(|(rate, text)| (*rate, text.as_str()))
        .collect();
    let own = format!("{} fps", crate::ui::format::fps(old.frame_rate));
    if choices.iter().all(|(rate, _)| *rate != old.frame_rate) {
        choices.push((old.frame_rate, &own));
    }
    let choice = Choice {
        name: "Frame rate",
        value: Some(old.frame_rate),
        choices: &choices,
        tooltip: "Pictures per second of the canvas, whose frames all edits lie on",
    };
    choice_ui(ui, width, &choice, pass, |frame_rate| {
        set(Canvas { frame_rate, ..old })
    });
}

fn background_ui(ui: &mut Ui, width: f32, old: Canvas, pass: &mut Pass<'_, '_>) {
    let gap = ui.spacing().item_spacing.x;
    let names = ["Background red", "Background green", "Background blue"];
    for (channel, name) in names.into_iter().enumerate() {
        let value = f64::from(old.background[channel]) * 100.0;
        let field = Field {
            speed: 0.5,
            tooltip: name,
            ..Field::new(name, value, 0.0..=100.0, Unit::Percent)
        };
        number_ui(
            ui,
            (width - 2.0 * gap) / 3.0,
            (&field, STEP),
            pass,
            |change| {
                let mut new = old;
                new.background[channel] = (change(value) / 100.0) as f32;
                set(new)
            },
        );
    }
}
