//! The window of the settings; a change applies at once.

use egui::{ComboBox, DragValue, Grid, RichText, Slider, Ui};
use strum::IntoEnumIterator as _;

use super::shortcut_editor::{Recording, shortcut_editor_ui};
use crate::command::{Command, WindowCommand};
use crate::settings::{DecodeBy, IoMode, Playback, SCALES, Settings, ThemeChoice};
use crate::ui::panel::Panel;
use crate::ui::pass::Pass;
use crate::ui::prebuffer_field::prebuffer_field_ui;

/// The window of the settings.
#[derive(Default)]
pub(crate) struct SettingsWindow {
    page: Page,
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
    /// Keys.
    Shortcuts,
}

const PAGES: [(Page, &str); 4] = [
    (Page::Playback, "Playback"),
    (Page::Appearance, "Look"),
    (Page::Projects, "Projects"),
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

fn row(ui: &mut Ui, pass: &Pass<'_, '_>, name: &str, content: impl FnOnce(&mut Ui)) {
    ui.label(RichText::new(name).color(pass.theme.dim));
    content(ui);
    ui.end_row();
}

fn grid(ui: &mut Ui, name: &str, content: impl FnOnce(&mut Ui)) {
    Grid::new(name)
        .num_columns(2)
        .spacing([24.0, 8.0])
        .show(ui, content);
}

fn note(ui: &mut Ui, pass: &Pass<'_, '_>, text: &str) {
    ui.add_space(8.0);
    ui.label(RichText::new(text).small().color(pass.theme.dim));
}

fn playback_ui(ui: &mut Ui, playback: &mut Playback, pass: &Pass<'_, '_>) {
    grid(ui, "playback settings", |ui| {
        row(ui, pass, "Prebuffer", |ui| {
            prebuffer_field_ui(ui, &mut playback.prebuffer, pass.view.snapshot)
                .accessible_name("Prebuffer frames");
        });
        row(ui, pass, "Frame memory", |ui| {
            let value = DragValue::new(&mut playback.budget_mib)
                .range(64..=16384)
                .speed(8)
                .suffix(" MiB");
            ui.add(value)
                .accessible_name("Frame memory")
                .on_hover_text("For the prebuffers of all layers together");
        });
        row(ui, pass, "Reading by", |ui| io_ui(ui, &mut playback.io));
        row(ui, pass, "Decoding", |ui| {
            let mut is_software = playback.decode == DecodeBy::Software;
            let response = ui.checkbox(&mut is_software, "Decode by software alone");
            if response.changed() {
                playback.decode = if is_software {
                    DecodeBy::Software
                } else {
                    DecodeBy::Auto
                };
            }
            response
                .on_hover_text("Leaves hardware decoders alone, for drivers that decode wrongly");
        });
    });
    note(
        ui,
        pass,
        "All of this counts at once, but for the choice of decoders, which counts from the next start on.",
    );
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
        row(ui, pass, "Keep changes every", |ui| {
            ui.add(
                Slider::new(&mut settings.autosave_s, 5..=600)
                    .logarithmic(true)
                    .suffix(" s"),
            )
            .accessible_name("Seconds between automatic copies")
            .on_hover_text(
                "Unsaved changes are kept in a file of their own, and offered again after a crash",
            );
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
