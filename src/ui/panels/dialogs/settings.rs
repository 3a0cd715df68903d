//! The window of the settings; a change applies at once.

use egui::{Color32, ComboBox, Grid, RichText, Ui, vec2};
use strum::IntoEnumIterator as _;

use super::remote_settings::RemoteSettings;
use super::shortcut_editor::{Recording, shortcut_editor_ui};
use crate::command::{Command, WindowCommand};
use crate::settings::{DecodeBy, IoMode, Playback, SCALES, Settings, ThemeChoice};
use crate::time::formula::Unit;
use crate::ui::panel::Panel;
use crate::ui::pass::Pass;
use crate::ui::prebuffer_field::prebuffer_field_ui;
use crate::ui::style;
use crate::ui::widgets::{FIELD_HEIGHT, Field, Slider, reset_label_ui, switch_ui};

/// Width of a field in points.
pub(super) const FIELD_WIDTH: f32 = 140.0;

/// The window of the settings.
#[derive(Default)]
pub(crate) struct SettingsWindow {
    page: Page,
    remote: RemoteSettings,
    /// The action that gets other keys.
    recording: Recording,
}

/// A page of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Page {
    /// Prebuffer, reading, decoding.
    #[default]
    Playback,
    /// Theme and scale.
    Appearance,
    /// Automatic copies.
    Projects,
    /// Open Sound Control.
    Remote,
    /// Keys.
    Shortcuts,
}

const PAGES: [(Page, &str); 5] = [
    (Page::Playback, "Playback"),
    (Page::Appearance, "Look"),
    (Page::Projects, "Projects"),
    (Page::Remote, "Remote"),
    (Page::Shortcuts, "Shortcuts"),
];

impl Panel for SettingsWindow {
    fn ui(&mut self, ui: &mut Ui, pass: &mut Pass<'_, '_>) {
        ui.horizontal(|ui| {
            for (page, name) in PAGES {
                ui.selectable_value(&mut self.page, page, name);
            }
        });
        ui.separator();
        ui.add_space(4.0);
        let mut settings = Settings::clone(&pass.view.program.settings);
        match self.page {
            Page::Playback => playback_ui(ui, &mut settings.playback, pass),
            Page::Appearance => appearance_ui(ui, &mut settings, pass),
            Page::Projects => projects_ui(ui, &mut settings, pass),
            Page::Remote => self.remote.ui(ui, &mut settings.osc, pass),
            Page::Shortcuts => shortcut_editor_ui(ui, &mut self.recording, &mut settings, pass),
        }
        if settings != *pass.view.program.settings {
            pass.push(Command::Window(WindowCommand::SetSettings(Box::new(
                settings,
            ))));
        }
    }

    fn takes_keys(&self) -> bool {
        self.recording.is_waiting()
    }
}

pub(super) fn row(ui: &mut Ui, pass: &Pass<'_, '_>, name: &str, content: impl FnOnce(&mut Ui)) {
    ui.label(RichText::new(name).color(pass.theme.dim));
    content(ui);
    ui.end_row();
}

/// Draws a row whose label gives the setting its usual value back.
pub(super) fn reset_row<T: PartialEq>(
    ui: &mut Ui,
    name: &str,
    (value, usual): (&mut T, T),
    content: impl FnOnce(&mut Ui, &mut T),
) {
    let font = style::regular(style::TEXT);
    let text = ui
        .painter()
        .layout_no_wrap(name.to_owned(), font, Color32::PLACEHOLDER);
    let size = vec2(text.size().x, FIELD_HEIGHT);
    if reset_label_ui(ui, size, name, *value != usual) {
        *value = usual;
    }
    content(ui, value);
    ui.end_row();
}

/// Draws a field for a whole number.
pub(super) fn number_ui(ui: &mut Ui, field: &Field<'_>, value: &mut u32) {
    let (_, change) = field.ui(ui, vec2(FIELD_WIDTH, FIELD_HEIGHT));
    if let Some(change) = change {
        *value = change.applied_to(field.value, false, &field.range).round() as u32;
    }
}

pub(super) fn grid(ui: &mut Ui, name: &str, content: impl FnOnce(&mut Ui)) {
    Grid::new(name)
        .num_columns(2)
        .spacing([24.0, 8.0])
        .show(ui, content);
}

pub(super) fn note(ui: &mut Ui, pass: &Pass<'_, '_>, text: &str) {
    ui.add_space(8.0);
    ui.label(RichText::new(text).small().color(pass.theme.dim));
}

