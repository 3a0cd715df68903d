//! The project's own settings: the canvas and its rate, the background, notes.

use egui::{ComboBox, Grid, RichText, TextEdit, Ui, vec2};

use crate::command::{Command, HistoryCommand};
use crate::project::{Canvas, EditCommand, ProjectEdit};
use crate::time::FrameRate;
use crate::time::formula::Unit;
use crate::ui::format;
use crate::ui::panel::Panel;
use crate::ui::pass::Pass;
use crate::ui::widgets::{FIELD_HEIGHT, Field};

/// Sizes that are offered by name.
const SIZES: [(&str, [u32; 2]); 7] = [
    ("HD 720p", [1280, 720]),
    ("Full HD", [1920, 1080]),
    ("WUXGA", [1920, 1200]),
    ("UHD 4K", [3840, 2160]),
    ("DCI 4K", [4096, 2160]),
    ("Vertical HD", [1080, 1920]),
    ("Square", [2160, 2160]),
];

/// Rates that are offered, as numerator and denominator.
const RATES: [(u32, u32); 10] = [
    (24000, 1001),
    (24, 1),
    (25, 1),
    (30000, 1001),
    (30, 1),
    (48, 1),
    (50, 1),
    (60000, 1001),
    (60, 1),
    (120, 1),
];

/// The window of the project's settings.
#[derive(Default)]
pub(crate) struct ProjectSettingsWindow {
    /// The document whose notes are being typed, which is a gesture.
    typing_in: Option<u64>,
}

impl Panel for ProjectSettingsWindow {
    fn ui(&mut self, ui: &mut Ui, pass: &mut Pass<'_, '_>) {
        let before = pass.view.project.canvas;
        let mut canvas = before;
        Grid::new("canvas")
            .num_columns(2)
            .spacing([24.0, 8.0])
            .show(ui, |ui| {
                let dim = pass.theme.dim;
                ui.label(RichText::new("Canvas").color(dim));
                size_ui(ui, &mut canvas);
                ui.end_row();
                ui.label(RichText::new("Rate").color(dim));
                rate_ui(ui, &mut canvas);
                ui.end_row();
                ui.label(RichText::new("Background").color(dim));
                background_ui(ui, &mut canvas);
                ui.end_row();
            });
        if canvas != before {
            pass.gesture_edit(
                "Change canvas",
                EditCommand::Project(ProjectEdit::SetCanvas(canvas)),
            );
        }
        ui.add_space(10.0);
        self.notes_ui(ui, pass);
    }
}

impl ProjectSettingsWindow {
    /// Edits the notes letter by letter, so that a recovery file has them; from the first letter to the loss of focus
    /// is one step of undo.
    fn notes_ui(&mut self, ui: &mut Ui, pass: &mut Pass<'_, '_>) {
        let document = pass.view.document.number;
        ui.label(RichText::new("Notes").color(pass.theme.dim));
        let mut text = pass.view.project.notes.clone();
        let field = TextEdit::multiline(&mut text)
            .hint_text("Cues, contacts, what to look out for")
            .desired_width(f32::INFINITY)
            .desired_rows(6);
        let response = ui.add(field).accessible_name("Project notes");
        if response.changed() {
            let edit = EditCommand::Project(ProjectEdit::SetNotes(text));
            if self.typing_in.replace(document) != Some(document) {
                pass.push(Command::Edit(HistoryCommand::BeginGesture(edit.label())));
            }
            pass.push(Command::Edit(HistoryCommand::GestureEdit(edit)));
        }
        if !response.has_focus() && self.typing_in.take() == Some(document) {
            pass.push(Command::Edit(HistoryCommand::CommitGesture));
        }
    }
}

fn size_ui(ui: &mut Ui, canvas: &mut Canvas) {
    ui.horizontal(|ui| {
        side_ui(ui, &mut canvas.width_px, "Canvas width", "Pixels across");
        ui.label("×");
        side_ui(ui, &mut canvas.height_px, "Canvas height", "Pixels down");
        let size = [canvas.width_px, canvas.height_px];
        let known = SIZES.iter().find(|(_, other)| *other == size);
        ComboBox::from_id_salt("canvas size")
            .selected_text(known.map_or("Other", |(name, _)| name))
            .show_ui(ui, |ui| {
                for (name, [width, height]) in SIZES {
                    let text = format!("{name}  {width} × {height}");
                    if ui.selectable_label([width, height] == size, text).clicked() {
                        [canvas.width_px, canvas.height_px] = [width, height];
                    }
                }
            })
            .response
            .accessible_name("Canvas size")
            .on_hover_text("Usual sizes");
    });
}

fn side_ui(ui: &mut Ui, side_px: &mut u32, name: &str, tooltip: &str) {
    let field = Field {
        speed: 2.0,
        tooltip,
        ..Field::new(name, f64::from(*side_px), 1.0..=16384.0, Unit::Pixels)
    };
    let (_, change) = field.ui(ui, vec2(76.0, FIELD_HEIGHT));
    if let Some(change) = change {
        *side_px = change.applied_to(field.value, false, &field.range).round() as u32;
    }
}

fn rate_ui(ui: &mut Ui, canvas: &mut Canvas) {
    let text = |rate| format!("{} fps", format::fps(rate));
    ComboBox::from_id_salt("canvas rate")
        .selected_text(text(canvas.frame_rate))
        .show_ui(ui, |ui| {
            let rates = RATES.iter().filter_map(|(n, d)| FrameRate::new(*n, *d));
            for rate in rates {
                ui.selectable_value(&mut canvas.frame_rate, rate, text(rate));
            }
        })
        .response
        .accessible_name("Canvas rate")
        .on_hover_text("Pictures per second");
}

fn background_ui(ui: &mut Ui, canvas: &mut Canvas) {
    let byte = |share: f32| (share.clamp(0.0, 1.0) * 255.0).round() as u8;
    let mut bytes = canvas.background.map(byte);
    let before = bytes;
    ui.color_edit_button_srgb(&mut bytes)
        .accessible_name("Background colour")
        .on_hover_text("The colour behind all layers");
    if bytes != before {
        canvas.background = bytes.map(|byte| f32::from(byte) / 255.0);
    }
}