fn playback_ui(ui: &mut Ui, playback: &mut Playback, pass: &Pass<'_, '_>) {
    grid(ui, "playback settings", |ui| {
        let usual = Playback::default();
        let prebuffer = (&mut playback.prebuffer, usual.prebuffer);
        reset_row(ui, "Prebuffer", prebuffer, |ui, depth| {
            let size = vec2(FIELD_WIDTH, FIELD_HEIGHT);
            let snapshot = pass.view.snapshot;
            let given = prebuffer_field_ui(ui, size, "Prebuffer frames", *depth, snapshot);
            *depth = given.unwrap_or(*depth);
        });
        let memory = (&mut playback.budget_mib, usual.budget_mib);
        reset_row(ui, "Frame memory", memory, memory_ui);
        let io = (&mut playback.io, usual.io);
        reset_row(ui, "Reading by", io, io_ui);
        let decode = (&mut playback.decode, usual.decode);
        reset_row(ui, "Decoding", decode, decode_ui);
    });
    note(
        ui,
        pass,
        "All of this counts at once, but for the choice of decoders, which counts from the next start on.",
    );
}

fn memory_ui(ui: &mut Ui, budget_mib: &mut u32) {
    let value = f64::from(*budget_mib);
    let field = Field {
        speed: 8.0,
        tooltip: "For the prebuffers of all layers together",
        ..Field::new("Frame memory", value, 64.0..=16384.0, Unit::Mebibytes)
    };
    number_ui(ui, &field, budget_mib);
}

fn decode_ui(ui: &mut Ui, decode: &mut DecodeBy) {
    let is_software = *decode == DecodeBy::Software;
    let name = "Decode by software alone";
    let response = switch_ui(ui, 220.0, (name, name), Some(is_software));
    if response.clicked() {
        *decode = if is_software {
            DecodeBy::Auto
        } else {
            DecodeBy::Software
        };
    }
    response.on_hover_text("Leaves hardware decoders alone, for drivers that decode wrongly");
}

fn io_ui(ui: &mut Ui, io: &mut IoMode) {
    let combo = ComboBox::from_id_salt("io").selected_text(io.label());
    let response = combo.show_ui(ui, |ui| {
        for mode in IoMode::iter() {
            let response = ui.selectable_value(io, mode, mode.label());
            if let Some(note) = mode.note() {
                response.on_hover_text(note);
            }
        }
    });
    response
        .response
        .accessible_name("Reading by")
        .on_hover_text("Automatic measures each disk, at first and while it plays, and takes the faster way; what memory holds comes from there");
}

fn appearance_ui(ui: &mut Ui, settings: &mut Settings, pass: &Pass<'_, '_>) {
    let look = &mut settings.look;
    grid(ui, "look settings", |ui| {
        row(ui, pass, "Theme", |ui| {
            ui.horizontal(|ui| {
                ui.selectable_value(&mut look.theme, ThemeChoice::Dark, "Dark");
                ui.selectable_value(&mut look.theme, ThemeChoice::Light, "Light");
            });
        });
        row(ui, pass, "Scale", |ui| {
            ui.horizontal(|ui| {
                for scale in SCALES {
                    ui.selectable_value(&mut look.scale_percent, scale, format!("{scale} %"));
                }
            });
        });
    });
    note(
        ui,
        pass,
        "The sizes of panels and of the window are remembered from one run to the next.",
    );
}

fn projects_ui(ui: &mut Ui, settings: &mut Settings, pass: &Pass<'_, '_>) {
    grid(ui, "project settings", |ui| {
        let autosave = (&mut settings.autosave_s, Settings::default().autosave_s);
        reset_row(ui, "Keep changes every", autosave, |ui, autosave_s| {
            let name = "Seconds between automatic copies";
            let value = f64::from(*autosave_s);
            let field = Field {
                slider: Some(Slider {
                    least: 5.0,
                    most: 600.0,
                    neutral: None,
                    is_logarithmic: true,
                    colour: pass.theme.accent,
                }),
                tooltip: "Unsaved changes are kept in a file of their own, and offered again after a crash",
                ..Field::new(name, value, 5.0..=600.0, Unit::Seconds)
            };
            number_ui(ui, &field, autosave_s);
        });
    });
    note(
        ui,
        pass,
        "The project's own file is only written when you save. The file before that stays beside it as .bak.",
    );
    ui.add_space(10.0);
    ui.label(RichText::new("New clips").color(pass.theme.text));
    note(
        ui,
        pass,
        "A new clip is as long as its file, whatever is added with it: a still picture lasts 10 seconds, a live source 10 \
         minutes. Drag its end to make it longer; it then repeats.",
    );
}
